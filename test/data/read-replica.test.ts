import { App, Lazy, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { databaseStack } from './plain-network';
import { PrivatePostgres, PrivatePostgresOptions, ReadReplicaOptions } from '../../src';
import { FLAG_SETS, inProfile, testStack } from '../harness';

const INSTANCE = 'AWS::RDS::DBInstance';
const PRIMARY = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':rds:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':db:', { Ref: 'DatabaseInstanceAA8A5FDE' }]],
};

interface Resource { readonly Type: string; readonly Properties: Record<string, unknown>; readonly DependsOn?: string[] }

/** A database with a replica, and what belongs to the replica. */
function withReplica(options: PrivatePostgresOptions = {}, replicaOptions?: ReadReplicaOptions, profile: 'dev' | 'staging' | 'prod' = 'prod', flags: object = {}) {
  const { stack, database, network } = databaseStack(options, profile, new App({ context: { ...flags, ...inProfile(profile) } }));
  const replica = database.addReadReplica('Reader', replicaOptions);
  const template = Template.fromStack(stack);
  const resources = template.toJSON().Resources as Record<string, Resource>;
  const [[logicalId, instance]] = Object.entries(resources).filter(([, { Type, Properties }]) => Type === INSTANCE && 'SourceDBInstanceIdentifier' in Properties);
  return { stack, database, network, replica, template, resources, logicalId, instance };
}

const shown = (stack: Stack, value: unknown): unknown => stack.resolve(value);

