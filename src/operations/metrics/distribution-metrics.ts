// What can be measured of a CloudFront distribution. CloudWatch keeps all of it in us-east-1, wherever the distribution is defined.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calculated, Measure, published, TRAFFIC_FLOOR } from './measure';

const ofDistribution = (metricName: string, statistic: string): Measure =>
  published('AWS/CloudFront', metricName, statistic, (distribution) => ({ DistributionId: distribution.ref, Region: 'Global' }));

const requests = ofDistribution('Requests', cloudwatch.Stats.SUM);
const serverErrors = ofDistribution('5xxErrorRate', cloudwatch.Stats.AVERAGE);

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html */
export const DISTRIBUTION_METRICS = {
  requests,
  errorRate: calculated(`IF(requests >= ${TRAFFIC_FLOOR}, FILL(rate, 0), 0)`, { requests, rate: serverErrors }),
  refusals: ofDistribution('4xxErrorRate', cloudwatch.Stats.AVERAGE),
  serverErrors,
  // one of the additional metrics, which are switched on for a distribution and paid for
  cacheHits: ofDistribution('CacheHitRate', cloudwatch.Stats.AVERAGE),
  downloaded: ofDistribution('BytesDownloaded', cloudwatch.Stats.SUM),
  uploaded: ofDistribution('BytesUploaded', cloudwatch.Stats.SUM),
};
