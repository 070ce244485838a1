import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { appTier, circles, databaseIn, findings } from './app-tier';
import { AppNetwork, Egress, PrivatePostgres, SsmBastion, SsmBastionProps } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

function bastionIn(stack: Stack, props: Partial<SsmBastionProps> = {}): SsmBastion {
  return new SsmBastion(stack, 'Bastion', { ...props, network: props.network ?? appTier(stack) });
}

describe.each(FLAG_SETS)('a bastion with %s', (_, context) => {
  const stack = new Stack(testApp(context), 'Stack');
  const bastion = bastionIn(stack);
  const template = Template.fromStack(stack);

  test('is the smallest instance on ARM, in the app tier, without a public address or a key', () => {
    template.hasResourceProperties('AWS::EC2::Instance', {
      InstanceType: 't4g.nano',
      KeyName: Match.absent(),
      SubnetId: { Ref: Match.stringLikeRegexp('PrivateSubnet1') },
      NetworkInterfaces: Match.absent(),
    });
    expect(JSON.stringify(template.toJSON().Parameters)).toContain('al2023-ami-kernel-6.1-arm64');
  });

  test('tells its role to programs that ask by a session alone', () => {
    template.hasResourceProperties('AWS::EC2::Instance', { MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 } });
    template.resourceCountIs('AWS::EC2::LaunchTemplate', 0);
  });

  test('has an encrypted volume that goes with it', () => {
    template.hasResourceProperties('AWS::EC2::Instance', {
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 8, VolumeType: 'gp3', DeleteOnTermination: true } }],
    });
    template.hasResource('AWS::EC2::Instance', { DeletionPolicy: 'Delete' });
  });

  test('admits nobody, and calls Session Manager alone', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Bastion: admits nobody',
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', Description: 'Session Manager', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }],
    });
    expect(Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'))).toEqual([]);
  });

  test('may open channels, by no policy of AWS', () => {
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{
          Effect: 'Allow',
          Action: [
            'ssm:UpdateInstanceInformation', 'ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel', 'ssmmessages:OpenControlChannel',
            'ssmmessages:OpenDataChannel',
          ],
          Resource: '*',
        }],
      },
    });
  });

  test('leaves cdk-nag nothing to say', () => {
    expect(findings(stack, bastion)).toEqual([]);
  });
});

test('of another processor it has another image', () => {
  const stack = testStack();
  bastionIn(stack, { instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.NANO) });
  expect(JSON.stringify(Template.fromStack(stack).toJSON().Parameters)).toContain('x86_64');
});

test('calls two services, which a network without internet makes endpoints for', () => {
  const stack = testStack();
  const network = appTier(stack);
  bastionIn(stack, { network });
  expect(network.required).toEqual(['ssm by Bastion', 'ssmmessages by Bastion']);
  const closed = testStack();
  new SsmBastion(closed, 'Bastion', { network: new AppNetwork(closed, 'Network', { egress: Egress.endpointsOnly() }) });
  for (const service of ['ssm', 'ssmmessages']) {
    Template.fromStack(closed).hasResourceProperties('AWS::EC2::VPCEndpoint', { ServiceName: { 'Fn::Join': ['', Match.arrayWith([`.${service}`])] } });
  }
});

test('in an existing network without internet and endpoints it fails', () => {
  const stack = testStack();
  const network = AppNetwork.fromVpc(new ec2.Vpc(stack, 'Vpc'), { internetEgress: false });
  expect(() => new SsmBastion(stack, 'Bastion', { network })).toThrow("'Stack/Bastion' calls 'ssm', which the app tier of 'Stack/Vpc' reaches neither over the internet");
});

describe('a tunnel', () => {
  const stack = testStack();
  const network = appTier(stack);
  const bastion = bastionIn(stack, { network });
  const command = bastion.tunnelTo(databaseIn(stack, network, false), 15432);

  test('is a command', () => {
    expect(stack.resolve(command)).toEqual({
      'Fn::Join': ['', [
        'aws ssm start-session --target ', { Ref: expect.stringMatching(/^BastionInstance/) },
        ' --document-name AWS-StartPortForwardingSessionToRemoteHost'
        + ' --parameters \'{"host":["db.example"],"portNumber":["5432"],"localPortNumber":["15432"]}\'',
      ]],
    });
  });

  test('begins at 5432 unless said otherwise, and at a port that there is', () => {
    const database = databaseIn(stack, network, false, 'Other');
    expect(bastion.tunnelTo(database)).toContain('"localPortNumber":["5432"]');
    expect(() => bastion.tunnelTo(database, 65536)).toThrow("'localPort' must be 1 to 65535, got 65536: choose a free TCP port of your computer");
  });

  test('is the one way that is open: to the database, from the bastion', () => {
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 5432, SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Bastion'), 'GroupId'] },
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      FromPort: 5432, GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Bastion'), 'GroupId'] },
    });
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });
});

test('has logical ids that are fixed', () => {
  const stack = testStack();
  bastionIn(stack);
  const template = Template.fromStack(stack);
  expect(['AWS::EC2::Instance', 'AWS::EC2::SecurityGroup'].flatMap((type) => Object.keys(template.findResources(type)))).toMatchInlineSnapshot(`
[
  "BastionInstanceD5ADABD5",
  "BastionSecurityGroup6D392D75",
]
`);
});

test('a tunnel to a database behind a proxy ends at the instance', () => {
  const stack = testStack();
  const network = appTier(stack);
  const command = JSON.stringify(stack.resolve(bastionIn(stack, { network }).tunnelTo(new PrivatePostgres(stack, 'Database', { network, proxy: {} }))));
  expect(command).toContain('"Endpoint.Address"');
  expect(command).not.toContain('DatabaseProxy');
});
