// Databases: made here, and existing.
import { Duration, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as fc from 'fast-check';
import { keys } from './compute';
import { instanceType, logRetention, removalPolicy } from './environment';
import { durations, flag, gibibytes, ids, mostly, numbers, rarely, texts, together, User, weighted } from './values';
import { ExistingDatabaseAttributes, IPrivatePostgres, PostgresProxyOptions, PrivatePostgres, PrivatePostgresOptions, ReadReplica, ReadReplicaOptions, UseDatabaseOptions } from '../../../src';
import { call, Fields, jointly, literal, mapOf, memberOf, oneOf, provided, Some, struct, verb, written, Written, WrittenStruct } from '../written';

type Drawn<K extends keyof PrivatePostgresOptions> = fc.Arbitrary<{ readonly [key in K]?: Written<NonNullable<PrivatePostgresOptions[key]>> }>;

const DAY = 86400;

const backup = (window: string) => ({ backupWindow: literal(window) });
const maintenance = (window: string) => ({ maintenanceWindow: literal(window) });

/** Times a week at which an instance runs: hours of UTC for backups, a later stretch of one day for maintenance. */
export interface RunningTimes { readonly backupWindow: string; readonly maintenanceWindow: string }

/** Windows apart from each other and, where an instance is stopped at times, within those at which it runs; or for those who slip not. */
const windows = (user: User, running?: RunningTimes): Drawn<'backupWindow' | 'maintenanceWindow'> => together(user, running ? [
  {}, backup(running.backupWindow), maintenance(running.maintenanceWindow),
  { ...backup(running.backupWindow), ...maintenance(running.maintenanceWindow) },
] : [
  {}, backup('03:30-04:00'), { ...backup('23:45-00:15'), ...maintenance('sun:01:00-sun:02:00') }, maintenance('Sat:23:30-sun:00:30'), maintenance('sun:05:00-mon:02:00'),
], [
  backup(''), backup('03:00'), backup('03:00-03:29'), backup('24:00-25:00'), backup('04:30-05:30'), backup('ü'),
  maintenance('sun:04:00-sun:04:10'), maintenance('xyz:04:00-sun:05:00'), maintenance('mon:03:30-mon:04:30'),
]);

const keyIn = (region: string): Written<kms.IKey> => written(`Key.fromKeyArn(${region})`, (site) =>
  kms.Key.fromKeyArn(site.stack, site.id('Key'), `arn:aws:kms:${region}:123456789012:key/00000000-0000-0000-0000-000000000000`));

/** A region for copies of backups and the key there. */
const replications = (user: User): Drawn<'backupReplicationRegion' | 'backupReplicationKey'> => {
  const region = literal('eu-central-1');
  return together<{ backupReplicationRegion?: Written<string>; backupReplicationKey?: Written<kms.IKey> }>(user, [{}, {}, { backupReplicationRegion: region, backupReplicationKey: keyIn('eu-central-1') }], [
    { backupReplicationRegion: region }, { backupReplicationKey: keyIn('eu-central-1') }, { backupReplicationRegion: literal('eu-west-1'), backupReplicationKey: keyIn('eu-west-1') },
    { backupReplicationRegion: region, backupReplicationKey: keyIn('eu-west-1') }, { backupReplicationRegion: literal(''), backupReplicationKey: keyIn('eu-central-1') },
  ]);
};

/** How often a password is rotated, and in which window, which opens once a week: of its own, or given by work hours. */
function rotations(user: User, inWindow: boolean): Drawn<'secretRotation' | 'rotationWindow'> {
  const window = oneOf('mon:08:00-mon:09:00', 'SUN:00:00-SUN:23:00').map((rotationWindow) => ({ rotationWindow }));
  const seldom = durations(user, 7 * DAY, 1000 * DAY, DAY).map((secretRotation) => ({ secretRotation }));
  const often = durations(user, 0, 1000 * DAY, DAY).map((secretRotation) => ({ secretRotation }));
  const wrong = fc.tuple(texts(user, ['mon:08:00-mon:09:00'], ['', 'mon:08:30-mon:09:30', 'mon:23:00-tue:00:00']), often)
    .map(([rotationWindow, rest]) => ({ rotationWindow, ...rest }));
  return weighted<{ secretRotation?: Written<Duration>; rotationWindow?: Written<string> }>(
    [6, fc.constant({})],
    [6, inWindow ? seldom : often],
    [3, window],
    [3, fc.tuple(window, seldom).map(([opens, every]) => ({ ...opens, ...every }))],
    [user.slips ? 1 : 0, wrong],
  );
}

/** Storage at first and later. */
function storages(user: User): Drawn<'storage' | 'maxStorage'> {
  const size = (amount: number): Written<Size> => written(`Size.gibibytes(${amount})`, () => Size.gibibytes(amount));
  const fitting = fc.integer({ min: 20, max: 59000 }).chain((first) =>
    fc.constantFrom(first, Math.ceil(first * 1.1), 65536).map((last) => ({ storage: size(first), maxStorage: size(last) })));
  const alone = gibibytes(user, 20, 59000).map((storage) => ({ storage }));
  const any = fc.record({ storage: gibibytes(user, 20, 65536), maxStorage: gibibytes(user, 20, 65536) });
  return weighted<{ storage?: Written<Size>; maxStorage?: Written<Size> }>([8, fc.constant({})], [4, fitting], [4, alone], [user.slips ? 1 : 0, any]);
}

/** The port, and a proxy, which stands on one port alone. */
function proxies(user: User): Drawn<'port' | 'proxy'> {
  const options = struct<PostgresProxyOptions>('PostgresProxyOptions', {
    maxConnectionsPercent: numbers(user, 1, 100),
    borrowTimeout: durations(user, 0, 300),
    idleClientTimeout: durations(user, 60, 28800),
    subnets: jointly,
  });
  const proxied = options.map((proxy) => ({ proxy }));
  const onPort = numbers(user, 1150, 65535).map((port) => ({ port }));
  return weighted<{ port?: Written<number>; proxy?: Written<PostgresProxyOptions> }>(
    [6, fc.constant({})], [3, onPort], [4, proxied], [user.slips ? 1 : 0, fc.tuple(onPort, proxied).map(([port, proxy]) => ({ ...port, ...proxy }))],
  );
}

const WRONG_NAMES = ['', '1a', 'a-b', 'select', 'PG_x', 'rdsadmin', 'ü', 'a'.repeat(64), 'a b'];

/** What a database is asked for, but for what is drawn together. */
export function databaseFields(user: User): Fields<PrivatePostgresOptions> {
  return {
    version: memberOf('PostgresEngineVersion', rds.PostgresEngineVersion, 'VER_13', 'VER_15', 'VER_16_4', 'VER_17', 'VER_17_2'),
    allowMajorVersionUpgrade: flag,
    instanceType,
    databaseName: texts(user, ['shop', 'A1_', 'a'.repeat(63)], [...WRONG_NAMES, 'template1']),
    username: texts(user, ['owner', 'Root1', 'a'.repeat(16)], WRONG_NAMES),
    port: jointly,
    storage: jointly,
    maxStorage: jointly,
    multiAz: flag,
    backupRetention: durations(user, 86400, 35 * 86400, 86400),
    backupWindow: jointly,
    maintenanceWindow: jointly,
    backupReplicationRegion: jointly,
    backupReplicationKey: jointly,
    deletionProtection: flag,
    removalPolicy,
    encryptionKey: keys,
    secretsKey: keys,
    secretRotation: jointly,
    rotationWindow: jointly,
    iamAuthentication: flag,
    proxy: jointly,
    monitoring: flag,
    slowQueryThreshold: durations(user, 0, 2147483, 1, 'millis'),
    parameters: mostly(user, mapOf(fc.constantFrom('max_connections', 'work_mem', 'log_statement'), texts(user, ['100', 'ddl'], ['0', '']), 2),
      mapOf(fc.constantFrom('rds.force_ssl', 'log_min_duration_statement', ''), texts(user, ['1', '0'], ['']), 2)),
    logRetention,
    snapshotIdentifier: texts(user, ['shop-before', 'arn:aws:rds:eu-west-1:123456789012:snapshot:shop'], ['']),
    generation: numbers(user, 1, 999, false),
  };
}

/** Props of a database that are drawn together, for one that always runs or at some times. */
export const databaseGroups = (user: User, running?: RunningTimes): Drawn<keyof PrivatePostgresOptions> =>
  fc.tuple(windows(user, running), rotations(user, running !== undefined), replications(user), storages(user), proxies(user))
    .map((groups) => Object.assign({}, ...groups));

/** Databases that exist. */
export function existingDatabases(user: User, id: string): Some<IPrivatePostgres> {
  const instance = fc.constantFrom('imported', 'imported', ...user.slips ? ['without a resource id'] : []).map((origin) => written<rds.IDatabaseInstance>(`DatabaseInstance (${origin})`, (site) =>
    rds.DatabaseInstance.fromDatabaseInstanceAttributes(site.stack, site.id('Instance'), {
      instanceIdentifier: 'old',
      instanceEndpointAddress: 'old.example.com',
      port: 5432,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(site.stack, site.id('Group'), 'sg-0123456789abcdef1')],
      instanceResourceId: origin === 'imported' ? 'db-ABC' : undefined,
    })));
  const secret = fc.constantFrom(
    written<secretsmanager.ISecret>('Secret.fromSecretNameV2(…)', (site) => secretsmanager.Secret.fromSecretNameV2(site.stack, site.id('Secret'), 'old')),
    written<secretsmanager.ISecret>('new Secret(this, …)', (site) => new secretsmanager.Secret(site.stack, site.id('Secret'))),
  );
  return struct<ExistingDatabaseAttributes>('ExistingDatabaseAttributes', {
    instance,
    secret,
    urlSecret: secret,
    reader: instance,
    readerUrlSecret: secret,
    databaseName: texts(user, ['shop'], ['']),
  }).map((attributes) => call(PrivatePostgres, 'fromInstance', written('this', (site) => site.stack), literal(id), attributes));
}

