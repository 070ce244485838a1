// A door http://127.0.0.1:<port> per public endpoint: the emulator's load balancers have names that do not resolve.
import * as http from 'http';
import * as net from 'net';
import {
  DescribeListenersCommand, DescribeLoadBalancersCommand, Listener, LoadBalancer, LoadBalancerNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Aws } from './aws';
import { Network } from './network';
import { admitsInternet } from './security-groups';

/** An endpoint of a load balancer, and where it can be called. */
export interface Door {
  /** Name of the load balancer. */
  readonly name: string;
  readonly dnsName: string;
  readonly listenerPort: number;
  readonly protocol: string;
  /** Where to call it; plain HTTP, also for a TLS listener, whose targets are told `X-Forwarded-Proto: https`. */
  readonly url: string;
}

interface OpenDoor extends Door {
  readonly server: http.Server;
}

/** Opens and closes doors as listeners come and go. */
export class Doors {
  private readonly open = new Map<string, OpenDoor>();
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  constructor(private readonly aws: Aws, private readonly network: Network) {}

  /** The doors at present. */
  public async list(): Promise<Door[]> {
    const { LoadBalancers } = await this.aws.elb.send(new DescribeLoadBalancersCommand({}));
    const listeners = (await Promise.all((LoadBalancers ?? []).map(async (balancer) => ({ balancer, listeners: await this.listenersOf(balancer) }))))
      .flatMap(({ balancer, listeners: found }) => found.map((listener) => ({ balancer, listener })));
    for (const { balancer, listener } of listeners) {
      if (!this.open.has(listener.ListenerArn!)) await this.openDoor(balancer, listener);
    }
    for (const [arn, door] of this.open) {
      if (listeners.some(({ listener }) => listener.ListenerArn === arn)) continue;
      door.server.close();
      this.open.delete(arn);
    }
    return [...this.open.values()].map(({ server, ...door }) => door);
  }

  private async listenersOf({ LoadBalancerArn }: LoadBalancer): Promise<Listener[]> {
    const { Listeners } = await this.aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn })).catch((error: Error) => {
      if (error instanceof LoadBalancerNotFoundException) return { Listeners: [] };
      throw error;
    });
    return Listeners ?? [];
  }

  private async openDoor(balancer: LoadBalancer, listener: Listener): Promise<void> {
    const port = listener.Port!;
    const server = http.createServer((request, response) => void this.forward(balancer, port, request, response));
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.open.set(listener.ListenerArn!, {
      name: balancer.LoadBalancerName!,
      dnsName: balancer.DNSName!,
      listenerPort: port,
      protocol: listener.Protocol!,
      url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
      server,
    });
  }

  /** To the emulator's data plane, which follows the listener's rules; it sets the forwarded headers by the listener. */
  private async forward(balancer: LoadBalancer, port: number, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const groups = await this.network.groups(balancer.SecurityGroups ?? []).catch(() => []);
    if (!admitsInternet(groups, port)) {
      // nobody answers: the packets are dropped
      request.socket.resetAndDestroy();
      return;
    }
    const { hostname, port: gateway } = new URL(this.aws.endpoint);
    const headers = { ...request.headers, host: `${balancer.DNSName}:${port}` };
    const onward = http.request({ hostname, port: gateway, method: request.method, path: request.url, headers, agent: this.agent }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', (error) => {
      if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'text/plain' });
      response.end(error.message);
    });
    request.pipe(onward);
  }
}
