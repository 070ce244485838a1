// Builds the npm tarball, the wheel and the jar, and lets programs in TypeScript, Python and Java define the same with them, in folders
// outside the checkout: the examples that stand in several languages, and a tour of the whole API. All must come to the same templates.
import * as fs from 'fs';
import * as path from 'path';
import { cleanFolder, ROOT, run } from './packages/command';
import { checkJava, checkPython } from './packages/documented-code';
import { classpathOf, exampleInJava, tourInJava } from './packages/java';
import { PublicApi } from './packages/public-api';
import { exampleInPython, installWheel, tourInPython, TYPE_CACHE } from './packages/python';
import { examplesIn, examplesInAnyLanguage, expectTheSame, expectTheSameTour, Program, TourResult } from './packages/synthesis';
import { touchedBySource } from './packages/touched-by-source';
import { touchedByTrace } from './packages/touched-by-trace';
import { exampleInTypescript, installTypescript, MODULE_KINDS, tourInTypescript } from './packages/typescript';
import { expectNone, Steps } from './steps';

const steps = new Steps();
const projen = (task: string) => (): Promise<string> => run('npx', ['projen', task], ROOT);

/** `--compiled`: `npm test`, which compiles the library, has just run. */
const IS_COMPILED = process.argv.includes('--compiled');

async function build(): Promise<void> {
  if (!IS_COMPILED) await steps.runAsync('the library compiles under jsii', projen('compile'));
  await steps.runAsync('README and docs translate, for the documentation of the packages', projen('readme'));
  await steps.runAsync('the npm package builds', projen('package:js'));
  await Promise.all([steps.runAsync('the wheel builds', projen('package:python')), steps.runAsync('the jar builds', projen('package:java'))]);
}

/** Public only because the CDK calls it. */
const NOT_FOR_USERS = { 'StatefulLock.validate': 'the CDK asks the plugin during synthesis' };

function expectAllTouched(touched: Set<string>): void {
  expectNone('parts of the public API that the tour does not touch', new PublicApi().everything.filter((name) => !touched.has(name) && !(name in NOT_FOR_USERS)));
  expectNone('parts that it touches, though they are listed as not for users', Object.keys(NOT_FOR_USERS).filter((name) => touched.has(name)));
}

async function typescript(clean: string): Promise<void> {
  await steps.runAsync('the npm package installs', () => installTypescript(clean));
  for (const kind of Object.keys(MODULE_KINDS) as (keyof typeof MODULE_KINDS)[]) {
    await steps.runAsync(`the tour in TypeScript (${kind}) compiles strictly and synthesizes`, () => tourInTypescript(clean, kind));
  }
  steps.run('the tour is the same with CommonJS and ES modules', () => expectTheSameTour(path.join(clean, 'cjs'), path.join(clean, 'esm')));
  steps.run('the tour in TypeScript touches all of the public API', () => {
    expectAllTouched(touchedBySource(new PublicApi(), path.join(ROOT, 'integ', 'consumers', 'typescript')));
  });
  for (const program of examplesInAnyLanguage()) {
    await steps.runAsync(`${program.name} in TypeScript synthesizes as its reader would do it`, () => exampleInTypescript(clean, program));
  }
}

/** The tour and the examples in another language, each compared with TypeScript. */
async function language(clean: string, name: string, tour: () => Promise<TourResult>, example: (program: Program) => Promise<string>): Promise<void> {
  await steps.runAsync(`the tour in ${name} comes to the same templates, and touches all of the public API`, async () => {
    const { project, trace } = await tour();
    expectTheSameTour(path.join(clean, 'cjs'), project);
    expectAllTouched(touchedByTrace(new PublicApi(), trace));
  });
  for (const program of examplesIn(name.toLowerCase())) {
    await steps.runAsync(`${program.name} in ${name} comes to the same templates in every profile`, async () => {
      const out = await example(program);
      for (const { name: variant } of program.variants) expectTheSame(path.join(clean, program.name, 'cdk.out', variant), path.join(out, variant));
    });
  }
}

async function python(clean: string): Promise<void> {
  let program = '';
  await steps.runAsync('the wheel installs', async () => {
    program = await installWheel();
  });
  await language(clean, 'Python', () => tourInPython(clean, program), (example) => exampleInPython(clean, program, example));
  await steps.runAsync('mypy accepts the Python of README and docs', () => checkPython(clean, program, TYPE_CACHE));
}

async function java(clean: string): Promise<void> {
  await language(clean, 'Java', () => tourInJava(clean), (example) => exampleInJava(clean, example));
  await steps.runAsync('javac accepts the Java of README and docs', () => checkJava(clean, classpathOf(path.join(clean, 'java-tour'))));
}

async function main(): Promise<void> {
  const clean = cleanFolder();
  fs.rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true });
  await build();
  // what was built before would be tested in place of what did not build
  if (steps.allPassed) {
    await typescript(clean);
    await Promise.all([python(clean), java(clean)]);
  }
  if (steps.allPassed) fs.rmSync(clean, { recursive: true });
  else console.log(`the programs and their assemblies: ${clean}`);
  steps.end();
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
