// Alarms of Lambda functions.
import { CfnResource, Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { FUNCTION_METRICS } from '../metrics/function-metrics';
import { answersCustomResources, FUNCTION, isCalledByTrigger, rendered } from '../monitored-resource';

const fiveMinutes = Duration.minutes(5);

/** Time-out in seconds, which is 3 where a template says nothing. Undefined if only deployment knows it. */
function timeoutOf(lambda: CfnResource): number | undefined {
  const timeout = rendered(lambda, 'Timeout') ?? 3;
  return typeof timeout === 'number' ? timeout : undefined;
}

export const FUNCTION_KIND: MonitoredKind = {
  name: 'Lambda function',
  type: FUNCTION,
  thresholds: 'function',
  // these run while a stack is deployed, and it is the deployment that fails with them
  includes: (lambda) => !answersCustomResources(lambda) && !isCalledByTrigger(lambda),
  consolePage: (lambda, region) => `lambda/home?region=${region}#/functions/${lambda.ref}`,
  rules: [
    {
      id: 'Errors',
      standard: AlarmThreshold.percent(5, { period: fiveMinutes, periods: 2 }),
      units: ['percent'],
      measure: FUNCTION_METRICS.errorRate,
      comparison: ABOVE,
      // nobody calls it
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The function fails',
      firstCheck: 'its log for exceptions and time-outs, then its last deployment',
    },
    {
      id: 'Duration',
      standard: AlarmThreshold.percent(250 / 3, { period: fiveMinutes, periods: 3 }),
      units: ['percent', 'seconds'],
      measure: FUNCTION_METRICS.longestDuration,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The longest run is about to meet the time-out',
      firstCheck: 'traces of slow runs: databases and other services it waits for, then its memory, with which it gets CPU',
      limit: ({ unit, value }, lambda) => {
        if (unit === 'seconds') return Math.round(value * 1000);
        const timeout = timeoutOf(lambda);
        return timeout === undefined ? undefined : Math.round(timeout * 1000 * value / 100);
      },
      needs: 'a time-out known at synthesis',
      fallback: AlarmThreshold.seconds(25),
    },
    {
      id: 'Throttles',
      standard: AlarmThreshold.count(0, { period: fiveMinutes, periods: 1 }),
      units: ['count'],
      measure: FUNCTION_METRICS.throttles,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Runs are turned away, as too many run at once',
      firstCheck: "its reserved concurrency, then what the account's other functions use of the common limit",
    },
  ],
};
