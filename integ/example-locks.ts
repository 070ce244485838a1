// Writes stateful.lock.json of every example, with all environments in it, and of the examples that define the same in Python and Java.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, IPolicyValidationContext } from 'aws-cdk-lib';
import { exampleContext, exampleNames, loadExample, PROFILES } from './example-app';
import { Lock, writeLock } from '../src/review/stateful-lock-file';
import { recorded, stackPaths, synthesizedStacks } from '../src/review/stateful-lock-record';

const EXAMPLES = path.join(__dirname, '..', 'examples');

/** What the CDK gives to a validation plugin of an app whose stacks have no account and region. */
export function validationContext(app: App): IPolicyValidationContext {
  const stacks = app.synth().stacksRecursively;
  return {
    appConstruct: app,
    stackTemplates: stacks.map(({ hierarchicalId, templateFullPath }) => ({ stackConstructPath: hierarchicalId, templatePath: templateFullPath })),
    templatePaths: stacks.map(({ templateFullPath }) => templateFullPath),
    accountId: undefined,
    region: undefined,
  };
}

/** The lock of an example, from its templates as they are. */
export function exampleLock(example: string): string {
  const lock = PROFILES.reduce<Lock>((result, profile) => {
    const context = validationContext(loadExample(example, exampleContext(example, profile)));
    return recorded(result, synthesizedStacks(context), stackPaths(context.appConstruct));
  }, {});
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-'));
  const file = path.join(folder, 'stateful.lock.json');
  writeLock(file, lock);
  const text = fs.readFileSync(file, 'utf8');
  fs.rmSync(folder, { recursive: true });
  return text;
}

/** The lock files of an example: its own, and those of the examples named after it with a language in front. */
export function lockFiles(example: string): string[] {
  const folders = fs.readdirSync(EXAMPLES).filter((name) => name === example || name.endsWith(`-${example}`));
  return folders.map((name) => path.join(EXAMPLES, name, 'stateful.lock.json'));
}

if (require.main === module) {
  process.env.CDK_VALIDATION = 'false';
  // to write them here is meant
  delete process.env.CI;
  for (const example of exampleNames()) {
    const [own, ...others] = lockFiles(example).sort((one, other) => one.length - other.length);
    fs.rmSync(own, { force: true });
    for (const profile of PROFILES) loadExample(example, exampleContext(example, profile, { 'patternbook:update-lock': true })).synth();
    for (const other of others) fs.copyFileSync(own, other);
    console.log(`wrote ${[own, ...others].map((file) => path.relative(process.cwd(), file)).join(', ')}`);
  }
}
