// A run of a task at set times: the image of a service, another command.
import { Duration, Size, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventTargets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { EcsRunFargateTask } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { checkFargateSize } from './fargate-sizes';
import { checkSchedule } from './schedule-dates';
import { checkCommand, overridesOf, RunChanges, RunnableTask, runCommand } from './task-run';
import { acknowledge, acknowledgeInlinePolicies, acknowledgeWildcard } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';
import { checkSeconds } from '../private/validate';

/** Namespace of the ids that users give. */
const HOME = 'ScheduledTasks';

/** Options of a scheduled task. */
export interface ScheduledTaskOptions {
  /**
   * When it runs: `ScheduleExpression.cron({ minute: '0', hour: '3', timeZone: TimeZone.EUROPE_ROME })`, `.rate(Duration.hours(1))` or `.at(date)`.
   *
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
   */
  readonly schedule: scheduler.ScheduleExpression;
  /** Command, run in the container without a shell. It bounds its own time, as in `['timeout', '600', …]`: ECS does not. @default - that of the application */
  readonly command?: string[];
  /** Environment variables beside those of the application, in whose place they stand where the names are the same. @default - those of the application */
  readonly environment?: { [name: string]: string };
  /** CPU units, 1024 to a virtual CPU: 256, 512, 1024, 2048, 4096, 8192 or 16384. @default - that of the application */
  readonly cpu?: number;
  /** Memory, 512 MiB to 120 GiB. Fargate offers certain amounts for each CPU size. @default - that of the application */
  readonly memory?: Size;
  /** Not before this. Not with a schedule of one time. @default - from the deployment on */
  readonly start?: Date;
  /** Not after this. Not with a schedule of one time. @default - for ever */
  readonly end?: Date;
  /** Run at all. False keeps the schedule and starts nothing. @default true */
  readonly enabled?: boolean;
  /** How late a run may start, for instance when Fargate has no room, 60 s to 24 hours. What could not start by then is told as a failed run. @default Duration.hours(1) */
  readonly startWithin?: Duration;
}

/**
 * A run of a service's task at set times, with another command. Made by `addScheduledTask()`.
 *
 * It has the image, variables, secrets, volumes, roles, security group, log and tags of the service, and the same version: a new one from when the service's deployment
 * has succeeded. What joins each task of the service joins these too, migrations and sidecars included.
 *
 * EventBridge Scheduler starts it at least once; it may start twice, or while the last run still goes on. Runs that end with another exit code than 0, or that could not
 * start, are told to a queue: `failedRuns`.
 */
export class ScheduledTask extends Construct {
  /** @internal */
  public static _of(task: RunnableTask, id: string, options: ScheduledTaskOptions): ScheduledTask {
    const home = task.node.tryFindChild(HOME) as Construct | undefined ?? new Construct(task, HOME);
    if (home.node.tryFindChild(id)) throw new Error(`scheduled task '${id}' exists already in '${task.node.path}': give each an id of its own`);
    return new ScheduledTask(home, id, task, options);
  }

  /** The schedule. */
  public readonly schedule: scheduler.Schedule;
  /** Runs that failed or could not start, kept for 14 days, of all scheduled tasks of the service. What is in it was looked at by nobody yet. */
  public readonly failedRuns: sqs.IQueue;
  /** The command that runs it now, once, with the AWS CLI. Who uses it needs `ecs:RunTask`, `ecs:TagResource` and `iam:PassRole`. */
  public readonly runCommand: string;

  private constructor(scope: Construct, id: string, task: RunnableTask, options: ScheduledTaskOptions) {
    super(scope, id);
    const changes = changesOf(this, task, options);
    const { startWithin = Duration.hours(1), start, end } = options;
    checkSchedule(options.schedule.expressionString, { start, end });
    checkSeconds('startWithin', startWithin, 60, 86400);
    this.failedRuns = failedRunsOf(task);
    // by which its runs are told from those of the service
    const group = `${Stack.of(this).stackName}/${this.node.path}`.slice(-255);
    const { cluster, network } = task.cluster;
    this.schedule = new scheduler.Schedule(this, 'Schedule', {
      description: `Runs ${this.node.path}`.slice(0, 512),
      schedule: options.schedule,
      start,
      end,
      enabled: options.enabled ?? true,
      timeWindow: scheduler.TimeWindow.off(),
      target: new EcsRunFargateTask(cluster, {
        taskDefinition: task.taskDefinition,
        vpcSubnets: network.appSubnets,
        securityGroups: [task.securityGroup],
        assignPublicIp: false,
        platformVersion: ecs.FargatePlatformVersion.LATEST,
        enableEcsManagedTags: true,
        propagateTags: true,
        group,
        input: scheduler.ScheduleTargetInput.fromObject(overridesOf(task, changes)),
        role: scheduleRoleOf(task, this.failedRuns),
        deadLetterQueue: this.failedRuns,
        retryAttempts: 185,
      }),
    });
    // the L2 holds what only deployment knows against its bounds, too
    (this.schedule.node.defaultChild as scheduler.CfnSchedule).addPropertyOverride('Target.RetryPolicy.MaximumEventAgeInSeconds', startWithin.toSeconds());
    // a version that the service rolls back from is never run
    this.schedule.node.addDependency(task.fargateService);
    this.tellOfFailures(task, group);
    this.runCommand = runCommand(task, changes);
  }

  /** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
  private tellOfFailures({ cluster: { cluster }, container }: RunnableTask, group: string): void {
    const rule = new events.Rule(this, 'Failures', {
      description: `Failed runs of ${this.node.path}`.slice(0, 512),
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: {
          clusterArn: [cluster.clusterArn],
          group: [group],
          lastStatus: ['STOPPED'],
          // what never started has no exit code; sidecars that are stopped with the application have one of their own
          $or: [
            { containers: { name: [container.containerName], exitCode: [{ 'anything-but': [0] }] } },
            { stopCode: ['TaskFailedToStart'] },
          ],
        },
      },
      targets: [new eventTargets.SqsQueue(this.failedRuns)],
    });
    acknowledge(rule, 'Serverless-EventBusDLQ', 'its target is a queue of this account that is kept for failures, to which delivery is retried for a day');
  }
}

function changesOf({ node: { id } }: Construct, { taskDefinition }: RunnableTask, options: ScheduledTaskOptions): RunChanges {
  const { command, environment, cpu, memory } = options;
  checkCommand(`scheduled task '${id}'`, command);
  if (cpu !== undefined || memory !== undefined) checkFargateSize(cpu ?? taskDefinition.cpu, memory ?? Size.mebibytes(taskDefinition.memoryMiB));
  return { command, environment, cpu, memoryMiB: memory?.toMebibytes() };
}

/** One role for the schedules of a service: what it may start and pass is the same for all of them. */
function scheduleRoleOf(task: RunnableTask, failedRuns: sqs.IQueue): iam.IRole {
  const role = task.node.tryFindChild('ScheduleRole') as iam.Role | undefined ?? scheduleRole(task, failedRuns);
  // it would be granted one revision of the task
  return role.withoutPolicyUpdates();
}

/**
 * May start any revision of the task: schedules wait for the service, so that they start the revision before until a deployment has succeeded, and this policy does not
 * wait. What a revision does is bounded by its roles, which are the same two in all of them.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
 */
function scheduleRole(task: RunnableTask, failedRuns: sqs.IQueue): iam.Role {
  const { cluster: { cluster }, taskDefinition } = task;
  const role = new iam.Role(task, 'ScheduleRole', {
    description: 'Starts the scheduled tasks of a service',
    assumedBy: fromThisAccount(task, 'scheduler.amazonaws.com'),
  });
  const revisions = Stack.of(task).formatArn({ service: 'ecs', resource: 'task-definition', resourceName: `${taskDefinition.family}:*` });
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['ecs:RunTask'], resources: [revisions], conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
  }));
  // runs bear the tags of the task definition
  const runs = Stack.of(task).formatArn({ service: 'ecs', resource: 'task', resourceName: `${cluster.clusterName}/*` });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['ecs:TagResource'], resources: [runs], conditions: { StringEquals: { 'ecs:CreateAction': 'RunTask' } } }));
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [taskDefinition.obtainExecutionRole().roleArn, taskDefinition.taskRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  }));
  role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failedRuns.queueArn] }));
  const policy = role.node.findChild('DefaultPolicy');
  acknowledgeWildcard(policy, revisions, 'a deployment makes a revision, and until it has succeeded schedules start the one before; '
    + 'it may start them in the cluster of the service alone, and pass the two roles of the service alone');
  acknowledgeWildcard(policy, runs, 'a run is named when it starts; it may tag what it starts, as it starts it, in the cluster of the service alone');
  acknowledgeInlinePolicies(role);
  return role;
}

function failedRunsOf(task: RunnableTask): sqs.Queue {
  const existing = task.node.tryFindChild('FailedRuns') as sqs.Queue | undefined;
  if (existing) return existing;
  const queue = new sqs.Queue(task, 'FailedRuns', {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(queue, ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'], 'this is where failures are told; what it holds is kept for 14 days');
  return queue;
}
