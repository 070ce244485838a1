import { App, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import { AppNetwork, AppNetworkProps, Egress, EnvironmentProfile } from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

const { BEDROCK_RUNTIME, DYNAMODB, ECR, KMS, SECRETS_MANAGER } = ec2.InterfaceVpcEndpointAwsService;

/** The subnets of the reference architecture. */
const EXACT: AppNetworkProps = { publicCidrs: ['10.0.1.0/24', '10.0.2.0/24'], appCidrs: ['10.0.11.0/24', '10.0.12.0/24'] };

function templateOf(props: AppNetworkProps = {}, stack: Stack = testStack()): Template {
  new AppNetwork(stack, 'Network', props);
  return Template.fromStack(stack);
}

/** Readable id and block of each subnet. */
function blocksOf(template: Template): Record<string, string> {
  return Object.fromEntries(Object.entries(template.findResources('AWS::EC2::Subnet'))
    .map(([id, { Properties }]) => [id.replace(/^NetworkVpc|Subnet[0-9A-F]{8}$/g, ''), Properties.CidrBlock]));
}

function subnetIds(template: Template, tier: string): Array<{ Ref: string }> {
  return Object.keys(template.findResources('AWS::EC2::Subnet')).filter((id) => id.startsWith(`NetworkVpc${tier}Subnet`)).map((id) => ({ Ref: id }));
}

function findings(stack: Stack): string[] {
  const app = stack.node.root as App;
  app.synth();
  return new AwsSolutionsChecks(app).validateScope(stack).violations.map(({ ruleName }) => ruleName);
}

describe.each(FLAG_SETS)('a network in prod with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const network = new AppNetwork(stack, 'Network');
  const template = Template.fromStack(stack);

  test('has three tiers in three zones, each block with room for a fourth', () => {
    expect(blocksOf(template)).toEqual({
      AppSubnet1: '10.0.0.0/19',
      AppSubnet2: '10.0.32.0/19',
      AppSubnet3: '10.0.64.0/19',
      PublicSubnet1: '10.0.128.0/21',
      PublicSubnet2: '10.0.136.0/21',
      PublicSubnet3: '10.0.144.0/21',
      DataSubnet1: '10.0.160.0/21',
      DataSubnet2: '10.0.168.0/21',
      DataSubnet3: '10.0.176.0/21',
    });
  });

  test('takes the zones in their order, without a lookup', () => {
    const zones = Object.values(template.findResources('AWS::EC2::Subnet')).map(({ Properties }) => Properties.AvailabilityZone);
    expect(zones.slice(0, 3)).toEqual([0, 1, 2].map((zone) => ({ 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] })));
    expect((stack.node.root as App).synth().manifest.missing).toBeUndefined();
  });

  test('resolves names, and assigns no public addresses', () => {
    template.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true });
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });

  test('has a NAT gateway with an address of its own in each zone', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 3);
    template.resourceCountIs('AWS::EC2::EIP', 3);
    expect(Object.keys(template.findResources('AWS::EC2::EIP'))[0]).toMatch(/^NetworkVpcPublicSubnet1EIP/);
  });

  test('routes the app tier over NAT and the data tier nowhere', () => {
    const routes = Object.keys(template.findResources('AWS::EC2::Route', { Properties: { DestinationCidrBlock: '0.0.0.0/0' } }));
    expect(routes.map((id) => id.slice('NetworkVpc'.length).replace(/Subnet.*/, '')).sort()).toEqual(['App', 'App', 'App', 'Public', 'Public', 'Public']);
  });

  test('reaches S3 and DynamoDB by gateway endpoints, and has no others', () => {
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
    template.allResourcesProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    expect(network.endpointServices).toEqual(['s3', 'dynamodb']);
  });

  test('closes the default security group', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });

  test('records all traffic for 30 days, by a role that flow logs of this account alone may take', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', MaxAggregationInterval: 600, LogDestinationType: 'cloud-watch-logs' });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30, LogGroupName: Match.absent() }, DeletionPolicy: 'Retain' });
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }, ArnLike: Match.anyValue() },
        }],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkFlowLogGroup'), 'Arn'] } }] },
    });
  });

  test('tells the tiers apart', () => {
    expect([network.publicSubnets, network.appSubnets, network.dataSubnets].map((selection) => selection.subnetGroupName)).toEqual(['Public', 'App', 'Data']);
    expect(network.internetEgress).toBe(true);
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack)).toEqual([]);
  });
});

