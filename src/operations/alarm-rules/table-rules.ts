// Alarms of DynamoDB tables, global or not.
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { TABLE_METRICS } from '../metrics/table-metrics';
import { GLOBAL_TABLE, TABLE } from '../monitored-resource';

const ofType = (type: string): MonitoredKind => ({
  name: 'DynamoDB table',
  type,
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
});

export const TABLE_KIND = ofType(TABLE);
export const GLOBAL_TABLE_KIND = ofType(GLOBAL_TABLE);