describe.each(FLAG_SETS)('a replica in production, with %s', (_, flags) => {
  const { stack, database, replica, template, logicalId, instance, resources } = withReplica({}, undefined, 'prod', flags);
  const primary = resources.DatabaseInstanceAA8A5FDE;

  test('is made of the primary, and takes from it what RDS lets a replica have', () => {
    const same = ['DBInstanceClass', 'AutoMinorVersionUpgrade', 'CACertificateIdentifier', 'CopyTagsToSnapshot', 'DBParameterGroupName', 'DBSubnetGroupName',
      'DeletionProtection', 'EnableCloudwatchLogsExports', 'EnableIAMDatabaseAuthentication', 'EnablePerformanceInsights', 'DatabaseInsightsMode',
      'MaxAllocatedStorage', 'MonitoringInterval', 'NetworkType', 'PerformanceInsightsKMSKeyId', 'PerformanceInsightsRetentionPeriod', 'Port',
      'PreferredMaintenanceWindow', 'PubliclyAccessible', 'StorageType', 'VPCSecurityGroups', 'ApplyImmediately'];
    const those = ({ Properties }: Resource) => Object.fromEntries(same.map((name) => [name, Properties[name]]));
    expect(those(instance)).toEqual(those(primary));
    expect(Object.keys(instance.Properties).filter((name) => !same.includes(name)).sort())
      .toEqual(['DBInstanceIdentifier', 'MonitoringRoleArn', 'MultiAZ', 'SourceDBInstanceIdentifier']);
    expect(instance.Properties).toMatchObject({ SourceDBInstanceIdentifier: PRIMARY, MultiAZ: false, DeletionProtection: true });
  });

  test('names its source by an ARN, as RDS takes no subnet group beside a mere name', () => {
    expect(instance.Properties).toMatchObject({ SourceDBInstanceIdentifier: PRIMARY, DBSubnetGroupName: { Ref: expect.stringMatching(/^DatabaseSubnetGroup/) } });
  });

  test('leaves no snapshot, which RDS does not make of a replica', () => {
    template.hasResource(INSTANCE, { Properties: Match.objectLike({ SourceDBInstanceIdentifier: PRIMARY }), DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  test('has an identifier of its own and log groups that are there before it', () => {
    const guid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    expect(instance.Properties.DBInstanceIdentifier).toEqual({ 'Fn::Join': ['', ['db-', guid, expect.stringMatching(/^-[0-9a-f]{8}$/)]] });
    expect(instance.Properties.DBInstanceIdentifier).not.toEqual(primary.Properties.DBInstanceIdentifier);
    const groups = [replica.postgresqlLogGroup, replica.upgradeLogGroup].map((group) => stack.getLogicalId(group.node.defaultChild as never));
    expect(instance.DependsOn).toEqual(expect.arrayContaining(groups));
    expect(groups.map((id) => resources[id].Properties)).toEqual(groups.map(() => expect.objectContaining({
      KmsKeyId: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] }, RetentionInDays: 30,
    })));
  });

  test('has a URL of its own, of the password of the primary', () => {
    expect(shown(stack, database.readerUrlSecret.secretArn)).toEqual(shown(stack, replica.urlSecret.secretArn));
    const { SecretString, KmsKeyId } = resources[stack.getLogicalId(replica.urlSecret.node.defaultChild as never)].Properties;
    const own = (attribute: string) => ({ 'Fn::GetAtt': [logicalId, attribute] });
    expect(SecretString).toEqual({
      'Fn::Join': ['', ['postgresql://postgres:{{resolve:secretsmanager:', { Ref: 'DatabaseSecretAttachmentE5D1B020' }, ':SecretString:password::}}@',
        own('Endpoint.Address'), ':', own('Endpoint.Port'), '/app?sslmode=require']],
    });
    expect(KmsKeyId).toEqual({ 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] });
  });

  test('keeps the URL right when the password rotates, by a workflow of its own', () => {
    const machines = Object.entries(resources).filter(([id, { Type }]) => Type === 'AWS::StepFunctions::StateMachine' && id.includes('ReadReplicas'));
    expect(machines).toHaveLength(1);
    const definition = JSON.stringify(machines[0][1].Properties.DefinitionString);
    expect(definition).toContain(`$encodeUrlComponent($c.password) & '@' & '",{"Fn::GetAtt":["${logicalId}","Endpoint.Address"]},"' & ':' & $string($c.port)`);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { 'source': ['aws.secretsmanager'], 'detail-type': ['Secret Label Updated'], 'resources': [{ Ref: 'DatabaseSecret3B817195' }] },
      Targets: [Match.objectLike({ Arn: { Ref: machines[0][0] } })],
    });
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
  });

  test('is open to who connects by IAM authentication, asked before or after', () => {
    const later = databaseStack({}, 'prod', new App({ context: { ...flags, ...inProfile('prod') } }));
    const role = (id: string) => new iam.Role(later.stack, id, { assumedBy: new iam.AccountRootPrincipal() });
    later.database.grantConnect(role('Before'), 'reporter');
    const reader = later.database.addReadReplica('Reader');
    later.database.grantConnect(role('After'));
    reader.grantConnect(role('ReplicaAlone'));
    const policies = Object.values(Template.fromStack(later.stack).findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('^(Before|After|ReplicaAlone)') } }));
    const resourcesOf = (name: string) => JSON.stringify(policies.find(({ Properties }) => Properties.PolicyName.startsWith(name))).match(/\["\w+","DbiResourceId"\]|\/\w+"/g);
    const own = stack.resolve(reader.instance.instanceIdentifier).Ref;
    expect(resourcesOf('Before')).toEqual(expect.arrayContaining(['["DatabaseInstanceAA8A5FDE","DbiResourceId"]', `["${own}","DbiResourceId"]`, '/reporter"']));
    expect(resourcesOf('After')).toEqual(expect.arrayContaining(['["DatabaseInstanceAA8A5FDE","DbiResourceId"]', `["${own}","DbiResourceId"]`, '/app_iam"']));
    expect(resourcesOf('ReplicaAlone')).toEqual([`["${own}","DbiResourceId"]`, '/app_iam"']);
  });
});