describe('by profile', () => {
  test.each([['dev', 2, 1, 0], ['staging', 2, 1, 1], ['prod', 3, 3, 1]] as const)('%s has %i zones, %i NAT gateways, %i flow logs', (name, zones, gateways, flowLogs) => {
    const template = templateOf({}, testStack(inProfile(name)));
    template.resourceCountIs('AWS::EC2::Subnet', zones * 3);
    template.resourceCountIs('AWS::EC2::NatGateway', gateways);
    template.resourceCountIs('AWS::EC2::FlowLog', flowLogs);
  });

  test('cdk-nag finds nothing in dev, and missing flow logs where they were switched off by hand', () => {
    const dev = testStack(inProfile('dev'));
    new AppNetwork(dev, 'Network');
    const prod = testStack();
    new AppNetwork(prod, 'Network', { flowLogs: false });
    expect([findings(dev), findings(prod)]).toEqual([[], ['AwsSolutions-VPC7']]);
  });

  test('flow logs of dev go with the stack', () => {
    const template = templateOf({ flowLogs: true }, testStack(inProfile('dev')));
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Delete' });
  });

  test('the profile is a prop too, and wins over the context', () => {
    templateOf({ profile: EnvironmentProfile.DEV }).resourceCountIs('AWS::EC2::NatGateway', 1);
  });
});

describe('zones', () => {
  test('a zone that is added changes no existing subnet', () => {
    const two = templateOf({ maxAzs: 2 }).findResources('AWS::EC2::Subnet');
    const four = templateOf({ maxAzs: 4 }).findResources('AWS::EC2::Subnet');
    expect(Object.keys(four)).toHaveLength(12);
    expect(four).toMatchObject(two);
  });

  test('stacks with account and region take the first by name', () => {
    const env = { account: '111111111111', region: 'eu-west-1' };
    const stack = testStack({ 'availability-zones:account=111111111111:region=eu-west-1': ['eu-west-1a', 'eu-west-1b', 'eu-west-1c', 'eu-west-1d'] }, env);
    expect(new AppNetwork(stack, 'Network').vpc.availabilityZones).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
  });

  test('do not fail while they are looked up', () => {
    const stack = testStack({}, { account: '111111111111', region: 'eu-west-1' });
    expect(() => templateOf({ maxAzs: 4 }, stack)).not.toThrow();
    expect((stack.node.root as App).synth().manifest.missing).toHaveLength(1);
  });

  test('fails on more than the region has', () => {
    const env = { account: '111111111111', region: 'us-west-1' };
    const stack = testStack({ 'availability-zones:account=111111111111:region=us-west-1': ['us-west-1a', 'us-west-1c'] }, env);
    expect(() => new AppNetwork(stack, 'Network')).toThrow(
      "'maxAzs' must be at most 2, the zones that account 111111111111 has in us-west-1, got 3: lower it, or give fewer blocks");
  });

  test.each([1, 5, 2.5])('fails on %d', (maxAzs) => {
    expect(() => templateOf({ maxAzs })).toThrow(`'maxAzs' must be 2 to 4, got ${maxAzs}: choose a number within these, load balancers need 2 zones, and blocks are laid out for 4`);
  });
});

