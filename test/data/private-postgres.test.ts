import { App, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { databaseStack, PlainNetwork } from './plain-network';
import { EnvironmentProfile, PrivatePostgres, PrivatePostgresOptions } from '../../src';
import { FLAG_SETS, inProfile, testStack } from '../harness';

const INSTANCE = 'AWS::RDS::DBInstance';

/** Name of an instance in terms of the stack it is in. */
const identifier = (suffix = '') => ({
  'Fn::Join': ['', ['db-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }, `-29b36752${suffix}`]],
});

function instanceWith(options: PrivatePostgresOptions, profile: 'dev' | 'staging' | 'prod' = 'prod') {
  const template = Template.fromStack(databaseStack(options, profile).stack);
  return (expected: object) => template.hasResourceProperties(INSTANCE, expected);
}

describe.each(FLAG_SETS)('in production, with %s', (_, flags) => {
  const { stack } = databaseStack({}, 'prod', new App({ context: flags }));
  const template = Template.fromStack(stack);

  test('the instance is what the reference architecture says', () => {
    template.hasResourceProperties(INSTANCE, {
      Engine: 'postgres',
      EngineVersion: '17',
      AutoMinorVersionUpgrade: true,
      AllowMajorVersionUpgrade: false,
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
      DBInstanceClass: 'db.t4g.medium',
      DBName: 'app',
      MasterUsername: 'postgres',
      Port: '5432',
      StorageType: 'gp3',
      AllocatedStorage: '20',
      MaxAllocatedStorage: 100,
      Iops: Match.absent(),
      StorageEncrypted: true,
      KmsKeyId: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] },
      MultiAZ: true,
      PubliclyAccessible: false,
      BackupRetentionPeriod: 7,
      PreferredBackupWindow: '03:00-04:00',
      PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
      CopyTagsToSnapshot: true,
      DeleteAutomatedBackups: false,
      DeletionProtection: true,
      EnableIAMDatabaseAuthentication: true,
      EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
      NetworkType: 'IPV4',
      ApplyImmediately: true,
      ManageMasterUserPassword: Match.absent(),
      AutomaticBackupReplicationRegion: Match.absent(),
      DBSnapshotIdentifier: Match.absent(),
    });
  });

  test('a final snapshot is left on deletion and on replacement', () => {
    template.hasResource(INSTANCE, { DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
  });

  test('Database Insights keeps 7 days and enhanced monitoring looks every minute', () => {
    template.hasResourceProperties(INSTANCE, {
      EnablePerformanceInsights: true,
      DatabaseInsightsMode: 'standard',
      PerformanceInsightsRetentionPeriod: 7,
      PerformanceInsightsKMSKeyId: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] },
      MonitoringInterval: 60,
    });
  });

  test('the database stands in the data tier', () => {
    template.hasResourceProperties('AWS::RDS::DBSubnetGroup', {
      SubnetIds: [{ Ref: Match.stringLikeRegexp('^VpcDataSubnet1') }, { Ref: Match.stringLikeRegexp('^VpcDataSubnet2') }],
    });
  });

  test('its security group lets nothing out and, before anybody uses it, nobody but the rotation in', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'PostgreSQL: admits its users alone, lets nothing out',
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
    });
    template.allResourcesProperties('AWS::EC2::SecurityGroupIngress', { Description: 'Rotation of the password', FromPort: 5432, ToPort: 5432 });
  });

  test('there is no custom resource and no function of ours', () => {
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map((resource) => resource.Type);
    expect(types.filter((type) => type.startsWith('Custom::') || type === 'AWS::Lambda::Function')).toEqual([]);
  });

  test('no role has a policy managed by AWS', () => {
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('the identities of what holds data are pinned', () => {
    const resources = template.toJSON().Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>;
    const stateful = [INSTANCE, 'AWS::SecretsManager::Secret', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'];
    const ids = Object.entries(resources).filter(([, { Type }]) => stateful.includes(Type)).map(([logicalId, { Type }]) => `${Type} ${logicalId}`);
    expect(ids.sort()).toEqual([
      'AWS::KMS::Key DatabaseKey5E5D9547',
      'AWS::Logs::LogGroup DatabasePostgresqlLogs0EEFD61B',
      'AWS::Logs::LogGroup DatabaseRotationUrlRefreshLogsAD4FD887',
      'AWS::Logs::LogGroup DatabaseUpgradeLogsA548C373',
      'AWS::RDS::DBInstance DatabaseInstanceAA8A5FDE',
      'AWS::SecretsManager::Secret DatabaseSecret3B817195',
      'AWS::SecretsManager::Secret DatabaseUrlSecret8EA4B976',
    ]);
    expect(resources.DatabaseInstanceAA8A5FDE.Properties.DBInstanceIdentifier).toEqual(identifier());
  });
});

describe.each([
  ['dev', 'Delete', { DBInstanceClass: 'db.t4g.micro', MultiAZ: false, BackupRetentionPeriod: 3, DeletionProtection: false, DeleteAutomatedBackups: true }],
  ['staging', 'Snapshot', { DBInstanceClass: 'db.t4g.small', MultiAZ: false, BackupRetentionPeriod: 7, DeletionProtection: false, DeleteAutomatedBackups: false }],
] as const)('in %s', (profile, policy, properties) => {
  const template = Template.fromStack(databaseStack({}, profile).stack);
  const kept = policy === 'Delete' ? 'Delete' : 'Retain';

  test('the instance is smaller, and unwatched', () => {
    template.hasResourceProperties(INSTANCE, {
      ...properties,
      EnablePerformanceInsights: false,
      DatabaseInsightsMode: Match.absent(),
      MonitoringInterval: Match.absent(),
      MonitoringRoleArn: Match.absent(),
    });
    template.resourceCountIs('AWS::IAM::Role', 0);
  });

  test('the removal policy decides, on deletion and on replacement', () => {
    template.hasResource(INSTANCE, { DeletionPolicy: policy, UpdateReplacePolicy: policy });
  });

  test('keys and logs are kept where there are snapshots, but logs of an instance that never was, whose names its next creation needs', () => {
    template.allResources('AWS::KMS::Key', { DeletionPolicy: kept, UpdateReplacePolicy: kept });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: kept === 'Retain' ? 'RetainExceptOnCreate' : kept, UpdateReplacePolicy: kept });
  });

  test('nothing rotates', () => {
    expect(template.toJSON().Transform).toBeUndefined();
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 0);
    template.resourceCountIs('AWS::Events::Rule', 0);
    template.resourceCountIs('AWS::Scheduler::Schedule', 0);
  });
});

