// Networks: made here in every shape, and around VPCs of every origin.
import { Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { profiles } from './environment';
import { flag, listToken, mostly, numbers, texts, textToken, User, weighted } from './values';
import { AppNetwork, AppNetworkProps, Egress, ExistingVpcOptions, IAppNetwork } from '../../../src';
import { call, construct, jointly, list, listOf, literal, memberOf, oneOf, read, Some, struct, verb, written, Written } from '../written';

const { InterfaceVpcEndpointAwsService: Services } = ec2;

/** Services of AWS that a network may have endpoints for. */
const endpointServices: Some<ec2.InterfaceVpcEndpointAwsService[]> =
  listOf(memberOf('InterfaceVpcEndpointAwsService', Services, 'ECR', 'SECRETS_MANAGER', 'SSM', 'KMS', 'SQS', 'STEP_FUNCTIONS'), { maxLength: 3 });

/** What tasks call on their way to run: an existing network without a way out must have endpoints for it. */
const NEEDED = ['ECR', 'ECR_DOCKER', 'S3', 'CLOUDWATCH_LOGS', 'SECRETS_MANAGER', 'SSM', 'SSM_MESSAGES', 'KMS', 'SQS', 'ELASTIC_FILESYSTEM'] as const;
const neededServices = written<ec2.InterfaceVpcEndpointAwsService[]>(`[${NEEDED.join(', ')}]`, () => NEEDED.map((name) => Services[name]));

/** NAT instances, which must be given a public address. */
const natInstances = (associatePublicIpAddress?: true): Written<ec2.NatProvider> =>
  written(`NatProvider.instanceV2({ instanceType: 't4g.nano', associatePublicIpAddress: ${associatePublicIpAddress} })`, () => ec2.NatProvider.instanceV2({
    instanceType: new ec2.InstanceType('t4g.nano'),
    machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
    associatePublicIpAddress,
  }));

const natProviders = (user: User): Some<ec2.NatProvider> =>
  mostly(user, fc.constantFrom(written('NatProvider.gateway()', () => ec2.NatProvider.gateway()), natInstances(true)), fc.constant(natInstances()));

const egress = (user: User): Some<Egress> => fc.oneof(
  fc.constantFrom(call(Egress, 'natPerAz'), call(Egress, 'singleNat'), call(Egress, 'regionalNat'), call(Egress, 'endpointsOnly')),
  natProviders(user).map((provider) => call(Egress, 'natProvider', provider)),
);

/** Blocks of all tiers in as many zones, in a /16 whose third number tells them apart. */
function blocks(user: User): fc.Arbitrary<{ readonly [tier in 'publicCidrs' | 'appCidrs' | 'dataCidrs']?: Written<string[]> }> {
  const tier = (from: number, zones: number, tokens: boolean): Some<string[]> => {
    const block = (zone: number): Some<string> => fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(20, 24, 28).map((prefix) => literal(`10.0.${from + 16 * zone}.0/${prefix}`)) },
      { weight: tokens ? 1 : 0, arbitrary: textToken(`10.0.${from + 16 * zone}.0/24`) },
    );
    return fc.tuple(...Array.from({ length: zones }, (_, zone) => block(zone))).map(list);
  };
  const wrong: Some<string[]> = fc.oneof(listToken, oneOf<string[]>(
    [], ['10.0.0.0/24'], ['10.0.0.0/24', '10.0.0.128/25'], ['10.0.0.1/24', '10.0.16.0/24'], ['nonsense', '10.0.0.0/24'], ['10.0.0.0/8', '10.1.0.0/29'],
    ['192.168.0.0/24', '192.168.1.0/24'], ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24', '10.0.4.0/24'], ['', ''], ['300.0.0.0/24', '10.0.0.0/33'],
  ));
  return fc.integer({ min: 2, max: 4 }).chain((zones) => fc.record({
    publicCidrs: user.slips ? fc.option(mostly(user, tier(0, zones, true), wrong), { nil: undefined, freq: 20 }) : tier(0, zones, true),
    appCidrs: user.slips ? fc.option(mostly(user, tier(64, zones, true), wrong), { nil: undefined, freq: 20 }) : tier(64, zones, true),
    dataCidrs: fc.option(mostly(user, tier(128, zones, true), wrong), { nil: undefined }),
  }));
}

