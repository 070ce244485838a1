// Off-hours: services scaled down, databases stopped, their alarms muted.
import { ArnFormat, CfnResource, Duration, Lazy, Stack, TimeZone, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import {
  alarmsOn, DB_INSTANCE, ECS_SERVICE, isAlarmOn, isDeadLetterQueue, knownText, LOAD_BALANCER, placeFor, property, rendered, resourcesIn, SQS_QUEUE,
  TARGET_GROUP, targetsOf,
} from './monitored-resource';
import { WeeklyTime, WEEKDAYS, WorkWeek } from './work-week';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';
import { checkRange } from '../private/validate';

/** A database is up before the first task asks for it. */
const DATABASE_LEAD_MINUTES = 15;
const MOST_MUTED_ALARMS = 100;
const SCALABLE_TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';

/** When people work, and what happens at other times. */
export interface WorkHoursOptions {
  /** Start of the day, 'HH:MM'. Databases start 15 minutes earlier. */
  readonly start: string;
  /** End of the day, 'HH:MM'. On the next day if it is before the start. At least an hour before the next start. */
  readonly end: string;
  /** Time zone of both. */
  readonly timeZone: TimeZone;
  /** Days of the week on which work starts, in three letters: 'MON-FRI', 'MON,WED,SAT'. @default 'MON-FRI' */
  readonly days?: string;
  /** Tasks of each service off-hours, 0 or more. A service whose own minimum is lower keeps that. @default 0 */
  readonly offHoursTasks?: number;
  /** Stop databases off-hours. RDS stops neither Aurora instances nor those with read replicas: they are refused. @default true */
  readonly stopDatabases?: boolean;
}

/**
 * Services scaled down and databases stopped outside working hours, and alarms of what is down muted meanwhile.
 *
 * Fails at synthesis if nothing is ever included.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
 */
export class WorkHours extends Construct {
  private readonly week: WorkWeek;
  private readonly timeZone: TimeZone;
  private readonly offHoursTasks: number;
  private readonly stopDatabases: boolean;
  private readonly included = new Set<CfnResource>();
  private readonly down = new Set<IConstruct>();
  /** Known when the templates are rendered, which is before they are validated. */
  private muted: CfnResource[] = [];

  /**
   * Fails on a time that is not 'HH:MM', on unknown days, and where start and end are the same or less than an hour apart overnight.
   */
  constructor(scope: Construct, id: string, props: WorkHoursOptions) {
    super(scope, id);
    this.week = new WorkWeek(props.start, props.end, props.days ?? 'MON-FRI');
    checkRange('offHoursTasks', props.offHoursTasks, 0, Number.MAX_SAFE_INTEGER, 'a service has whole tasks');
    this.timeZone = props.timeZone;
    this.offHoursTasks = props.offHoursTasks ?? 0;
    this.stopDatabases = props.stopDatabases ?? true;
    this.node.addValidation({
      validate: () => [
        ...(this.included.size === 0 ? [`nothing rests outside the work hours of '${this.node.path}': call include() with a scope that has services or databases`] : []),
        ...(this.muted.length > MOST_MUTED_ALARMS
          ? [`'${this.node.path}' would mute ${this.muted.length} alarms, a mute rule takes ${MOST_MUTED_ALARMS}: divide the app over several WorkHours`] : []),
      ],
    });
  }

  /**
   * Apply the hours to the ECS services that scale and to the RDS instances in a scope as it is now. What is included already is skipped.
   *
   * Alarms are muted on what is down then: databases that are stopped and, with no tasks left, services, target groups, load balancers
   * and the queues whose messages wait for the morning.
   * The first alarm on one of them must be defined before the call; those defined later are muted too.
   */
  public include(scope: IConstruct): void {
    for (const target of resourcesIn(scope, SCALABLE_TARGET)) {
      if (rendered(target, 'ServiceNamespace') === 'ecs' && !this.included.has(target)) this.scaleDown(target);
    }
    if (!Token.isUnresolved(this.offHoursTasks) && this.offHoursTasks === 0) {
      resourcesIn(scope, ECS_SERVICE, TARGET_GROUP, LOAD_BALANCER).forEach((resource) => this.down.add(resource));
      // what was given up before is still to be told
      resourcesIn(scope, SQS_QUEUE).filter((queue) => !isDeadLetterQueue(queue)).forEach((queue) => this.down.add(queue));
    }
    for (const database of this.stopDatabases ? resourcesIn(scope, DB_INSTANCE) : []) {
      if (!this.included.has(database)) this.stop(database);
    }
    this.mute();
  }

  private scaleDown(target: CfnResource): void {
    this.included.add(target);
    const [min, max] = ['MinCapacity', 'MaxCapacity'].map((name) => property(target, name) as number);
    const action = (scheduledActionName: string, time: WeeklyTime, minCapacity: number, maxCapacity: number): object => ({
      scheduledActionName,
      schedule: `cron(${time.minute} ${time.hour} ? * ${time.weekDay} *)`,
      timezone: this.timeZone.timezoneName,
      scalableTargetAction: { minCapacity, maxCapacity },
    });
    // with a minimum known only at deployment there is no telling which of the two is lower
    const offTasks = [min, this.offHoursTasks].some((tasks) => Token.isUnresolved(tasks)) ? this.offHoursTasks : Math.min(min, this.offHoursTasks);
    const own = [action('WorkHoursStart', this.week.start(), min, max), action('WorkHoursEnd', this.week.end, offTasks, offTasks)];
    const resource = target as CfnResource & { scheduledActions?: unknown };
    const others = resource.scheduledActions;
    // actions that the L2 is yet to be given must not get lost
    resource.scheduledActions = Lazy.uncachedAny({ produce: (context) => [...((context.resolve(others) ?? []) as object[]), ...own] });
  }

  private stop(database: CfnResource): void {
    const engine = knownText(database, 'Engine') ?? '';
    const replica = resourcesIn(database.node.root, DB_INSTANCE)
      .find((other) => targetsOf(other, property(other, 'SourceDBInstanceIdentifier')).includes(database));
    const isReplica = property(database, 'SourceDBInstanceIdentifier') !== undefined;
    const reason = engine.startsWith('aurora') ? 'an Aurora instance' : isReplica ? 'a read replica' : replica && `the source of read replica '${replica.node.path}'`;
    if (reason) throw new Error(`'stopDatabases' cannot stop '${database.node.path}', ${reason}: set it to false`);
    this.included.add(database);
    this.down.add(database);

    const place = placeFor(database, this);
    this.schedule(place, 'Stop', 'stopDBInstance', database, this.week.end);
    this.schedule(place, 'Start', 'startDBInstance', database, this.week.start(DATABASE_LEAD_MINUTES));
  }

  private schedule(place: Construct, id: string, action: string, database: CfnResource, time: WeeklyTime): void {
    const arn = Stack.of(database).formatArn({ service: 'rds', resource: 'db', resourceName: database.ref, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    new scheduler.Schedule(place, id, {
      schedule: scheduler.ScheduleExpression.cron({ ...time, timeZone: this.timeZone }),
      target: new Universal({
        service: 'rds',
        action,
        input: scheduler.ScheduleTargetInput.fromObject({ DbInstanceIdentifier: database.ref }),
        role: this.role(),
        policyStatements: [new iam.PolicyStatement({ actions: [`rds:${action[0].toUpperCase()}${action.slice(1)}`], resources: [arn] })],
        deadLetterQueue: this.deadLetters(),
        // an instance may still be starting or stopping; after an hour a stop would come too close to the next shift
        maxEventAge: Duration.hours(1),
        retryAttempts: 30,
      }),
    });
  }

  private role(): iam.Role {
    const existing = this.node.tryFindChild('Role') as iam.Role | undefined;
    if (existing) return existing;
    const role = new iam.Role(this, 'Role', { assumedBy: fromThisAccount(this, 'scheduler.amazonaws.com') });
    acknowledgeInlinePolicies(role);
    return role;
  }

  private deadLetters(): sqs.Queue {
    const existing = this.node.tryFindChild('DeadLetters') as sqs.Queue | undefined;
    if (existing) return existing;
    const queue = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(queue, ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'], 'this is the dead-letter queue of the schedules; what it holds is kept for 14 days');
    return queue;
  }

  /** One rule for each evening, as the quiet time before a day off is longer. */
  private mute(): void {
    if (this.node.tryFindChild('Mutes') || !isAlarmOn(this.down, this)) return;
    const alarmNames = Lazy.list({
      produce: () => {
        this.muted = alarmsOn(this.node.root, this.down);
        return this.muted.map((alarm) => alarm.ref);
      },
    });
    const mutes = new Construct(this, 'Mutes');
    for (const { hour, minute, weekDay, minutes } of this.week.quietTimes) {
      new cloudwatch.CfnAlarmMuteRule(mutes, WEEKDAY_IDS[WEEKDAYS.indexOf(weekDay)], {
        rule: {
          schedule: {
            expression: `cron(${minute} ${hour} * * ${weekDay})`,
            timezone: this.timeZone.timezoneName,
            duration: `PT${Math.floor(minutes / 60)}H${minutes % 60}M`,
          },
        },
        muteTargets: { alarmNames },
      });
    }
  }
}

const WEEKDAY_IDS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
