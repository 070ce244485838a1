// What can be measured of an EFS file system.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Measure, published } from './measure';

const ofFileSystem = (metricName: string, statistic: string): Measure =>
  published('AWS/EFS', metricName, statistic, (fileSystem) => ({ FileSystemId: fileSystem.ref }));

/** @see https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html */
export const FILE_SYSTEM_METRICS = {
  ioLimit: ofFileSystem('PercentIOLimit', cloudwatch.Stats.MAXIMUM),
  burstCredits: ofFileSystem('BurstCreditBalance', cloudwatch.Stats.MINIMUM),
  read: ofFileSystem('DataReadIOBytes', cloudwatch.Stats.SUM),
  written: ofFileSystem('DataWriteIOBytes', cloudwatch.Stats.SUM),
  connections: ofFileSystem('ClientConnections', cloudwatch.Stats.SUM),
};
