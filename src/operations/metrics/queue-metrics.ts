// What can be measured of an SQS queue.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Measure, published } from './measure';

const ofQueue = (metricName: string, statistic: string): Measure =>
  published('AWS/SQS', metricName, statistic, (queue) => ({ QueueName: queue.getAtt('QueueName').toString() }));

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export const QUEUE_METRICS = {
  waiting: ofQueue('ApproximateNumberOfMessagesVisible', cloudwatch.Stats.MAXIMUM),
  inFlight: ofQueue('ApproximateNumberOfMessagesNotVisible', cloudwatch.Stats.MAXIMUM),
  age: ofQueue('ApproximateAgeOfOldestMessage', cloudwatch.Stats.MAXIMUM),
  sent: ofQueue('NumberOfMessagesSent', cloudwatch.Stats.SUM),
  done: ofQueue('NumberOfMessagesDeleted', cloudwatch.Stats.SUM),
};
