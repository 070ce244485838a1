// The local sandbox: an AWS emulator whose databases and services really run. Start one, deploy to it, call it, stop it.
import { ChildProcess, execFile, spawn } from 'child_process';
import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { promisify } from 'util';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ACCOUNT, clientConfig, REGION } from './aws';
import { ask } from './control';
import { RunningDatabase } from './databases';
import { Deployer, Outputs, Progress } from './deployment';
import { Door } from './doors';
import { FunctionStatus } from './functions';
import { removeRun } from './postgres-binaries';
import { sleep, tailOf } from './processes';
import { emulatorPython, isAlive } from './python';
import { ServiceStatus } from './services';
import { KEPT_MARKER, SupervisorConfig, SupervisorState } from './supervisor-config';

const ROOT = path.join(__dirname, '..', '..');
const START_SECONDS = 60;
/** Tasks may migrate before they are healthy. */
const ASK_SECONDS = 180;
const CLI_SECONDS = 600;

/** What a sandbox is started with. */
export interface SandboxOptions {
  /** The sandbox.json that says what runs for an image. @default - no images: services cannot start */
  readonly images?: string;
  /** Seconds a task has from its start until it must be healthy for the first time. @default 20 */
  readonly startSeconds?: number;
  /** How long a minute of a deployment that shifts traffic is, in milliseconds. @default 100 */
  readonly minuteMilliseconds?: number;
}

/** What runs in a sandbox. */
export interface SandboxStatus {
  readonly doors: readonly Door[];
  readonly databases: readonly RunningDatabase[];
  readonly services: readonly ServiceStatus[];
  readonly functions: readonly FunctionStatus[];
}

/** An alarm as the emulator keeps it. */
export interface SandboxAlarm {
  readonly name: string;
  readonly state: string;
  readonly actions: readonly string[];
}

