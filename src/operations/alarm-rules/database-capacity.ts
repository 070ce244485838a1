// What an RDS instance class can hold: memory and, from it, connections.
import { CfnResource } from 'aws-cdk-lib';
import { isOfType } from '../../private/resource-references';
import { DB_INSTANCE, knownText, parameterOf, property, targetsOf } from '../monitored-resource';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const BURSTABLE = { 'micro': 1, 'small': 2, 'medium': 4, 'large': 8, 'xlarge': 16, '2xlarge': 32 };
const GENERAL = {
  'large': 8, 'xlarge': 16, '2xlarge': 32, '4xlarge': 64, '8xlarge': 128, '12xlarge': 192, '16xlarge': 256, '24xlarge': 384, '32xlarge': 512, '48xlarge': 768,
};
const MEMORY = Object.fromEntries(Object.entries(GENERAL).map(([size, gibibytes]) => [size, 2 * gibibytes]));

/**
 * Memory by size, in GiB. Only sizes RDS offers are ever asked for.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
 */
const FAMILIES: Record<string, Record<string, number>> = {
  ...Object.fromEntries(['t3', 't4g'].map((family) => [family, BURSTABLE])),
  ...Object.fromEntries(['m5', 'm5d', 'm6g', 'm6gd', 'm6i', 'm6id', 'm7g', 'm7i', 'm8g'].map((family) => [family, GENERAL])),
  ...Object.fromEntries(['r5', 'r5b', 'r5d', 'r6g', 'r6gd', 'r6i', 'r6id', 'r7g', 'r7i', 'r8g'].map((family) => [family, MEMORY])),
};

/** Family and size of `db.t4g.medium`, undefined for a class known only at deployment. */
function classOf(database: CfnResource): [family: string, size: string] | undefined {
  const [, family, size] = /^db\.([^.]+)\.([^.]+)$/.exec(knownText(database, 'DBInstanceClass') ?? '') ?? [];
  return family === undefined ? undefined : [family, size];
}

/** Memory of the class of an instance, in bytes. */
export function memoryOf(database: CfnResource): number | undefined {
  const [family, size] = classOf(database) ?? [];
  const gibibytes = family === undefined || size === undefined ? undefined : FAMILIES[family]?.[size];
  return gibibytes === undefined ? undefined : gibibytes * GIB;
}

/** Whether the class lives on CPU credits. */
export function isBurstable(database: CfnResource): boolean {
  return classOf(database)?.[0].startsWith('t') ?? false;
}

/** Whether the engine is known to be PostgreSQL, and not Aurora's. A read replica has that of its source. */
export function isPostgres(database: CfnResource): boolean {
  const source = targetsOf(database, property(database, 'SourceDBInstanceIdentifier')).find((target) => isOfType(target, DB_INSTANCE));
  return knownText(source ?? database, 'Engine') === 'postgres';
}

/**
 * Connections an instance allows: `max_connections` of its parameter group, else RDS's default, `LEAST({DBInstanceClassMemory/9531392},5000)`.
 *
 * DBInstanceClassMemory is less than the memory of the class: the operating system and the processes that manage the instance
 * are taken off, without a published figure. We take off a sixteenth and 256 MiB, a little more than instances show, so that
 * 80 % of what we count on is reached before the instance refuses.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
export function connectionLimitOf(database: CfnResource): number | undefined {
  if (!isPostgres(database)) return undefined;
  const chosen = parameterOf(database, 'max_connections');
  if (chosen !== undefined && /^\d+$/.test(chosen)) return Number(chosen);
  const memory = memoryOf(database);
  if (memory === undefined || chosen !== undefined) return undefined;
  return Math.min(Math.floor((memory * 15 / 16 - 256 * MIB) / 9531392), 5000);
}