describe('explicit blocks', () => {
  test('are taken exactly, tiers without are not made', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network', EXACT);
    expect(blocksOf(Template.fromStack(stack))).toEqual({
      PublicSubnet1: '10.0.1.0/24', PublicSubnet2: '10.0.2.0/24', AppSubnet1: '10.0.11.0/24', AppSubnet2: '10.0.12.0/24',
    });
    expect(network.dataSubnets).toEqual(network.appSubnets);
  });

  test('form a data tier when it has some', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network', { ...EXACT, dataCidrs: ['10.0.21.0/24', '10.0.22.0/24'] });
    expect(blocksOf(Template.fromStack(stack))).toMatchObject({ DataSubnet1: '10.0.21.0/24', DataSubnet2: '10.0.22.0/24' });
    expect(network.dataSubnets).toEqual({ subnetGroupName: 'Data' });
  });

  test('may be known at deployment only', () => {
    const cidr = Fn.importValue('VpcBlock');
    const template = templateOf({ cidr, publicCidrs: ['a', 'b'].map((name) => Fn.importValue(name)), appCidrs: ['c', 'd'].map((name) => Fn.importValue(name)) });
    template.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: { 'Fn::ImportValue': 'VpcBlock' } });
    template.hasResourceProperties('AWS::EC2::Subnet', { CidrBlock: { 'Fn::ImportValue': 'c' } });
  });

  test('a network without public tier says so to whoever needs one', () => {
    const network = new AppNetwork(testStack(), 'Network', { appCidrs: EXACT.appCidrs, egress: Egress.endpointsOnly() });
    expect(() => network.publicSubnets).toThrow(
      "'publicCidrs' must be given for what stands in the public tier, and 'Stack/Network' has none: give it a block in every zone");
  });

  test.each<[string, AppNetworkProps, string]>([
    ['a malformed block', { cidr: '10.0.0.0' }, "'cidr' must be an IPv4 block such as '10.0.0.0/16', got '10.0.0.0': write four numbers up to 255, a slash and the prefix length"],
    ['a number above 255', { ...EXACT, appCidrs: ['10.0.256.0/24', '10.0.12.0/24'] },
      "'appCidrs' must be an IPv4 block such as '10.0.0.0/16', got '10.0.256.0/24': write four numbers up to 255, a slash and the prefix length"],
    ['host bits', { cidr: '10.0.1.0/16' }, "'cidr' must begin at the first address of its block, got '10.0.1.0/16': write '10.0.0.0/16'"],
    ['a VPC too small to lay out', { cidr: '10.0.0.0/22' },
      "'cidr' must be /16 to /21 where the library lays out the subnets, got '10.0.0.0/22': use another block, or give the subnets' own as 'publicCidrs', 'appCidrs' and 'dataCidrs'"],
    ['a VPC wider than AWS allows', { ...EXACT, cidr: '10.0.0.0/15' }, "'cidr' must be /16 to /28, the sizes AWS allows for a VPC, got '10.0.0.0/15': use a block of another size"],
    ['a subnet too small', { ...EXACT, appCidrs: ['10.0.11.0/29', '10.0.12.0/24'] },
      "'appCidrs' must be /16 to /28, the sizes AWS allows for a subnet, got '10.0.11.0/29': use a block of another size"],
    ['a block outside the VPC', { ...EXACT, appCidrs: ['10.1.11.0/24', '10.0.12.0/24'] },
      "'appCidrs' must lie within the VPC's '10.0.0.0/16', got '10.1.11.0/24': choose a block within it, or a wider 'cidr'"],
    ['overlapping blocks', { ...EXACT, appCidrs: ['10.0.2.128/25', '10.0.12.0/24'] },
      "'appCidrs' must not overlap other blocks, got '10.0.2.128/25', which meets '10.0.2.0/24' of 'publicCidrs': choose blocks apart"],
    ['tiers of unequal length', { ...EXACT, appCidrs: ['10.0.11.0/24', '10.0.12.0/24', '10.0.13.0/24'] },
      "'appCidrs' must hold as many blocks as 'publicCidrs', one a zone, got 3 and 2: give every tier a block in every zone"],
    ['a single zone', { publicCidrs: ['10.0.1.0/24'], appCidrs: ['10.0.2.0/24'] }, "'publicCidrs' must hold 2 to 4 blocks, one a zone, got 1: add or remove blocks"],
    ['maxAzs beside blocks', { ...EXACT, maxAzs: 2 }, "'maxAzs' must not stand beside explicit blocks, got 2: leave it out, the number of blocks is the number of zones"],
    ['no app tier', { publicCidrs: EXACT.publicCidrs },
      "'appCidrs' must be given beside blocks of other tiers, since tiers without blocks are not made: give the app tier a block in every zone"],
    ['NAT without a public tier', { appCidrs: EXACT.appCidrs },
      "'publicCidrs' must be given beside 'appCidrs', since NAT gateways stand in the public tier: give it a block in every zone, or set 'egress' to Egress.endpointsOnly()"],
    ['a VPC block unknown at synthesis without blocks for the subnets', { cidr: Fn.importValue('VpcBlock') },
      "'cidr' must be known at synthesis to lay out the subnets, got a token: give their blocks as 'publicCidrs', 'appCidrs' and 'dataCidrs'"],
    ['a list of unknown length', { ...EXACT, appCidrs: Token.asList(Fn.importValue('List')) },
      "'appCidrs' must have a length known at synthesis, got a list token: pass its elements, such as Fn.select(0, list)"],
  ])('fails on %s', (_, props, message) => {
    expect(() => templateOf(props)).toThrow(message);
  });
});

