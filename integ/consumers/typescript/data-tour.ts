// Databases: one with every choice made, one restored from a snapshot behind a proxy, one that exists.
import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { InstanceType, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DatabaseInstance, PostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Readings } from './readings.js';
import { EnvironmentProfile, IAppNetwork, IPrivatePostgres, PrivatePostgres } from 'cdk-patternbook';

export function dataTour(app: App, profile: EnvironmentProfile, network: IAppNetwork): IPrivatePostgres {
  const stack = new Stack(app, 'Data');
  const database = new PrivatePostgres(stack, 'Database', {
    network,
    profile,
    version: PostgresEngineVersion.VER_16,
    allowMajorVersionUpgrade: true,
    instanceType: new InstanceType('r7g.large'),
    databaseName: 'orders',
    username: 'owner',
    port: 5433,
    storage: Size.gibibytes(50),
    maxStorage: Size.tebibytes(1),
    multiAz: true,
    backupRetention: Duration.days(21),
    backupWindow: '01:00-02:00',
    maintenanceWindow: 'mon:02:30-mon:03:30',
    backupReplicationRegion: 'eu-central-1',
    backupReplicationKey: Key.fromKeyArn(stack, 'ReplicaKey', 'arn:aws:kms:eu-central-1:111111111111:key/00000000-0000-0000-0000-000000000000'),
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    encryptionKey: new Key(stack, 'StorageKey'),
    secretsKey: new Key(stack, 'SecretsKey'),
    secretRotation: Duration.days(7),
    rotationWindow: 'mon:08:00-mon:10:00',
    iamAuthentication: true,
    monitoring: true,
    slowQueryThreshold: Duration.millis(500),
    parameters: { 'random_page_cost': '1.1', 'pg_stat_statements.track': 'all' },
    logRetention: RetentionDays.THREE_MONTHS,
  });
  const replica = database.addReadReplica('Replica', { instanceType: new InstanceType('r7g.xlarge'), deletionProtection: false });
  database.grantConnect(new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() }), 'reader');
  const restored = new PrivatePostgres(stack, 'Restored', {
    network,
    profile,
    snapshotIdentifier: 'orders-before-the-flood',
    generation: 2,
    proxy: { maxConnectionsPercent: 75, borrowTimeout: Duration.seconds(20), idleClientTimeout: Duration.minutes(10), subnets: network.dataSubnets },
  });
  const read = new Readings(stack);
  read.text('InstanceId', database.instance.instanceIdentifier);
  read.text('Identifier', database.instanceIdentifier);
  read.text('Endpoint', database.endpoint.socketAddress);
  read.text('DatabaseName', database.databaseName);
  read.text('Username', database.username);
  read.text('Secret', database.secret.secretArn);
  read.text('UrlSecret', database.urlSecret.secretArn);
  read.text('ReaderUrlSecret', database.readerUrlSecret.secretArn);
  read.truth('RotatesSecret', database.rotatesSecret);
  read.text('EncryptionKey', database.encryptionKey.keyArn);
  read.text('SecretsKeyArn', database.secretsKey.keyArn);
  read.text('SecurityGroup', database.securityGroup.securityGroupId);
  read.number('SecurityGroups', database.connections.securityGroups.length);
  read.text('Log', database.postgresqlLogGroup.logGroupName);
  read.text('UpgradeLog', database.upgradeLogGroup.logGroupName);
  read.text('Vpc', database.network.vpc.vpcId);
  read.text('ProxyName', restored.proxy!.dbProxyName);
  read.text('ProxyEndpoint', restored.endpoint.socketAddress);
  replica.grantConnect(new Role(stack, 'ReplicaReader', { assumedBy: new AccountRootPrincipal() }));
  read.text('ReplicaInstanceId', replica.instance.instanceIdentifier);
  read.text('ReplicaIdentifier', replica.instanceIdentifier);
  read.text('ReplicaEndpoint', replica.endpoint.socketAddress);
  read.text('ReplicaDatabaseName', replica.databaseName);
  read.text('ReplicaSecret', replica.secret.secretArn);
  read.text('ReplicaUrlSecret', replica.urlSecret.secretArn);
  read.text('ReplicaReaderUrlSecret', replica.readerUrlSecret.secretArn);
  read.truth('ReplicaRotatesSecret', replica.rotatesSecret);
  read.number('ReplicaSecurityGroups', replica.connections.securityGroups.length);
  read.text('ReplicaLog', replica.postgresqlLogGroup.logGroupName);
  read.text('ReplicaUpgradeLog', replica.upgradeLogGroup.logGroupName);

  const existing = PrivatePostgres.fromInstance(stack, 'Existing', {
    instance: DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'ExistingInstance', {
      instanceIdentifier: 'legacy',
      instanceEndpointAddress: 'legacy.example.com',
      port: 5432,
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'ExistingSecurityGroup', 'sg-0123456789abcdef0')],
      instanceResourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    }),
    secret: Secret.fromSecretNameV2(stack, 'ExistingSecret', 'legacy'),
    urlSecret: Secret.fromSecretNameV2(stack, 'ExistingUrlSecret', 'legacy-url'),
    reader: DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'ExistingReader', {
      instanceIdentifier: 'legacy-reader',
      instanceEndpointAddress: 'legacy-reader.example.com',
      port: 5432,
      securityGroups: [],
    }),
    readerUrlSecret: Secret.fromSecretNameV2(stack, 'ExistingReaderUrlSecret', 'legacy-reader-url'),
    databaseName: 'legacy',
  });
  existing.grantConnect(new Role(stack, 'Legacy', { assumedBy: new AccountRootPrincipal() }));
  return existing;
}
