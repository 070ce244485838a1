// What can be measured of a state machine of Step Functions.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calculated, Measure, published } from './measure';

const ofMachine = (metricName: string, statistic: string): Measure =>
  published('AWS/States', metricName, statistic, (machine) => ({ StateMachineArn: machine.ref }));

const failed = ofMachine('ExecutionsFailed', cloudwatch.Stats.SUM);
const timedOut = ofMachine('ExecutionsTimedOut', cloudwatch.Stats.SUM);

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
export const STATE_MACHINE_METRICS = {
  started: ofMachine('ExecutionsStarted', cloudwatch.Stats.SUM),
  succeeded: ofMachine('ExecutionsSucceeded', cloudwatch.Stats.SUM),
  failed,
  timedOut,
  // a run that times out is not counted as failed
  failures: calculated('FILL(failed, 0) + FILL(timedOut, 0)', { failed, timedOut }),
  longestRun: ofMachine('ExecutionTime', cloudwatch.Stats.MAXIMUM),
};
