// [internal] Scaling by work: tasks are started for what waits, and let go when nothing is left, so that none is stopped at its work.
import { Duration, Token, Tokenization } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { TaskScaling } from './container-task-options';
import { cooldownsOf, MOST_TASKS, TaskLimits } from './service-scaling';
import { Backlog } from './worker-backlog';
import { renderedProperties } from '../private/rendered';

/** Steps of a policy: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-quotas.html */
const MOST_STEPS = 20;
/** Minutes in which there must have been no work at all. */
const QUIET_MINUTES = 5;
/**
 * Minutes in which there must have been too few tasks; the smallest shortage counts. Of the last minute the number of tasks may not be known yet, and would
 * be taken for 0: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
const BUSY_MINUTES = 2;
/** Seconds until new tasks show in the metrics of these minutes. First ones that are not running by then are not counted, and may be started a second time. */
const SCALE_OUT_COOLDOWN = 180;
const MINUTE = Duration.minutes(1);

/** What is scaled. */
export interface BackloggedTask extends Construct {
  readonly fargateService: ecs.FargateService;
  readonly scalableTaskCount: ecs.ScalableTaskCount;
}

/**
 * Tasks are started when there is more work than those that are wanted should have; they are let go when there is none at all, down to the minimum at once.
 *
 * Not by target tracking: it takes tasks away while others work, and which of them stops is decided by ECS, that does not know which is busy; nor does it start
 * a first task, as with none there is no work per task. Where tasks protect themselves, those are let go that are more than there are pieces of work, since
 * each piece may be at another task.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function scaleByBacklog(task: BackloggedTask, backlog: Backlog, limits: TaskLimits, scaling: TaskScaling): void {
  const { scaleOutCooldown, scaleInCooldown } = cooldownsOf(scaling, SCALE_OUT_COOLDOWN);
  const scope = new Construct(task, 'Backlog');
  const scalingTarget = task.scalableTaskCount.node.findChild('Target') as appscaling.ScalableTarget;
  task.node.addValidation({ validate: () => withoutInsights(task) });
  const byTasks = { ...backlog.metrics, tasks: wantedTasks(task.fargateService) };
  const { MINIMUM } = appscaling.MetricAggregationType;
  const { CHANGE_IN_CAPACITY, EXACT_CAPACITY } = appscaling.AdjustmentType;

  const start = new appscaling.StepScalingAction(scope, 'Start', {
    scalingTarget, adjustmentType: CHANGE_IN_CAPACITY, metricAggregationType: MINIMUM, cooldown: scaleOutCooldown,
  });
  steps(limits.maxTasks).forEach(({ tasks, ...bounds }) => start.addAdjustment({ ...bounds, adjustment: tasks }));
  actOn(scope, 'TooFewTasks', start, {
    meaning: `Starts tasks of ${task.node.path} for the work that waits.`,
    // without a running task there is no such metric: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
    expression: `CEIL((${backlog.expression}) / ${Tokenization.stringifyNumber(backlog.perTask)}) - FILL(tasks, 0)`,
    metrics: byTasks,
    minutes: BUSY_MINUTES,
  });

  const release = new appscaling.StepScalingAction(scope, 'Release', {
    scalingTarget,
    adjustmentType: backlog.areProtected ? CHANGE_IN_CAPACITY : EXACT_CAPACITY,
    metricAggregationType: MINIMUM,
    cooldown: scaleInCooldown,
  });
  if (backlog.areProtected) {
    steps(limits.maxTasks).forEach(({ tasks, ...bounds }) => release.addAdjustment({ ...bounds, adjustment: -tasks }));
    actOn(scope, 'TooManyTasks', release, {
      meaning: `Lets tasks of ${task.node.path} go that are more than there is work for.`,
      expression: `tasks - (${backlog.expression})`,
      metrics: byTasks,
      minutes: QUIET_MINUTES,
    });
  } else {
    release.addAdjustment({ adjustment: limits.minTasks, lowerBound: 0 });
    actOn(scope, 'NoWork', release, {
      meaning: `Lets tasks of ${task.node.path} go, as nothing waits and nothing is being worked on.`,
      expression: `IF(${backlog.expression} > 0, 0, 1)`,
      metrics: backlog.metrics,
      minutes: QUIET_MINUTES,
    });
  }
}

/** What is measured, and for how long. */
interface Occasion {
  readonly meaning: string;
  readonly expression: string;
  readonly metrics: Record<string, cloudwatch.IMetric>;
  readonly minutes: number;
}

/** Act when an expression has been at least 1 for some minutes. Minutes without data are passed over. */
function actOn(scope: Construct, id: string, action: appscaling.StepScalingAction, { meaning, expression, metrics, minutes }: Occasion): void {
  new cloudwatch.Alarm(scope, id, {
    alarmDescription: meaning,
    metric: new cloudwatch.MathExpression({ expression, usingMetrics: metrics, period: MINUTE, label: id }),
    threshold: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: minutes,
  }).addAlarmAction(new ApplicationScalingAction(action));
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

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html */
function withoutInsights({ fargateService: { cluster }, node }: BackloggedTask): string[] {
  const { defaultChild } = cluster.node;
  if (!(defaultChild instanceof ecs.CfnCluster)) return [];
  const settings = renderedProperties(defaultChild).ClusterSettings as Array<{ readonly Name: string; readonly Value: string }> | undefined;
  return settings?.some(({ Name, Value }) => Name === 'containerInsights' && Value === 'disabled')
    ? [`'containerInsights' of the cluster of '${node.path}' must be on where a worker scales by its work, got DISABLED: it tells how many tasks there are, so switch it on`]
    : [];
}

/** A change of the number of tasks, and for which values beyond the threshold of the alarm. */
interface Step {
  readonly tasks: number;
  readonly lowerBound: number;
  readonly upperBound?: number;
}

/** As many tasks as are missing, or too many, while there are steps enough; else the next lower power of two. */
function steps(maxTasks: number): Step[] {
  const most = Token.isUnresolved(maxTasks) ? MOST_TASKS : Math.max(maxTasks, 1);
  const numbers = Array.from({ length: MOST_STEPS }, (_, index) => (most <= MOST_STEPS ? index + 1 : 2 ** index))
    .filter((tasks) => tasks <= most);
  return numbers.map((tasks, index) => {
    const last = index === numbers.length - 1;
    return { tasks, lowerBound: tasks - 1, upperBound: last ? undefined : numbers[index + 1] - 1 };
  });
}
