// What can be measured of an RDS instance.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Measure, published } from './measure';

const ofInstance = (metricName: string, statistic: string): Measure =>
  published('AWS/RDS', metricName, statistic, (database) => ({ DBInstanceIdentifier: database.ref }));

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export const DATABASE_METRICS = {
  cpu: ofInstance('CPUUtilization', cloudwatch.Stats.AVERAGE),
  freeStorage: ofInstance('FreeStorageSpace', cloudwatch.Stats.MINIMUM),
  freeMemory: ofInstance('FreeableMemory', cloudwatch.Stats.AVERAGE),
  connections: ofInstance('DatabaseConnections', cloudwatch.Stats.MAXIMUM),
  cpuCredits: ofInstance('CPUCreditBalance', cloudwatch.Stats.AVERAGE),
  // while nothing is written it rises to five minutes and falls, again and again: the least of it is what a replica is behind
  replicaLag: ofInstance('ReplicaLag', cloudwatch.Stats.MINIMUM),
  reads: ofInstance('ReadIOPS', cloudwatch.Stats.AVERAGE),
  writes: ofInstance('WriteIOPS', cloudwatch.Stats.AVERAGE),
  // made by the filter beside the alarm; text patterns cannot carry dimensions, so the instance is in the name
  refusedConnections: ((database, period) => new cloudwatch.Metric({
    namespace: REFUSED_CONNECTIONS_NAMESPACE,
    metricName: database.ref,
    statistic: cloudwatch.Stats.SUM,
    period,
  })) as Measure,
};

/** Namespace in which each instance has a metric under its own identifier. */
export const REFUSED_CONNECTIONS_NAMESPACE = 'CdkPatternbook/RefusedConnections';
