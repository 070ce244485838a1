// A queue of work, with a place for what cannot be done.
import { Duration, Token } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';
import { checkRange, checkSeconds } from '../private/validate';

const DAY = 86400;

/** A queue that tasks send to and workers take from. */
export interface IWorkQueue {
  /** The queue. */
  readonly queue: sqs.IQueue;
}

/** How a task is told the address of a queue. */
export interface UseQueueOptions {
  /** Name of the environment variable. @default 'QUEUE_URL' */
  readonly variable?: string;
}

/** Options of a queue. */
export interface WorkQueueOptions {
  /**
   * Time a message is hidden from other workers after one has taken it, 1 s to 12 h. Longer than the work takes, or the worker must extend it.
   *
   * A worker that dies does not give its message back: it is offered again after this time.
   *
   * @default Duration.minutes(5)
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
   */
  readonly visibilityTimeout?: Duration;
  /** Times a message may be taken without being deleted before it goes to the dead letters, 1 to 1000. @default 3 */
  readonly maxReceives?: number;
  /** Time a message waits before it is dropped, 60 s to 14 days. @default Duration.days(4) */
  readonly retention?: Duration;
  /**
   * Time a dead letter is kept, 60 s to 14 days. In a queue without order it is counted from when the message was first sent, and is no less than `retention`.
   *
   * @default Duration.days(14)
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  readonly deadLetterRetention?: Duration;
  /** Keep order within message groups. A change replaces the queue. @default false */
  readonly fifo?: boolean;
}

/** Properties of `WorkQueue`. */
export interface WorkQueueProps extends WorkQueueOptions {
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/**
 * An encrypted SQS queue that takes messages over TLS alone, with a queue for dead letters: messages that were taken several times and never done.
 *
 * Tasks send to it by `useQueue()`, a `ContainerWorker` takes from it. Outside dev both queues outlive their stack, with the messages in them.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html
 */
export class WorkQueue extends Construct implements IWorkQueue {
  /** Use a queue that exists. Makes nothing. */
  public static fromQueue(queue: sqs.IQueue): IWorkQueue {
    return { queue };
  }

  /** The queue. */
  public readonly queue: sqs.IQueue;
  /** Where messages go that were taken `maxReceives` times and never deleted. */
  public readonly deadLetterQueue: sqs.IQueue;

  /**
   * Fails on times that SQS does not take, and where a message would expire before it could become a dead letter.
   */
  constructor(scope: Construct, id: string, props: WorkQueueProps = {}) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    const visibilityTimeout = props.visibilityTimeout ?? Duration.minutes(5);
    const maxReceiveCount = props.maxReceives ?? 3;
    const retention = props.retention ?? Duration.days(4);
    const deadLetterRetention = props.deadLetterRetention ?? Duration.days(14);
    checkSeconds('visibilityTimeout', visibilityTimeout, 1, DAY / 2);
    checkRange('maxReceives', maxReceiveCount, 1, 1000, 'choose a number within these, SQS counts no further');
    checkSeconds('retention', retention, 60, 14 * DAY);
    checkSeconds('deadLetterRetention', deadLetterRetention, 60, 14 * DAY);
    checkLifetimes({ visibilityTimeout, maxReceiveCount, retention, deadLetterRetention, fifo: props.fifo ?? false });

    const common = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // CloudFormation takes no 'false'
      fifo: props.fifo || undefined,
      // what waits for work is data
      removalPolicy: profile._lastingRemovalPolicy,
    };
    const deadLetters = new sqs.Queue(this, 'DeadLetters', { ...common, retentionPeriod: deadLetterRetention });
    acknowledge(deadLetters, 'Serverless-SQSRedrivePolicy', 'this is the dead-letter queue of a work queue; an alarm tells of what arrives in it');
    this.deadLetterQueue = deadLetters;
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      visibilityTimeout,
      retentionPeriod: retention,
      // asks all servers, and waits for a message: fewer empty answers, each of which is paid
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
  }
}

interface Lifetimes {
  readonly visibilityTimeout: Duration;
  readonly maxReceiveCount: number;
  readonly retention: Duration;
  readonly deadLetterRetention: Duration;
  readonly fifo: boolean;
}

/** A dead letter of a standard queue keeps the age of its message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function checkLifetimes({ visibilityTimeout, maxReceiveCount, retention, deadLetterRetention, fifo }: Lifetimes): void {
  if (retention.isUnresolved()) return;
  if (!fifo && !deadLetterRetention.isUnresolved() && deadLetterRetention.toSeconds() < retention.toSeconds()) {
    throw new Error(`'deadLetterRetention' must not be less than 'retention', got ${deadLetterRetention.toSeconds()} and ${retention.toSeconds()} seconds: `
      + 'a dead letter is as old as its message, and could be gone before anybody sees it, so raise the one or lower the other');
  }
  if (visibilityTimeout.isUnresolved() || Token.isUnresolved(maxReceiveCount)) return;
  const tries = visibilityTimeout.toSeconds() * maxReceiveCount;
  if (tries >= retention.toSeconds()) {
    throw new Error(`'retention' must be more than 'visibilityTimeout' times 'maxReceives', got ${retention.toSeconds()} and ${tries} seconds: `
      + 'a message that always fails would expire before it becomes a dead letter, so raise the first or lower one of the others');
  }
}
