// What is defined in every language, and when its templates are equal.
import * as fs from 'fs';
import * as path from 'path';
import { differencesBetween, systemIn } from '../both-ends/system';
import { exampleContext, exampleNames, PROFILES } from '../example-app';
import { RECOMMENDED_FLAGS } from '../flag-sets';
import { expectNone } from '../steps';
import { ROOT } from './command';

/** A program in one way to run it. */
export interface Variant { readonly name: string; readonly context: Record<string, unknown> }

/** A program that stands in several languages. */
export interface Program {
  /** The tour, or the name of the example. */
  readonly name: string;
  readonly variants: readonly Variant[];
}

/** Where the project of a tour is, and its conversation with the jsii runtime. */
export interface TourResult { readonly project: string; readonly trace: string }

const WITH_DOMAIN = { domain: 'api.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };
const LANGUAGES = ['python', 'java'];

/** The walk through the whole API. It chooses its profile itself. */
export const TOUR: Program = {
  name: 'tour',
  variants: [{ name: 'staging', context: { ...RECOMMENDED_FLAGS, 'patternbook:environment': 'staging', 'patternbook:update-lock': true } }],
};
/** What its lock writes, beside the program. */
const LOCK = 'tour.lock.json';

/** The examples that also stand in a language: `examples/<language>-<name>`. */
export function examplesIn(language: string): Program[] {
  const names = fs.readdirSync(path.join(ROOT, 'examples')).filter((name) => name.startsWith(`${language}-`)).map((name) => name.slice(language.length + 1));
  expectNone(`examples in ${language} without one in TypeScript`, names.filter((name) => !exampleNames().includes(name)));
  return names.map(exampleProgram);
}

/** The examples that stand in any other language than TypeScript. */
export function examplesInAnyLanguage(): Program[] {
  return [...new Set(LANGUAGES.flatMap((language) => examplesIn(language).map(({ name }) => name)))].sort().map(exampleProgram);
}

function exampleProgram(name: string): Program {
  return {
    name,
    variants: [
      ...PROFILES.map((profile) => ({ name: profile, context: exampleContext(name, profile) })),
      { name: 'prod-with-domain', context: exampleContext(name, 'prod', WITH_DOMAIN) },
    ],
  };
}

/** What `cdk synth` would set. Templates only: their schema is validated by `synth:examples`. */
export function synthEnvironment(out: string, { context }: Variant): Record<string, string> {
  // a lock that a pipeline writes guards nothing, so that it writes none: the tour is no pipeline
  return { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false', CI: '' };
}

/** Fails where the tour of another language is not the same, its templates and what its lock has written. */
export function expectTheSameTour(expected: string, actual: string): void {
  expectTheSame(path.join(expected, 'cdk.out'), path.join(actual, 'cdk.out'));
  const [left, right] = [expected, actual].map((project) => JSON.parse(fs.readFileSync(path.join(project, LOCK), 'utf8')));
  expectNone(`differences between the locks in ${expected} and ${actual}`, differencesBetween(left, right));
}

/** Fails where an assembly has other templates than another: hashes of assets aside, all of them, metadata included. */
export function expectTheSame(expected: string, actual: string): void {
  const [left, right] = [systemIn(expected), systemIn(actual)];
  if (Object.keys(left).length === 0) throw new Error(`no templates in ${expected}`);
  expectNone(`differences between ${expected} and ${actual}`, differencesBetween(left, right));
}