describe('egress', () => {
  test('singleNat() has one gateway for all zones', () => {
    const template = templateOf({ egress: Egress.singleNat() });
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    const gateways = Object.values(template.findResources('AWS::EC2::Route')).map(({ Properties }) => JSON.stringify(Properties.NatGatewayId)).filter(Boolean);
    expect([gateways.length, new Set(gateways).size]).toEqual([3, 1]);
  });

  test('from singleNat() to natPerAz() no gateway or address is replaced', () => {
    const single = templateOf({ egress: Egress.singleNat() });
    const perAz = templateOf({ egress: Egress.natPerAz() });
    for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::EIP']) expect(perAz.findResources(type)).toMatchObject(single.findResources(type));
  });

  test('regionalNat() has one gateway of the VPC, made after the internet gateway is attached, and no address of ours', () => {
    const template = templateOf({ egress: Egress.regionalNat() });
    template.hasResource('AWS::EC2::NatGateway', {
      Properties: { AvailabilityMode: 'regional', ConnectivityType: 'public', VpcId: Match.anyValue(), SubnetId: Match.absent() },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^NetworkVpcPublicSubnet1DefaultRoute')]),
    });
    template.resourceCountIs('AWS::EC2::EIP', 0);
    const routes = template.findResources('AWS::EC2::Route', { Properties: { NatGatewayId: { 'Fn::GetAtt': [Match.stringLikeRegexp('RegionalNat'), 'NatGatewayId'] } } });
    expect(Object.keys(routes)).toHaveLength(3);
  });

  test('natProvider() takes one from elsewhere, as many as the profile has gateways', () => {
    const instances = (name: 'dev' | 'prod'): Template => templateOf({
      egress: Egress.natProvider(ec2.NatProvider.instanceV2({ instanceType: new ec2.InstanceType('t4g.nano'), associatePublicIpAddress: true })),
    }, testStack(inProfile(name)));
    instances('dev').resourceCountIs('AWS::EC2::Instance', 1);
    instances('prod').resourceCountIs('AWS::EC2::Instance', 3);
    instances('prod').allResourcesProperties('AWS::EC2::Instance', { NetworkInterfaces: [Match.objectLike({ DeviceIndex: '0', AssociatePublicIpAddress: true })] });
  });

  describe('NAT instances must have a public address, which public subnets do not hand out', () => {
    const withInstances = (
      props: Partial<ec2.NatInstanceProps> = {}, change: (instance: ec2.CfnInstance, network: AppNetwork) => unknown = () => undefined,
    ) => (): Template => {
      const stack = testStack(inProfile('dev'));
      const provider = ec2.NatProvider.instanceV2({ instanceType: new ec2.InstanceType('t4g.nano'), ...props });
      const network = new AppNetwork(stack, 'Network', { egress: Egress.natProvider(provider) });
      for (const { instance } of provider.gatewayInstances) change(instance, network);
      return Template.fromStack(stack);
    };
    const refusal = "'egress' of 'Stack/Network' must have NAT instances with a public address, got 'Stack/Network/Vpc/PublicSubnet1/NatInstance/Resource' without: "
      + 'public subnets hand out none here, and the app tier would reach nothing, '
      + "so pass 'associatePublicIpAddress' to NatProvider.instanceV2(), or give the instance an Elastic IP";

    test.each([
      ['with none', withInstances()],
      ['with none by choice', withInstances({ associatePublicIpAddress: false })],
      ['that lost it to an override', withInstances({ associatePublicIpAddress: true }, (instance) => instance.addPropertyOverride('NetworkInterfaces.0.AssociatePublicIpAddress', false))],
      ['beside an Elastic IP of something else', withInstances({}, ({ stack }) => new ec2.CfnEIP(stack, 'Address'))],
    ])('fails on those %s', (_, make) => {
      expect(make).toThrow(refusal);
    });

    test.each([
      ['with one', withInstances({ associatePublicIpAddress: true })],
      ['with one by an override', withInstances({}, (instance) => instance.addPropertyOverride('NetworkInterfaces', [{ DeviceIndex: '0', AssociatePublicIpAddress: true }]))],
      ['with interfaces known only at deployment', withInstances({}, (instance) => instance.addPropertyOverride('NetworkInterfaces', Fn.conditionIf('Public', [], [])))],
      ['with an Elastic IP', withInstances({}, (instance) => new ec2.CfnEIP(instance.stack, 'Address', { instanceId: instance.ref }))],
      ['with an Elastic IP by an association', withInstances({}, (instance) => new ec2.CfnEIPAssociation(instance.stack, 'Address', { allocationId: 'eipalloc-1', instanceId: instance.ref }))],
      ['with a network interface of its own', withInstances({}, (instance) => { instance.networkInterfaces = [{ deviceIndex: '0', networkInterfaceId: 'eni-1' }]; })],
      ['in subnets that hand out addresses by an override', withInstances({}, (_, { vpc }) => {
        for (const { node } of vpc.publicSubnets) (node.defaultChild as ec2.CfnSubnet).mapPublicIpOnLaunch = true;
      })],
    ])('passes those %s', (_, make) => {
      expect(make).not.toThrow();
    });
  });

  test('a choice may be used for two networks', () => {
    const egress = Egress.regionalNat();
    const stack = testStack();
    const [one, two] = ['One', 'Two'].map((id) => new AppNetwork(stack, id, { egress }));
    expect([one.vpc.privateSubnets.length, two.vpc.privateSubnets.length]).toEqual([3, 3]);
    Template.fromStack(stack).resourceCountIs('AWS::EC2::NatGateway', 2);
  });
});

