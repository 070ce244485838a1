// Alarms of DynamoDB tables, global or not.
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { TABLE_METRICS } from '../metrics/table-metrics';
import { GLOBAL_TABLE, TABLE } from '../monitored-resource';

export const TABLE_KIND: MonitoredKind = {
  name: 'DynamoDB table',
  type: TABLE,
  // what TableV2 defines, in one region or in several
  sameAs: GLOBAL_TABLE,
  thresholds: 'table',
  consolePage: (table, region) => `dynamodbv2/home?region=${region}#table?name=${table.ref}`,
  rules: [
    {
      id: 'Throttles',
      standard: AlarmThreshold.count(5, { period: Duration.minutes(5), periods: 3, datapoints: 2 }),
      units: ['count'],
      measure: TABLE_METRICS.throttles,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The table turns requests away',
      firstCheck: 'whether one key takes most of the requests, then the capacity that the table may use',
    },
  ],
};
