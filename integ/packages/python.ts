// Python users of the wheel: an environment that holds it and what it asks for, the examples and the tour in it.
import * as path from 'path';
import { copyFolder, onlyFile, ROOT, run } from './command';
import { Program, synthEnvironment, TOUR, TourResult } from './synthesis';
import { pythonEnvironment } from '../sandbox/python';

const REQUIREMENTS = path.join(ROOT, 'integ', 'consumers', 'python-requirements.txt');
/** Kept from run to run, for what does not come from this checkout. */
const VENV = path.join(ROOT, '.sandbox', 'venvs', 'consumer');
/** Type checks of aws-cdk-lib take most of a minute; the second run remembers the first. */
export const TYPE_CACHE = path.join(ROOT, '.sandbox', 'mypy');

/** The Python of an environment with the wheel, in which nothing is missing that the wheel asks for. */
export async function installWheel(): Promise<string> {
  const python = await pythonEnvironment(VENV, REQUIREMENTS);
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet'];
  await run(python, [...pip, 'install', '--force-reinstall', '--no-deps', '--no-compile', onlyFile(path.join(ROOT, 'dist', 'python'), '.whl')], ROOT);
  await run(python, [...pip, 'check'], ROOT);
  return python;
}

/** mypy in its strictest mode, which also sees that classes of the user's are what the library's interfaces demand. */
async function check(python: string, project: string, file: string): Promise<void> {
  await run(python, ['-m', 'mypy', '--strict', '--cache-dir', TYPE_CACHE, file], project);
}

/** The tour. */
export async function tourInPython(clean: string, python: string): Promise<TourResult> {
  const project = path.join(clean, 'python-tour');
  copyFolder(path.join(ROOT, 'integ', 'consumers', 'python'), project);
  await check(python, project, 'tour.py');
  const out = path.join(project, 'cdk.out');
  return { project, trace: await run(python, ['tour.py'], project, { ...synthEnvironment(out, TOUR.variants[0]), JSII_DEBUG: '1' }) };
}

/** An example. Returns the folder with an assembly for each variant. */
export async function exampleInPython(clean: string, python: string, { name, variants }: Program): Promise<string> {
  const project = path.join(clean, `python-${name}`);
  copyFolder(path.join(ROOT, 'examples', `python-${name}`), project);
  await check(python, project, 'app.py');
  for (const variant of variants) await run(python, ['app.py'], project, synthEnvironment(path.join(project, 'cdk.out', variant.name), variant));
  return path.join(project, 'cdk.out');
}