describe('explicit props win over the profile', () => {
  test.each<[string, PrivatePostgresOptions, object]>([
    ['version, a major one', { version: rds.PostgresEngineVersion.VER_15 }, { EngineVersion: '15', AutoMinorVersionUpgrade: true }],
    ['version, pinned to a minor one', { version: rds.PostgresEngineVersion.of('16.9', '16') }, { EngineVersion: '16.9', AutoMinorVersionUpgrade: false }],
    ['allowMajorVersionUpgrade', { allowMajorVersionUpgrade: true }, { AllowMajorVersionUpgrade: true }],
    ['instanceType', { instanceType: new ec2.InstanceType('t3.small') }, { DBInstanceClass: 'db.t3.small' }],
    ['databaseName', { databaseName: 'orders' }, { DBName: 'orders' }],
    ['username', { username: 'owner' }, { MasterUsername: 'owner' }],
    ['port', { port: 6432 }, { Port: '6432' }],
    ['storage that grows to twice itself', { storage: Size.gibibytes(80) }, { AllocatedStorage: '80', MaxAllocatedStorage: 160 }],
    ['storage in another unit', { storage: Size.tebibytes(1) }, { AllocatedStorage: '1024', MaxAllocatedStorage: 2048 }],
    ['maxStorage', { maxStorage: Size.gibibytes(22) }, { MaxAllocatedStorage: 22 }],
    ['storage that never grows', { storage: Size.gibibytes(30), maxStorage: Size.gibibytes(30) }, { AllocatedStorage: '30', MaxAllocatedStorage: Match.absent() }],
    ['multiAz', { multiAz: false }, { MultiAZ: false }],
    ['backupRetention', { backupRetention: Duration.days(35) }, { BackupRetentionPeriod: 35 }],
    ['windows', { backupWindow: '23:45-00:15', maintenanceWindow: 'Mon:02:00-Mon:02:30' },
      { PreferredBackupWindow: '23:45-00:15', PreferredMaintenanceWindow: 'Mon:02:00-Mon:02:30' }],
    ['deletionProtection', { deletionProtection: false }, { DeletionProtection: false }],
    ['iamAuthentication', { iamAuthentication: false }, { EnableIAMDatabaseAuthentication: false }],
    ['monitoring', { monitoring: false }, { EnablePerformanceInsights: false, MonitoringInterval: Match.absent() }],
    ['generation', { generation: 2 }, { DBInstanceIdentifier: identifier('-2') }],
  ])('%s', (_, options, expected) => instanceWith(options)(expected));

  test('monitoring, in dev', () => {
    instanceWith({ monitoring: true }, 'dev')({ EnablePerformanceInsights: true, MonitoringInterval: 60 });
  });

  test('logRetention', () => {
    Template.fromStack(databaseStack({ logRetention: logs.RetentionDays.ONE_YEAR }).stack).allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });

  test('a profile of one\'s own', () => {
    const stack = testStack(inProfile('dev'));
    const profile = EnvironmentProfile.DEV.extend({ databaseMultiAz: true, backupRetention: Duration.days(14) });
    new PrivatePostgres(stack, 'Database', { network: new PlainNetwork(stack), profile });
    Template.fromStack(stack).hasResourceProperties(INSTANCE, { MultiAZ: true, BackupRetentionPeriod: 14 });
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('removalPolicy %s retains what the instance could not do without', (removalPolicy) => {
    const template = Template.fromStack(databaseStack({ removalPolicy }, 'dev').stack);
    for (const type of [INSTANCE, 'AWS::RDS::DBParameterGroup', 'AWS::RDS::DBSubnetGroup', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup']) {
      template.allResources(type, Match.objectLike({ DeletionPolicy: Match.stringLikeRegexp('^Retain'), UpdateReplacePolicy: 'Retain' }));
    }
    template.hasResource('AWS::EC2::SecurityGroup', { DeletionPolicy: Match.stringLikeRegexp('^Retain') });
  });
});

describe('restoring from a snapshot', () => {
  const { stack } = databaseStack({ snapshotIdentifier: 'before-the-mistake', generation: 2 });
  const template = Template.fromStack(stack);

  test('keeps the logical id and gives the new instance a new name', () => {
    expect(template.toJSON().Resources.DatabaseInstanceAA8A5FDE.Properties).toMatchObject({
      DBSnapshotIdentifier: 'before-the-mistake', DBInstanceIdentifier: identifier('-2'),
    });
  });

  test('leaves to the snapshot what CloudFormation refuses beside it', () => {
    template.hasResourceProperties(INSTANCE, {
      DBName: Match.absent(), MasterUsername: Match.absent(), StorageEncrypted: Match.absent(), KmsKeyId: Match.absent(),
    });
  });

  test('leaves the storage to the snapshot, which may hold more than there was at first', () => {
    template.hasResourceProperties(INSTANCE, { AllocatedStorage: Match.absent(), MaxAllocatedStorage: 100, StorageType: 'gp3' });
  });

  test('takes storage that is asked for', () => {
    const asked = databaseStack({ snapshotIdentifier: 'before-the-mistake', generation: 2, storage: Size.gibibytes(150) });
    Template.fromStack(asked.stack).hasResourceProperties(INSTANCE, { AllocatedStorage: '150', MaxAllocatedStorage: 300 });
  });

  test('sets the password of the secret, so that secret and URL stay usable', () => {
    template.hasResourceProperties(INSTANCE, {
      MasterUserPassword: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'DatabaseSecret3B817195' }, ':SecretString:password::}}']] },
    });
  });

  test('gives it log groups of its own', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: { 'Fn::Join': ['', ['/aws/rds/instance/db-', Match.anyValue(), '-29b36752-2/postgresql']] },
    });
  });
});

