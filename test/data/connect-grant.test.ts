import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { databaseStack } from './plain-network';

describe('who may connect', () => {
  test('resolved defaults are readable', () => {
    const { database, stack } = databaseStack();
    expect([database.databaseName, database.username, database.rotatesSecret]).toEqual(['app', 'postgres', true]);
    expect(stack.resolve(database.endpoint.hostname)).toEqual({ 'Fn::GetAtt': ['DatabaseInstanceAA8A5FDE', 'Endpoint.Address'] });
    expect(stack.resolve(database.instanceIdentifier)).toEqual({ Ref: 'DatabaseInstanceAA8A5FDE' });
  });

  test('connections open the port of the database', () => {
    const { database, stack } = databaseStack({ port: 6432 }, 'dev');
    database.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.20.0.0/16'));
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.20.0.0/16', FromPort: 6432, ToPort: 6432, IpProtocol: 'tcp' })],
    });
  });

  test.each<[string, (stack: Stack) => iam.IGrantable]>([
    ['a role', (stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })],
    ['an imported role', (stack) => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/app')],
    ['a user', (stack) => new iam.User(stack, 'User')],
  ])('grantConnect lets %s in as app_iam by IAM authentication', (_, make) => {
    const { database, stack } = databaseStack({}, 'dev');
    database.grantConnect(make(stack)).assertSuccess();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{
          Action: 'rds-db:connect',
          Effect: 'Allow',
          Resource: {
            'Fn::Join': ['', [
              'arn:', { Ref: 'AWS::Partition' }, ':rds-db:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' },
              ':dbuser:', { 'Fn::GetAtt': ['DatabaseInstanceAA8A5FDE', 'DbiResourceId'] }, '/app_iam',
            ]],
          },
        }],
      },
    });
  });

  test('grantConnect also opens the security groups of what has some', () => {
    const { database, network, stack } = databaseStack({}, 'dev');
    const caller = new lambda.Function(stack, 'Caller', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('0'), vpc: network.vpc, vpcSubnets: network.appSubnets,
    });
    database.grantConnect(caller, 'reporter');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^CallerSecurityGroup'), 'GroupId'] }, FromPort: 5432,
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Action: 'rds-db:connect' })]) }),
    });
  });

  test('fails for the master user, whose password rds_iam would take away', () => {
    const { database, stack } = databaseStack();
    expect(() => database.grantConnect(new iam.User(stack, 'User'), 'postgres')).toThrow(
      "'databaseUser' must not be the master user, got 'postgres': rds_iam would take its password away, make a user for IAM authentication by SQL",
    );
  });

  test('fails for a pattern of users', () => {
    const { database, stack } = databaseStack();
    expect(() => database.grantConnect(new iam.User(stack, 'User'), '*')).toThrow(
      "'databaseUser' must be 1 to 63 letters, digits, underscores and hyphens, got '*': name one user",
    );
  });

  test('fails where IAM authentication is off', () => {
    const { database, stack } = databaseStack({ iamAuthentication: false });
    expect(() => database.grantConnect(new iam.User(stack, 'User'))).toThrow(
      "'iamAuthentication' must be true for grantConnect, got false: switch it on, or hand over the secret",
    );
  });
});
