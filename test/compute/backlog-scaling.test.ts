import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as fc from 'fast-check';
import { appTier, clusterIn, ecrImage } from './app-tier';
import { calculated, Measured, StepScaling } from './step-scaling';
import { ContainerCluster, ContainerWorker, ContainerWorkerOptions, WorkQueue } from '../../src';
import { inProfile, testStack } from '../harness';

const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';

function templateOf(options: Partial<ContainerWorkerOptions> = {}): Template {
  const stack = testStack(inProfile('prod'));
  const queue = new WorkQueue(stack, 'Queue');
  new ContainerWorker(stack, 'Worker', { cluster: clusterIn(stack), image: ecrImage(stack), queue, ...options });
  return Template.fromStack(stack);
}
const scalingOf = (options?: Partial<ContainerWorkerOptions>): StepScaling => new StepScaling(templateOf(options));
/** What SQS and Container Insights publish: no messages in flight while there are none, no tasks while none runs. */
const published = (waiting: number, inflight: number, tasks: number): Measured =>
  ({ waiting, ...inflight > 0 ? { inflight } : {}, ...tasks > 0 ? { tasks } : {} });

const workload = metricOf('WorkWaitingOrInHand');
function metricOf(metricName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: 'Shop', metricName, statistic: 'Maximum' });
}

describe('a worker with a queue', () => {
  const template = templateOf();
  const scaling = new StepScaling(template);

  test('scales by its messages alone, not by CPU and memory', () => {
    template.resourceCountIs(POLICY, 2);
    template.allResourcesProperties(POLICY, { PolicyType: 'StepScaling' });
  });

  test('has a task for 10 messages, waiting or in flight', () => {
    expect(scaling.alarms.TooFewTasks).toMatchObject({ expression: 'CEIL((waiting + FILL(inflight, 0)) / 10) - FILL(tasks, 0)', threshold: 1, minutes: 2, policy: { Cooldown: 180 } });
    expect(scaling.after('TooFewTasks', 2, published(21, 0, 2))).toBe(3);
    expect(scaling.after('TooFewTasks', 2, published(15, 5, 2))).toBeUndefined();
    expect(scaling.after('TooFewTasks', 2, published(500, 5, 2))).toBe(6);
  });

  test('measures the queue and the tasks that are wanted, the most of each minute', () => {
    const metric = (Namespace: string, MetricName: string, ...Dimensions: string[]): object => Match.objectLike({
      MetricStat: { Metric: { Namespace, MetricName, Dimensions: Dimensions.map((Name) => Match.objectLike({ Name })) }, Period: 60, Stat: 'Maximum' },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([
        metric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName'),
        metric('AWS/SQS', 'ApproximateNumberOfMessagesNotVisible', 'QueueName'),
        metric('ECS/ContainerInsights', 'DesiredTaskCount', 'ClusterName', 'ServiceName'),
      ]),
    });
  });

  test('waits a minute more where the number of tasks is not known yet, which counts as none', () => {
    expect(scaling.after('TooFewTasks', 3, published(40, 0, 3), { waiting: 40 })).toBe(4);
    expect(scaling.after('TooFewTasks', 4, published(40, 0, 4), { waiting: 40 })).toBeUndefined();
  });

  test('keeps its minimum when there has been nothing to do for 5 minutes', () => {
    expect(scaling.alarms.NoWork).toMatchObject({ expression: 'IF(waiting + FILL(inflight, 0) > 0, 0, 1)', minutes: 5, policy: { Cooldown: 300 } });
    expect(scaling.after('NoWork', 6, published(0, 0, 6))).toBe(2);
    expect(scaling.after('NoWork', 6, published(0, 1, 6), published(0, 0, 6))).toBeUndefined();
  });

  test('does nothing while nothing is published', () => {
    expect(scaling.after('NoWork', 6, {})).toBeUndefined();
    expect(scaling.after('TooFewTasks', 6, {})).toBeUndefined();
  });

  test('has messages for each task, and times, as they are asked for', () => {
    const other = scalingOf({ messagesPerTask: 1, scaling: { scaleOutCooldown: Duration.minutes(1), scaleInCooldown: Duration.minutes(15) } });
    expect(other.alarms.TooFewTasks).toMatchObject({ expression: 'CEIL((waiting + FILL(inflight, 0)) / 1) - FILL(tasks, 0)', policy: { Cooldown: 60 } });
    expect(other.alarms.NoWork.policy.Cooldown).toBe(900);
  });

  test('says in its alarms what they do', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmDescription: 'Starts tasks of Stack/Worker for the work that waits.' });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'Lets tasks of Stack/Worker go, as nothing waits and nothing is being worked on.',
    });
  });
});

