// The AWS emulator as a process: started by the launcher, on a free port of 127.0.0.1.
import * as fs from 'fs';
import * as path from 'path';
import { freePort } from './loopback';
import { GuardedProcess, sleep } from './processes';
import { COMPILED_ONCE } from './python';

const LAUNCHER = path.join(__dirname, 'emulator', 'launcher.py');
const START_SECONDS = 60;

/** What the emulator is started with. */
export interface EmulatorOptions {
  readonly python: string;
  readonly root: string;
  readonly runFolder: string;
  /** Where its handlers call the supervisor. */
  readonly supervisor: string;
  readonly token: string;
  /** How long a minute of a deployment that shifts traffic is. */
  readonly minuteMilliseconds: number;
}

/** A running emulator. */
export class Emulator {
  /** Start one and wait until it answers. */
  public static async start(options: EmulatorOptions): Promise<Emulator> {
    const port = await freePort();
    const temporary = path.join(options.runFolder, 'tmp');
    fs.mkdirSync(temporary, { recursive: true });
    const process_ = new GuardedProcess(options.python, {
      command: [options.python, LAUNCHER],
      directory: options.runFolder,
      environment: {
        PATH: `${path.dirname(options.python)}:${path.dirname(process.execPath)}:${process.env.PATH}`,
        HOME: temporary,
        TMPDIR: temporary,
        LANG: 'C.UTF-8',
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        // Lambda functions on Node find the AWS SDK there, as they do on AWS
        NODE_PATH: path.join(options.root, 'node_modules'),
        ...COMPILED_ONCE,
        SANDBOX_SUPERVISOR: options.supervisor,
        SANDBOX_TOKEN: options.token,
        SANDBOX_MINUTE_SECONDS: String(options.minuteMilliseconds / 1000),
      },
      logFile: path.join(options.runFolder, 'logs', 'emulator.log'),
      graceSeconds: 2,
    });
    const emulator = new Emulator(`http://127.0.0.1:${port}`, process_);
    await emulator.waitUntilReady();
    return emulator;
  }

  private constructor(public readonly endpoint: string, private readonly process: GuardedProcess) {}

  /** Resolves when the emulator has ended. */
  public get ended(): Promise<number> {
    return this.process.exit;
  }

  /** Stop it. */
  public stop(): Promise<void> {
    return this.process.stop();
  }

  private async waitUntilReady(): Promise<void> {
    for (const end = Date.now() + START_SECONDS * 1000; Date.now() < end; await sleep(50)) {
      if (this.process.exitCode !== undefined) break;
      const ready = await fetch(`${this.endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false);
      if (ready) return;
    }
    await this.process.stop();
    throw new Error(`the AWS emulator did not start: ${this.process.tail(10)}`);
  }
}
