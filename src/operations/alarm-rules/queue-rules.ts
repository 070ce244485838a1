// Alarms of SQS queues and of their dead letters.
import { CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { QUEUE_METRICS } from '../metrics/queue-metrics';
import { isDeadLetterQueue, SQS_QUEUE } from '../monitored-resource';

const fiveMinutes = { period: Duration.minutes(5), periods: 1 };

export const QUEUE: MonitoredKind = {
  name: 'SQS queue',
  type: SQS_QUEUE,
  thresholds: 'queue',
  consolePage: (queue, region) => `sqs/v3/home?region=${region}#/queues/${addressOf(queue)}`,
  rules: [
    {
      id: 'Age',
      standard: AlarmThreshold.seconds(900, fiveMinutes),
      units: ['seconds'],
      measure: QUEUE_METRICS.age,
      comparison: ABOVE,
      // a queue without messages, or that nobody has asked for hours, has no data
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Messages wait too long for a worker',
      firstCheck: 'whether workers run, and as many as their scaling allows, then errors in their log',
      appliesTo: (queue) => !isDeadLetterQueue(queue),
    },
    {
      id: 'DeadLetters',
      standard: AlarmThreshold.count(0, fiveMinutes),
      units: ['count'],
      measure: QUEUE_METRICS.waiting,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Work was given up after several tries',
      firstCheck: 'the messages in the queue and the log of the worker at the time, then redrive them to their queue',
      appliesTo: isDeadLetterQueue,
    },
  ],
};

/** The URL of a queue as a part of another: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
function addressOf(queue: CfnResource): string {
  const { region, account, urlSuffix } = Stack.of(queue);
  return ['https:', '', `sqs.${region}.${urlSuffix}`, account, queue.getAtt('QueueName').toString()].join('%2F').replace(':', '%3A');
}
