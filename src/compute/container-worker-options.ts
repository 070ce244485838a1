// How a worker is asked for.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ContainerTaskOptions, ContainerTaskProps } from './container-task-options';
import { IWorkQueue } from './work-queue';

/** What a worker has to do, by a metric other than the messages of its queue. */
export interface BacklogScaling {
  /**
   * Pieces of work that wait *and* that are being worked on. Published every minute, and as 0 when there is nothing to do.
   *
   * Tasks are let go when it is 0: one that left out what is being worked on would stop busy tasks.
   */
  readonly metric: cloudwatch.IMetric;
  /** Pieces of work for each task, 1 to 1000000. One more starts another task. */
  readonly perTask: number;
}

/** Options of a worker. */
export interface ContainerWorkerOptions extends ContainerTaskOptions {
  /**
   * The queue it takes from. It gets the URL as `QUEUE_URL`, the permission, and as many tasks as the queue's messages need.
   *
   * @default - none: it is scaled by CPU and memory, as a service is
   */
  readonly queue?: IWorkQueue;
  /** Messages for each task, waiting or being worked on, 1 to 1000000. One more starts another task. @default 10 */
  readonly messagesPerTask?: number;
  /** Scale by this metric. Not together with `messagesPerTask`. @default - the messages of the queue */
  readonly backlog?: BacklogScaling;
  /**
   * The application protects its task while it works, by a PUT to `$ECS_AGENT_URI/task-protection/v1/state`: tasks that are more than there are messages are
   * then let go while others work.
   *
   * @default - they do not: tasks are let go when nothing waits and nothing is being worked on
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
   */
  readonly protectsBusyTasks?: boolean;
}

/** Properties of `ContainerWorker`. */
export interface ContainerWorkerProps extends ContainerWorkerOptions, ContainerTaskProps {}