describe('replicating backups to another region', () => {
  test('region, key there, and the same retention', () => {
    const stack = testStack(inProfile('prod'), { account: '111111111111', region: 'eu-west-1' });
    const backupReplicationKey = kms.Key.fromKeyArn(stack, 'There', 'arn:aws:kms:eu-central-1:111111111111:key/1234');
    new PrivatePostgres(stack, 'Database', { network: new PlainNetwork(stack), backupReplicationRegion: 'eu-central-1', backupReplicationKey });
    Template.fromStack(stack).hasResourceProperties(INSTANCE, {
      AutomaticBackupReplicationRegion: 'eu-central-1',
      AutomaticBackupReplicationKmsKeyId: 'arn:aws:kms:eu-central-1:111111111111:key/1234',
      AutomaticBackupReplicationRetentionPeriod: 7,
    });
  });
});

describe('keys', () => {
  test('the key of its own rotates yearly', () => {
    Template.fromStack(databaseStack().stack).hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true, RotationPeriodInDays: 365 });
  });

  test('keys given serve storage, and secrets, each', () => {
    const stack = testStack(inProfile('dev'));
    const encryptionKey = new kms.Key(stack, 'Storage');
    const secretsKey = new kms.Key(stack, 'Secrets');
    const database = new PrivatePostgres(stack, 'Database', { network: new PlainNetwork(stack), encryptionKey, secretsKey });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::KMS::Key', 2);
    template.hasResourceProperties(INSTANCE, { KmsKeyId: stack.resolve(encryptionKey.keyArn) });
    template.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: stack.resolve(secretsKey.keyArn) });
    expect([database.encryptionKey, database.secretsKey]).toEqual([encryptionKey, secretsKey]);
  });
});
