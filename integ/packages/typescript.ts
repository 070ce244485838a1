// TypeScript users of the npm tarball: with CommonJS and with ES modules, under strict compilers, on the tour; and each example as its reader has it.
import * as fs from 'fs';
import * as path from 'path';
import { exampleNames } from '../example-app';
import { copyFolder, onlyFile, ROOT, run } from './command';
import { Program, synthEnvironment, TOUR } from './synthesis';

const CONSUMERS = path.join(ROOT, 'integ', 'consumers');

const manifestOf = (file: string): Record<string, Record<string, string> | undefined> => JSON.parse(fs.readFileSync(file, 'utf8'));

/** Module kinds, each with the package of the compiler that checks it: the one that most use, and the newest. */
export const MODULE_KINDS = { cjs: 'typescript', esm: 'typescript7' } as const;

/** Install what the examples ask for, with the tarball and the oldest CDK, which is what the other languages have, once for all projects below a folder. */
export async function installTypescript(clean: string): Promise<void> {
  const examples = exampleNames().map((name) => manifestOf(path.join(ROOT, 'examples', name, 'package.json')));
  const development = manifestOf(path.join(ROOT, 'package.json')).devDependencies!;
  const dependencies = {
    ...Object.assign({}, ...examples.flatMap((manifest) => [manifest.dependencies, manifest.devDependencies])),
    ...Object.fromEntries(['aws-cdk-lib', 'constructs', 'typescript7'].map((name) => [name, development[name]])),
    'cdk-patternbook': `file:${onlyFile(path.join(ROOT, 'dist', 'js'), '.tgz')}`,
  };
  fs.writeFileSync(path.join(clean, 'package.json'), JSON.stringify({ private: true, dependencies }, undefined, 2));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--silent'], clean);
}

/** The tour, with nothing left unchecked by the compiler, and run by plain node. */
export async function tourInTypescript(clean: string, kind: keyof typeof MODULE_KINDS): Promise<void> {
  const project = path.join(clean, kind);
  copyFolder(path.join(CONSUMERS, kind), project);
  copyFolder(path.join(CONSUMERS, 'typescript'), path.join(project, 'src'));
  await run(process.execPath, [path.join(clean, 'node_modules', MODULE_KINDS[kind], 'bin', 'tsc'), '--project', '.'], project);
  await run(process.execPath, [path.join('dist', 'tour.js')], project, synthEnvironment(path.join(project, 'cdk.out'), TOUR.variants[0]));
}

/** An example, checked by its own settings and run by the command of its own cdk.json. */
export async function exampleInTypescript(clean: string, { name, variants }: Program): Promise<string> {
  const project = path.join(clean, name);
  copyFolder(path.join(ROOT, 'examples', name), project, (file) => !/^(service|next-version)(\/|$)/.test(file));
  await run(process.execPath, [path.join(clean, 'node_modules', 'typescript', 'bin', 'tsc'), '--project', '.'], project);
  const { app } = JSON.parse(fs.readFileSync(path.join(project, 'cdk.json'), 'utf8'));
  for (const variant of variants) await run('sh', ['-c', app], project, synthEnvironment(path.join(project, 'cdk.out', variant.name), variant));
  return path.join(project, 'cdk.out');
}