describe('from zero', () => {
  const scaling = scalingOf({ scaling: { minTasks: 0 } });

  test('one message starts the first task', () => {
    expect(scaling.after('TooFewTasks', 0, published(1, 0, 0), published(1, 0, 0))).toBe(1);
  });

  test('many start as many as they need', () => {
    expect(scaling.after('TooFewTasks', 0, published(35, 0, 0))).toBe(4);
  });

  test('the last goes when nothing is left', () => {
    expect(scaling.after('NoWork', 1, published(0, 0, 1))).toBe(0);
    expect(scaling.after('NoWork', 1, published(0, 1, 1))).toBeUndefined();
  });

  test('a service keeps a task, since without one it has no load', () => {
    const stack = testStack(inProfile('prod'));
    expect(() => new ContainerWorker(stack, 'Worker', { cluster: clusterIn(stack), image: ecrImage(stack), scaling: { minTasks: 0 } })).toThrow(
      "'minTasks' must be at least 1 where 'maxTasks' is 6, got 0: without a task there is no load to scale on, so none would ever start; "
      + "set 'maxTasks' to 0 too to switch the service off, or let a ContainerWorker scale by a queue",
    );
  });
});

describe('a worker whose busy tasks protect themselves', () => {
  const scaling = scalingOf({ protectsBusyTasks: true, scaling: { minTasks: 0 } });

  test('lets those go that are more than there are messages, while others work', () => {
    expect(scaling.alarms.TooManyTasks).toMatchObject({ expression: 'tasks - (waiting + FILL(inflight, 0))', minutes: 5, policy: { Cooldown: 300 } });
    expect(scaling.after('TooManyTasks', 6, published(0, 2, 6))).toBe(2);
    expect(scaling.after('TooManyTasks', 6, published(4, 2, 6))).toBeUndefined();
    expect(scaling.after('TooManyTasks', 3, published(0, 0, 3))).toBe(0);
  });

  test('lets none go while the number of tasks is not known', () => {
    expect(scaling.after('TooManyTasks', 6, { waiting: 0 })).toBeUndefined();
  });
});

