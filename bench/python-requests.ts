// How often a program in Python calls the CDK, which runs in a Node.js process beside it: each request costs it about a millisecond.
import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { contextOf, Pair, ROOT } from './pairs';
import { expectSameSystem, Template } from './resource-lists';

const WORK = path.join(ROOT, '.sandbox', 'bench');
const WHEELS = path.join(ROOT, 'dist', 'python');
const QUIET = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

/** Build the library for Python as it is now, and install it where nothing else is. An older wheel would be another library. */
export function installForPython(): string {
  const call = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...QUIET } });
  };
  fs.rmSync(WHEELS, { recursive: true, force: true });
  call('npx', 'projen', 'package:python');
  const environment = path.join(WORK, 'venv');
  if (!fs.existsSync(environment)) call('python3', '-m', 'venv', environment);
  const python = path.join(environment, 'bin', 'python');
  const wheel = fs.readdirSync(WHEELS).find((file) => file.endsWith('.whl'))!;
  const { devDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  call(python, ...pip, `aws-cdk-lib==${devDependencies['aws-cdk-lib']}`);
  call(python, ...pip, '--force-reinstall', '--no-deps', path.join(WHEELS, wheel));
  return python;
}

/** Requests of both programs of a pair. Fails where they are not the same system. */
export function requestsOf(pair: Pair, python: string): { readonly ours: number; readonly theirs: number } {
  const [ours, theirs] = [pair.ours, pair.theirs].map((file) => synthesis(pair, file, python));
  expectSameSystem(pair.name, ours.templates, theirs.templates);
  return { ours: ours.requests, theirs: theirs.requests };
}

function synthesis(pair: Pair, file: string, python: string): { readonly requests: number; readonly templates: Template[] } {
  const result = path.join(WORK, 'requests.json');
  const out = path.join(WORK, 'assembly');
  fs.rmSync(out, { recursive: true, force: true });
  execFileSync(python, [path.join(__dirname, 'count_requests.py'), file], {
    cwd: path.dirname(pair.ours),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...QUIET,
      CDK_CONTEXT_JSON: JSON.stringify(contextOf(pair)),
      CDK_OUTDIR: out,
      CDK_VALIDATION: 'false',
      BENCH_RESULT: result,
    },
  });
  const read = (name: string): Template => JSON.parse(fs.readFileSync(path.join(out, name), 'utf8'));
  return {
    requests: JSON.parse(fs.readFileSync(result, 'utf8')).requests,
    templates: fs.readdirSync(out).filter((name) => name.endsWith('.template.json')).map(read),
  };
}
