// Child processes that cannot outlive the supervisor, each with a log file.
import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const GUARD = path.join(__dirname, 'emulator', 'guard.py');

/** An unprivileged user of this machine. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** What to run. */
export interface GuardedOptions {
  readonly command: readonly string[];
  readonly directory?: string;
  readonly environment?: { readonly [name: string]: string | undefined };
  readonly logFile: string;
  /** Seconds between the request to end and the kill. @default 5 */
  readonly graceSeconds?: number;
  /** User to run as. @default - that of the supervisor */
  readonly user?: User;
}

/** A command under a guard that ends it when the supervisor is gone. */
export class GuardedProcess {
  /** Exit code, 128 + n for a signal n. */
  public readonly exit: Promise<number>;
  /** Exit code once it has ended. */
  public exitCode?: number;
  private readonly guard: ChildProcess;

  constructor(python: string, private readonly options: GuardedOptions) {
    const log = fs.openSync(options.logFile, 'a');
    const user = options.user ? ['--user', `${options.user.uid}:${options.user.gid}`] : [];
    const args = ['-I', GUARD, ...user, '--grace', String(options.graceSeconds ?? 5), '--', ...options.command];
    this.guard = spawn(python, args, {
      cwd: options.directory,
      env: { ...options.environment } as NodeJS.ProcessEnv,
      stdio: ['pipe', log, log],
      // a Ctrl-C in the terminal is the owner's to handle
      detached: true,
    });
    fs.closeSync(log);
    this.guard.stdin!.on('error', () => undefined);
    this.exit = new Promise((resolve) => {
      const end = (code: number) => resolve(this.exitCode = code);
      this.guard.once('error', (error) => {
        fs.appendFileSync(options.logFile, `${error.message}\n`);
        end(127);
      });
      this.guard.once('exit', (code) => end(code ?? 137));
    });
  }

  /** Process id of the guard. */
  public get pid(): number {
    return this.guard.pid ?? 0;
  }

  /** Ask it to end; it is killed after its grace. */
  public async stop(): Promise<void> {
    if (this.exitCode === undefined) this.guard.kill('SIGTERM');
    await this.exit;
  }

  /** Kill the command at once, as a failing host would: the guard goes with it. */
  public kill(): void {
    if (this.exitCode === undefined) this.guard.kill('SIGKILL');
  }

  /** The last lines of its log. */
  public tail(lines = 6): string {
    return tailOf(this.options.logFile, lines);
  }
}

/** Run a command to its end; rejects with the end of its output when it fails or takes too long. */
export async function runToEnd(python: string, options: GuardedOptions, limitSeconds: number): Promise<void> {
  const child = new GuardedProcess(python, options);
  const limit = setTimeout(() => void child.stop(), limitSeconds * 1000);
  const code = await child.exit;
  clearTimeout(limit);
  if (code !== 0) throw new Error(`'${options.command.join(' ')}' ended with exit code ${code}: ${child.tail()}`);
}

/** The last lines of a file that say something, as one line. */
export function tailOf(file: string, lines: number): string {
  if (!fs.existsSync(file)) return '';
  const size = fs.statSync(file).size;
  const length = Math.min(size, 8192);
  const buffer = Buffer.alloc(length);
  const descriptor = fs.openSync(file, 'r');
  fs.readSync(descriptor, buffer, 0, length, size - length);
  fs.closeSync(descriptor);
  return buffer.toString('utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '').slice(-lines).join(' | ');
}

export const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Rejects when something takes longer than its limit. */
export async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${seconds} seconds`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
