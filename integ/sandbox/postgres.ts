// One real PostgreSQL server: TLS with its own certificate, plain connections refused, restarted on the same data when it dies; a primary or a streaming replica.
import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { Client } from 'pg';
import { generate } from 'selfsigned';
import { freePort } from './loopback';
import { PostgresInstallation } from './postgres-binaries';
import { GuardedOptions, GuardedProcess, runToEnd, sleep } from './processes';

const START_SECONDS = 30;
/** As whom replicas connect, named as that of RDS. */
const REPLICATOR = 'rdsrepladmin';

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
  private replicatorPassword?: string;
  private primary?: PostgresServer;

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

  /** Make the data directory from a running primary, and start as its replica: it follows by streaming replication, and refuses writes. */
  public async replicate(primary: PostgresServer): Promise<void> {
    this.primary = primary;
    fs.mkdirSync(this.folder, { recursive: true });
    this.giveToUser(this.folder);
    const replicator = await primary.admitReplicas();
    await primary.backUp((label) => {
      fs.writeFileSync(path.join(this.data, 'backup_label'), label);
    }, () => copyData(primary.data, this.data));
    const connection = `host=127.0.0.1 port=${primary.port} user=${REPLICATOR} password=${replicator} sslmode=require application_name=${this.options.id}`;
    fs.appendFileSync(path.join(this.data, 'postgresql.conf'), `primary_conninfo = '${connection}'\n`);
    fs.writeFileSync(path.join(this.data, 'standby.signal'), '');
    this.giveToUser(this.data, ...fs.readdirSync(this.data, { recursive: true, encoding: 'utf8' }).map((file) => path.join(this.data, file)));
    await this.start();
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

  /** The password of the role by which replicas connect. */
  private async admitReplicas(): Promise<string> {
    if (this.replicatorPassword === undefined) {
      this.replicatorPassword = randomBytes(16).toString('hex');
      await this.query('postgres', `CREATE ROLE ${REPLICATOR} REPLICATION LOGIN PASSWORD '${this.replicatorPassword}'`);
    }
    return this.replicatorPassword;
  }

  /** Copy a data directory while its server runs: pg_basebackup is not among the binaries, and this is what it does. */
  private async backUp(keepLabel: (label: string) => void, copy: () => void): Promise<void> {
    await this.connected('postgres', async (client) => {
      await client.query("SELECT pg_backup_start('replica', true)");
      copy();
      const { rows: [{ labelfile }] } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
      keepLabel(labelfile);
    });
  }

  private async configure(): Promise<void> {
    const certificate = await generate([{ name: 'commonName', value: this.options.id }], { keySize: 2048, algorithm: 'sha256' });
    const files = { 'server.crt': certificate.cert, 'server.key': certificate.private };
    for (const [name, content] of Object.entries(files)) {
      fs.writeFileSync(path.join(this.data, name), content, { mode: 0o600 });
      this.giveToUser(path.join(this.data, name));
    }
    // hostssl alone: a client without TLS finds no entry, as with rds.force_ssl
    fs.writeFileSync(path.join(this.data, 'pg_hba.conf'),
      `hostssl all all 127.0.0.0/8 scram-sha-256\nhostssl replication ${REPLICATOR} 127.0.0.0/8 scram-sha-256\n`);
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
    await this.connected(database, (client) => client.query(statement));
  }

  private async connected(database: string, work: (client: Client) => Promise<unknown>): Promise<void> {
    const client = new Client({
      host: '127.0.0.1',
      port: this.port,
      user: this.options.username,
      password: (this.primary ?? this).password,
      database,
      ssl: { rejectUnauthorized: false },
      connectionTimeoutMillis: 5000,
    });
    // a connection that is lost while idle is reported here; the next query tells
    client.on('error', () => undefined);
    try {
      await client.connect();
      await work(client);
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

/** A data directory without what belongs to the running server; a file may go while it is copied. */
function copyData(from: string, to: string): void {
  fs.mkdirSync(to, { mode: 0o700 });
  for (const name of fs.readdirSync(from)) {
    if (/^postmaster\.(pid|opts)$/.test(name)) continue;
    const [source, target] = [path.join(from, name), path.join(to, name)];
    const isEmptied = name === 'pg_wal' || name === 'pg_replslot';
    if (!isEmptied) fs.cpSync(source, target, { recursive: true, filter: (file) => fs.existsSync(file) });
    else fs.mkdirSync(target, { mode: 0o700 });
  }
}

function quoted(identifier: string): string {
  return `"${identifier.replace(/"/g, '""')}"`;
}
