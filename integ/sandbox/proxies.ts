// The proxies before databases: who gets to one, and it to the database behind it.
import { Aws } from './aws';
import { Databases } from './databases';
import { Network } from './network';
import { readSecret, Role } from './permissions';
import { ConnectionEnd, refusal } from './security-groups';
import { Peer } from './task';

/** Every proxy of PostgreSQL listens here. */
const PORT = 5432;

/** A proxy as the emulator hands it over, once there is an instance behind it. */
export interface ProxyRequest {
  readonly id: string;
  /** Host name that CloudFormation returns as its endpoint. */
  readonly address: string;
  /** The instance behind it. */
  readonly database: string;
  readonly role: string;
  /** Whom it logs in as. */
  readonly secrets: readonly string[];
}

/** All proxies of a sandbox. They pass connections on as they are, and share none. */
export class DatabaseProxies {
  private readonly requests = new Map<string, ProxyRequest>();

  constructor(private readonly aws: Aws, private readonly network: Network, private readonly databases: Databases) {}

  /** Take a proxy or its change; fails where it could not log in to its database. */
  public async put(request: ProxyRequest): Promise<void> {
    const role = await Role.read(this.aws, request.role);
    for (const secret of request.secrets) {
      await readSecret(this.aws, role, secret).catch((error: Error) => {
        throw new Error(`proxy ${request.id} cannot log in to its database: ${error.message.replace(/^.*?: unable to pull secrets: /, '')}`);
      });
    }
    this.requests.set(request.id, request);
  }

  /** Forget a proxy. */
  public remove(id: string): void {
    this.requests.delete(id);
  }

  /**
   * The proxies by their names.
   *
   * @param end the end of a connection that a client has, by its name
   */
  public peers(end: (name: string) => Promise<ConnectionEnd>): Peer[] {
    return [...this.requests.values()].map(({ id, address }) => ({
      host: address,
      ports: [PORT],
      connect: async (client, port) => {
        const request = this.requests.get(id);
        if (!request) return `proxy ${id} is gone`;
        const proxy = await this.network.end(`proxy ${id}`, await this.network.proxy(id));
        return refusal(await end(client), proxy, port) ?? this.databases.reach(proxy, request.database);
      },
    }));
  }
}
