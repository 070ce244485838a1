// What the tests share: apps with and without the recommended feature flags, and the shapes every block is put into.
import { App, AppProps, Environment, Stack } from 'aws-cdk-lib';
import * as recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';

/** The two ends of what a consumer's cdk.json may hold; a promise must hold under both. */
export const FLAG_SETS: ReadonlyArray<[name: string, flags: Record<string, unknown>]> = [
  ['the recommended feature flags', recommendedFlags],
  ['no feature flags', {}],
];

// schema validation costs seconds a process: `synth:examples` runs it once for all
process.env.CDK_VALIDATION ??= 'false';

/** An app with the recommended flags. */
export function testApp(context: Record<string, unknown> = {}, props: AppProps = {}): App {
  return new App({ context: { ...recommendedFlags, ...context }, analyticsReporting: false, ...props });
}

/** A stack of its own app, in no particular account or region unless one is given. */
export function testStack(context: Record<string, unknown> = {}, env?: Environment): Stack {
  return new Stack(testApp(context), 'Stack', { env });
}

/** Context that selects a profile, as `cdk --context patternbook:environment=dev` does. */
export function inProfile(name: 'dev' | 'staging' | 'prod'): Record<string, unknown> {
  return { 'patternbook:environment': name };
}
