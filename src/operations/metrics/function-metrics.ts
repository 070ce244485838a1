// What can be measured of a Lambda function.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calculated, Measure, published, TRAFFIC_FLOOR } from './measure';

const ofFunction = (metricName: string, statistic: string): Measure =>
  published('AWS/Lambda', metricName, statistic, (lambda) => ({ FunctionName: lambda.ref }));

const invocations = ofFunction('Invocations', cloudwatch.Stats.SUM);
const errors = ofFunction('Errors', cloudwatch.Stats.SUM);

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export const FUNCTION_METRICS = {
  invocations,
  errors,
  errorRate: calculated(`IF(invocations >= ${TRAFFIC_FLOOR}, 100 * FILL(errors, 0) / invocations, 0)`, { invocations, errors }),
  typicalDuration: ofFunction('Duration', cloudwatch.Stats.percentile(50)),
  slowDuration: ofFunction('Duration', cloudwatch.Stats.percentile(99)),
  longestDuration: ofFunction('Duration', cloudwatch.Stats.MAXIMUM),
  throttles: ofFunction('Throttles', cloudwatch.Stats.SUM),
  concurrency: ofFunction('ConcurrentExecutions', cloudwatch.Stats.MAXIMUM),
};