function newNetworkProps(user: User): Some<AppNetworkProps> {
  const common = struct<AppNetworkProps>('AppNetworkProps', {
    profile: profiles(user),
    cidr: jointly,
    maxAzs: jointly,
    publicCidrs: jointly,
    appCidrs: jointly,
    dataCidrs: jointly,
    egress: egress(user),
    interfaceEndpoints: endpointServices,
    flowLogs: flag,
    restrictDefaultSecurityGroup: flag,
  });
  const maybe = <T>(value: Some<T>): fc.Arbitrary<Written<T> | undefined> => fc.option(value, { nil: undefined, freq: 2 });
  const laidOut = fc.record({
    cidr: maybe(texts(user, ['10.0.0.0/16', '172.16.0.0/21', '192.168.8.0/21', '0.0.0.0/16'], ['10.0.0.0/22', '10.0.0.0/15', '10.0.0.1/16', '', '::/56', '10.0.0.0'], false)),
    maxAzs: maybe(numbers(user, 2, 4, false)),
  });
  const given = fc.tuple(blocks(user), maybe(texts(user, ['10.0.0.0/16'], ['10.0.0.0/29', '10.0.0.0/24'])), user.slips ? fc.oneof({ weight: 20, arbitrary: jointly }, { weight: 1, arbitrary: numbers(user, 2, 4) }) : jointly)
    .map(([tiers, cidr, maxAzs]) => ({ ...tiers, cidr, maxAzs }));
  return fc.tuple(common, fc.oneof(laidOut, laidOut, given)).map(([props, addresses]) => props.with(addresses));
}

const ATTRIBUTES = {
  vpcId: 'vpc-0123456789abcdef0',
  vpcCidrBlock: '10.7.0.0/16',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  publicSubnetIds: ['subnet-0000000000000001a', 'subnet-0000000000000001b'],
  privateSubnetIds: ['subnet-0000000000000002a', 'subnet-0000000000000002b'],
  isolatedSubnetIds: ['subnet-0000000000000003a', 'subnet-0000000000000003b'],
};
const { PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED } = ec2.SubnetType;

/** A VPC that exists, and the kinds of private subnets it has. */
interface ExistingVpc { readonly vpc: Written<ec2.IVpc>; readonly tiers: ec2.SubnetType[] }

const imported = (name: string, attributes: ec2.VpcAttributes, ...tiers: ec2.SubnetType[]): ExistingVpc =>
  ({ vpc: written(`Vpc.fromVpcAttributes(${name})`, (site) => ec2.Vpc.fromVpcAttributes(site.stack, site.id('Vpc'), attributes)), tiers });
const made = (name: string, props: ec2.VpcProps, ...tiers: ec2.SubnetType[]): ExistingVpc =>
  ({ vpc: written(`new Vpc(this, …, ${name})`, (site) => new ec2.Vpc(site.stack, site.id('Vpc'), props)), tiers });

