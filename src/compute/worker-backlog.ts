// [internal] What a worker has to do, and how it is measured.
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ContainerWorkerOptions } from './container-worker-options';
import { checkRange, shown } from '../private/validate';

const MOST_PER_TASK = 1000000;

/** Work, waiting or being worked on, as an expression over metrics. */
export interface Backlog {
  readonly expression: string;
  readonly metrics: Record<string, cloudwatch.IMetric>;
  readonly perTask: number;
  /** Whether busy tasks protect themselves. */
  readonly areProtected: boolean;
}

/** The work of a worker, as it is measured; undefined where nothing measures it. */
export function backlogOf({ queue, messagesPerTask, backlog, protectsBusyTasks, scaling = {} }: ContainerWorkerOptions): Backlog | undefined {
  checkRange('messagesPerTask', messagesPerTask, 1, MOST_PER_TASK, 'choose a whole number of messages');
  checkRange('perTask', backlog?.perTask, 1, MOST_PER_TASK, 'choose a whole number of pieces of work');
  if (messagesPerTask !== undefined && (backlog || !queue)) {
    throw new Error(`'messagesPerTask' must be given with a 'queue' to scale by, got ${shown(messagesPerTask)} ${backlog ? "beside a 'backlog'" : 'and no queue'}: `
      + (backlog ? "leave one of them out, 'perTask' of the backlog says the same" : "pass a WorkQueue as 'queue', or leave it out"));
  }
  const load = (['cpuPercent', 'memoryPercent'] as const).find((prop) => scaling[prop] !== undefined);
  if (load && (queue || backlog)) {
    throw new Error(`'${load}' must not be given where a worker scales by its work, got ${shown(scaling[load]!)}: `
      + 'at low load it would stop tasks that are busy, so leave it out');
  }
  const areProtected = protectsBusyTasks ?? false;
  if (areProtected && !queue && !backlog) {
    throw new Error("'protectsBusyTasks' must be given with a 'queue' or a 'backlog' to scale by, got neither: leave it out, scaling by CPU and memory lets tasks go as it is");
  }
  if (backlog) return { expression: 'work', metrics: { work: backlog.metric }, perTask: backlog.perTask, areProtected };
  return queue && { ...messagesOf(queue.queue), perTask: messagesPerTask ?? 10, areProtected };
}

/** Messages in flight are published while there are some. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function messagesOf(queue: sqs.IQueue): Pick<Backlog, 'expression' | 'metrics'> {
  const messages = { period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM };
  return {
    expression: 'waiting + FILL(inflight, 0)',
    metrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible(messages),
      inflight: queue.metricApproximateNumberOfMessagesNotVisible(messages),
    },
  };
}