describe('whatever waits, is in flight and runs', () => {
  interface State { wanted: number; waiting: number; inflight: number }
  interface Kind { scaling: StepScaling; minTasks: number; maxTasks: number; messagesPerTask: number; protectsBusyTasks: boolean }
  const kinds: Kind[] = [[0, 1, 1], [0, 6, 10], [2, 6, 1], [3, 20, 7], [1, 21, 3], [0, 120, 50]].flatMap(([minTasks, maxTasks, messagesPerTask]) =>
    [false, true].map((protectsBusyTasks) => {
      const options = { messagesPerTask, protectsBusyTasks };
      return { ...options, minTasks, maxTasks, scaling: scalingOf({ ...options, scaling: { minTasks, maxTasks } }) };
    }));
  const states = fc.record({ waiting: fc.oneof(fc.nat(20), fc.nat(20_000)), inflight: fc.oneof(fc.nat(3), fc.nat(200)), some: fc.nat(120) });

  /** For each alarm that fires, how many tasks it leaves. */
  const each = (check: (left: number, state: State, kind: Kind) => void): void => {
    fc.assert(fc.property(fc.constantFrom(...kinds), states, (kind, { waiting, inflight, some }) => {
      const wanted = Math.min(Math.max(some, kind.minTasks), kind.maxTasks);
      for (const alarm of Object.keys(kind.scaling.alarms)) {
        const left = kind.scaling.after(alarm, wanted, published(waiting, inflight, wanted));
        if (left !== undefined) check(left, { wanted, waiting, inflight }, kind);
      }
    }), { numRuns: 1000 });
  };

  test('no fewer tasks are left than may be busy', () => {
    each((left, { wanted, inflight }) => expect(left).toBeGreaterThanOrEqual(Math.min(wanted, inflight)));
  });

  test('none is let go while one works, unless the busy ones protect themselves', () => {
    each((left, { wanted, inflight }, { protectsBusyTasks }) => {
      if (!protectsBusyTasks && inflight > 0) expect(left).toBeGreaterThanOrEqual(wanted);
    });
  });

  test('none is started that the work does not need', () => {
    each((left, { wanted, waiting, inflight }, { messagesPerTask, minTasks }) => {
      expect(left).toBeLessThanOrEqual(Math.max(wanted, minTasks, Math.ceil((waiting + inflight) / messagesPerTask)));
    });
  });

  test('as many are started as the work needs, in a few steps', () => {
    fc.assert(fc.property(fc.constantFrom(...kinds), fc.nat(20_000), ({ scaling, minTasks, maxTasks, messagesPerTask }, waiting) => {
      let wanted = minTasks;
      let steps = 0;
      for (let next: number | undefined = wanted; next !== undefined && steps < 20; steps++) {
        wanted = next;
        next = wanted === maxTasks ? undefined : scaling.after('TooFewTasks', wanted, published(waiting, 0, wanted));
      }
      expect(wanted).toBe(Math.min(maxTasks, Math.max(minTasks, Math.ceil(waiting / messagesPerTask))));
      expect(steps).toBeLessThanOrEqual(maxTasks <= 20 ? 2 : 8);
    }), { numRuns: 1000 });
  });

  test('all but the minimum are let go when there is no work', () => {
    for (const { scaling, minTasks, maxTasks, protectsBusyTasks } of kinds) {
      const left = scaling.after(protectsBusyTasks ? 'TooManyTasks' : 'NoWork', maxTasks, published(0, 0, maxTasks));
      // in steps that double, one after the other
      expect(left).toBe(protectsBusyTasks && maxTasks > 20 ? Math.max(minTasks, maxTasks - 2 ** Math.floor(Math.log2(maxTasks))) : minTasks);
    }
  });
});

describe('by another metric', () => {
  const backlog = { metric: workload, perTask: 4 };

  test('scales as by messages', () => {
    const scaling = scalingOf({ backlog, scaling: { minTasks: 0 } });
    expect(scaling.alarms.TooFewTasks.expression).toBe('CEIL((work) / 4) - FILL(tasks, 0)');
    expect(scaling.after('TooFewTasks', 0, { work: 5 })).toBe(2);
    expect(scaling.after('NoWork', 2, { work: 0, tasks: 2 })).toBe(0);
    expect(scaling.after('NoWork', 2, { work: 0.5, tasks: 2 })).toBeUndefined();
  });

  test('looks at it every minute', () => {
    templateOf({ backlog }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([Match.objectLike({ Id: 'work', MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'WorkWaitingOrInHand' }, Period: 60, Stat: 'Maximum' } })]),
    });
  });

  test('may be calculated from several', () => {
    const metric = new cloudwatch.MathExpression({ expression: 'queued + running', usingMetrics: { queued: metricOf('Queued'), running: metricOf('Running') } });
    templateOf({ backlog: { metric, perTask: 4 } }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([Match.objectLike({ Id: 'work', Expression: 'queued + running' })]),
    });
  });

  test('needs no queue', () => {
    expect(scalingOf({ queue: undefined, backlog }).after('TooFewTasks', 2, { work: 9, tasks: 2 })).toBe(3);
  });
});