/** How a database is handed over. */
export const useDatabaseOptions = (user: User, slot: number): fc.Arbitrary<WrittenStruct<UseDatabaseOptions>> =>
  struct<UseDatabaseOptions>('UseDatabaseOptions', {
    variable: texts(user, [`DATABASE_${slot}`], ['', '1X', 'DATABASE_URL', 'ENVIRONMENT'], false),
    readerVariable: texts(user, [`READER_${slot}`], ['', 'DATABASE_URL', 'ENVIRONMENT'], false),
  });

/** A read replica of a database, of one of two ids. */
export const readReplicas = (user: User, slot: number): fc.Arbitrary<(database: Written<PrivatePostgres>) => Written<ReadReplica>> =>
  fc.tuple(ids(user, [`Reader${slot}`]), struct<ReadReplicaOptions>('ReadReplicaOptions', { instanceType, deletionProtection: flag })).map(([id, options]) =>
    (database) => verb(database, 'addReadReplica', literal(id), options));

/** Who may connect by IAM authentication. */
const grantees: Some<iam.IGrantable> = fc.constantFrom(
  written<iam.IGrantable>('new Role(this, …)', (site) => new iam.Role(site.stack, site.id('Role'), { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') })),
  written<iam.IGrantable>('Role.fromRoleArn(…)', (site) => iam.Role.fromRoleArn(site.stack, site.id('Role'), 'arn:aws:iam::123456789012:role/old')),
  written<iam.IGrantable>('new User(this, …)', (site) => new iam.User(site.stack, site.id('User'))),
);

/** Whether a database lets users in by IAM, as far as it says so. */
function knowsIam(database: IPrivatePostgres): boolean {
  const { instance } = database as { instance?: { enableIamAuthentication?: boolean } };
  return instance?.enableIamAuthentication !== false;
}

/** A grant on a database, to somebody or to a service if there is one. */
export function grants(
  user: User,
): fc.Arbitrary<(database: Written<IPrivatePostgres>, service?: Written<iam.IGrantable>) => Written<iam.Grant | undefined>> {
  return fc.tuple(grantees, fc.boolean(), texts(user, ['app_iam', 'a-b'], ['', 'postgres', '*', 'ü']), rarely(user)).map(([grantee, toService, name, anyway]) => (database, service) =>
    provided(verb(database, 'grantConnect', toService && service ? service : grantee, name), (site) => anyway || knowsIam(database.make(site))));
}