describe('options and profile', () => {
  test('another class, and no protection', () => {
    const { instance } = withReplica({}, { instanceType: new ec2.InstanceType('r8g.large'), deletionProtection: false });
    expect(instance.Properties).toMatchObject({ DBInstanceClass: 'db.r8g.large', DeletionProtection: false });
  });

  test('protection where the primary has none', () => {
    const { instance } = withReplica({ deletionProtection: false }, { deletionProtection: true });
    expect(instance.Properties.DeletionProtection).toBe(true);
  });

  test('in dev neither monitored nor rotated, and logs and secrets go with it', () => {
    const { template, instance, replica } = withReplica({}, undefined, 'dev');
    expect(instance.Properties).toMatchObject({ EnablePerformanceInsights: false, DeletionProtection: false, DBInstanceClass: 'db.t4g.micro' });
    expect([instance.Properties.MonitoringInterval, replica.rotatesSecret]).toEqual([undefined, false]);
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 0);
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });

  test('a primary that is retained keeps its replica and its URL', () => {
    const { template } = withReplica({ removalPolicy: 'retain' as never });
    template.allResources(INSTANCE, { DeletionPolicy: 'Retain' });
    template.allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain' });
  });

  test('a new generation of the primary is one of the replica too', () => {
    const { instance } = withReplica({ snapshotIdentifier: 'before', generation: 2 });
    expect(JSON.stringify(instance.Properties.DBInstanceIdentifier)).toMatch(/-[0-9a-f]{8}-2"/);
  });

  test('asks the network for nothing that the primary does not ask for', () => {
    expect(withReplica().network.required).toEqual(['secretsmanager by Stack/Database']);
  });
});

describe('storage', () => {
  const token = (amount: number) => Size.gibibytes(Lazy.number({ produce: () => amount }));
  const ofBoth = (options: PrivatePostgresOptions) => {
    const { instance, resources } = withReplica(options);
    return [resources.DatabaseInstanceAA8A5FDE, instance].map(({ Properties }) => [Properties.AllocatedStorage, Properties.MaxAllocatedStorage]);
  };

  test('that grows by itself is that of the primary at the time, to the same limit', () => {
    expect(ofBoth({ storage: Size.gibibytes(40) })).toEqual([['40', 100], [undefined, 100]]);
  });

  test('that never grows is said of the replica too, so that CloudFormation enlarges both', () => {
    expect(ofBoth({ storage: Size.gibibytes(40), maxStorage: Size.gibibytes(40) })).toEqual([['40', undefined], ['40', undefined]]);
    expect(ofBoth({ maxStorage: Size.mebibytes(20480) })).toEqual([['20', undefined], ['20', undefined]]);
    expect(ofBoth({ storage: Size.tebibytes(64) })).toEqual([['65536', undefined], ['65536', undefined]]);
  });

  test('that a snapshot decides is not said, one that is asked for beside it is', () => {
    const restored = { snapshotIdentifier: 'before', generation: 2, maxStorage: Size.gibibytes(20) };
    expect(ofBoth(restored)).toEqual([[undefined, undefined], [undefined, undefined]]);
    expect(ofBoth({ ...restored, storage: Size.gibibytes(20) })).toEqual([['20', undefined], ['20', undefined]]);
  });

  test('that is known at deployment alone never grows where both are one token, and comes out as it is', () => {
    const size = token(40);
    expect(ofBoth({ storage: size, maxStorage: size })).toEqual([['40', undefined], ['40', undefined]]);
    expect(ofBoth({ storage: size, maxStorage: token(50) })).toEqual([['40', 50], [undefined, 50]]);
    expect(ofBoth({ storage: size })).toEqual([['40', 100], [undefined, 100]]);
  });
});

