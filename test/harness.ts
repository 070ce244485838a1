// What the tests share: apps with and without the recommended feature flags, and the shapes every block is put into.
import { App, AppProps, Environment, Stack } from 'aws-cdk-lib';
import { RECOMMENDED_FLAGS } from '../integ/flag-sets';

export { FLAG_SETS } from '../integ/flag-sets';

// schema validation costs seconds a process: `synth:examples` runs it once for all
process.env.CDK_VALIDATION ??= 'false';

/** `npm run test:newest-cdk` also runs every test without flags, those too that are not written for both sets. */
const FLAGS = process.env.PATTERNBOOK_FLAGS === 'none' ? {} : RECOMMENDED_FLAGS;

/** An app with the recommended flags, or with those of the run; what the CDK writes down for its tools alone is left out. */
export function testApp(context: Record<string, unknown> = {}, props: AppProps = {}): App {
  return new App({ context: { ...FLAGS, ...context }, analyticsReporting: false, treeMetadata: false, stackTraces: false, ...props });
}

/** A stack of its own app, in no particular account or region unless one is given. */
export function testStack(context: Record<string, unknown> = {}, env?: Environment): Stack {
  return new Stack(testApp(context), 'Stack', { env });
}

/** Context that selects a profile, as `cdk --context patternbook:environment=dev` does. */
export function inProfile(name: 'dev' | 'staging' | 'prod'): Record<string, unknown> {
  return { 'patternbook:environment': name };
}
