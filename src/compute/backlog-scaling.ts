// [internal] Scaling by work: tasks are started for what waits, and let go when nothing is left, so that none is stopped at its work.
import { Duration, Token, Tokenization } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { TaskScaling } from './container-task-options';
import { ContainerWorkerOptions } from './container-worker-options';
import { cooldownsOf, MOST_TASKS, TaskLimits } from './service-scaling';
import { checkRange, shown } from '../private/validate';

/** Steps of a policy: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-quotas.html */
const MOST_STEPS = 20;
const MOST_PER_TASK = 1000000;
/** Minutes in which there must have been no work at all. */
const QUIET_MINUTES = 5;
/**
 * Minutes in which there must have been too few tasks; the smallest shortage counts. Of the last minute the number of tasks may not be known yet, and would
 * be taken for 0: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
const BUSY_MINUTES = 2;
/** Seconds until new tasks show in the metrics of these minutes. */
const SCALE_OUT_COOLDOWN = 180;
const MINUTE = Duration.minutes(1);

/** Work, waiting or being worked on, as an expression over metrics. */
export interface Backlog {
  readonly expression: string;
  readonly metrics: Record<string, cloudwatch.IMetric>;
  readonly perTask: number;
}

/** What is scaled. */
export interface BackloggedTask extends Construct {
  readonly fargateService: ecs.FargateService;
  readonly scalableTaskCount: ecs.ScalableTaskCount;
}

/**
 * More tasks than run are started when there is more work than they should have; all beyond the minimum are let go when there is none at all.
 *
 * Not by target tracking: it takes tasks away while others work, and which of them stops is decided by ECS, that does not know which is busy; nor does it start
 * a first task, as with none there is no work per task.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function scaleByBacklog(task: BackloggedTask, backlog: Backlog, limits: TaskLimits, scaling: TaskScaling): void {
  const { scaleOutCooldown, scaleInCooldown } = cooldownsOf(scaling, SCALE_OUT_COOLDOWN);
  const scope = new Construct(task, 'Backlog');
  const scalingTarget = task.scalableTaskCount.node.findChild('Target') as appscaling.ScalableTarget;

  const start = new appscaling.StepScalingAction(scope, 'Start', {
    scalingTarget,
    adjustmentType: appscaling.AdjustmentType.CHANGE_IN_CAPACITY,
    metricAggregationType: appscaling.MetricAggregationType.MINIMUM,
    cooldown: scaleOutCooldown,
  });
  const steps = shortages(limits.maxTasks);
  // bounds are counted from the threshold of the alarm
  steps.forEach((shortage, index) => {
    const next = steps[index + 1];
    start.addAdjustment({ adjustment: shortage, lowerBound: shortage - 1, upperBound: next === undefined ? undefined : next - 1 });
  });
  new cloudwatch.Alarm(scope, 'TooFewTasks', {
    alarmDescription: `Starts tasks of ${task.node.path} for the work that waits.`,
    metric: new cloudwatch.MathExpression({
      // without a running task there is no such metric: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
      expression: `CEIL((${backlog.expression}) / ${Tokenization.stringifyNumber(backlog.perTask)}) - FILL(tasks, 0)`,
      usingMetrics: { ...backlog.metrics, tasks: wantedTasks(task.fargateService) },
      period: MINUTE,
      label: 'tasks that are missing',
    }),
    threshold: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: BUSY_MINUTES,
  }).addAlarmAction(new ApplicationScalingAction(start));

  const release = new appscaling.StepScalingAction(scope, 'Release', {
    scalingTarget,
    adjustmentType: appscaling.AdjustmentType.EXACT_CAPACITY,
    metricAggregationType: appscaling.MetricAggregationType.MAXIMUM,
    cooldown: scaleInCooldown,
  });
  release.addAdjustment({ adjustment: limits.minTasks, upperBound: 0 });
  new cloudwatch.Alarm(scope, 'NoWork', {
    alarmDescription: `Lets tasks of ${task.node.path} go, as nothing waits and nothing is being worked on.`,
    metric: new cloudwatch.MathExpression({ expression: backlog.expression, usingMetrics: backlog.metrics, period: MINUTE, label: 'work' }),
    threshold: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: QUIET_MINUTES,
  }).addAlarmAction(new ApplicationScalingAction(release));
}

/** The work of a worker, as it is measured; undefined where nothing measures it. */
export function backlogOf({ queue, messagesPerTask, backlog, scaling = {} }: ContainerWorkerOptions): Backlog | undefined {
  checkRange('messagesPerTask', messagesPerTask, 1, MOST_PER_TASK, 'a task works on whole messages');
  checkRange('perTask', backlog?.perTask, 1, MOST_PER_TASK, 'a task works on whole pieces of work');
  if (messagesPerTask !== undefined && (backlog || !queue)) {
    throw new Error(`'messagesPerTask' must be given with a 'queue' to scale by, got ${shown(messagesPerTask)} ${backlog ? "beside a 'backlog'" : 'and no queue'}: `
      + (backlog ? "leave one of them out, 'perTask' of the backlog says the same" : "pass a WorkQueue as 'queue', or leave it out"));
  }
  const load = (['cpuPercent', 'memoryPercent'] as const).find((prop) => scaling[prop] !== undefined);
  if (load && (queue || backlog)) {
    throw new Error(`'${load}' must not be given where a worker scales by its work, got ${shown(scaling[load]!)}: `
      + 'at low load it would stop tasks that are busy, so leave it out');
  }
  if (backlog) return { expression: 'work', metrics: { work: backlog.metric }, perTask: backlog.perTask };
  return queue && { ...messagesOf(queue.queue), perTask: messagesPerTask ?? 10 };
}

/** Messages in flight are published while there are some. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function messagesOf(queue: sqs.IQueue): Pick<Backlog, 'expression' | 'metrics'> {
  const messages = { period: MINUTE, statistic: cloudwatch.Stats.MAXIMUM };
  return {
    expression: 'waiting + FILL(inflight, 0)',
    metrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible(messages),
      inflight: queue.metricApproximateNumberOfMessagesNotVisible(messages),
    },
  };
}

/** Tasks as they were asked for last: those that are still starting, or double during a deployment, are counted as they should be. */
function wantedTasks(service: ecs.FargateService): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'ECS/ContainerInsights',
    metricName: 'DesiredTaskCount',
    dimensionsMap: { ClusterName: service.cluster.clusterName, ServiceName: service.serviceName },
    statistic: cloudwatch.Stats.MAXIMUM,
    period: MINUTE,
  });
}

/** Shortages from which on as many tasks are started: each one as far as steps go, else doubled. None is more than what is missing. */
function shortages(maxTasks: number): number[] {
  const most = Token.isUnresolved(maxTasks) ? Infinity : Math.max(maxTasks, 1);
  if (most <= MOST_STEPS) return Array.from({ length: most }, (_, index) => index + 1);
  return Array.from({ length: MOST_STEPS }, (_, index) => 2 ** index).filter((shortage) => shortage <= Math.min(most, MOST_TASKS));
}
