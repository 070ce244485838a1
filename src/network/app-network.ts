// The VPC of an app: tiers, address blocks, ways out, flow logs.
import { Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { AddressPlan, Tier } from './address-plan';
import { Egress } from './egress';
import { refusedNatInstances } from './nat-instances';
import { blockOf } from './vpc-block';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';

/** Services with gateway endpoints, which every network has and nobody pays for. */
const GATEWAY_SERVICES = { S3: ec2.GatewayVpcEndpointAwsService.S3, DynamoDb: ec2.GatewayVpcEndpointAwsService.DYNAMODB };
const GATEWAY_SERVICE_NAMES = ['s3', 'dynamodb'];

/** A VPC with its tiers. Made by `AppNetwork`, or by `AppNetwork.fromVpc()` around one that exists. */
export interface IAppNetwork {
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Subnets of load balancers and NAT gateways. */
  readonly publicSubnets: ec2.SubnetSelection;
  /** Subnets of services and functions. */
  readonly appSubnets: ec2.SubnetSelection;
  /** Subnets of databases. Those of the app tier where the network has no data tier. */
  readonly dataSubnets: ec2.SubnetSelection;
  /** Whether the app tier reaches the internet. */
  readonly internetEgress: boolean;
  /** Short names of the AWS services reached by endpoints, such as `ecr.api`. */
  readonly endpointServices: string[];
  /**
   * Tell the network that a construct in the app tier calls an AWS service.
   *
   * A network with a way to the internet does nothing; `Egress.endpointsOnly()` adds the endpoint, once; an existing VPC without both fails, naming
   * the construct and the service.
   */
  requires(service: ec2.InterfaceVpcEndpointAwsService, by: IConstruct): void;
}

/** Properties of `AppNetwork`. */
export interface AppNetworkProps {
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
  /** IPv4 block of the VPC: /16 to /21 where the library lays out the subnets, /16 to /28 with blocks of your own. @default '10.0.0.0/16' */
  readonly cidr?: string;
  /** Availability zones, 2 to 4. Not together with explicit blocks. @default - from the profile: 2 in dev and staging, 3 in prod */
  readonly maxAzs?: number;
  /**
   * Blocks of the public subnets, one a zone, /16 to /28 each.
   *
   * Once one tier has explicit blocks, tiers without are not made: the app tier must have some, the public one too unless egress is `endpointsOnly()`.
   *
   * @default - laid out by tier and zone with room for 4 zones
   */
  readonly publicCidrs?: string[];
  /** Blocks of the app subnets, one a zone, /16 to /28 each. @default - laid out by tier and zone with room for 4 zones */
  readonly appCidrs?: string[];
  /** Blocks of the data subnets, one a zone, /16 to /28 each. @default - laid out by tier and zone with room for 4 zones; no data tier beside explicit blocks of others */
  readonly dataCidrs?: string[];
  /** How the app tier reaches what is outside. @default - from the profile: singleNat() in dev and staging, natPerAz() in prod */
  readonly egress?: Egress;
  /** Interface endpoints beyond those that `egress` needs. @default - none; gateway endpoints for S3 and DynamoDB are always made */
  readonly interfaceEndpoints?: ec2.InterfaceVpcEndpointAwsService[];
  /** Record flow logs, accepted and rejected, in a log group kept as long as the profile keeps logs. @default - from the profile: true in staging and prod */
  readonly flowLogs?: boolean;
  /** Close the VPC's default security group, by a custom resource: CloudFormation has no other way. @default true */
  readonly restrictDefaultSecurityGroup?: boolean;
}

/** Which subnets of an existing VPC form the tiers. */
export interface ExistingVpcOptions {
  /** Subnets of load balancers. @default - the public subnets */
  readonly publicSubnets?: ec2.SubnetSelection;
  /** Subnets of services. @default - private subnets with egress, else isolated ones */
  readonly appSubnets?: ec2.SubnetSelection;
  /** Subnets of databases. @default - isolated subnets, else those of the app tier */
  readonly dataSubnets?: ec2.SubnetSelection;
  /** Whether the app tier reaches the internet. @default true */
  readonly internetEgress?: boolean;
  /** Services reached by endpoints, gateways included. Asked only where the internet is not reached. @default - none known */
  readonly interfaceEndpoints?: ec2.InterfaceVpcEndpointAwsService[];
}

/**
 * A VPC in up to three tiers: public, app and data.
 *
 * Every tier and zone has an address block of its own with room for four zones, so that a zone that is added later changes no existing subnet; or exactly the
 * blocks that are given. Public subnets assign no public addresses; the data tier has no way out. S3 and DynamoDB are reached by gateway endpoints.
 *
 * Stacks without account and region take the first zones that the account has there, without a lookup, and fail at deployment where there are fewer than `maxAzs`. Stacks
 * with both look the zones up once: commit `cdk.context.json`.
 *
 * Fails on blocks that are malformed, too small, overlapping or outside the VPC, on tiers with unequal numbers of blocks, and, at synthesis, on NAT instances
 * without a public address.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-best-practices.html
 */
export class AppNetwork extends Construct implements IAppNetwork {
  /**
   * Use a VPC that exists, of any origin. Makes nothing.
   *
   * Fails if the VPC has no private subnets and 'appSubnets' is not given.
   */
  public static fromVpc(vpc: ec2.IVpc, options: ExistingVpcOptions = {}): IAppNetwork {
    return new ExistingNetwork(vpc, options);
  }

  /** The VPC. */
  public readonly vpc: ec2.IVpc;
  /** Subnets of services and functions. */
  public readonly appSubnets: ec2.SubnetSelection;
  /** Subnets of databases. Those of the app tier where the network has no data tier. */
  public readonly dataSubnets: ec2.SubnetSelection;
  /** Whether the app tier reaches the internet. */
  public readonly internetEgress: boolean;

  private readonly tiers: Tier[];
  private readonly endpoints = new Map<string, ec2.InterfaceVpcEndpoint>();
  private endpointHome?: { readonly scope: Construct; readonly securityGroup: ec2.ISecurityGroup };

  constructor(scope: Construct, id: string, props: AppNetworkProps = {}) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    const egress = props.egress ?? (profile.natPerAz ? Egress.natPerAz() : Egress.singleNat());
    const plan = AddressPlan.of(props, profile.maxAzs, egress.internet);
    this.internetEgress = egress.internet;
    this.tiers = plan.tiers;
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: plan,
      availabilityZones: this.zonesOf(plan.zones),
      subnetConfiguration: this.tiers.map((tier) => subnetsOf(tier, this.internetEgress)),
      ...egress._natOf(plan.zones, profile.natPerAz),
      enableDnsHostnames: true,
      enableDnsSupport: true,
      gatewayEndpoints: Object.fromEntries(Object.entries(GATEWAY_SERVICES).map(([name, service]) => [name, { service }])),
      restrictDefaultSecurityGroup: props.restrictDefaultSecurityGroup ?? true,
    });
    this.appSubnets = { subnetGroupName: 'App' };
    this.dataSubnets = { subnetGroupName: this.tiers.includes('Data') ? 'Data' : 'App' };
    this.node.addValidation({ validate: () => refusedNatInstances(this.node.path, this.vpc.publicSubnets) });

    for (const service of props.interfaceEndpoints ?? []) this.addEndpoint(service);
    if (props.flowLogs ?? profile.flowLogs) {
      this.recordFlowLogs(profile);
    } else if (props.flowLogs === undefined && profile._doesWithout('flowLogs')) {
      acknowledge(this.vpc.node.defaultChild!, ['AwsSolutions-VPC7', 'VPCFlowLogsEnabled'], `${profile.name}: no flow logs, to save their cost; `
        + 'security groups admit named peers only and the default one is closed');
    }
    for (const { node } of this.vpc.publicSubnets) {
      acknowledge(node.findChild('DefaultRoute'), 'VPCNoUnrestrictedRouteToIGW', 'the tier of load balancers and NAT gateways, which need the route; '
        + 'services and data stand in tiers without one, and no subnet hands out public addresses');
    }
  }

  /** Subnets of load balancers and NAT gateways. Fails where the network has no public tier. */
  public get publicSubnets(): ec2.SubnetSelection {
    if (!this.tiers.includes('Public')) {
      throw new Error(`'publicCidrs' must be given for what stands in the public tier, and '${this.node.path}' has none: give it a block in every zone`);
    }
    return { subnetGroupName: 'Public' };
  }

  /** Short names of the AWS services reached by endpoints, such as `ecr.api`. `s3` and `dynamodb` by gateway. */
  public get endpointServices(): string[] {
    return [...GATEWAY_SERVICE_NAMES, ...this.endpoints.keys()];
  }

  /**
   * Tell the network that a construct in the app tier calls an AWS service.
   *
   * A network with a way to the internet does nothing; one with `Egress.endpointsOnly()` adds the endpoint, once, and lets the construct wait for it.
   */
  public requires(service: ec2.InterfaceVpcEndpointAwsService, by: IConstruct): void {
    if (this.internetEgress || GATEWAY_SERVICE_NAMES.includes(service.shortName)) return;
    // a task that starts before its endpoints cannot pull its image, and the first deployment fails
    by.node.addDependency(this.addEndpoint(service));
  }

  /** Zones by name where the stack knows them, else by their place among those of the account. */
  private zonesOf(count: number): string[] {
    const stack = Stack.of(this);
    const byPlace = Array.from({ length: count }, (_, zone) => Fn.select(zone, Fn.getAzs()));
    if (Token.isUnresolved(stack.account) || Token.isUnresolved(stack.region)) return byPlace;
    const names = stack.availabilityZones;
    // placeholders while the CLI looks the zones up; the template is not deployed
    if (names.some((name) => name.startsWith('dummy'))) return byPlace;
    if (names.length < count) {
      throw new Error(`'maxAzs' must be at most ${names.length}, the zones that account ${stack.account} has in ${stack.region}, got ${count}: lower it, or give fewer blocks`);
    }
    return names.slice(0, count);
  }

  private addEndpoint(service: ec2.InterfaceVpcEndpointAwsService): ec2.InterfaceVpcEndpoint {
    const existing = this.endpoints.get(service.shortName);
    if (existing) return existing;
    const { scope, securityGroup } = this.endpointHome ??= this.endpointNamespace();
    const endpoint = new ec2.InterfaceVpcEndpoint(scope, service.shortName, {
      vpc: this.vpc,
      service,
      subnets: this.appSubnets,
      privateDnsEnabled: true,
      securityGroups: [securityGroup],
      // the default rule names the block by an attribute, which reviewers of the template cannot read
      open: false,
    });
    this.endpoints.set(service.shortName, endpoint);
    return endpoint;
  }

  private endpointNamespace(): { readonly scope: Construct; readonly securityGroup: ec2.ISecurityGroup } {
    const scope = new Construct(this, 'Endpoints');
    const securityGroup = new ec2.SecurityGroup(scope, 'SecurityGroup', { vpc: this.vpc, description: 'Endpoints of AWS services', allowAllOutbound: false });
    securityGroup.addIngressRule(ec2.Peer.ipv4(blockOf(this.vpc)), ec2.Port.tcp(443), 'HTTPS from the VPC');
    return { scope, securityGroup };
  }

  private recordFlowLogs(profile: EnvironmentProfile): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogGroup', {
      retention: profile.logRetention,
      removalPolicy: profile.removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const anyFlowLog = Stack.of(this).formatArn({ service: 'ec2', resource: 'vpc-flow-log', resourceName: '*' });
    acknowledge(logGroup, 'CloudWatchLogGroupEncrypted', 'CloudWatch Logs encrypts with a key of its own; flow logs hold addresses and ports, no contents');
    const role = new iam.Role(this, 'FlowLogRole', { assumedBy: fromThisAccount(this, 'vpc-flow-logs.amazonaws.com', anyFlowLog) });
    acknowledgeInlinePolicies(role);
    this.vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup, role),
      trafficType: ec2.FlowLogTrafficType.ALL,
      maxAggregationInterval: ec2.FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
  }
}

