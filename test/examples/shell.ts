// Runs the shell of an example beside programs that only write down how they were called.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** A program that stands in for one of the same name: lines of bash, in which `$*` is what it was called with. */
export type StandIns = Readonly<Record<string, string>>;

/** What came of a run. */
export interface ShellRun {
  readonly status: number | null;
  /** What it wrote to the person that ran it. */
  readonly output: string;
  /** The stand-ins in the order in which they were called, each with its arguments. */
  readonly calls: readonly string[];
}

/** Run bash in a folder. The stand-ins come before all other programs. */
export function runShell(script: string, folder: string, standIns: StandIns, env: Record<string, string> = {}): ShellRun {
  const bin = fs.mkdtempSync(path.join(os.tmpdir(), 'stand-ins-'));
  const log = path.join(bin, 'calls');
  fs.writeFileSync(log, '');
  for (const [name, lines] of Object.entries(standIns)) {
    fs.writeFileSync(path.join(bin, name), `#!/usr/bin/env bash\necho "${name} $*" >> '${log}'\n${lines}\n`, { mode: 0o755 });
  }
  try {
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
      // not from a pipe, which Node makes of sockets: bash would take itself for the shell of a remote login and read ~/.bashrc, where other programs may come first
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
    });
    return { status, output: `${stdout}${stderr}`, calls: fs.readFileSync(log, 'utf8').split('\n').filter(Boolean) };
  } finally {
    fs.rmSync(bin, { recursive: true });
  }
}

/** Run a script in a folder of its own, called from elsewhere. */
export function runScript(script: string, args: string, standIns: StandIns, fill: (folder: string) => void): ShellRun {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'script-'));
  const copy = path.join(folder, path.basename(script));
  fs.copyFileSync(script, copy);
  fill(folder);
  try {
    return runShell(`${copy} ${args}`, os.tmpdir(), standIns);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A registry that has these images and takes others. */
export function docker(...images: string[]): StandIns {
  const has = images.map((image) => `[ "$3" = '${image}' ]`).join(' || ') || 'false';
  return {
    aws: 'echo password',
    docker: `case "$1" in login) [ "$(cat)" = password ];; manifest) ${has};; esac`,
  };
}
