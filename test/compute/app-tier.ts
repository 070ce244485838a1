// What the tests of this floor stand on: a network of plain CDK parts that remembers what was asked of it, and a service in it.
import { Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct, IConstruct } from 'constructs';
import { ContainerCluster, ContainerService, ContainerServiceProps, IAppNetwork, IContainerCluster, IPrivatePostgres } from '../../src';

/** A network and what was required of it. */
export interface AskedNetwork extends IAppNetwork {
  readonly required: string[];
}

export function appTier(scope: Construct, internetEgress = true): AskedNetwork {
  const vpc = new ec2.Vpc(scope, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
  const required: string[] = [];
  return {
    vpc,
    publicSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    appSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    dataSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    internetEgress,
    endpointServices: [],
    required,
    requires: (service: ec2.InterfaceVpcEndpointAwsService, by: IConstruct) => { required.push(`${service.shortName} by ${by.node.id}`); },
  };
}

export function ecrImage(scope: Construct): ecs.ContainerImage {
  return ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(scope, 'Images', 'shop'), 'v1');
}

/** A service by itself, in a cluster and a network of its own unless one is given. */
export function serviceIn(stack: Stack, props: Partial<ContainerServiceProps> = {}, id = 'Api'): ContainerService {
  const cluster: IContainerCluster = props.cluster ?? clusterIn(stack);
  return new ContainerService(stack, id, { port: 8000, ...props, image: props.image ?? ecrImage(stack), cluster });
}

export function clusterIn(stack: Stack, network: IAppNetwork = appTier(stack)): ContainerCluster {
  return new ContainerCluster(stack, 'Cluster', { network, dnsNamespace: 'shop.local' });
}

/** A database as plain CDK parts. */
export function databaseIn(scope: Construct, network: IAppNetwork, rotatesSecret: boolean, id = 'Database'): IPrivatePostgres {
  class PlainDatabase extends Construct {
    public readonly securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc: network.vpc, allowAllOutbound: false });
    public readonly connections = new ec2.Connections({ securityGroups: [this.securityGroup], defaultPort: ec2.Port.tcp(5432) });
    public readonly endpoint = new rds.Endpoint('db.example', 5432);
    public readonly instanceIdentifier = 'db';
    public readonly databaseName = 'app';
    public readonly secret = new secretsmanager.Secret(this, 'Credentials');
    public readonly urlSecret = new secretsmanager.Secret(this, 'Url');
    public readonly readerUrlSecret = this.urlSecret;
    public readonly rotatesSecret = rotatesSecret;
    public grantConnect(): never { throw new Error('not asked for here'); }
  }
  return new PlainDatabase(scope, id);
}

/** Findings of cdk-nag about a part of a stack, as rule and path. */
export function findings(stack: Stack, under: IConstruct): string[] {
  Stage.of(stack)!.synth();
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  return violations.flatMap(({ ruleName, violatingResources }) => violatingResources
    .map(({ constructPath }) => `${constructPath}`)
    .filter((path) => path.startsWith(`${under.node.path}/`))
    .map((path) => `${ruleName} ${path}`));
}

/** Resources that CloudFormation could not put in an order. */
export function circles(resources: Record<string, unknown>): string[] {
  const uses = (id: string): string[] => Object.keys(resources).filter((other) => other !== id && JSON.stringify(resources[id]).includes(`"${other}"`));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (id: string, way: string[]): void => {
    if (way.includes(id)) found.push([...way, id].join(' > '));
    if (done.has(id) || way.includes(id)) return;
    uses(id).forEach((other) => visit(other, [...way, id]));
    done.add(id);
  };
  Object.keys(resources).forEach((id) => visit(id, []));
  return found;
}