function subnetsOf(tier: Tier, internet: boolean): ec2.SubnetConfiguration {
  switch (tier) {
    case 'Public': return { name: tier, subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false };
    case 'App': return { name: tier, subnetType: internet ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PRIVATE_ISOLATED };
    case 'Data': return { name: tier, subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
  }
}

/** A network around a VPC that exists. It makes nothing: what the VPC lacks is an error that says so. */
class ExistingNetwork implements IAppNetwork {
  public readonly publicSubnets: ec2.SubnetSelection;
  public readonly appSubnets: ec2.SubnetSelection;
  public readonly dataSubnets: ec2.SubnetSelection;
  public readonly internetEgress: boolean;
  private readonly services: string[];

  constructor(public readonly vpc: ec2.IVpc, options: ExistingVpcOptions) {
    const hasPrivate = vpc.privateSubnets.length > 0;
    const hasIsolated = vpc.isolatedSubnets.length > 0;
    if (options.appSubnets === undefined && !hasPrivate && !hasIsolated) {
      throw new Error(`'appSubnets' must be given, since '${vpc.node.path}' has no private subnets: name the subnets of the app tier`);
    }
    this.publicSubnets = options.publicSubnets ?? { subnetType: ec2.SubnetType.PUBLIC };
    this.appSubnets = options.appSubnets ?? { subnetType: hasPrivate ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PRIVATE_ISOLATED };
    this.dataSubnets = options.dataSubnets ?? (hasIsolated ? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } : this.appSubnets);
    this.internetEgress = options.internetEgress ?? true;
    this.services = (options.interfaceEndpoints ?? []).map((service) => service.shortName);
  }

  public get endpointServices(): string[] {
    return [...this.services];
  }

  public requires(service: ec2.InterfaceVpcEndpointAwsService, by: IConstruct): void {
    if (this.internetEgress || this.services.includes(service.shortName)) return;
    throw new Error(`'${by.node.path}' calls '${service.shortName}', which the app tier of '${this.vpc.node.path}' reaches neither over the internet nor by an endpoint: `
      + 'add the endpoint to the VPC and name it in \'interfaceEndpoints\' of AppNetwork.fromVpc()');
  }
}
