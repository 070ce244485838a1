import { Duration, Lazy, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { databaseStack, PlainNetwork } from './plain-network';
import { PrivatePostgres, PrivatePostgresOptions } from '../../src';
import { testApp } from '../harness';

const storageRemedy = 'raise maxStorage, or give both the same for storage that does not grow';
const name = (prop: string, got: string) =>
  `'${prop}' must be 1 to 63 letters, digits and underscores and begin with a letter, got '${got}': choose another name`;
const reserved = (prop: string, got: string) => `'${prop}' must not be a word that PostgreSQL or RDS reserves, got '${got}': choose another name`;
const storage = (prop: string, got: number) => `'${prop}' must be 20 to 65536, got ${got}: choose a whole number of GiB, as gp3 storage has`;
const retention = (got: number) => `'backupRetention' must be 1 to 35, got ${got}: `
  + 'choose whole days within these, 0 would switch point-in-time recovery off, and BackupCopies keep them for longer';
const rotation = (got: number) => `'secretRotation' must be 0 to 1000, got ${got}: choose whole days within these, the rotation window opens once a day, and Duration.days(0) is for never`;

describe('what RDS would refuse is refused at synth', () => {
  test.each<[PrivatePostgresOptions, string]>([
    [{ databaseName: '' }, name('databaseName', '')],
    [{ databaseName: '1st' }, name('databaseName', '1st')],
    [{ databaseName: 'my-app' }, name('databaseName', 'my-app')],
    [{ databaseName: 'a'.repeat(64) }, name('databaseName', 'a'.repeat(64))],
    [{ databaseName: 'Select' }, reserved('databaseName', 'Select')],
    [{ databaseName: 'template1' }, reserved('databaseName', 'template1')],
    [{ databaseName: 'rdsadmin' }, reserved('databaseName', 'rdsadmin')],
    [{ username: 'admin' }, reserved('username', 'admin')],
    [{ username: 'user' }, reserved('username', 'user')],
    [{ username: 'pg_dba' }, reserved('username', 'pg_dba')],
    [{ username: 'an owner' }, name('username', 'an owner')],
    [{ port: 1149 }, "'port' must be 1150 to 65535, got 1149: choose a port within these, RDS allows no other"],
    [{ port: 65536 }, "'port' must be 1150 to 65535, got 65536: choose a port within these, RDS allows no other"],
    [{ generation: 0 }, "'generation' must be 1 to 999, got 0: count the restores from 1"],
    [{ storage: Size.gibibytes(19) }, storage('storage', 19)],
    [{ storage: Size.mebibytes(20992) }, storage('storage', 20.5)],
    [{ maxStorage: Size.tebibytes(65) }, storage('maxStorage', 66560)],
    [{ storage: Size.gibibytes(50), maxStorage: Size.gibibytes(40) }, `'maxStorage' must not be below 'storage', got 40 GiB and 50 GiB: ${storageRemedy}`],
    [{ storage: Size.gibibytes(100), maxStorage: Size.gibibytes(109) },
      `'maxStorage' must be at least 10 % above 'storage', got 109 GiB and 100 GiB: ${storageRemedy}`],
    [{ backupRetention: Duration.days(0) }, retention(0)],
    [{ backupRetention: Duration.days(36) }, retention(36)],
    [{ backupRetention: Duration.hours(36) }, retention(1.5)],
    [{ secretRotation: Duration.hours(4) }, rotation(4 / 24)],
    [{ secretRotation: Duration.days(1001) }, rotation(1001)],
    [{ slowQueryThreshold: Duration.seconds(0.0005) },
      "'slowQueryThreshold' must be 0 to 2147483647, got 0.5: choose a whole number of milliseconds, 0 logs every statement"],
    [{ slowQueryThreshold: Duration.days(30) },
      "'slowQueryThreshold' must be 0 to 2147483647, got 2592000000: choose a whole number of milliseconds, 0 logs every statement"],
    [{ backupReplicationRegion: 'eu-central-1' },
      "'backupReplicationRegion' must stand beside 'backupReplicationKey', got region 'eu-central-1' alone: "
      + 'encrypted backups are encrypted anew there, give a key of that region'],
  ])('%j', (options, message) => {
    expect(() => databaseStack(options)).toThrow(new Error(message));
  });

  test.each<[PrivatePostgresOptions]>([
    [{ databaseName: 'a' }], [{ databaseName: 'postgres' }], [{ username: 'a'.repeat(63) }], [{ username: 'app_owner' }],
    [{ port: 1150 }], [{ port: 65535 }], [{ generation: 999 }], [{ storage: Size.tebibytes(64) }],
    [{ storage: Size.gibibytes(100), maxStorage: Size.gibibytes(110) }],
    [{ backupRetention: Duration.days(1) }], [{ secretRotation: Duration.days(1000) }], [{ slowQueryThreshold: Duration.millis(0) }],
  ])('%j is at the bound, and passes', (options) => {
    expect(() => databaseStack(options)).not.toThrow();
  });

  test.each([
    ['the region of the stack', 'eu-west-1', 'eu-west-1',
      "'backupReplicationRegion' must differ from the region of the stack, got 'eu-west-1': backups are kept there anyway, so name another, or leave it out"],
    ['a key of another region', 'eu-central-1', 'us-east-1',
      "'backupReplicationKey' must be a key of 'eu-central-1', got one of 'us-east-1': make it in a stack of that region, or name it by its ARN"],
    ['a key alone', undefined, 'eu-central-1',
      "'backupReplicationKey' must stand beside 'backupReplicationRegion', got no region: add it or drop the key"],
  ])('replicating backups with %s', (_, backupReplicationRegion, keyRegion, message) => {
    const stack = new Stack(testApp(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    const backupReplicationKey = kms.Key.fromKeyArn(stack, 'There', `arn:aws:kms:${keyRegion}:111111111111:key/1234`);
    const network = new PlainNetwork(stack);
    expect(() => new PrivatePostgres(stack, 'Database', { network, backupReplicationRegion, backupReplicationKey })).toThrow(new Error(message));
  });

  test('data subnets that are public', () => {
    const stack = new Stack(testApp(), 'Stack');
    const network = Object.assign(new PlainNetwork(stack), { dataSubnets: { subnetGroupName: 'Public' } });
    expect(() => new PrivatePostgres(stack, 'Database', { network })).toThrow(
      "'network' must have private data subnets, got public ones: give dataSubnets that no internet gateway reaches",
    );
  });

  test('data subnets in one zone', () => {
    const stack = new Stack(testApp(), 'Stack');
    const network = new PlainNetwork(stack);
    Object.assign(network, { dataSubnets: { subnets: network.vpc.isolatedSubnets.slice(0, 1) } });
    expect(() => new PrivatePostgres(stack, 'Database', { network })).toThrow(
      "'network' must have data subnets in 2 availability zones, got 1 subnet: RDS wants two also where there is no standby, so add one in another zone",
    );
  });
});

describe('tokens', () => {
  test.each([
    ['slowQueryThreshold', Duration.seconds(Lazy.number({ produce: () => 1 })), "'slowQueryThreshold' must be in millis where it is a token, got seconds: write Duration.millis()"],
    ['backupRetention', Duration.hours(Lazy.number({ produce: () => 48 })), "'backupRetention' must be in days where it is a token, got hours: write Duration.days()"],
    ['secretRotation', Duration.hours(Lazy.number({ produce: () => 48 })), "'secretRotation' must be in days where it is a token, got hours: write Duration.days()"],
  ])('fail where they would have to be converted: %s', (prop, value, message) => {
    expect(() => databaseStack({ [prop]: value })).toThrow(new Error(message));
  });

  test('pass, and come out as they are', () => {
    const text = (value: string) => Lazy.string({ produce: () => value });
    const number = (value: number) => Lazy.number({ produce: () => value });
    const { stack } = databaseStack({
      databaseName: text('orders'),
      username: text('owner'),
      port: number(6432),
      storage: Size.gibibytes(number(40)),
      maxStorage: Size.gibibytes(number(50)),
      backupRetention: Duration.days(number(9)),
      backupWindow: text('01:00-02:00'),
      maintenanceWindow: text('sat:04:00-sat:05:00'),
      slowQueryThreshold: Duration.millis(number(250)),
      snapshotIdentifier: text('snapshot'),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      Port: '6432',
      AllocatedStorage: '40',
      MaxAllocatedStorage: 50,
      BackupRetentionPeriod: 9,
      PreferredBackupWindow: '01:00-02:00',
      PreferredMaintenanceWindow: 'sat:04:00-sat:05:00',
      DBSnapshotIdentifier: 'snapshot',
    });
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', { Parameters: { log_min_duration_statement: '250' } });
    template.hasResourceProperties('AWS::SecretsManager::Secret', { GenerateSecretString: { SecretStringTemplate: '{"username":"owner"}' } });
  });
});