/** A running sandbox. */
export class Sandbox {
  /** Start a sandbox, which ends with this process unless `keep()` is called. */
  public static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const python = await emulatorPython(ROOT);
    removeLeftovers();
    const runFolder = path.join(runsFolder(), randomBytes(4).toString('hex'));
    fs.mkdirSync(path.join(runFolder, 'logs'), { recursive: true });
    const config: SupervisorConfig = {
      root: ROOT,
      runFolder,
      python,
      token: randomBytes(16).toString('hex'),
      images: options.images && path.resolve(options.images),
      startSeconds: options.startSeconds ?? 20,
      minuteMilliseconds: options.minuteMilliseconds ?? 100,
    };
    const logFile = path.join(runFolder, 'logs', 'supervisor.log');
    const log = fs.openSync(logFile, 'a');
    const supervisor = spawn(process.execPath, ['--import', require.resolve('tsx'), path.join(__dirname, 'supervisor.ts')], {
      cwd: ROOT,
      env: { ...process.env, SANDBOX_CONFIG: JSON.stringify(config) },
      stdio: ['pipe', log, log],
      detached: true,
    });
    fs.closeSync(log);
    fs.writeFileSync(path.join(runFolder, 'pid'), String(supervisor.pid));
    const state = await waitForState(runFolder, supervisor, logFile);
    return new Sandbox(state, runFolder, python, supervisor);
  }

  /** Sandboxes that were kept and still run. */
  public static async kept(): Promise<Sandbox[]> {
    const python = await emulatorPython(ROOT);
    return runFolders().flatMap((folder) => {
      const state = readState(folder);
      const kept = fs.existsSync(path.join(folder, KEPT_MARKER));
      return kept && state && isAlive(state.pid) ? [new Sandbox(state, folder, python)] : [];
    });
  }

  /** The emulator's endpoint, `http://127.0.0.1:<port>`. */
  public readonly endpoint: string;
  private readonly deployer: Deployer;

  private constructor(
    private readonly state: SupervisorState,
    private readonly runFolder: string,
    python: string,
    private readonly supervisor?: ChildProcess,
  ) {
    this.endpoint = state.endpoint;
    this.deployer = new Deployer(state.endpoint, python);
  }

  /** Environment variables with which the AWS CLI, SDKs and the CDK CLI use the sandbox. */
  public get environment(): { readonly [name: string]: string } {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Folder with a log file per process. */
  public get logFolder(): string {
    return path.join(this.runFolder, 'logs');
  }

  /**
   * Deploy the stacks of a cloud assembly; rejects with the reasons of the resources that failed.
   *
   * @param assembly the folder that `cdk synth` wrote
   * @param stackNames those to deploy; all unless given
   */
  public deploy(assembly: string, stackNames?: readonly string[], onProgress?: (progress: Progress) => void): Promise<Outputs> {
    return this.deployer.deploy(assembly, stackNames, onProgress);
  }

  /** Delete stacks in the order given. */
  public destroy(stackNames: readonly string[], onProgress?: (progress: Progress) => void): Promise<void> {
    return this.deployer.destroy(stackNames, onProgress);
  }

  /** Run the unmodified CDK CLI against the sandbox; resolves with its output. */
  public async cdk(...words: string[]): Promise<string> {
    const cli = path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [cli, ...words], {
      env: { ...process.env, ...this.environment, CDK_DISABLE_CLI_TELEMETRY: 'true' },
      timeout: CLI_SECONDS * 1000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout + stderr;
  }

  /** Prepare the account for the CDK CLI. */
  public async bootstrap(): Promise<void> {
    await this.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  }

  /** What runs. */
  public status(): Promise<SandboxStatus> {
    return this.ask('status');
  }

  /** Where the public endpoints can be called. */
  public async doors(): Promise<readonly Door[]> {
    return (await this.status()).doors;
  }

  /** The PostgreSQL servers. */
  public async databases(): Promise<readonly RunningDatabase[]> {
    return (await this.status()).databases;
  }

  /** Kill the server process of a database; resolves when it is back on the same data. */
  public async killDatabase(id: string): Promise<void> {
    await this.ask('kill-database', { id });
  }

  /** Kill a task of a service as a failing host would; the service replaces it. */
  public async killTask(service: string): Promise<void> {
    await this.ask('kill-task', { service });
  }

  /**
   * Fire a schedule now: the one of EventBridge Scheduler whose logical id ends with a text (its hash aside), or the scheduled actions of Application Auto Scaling of a name.
   *
   * Resolves with what was done, once it is: databases stopped or ready, tasks gone or healthy. Rejects as the call would fail on AWS.
   */
  public async fireSchedule(name: string): Promise<readonly string[]> {
    return (await this.ask<{ done: string[] }>('fire-schedule', { name })).done;
  }

  /** All alarms. */
  public async alarms(): Promise<SandboxAlarm[]> {
    const { MetricAlarms } = await new CloudWatchClient(clientConfig(this.endpoint)).send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
    return (MetricAlarms ?? []).map((alarm) => ({ name: alarm.AlarmName!, state: alarm.StateValue!, actions: alarm.AlarmActions ?? [] }));
  }

  /** Let the sandbox run on when this process ends; `Sandbox.kept()` finds it again, to be stopped. */
  public async keep(): Promise<void> {
    await this.ask('keep');
    this.supervisor?.unref();
    (this.supervisor?.stdin as unknown as { unref?(): void } | undefined)?.unref?.();
  }

  /** Stop everything that runs and remove its data; resolves when all of it is gone. */
  public async stop(): Promise<void> {
    await this.ask('stop').catch(() => undefined);
    for (let waited = 0; isAlive(this.state.pid); waited += 50) {
      if (waited > START_SECONDS * 1000) throw new Error(`the supervisor (process ${this.state.pid}) did not end`);
      await sleep(50);
    }
  }

  private ask<T>(what: string, body: object = {}): Promise<T> {
    return ask<T>(this.state.control, this.state.token, `client/${what}`, body, ASK_SECONDS);
  }
}

async function waitForState(runFolder: string, supervisor: ChildProcess, logFile: string): Promise<SupervisorState> {
  for (const end = Date.now() + START_SECONDS * 1000; supervisor.exitCode === null && Date.now() < end; await sleep(30)) {
    const state = readState(runFolder);
    if (state) return state;
  }
  supervisor.kill();
  throw new Error(`the sandbox did not start: ${tailOf(logFile, 10)}`);
}

function readState(runFolder: string): SupervisorState | undefined {
  const file = path.join(runFolder, 'supervisor.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as SupervisorState : undefined;
}

function runsFolder(): string {
  return path.join(ROOT, '.sandbox', 'runs');
}

function runFolders(): string[] {
  return fs.existsSync(runsFolder()) ? fs.readdirSync(runsFolder()).map((name) => path.join(runsFolder(), name)) : [];
}

/** What supervisors that were killed have left behind. */
function removeLeftovers(): void {
  for (const folder of runFolders()) {
    const pid = path.join(folder, 'pid');
    if (fs.existsSync(pid) && !isAlive(Number(fs.readFileSync(pid, 'utf8')))) removeRun(folder);
  }
}