describe.each(FLAG_SETS)('endpointsOnly() with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const network = new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() });
  const caller = new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
  for (const service of [BEDROCK_RUNTIME, ECR, BEDROCK_RUNTIME, DYNAMODB]) network.requires(service, caller);
  const template = Template.fromStack(stack);

  test('has no NAT, and no route out of the app tier', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    expect(network.internetEgress).toBe(false);
    expect(Object.keys(template.findResources('AWS::EC2::Route')).filter((id) => id.includes('AppSubnet'))).toEqual([]);
  });

  test('has an endpoint for what is required, once, and for nothing else', () => {
    expect(network.endpointServices).toEqual(['s3', 'dynamodb', 'bedrock-runtime', 'ecr.api']);
    expect(Object.keys(template.findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Interface' } }))).toHaveLength(2);
  });

  test('puts them into the app tier under the service\'s own name', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', PrivateDnsEnabled: true, SubnetIds: subnetIds(template, 'App') });
  });

  test('admits HTTPS from the VPC to them, and lets nothing out', () => {
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [{ CidrIp: '10.0.0.0/16', IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Description: 'HTTPS from the VPC' }],
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
    });
  });

  test('what requires a service waits for its endpoint', () => {
    template.hasResource('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { AWS: Match.anyValue() } })] } },
      DependsOn: [Match.stringLikeRegexp('^NetworkEndpointsbedrockruntime'), Match.stringLikeRegexp('^NetworkEndpointsecrapi')],
    });
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack)).toEqual([]);
  });
});

test('endpointsOnly() in which nothing calls anything has no interface endpoint, and no security group for them', () => {
  const template = templateOf({ egress: Egress.endpointsOnly() });
  template.allResourcesProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
});

