// Alarms of EFS file systems.
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, BELOW, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { FILE_SYSTEM_METRICS } from '../metrics/file-system-metrics';
import { FILE_SYSTEM, knownText } from '../monitored-resource';

const GIB = 1024 ** 3;

export const FILE_SYSTEM_KIND: MonitoredKind = {
  name: 'EFS file system',
  type: FILE_SYSTEM,
  thresholds: 'fileSystem',
  consolePage: (fileSystem, region) => `efs/home?region=${region}#/file-systems/${fileSystem.ref}`,
  rules: [
    {
      id: 'IoLimit',
      standard: AlarmThreshold.percent(90, { period: Duration.minutes(5), periods: 3 }),
      units: ['percent'],
      measure: FILE_SYSTEM_METRICS.ioLimit,
      comparison: ABOVE,
      // nobody has it mounted, as at night; were its state unknown then, each morning would tell that all is well
      missing: TreatMissingData.IGNORE,
      meaning: 'The file system is about to slow down: it does no more operations a second than these',
      firstCheck: 'which tasks read or write many small files, then whether these belong in a cache or on a file system of their own',
      // the other performance mode has no such limit
      appliesTo: (fileSystem) => knownText(fileSystem, 'PerformanceMode') !== 'maxIO',
    },
    {
      id: 'BurstCredits',
      standard: AlarmThreshold.gibibytes(192, { period: Duration.minutes(5), periods: 3 }),
      units: ['gibibytes'],
      measure: FILE_SYSTEM_METRICS.burstCredits,
      comparison: BELOW,
      missing: TreatMissingData.IGNORE,
      meaning: 'The file system is about to fall back to the throughput of its size',
      firstCheck: 'whether elastic throughput is cheaper than what waits meanwhile',
      // elastic and provisioned throughput know no credits; a template that says nothing means bursting
      appliesTo: (fileSystem) => ['bursting', undefined].includes(knownText(fileSystem, 'ThroughputMode')),
      limit: ({ value }) => Math.floor(value * GIB),
    },
  ],
};