describe('beside the primary', () => {
  test('adding, removing or reordering replicas changes no other resource', () => {
    const templateOf = (...ids: string[]): Record<string, unknown> => {
      const { stack, database } = databaseStack();
      ids.forEach((id) => database.addReadReplica(id));
      return Template.fromStack(stack).toJSON().Resources;
    };
    const none = templateOf();
    const one = templateOf('Reader');
    const two = templateOf('Reports', 'Reader');
    for (const [id, resource] of Object.entries(one)) expect([id, two[id]]).toEqual([id, resource]);
    for (const [id, resource] of Object.entries(none)) expect([id, one[id]]).toEqual([id, resource]);
    const reordered = templateOf('Reader', 'Reports');
    expect(reordered).toEqual(two);
  });

  test('without one, what reads alone is sent to the primary', () => {
    const { database } = databaseStack();
    expect(database.readerUrlSecret).toBe(database.urlSecret);
  });

  test('the first of several is the reader', () => {
    const { database } = databaseStack();
    const first = database.addReadReplica('Reader');
    database.addReadReplica('Reports');
    expect(database.readerUrlSecret).toBe(first.urlSecret);
    expect(first.readerUrlSecret).toBe(first.urlSecret);
  });

  test('an id is given once', () => {
    const { database } = databaseStack();
    database.addReadReplica('Reader');
    expect(() => database.addReadReplica('Reader')).toThrow(new Error("read replica 'Reader' exists already in 'Stack/Database': give each read replica an id of its own"));
  });

  test('there are 15 at most', () => {
    const { database } = databaseStack({}, 'dev');
    Array.from({ length: 15 }, (_, index) => database.addReadReplica(`Reader${index + 1}`));
    expect(() => database.addReadReplica('Last')).toThrow(new Error(
      "read replicas of 'Stack/Database' must be at most 15, got another, 'Last': RDS makes no more of one instance, choose a larger class"));
  });
});

describe('an existing database with a reader', () => {
  function existing(attributes: object = {}, sameGroup = false) {
    const stack = testStack();
    const imported = (id: string, group: string) => rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, id, {
      instanceIdentifier: id.toLowerCase(),
      instanceEndpointAddress: `${id.toLowerCase()}.example.com`,
      port: 5432,
      instanceResourceId: `db-${id.toUpperCase()}`,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, `${id}Group`, group)],
    });
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'legacy');
    const urlSecret = secretsmanager.Secret.fromSecretNameV2(stack, 'Url', 'legacy-url');
    const reader = imported('Reader', sameGroup ? 'sg-1' : 'sg-2');
    return { stack, database: PrivatePostgres.fromInstance(stack, 'Database', { instance: imported('Primary', 'sg-1'), reader, secret, urlSecret, ...attributes }) };
  }

  test('has the URL of the reader composed', () => {
    const { stack, database } = existing();
    expect(database.readerUrlSecret).not.toBe(database.urlSecret);
    const secrets = Template.fromStack(stack).findResources('AWS::SecretsManager::Secret');
    expect(Object.keys(secrets)).toEqual([expect.stringMatching(/^DatabaseReaderUrlSecret/)]);
    expect(JSON.stringify(secrets)).toContain('@reader.example.com:5432/app?sslmode=require');
  });

  test('or given', () => {
    const { stack, database } = existing({ reader: undefined, readerUrlSecret: undefined });
    expect(database.readerUrlSecret).toBe(database.urlSecret);
    const given = secretsmanager.Secret.fromSecretNameV2(stack, 'Given', 'legacy-reader-url');
    expect(existing({ readerUrlSecret: given }).database.readerUrlSecret).toBe(given);
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('is reached through the groups of both, each once', () => {
    expect(existing().database.connections.securityGroups.map(({ securityGroupId }) => securityGroupId)).toEqual(['sg-1', 'sg-2']);
    expect(existing({}, true).database.connections.securityGroups.map(({ securityGroupId }) => securityGroupId)).toEqual(['sg-1']);
  });

  test('grants connections to both', () => {
    const { stack, database } = existing();
    database.grantConnect(new iam.User(stack, 'User'));
    const policy = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect([policy.includes(':dbuser:db-PRIMARY/app_iam'), policy.includes(':dbuser:db-READER/app_iam')]).toEqual([true, true]);
  });
});
