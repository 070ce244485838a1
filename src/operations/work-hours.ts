// Off-hours: services scaled down, databases stopped, their alarms muted.
import { ArnFormat, CfnResource, Duration, Lazy, Stack, TimeZone, Token, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { ScheduleTargetBaseProps, Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import {
  DB_INSTANCE, ECS_SERVICE, isDeadLetterQueue, knownText, LOAD_BALANCER, placeFor, property, rendered, resourcesIn, SQS_QUEUE,
  TARGET_GROUP, targetsOf,
} from './monitored-resource';
import { missedBackups, refusalsToStop, rotatesAtMidnight } from './stopped-databases';
import { isAlarmOn, SettledAlarms } from './watching-alarms';
import { WeeklyTime, WEEKDAYS, WorkWeek } from './work-week';
import { InstanceWindows, WorkWindows } from './work-windows';
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
  /**
   * Stop databases off-hours. RDS stops neither Aurora instances nor those with read replicas: they are refused. So are instances whose windows for backups
   * or maintenance are off-hours: a stopped instance has neither. A plan of AWS Backup that would never find one running is refused at synthesis.
   *
   * @default true
   */
  readonly stopDatabases?: boolean;
}

/**
 * Services scaled down and databases stopped outside working hours, and alarms of what is down muted meanwhile.
 *
 * On working days they come back at the start. Whatever runs in the evening of a day off, such as an instance that RDS started because it was stopped for
 * seven days, goes to rest at the same time as on working days.
 *
 * Fails at synthesis if nothing is ever included, on a read replica of a database that is to be stopped, and on backup plans that take it off-hours alone.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
 */
export class WorkHours extends Construct {
  private readonly week: WorkWeek;
  private readonly windows: WorkWindows;
  private readonly timeZone: TimeZone;
  private readonly offHoursTasks: number;
  private readonly stopDatabases: boolean;
  private readonly hours: string;
  private readonly included = new Set<CfnResource>();
  private readonly down = new Set<IConstruct>();
  private readonly stopped = new Set<CfnResource>();
  private readonly alarms = new SettledAlarms(this, this.down);
  private readonly watchers: Array<(deadLetters: IConstruct) => void> = [];
  /** Known when the templates are rendered, which is before they are validated. */
  private muted = 0;

  /**
   * Fails on a time that is not 'HH:MM', on unknown days or time zones, and where start and end are the same or less than an hour apart overnight.
   */
  constructor(scope: Construct, id: string, props: WorkHoursOptions) {
    super(scope, id);
    this.week = new WorkWeek(props.start, props.end, props.days ?? 'MON-FRI');
    this.windows = new WorkWindows(this.week.shifts, props.timeZone);
    this.hours = `${props.start} to ${props.end} ${props.timeZone.timezoneName}`;
    checkRange('offHoursTasks', props.offHoursTasks, 0, Number.MAX_SAFE_INTEGER, 'choose a whole number of tasks');
    this.timeZone = props.timeZone;
    this.offHoursTasks = props.offHoursTasks ?? 0;
    this.stopDatabases = props.stopDatabases ?? true;
    this.node.addValidation({
      validate: () => [
        ...(this.included.size === 0 ? [`nothing rests outside the work hours of '${this.node.path}': call include() with a scope that has services or databases`] : []),
        ...(this.muted > MOST_MUTED_ALARMS
          ? [`'${this.node.path}' would mute ${this.muted} alarms, a mute rule takes ${MOST_MUTED_ALARMS}: divide the app over several WorkHours`] : []),
        ...missedBackups([...this.stopped], this.windows, this.hours),
      ],
    });
  }

  /**
   * Windows for backups and maintenance in which databases run. Undefined where databases go on, or work is too short for both.
   * @internal
   */
  public get _windows(): InstanceWindows | undefined {
    return this.stopDatabases ? this.windows.suggested : undefined;
  }

  /**
   * Apply the hours to the ECS services that scale and to the RDS instances in a scope as it is now. What is included already is skipped, and so are
   * services that have as many tasks off-hours.
   *
   * Alarms are muted on what is down then: databases that are stopped and, with no tasks left, services, target groups, load balancers
   * and the queues whose messages wait for the morning.
   * The first alarm on one of them must be defined before the call; those defined later are muted too.
   *
   * Fails on databases that cannot be stopped, or would never be backed up or maintained.
   */
  public include(scope: IConstruct): void {
    const resting = new Set<IConstruct>();
    for (const target of resourcesIn(scope, SCALABLE_TARGET)) {
      if (rendered(target, 'ServiceNamespace') !== 'ecs' || !this.scaleDown(target)) continue;
      targetsOf(target, property(target, 'ResourceId')).forEach((service) => resting.add(service));
    }
    if (!Token.isUnresolved(this.offHoursTasks) && this.offHoursTasks === 0) this.countAsDown(scope, resting);
    for (const database of this.stopDatabases ? resourcesIn(scope, DB_INSTANCE) : []) {
      if (!this.included.has(database)) this.stop(database);
    }
    // not before: by its schedules it is known as a queue of dead letters
    const deadLetters = this.node.tryFindChild('DeadLetters');
    if (deadLetters) this.watchers.splice(0).forEach((watch) => watch(deadLetters));
    this.mute();
  }

  /** Be told of the queue of calls that failed, once there is one. @internal */
  public _whenStopping(watch: (deadLetters: IConstruct) => void): void {
    this.watchers.push(watch);
  }

  /** What is down without tasks. A service of a fixed number of tasks goes on, and so does what stands before it. */
  private countAsDown(scope: IConstruct, resting: Set<IConstruct>): void {
    const services = resourcesIn(scope, ECS_SERVICE);
    const running = services.filter((service) => !resting.has(service));
    const inUse = running.flatMap((service) => targetsOf(service, property(service, 'LoadBalancers')));
    const idle = [
      ...services.filter((service) => resting.has(service)),
      ...resourcesIn(scope, TARGET_GROUP).filter((group) => !inUse.includes(group)),
      ...inUse.length === 0 ? resourcesIn(scope, LOAD_BALANCER) : [],
      // what was given up before is still to be told
      ...resourcesIn(scope, SQS_QUEUE).filter((queue) => !isDeadLetterQueue(queue)),
    ];
    idle.forEach((resource) => this.down.add(resource));
  }

  /** Whether a service rests. */
  private scaleDown(target: CfnResource): boolean {
    if (this.included.has(target)) return true;
    const [min, max] = ['MinCapacity', 'MaxCapacity'].map((name) => property(target, name) as number);
    // with a minimum known only at deployment there is no telling which of the two is lower
    const offTasks = [min, this.offHoursTasks].some((tasks) => Token.isUnresolved(tasks)) ? this.offHoursTasks : Math.min(min, this.offHoursTasks);
    // a service that is switched off, or stays as it is: a start would start nothing
    if (!Token.isUnresolved(max) && max === offTasks) return false;
    this.included.add(target);
    const action = (scheduledActionName: string, time: WeeklyTime, minCapacity: number, maxCapacity: number): object => ({
      scheduledActionName,
      schedule: `cron(${time.minute} ${time.hour} ? * ${time.weekDay} *)`,
      timezone: this.timeZone.timezoneName,
      scalableTargetAction: { minCapacity, maxCapacity },
    });
    const own = [action('WorkHoursStart', this.week.start(), min, max), action('WorkHoursEnd', this.week.evening, offTasks, offTasks)];
    const resource = target as CfnResource & { scheduledActions?: unknown };
    const others = resource.scheduledActions;
    // actions that the L2 is yet to be given must not get lost
    resource.scheduledActions = Lazy.uncachedAny({ produce: (context) => [...((context.resolve(others) ?? []) as object[]), ...own] });
    return true;
  }

  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html: an instance that is stopped for seven days is started by RDS */
  private stop(database: CfnResource): void {
    const [refusal] = refusalsToStop(database);
    if (refusal !== undefined) throw new Error(refusal);
    this.checkWindows(database);
    this.included.add(database);
    this.down.add(database);
    this.stopped.add(database);
    // a replica may come later
    database.node.addValidation({ validate: () => refusalsToStop(database) });

    const place = placeFor(database, this);
    this.schedule(place, 'Stop', 'stopDBInstance', database, this.week.end, { deadLetterQueue: this.deadLetters(), retryAttempts: 30 });
    this.schedule(place, 'Start', 'startDBInstance', database, this.week.start(DATABASE_LEAD_MINUTES), { deadLetterQueue: this.deadLetters(), retryAttempts: 30 });
    // mostly it is stopped already, which RDS answers with an error: that is no news for the queue
    if (this.week.eveningOff) this.schedule(place, 'StopAgain', 'stopDBInstance', database, this.week.eveningOff, { retryAttempts: 2 });
  }

  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html: none are made while it is stopped */
  private checkWindows(database: CfnResource): void {
    const { suggested } = this.windows;
    const remedy = (prop: keyof InstanceWindows): string => (suggested ? `set it to '${suggested[prop]}'` : "make the hours longer, or set 'stopDatabases' to false");
    const [backup, maintenance] = ['PreferredBackupWindow', 'PreferredMaintenanceWindow'].map((name) => knownText(database, name));
    if (backup !== undefined && !this.windows.holdBackup(backup)) {
      throw new Error(`'backupWindow' of '${database.node.path}' must lie within the work hours, ${this.hours}, in summer and in winter, got '${backup}' UTC: `
        + `a stopped instance is not backed up, so ${remedy('backupWindow')}`);
    }
    if (maintenance !== undefined && !this.windows.holdWeekly(maintenance)) {
      throw new Error(`'maintenanceWindow' of '${database.node.path}' must lie within the work hours, ${this.hours}, in summer and in winter, got '${maintenance}' UTC: `
        + `a stopped instance gets no patches, so ${remedy('maintenanceWindow')}`);
    }
    if (rotatesAtMidnight(database) && !this.windows.holdBackup('00:00-01:00')) {
      throw new Error(`'rotationWindow' of '${database.node.path}' must lie within the work hours, ${this.hours}, in summer and in winter, got none: `
        + `its password is rotated at midnight UTC, and in a stopped instance it cannot be changed, so ${remedy('rotationWindow')}`);
    }
    if (['PreferredBackupWindow', 'PreferredMaintenanceWindow'].some((name) => property(database, name) === undefined)) {
      Validations.of(this).addWarning('cdk-patternbook:WorkHoursWindows', `'${database.node.path}' leaves its windows for backups and maintenance to RDS, which takes some at `
        + 'night, when it is stopped: then it is neither backed up nor maintained. Set both within the work hours');
    }
  }

  private schedule(place: Construct, id: string, action: string, database: CfnResource, time: WeeklyTime, failures: ScheduleTargetBaseProps): void {
    const arn = Stack.of(database).formatArn({ service: 'rds', resource: 'db', resourceName: database.ref, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    new scheduler.Schedule(place, id, {
      schedule: scheduler.ScheduleExpression.cron({ ...time, timeZone: this.timeZone }),
      target: new Universal({
        service: 'rds',
        action,
        input: scheduler.ScheduleTargetInput.fromObject({ DbInstanceIdentifier: database.ref }),
        role: this.role(),
        policyStatements: [new iam.PolicyStatement({ actions: [`rds:${action[0].toUpperCase()}${action.slice(1)}`], resources: [arn] })],
        // an instance may still be starting or stopping; after an hour a stop would come too close to the next shift
        maxEventAge: Duration.hours(1),
        ...failures,
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
    const alarmNames = Lazy.uncachedList({
      produce: (context) => {
        const alarms = this.alarms.find(context);
        this.muted = alarms.length;
        return alarms.map((alarm) => alarm.ref);
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
