// Measures processes of plain JavaScript: compiled before, so that no compiler is measured, and in turn, so that noise meets all alike.
import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { transformSync } from '@swc/core';
import { importsOf } from './code-size';
import { contextOf, Pair, ROOT } from './pairs';

/** What a process has used: CPU time of user and system in ms, the most memory in MiB. */
export interface Usage { readonly cpu: number; readonly memory: number }

/** What is measured of each of two programs. */
export const TASKS = ['import', 'one', 'five', 'twenty'] as const;
export type Task = (typeof TASKS)[number];
const SYSTEMS: Record<Task, number> = { import: 0, one: 1, five: 5, twenty: 20 };

/** Usage in each round, of both programs. */
export interface Measured { readonly ours: Usage[]; readonly theirs: Usage[] }

const WORK = path.join(ROOT, 'cdk.out', 'bench');

/** Measure a task of both programs of a pair, in so many rounds. Where the library is compiled, the example uses it as an installed package. */
export function measure(pair: Pair, task: Task, rounds: number): Measured {
  prepare();
  const [ours, theirs] = [pair.ours, pair.theirs].map((file, side) => program(file, path.join(WORK, `${pair.name}-${side}`), task));
  const measured: Measured = { ours: [], theirs: [] };
  const environment = { CDK_CONTEXT_JSON: JSON.stringify(contextOf(pair)) };
  const reporting = ['--require', compiled(path.join(__dirname, 'report-usage.ts'))];
  for (let round = 0; round < rounds; round += 1) {
    measured.ours.push(run([...reporting, ...ours], environment));
    measured.theirs.push(run([...reporting, ...theirs], environment));
  }
  return measured;
}

function prepare(): void {
  const installed = path.join(WORK, 'node_modules', 'cdk-patternbook');
  if (fs.existsSync(installed)) return;
  fs.mkdirSync(path.dirname(installed), { recursive: true });
  fs.symlinkSync(ROOT, installed);
}

/** Arguments of node that run a task of a program. */
function program(file: string, name: string, task: Task): string[] {
  if (task !== 'import') return [compiled(path.join(__dirname, 'run-system.ts')), compiled(file, `${name}.js`), String(SYSTEMS[task])];
  const imports = `${name}-import.js`;
  fs.writeFileSync(imports, importsOf(file).map((module) => `require(${JSON.stringify(module)});\n`).join(''));
  return [imports];
}

function compiled(file: string, out = path.join(WORK, `${path.basename(file, '.ts')}.js`)): string {
  const { code } = transformSync(fs.readFileSync(file, 'utf8'), {
    filename: file,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  fs.writeFileSync(out, code);
  return out;
}

function run(args: string[], environment: Record<string, string>): Usage {
  const result = path.join(WORK, 'usage.json');
  const out = path.join(WORK, 'assembly');
  // a file that is there already would not be written again
  fs.rmSync(out, { recursive: true, force: true });
  execFileSync(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CDK_OUTDIR: out, CDK_VALIDATION: 'false', BENCH_RESULT: result, ...environment },
  });
  return JSON.parse(fs.readFileSync(result, 'utf8'));
}
