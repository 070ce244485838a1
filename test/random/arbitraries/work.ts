// Queues, and workers that take from them.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as fc from 'fast-check';
import { connectsOut, fargateSizes, fileSystems, rollings, scalings, serviceFields } from './compute';
import { profiles } from './environment';
import { allThresholds } from './operations';
import { durations, flag, ids, mostly, numbers, texts, User, weighted } from './values';
import {
  AppQueueOptions, AppWorkerOptions, BacklogScaling, ContainerService, ContainerWorker, ContainerWorkerOptions, ContainerWorkerProps,
  HaContainerWebApp,
  IContainerCluster, IWorkQueue, TaskScaling, UseQueueOptions, WorkQueue, WorkQueueOptions, WorkQueueProps,
} from '../../../src';
import { call, construct, Fields, jointly, literal, Some, struct, verb, written, Written } from '../written';

const DAY = 86400;

/** Times that fit together whatever is drawn of each. */
const queueFields = (user: User): Fields<WorkQueueOptions> => ({
  visibilityTimeout: durations(user, 1, 300),
  maxReceives: numbers(user, 1, 100),
  retention: durations(user, DAY, 7 * DAY),
  deadLetterRetention: durations(user, 7 * DAY, 14 * DAY),
  fifo: flag,
});

/** A queue of the app. */
export function queues(user: User, app: Written<HaContainerWebApp>, slot: number): Some<WorkQueue> {
  const options = struct<AppQueueOptions>('AppQueueOptions', { ...queueFields(user), thresholds: allThresholds(user) });
  return fc.tuple(ids(user, [`Jobs${slot}`, `Aufträge ${slot}`]), options).map(([id, chosen]) => verb(app, 'addQueue', literal(id), chosen));
}

/** Queues of no app: made here, and existing ones. */
export const ownQueues = (user: User): Some<IWorkQueue> => fc.oneof<Array<Some<IWorkQueue>>>(
  struct<WorkQueueProps>('WorkQueueProps', { ...queueFields(user), profile: profiles(user) }).map((props) => construct(WorkQueue, 'OwnJobs', props)),
  fc.constantFrom(
    written<sqs.IQueue>('Queue.fromQueueArn(…)', (site) => sqs.Queue.fromQueueArn(site.stack, site.id('OldQueue'), 'arn:aws:sqs:eu-west-1:123456789012:old')),
    written<sqs.IQueue>('new Queue(this, …, { encryption: KMS })', (site) => new sqs.Queue(site.stack, site.id('OldQueue'), { encryption: sqs.QueueEncryption.KMS })),
  ).map((queue) => call(WorkQueue, 'fromQueue', queue)),
);

type Scaled = Partial<{ [K in 'messagesPerTask' | 'backlog' | 'protectsBusyTasks' | 'scaling']: Written<NonNullable<ContainerWorkerOptions[K]>> }>;

const LIMITS: Array<[least: number, most: number]> = [[0, 0], [0, 1], [0, 30], [1, 20], [2, 5000]];

/** By what a worker is scaled: what fits a queue, a backlog or neither, or for those who slip what does not. */
function scaledBy(user: User, hasQueue: boolean): fc.Arbitrary<Scaled> {
  const percent = user.slips ? numbers(user, 1, 100) : jointly;
  const limits = fc.constantFrom(...LIMITS)
    .map(([least, most]) => ({ minTasks: literal(least), maxTasks: literal(most) }));
  const byWork = fc.tuple(struct<TaskScaling>('TaskScaling', {
    minTasks: jointly,
    maxTasks: jointly,
    cpuPercent: percent,
    memoryPercent: percent,
    scaleOutCooldown: durations(user, 0, DAY),
    scaleInCooldown: durations(user, 0, DAY),
  }, 4), limits).map(([scaling, chosen]) => scaling.with(chosen));
  const metric = written<cloudwatch.IMetric>('new Metric(…)', () => new cloudwatch.Metric({ namespace: 'Own', metricName: 'Jobs' }));
  const backlog = struct<BacklogScaling>('BacklogScaling', { metric: fc.constant(metric), perTask: numbers(user, 1, 1_000_000) });
  const isProtected = fc.constantFrom({}, { protectsBusyTasks: literal(true) }, { protectsBusyTasks: literal(false) });
  const byQueue = fc.tuple(byWork, numbers(user, 1, 1_000_000), isProtected)
    .map(([scaling, messagesPerTask, rest]) => ({ scaling, messagesPerTask, ...rest }));
  const byBacklog = fc.tuple(byWork, backlog, isProtected).map(([scaling, chosen, rest]) => ({ scaling, backlog: chosen, ...rest }));
  const byLoad = scalings(user).map((scaling) => ({ scaling }));
  const fitting: fc.Arbitrary<Scaled> = hasQueue ? fc.oneof(byQueue, byBacklog) : fc.oneof(byLoad, byBacklog);
  return weighted([20, fitting], [user.slips ? 1 : 0, hasQueue ? byLoad : byQueue]);
}

