// A door http://127.0.0.1:<port> per public endpoint: the names of the emulator's load balancers, gateways and distributions do not resolve.
import * as http from 'http';
import * as net from 'net';
import {
  DescribeListenersCommand, DescribeLoadBalancersCommand, Listener, LoadBalancer, LoadBalancerNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Aws } from './aws';
import { Network } from './network';
import { admitsInternet } from './security-groups';

/** What a door leads to. */
export type DoorKind = 'LoadBalancer' | 'Distribution' | 'RestApi' | 'HttpApi' | 'WebSocketApi';

/** A public endpoint, and where it can be called. */
export interface Door {
  readonly kind: DoorKind;
  /** Name of the load balancer or API, id of the distribution. */
  readonly name: string;
  readonly dnsName: string;
  readonly listenerPort: number;
  readonly protocol: string;
  /** Where to call it, with the stage of an API; plain HTTP, also for what speaks TLS on AWS, whose applications are told `X-Forwarded-Proto: https`. */
  readonly url: string;
}

/** A public name other than a load balancer's, as the emulator lists it. */
interface Endpoint {
  readonly kind: Exclude<DoorKind, 'LoadBalancer'>;
  readonly id: string;
  readonly name: string;
  readonly host: string;
  /** Stage of an API. */
  readonly path: string;
}

/** A door that is wanted. */
interface Plan {
  readonly key: string;
  readonly door: Omit<Door, 'url'>;
  readonly scheme: 'http' | 'ws';
  readonly path: string;
  /** Headers that the endpoint's name and TLS would bring. */
  readonly headers: { readonly [name: string]: string };
  /** Whether everybody may connect. */
  admits(): Promise<boolean>;
}

interface OpenDoor extends Door {
  readonly server: http.Server;
}

/** Opens and closes doors as endpoints come and go. */
export class Doors {
  private readonly open = new Map<string, OpenDoor>();
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  constructor(private readonly aws: Aws, private readonly network: Network) {}

  /** The doors at present, those of load balancers first. */
  public async list(): Promise<Door[]> {
    const plans = [...await this.balancers(), ...await this.endpoints()];
    for (const plan of plans) {
      if (!this.open.has(plan.key)) await this.openDoor(plan);
    }
    for (const [key, door] of this.open) {
      if (plans.some((plan) => plan.key === key)) continue;
      door.server.close();
      this.open.delete(key);
    }
    return plans.map(({ key }) => this.open.get(key)!).map(({ server, ...door }) => door);
  }

  private async balancers(): Promise<Plan[]> {
    const { LoadBalancers } = await this.aws.elb.send(new DescribeLoadBalancersCommand({}));
    const plans = await Promise.all((LoadBalancers ?? []).map(async (balancer) => (await this.listenersOf(balancer)).map((listener): Plan => ({
      key: listener.ListenerArn!,
      door: {
        kind: 'LoadBalancer',
        name: balancer.LoadBalancerName!,
        dnsName: balancer.DNSName!,
        listenerPort: listener.Port!,
        protocol: listener.Protocol!,
      },
      scheme: 'http',
      path: '',
      // the emulator sets the forwarded headers by the listener
      headers: { host: `${balancer.DNSName}:${listener.Port}` },
      admits: async () => admitsInternet(await this.network.groups(balancer.SecurityGroups ?? []).catch(() => []), listener.Port!),
    }))));
    return plans.flat();
  }

  private async listenersOf({ LoadBalancerArn }: LoadBalancer): Promise<Listener[]> {
    const { Listeners } = await this.aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn })).catch((error: Error) => {
      if (error instanceof LoadBalancerNotFoundException) return { Listeners: [] };
      throw error;
    });
    return Listeners ?? [];
  }

  /** Distributions and APIs, which admit everybody. */
  private async endpoints(): Promise<Plan[]> {
    const { endpoints } = await this.aws.json<{ endpoints: Endpoint[] }>('patternbook-sandbox', 'PatternbookSandbox.ListEndpoints', {});
    return endpoints.map(({ kind, id, name, host, path }): Plan => ({
      key: `${kind}/${id}`,
      door: { kind, name, dnsName: host, listenerPort: 443, protocol: kind === 'WebSocketApi' ? 'WSS' : 'HTTPS' },
      scheme: kind === 'WebSocketApi' ? 'ws' : 'http',
      path,
      headers: { host, 'x-forwarded-proto': 'https' },
      admits: async () => true,
    }));
  }

  private async openDoor({ key, door, scheme, path, headers, admits }: Plan): Promise<void> {
    const server = http.createServer((request, response) => void this.forward(request, response, headers, admits));
    server.keepAliveTimeout = 60_000;
    if (door.kind !== 'LoadBalancer') server.on('upgrade', (request, socket: net.Socket, head) => this.connect(request, socket, head, headers));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    this.open.set(key, { ...door, url: `${scheme}://127.0.0.1:${port}${path}`, server });
  }

  /** To the emulator's data plane, which follows rules, behaviours and routes. */
  private async forward(request: http.IncomingMessage, response: http.ServerResponse, added: Plan['headers'], admits: Plan['admits']): Promise<void> {
    if (!await admits()) {
      // nobody answers: the packets are dropped
      request.socket.resetAndDestroy();
      return;
    }
    const { hostname, port } = new URL(this.aws.endpoint);
    const headers = { ...request.headers, ...added };
    const onward = http.request({ hostname, port, method: request.method, path: request.url, headers, agent: this.agent }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', (error) => {
      if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'text/plain' });
      response.end(error.message);
    });
    request.pipe(onward);
  }

  /** A WebSocket: its handshake with the endpoint's name, then as it comes. */
  private connect(request: http.IncomingMessage, socket: net.Socket, head: Buffer, added: Plan['headers']): void {
    const { hostname, port } = new URL(this.aws.endpoint);
    const onward = net.connect(Number(port), hostname, () => {
      const lines = Object.entries({ ...request.headers, ...added }).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write([`${request.method} ${request.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const [one, other] of [[socket, onward], [onward, socket]]) {
      one.on('error', () => undefined);
      one.once('close', () => other.destroy());
    }
  }
}