/** VPCs of this app, and imported with and without some tiers. */
const { isolatedSubnetIds: _, ...WITHOUT_DATA } = ATTRIBUTES;
const { privateSubnetIds: __, ...ISOLATED } = ATTRIBUTES;
const VPCS: ExistingVpc[] = [
  imported('three tiers', ATTRIBUTES, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED),
  imported('without a data tier', WITHOUT_DATA, PRIVATE_WITH_EGRESS),
  imported('without a way out', ISOLATED, PRIVATE_ISOLATED),
  imported('by tokens', {
    vpcId: Fn.importValue('Vpc'),
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    publicSubnetIds: [Fn.importValue('PublicA'), Fn.importValue('PublicB')],
    privateSubnetIds: [Fn.importValue('PrivateA'), Fn.importValue('PrivateB')],
  }, PRIVATE_WITH_EGRESS),
  made('two tiers', { maxAzs: 2, natGateways: 1 }, PRIVATE_WITH_EGRESS),
  made('three tiers', {
    maxAzs: 2,
    natGateways: 1,
    subnetConfiguration: [{ name: 'Front', subnetType: PUBLIC }, { name: 'Middle', subnetType: PRIVATE_WITH_EGRESS }, { name: 'Back', subnetType: PRIVATE_ISOLATED }],
  }, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED),
];
const WRONG_VPCS: ExistingVpc[] = [
  imported('public only', { vpcId: ATTRIBUTES.vpcId, availabilityZones: ['eu-west-1a'], publicSubnetIds: ATTRIBUTES.publicSubnetIds.slice(1) }, PUBLIC),
  imported('no subnets', { vpcId: ATTRIBUTES.vpcId, availabilityZones: ['eu-west-1a'] }, PUBLIC),
  imported('one zone', {
    vpcId: ATTRIBUTES.vpcId,
    availabilityZones: ['eu-west-1a'],
    publicSubnetIds: ATTRIBUTES.publicSubnetIds.slice(1),
    privateSubnetIds: ATTRIBUTES.privateSubnetIds.slice(1),
  }, PRIVATE_WITH_EGRESS),
  imported('lists known at deployment', {
    vpcId: ATTRIBUTES.vpcId,
    availabilityZones: Fn.getAzs(),
    privateSubnetIds: Fn.split(',', Fn.importValue('Private')),
    publicSubnetIds: Fn.split(',', Fn.importValue('Public')),
  }, PRIVATE_WITH_EGRESS),
  made('public only', { subnetConfiguration: [{ name: 'Public', subnetType: PUBLIC }] }, PUBLIC),
];

/** Networks around them: tiers that they have, and a way out or all endpoints, unless somebody slips. */
function existing(user: User): Some<IAppNetwork> {
  const publicSubnets = oneOf<ec2.SubnetSelection>({ subnetType: PUBLIC }, { subnetType: PUBLIC, onePerAz: true });
  const wrong = oneOf<ec2.SubnetSelection>({ subnetGroupName: 'NoSuchGroup' }, { subnetType: PRIVATE_ISOLATED }, { subnetType: PUBLIC }, { subnets: [] });
  const around = ({ vpc, tiers }: ExistingVpc): Some<IAppNetwork> => {
    const tier = mostly(user, oneOf<ec2.SubnetSelection>(...tiers.map((subnetType) => ({ subnetType }))), wrong);
    const options = struct<ExistingVpcOptions>('ExistingVpcOptions', {
      publicSubnets, appSubnets: tier, dataSubnets: tier, internetEgress: jointly, interfaceEndpoints: jointly,
    });
    const wayOut = fc.oneof(
      fc.record({ internetEgress: oneOf(true), interfaceEndpoints: endpointServices }, { requiredKeys: [] }),
      fc.constant({ internetEgress: literal(false), interfaceEndpoints: neededServices }),
    );
    const wrongWayOut = fc.record({ internetEgress: oneOf(false), interfaceEndpoints: endpointServices });
    return fc.tuple(options, weighted<object>([30, wayOut], [user.slips ? 1 : 0, wrongWayOut])).map(([chosen, way]) => call(AppNetwork, 'fromVpc', vpc, chosen.with(way)));
  };
  return weighted([30, fc.oneof(...VPCS.map(around))], [user.slips ? 1 : 0, fc.oneof(...WRONG_VPCS.map(around))]);
}

/** Networks of every origin, each under an id. */
export function networks(user: User, id: string): Some<IAppNetwork> {
  return fc.oneof(
    { weight: 3, arbitrary: newNetworkProps(user).map((props): Written<IAppNetwork> => construct(AppNetwork, id, props)) },
    { weight: 2, arbitrary: existing(user) },
  );
}

/** What may be asked of a network that was made here. */
export function networkQuestions(network: Written<IAppNetwork>): Some<unknown> {
  const own = written<AppNetwork>(network.code, (site) => network.make(site) as AppNetwork);
  return fc.oneof(
    fc.constantFrom<Written<unknown>>(read(own, 'publicSubnets'), read(own, 'endpointServices')),
    memberOf('InterfaceVpcEndpointAwsService', Services, 'ECR', 'KMS').map((service) =>
      verb(network, 'requires', service, written('new Construct(this, …)', (site) => new Construct(site.stack, site.id('Caller'))))),
  );
}
