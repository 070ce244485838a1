// A service: a task that listens on a port and has a private name.
import { Duration, Token, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { ContainerTask } from './container-task';
import { ContainerTaskOptions, ContainerTaskProps, IPrivateService } from './container-task-options';
import { warnOfPrivateName } from './deployment-rules';
import { connect, namesTaken } from './service-connect';
import { scaleByLoad } from './service-scaling';
import { Namesakes } from '../private/namesakes';
import { checkRange } from '../private/validate';

/** Options of a service. */
export interface ContainerServiceOptions extends ContainerTaskOptions {
  /** TCP port the container listens on, 1 to 65535. */
  readonly port: number;
  /**
   * Name in the private DNS namespace: up to 63 lower-case letters, digits and hyphens. A change replaces the registration, not the service.
   *
   * @default - the id in lower case, words joined by hyphens
   */
  readonly discoveryName?: string;
}

/** Properties of `ContainerService`. */
export interface ContainerServiceProps extends ContainerServiceOptions, ContainerTaskProps {}

/**
 * A service that listens on a port. Others reach it by its private name; `WebEntry.addRoute()` makes it public.
 *
 * Tasks run in the app tier on Fargate, in the minimum number on demand, deployed without a gap and rolled back when they do not start.
 *
 * Fails at synthesis on what cannot work when deployed: sizes Fargate does not offer, limits that contradict each other, names that are not legal
 * or taken, images that the network does not reach.
 */
export class ContainerService extends ContainerTask implements IPrivateService {
  /** Its security group. The default port is the one it listens on. */
  public readonly connections: ec2.Connections;
  /** The port it listens on. */
  public readonly port: number;

  private readonly discoveryName: string;
  private readonly names: string[];
  private readonly namespace?: servicediscovery.INamespace;
  private nameIsUsed = false;

  constructor(scope: Construct, id: string, props: ContainerServiceProps) {
    super(scope, id, props);
    scaleByLoad(this.scalableTaskCount, this._limits, props.scaling ?? {});
    checkRange('port', props.port, 1, 65535, 'choose a TCP port');
    this.port = props.port;
    this.connections = new ec2.Connections({ securityGroups: [this.securityGroup], defaultPort: ec2.Port.tcp(props.port) });

    this.discoveryName = props.discoveryName ?? hyphenated(id);
    checkDiscoveryName(this.discoveryName);
    this.names = namesTaken(this.discoveryName, props.serviceConnect);
    // named or not: a name in every task definition would deploy every service anew
    if (props.serviceConnect) connect(this, props.serviceConnect, { port: props.port, discoveryName: this.discoveryName });
    else this.container.addPortMappings({ containerPort: props.port });
    const namespace = this.cluster.cluster.defaultCloudMapNamespace;
    // one for API calls only has no DNS names
    if (namespace !== undefined && namespace.type !== servicediscovery.NamespaceType.HTTP) {
      this.namespace = namespace;
      this.fargateService.enableCloudMap({
        cloudMapNamespace: namespace,
        name: this.discoveryName,
        dnsRecordType: servicediscovery.DnsRecordType.A,
        // a task that is gone is asked for no longer than this
        dnsTtl: Duration.seconds(10),
      });
      SERVICES.enter(namespace, this);
      this.node.addValidation({ validate: () => this.serviceOfSameName() });
    }
  }

  /** Its private DNS name, such as `api.shop.local`. Fails where the cluster has no DNS namespace. */
  public get hostName(): string {
    if (this.namespace === undefined) {
      throw new Error(`'${this.node.path}' has no private name: its cluster has no default Cloud Map namespace with DNS; `
        + "pass 'defaultCloudMapNamespace' where the cluster is imported");
    }
    if (!this.nameIsUsed) warnOfPrivateName(this, this.deployment);
    this.nameIsUsed = true;
    return `${this.discoveryName}.${this.namespace.namespaceName}`;
  }

  /** Its private address, such as `http://api.shop.local:8000`. Fails where the cluster has no DNS namespace. */
  public get privateUrl(): string {
    return `http://${this.hostName}:${Tokenization.stringifyNumber(this.port)}`;
  }

  private serviceOfSameName(): string[] {
    return SERVICES.others(this.namespace!, this)
      .filter((other) => other.names.some((name) => this.names.includes(name)))
      .map((other) => `'discoveryName' must be its service's alone in a namespace, got '${this.discoveryName}' as in '${other.node.path}': give one of them another`);
  }
}

/** Services by their namespace. */
const SERVICES = new Namesakes<ContainerService>();

/** `OrderApi` → `order-api`, `APIGateway` → `api-gateway`. */
function hyphenated(id: string): string {
  return id
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}

function checkDiscoveryName(name: string): void {
  if (!Token.isUnresolved(name) && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new Error(`'discoveryName' must be 1 to 63 lower-case letters, digits and hyphens, none of them at an end, got '${name}': pass another`);
  }
}
