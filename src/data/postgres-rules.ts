// [internal] What RDS for PostgreSQL refuses, refused before anything is deployed. Tokens pass: they are not known yet.
import { Duration, Size, SizeRoundingBehavior, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { refuseTwice } from '../private/refuse-twice';
import { checkRange, checkTokenUnit } from '../private/validate';

/** Smallest and largest gp3 volume of RDS for PostgreSQL, GiB. */
export const STORAGE_LIMITS = { min: 20, max: 65536 };

/** Read replicas of one RDS for PostgreSQL instance. */
const MOST_REPLICAS = 15;

/**
 * Key words that PostgreSQL reserves, and names that RDS keeps to itself.
 *
 * @see https://www.postgresql.org/docs/current/sql-keywords-appendix.html
 */
const RESERVED_WORDS = new Set([
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_catalog current_date',
  'current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from',
  'grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing',
  'primary references returning select session_user some symmetric system_user table then to trailing true union unique user using variadic',
  'when where window with admin rdsadmin',
].join(' ').split(' '));

/**
 * Fail unless a name may stand for a database or its master user.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
export function checkName(prop: string, name: string, reserved: string[] = []): void {
  if (Token.isUnresolved(name)) return;
  if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name)) {
    throw new Error(`'${prop}' must be 1 to 63 letters, digits and underscores and begin with a letter, got '${name}': choose another name`);
  }
  const word = name.toLowerCase();
  if (RESERVED_WORDS.has(word) || reserved.includes(word) || word.startsWith('pg_')) {
    throw new Error(`'${prop}' must not be a word that PostgreSQL or RDS reserves, got '${name}': choose another name`);
  }
}

/**
 * Fail unless the storage may start and grow like this. Both may be the same, for a volume that never grows.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
 */
export function checkStorage(storage: Size, maxStorage: Size): void {
  const first = gibibytes('storage', storage);
  const last = gibibytes('maxStorage', maxStorage);
  if (first === undefined || last === undefined || first === last) return;
  if (last < first) {
    throw new Error(`'maxStorage' must not be below 'storage', got ${last} GiB and ${first} GiB: `
      + 'raise maxStorage, or give both the same for storage that does not grow');
  }
  // in tenths, as 1.1 times a number is seldom exact
  if (last * 10 < first * 11) {
    throw new Error(`'maxStorage' must be at least 10 % above 'storage', got ${last} GiB and ${first} GiB: `
      + 'raise maxStorage, or give both the same for storage that does not grow');
  }
}

function gibibytes(prop: string, size: Size): number | undefined {
  if (size.isUnresolved()) return undefined;
  const value = size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  checkRange(prop, value, STORAGE_LIMITS.min, STORAGE_LIMITS.max, 'choose a whole number of GiB, as gp3 storage has');
  return value;
}

/** The whole days of a duration, within bounds. A duration made with a token passes. */
export function wholeDays(prop: string, duration: Duration, min: number, max: number, remedy: string): number {
  checkTokenUnit(prop, duration, 'days');
  if (duration.isUnresolved()) return duration.toDays();
  const days = duration.toMilliseconds({ integral: false }) / Duration.days(1).toMilliseconds();
  checkRange(prop, days, min, max, remedy);
  return days;
}

/**
 * Fail unless the subnets keep a database private and let it have a standby: RDS wants subnets in two zones even for one instance.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
 */
export function checkSubnets(vpc: ec2.IVpc, selection: ec2.SubnetSelection): void {
  const selected = vpc.selectSubnets(selection);
  if (selected.isPendingLookup) return;
  if (selected.hasPublic) {
    throw new Error("'network' must have private data subnets, got public ones: give dataSubnets that no internet gateway reaches");
  }
  // by number, as the zone of a subnet imported by its id is not known
  if (selected.subnetIds.length < 2 && !Token.isUnresolved(selected.subnetIds)) {
    throw new Error(`'network' must have data subnets in 2 availability zones, got ${selected.subnetIds.length} subnet: `
      + 'RDS wants two also where there is no standby, so add one in another zone');
  }
}

/**
 * Fail unless a database may have one more read replica, and of this id.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Configuration.html
 */
export function checkReplica(home: IConstruct, id: string): void {
  const place = home.node.scope!.node.path;
  refuseTwice('read replica', home, id);
  if (home.node.children.length >= MOST_REPLICAS) {
    throw new Error(`read replicas of '${place}' must be at most ${MOST_REPLICAS}, got another, '${id}': RDS makes no more of one instance, choose a larger class`);
  }
}

/**
 * Fail unless backups go to another region and a key awaits them there.
 *
 * RDS answers "Encrypted instances require a valid KMS key ID" without one, and no key of this region serves in the other.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html
 */
export function checkBackupReplication(scope: IConstruct, region: string | undefined, key: kms.IKey | undefined): void {
  if (region === undefined && key === undefined) return;
  if (region === undefined) {
    throw new Error("'backupReplicationKey' must stand beside 'backupReplicationRegion', got no region: add it or drop the key");
  }
  if (key === undefined) {
    throw new Error(`'backupReplicationRegion' must stand beside 'backupReplicationKey', got region '${region}' alone: `
      + 'encrypted backups are encrypted anew there, give a key of that region');
  }
  if (same(region, Stack.of(scope).region)) {
    throw new Error(`'backupReplicationRegion' must differ from the region of the stack, got '${region}': backups are kept there anyway, so name another, or leave it out`);
  }
  if (!Token.isUnresolved(region) && !Token.isUnresolved(key.env.region) && key.env.region !== region) {
    throw new Error(`'backupReplicationKey' must be a key of '${region}', got one of '${key.env.region}': `
      + 'make it in a stack of that region, or name it by its ARN');
  }
}

function same(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one === other;
}