const workerFields = (user: User, slot: number): Fields<ContainerWorkerOptions> => {
  const { port, discoveryName, ...task } = serviceFields(user, slot, false);
  void [port, discoveryName];
  return {
    ...task,
    deployment: user.slips ? task.deployment : rollings(user),
    scaling: jointly,
    queue: jointly,
    messagesPerTask: jointly,
    backlog: jointly,
    protectsBusyTasks: jointly,
  };
};

/** What is drawn together, of each its own. */
const systems = (
  user: User, cluster: Written<IContainerCluster>,
): fc.Arbitrary<Partial<{ [K in keyof ContainerWorkerOptions]: Written<ContainerWorkerOptions[K]> }>> =>
  fc.tuple(fargateSizes(user), fileSystems(user), connectsOut(user, cluster)).map((groups) => Object.assign({}, ...groups));

/** What workers are, for a queue or none. */
type WorkerOf = (queue: Written<IWorkQueue> | undefined) => Written<ContainerWorker>;

/** A worker of the app. */
export function workers(user: User, app: Written<HaContainerWebApp>, slot: number): fc.Arbitrary<WorkerOf> {
  const options = struct<AppWorkerOptions>('AppWorkerOptions', { ...workerFields(user, slot), thresholds: allThresholds(user) }, 2);
  const cluster = written('cluster', (site) => app.make(site).cluster);
  return fc.tuple(ids(user, [`Worker${slot}`, `Arbeiter ${slot}`]), options, systems(user, cluster), scaledBy(user, true), scaledBy(user, false))
    .map(([id, chosen, system, withQueue, without]) => (queue) =>
      verb(app, 'addWorker', literal(id), chosen.with({ ...system, ...queue ? { queue, ...withQueue } : without })));
}

/** A worker of the user's own in a cluster. */
export function ownWorkers(user: User, cluster: Written<IContainerCluster>): fc.Arbitrary<WorkerOf> {
  const props = struct<ContainerWorkerProps>('ContainerWorkerProps', { ...workerFields(user, 8), cluster: jointly, profile: profiles(user) }, 2);
  return fc.tuple(props, systems(user, cluster), scaledBy(user, true), scaledBy(user, false))
    .map(([chosen, system, withQueue, without]) => (queue) =>
      construct(ContainerWorker, 'OwnWorker', chosen.with({ ...system, cluster, ...queue ? { queue, ...withQueue } : without })));
}

/** A queue handed to a service, in one of several slots, so that names differ. */
export function queueUses(
  user: User, slot: number,
): fc.Arbitrary<(service: Written<ContainerService>, queue: Written<IWorkQueue>) => Written<unknown>> {
  const variable = mostly(user, texts(user, [`JOBS_${slot}_URL`], [''], false), texts(user, ['ENVIRONMENT', '1'], [''], false));
  return struct<UseQueueOptions>('UseQueueOptions', { variable: jointly }).chain((options) => variable.map((name) => (service, queue) =>
    verb(service, 'useQueue', queue, options.with({ variable: name }))));
}
