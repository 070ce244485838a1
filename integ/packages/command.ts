// Commands that must succeed, and the folders they work in.
import { execFile } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { promisify } from 'util';

/** The checkout. */
export const ROOT = path.join(__dirname, '..', '..');

const execute = promisify(execFile);
const MOST_OUTPUT = 256 * 1024 * 1024;

async function runForBoth(command: string, args: string[], cwd: string, env: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
  try {
    return await execute(command, args, {
      cwd, maxBuffer: MOST_OUTPUT, env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', ...env },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ').slice(0, 400)}\n${`${stdout ?? ''}${stderr ?? ''}`.slice(-4000)}`);
  }
}

/** Run a command and return what it writes to its error stream; when it fails, the error holds the end of its output. */
export async function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
  return (await runForBoth(command, args, cwd, env)).stderr;
}

/** Run a command and return its output. */
export async function output(command: string, args: string[]): Promise<string> {
  return (await runForBoth(command, args, ROOT, {})).stdout;
}

/** A folder in which nothing of the checkout is found by accident: elsewhere, with no packages above it. */
export function cleanFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'patternbook-consumers-')));
  for (let above = path.dirname(folder); above !== path.dirname(above); above = path.dirname(above)) {
    for (const name of ['node_modules', 'package.json', 'pom.xml']) {
      if (fs.existsSync(path.join(above, name))) throw new Error(`${folder} is not clean, there is a ${name} above it in ${above}: set TMPDIR to another folder`);
    }
  }
  return folder;
}

/** Copy what a program consists of. */
export function copyFolder(from: string, to: string, isWanted: (file: string) => boolean = () => true): void {
  const leftovers = /(^|\/)(node_modules|cdk\.out|target|__pycache__|\.venv)$/;
  fs.cpSync(from, to, { recursive: true, filter: (file) => !leftovers.test(file) && isWanted(path.relative(from, file)) });
}

/** The one file of a folder whose name ends like this. */
export function onlyFile(folder: string, ending: string): string {
  const found = fs.readdirSync(folder).filter((name) => name.endsWith(ending));
  if (found.length !== 1) throw new Error(`expected one *${ending} in ${folder}, got [${found.join(', ')}]`);
  return path.join(folder, found[0]);
}
