import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import { databaseStack, PlainNetwork } from './plain-network';
import { PrivatePostgres, PrivatePostgresOptions } from '../../src';
import { FLAG_SETS, inProfile, testApp } from '../harness';

const PROXY = 'AWS::RDS::DBProxy';
const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const EGRESS = 'AWS::EC2::SecurityGroupEgress';

interface Resource { readonly Type: string; readonly Properties: Record<string, never>; readonly DependsOn?: string[] }

const resourcesOf = (stack: Stack): Record<string, Resource> => Template.fromStack(stack).toJSON().Resources;
const groupId = (id: string) => ({ 'Fn::GetAtt': [id, 'GroupId'] });
const endpoint = { 'Fn::GetAtt': ['DatabaseProxy93FB7815', 'Endpoint'] };
const nameOf = (stack: Stack): string => JSON.stringify(Object.values(resourcesOf(stack)).find(({ Type }) => Type === PROXY)!.Properties.DBProxyName);

function proxied(options: PrivatePostgresOptions = {}, profile: 'dev' | 'staging' | 'prod' = 'prod', flags?: object) {
  const parts = databaseStack({ proxy: {}, ...options }, profile, flags && new App({ context: { ...flags, ...inProfile(profile) } }));
  return { ...parts, template: Template.fromStack(parts.stack) };
}

describe.each(FLAG_SETS)('a proxy, with %s', (_, flags) => {
  const { stack, database, template } = proxied({}, 'prod', flags);

  test('requires TLS, takes the password of the master user, and IAM of everybody else', () => {
    template.hasResourceProperties(PROXY, {
      EngineFamily: 'POSTGRESQL',
      RequireTLS: true,
      DebugLogging: false,
      Auth: [{ AuthScheme: 'SECRETS', SecretArn: { Ref: 'DatabaseSecretAttachmentE5D1B020' }, IAMAuth: 'DISABLED', ClientPasswordAuthType: 'POSTGRES_SCRAM_SHA_256' }],
      DefaultAuthScheme: 'IAM_AUTH',
      IdleClientTimeout: 1800,
      VpcSubnetIds: [{ Ref: Match.stringLikeRegexp('^VpcDataSubnet1') }, { Ref: Match.stringLikeRegexp('^VpcDataSubnet2') }],
    });
  });

  test('leaves a tenth of the connections to what connects directly', () => {
    template.hasResourceProperties('AWS::RDS::DBProxyTargetGroup', {
      DBProxyName: { Ref: 'DatabaseProxy93FB7815' },
      TargetGroupName: 'default',
      DBInstanceIdentifiers: [{ Ref: 'DatabaseInstanceAA8A5FDE' }],
      ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 90, ConnectionBorrowTimeout: 120 },
    });
  });

  test('stands in the URL, once there is an instance behind it', () => {
    template.hasResource('AWS::SecretsManager::Secret', {
      Properties: {
        SecretString: {
          'Fn::Join': ['', ['postgresql://postgres:{{resolve:secretsmanager:', { Ref: 'DatabaseSecretAttachmentE5D1B020' }, ':SecretString:password::}}@', endpoint,
            ':5432/app?sslmode=require']],
        },
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('ProxyTargetGroup')]),
    });
    expect(stack.resolve(database.endpoint.socketAddress)).toEqual({ 'Fn::Join': ['', [endpoint, ':5432']] });
  });

  test('still stands in the URL after the password has rotated', () => {
    const [{ Properties }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    expect(JSON.stringify(Properties.DefinitionString)).toContain(`$encodeUrlComponent($c.password) & '@' & '",${JSON.stringify(endpoint)},"' & ':' & $string($c.port)`);
  });

  test('is admitted as the users of the database admit it, and lets itself out to the instance alone', () => {
    template.hasResourceProperties(PROXY, { VpcSecurityGroupIds: [groupId('DatabaseSecurityGroup5C91FDCB'), groupId('DatabaseProxySecurityGroupB174D5E0')] });
    const rules = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties)
      .filter((rule) => JSON.stringify(rule).includes('DatabaseProxySecurityGroupB174D5E0'));
    expect(rules(INGRESS)).toEqual([expect.objectContaining({
      GroupId: groupId('DatabaseSecurityGroup5C91FDCB'), SourceSecurityGroupId: groupId('DatabaseProxySecurityGroupB174D5E0'), FromPort: 5432, ToPort: 5432,
    })]);
    expect(rules(EGRESS)).toEqual([expect.objectContaining({
      GroupId: groupId('DatabaseProxySecurityGroupB174D5E0'), DestinationSecurityGroupId: groupId('DatabaseSecurityGroup5C91FDCB'), FromPort: 5432, ToPort: 5432,
    })]);
  });

  test('finds its log group, its permissions and the way to the instance when it is made', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: { 'Fn::Join': ['', Match.arrayWith(['/aws/rds/proxy/db-'])] }, RetentionInDays: 30, KmsKeyId: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] } },
      DeletionPolicy: 'Delete',
    });
    template.hasResource(PROXY, {
      DependsOn: Match.arrayWith([
        Match.stringLikeRegexp('^DatabaseProxyLogs'), Match.stringLikeRegexp('^DatabaseProxyRoleDefaultPolicy'),
        Match.stringLikeRegexp('^DatabaseProxySecurityGroupto'), Match.stringLikeRegexp('^DatabaseSecurityGroupfromStackDatabaseProxy'),
      ]),
    });
    expect(JSON.stringify(template.findResources('AWS::KMS::Key'))).toContain(':log-group:/aws/rds/proxy/db-*');
  });

  test('may read the one secret, by Secrets Manager alone', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^DatabaseProxyRole'),
      PolicyDocument: {
        Statement: [
          {
            Action: 'kms:Decrypt',
            Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } } },
            Resource: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] },
          },
          { Action: Match.arrayWith(['secretsmanager:GetSecretValue']), Resource: { Ref: 'DatabaseSecretAttachmentE5D1B020' } },
        ],
      },
    });
  });
});

