// The Python that the emulator and other tools need: environments of the project's own, made from pinned versions on first use.
import { execFile } from 'child_process';
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { promisify } from 'util';
import { sleep } from './processes';

const run = promisify(execFile);
const REQUIREMENTS = path.join(__dirname, 'requirements.txt');
const INSTALL_SECONDS = 300;

/** Environment of a Python whose imports are compiled once for all of its processes: what is installed comes uncompiled, and source folders are not written to. */
export const COMPILED_ONCE = { PYTHONPYCACHEPREFIX: path.join(__dirname, '..', '..', '.sandbox', 'compiled') };

/** The Python of the emulator's environment. */
export function emulatorPython(root: string): Promise<string> {
  return pythonEnvironment(path.join(root, '.sandbox', 'venv'), REQUIREMENTS);
}

/**
 * The Python of an environment, which is made when there is none or its requirements changed.
 *
 * @param requirements file of what is installed
 * @param included files that it includes
 */
export async function pythonEnvironment(folder: string, requirements: string, ...included: string[]): Promise<string> {
  const python = path.join(folder, 'bin', 'python');
  const key = createHash('sha256');
  for (const file of [requirements, ...included]) key.update(fs.readFileSync(file));
  await makeOnce(folder, key.digest('hex'), async () => {
    await run(await systemPython(), ['-m', 'venv', '--clear', folder]);
    // Python compiles what is imported, which is little of what is installed
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--requirement', requirements];
    await run(python, install, { timeout: INSTALL_SECONDS * 1000 });
  });
  return python;
}

/**
 * Make a folder unless it was made from the same input; two processes that want it at once make it once.
 *
 * @param key what it is made from
 */
export async function makeOnce(folder: string, key: string, make: () => Promise<void>): Promise<void> {
  const marker = path.join(folder, '.made-from');
  const lock = `${folder}.lock`;
  const isMade = () => fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === key;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  while (!isMade()) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      if (!isAlive(readPid(lock))) fs.rmSync(lock, { force: true });
      await sleep(200);
      continue;
    }
    try {
      if (isMade()) return;
      fs.rmSync(folder, { recursive: true, force: true });
      fs.mkdirSync(folder, { recursive: true });
      await make();
      fs.writeFileSync(marker, key);
    } finally {
      fs.rmSync(lock, { force: true });
    }
  }
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readPid(file: string): number {
  try {
    return Number(fs.readFileSync(file, 'utf8')) || process.pid;
  } catch {
    // its maker has just removed it
    return process.pid;
  }
}

async function systemPython(): Promise<string> {
  const check = 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))';
  for (const python of [process.env.PYTHON ?? 'python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    const works = await run(python, ['-c', check]).then(() => true, () => false);
    if (works) return python;
  }
  throw new Error([
    'The local sandbox needs Python 3.10 or newer with its venv module, and found none as python3:',
    '  Debian, Ubuntu:  sudo apt-get install python3 python3-venv',
    '  Fedora:          sudo dnf install python3',
    '  macOS:           brew install python',
    'A Python elsewhere can be named by the environment variable PYTHON.',
  ].join('\n'));
}
