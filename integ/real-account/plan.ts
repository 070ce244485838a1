// What the integration tests would deploy to an account: synthesized, priced, and what they would leave behind.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { HOURS_PER_MONTH } from '../../src/review/prices';

const ROOT = path.join(__dirname, '..', '..');
const INTEG = path.join(ROOT, 'integ');

/** A test and what it deploys. */
export interface PlannedTest {
  /** Its file, without folder. */
  readonly file: string;
  /** Names of its stacks. */
  readonly stacks: readonly string[];
  /** US dollars an hour at list price. */
  readonly hourly: number;
  /** What stays in the account when its stacks are deleted: type and logical id. */
  readonly stays: readonly string[];
}

/** What is run, and what is not. */
export interface Plan {
  /** Tests that are run. */
  readonly tests: readonly PlannedTest[];
  /** Files of the tests that need an image, where none was named. */
  readonly leftOut: readonly string[];
}

/** Name of the variable in which tests find the image of their service: `repository:tag` in the account's registry. */
export const IMAGE_VARIABLE = 'INTEG_IMAGE';

/**
 * Copy the tests to a folder, and synthesize them there.
 *
 * The runner writes what it deployed beside its tests. In a copy the committed snapshots, which are the sandbox's, stay as they are.
 *
 * @param wanted files of the tests, without folder; all where it is empty
 */
export function planIn(folder: string, wanted: readonly string[], environment: NodeJS.ProcessEnv): Plan {
  const all = fs.readdirSync(INTEG).filter((file) => /^integ\..*\.ts$/.test(file)).sort();
  const unknown = wanted.filter((file) => !all.includes(file));
  if (unknown.length > 0) throw new Error(`there is no test ${unknown.join(', ')} in integ/: choose among ${all.join(', ')}`);
  const chosen = wanted.length > 0 ? all.filter((file) => wanted.includes(file)) : all;
  const needsImage = (file: string): boolean => fs.readFileSync(path.join(INTEG, file), 'utf8').includes(`process.env.${IMAGE_VARIABLE}`);
  const leftOut = environment[IMAGE_VARIABLE] ? [] : chosen.filter(needsImage);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const tests = chosen.filter((file) => !leftOut.includes(file)).map((file) => {
    fs.copyFileSync(path.join(INTEG, file), path.join(folder, file));
    return planned(folder, file, environment);
  });
  return { tests, leftOut };
}

interface Artifact { readonly type: string; readonly properties?: { readonly templateFile?: string; readonly stackName?: string } }
interface Manifest { readonly artifacts: Record<string, Artifact> }
interface Template { readonly Resources?: Record<string, { readonly Type: string; readonly DeletionPolicy?: string }> }

function planned(folder: string, file: string, environment: NodeJS.ProcessEnv): PlannedTest {
  const out = path.join(folder, `plan-of-${file}`);
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', path.join(folder, file)], {
    cwd: ROOT, encoding: 'utf8', env: { ...environment, CDK_OUTDIR: out },
  });
  if (status !== 0) throw new Error(`${file} does not synthesize:\n${stderr}`);
  const read = <Content>(name: string): Content => JSON.parse(fs.readFileSync(path.join(out, name), 'utf8'));
  const stacks = Object.entries(read<Manifest>('manifest.json').artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const templates = stacks.map(([, { properties }]) => read<Template>(properties!.templateFile!));
  const resources = templates.flatMap(({ Resources = {} }) => Object.entries(Resources));
  return {
    file,
    stacks: stacks.map(([id, { properties }]) => properties?.stackName ?? id),
    hourly: estimateMonthlyCost(templates).total / HOURS_PER_MONTH,
    stays: resources.filter(([, { DeletionPolicy: policy = 'Delete' }]) => policy.startsWith('Retain') || policy === 'Snapshot')
      .map(([id, { Type: type, DeletionPolicy: policy }]) => `${type} ${id}${policy === 'Snapshot' ? ' (a final snapshot)' : ''}`),
  };
}
