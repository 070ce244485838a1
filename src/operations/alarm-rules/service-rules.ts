// Alarms of ECS services.
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, AT_LEAST, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { SERVICE_METRICS } from '../metrics/service-metrics';
import { clusterNameOf, ECS_SERVICE } from '../monitored-resource';

const threeOfFiveMinutes = { period: Duration.minutes(1), periods: 5, datapoints: 3 };

export const SERVICE: MonitoredKind = {
  name: 'ECS service',
  type: ECS_SERVICE,
  thresholds: 'service',
  consolePage: (service, region) =>
    `ecs/v2/clusters/${clusterNameOf(service)}/services/${service.getAtt('Name').toString()}/health?region=${region}`,
  rules: [
    {
      id: 'Cpu',
      standard: AlarmThreshold.percent(80, threeOfFiveMinutes),
      units: ['percent'],
      measure: SERVICE_METRICS.cpu,
      comparison: ABOVE,
      // scaled to no tasks a service has no data, and no trouble; were its state unknown then, each morning would tell that all is well
      missing: TreatMissingData.IGNORE,
      meaning: 'The tasks are short of CPU',
      firstCheck: 'whether it runs as many tasks as scaling allows, then what the busiest requests do',
    },
    {
      id: 'Memory',
      standard: AlarmThreshold.percent(90, threeOfFiveMinutes),
      units: ['percent'],
      measure: SERVICE_METRICS.memory,
      comparison: ABOVE,
      missing: TreatMissingData.IGNORE,
      meaning: 'The tasks are short of memory and about to be killed',
      firstCheck: 'stopped tasks with exit code 137, then memory since the last deployment',
    },
    {
      id: 'MissingTasks',
      standard: AlarmThreshold.count(1, { period: Duration.minutes(1), periods: 10 }),
      units: ['count'],
      measure: SERVICE_METRICS.missing,
      comparison: AT_LEAST,
      // without Container Insights there is no data
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Fewer tasks run than are wanted',
      firstCheck: "the service's events and the stopped reason of its last tasks",
    },
  ],
};
