// Where tasks run: an ECS cluster without servers, and the private DNS namespace in which its services have names.
import { Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { SessionLogs, SessionOptions, logSessions } from './session-logs';
import { EnvironmentProfile } from '../environment-profile';
import { IAppNetwork } from '../network/app-network';
import { Namesakes } from '../private/namesakes';

/** A cluster for Fargate tasks, made here or existing. */
export interface IContainerCluster {
  /** The cluster. */
  readonly cluster: ecs.ICluster;
  /** Where its tasks run: the app tier. */
  readonly network: IAppNetwork;
}

/** Properties of `ContainerCluster`. */
export interface ContainerClusterProps {
  /** Where its tasks run: the app tier. */
  readonly network: IAppNetwork;
  /**
   * Private DNS namespace, in which a service is `<discoveryName>.<dnsNamespace>`: labels of lower-case letters, digits, hyphens and
   * underscores, joined by dots. A change replaces it and everything registered in it.
   *
   * @default - '<id of the scope in lower case>.local'
   */
  readonly dnsNamespace?: string;
  /** Metrics of tasks and containers. @default ecs.ContainerInsights.ENABLED */
  readonly containerInsights?: ecs.ContainerInsights;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
  /** How long logs of shell sessions are kept, where services allow such by `enableExecuteCommand`. @default - from the profile: 7, 14 or 30 days */
  readonly sessionLogRetention?: logs.RetentionDays;
  /**
   * Key for the data of shell sessions and for their log. Who opens a session needs `kms:GenerateDataKey` on it.
   *
   * @default - TLS on the way, and the log as CloudWatch encrypts all logs
   */
  readonly sessionKey?: kms.IKey;
}

/**
 * An ECS cluster on Fargate and Fargate Spot with Container Insights and a private DNS namespace.
 *
 * Fails on a namespace that is no DNS name, and on two clusters with one namespace in one VPC, of which Route 53 would refuse the second.
 *
 * @see https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html
 */
export class ContainerCluster extends Construct implements IContainerCluster {
  /**
   * Use a cluster that exists. Makes nothing.
   *
   * Its default Cloud Map namespace names the services; without one they have no private name. Services run on its capacity providers FARGATE and, where
   * `spot` is set, FARGATE_SPOT: a cluster that the app defines needs `enableFargateCapacityProviders: true`, else synthesis fails; one that is imported gets
   * them once by `aws ecs put-cluster-capacity-providers`.
   *
   * Fails if the cluster is known to be in another VPC than the network.
   */
  public static fromCluster(cluster: ecs.ICluster, network: IAppNetwork): IContainerCluster {
    const [clusterVpc, networkVpc] = [cluster.vpc.vpcId, network.vpc.vpcId];
    if (!Token.isUnresolved(clusterVpc) && !Token.isUnresolved(networkVpc) && clusterVpc !== networkVpc) {
      throw new Error(`'network' must be in the VPC of the cluster, ${clusterVpc}, got ${networkVpc}: pass AppNetwork.fromVpc(cluster.vpc)`);
    }
    return { cluster, network };
  }

  /** The cluster. */
  public readonly cluster: ecs.ICluster;
  /** Where its tasks run. */
  public readonly network: IAppNetwork;
  /** Name of the private DNS namespace. */
  public readonly dnsNamespace: string;

  private readonly sessionOptions: SessionOptions;
  private sessions?: SessionLogs;

  constructor(scope: Construct, id: string, props: ContainerClusterProps) {
    super(scope, id);
    this.network = props.network;
    const profile = props.profile ?? EnvironmentProfile.of(this);
    this.sessionOptions = { profile, retention: props.sessionLogRetention ?? profile.logRetention, key: props.sessionKey };
    this.dnsNamespace = props.dnsNamespace ?? `${dnsLabel(scope.node.id)}.local`;
    checkNamespace(this.dnsNamespace);

    // not 'Resource': aws-cdk-lib gives the capacity providers, which it adds to the cluster at synthesis, the id of the cluster
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      vpc: props.network.vpc,
      containerInsightsV2: props.containerInsights ?? ecs.ContainerInsights.ENABLED,
      enableFargateCapacityProviders: true,
      defaultCloudMapNamespace: {
        name: this.dnsNamespace,
        type: servicediscovery.NamespaceType.DNS_PRIVATE,
        vpc: props.network.vpc,
        useForServiceConnect: false,
      },
    });
    CLUSTERS.enter(this.network.vpc, this);
    this.node.addValidation({ validate: () => this.clusterOfSameName() });
  }

  /** Where shell sessions are logged. Made when a service first allows them: most clusters have none. @internal */
  public _sessions(): SessionLogs {
    return this.sessions ??= logSessions(this, this.cluster, this.sessionOptions);
  }

  private clusterOfSameName(): string[] {
    return CLUSTERS.others(this.network.vpc, this)
      .filter((other) => other.dnsNamespace === this.dnsNamespace)
      .map((other) => `'dnsNamespace' must be its cluster's alone in a VPC, got '${this.dnsNamespace}' as in '${other.node.path}': give one of them another`);
  }
}

/** Clusters by their VPC. */
const CLUSTERS = new Namesakes<ContainerCluster>();

/** An id as a DNS label: lower case, anything else than letters, digits and hyphens a hyphen. */
function dnsLabel(id: string): string {
  return id.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

function checkNamespace(name: string): void {
  if (Token.isUnresolved(name)) return;
  const legal = name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  if (!legal) {
    throw new Error(`'dnsNamespace' must be labels of lower-case letters, digits, hyphens and underscores joined by dots, got '${name}': `
      + "pass a name such as 'shop.local'");
  }
}