describe('an instance that gets a proxy later', () => {
  const [before, after] = [{}, { proxy: {} }].map((options) => resourcesOf(databaseStack(options, 'prod').stack));

  test('stays as it is, under the same ids, with all that belongs to it but the URL and what keeps it right', () => {
    const changed = Object.keys(before).filter((id) => JSON.stringify(before[id].Properties) !== JSON.stringify(after[id].Properties));
    expect(changed.map((id) => before[id].Type)).toEqual(['AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::StepFunctions::StateMachine']);
    expect(Object.keys(after).filter((id) => !(id in before)).map((id) => after[id].Type).sort()).toEqual([
      EGRESS, INGRESS, 'AWS::EC2::SecurityGroup', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Logs::LogGroup', PROXY, 'AWS::RDS::DBProxyTargetGroup',
    ].sort());
  });

  test('has users in other stacks whose templates do not change, so that nobody is cut off between two deployments', () => {
    const users = (options: PrivatePostgresOptions) => {
      const app = testApp(inProfile('prod'));
      const [data, stack] = [new Stack(app, 'Data'), new Stack(app, 'Users')];
      const network = new PlainNetwork(data);
      const database = new PrivatePostgres(data, 'Database', { network, ...options });
      new ec2.SecurityGroup(stack, 'Tasks', { vpc: network.vpc, allowAllOutbound: false }).connections.allowToDefaultPort(database);
      database.urlSecret.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
      return Template.fromStack(stack).toJSON();
    };
    expect(users({ proxy: {} })).toEqual(users({}));
  });
});

describe('IAM authentication', () => {
  const connects = (stack: Stack, policy: string): string[] => {
    const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp(policy) } });
    const [{ Properties }] = Object.values(policies);
    const statements: Array<{ Action: string; Resource: unknown }> = Properties.PolicyDocument.Statement;
    return statements.filter(({ Action }) => Action === 'rds-db:connect').flatMap(({ Resource }) => [Resource].flat())
      .map((arn) => `${/DbiResourceId|DBProxyArn/.exec(JSON.stringify(arn))}${/\/\w+/.exec(JSON.stringify(arn))}`);
  };

  test('leads through the proxy, which logs in as the same user', () => {
    const { stack, database } = databaseStack({ proxy: {} });
    database.grantConnect(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }));
    database.grantConnect(new iam.Role(stack, 'Other', { assumedBy: new iam.AccountRootPrincipal() }), 'reporter');
    expect(connects(stack, '^Caller')).toEqual(['DbiResourceId/app_iam', 'DBProxyArn/app_iam']);
    expect(connects(stack, '^Other')).toEqual(['DbiResourceId/reporter', 'DBProxyArn/reporter']);
    expect(connects(stack, '^DatabaseProxyRole')).toEqual(['DbiResourceId/app_iam', 'DbiResourceId/reporter']);
  });

  test('is not offered where the database has none', () => {
    proxied({ iamAuthentication: false }).template.hasResourceProperties(PROXY, { DefaultAuthScheme: 'NONE', Auth: [Match.objectLike({ IAMAuth: 'DISABLED' })] });
  });
});

