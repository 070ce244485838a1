// The PostgreSQL servers behind the emulator's DB instances.
import { GateTarget } from './gates';
import { Network } from './network';
import { PostgresOptions, PostgresServer } from './postgres';
import { PostgresInstallation } from './postgres-binaries';
import { ConnectionEnd, refusal } from './security-groups';

/** A DB instance as the emulator hands it over. */
export interface DatabaseRequest extends PostgresOptions {
  /** Host name that CloudFormation returns as its endpoint. */
  readonly address: string;
  /** Port that CloudFormation returns. */
  readonly port: number;
  /** The primary of a read replica. */
  readonly source?: string | null;
}

/** A DB instance that runs. */
export interface RunningDatabase {
  readonly id: string;
  readonly address: string;
  readonly advertisedPort: number;
  /** Port on 127.0.0.1. */
  readonly port: number;
  readonly starts: number;
  /** Whether it runs, or is stopped with its data kept. */
  readonly running: boolean;
}

interface Entry {
  readonly request: DatabaseRequest;
  readonly server: PostgresServer;
}

/** All databases of a sandbox. */
export class Databases {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly python: string,
    private readonly installation: PostgresInstallation,
    private readonly logFolder: string,
    private readonly network: Network,
  ) {}

  /** Start an instance; one that runs is kept with its data, under its new password if that has changed. */
  public async put(request: DatabaseRequest): Promise<void> {
    const entry = this.entries.get(request.id);
    if (entry) {
      // a replica gets everything from its primary
      if (!request.source) await entry.server.setPassword(request.password);
      this.entries.set(request.id, { ...entry, request });
      return;
    }
    const server = new PostgresServer(this.python, this.installation, this.logFolder, request);
    const primary = request.source ? this.entries.get(request.source)?.server : undefined;
    if (request.source && !primary) throw new Error(`database ${request.id} is to be a replica of ${request.source}, which does not run`);
    try {
      await (primary ? server.replicate(primary) : server.create());
    } catch (error) {
      await server.remove();
      throw error;
    }
    this.entries.set(request.id, { request, server });
  }

  /** Stop an instance and remove its data. */
  public async remove(id: string): Promise<void> {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    await entry?.server.remove();
  }

  /** Kill an instance's server process and wait until it is back. */
  public async kill(id: string): Promise<void> {
    await this.serverOf(id).kill();
  }

  /** Stop an instance, its data kept. */
  public async stop(id: string): Promise<void> {
    await this.serverOf(id).stop();
  }

  /** Start a stopped instance and wait until it is ready. */
  public async start(id: string): Promise<void> {
    await this.serverOf(id).resume();
  }

  /** All that there are. */
  public list(): RunningDatabase[] {
    return [...this.entries.values()].map(({ request, server }) => ({
      id: request.id,
      address: request.address,
      advertisedPort: request.port,
      port: server.port,
      starts: server.starts,
      running: server.running,
    }));
  }

  /** Where a connection to an instance goes, or the reason why it is dropped. */
  public async reach(from: ConnectionEnd, id: string): Promise<GateTarget | string> {
    const entry = this.entries.get(id);
    if (!entry) return `database ${id} is gone`;
    const to = await this.network.end(`database ${id}`, await this.network.database(id));
    const reason = refusal(from, to, entry.request.port);
    return reason ?? (entry.server.running ? { host: '127.0.0.1', port: entry.server.port } : `database ${id} is stopped`);
  }

  private serverOf(id: string): PostgresServer {
    const entry = this.entries.get(id);
    if (!entry) throw new Error(`there is no database '${id}', there are: ${[...this.entries.keys()].join(', ') || 'none'}`);
    return entry.server;
  }
}