test('with more than 20 tasks at most the steps double, as a policy has no more than 20', () => {
  const adjustments = (maxTasks: number): number[] =>
    scalingOf({ scaling: { minTasks: 1, maxTasks } }).alarms.TooFewTasks.policy.StepAdjustments.map(({ ScalingAdjustment }) => ScalingAdjustment);
  expect(adjustments(20)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(adjustments(21)).toEqual([1, 2, 4, 8, 16]);
  expect(adjustments(5000)).toHaveLength(13);
});

test('a worker that is switched off stays so', () => {
  const scaling = scalingOf({ scaling: { minTasks: 0, maxTasks: 0 } });
  expect(scaling.after('TooFewTasks', 0, published(100, 0, 0))).toBe(0);
});

test('numbers known only at deployment pass', () => {
  const [minTasks, maxTasks, messagesPerTask] = ['Min', 'Max', 'Per'].map((Ref) => Token.asNumber({ Ref }));
  const template = templateOf({ messagesPerTask, scaling: { minTasks, maxTasks } });
  template.hasResourceProperties(POLICY, { StepScalingPolicyConfiguration: { AdjustmentType: 'ExactCapacity', StepAdjustments: [{ ScalingAdjustment: { Ref: 'Min' } }] } });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Metrics: Match.arrayWith([Match.objectLike({
      Expression: { 'Fn::Join': ['', ['CEIL((waiting + FILL(inflight, 0)) / ', { Ref: 'Per' }, ') - FILL(tasks, 0)']] },
    })]),
  });
});

test.each<[Partial<ContainerWorkerOptions>, string]>([
  [{ messagesPerTask: 0 }, "'messagesPerTask' must be 1 to 1000000, got 0: choose a whole number of messages"],
  [{ messagesPerTask: 1.5 }, "'messagesPerTask' must be 1 to 1000000, got 1.5: choose a whole number of messages"],
  [{ messagesPerTask: 1_000_001 }, "'messagesPerTask' must be 1 to 1000000, got 1000001: choose a whole number of messages"],
  [{ backlog: { metric: workload, perTask: 0 } }, "'perTask' must be 1 to 1000000, got 0: choose a whole number of pieces of work"],
  [{ queue: undefined, messagesPerTask: 5 }, "'messagesPerTask' must be given with a 'queue' to scale by, got 5 and no queue: pass a WorkQueue as 'queue', or leave it out"],
  [{ messagesPerTask: 5, backlog: { metric: workload, perTask: 5 } }, "'messagesPerTask' must be given with a 'queue' to scale by, got 5 beside a 'backlog': "
    + "leave one of them out, 'perTask' of the backlog says the same"],
  [{ scaling: { cpuPercent: 50 } }, "'cpuPercent' must not be given where a worker scales by its work, got 50: at low load it would stop tasks that are busy, so leave it out"],
  [{ scaling: { memoryPercent: 50 } }, "'memoryPercent' must not be given where a worker scales by its work, got 50: at low load it would stop tasks that are busy, so leave it out"],
  [{ queue: undefined, protectsBusyTasks: true }, "'protectsBusyTasks' must be given with a 'queue' or a 'backlog' to scale by, got neither: "
    + 'leave it out, scaling by CPU and memory lets tasks go as it is'],
  [{ scaling: { scaleOutCooldown: Duration.days(2) } }, "'scaleOutCooldown' must be 0 to 86400, got 172800: choose whole seconds within these"],
])('fails: %#', (options, message) => {
  expect(() => templateOf(options)).toThrow(message);
});

describe('Container Insights, which tell the number of tasks', () => {
  const inCluster = (cluster: (stack: Stack) => ContainerCluster): Template => {
    const stack = testStack(inProfile('prod'));
    new ContainerWorker(stack, 'Worker', { cluster: cluster(stack), image: ecrImage(stack), queue: new WorkQueue(stack, 'Queue') });
    return Template.fromStack(stack);
  };

  test('must be on', () => {
    expect(() => inCluster((stack) => new ContainerCluster(stack, 'Cluster', { network: appTier(stack), containerInsights: ecs.ContainerInsights.DISABLED }))).toThrow(
      "'containerInsights' of the cluster of 'Stack/Worker' must be on where a worker scales by its work, got DISABLED: it tells how many tasks there are, so switch it on",
    );
  });

  test('may be enhanced', () => {
    expect(() => inCluster((stack) => new ContainerCluster(stack, 'Cluster', { network: appTier(stack), containerInsights: ecs.ContainerInsights.ENHANCED }))).not.toThrow();
  });
});

test('metric math is read as CloudWatch reads it', () => {
  expect(calculated('CEIL((waiting + FILL(inflight, 0)) / 10) - FILL(tasks, 0)', { waiting: 11 })).toBe(2);
  expect(calculated('IF(work > 0, 0, 1) - 1', { work: 0 })).toBe(0);
  expect(calculated('tasks - 1', {})).toBeUndefined();
});
