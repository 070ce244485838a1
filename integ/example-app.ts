// Runs an example's own app.ts inside this process, so that its construct tree can be examined, not only its templates.
import * as fs from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { transformSync } from '@swc/core';
import * as cdk from 'aws-cdk-lib';
import * as patternbook from '../src';

const EXAMPLES = path.join(__dirname, '..', 'examples');

/** The environments every example is synthesized in. */
export const PROFILES = ['dev', 'staging', 'prod'] as const;

/** Names of the examples that are TypeScript CDK apps. */
export function exampleNames(): string[] {
  return fs.readdirSync(EXAMPLES).filter((name) => fs.existsSync(path.join(EXAMPLES, name, 'app.ts'))).sort();
}

/** The context of an example's cdk.json, in which the feature flags are, and the address a user would give for its alarms. */
export function exampleContext(name: string): Record<string, unknown> {
  return { ...JSON.parse(fs.readFileSync(path.join(EXAMPLES, name, 'cdk.json'), 'utf8')).context, alertEmail: 'ops@example.com' };
}

/**
 * The app that an example defines, not yet synthesized.
 *
 * @param name folder of the example
 * @param context what cdk.json and the command line would give
 * @param props settings of the app that the command line would make by environment variables
 */
export function loadExample(name: string, context: Record<string, unknown>, props: cdk.AppProps = {}): cdk.App {
  const file = path.join(EXAMPLES, name, 'app.ts');
  const made: cdk.App[] = [];
  class ExampleApp extends cdk.App {
    constructor() {
      super({ context, analyticsReporting: false, ...props });
      made.push(this);
    }
  }
  const modules: Record<string, unknown> = {
    'aws-cdk-lib': Object.create(cdk, { App: { value: ExampleApp } }),
    'cdk-patternbook': patternbook,
  };
  const { code } = transformSync(fs.readFileSync(file, 'utf8'), {
    filename: file,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const requireHere = createRequire(__filename);
  const load = (id: string): unknown => modules[id] ?? requireHere(id.startsWith('.') ? path.resolve(path.dirname(file), id) : id);
  new Function('require', 'exports', code)(load, {});
  if (made.length !== 1) throw new Error(`${file} must define one App, it defined ${made.length}`);
  return made[0];
}
