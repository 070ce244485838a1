// One real PostgreSQL server: TLS with its own certificate, plain connections refused, restarted on the same data when it dies.
import * as fs from 'fs';
import * as path from 'path';
import { Client } from 'pg';
import { generate } from 'selfsigned';
import { freePort } from './loopback';
import { PostgresInstallation } from './postgres-binaries';
import { GuardedOptions, GuardedProcess, runToEnd, sleep } from './processes';

const START_SECONDS = 30;

/** What a server is made with. */
export interface PostgresOptions {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

/** A PostgreSQL server of its own data directory. */
export class PostgresServer {
  /** Port on 127.0.0.1. */
  public port = 0;
  /** How often it was started. */
  public starts = 0;
  private readonly folder: string;
  private readonly data: string;
  private readonly logFile: string;
  private server?: GuardedProcess;
  private wanted = false;
  private password: string;

  constructor(
    private readonly python: string,
    private readonly installation: PostgresInstallation,
    logFolder: string,
    private readonly options: PostgresOptions,
  ) {
    this.folder = path.join(installation.dataRoot, options.id);
    this.data = path.join(this.folder, 'data');
    this.logFile = path.join(logFolder, `${options.id}.log`);
    this.password = options.password;
  }

  /** Make the data directory and start. */
  public async create(): Promise<void> {
    fs.mkdirSync(this.folder, { recursive: true });
    const passwordFile = path.join(this.folder, 'password');
    fs.writeFileSync(passwordFile, this.options.password, { mode: 0o600 });
    this.giveToUser(this.folder, passwordFile);
    await this.run(['initdb', '--pgdata', this.data, '--username', this.options.username, '--pwfile', passwordFile,
      '--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions']);
    fs.rmSync(passwordFile);
    await this.configure();
    await this.start();
    if (this.options.database !== 'postgres') await this.query('postgres', `CREATE DATABASE ${quoted(this.options.database)}`);
  }

  /** Whether it is meant to run. */
  public get running(): boolean {
    return this.wanted;
  }

  /** Give the master user another password, as a rotation does. */
  public async setPassword(password: string): Promise<void> {
    if (password === this.password) return;
    if (!this.wanted) throw new Error(`InvalidDBInstanceState: instance ${this.options.id} is not in available state, it is stopped`);
    await this.query('postgres', `ALTER ROLE ${quoted(this.options.username)} PASSWORD '${password.replace(/'/g, "''")}'`);
    this.password = password;
  }

  /** Kill the server process like a failing host would; it is started again on the same data. */
  public async kill(): Promise<void> {
    const starts = this.starts;
    process.kill(this.readPostmasterPid(), 'SIGKILL');
    for (let waited = 0; this.starts === starts; waited += 50) {
      if (waited > START_SECONDS * 1000) throw new Error(`PostgreSQL ${this.options.id} was not restarted: ${this.server?.tail()}`);
      await sleep(50);
    }
  }

  /** Stop it and keep its data. */
  public async stop(): Promise<void> {
    this.wanted = false;
    await this.server?.stop();
  }

  /** Start it again, on the same port and data. */
  public async resume(): Promise<void> {
    if (!this.wanted) await this.start();
  }

  /** Stop for good and remove the data. */
  public async remove(): Promise<void> {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private async configure(): Promise<void> {
    const certificate = await generate([{ name: 'commonName', value: this.options.id }], { keySize: 2048, algorithm: 'sha256' });
    const files = { 'server.crt': certificate.cert, 'server.key': certificate.private };
    for (const [name, content] of Object.entries(files)) {
      fs.writeFileSync(path.join(this.data, name), content, { mode: 0o600 });
      this.giveToUser(path.join(this.data, name));
    }
    // hostssl alone: a client without TLS finds no entry, as with rds.force_ssl
    fs.writeFileSync(path.join(this.data, 'pg_hba.conf'), 'hostssl all all 127.0.0.0/8 scram-sha-256\n');
    fs.appendFileSync(path.join(this.data, 'postgresql.conf'), [
      "listen_addresses = '127.0.0.1'",
      "unix_socket_directories = ''",
      'ssl = on',
      'max_connections = 80',
      "log_destination = 'stderr'",
      'shared_buffers = 32MB',
      '',
    ].join('\n'));
  }

  private async start(): Promise<void> {
    this.port = this.port || await freePort();
    this.wanted = true;
    for (const end = Date.now() + START_SECONDS * 1000; this.wanted; await sleep(100)) {
      // after a kill the first attempts may fail: processes of the old server are still ending and hold its shared memory
      this.server = new GuardedProcess(this.python, this.guarded(['postgres', '-D', this.data, '-p', String(this.port)]));
      if (await this.isReady(this.server, end)) {
        this.starts += 1;
        void this.server.exit.then(() => this.restart());
        return;
      }
      if (Date.now() > end) throw new Error(`PostgreSQL ${this.options.id} did not start: ${this.server.tail()}`);
    }
  }

  private async restart(): Promise<void> {
    if (this.wanted) await this.start().catch((error: Error) => fs.appendFileSync(this.logFile, `restart failed: ${error.message}\n`));
  }

  private async isReady(server: GuardedProcess, end: number): Promise<boolean> {
    while (server.exitCode === undefined && Date.now() < end) {
      if (await this.query('postgres', 'SELECT 1').then(() => true, () => false)) return true;
      await sleep(50);
    }
    await server.stop();
    return false;
  }

  private async query(database: string, statement: string): Promise<void> {
    const client = new Client({
      host: '127.0.0.1',
      port: this.port,
      user: this.options.username,
      password: this.password,
      database,
      ssl: { rejectUnauthorized: false },
      connectionTimeoutMillis: 5000,
    });
    // a connection that is lost while idle is reported here; the next query tells
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(statement);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private readPostmasterPid(): number {
    return Number(fs.readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  private run(words: string[]): Promise<void> {
    return runToEnd(this.python, this.guarded(words), START_SECONDS);
  }

  private guarded([program, ...args]: string[]): GuardedOptions {
    return {
      command: [path.join(this.installation.folder, 'bin', program), ...args],
      directory: this.folder,
      environment: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: path.join(this.installation.folder, 'lib') },
      logFile: this.logFile,
      graceSeconds: 1,
      user: this.installation.user,
    };
  }

  private giveToUser(...files: string[]): void {
    const { user } = this.installation;
    if (user) files.forEach((file) => fs.chownSync(file, user.uid, user.gid));
  }
}

function quoted(identifier: string): string {
  return `"${identifier.replace(/"/g, '""')}"`;
}
