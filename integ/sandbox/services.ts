// All ECS services of a sandbox, and how they find databases and each other.
import { ContainerDefinition } from '@aws-sdk/client-ecs';
import { Aws } from './aws';
import { ContainerViews } from './container-view';
import { Databases } from './databases';
import { ImageStore } from './images';
import { LoopbackBlock } from './loopback';
import { Network, Placement } from './network';
import { Role } from './permissions';
import { DatabaseProxies } from './proxies';
import { ConnectionEnd, refusal } from './security-groups';
import { Service, ServiceTools } from './service';
import { Capacity, placementOf, ServiceProperties } from './service-properties';
import { Peer } from './task';
import { Volumes } from './volumes';

/** What the services of a sandbox are made with. */
export interface ServicesOptions {
  readonly aws: Aws;
  readonly python: string;
  readonly root: string;
  readonly logFolder: string;
  readonly taskFolder: string;
  readonly views: ContainerViews;
  readonly volumes: Volumes;
  readonly addresses: LoopbackBlock;
  readonly network: Network;
  readonly databases: Databases;
  readonly proxies: DatabaseProxies;
  readonly images: ImageStore;
  readonly startSeconds: number;
  readonly minuteMilliseconds: number;
}

/** A service as its state is shown. */
export interface ServiceStatus {
  readonly arn: string;
  readonly name: string;
  readonly desired: number;
  readonly running: number;
  readonly addresses: readonly string[];
}

interface DiscoveredService {
  readonly host: string;
  readonly service: Service;
}

/** The services of a sandbox. */
export class Services {
  private readonly services = new Map<string, Service>();
  private readonly discovered = new Map<string, DiscoveredService>();
  private readonly tools: ServiceTools;

  constructor(private readonly options: ServicesOptions) {
    this.tools = {
      aws: options.aws,
      python: options.python,
      images: options.images,
      addresses: options.addresses,
      logFolder: options.logFolder,
      taskFolder: options.taskFolder,
      views: options.views,
      mount: async ({ id, name, definition }, role) => {
        const placement = this.placementOf(name);
        return options.volumes.prepare(id, definition, { end: await this.endOf(name), placement, role });
      },
      network: options.network,
      startSeconds: options.startSeconds,
      minuteMilliseconds: options.minuteMilliseconds,
      checkStart: async (role, container) => {
        checkPull(role, container);
        await this.checkLogs(role, container);
      },
      peers: () => this.peers((name) => this.endOf(name)),
    };
  }

  /** Deploy a service and wait until it is stable. */
  public async put(arn: string, properties: ServiceProperties, previous?: ServiceProperties): Promise<void> {
    const service = this.services.get(arn) ?? new Service(arn, this.tools);
    this.services.set(arn, service);
    await service.deploy(properties, previous);
    for (const { RegistryArn } of properties.ServiceRegistries ?? []) {
      this.discovered.set(RegistryArn!, { host: await this.hostOf(RegistryArn!), service });
    }
  }

  /** Stop a service. */
  public async remove(arn: string): Promise<void> {
    const service = this.services.get(arn);
    this.services.delete(arn);
    for (const [registry, entry] of this.discovered) if (entry.service === service) this.discovered.delete(registry);
    await service?.remove();
  }

  /** Apply the limits of a scalable target, `service/<cluster>/<service>`; a target of something else is ignored. */
  public async scale(resource: string, capacity: Capacity): Promise<void> {
    const service = [...this.services.values()].find(({ arn }) => arn.endsWith(`:${resource}`));
    await service?.scale(capacity);
  }

  /** Kill a task of a service, by a part of the service's name. */
  public killTask(name: string): void {
    const service = [...this.services.values()].find((candidate) => candidate.name.includes(name));
    if (!service) throw new Error(`there is no service '${name}'`);
    service.killTask();
  }

  /** All services. */
  public list(): ServiceStatus[] {
    return [...this.services.values()].map(({ arn, name, desired, running }) => ({
      arn, name, desired, running: running.length, addresses: running.map(({ address }) => address),
    }));
  }

