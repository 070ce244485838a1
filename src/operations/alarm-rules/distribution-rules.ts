// Alarms of CloudFront distributions.
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { DISTRIBUTION_METRICS } from '../metrics/distribution-metrics';
import { DISTRIBUTION } from '../monitored-resource';

export const DISTRIBUTION_KIND: MonitoredKind = {
  name: 'CloudFront distribution',
  type: DISTRIBUTION,
  thresholds: 'distribution',
  region: 'us-east-1',
  consolePage: (distribution) => `cloudfront/v4/home#/distributions/${distribution.ref}`,
  rules: [
    {
      id: 'ServerErrors',
      standard: AlarmThreshold.percent(5, { period: Duration.minutes(5), periods: 2 }),
      units: ['percent'],
      measure: DISTRIBUTION_METRICS.errorRate,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Visitors get 5xx, from CloudFront or from what is behind it',
      firstCheck: 'the alarms of the API and the load balancer behind it, then whether CloudFront may read the bucket',
    },
  ],
};