describe('options and profile', () => {
  test('another share and other times', () => {
    const proxy = { maxConnectionsPercent: 100, borrowTimeout: Duration.seconds(20), idleClientTimeout: Duration.hours(8) };
    const { template } = proxied({ proxy });
    template.hasResourceProperties(PROXY, { IdleClientTimeout: 28800 });
    template.hasResourceProperties('AWS::RDS::DBProxyTargetGroup', { ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 100, ConnectionBorrowTimeout: 20 } });
  });

  test('numbers that are known only at deployment', () => {
    const { stack } = databaseStack();
    const share = new CfnParameter(stack, 'Share', { type: 'Number' });
    new PrivatePostgres(stack, 'Other', { network: new PlainNetwork(new Stack(stack, 'Net')), proxy: { maxConnectionsPercent: share.valueAsNumber } });
    Template.fromStack(stack).hasResourceProperties('AWS::RDS::DBProxyTargetGroup', { ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: { Ref: 'Share' } } });
  });

  test('other subnets are another proxy under another name, the same ones the same', () => {
    const [all, again, others] = [{}, {}, { subnets: { subnetGroupName: 'App' } }].map((proxy) => nameOf(databaseStack({ proxy }).stack));
    expect([again, others === all]).toEqual([all, false]);
  });

  test('a new generation of the instance is behind the same proxy', () => {
    const [first, second] = [1, 2].map((generation) => databaseStack({ proxy: {}, generation }).stack);
    expect(nameOf(second)).toBe(nameOf(first));
  });

  test('logs are kept as those of the instance, encrypted where its key can be', () => {
    const imported = kms.Key.fromKeyArn(new Stack(), 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000');
    const { template } = proxied({ encryptionKey: imported }, 'dev');
    const name = { 'Fn::Join': ['', Match.arrayWith(['/aws/rds/proxy/db-'])] };
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: name, RetentionInDays: 7, KmsKeyId: Match.absent() });
  });

  test('a read replica is read directly', () => {
    const { stack, database } = databaseStack({ proxy: {} });
    const replica = database.addReadReplica('Reader');
    expect(JSON.stringify(stack.resolve(replica.endpoint.hostname))).toContain('Endpoint.Address');
    expect(JSON.stringify(resourcesOf(stack)[stack.getLogicalId(replica.urlSecret.node.defaultChild as never)].Properties)).not.toContain('DatabaseProxy93FB7815');
  });

  test('without one there is none, and clients connect to the instance', () => {
    const { stack, database } = databaseStack();
    Template.fromStack(stack).resourceCountIs(PROXY, 0);
    expect([database.proxy, database.endpoint]).toEqual([undefined, database.instance.instanceEndpoint]);
  });
});

describe('what RDS Proxy cannot do fails', () => {
  const cases: Array<[string, PrivatePostgresOptions, string]> = [
    ['another port', { port: 6543, proxy: {} }, "'port' must be 5432 beside 'proxy', got 6543: a proxy listens on no other, leave the port or the proxy out"],
    ['PostgreSQL 9', { version: rds.PostgresEngineVersion.of('9.6.24', '9.6'), proxy: {} },
      "'version' must be PostgreSQL 10 or newer beside 'proxy', got '9.6.24': upgrade first, or leave the proxy out"],
    ['no share', { proxy: { maxConnectionsPercent: 0 } }, "'maxConnectionsPercent' must be 1 to 100, got 0: choose a share of the connections that the instance allows"],
    ['more than all', { proxy: { maxConnectionsPercent: 101 } }, "'maxConnectionsPercent' must be 1 to 100, got 101: choose a share of the connections that the instance allows"],
    ['a long wait', { proxy: { borrowTimeout: Duration.seconds(301) } }, "'borrowTimeout' must be 0 to 300, got 301: choose whole seconds within these"],
    ['a short idle time', { proxy: { idleClientTimeout: Duration.seconds(59) } }, "'idleClientTimeout' must be 60 to 28800, got 59: choose whole seconds within these"],
  ];

  test.each(cases)('%s', (__, options, message) => {
    expect(() => databaseStack(options)).toThrow(message);
  });

  test('one zone', () => {
    const stack = new Stack(testApp(), 'Stack');
    const network = new PlainNetwork(stack);
    const subnets = { subnets: network.vpc.selectSubnets(network.dataSubnets).subnets.slice(1) };
    expect(() => new PrivatePostgres(stack, 'Database', { network, proxy: { subnets } }))
      .toThrow("'subnets' of 'proxy' must be in 2 availability zones, got 1 subnet: add one in another zone, or leave them out for the data tier");
  });
});