  /**
   * What can be reached by name.
   *
   * @param end the end of a connection that a client has, by its name
   */
  public peers(end: (name: string) => Promise<ConnectionEnd>): Peer[] {
    return [...this.databasePeers(end), ...this.options.proxies.peers(end), ...this.servicePeers(end)];
  }

  private databasePeers(end: (name: string) => Promise<ConnectionEnd>): Peer[] {
    return this.options.databases.list().map(({ id, address, advertisedPort }) => ({
      host: address,
      ports: [advertisedPort],
      connect: async (client) => this.options.databases.reach(await end(client), id),
    }));
  }

  private servicePeers(end: (name: string) => Promise<ConnectionEnd>): Peer[] {
    return [...this.discovered.values()].map(({ host, service }) => ({
      host,
      ports: service.ports,
      connect: async (client, port) => {
        const from = await end(client);
        const to = await this.endOf(service.name);
        const reason = refusal(from, to, port);
        if (reason !== undefined) return reason;
        const { running } = service;
        if (running.length === 0) return `service ${service.name} has no running task`;
        return { host: running[Math.floor(Math.random() * running.length)].address, port };
      },
    }));
  }

  private endOf(serviceName: string) {
    return this.options.network.end(`service ${serviceName}`, this.placementOf(serviceName));
  }

  private placementOf(serviceName: string): Placement {
    const service = [...this.services.values()].find(({ name }) => name === serviceName);
    return placementOf(service?.deployingProperties ?? { TaskDefinition: '' });
  }

  private async hostOf(registryArn: string): Promise<string> {
    const Id = registryArn.split('/').pop()!;
    const { aws } = this.options;
    const { Service: found } = await aws.json<{ Service: { Name: string; NamespaceId?: string; DnsConfig?: { NamespaceId?: string } } }>(
      'servicediscovery', 'Route53AutoNaming_v20170314.GetService', { Id });
    const { Namespace: namespace } = await aws.json<{ Namespace: { Name: string } }>(
      'servicediscovery', 'Route53AutoNaming_v20170314.GetNamespace', { Id: found.NamespaceId ?? found.DnsConfig?.NamespaceId });
    return `${found.Name}.${namespace.Name}`;
  }

  /** Without its log group, or the right to write to it, a task does not start on AWS either. */
  private async checkLogs(role: Role | undefined, { name, logConfiguration }: ContainerDefinition): Promise<void> {
    if (logConfiguration?.logDriver !== 'awslogs') return;
    const group = logConfiguration.options?.['awslogs-group'] ?? '';
    const { logGroups } = await this.options.aws.json<{ logGroups: Array<{ logGroupName: string; arn: string }> }>(
      'logs', 'Logs_20140328.DescribeLogGroups', { logGroupNamePrefix: group });
    const found = logGroups.find(({ logGroupName }) => logGroupName === group);
    const purpose = `failed to validate logger args of container ${name}`;
    if (!found) throw new Error(`ResourceInitializationError: ${purpose}: the log group '${group}' does not exist`);
    if (!role) throw new Error(`container ${name} logs with awslogs, so its task definition needs an execution role`);
    const resource = `${found.arn.replace(/:\*$/, '')}:log-stream:stream`;
    role.demand({ action: 'logs:CreateLogStream', resource }, purpose);
    role.demand({ action: 'logs:PutLogEvents', resource }, purpose);
  }
}

/** An image of a private repository of the account is pulled with the execution role. */
function checkPull(role: Role | undefined, { image }: ContainerDefinition): void {
  const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([\w-]+)\.[\w.]+\/([^:@]+)/.exec(image ?? '') ?? [];
  if (repository === undefined) return;
  if (!role) throw new Error(`CannotPullContainerError: image '${image}' is private, so its task definition needs an execution role`);
  const request = { action: 'ecr:BatchGetImage', resource: `arn:aws:ecr:${region}:${account}:repository/${repository}` };
  if (!role.allows(request)) throw new Error(`CannotPullContainerError: ${role.refusal(request)}`);
}