describe('interface endpoints', () => {
  test('may stand beside NAT, and need not be required', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network', { interfaceEndpoints: [SECRETS_MANAGER, SECRETS_MANAGER] });
    network.requires(KMS, stack);
    expect(network.endpointServices).toEqual(['s3', 'dynamodb', 'secretsmanager']);
  });
});

test('restrictDefaultSecurityGroup: false leaves no custom resource', () => {
  const template = templateOf({ restrictDefaultSecurityGroup: false });
  template.resourceCountIs('Custom::VpcRestrictDefaultSG', 0);
  template.resourceCountIs('AWS::Lambda::Function', 0);
});

describe('an existing VPC', () => {
  const ids = ['a', 'b'].map((zone) => `subnet-${zone}`);
  const vpcOf = (stack: Stack, subnets: Partial<ec2.VpcAttributes>): ec2.IVpc =>
    ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], publicSubnetIds: ids, ...subnets });

  test('is used, and nothing is made', () => {
    const stack = testStack();
    const vpc = vpcOf(stack, { privateSubnetIds: ids, isolatedSubnetIds: ids });
    const network = AppNetwork.fromVpc(vpc);
    network.requires(KMS, stack);
    expect(network).toMatchObject({
      vpc,
      publicSubnets: { subnetType: 'Public' },
      appSubnets: { subnetType: 'Private' },
      dataSubnets: { subnetType: 'Isolated' },
      internetEgress: true,
      endpointServices: [],
    });
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('without a data tier keeps databases in the app tier', () => {
    const network = AppNetwork.fromVpc(vpcOf(testStack(), { privateSubnetIds: ids }));
    expect([network.appSubnets, network.dataSubnets]).toEqual([{ subnetType: 'Private' }, { subnetType: 'Private' }]);
  });

  test('with isolated subnets alone has its app tier there', () => {
    expect(AppNetwork.fromVpc(vpcOf(testStack(), { isolatedSubnetIds: ids })).appSubnets).toEqual({ subnetType: 'Isolated' });
  });

  test('takes the tiers that are named', () => {
    const named = { publicSubnets: { subnetGroupName: 'Edge' }, appSubnets: { subnetGroupName: 'Work' }, dataSubnets: { subnetGroupName: 'Rows' } };
    expect(AppNetwork.fromVpc(vpcOf(testStack(), {}), named)).toMatchObject(named);
  });

  test('fails without private subnets', () => {
    expect(() => AppNetwork.fromVpc(vpcOf(testStack(), {}))).toThrow(
      "'appSubnets' must be given, since 'Stack/Vpc' has no private subnets: name the subnets of the app tier");
  });

  test('without internet fails on a service that no endpoint reaches, and accepts one that is named', () => {
    const stack = testStack();
    const network = AppNetwork.fromVpc(vpcOf(stack, { isolatedSubnetIds: ids }), { internetEgress: false, interfaceEndpoints: [ECR] });
    expect(() => network.requires(ECR, stack)).not.toThrow();
    expect(() => network.requires(KMS, new Construct(stack, 'Api'))).toThrow(
      "'Stack/Api' calls 'kms', which the app tier of 'Stack/Vpc' reaches neither over the internet nor by an endpoint: "
      + "add the endpoint to the VPC and name it in 'interfaceEndpoints' of AppNetwork.fromVpc()");
  });
});

describe('split over stacks', () => {
  test.each(['strong', 'weak'])('what requires a service may stand in another stack (%s)', (strength) => {
    const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
    const base = new Stack(app, 'Base');
    const network = new AppNetwork(base, 'Network', { egress: Egress.endpointsOnly() });
    const services = new Stack(app, 'Services');
    const group = new ec2.SecurityGroup(services, 'Group', { vpc: network.vpc });
    network.requires(KMS, group);
    expect(() => app.synth()).not.toThrow();
    expect([base.dependencies, services.dependencies]).toEqual([[], [base]]);
  });
});

test('the removal policy of flow logs follows the profile', () => {
  const profile = EnvironmentProfile.PROD.extend({ removalPolicy: RemovalPolicy.RETAIN });
  templateOf({ profile }).hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
});
