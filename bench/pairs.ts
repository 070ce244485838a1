// What is compared: each example, and the same system written by hand with aws-cdk-lib alone. The name of a file says whose twin it is.
import * as fs from 'fs';
import * as path from 'path';
import { Template } from './resource-lists';
import { exampleContext, loadApp, synthesizedStacks } from '../integ/example-app';

/** The checkout. */
export const ROOT = path.join(__dirname, '..');
const HAND_WRITTEN = path.join(__dirname, 'hand-written');
/** The reference systems are written by hand in this environment. */
const PROFILE = 'prod';

/** Languages in which systems are compared, by the ending of their programs. */
export type Language = 'ts' | 'py';

/** An example, and its twin if it has one. */
export interface Example {
  readonly name: string;
  /** Undefined for languages in which nothing is compared. */
  readonly language?: Language;
  readonly ours: string;
  readonly theirs?: string;
}

/** An example that has a twin. */
export type Pair = Required<Example>;

/** All examples, by their folders. */
export function examples(): Example[] {
  const folder = path.join(ROOT, 'examples');
  return fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, 'cdk.json'))).sort().map((name) => {
    const language = (['ts', 'py'] as const).find((ending) => fs.existsSync(path.join(folder, name, `app.${ending}`)));
    const theirs = path.join(HAND_WRITTEN, `${name}.${language}`);
    return { name, language, ours: path.join(folder, name, `app.${language}`), theirs: fs.existsSync(theirs) ? theirs : undefined };
  });
}

/** The examples that have a twin in a language. */
export function pairs(language: Language): Pair[] {
  return examples().filter((example): example is Pair => example.language === language && example.theirs !== undefined);
}

/** Programs written by hand that are nobody's twin. */
export function strayTwins(): string[] {
  const twins = examples().flatMap(({ theirs }) => theirs ?? []);
  return fs.readdirSync(HAND_WRITTEN).map((file) => path.join(HAND_WRITTEN, file))
    .filter((file) => !file.endsWith(DIFFERENCES) && !twins.includes(file))
    .map((file) => path.relative(ROOT, file));
}

/** What the command line would give a program. */
export function contextOf({ name }: Example): Record<string, unknown> {
  return exampleContext(name, PROFILE);
}

/** The templates of a program in TypeScript, as they are written to disk: those of all its stacks, also of such as constructs make for another region. */
export function templatesOf(example: Example, file: string): Array<{ readonly template: Template; readonly bytes: number }> {
  const app = loadApp(file, contextOf(example));
  return synthesizedStacks<Template>(app).map(({ template, file: written }) => ({ template, bytes: fs.statSync(written).size }));
}

const DIFFERENCES = '.differences.json';

/** Properties in which a twin may differ, by the reason why the comparison is fair nevertheless. */
export function acceptedDifferences({ theirs }: Pair): Record<string, string[]> {
  return JSON.parse(fs.readFileSync(theirs.replace(/\.ts$/, DIFFERENCES), 'utf8'));
}
