// Alarms of RDS instances.
import { CfnResource, Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { connectionLimitOf, isBurstable, isPostgres, memoryOf } from './database-capacity';
import { ResolvedThreshold } from './resolved-threshold';
import { ABOVE, BELOW, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { DATABASE_METRICS, REFUSED_CONNECTIONS_NAMESPACE } from '../metrics/database-metrics';
import { DB_INSTANCE, knownText, postgresLogGroupOf, property } from '../monitored-resource';

const GIB = 1024 ** 3;
const quarterOfAnHour = { period: Duration.minutes(5), periods: 3 };

/**
 * What PostgreSQL logs when it turns a client away. Its level, FATAL, would also count clients that left and administrators' work.
 *
 * @see https://www.postgresql.org/docs/current/client-authentication-problems.html
 */
export const REFUSALS = [
  'password authentication failed for user',
  'PAM authentication failed for user', // IAM authentication
  'no pg_hba.conf entry for', // no TLS, among others
  'sorry, too many clients already',
  'remaining connection slots are reserved for',
  'too many connections for', // of a role or a database with a limit of its own
];

export const DATABASE: MonitoredKind = {
  name: 'RDS instance',
  type: DB_INSTANCE,
  thresholds: 'database',
  consolePage: (database, region) => `rds/home?region=${region}#database:id=${database.ref};is-cluster=false`,
  rules: [
    {
      id: 'Cpu',
      standard: AlarmThreshold.percent(80, { period: Duration.minutes(10), periods: 2 }),
      units: ['percent'],
      measure: DATABASE_METRICS.cpu,
      comparison: ABOVE,
      // a stopped instance has no data; were its state unknown then, each morning would tell that all is well
      missing: TreatMissingData.IGNORE,
      meaning: 'The database is short of CPU',
      firstCheck: 'the top statements in Database Insights or the slow query log',
    },
    {
      id: 'FreeStorage',
      standard: AlarmThreshold.gibibytes(2, { period: Duration.minutes(5), periods: 1 }),
      units: ['gibibytes'],
      measure: DATABASE_METRICS.freeStorage,
      comparison: BELOW,
      missing: TreatMissingData.IGNORE,
      meaning: 'The database is about to run out of storage, and stops when it does',
      firstCheck: 'whether storage may still grow, then replication slots and logs that are kept',
      // storage of Aurora belongs to the cluster
      appliesTo: (database) => !(knownText(database, 'Engine') ?? '').startsWith('aurora'),
      limit: inBytes,
    },
    {
      id: 'FreeMemory',
      standard: AlarmThreshold.percent(10, quarterOfAnHour),
      units: ['percent', 'gibibytes'],
      measure: DATABASE_METRICS.freeMemory,
      comparison: BELOW,
      missing: TreatMissingData.IGNORE,
      meaning: 'The database is short of memory',
      firstCheck: 'the number of connections, then work_mem and the class of the instance',
      limit: (threshold, database) => (threshold.unit === 'percent' ? shareOf(memoryOf(database), threshold) : inBytes(threshold)),
      fallback: AlarmThreshold.gibibytes(0.1),
    },
    {
      id: 'Connections',
      standard: AlarmThreshold.percent(80, quarterOfAnHour),
      units: ['percent', 'count'],
      measure: DATABASE_METRICS.connections,
      comparison: ABOVE,
      missing: TreatMissingData.IGNORE,
      meaning: 'The database is about to refuse connections',
      firstCheck: 'tasks times the size of their connection pool',
      limit: (threshold, database) => (threshold.unit === 'percent' ? shareOf(connectionLimitOf(database), threshold) : threshold.value),
      fallback: AlarmThreshold.count(80),
    },
    {
      id: 'ConnectionErrors',
      // while a rotated password is on its way to new tasks, old ones are refused for some minutes: that is planned, and over sooner
      standard: AlarmThreshold.count(0, quarterOfAnHour),
      units: ['count'],
      measure: DATABASE_METRICS.refusedConnections,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The database goes on refusing connections',
      firstCheck: 'FATAL lines in its log: a wrong password, no TLS or too many connections',
      appliesTo: (database) => isPostgres(database) && postgresLogGroupOf(database) !== undefined,
      prepare: countRefusals,
    },
    {
      id: 'CpuCredits',
      // a new instance starts without credits and earns 12 to 24 an hour: sooner, the alarm would greet every one
      standard: AlarmThreshold.count(20, { period: Duration.hours(1), periods: 6 }),
      units: ['count'],
      measure: DATABASE_METRICS.cpuCredits,
      comparison: BELOW,
      missing: TreatMissingData.IGNORE,
      meaning: 'The database uses more CPU than its class earns: t3 and t4g run on at a charge, t2 slows down',
      firstCheck: 'whether a larger or a non-burstable class is cheaper',
      appliesTo: isBurstable,
    },
    {
      id: 'ReplicaLag',
      // on an idle primary PostgreSQL writes something every five minutes, and in any five of them one of the minutes is the first or the second after that
      standard: AlarmThreshold.seconds(90, quarterOfAnHour),
      units: ['seconds'],
      measure: DATABASE_METRICS.replicaLag,
      comparison: ABOVE,
      missing: TreatMissingData.IGNORE,
      meaning: 'The read replica shows old data',
      firstCheck: 'long queries on the replica, then writes on the primary',
      appliesTo: (database) => property(database, 'SourceDBInstanceIdentifier') !== undefined,
    },
  ],
};

function inBytes({ value }: ResolvedThreshold): number {
  return Math.floor(value * GIB);
}

function shareOf(whole: number | undefined, { value }: ResolvedThreshold): number | undefined {
  return whole === undefined ? undefined : Math.floor(whole * value / 100);
}

/** A metric of refused connections. */
function countRefusals(scope: Construct, database: CfnResource): void {
  const group = postgresLogGroupOf(database);
  if (!group) return;
  new logs.MetricFilter(scope, 'RefusedConnections', {
    logGroup: logs.LogGroup.fromLogGroupName(scope, 'Log', group.ref),
    filterPattern: logs.FilterPattern.anyTerm(...REFUSALS),
    metricNamespace: REFUSED_CONNECTIONS_NAMESPACE,
    metricName: database.ref,
    metricValue: '1',
  });
}
