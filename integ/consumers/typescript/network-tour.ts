// The network: its every choice, ways out, and one that exists.
import { App, Stack } from 'aws-cdk-lib';
import { InterfaceVpcEndpointAwsService, NatProvider, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Readings } from './readings.js';
import { AppNetwork, Egress, EnvironmentProfile, IAppNetwork } from 'cdk-patternbook';

export function networkTour(app: App, profile: EnvironmentProfile): IAppNetwork {
  const stack = new Stack(app, 'Network');
  const network = new AppNetwork(stack, 'Network', {
    profile,
    cidr: '10.20.0.0/16',
    publicCidrs: ['10.20.0.0/24', '10.20.1.0/24'],
    appCidrs: ['10.20.16.0/20', '10.20.32.0/20'],
    dataCidrs: ['10.20.2.0/24', '10.20.3.0/24'],
    egress: Egress.natProvider(NatProvider.gateway()),
    interfaceEndpoints: [InterfaceVpcEndpointAwsService.KMS],
    flowLogs: true,
    restrictDefaultSecurityGroup: false,
  });
  network.requires(InterfaceVpcEndpointAwsService.SQS, stack);
  const read = new Readings(stack);
  read.text('VpcId', network.vpc.vpcId);
  read.text('PublicSubnet', network.publicSubnets.subnetGroupName!);
  read.text('AppSubnet', network.appSubnets.subnetGroupName!);
  read.text('DataSubnet', network.dataSubnets.subnetGroupName!);
  read.text('Endpoints', network.endpointServices.join(','));
  read.truth('InternetEgress', network.internetEgress);

  // the ways out
  new AppNetwork(stack, 'PerZone', { profile, egress: Egress.natPerAz() });
  new AppNetwork(stack, 'Single', { profile, maxAzs: 4, egress: Egress.singleNat() });
  new AppNetwork(stack, 'Regional', { profile, egress: Egress.regionalNat() });
  const closed = new AppNetwork(stack, 'Closed', { profile, egress: Egress.endpointsOnly() });
  closed.requires(InterfaceVpcEndpointAwsService.SQS, stack);
  read.truth('ClosedIsOpen', Egress.endpointsOnly().internet);

  // one that exists
  const vpc = Vpc.fromVpcAttributes(stack, 'ExistingVpc', {
    vpcId: 'vpc-0123456789abcdef0',
    vpcCidrBlock: '10.40.0.0/16',
    availabilityZones: ['eu-south-1a', 'eu-south-1b'],
    publicSubnetIds: ['subnet-public-a', 'subnet-public-b'],
    privateSubnetIds: ['subnet-app-a', 'subnet-app-b'],
    isolatedSubnetIds: ['subnet-data-a', 'subnet-data-b'],
  });
  const existing = AppNetwork.fromVpc(vpc, {
    publicSubnets: { subnetType: SubnetType.PUBLIC },
    appSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    dataSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    internetEgress: false,
    interfaceEndpoints: [InterfaceVpcEndpointAwsService.SQS],
  });
  existing.requires(InterfaceVpcEndpointAwsService.SQS, stack);
  read.text('ExistingVpcId', existing.vpc.vpcId);
  return network;
}
