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

/**
 * The context of an example in a profile: that of its cdk.json, in which the feature flags are, and the address a user would give for its alarms.
 *
 * @param further what a user would give besides
 */
export function exampleContext(name: string, profile: string, further: Record<string, unknown> = {}): Record<string, unknown> {
  const { context } = JSON.parse(fs.readFileSync(path.join(EXAMPLES, name, 'cdk.json'), 'utf8'));
  return { ...context, 'alertEmail': 'ops@example.com', 'patternbook:environment': profile, ...further };
}

/** What the README of an example offers in place of what it does by itself: context a user would give besides. */
export interface ExampleChoice { readonly example: string; readonly name: string; readonly context: Record<string, unknown> }

/** All of them; each is synthesized, judged and linted in prod. */
export const CHOICES: readonly ExampleChoice[] = [
  { example: 'two-services-ghcr', name: 'images-direct', context: { ghcr: 'direct' } },
  { example: 'fillup-pwa', name: 'one-stack', context: { stacks: 'one' } },
];

/** Context with which an example has other stateful resources. Its README says that the lock is then written anew. */
const LOCKED_ANEW = ['ghcr', 'stacks', 'tokenProvider'];

/** A stack, by its path in the app, and what it is deployed from. */
export interface SynthesizedStack<Template> { readonly id: string; readonly template: Template; readonly file: string }

/** The stacks of an app, synthesized. */
export function synthesizedStacks<Template>(app: cdk.App): SynthesizedStack<Template>[] {
  const assembly = app.synth();
  // also those that a construct makes for its parts in another region
  return app.node.findAll().filter(cdk.Stack.isStack).map((stack) => {
    const { template, templateFullPath } = assembly.getStackByName(stack.stackName);
    return { id: stack.node.path, template, file: templateFullPath };
  });
}

/**
 * The app that an example defines, not yet synthesized.
 *
 * @param name folder of the example
 * @param context what cdk.json and the command line would give
 * @param props settings of the app that the command line would make by environment variables
 */
export function loadExample(name: string, context: Record<string, unknown>, props: cdk.AppProps = {}): cdk.App {
  return loadApp(path.join(EXAMPLES, name, 'app.ts'), context, props);
}

/** The app that a program defines, not yet synthesized. */
export function loadApp(file: string, context: Record<string, unknown>, props: cdk.AppProps = {}): cdk.App {
  const made: cdk.App[] = [];
  class ExampleApp extends cdk.App {
    constructor() {
      // where a construct was made takes a tenth of the time to find out, and is of no interest here
      super({ context: { ...context, 'aws:cdk:disable-creation-stack-traces': true }, analyticsReporting: false, ...props });
      made.push(this);
    }
  }
  // the lock remembers what an example does by itself: with a choice its reader has it written anew
  const chosen = LOCKED_ANEW.some((key) => key in context);
  // the CLI runs an app in its own folder, where its lock is
  class ExampleLock extends patternbook.StatefulLock {
    constructor({ lockFile = 'stateful.lock.json' }: patternbook.StatefulLockProps = {}) {
      super({ lockFile: path.join(path.dirname(file), lockFile) });
    }

    public override validate(app: cdk.IPolicyValidationContext): cdk.PolicyValidationPluginReport {
      return chosen ? { success: true, violations: [] } : super.validate(app);
    }
  }
  const modules: Record<string, unknown> = {
    'aws-cdk-lib': Object.create(cdk, { App: { value: ExampleApp } }),
    'cdk-patternbook': Object.create(patternbook, { StatefulLock: { value: ExampleLock } }),
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
