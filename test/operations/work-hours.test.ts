import { App, CfnParameter, CfnResource, Fn, Stack, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import { fargateService, postgres, vpcOf, WebTier } from './fixture';
import { BackupCopies, StandardAlarms, WorkHours, WorkHoursOptions } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

const HOURS: WorkHoursOptions = { start: '08:00', end: '19:30', timeZone: TimeZone.EUROPE_ROME };

/** A system that rests off-hours. */
function resting(stack: Stack, options: Partial<WorkHoursOptions> = {}): { hours: WorkHours; database: rds.DatabaseInstance } {
  const vpc = vpcOf(stack);
  new WebTier(stack, 'Web', vpc);
  fargateService(stack, 'Api', new ecs.Cluster(stack, 'Cluster', { vpc }));
  const database = postgres(stack, 'Database', vpc);
  new StandardAlarms(stack, 'Alarms').monitor(stack);
  const hours = new WorkHours(stack, 'Hours', { ...HOURS, ...options });
  hours.include(stack);
  return { hours, database };
}

const scheduledActions = (template: Template): any[] => Object.values(template.findResources('AWS::ApplicationAutoScaling::ScalableTarget'))[0].Properties.ScheduledActions;

describe.each(FLAG_SETS)('a system that rests off-hours, with %s', (_, flags) => {
  let stack: Stack;
  let template: Template;
  beforeAll(() => {
    stack = new Stack(new App({ context: flags }), 'Stack');
    resting(stack);
    template = Template.fromStack(stack);
  });

  test('services go down to no task every evening, and get their own limits back at the start of work', () => {
    expect(scheduledActions(template)).toEqual([
      {
        ScheduledActionName: 'WorkHoursStart',
        Schedule: 'cron(0 8 ? * MON,TUE,WED,THU,FRI *)',
        Timezone: 'Europe/Rome',
        ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 6 },
      },
      {
        ScheduledActionName: 'WorkHoursEnd',
        Schedule: 'cron(30 19 ? * * *)',
        Timezone: 'Europe/Rome',
        ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
      },
    ]);
  });

  test.each([
    ['Stop', 'cron(30 19 ? * MON,TUE,WED,THU,FRI *)', 'stopDBInstance'],
    ['Start', 'cron(45 7 ? * MON,TUE,WED,THU,FRI *)', 'startDBInstance'],
  ])('databases: %s, a quarter of an hour before the tasks need them', (_name, expression, action) => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'Europe/Rome',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:scheduler:::aws-sdk:rds:${action}`]] },
        Input: { 'Fn::Join': ['', ['{"DbInstanceIdentifier":"', { Ref: Match.stringLikeRegexp('^Database') }, '"}']] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^HoursDeadLetters'), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 30 },
      },
    });
  });

  test('databases that run on a day off, by hand or because RDS started them after seven days, are stopped in the evening; most are stopped already, which is no dead letter', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(30 19 ? * SUN,SAT *)',
      ScheduleExpressionTimezone: 'Europe/Rome',
      Target: {
        Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:rds:stopDBInstance']] },
        Input: { 'Fn::Join': ['', ['{"DbInstanceIdentifier":"', { Ref: Match.stringLikeRegexp('^Database') }, '"}']] },
        DeadLetterConfig: Match.absent(),
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2 },
      },
    });
    template.resourceCountIs('AWS::Scheduler::Schedule', 3);
  });

  test('the scheduler may stop and start this instance and nothing else', () => {
    const [{ Properties: { PolicyDocument: { Statement } } }] = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('Hours')).map(([, policy]) => policy);
    const allowed = (Statement as { Action: string | string[]; Resource: unknown }[])
      .flatMap(({ Action, Resource }) => [Action].flat().map((action) => [action, Resource] as const));
    const instance = ['arn:', { Ref: 'AWS::Partition' }, ':rds:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':db:', { Ref: expect.stringMatching(/^Database/) }];
    const queue = { 'Fn::GetAtt': [expect.stringMatching(/^HoursDeadLetters/), 'Arn'] };
    expect(allowed.sort(([one], [other]) => (one < other ? -1 : 1))).toEqual([
      ['rds:StartDBInstance', { 'Fn::Join': ['', instance] }], ['rds:StopDBInstance', { 'Fn::Join': ['', instance] }], ['sqs:SendMessage', queue],
    ]);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({
          Principal: { Service: 'scheduler.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        })],
      },
      ManagedPolicyArns: Match.absent(),
    });
  });

  test('alarms of what is down are muted from each evening to the next start', () => {
    const rules = Object.entries(template.findResources('AWS::CloudWatch::AlarmMuteRule'));
    expect(rules.map(([id, { Properties: { Rule: { Schedule: schedule }, MuteTargets } }]) =>
      [id.replace(/[0-9A-F]{8}$/, ''), schedule.Expression, schedule.Duration, schedule.Timezone, MuteTargets.AlarmNames.length])).toEqual([
      ['HoursMutesSunday', 'cron(30 19 * * SUN)', 'PT12H30M', 'Europe/Rome', 13],
      ['HoursMutesMonday', 'cron(30 19 * * MON)', 'PT12H30M', 'Europe/Rome', 13],
      ['HoursMutesTuesday', 'cron(30 19 * * TUE)', 'PT12H30M', 'Europe/Rome', 13],
      ['HoursMutesWednesday', 'cron(30 19 * * WED)', 'PT12H30M', 'Europe/Rome', 13],
      ['HoursMutesThursday', 'cron(30 19 * * THU)', 'PT12H30M', 'Europe/Rome', 13],
      ['HoursMutesFriday', 'cron(30 19 * * FRI)', 'PT60H30M', 'Europe/Rome', 13],
      ['HoursMutesSaturday', 'cron(30 19 * * SAT)', 'PT36H30M', 'Europe/Rome', 13],
    ]);
  });

  test('alarms of what is down never become unknown, from which they would come back to OK each morning and tell it', () => {
    const [{ Properties: { MuteTargets } }] = Object.values(template.findResources('AWS::CloudWatch::AlarmMuteRule'));
    const alarms = template.findResources('AWS::CloudWatch::Alarm');
    const without = MuteTargets.AlarmNames.map(({ Ref }: { Ref: string }) => alarms[Ref].Properties.TreatMissingData);
    expect(new Set(without)).toEqual(new Set(['ignore', 'notBreaching']));
  });

  test('cdk-nag finds nothing in it', () => {
    const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
    expect(violations.filter(({ violatingResources }) => violatingResources.some(({ constructPath }) => constructPath?.includes('/Hours/')))).toEqual([]);
  });
});

describe('what is chosen otherwise', () => {
  const templateOf = (options: Partial<WorkHoursOptions>): Template => {
    const stack = testStack();
    resting(stack, options);
    return Template.fromStack(stack);
  };

  test.each([[1, 1], [2, 2], [5, 2]])('offHoursTasks: %i leaves %i, at most the service\'s own minimum', (offHoursTasks, left) => {
    expect(scheduledActions(templateOf({ offHoursTasks }))[1].ScalableTargetAction).toEqual({ MinCapacity: left, MaxCapacity: left });
  });

  test('with tasks left only the alarms of databases are muted', () => {
    const rules = Object.values(templateOf({ offHoursTasks: 1 }).findResources('AWS::CloudWatch::AlarmMuteRule'));
    expect(rules.map(({ Properties }) => Properties.MuteTargets.AlarmNames.length)).toEqual([6, 6, 6, 6, 6, 6, 6]);
  });

  test('stopDatabases: false leaves them on, with no schedule, role or queue', () => {
    const template = templateOf({ stopDatabases: false });
    for (const type of ['AWS::Scheduler::Schedule', 'AWS::SQS::Queue']) template.resourceCountIs(type, 0);
  });

  test('with tasks left and databases on, no alarm is muted', () => {
    templateOf({ stopDatabases: false, offHoursTasks: 1 }).resourceCountIs('AWS::CloudWatch::AlarmMuteRule', 0);
  });

  test('without days off nothing is stopped again', () => {
    templateOf({ days: 'MON-SUN' }).resourceCountIs('AWS::Scheduler::Schedule', 2);
  });

  test('other days', () => {
    expect(scheduledActions(templateOf({ days: 'SAT-MON,WED' }))[0].Schedule).toBe('cron(0 8 ? * SUN,MON,WED,SAT *)');
  });
});

test('actions that a scalable target is given otherwise, before or after, are kept', () => {
  const stack = testStack();
  const vpc = vpcOf(stack);
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
  taskDefinition.addContainer('main', { image: ecs.ContainerImage.fromRegistry('example/api:1') });
  const scaling = new ecs.FargateService(stack, 'Api', { cluster: new ecs.Cluster(stack, 'Cluster', { vpc }), taskDefinition })
    .autoScaleTaskCount({ minCapacity: 1, maxCapacity: 2 });
  scaling.scaleOnSchedule('Before', { schedule: Schedule.cron({ hour: '12', minute: '0' }), minCapacity: 2 });
  new WorkHours(stack, 'Hours', HOURS).include(stack);
  scaling.scaleOnSchedule('After', { schedule: Schedule.cron({ hour: '13', minute: '0' }), minCapacity: 1 });
  expect(scheduledActions(Template.fromStack(stack)).map(({ ScheduledActionName }) => ScheduledActionName)).toEqual(['Before', 'After', 'WorkHoursStart', 'WorkHoursEnd']);
});

test('including a scope twice changes nothing', () => {
  const once = testStack();
  resting(once);
  const twice = testStack();
  resting(twice).hours.include(twice);
  expect(Template.fromStack(twice).toJSON()).toEqual(Template.fromStack(once).toJSON());
});

describe('bad input', () => {
  test.each<[Partial<WorkHoursOptions>, string]>([
    [{ start: '7:00' }, "'start' must be a time of day as 'HH:MM', 00:00 to 23:59, got '7:00': write such as '08:30', schedules are calculated from it"],
    [{ end: '24:00' }, "'end' must be a time of day as 'HH:MM', 00:00 to 23:59, got '24:00': write such as '08:30', schedules are calculated from it"],
    [{ start: '08:00', end: '08:00' }, "'start' and 'end' must differ, got '08:00' for both: leave out work hours to be always on"],
    [{ start: '08:00', end: '07:30' },
      "'start' and 'end' must leave an hour or more between shifts, got 30 minutes between '07:30' and '08:00': a database takes that long to stop and start again, so move one of the two"],
    [{ days: 'Mon-Fri' }, "'days' must be days of the week such as 'MON-FRI' or 'MON,WED,SAT', got 'Mon-Fri': use SUN MON TUE WED THU FRI SAT"],
    [{ days: '2-6' }, "'days' must be days of the week such as 'MON-FRI' or 'MON,WED,SAT', got '2-6': use SUN MON TUE WED THU FRI SAT"],
    [{ days: 'MON-TUE-WED' }, "'days' must be days of the week such as 'MON-FRI' or 'MON,WED,SAT', got 'MON-TUE-WED': use SUN MON TUE WED THU FRI SAT"],
    [{ timeZone: TimeZone.of('Europe/Roma') },
      "'timeZone' must be a time zone of the IANA database, got 'Europe/Roma': use a member of TimeZone, such as TimeZone.EUROPE_ROME"],
    [{ offHoursTasks: -1 }, "'offHoursTasks' must be 0 to 9007199254740991, got -1: choose a whole number of tasks"],
  ])('fails on %j', (options, message) => {
    expect(() => new WorkHours(testStack(), 'Hours', { ...HOURS, ...options })).toThrow(new Error(message));
  });

  test('fails on times that are tokens', () => {
    const stack = testStack();
    expect(() => new WorkHours(stack, 'Hours', { ...HOURS, start: new CfnParameter(stack, 'Start').valueAsString })).toThrow(
      "'start' must be a time of day as 'HH:MM', 00:00 to 23:59, got 'a token': write such as '08:30', schedules are calculated from it");
  });

  test('fails on databases that RDS does not stop', () => {
    const stack = testStack();
    const { database } = resting(stack, { stopDatabases: false });
    const replica = new rds.CfnDBInstance(stack, 'Replica', { sourceDbInstanceIdentifier: database.instanceIdentifier });
    const cluster = new rds.CfnDBInstance(stack, 'Aurora', { engine: 'aurora-postgresql' });
    const hours = new WorkHours(stack, 'More', HOURS);
    expect(() => hours.include(database)).toThrow("'stopDatabases' cannot stop 'Stack/Database/Resource', the source of read replica 'Stack/Replica': set it to false");
    expect(() => hours.include(replica)).toThrow("'stopDatabases' cannot stop 'Stack/Replica', a read replica: set it to false");
    expect(() => hours.include(cluster)).toThrow("'stopDatabases' cannot stop 'Stack/Aurora', an Aurora instance: set it to false");
  });

  test('fails at synthesis on a replica that comes later', () => {
    const stack = testStack();
    const { database } = resting(stack);
    new rds.CfnDBInstance(stack, 'Replica', { sourceDbInstanceIdentifier: database.instanceIdentifier });
    expect(() => Template.fromStack(stack)).toThrow("'stopDatabases' cannot stop 'Stack/Database/Resource', the source of read replica 'Stack/Replica': set it to false");
  });

  test('fails at synthesis where nothing is included', () => {
    const stack = testStack();
    new WorkHours(stack, 'Hours', HOURS).include(stack);
    expect(() => Template.fromStack(stack)).toThrow("nothing rests outside the work hours of 'Stack/Hours': call include() with a scope that has services or databases");
  });
});

test.each(['strong', 'weak'])('a database of another stack is stopped without cyclic references (%s)', (strength) => {
  const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
  const data = new Stack(app, 'Data');
  const database = postgres(data, 'Database', vpcOf(data));
  const stack = new Stack(app, 'Stack');
  new StandardAlarms(stack, 'Alarms').monitor(database);
  new WorkHours(stack, 'Hours', HOURS).include(database);
  app.synth();
  expect(data.dependencies).toEqual([]);
  Template.fromStack(stack).resourceCountIs('AWS::Scheduler::Schedule', 3);
});

test('a read replica that is made after its source was included is found at synthesis', () => {
  const stack = testStack();
  const { database } = resting(stack);
  new rds.CfnDBInstance(stack, 'Replica', { sourceDbInstanceIdentifier: database.instanceIdentifier });
  expect(() => Template.fromStack(stack)).toThrow(
    "'stopDatabases' cannot stop 'Stack/Database/Resource', the source of read replica 'Stack/Replica': set it to false");
});

describe('windows of an instance', () => {
  const instance = (stack: Stack, preferredBackupWindow?: string, preferredMaintenanceWindow?: string): rds.CfnDBInstance =>
    new rds.CfnDBInstance(stack, 'Database', { engine: 'postgres', preferredBackupWindow, preferredMaintenanceWindow });
  const included = (stack: Stack, database: rds.CfnDBInstance, options: Partial<WorkHoursOptions> = {}): void =>
    new WorkHours(stack, 'Hours', { ...HOURS, ...options }).include(database);

  test('within the hours in summer and winter are accepted', () => {
    const stack = testStack();
    included(stack, instance(stack, '07:00-08:00', 'fri:16:30-fri:17:30'));
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('leaves its windows'))).toEqual([]);
  });

  test.each([
    ['03:00-04:00', 'fri:16:30-fri:17:30', "'backupWindow' of 'Stack/Database' must lie within the work hours, 08:00 to 19:30 Europe/Rome, in summer and in winter, "
      + "got '03:00-04:00' UTC: a stopped instance is not backed up, so set it to '07:00-08:00'"],
    // in summer, but not in winter
    ['06:00-07:00', 'fri:16:30-fri:17:30', "got '06:00-07:00' UTC"],
    ['07:00-08:00', 'sun:04:00-sun:05:00', "'maintenanceWindow' of 'Stack/Database' must lie within the work hours, 08:00 to 19:30 Europe/Rome, in summer and in winter, "
      + "got 'sun:04:00-sun:05:00' UTC: a stopped instance gets no patches, so set it to 'fri:16:30-fri:17:30'"],
    ['07:00-08:00', 'fri:17:00-fri:18:00', "got 'fri:17:00-fri:18:00' UTC"],
  ])('%s, %s are refused where the instance would be stopped then', (window, maintenance, message) => {
    const stack = testStack();
    expect(() => included(stack, instance(stack, window, maintenance))).toThrow(message);
  });

  test('that no hour would fit are refused with another remedy', () => {
    const stack = testStack();
    expect(() => included(stack, instance(stack, '03:00-04:00', 'fri:09:00-fri:10:00'), { end: '09:00' })).toThrow(
      "a stopped instance is not backed up, so make the hours longer, or set 'stopDatabases' to false");
  });

  test('that are left to RDS, which takes some at night, are warned of; those known at deployment alone are not', () => {
    const stack = testStack();
    included(stack, instance(stack));
    Annotations.fromStack(stack).hasWarning('/Stack/Hours', Match.stringLikeRegexp("'Stack/Database' leaves its windows for backups and maintenance to RDS"));
    const other = testStack();
    included(other, instance(other, Fn.importValue('Backup'), Fn.importValue('Maintenance')));
    expect(Annotations.fromStack(other).findWarning('*', Match.stringLikeRegexp('leaves its windows'))).toEqual([]);
  });

  test.each([
    ['by a rate', { automaticallyAfterDays: 30 }], ['by an expression', { scheduleExpression: 'rate(30 days)', duration: '1h' }],
  ])('of a password that is rotated at midnight, %s, are refused where the instance is stopped then', (_, rotationRules) => {
    const stack = testStack();
    const database = instance(stack, '07:00-08:00', 'fri:16:30-fri:17:30');
    const secret = new secretsmanager.CfnSecret(stack, 'Secret');
    const attachment = new secretsmanager.CfnSecretTargetAttachment(stack, 'Attachment', { secretId: secret.ref, targetId: database.ref, targetType: 'AWS::RDS::DBInstance' });
    new secretsmanager.CfnRotationSchedule(stack, 'Rotation', { secretId: attachment.ref, rotationRules });
    expect(() => included(stack, database)).toThrow("'rotationWindow' of 'Stack/Database' must lie within the work hours, 08:00 to 19:30 Europe/Rome, in summer and in winter, "
      + "got none: its password is rotated at midnight UTC, and in a stopped instance it cannot be changed, so set it to 'mon:08:00-mon:09:00'");
    // at night, when midnight of UTC is at work
    expect(() => new WorkHours(stack, 'Night', { ...HOURS, start: '00:00' }).include(database)).not.toThrow();
  });

  test('do not matter where databases go on', () => {
    const stack = testStack();
    const vpc = vpcOf(stack);
    fargateService(stack, 'Api', new ecs.Cluster(stack, 'Cluster', { vpc }));
    instance(stack, '03:00-04:00', 'sun:04:00-sun:05:00');
    expect(() => new WorkHours(stack, 'Hours', { ...HOURS, stopDatabases: false }).include(stack)).not.toThrow();
  });
});

describe('backup plans over databases that are stopped', () => {
  const WINDOWS = { preferredBackupWindow: '07:00-08:00', preferredMaintenanceWindow: 'fri:16:30-fri:17:30' };
  /** A stack with a database that rests, and backups of it. */
  const planned = (schedule?: events.Schedule, options: Partial<WorkHoursOptions> = {}, windows = WINDOWS): Stack => {
    const stack = testStack();
    const database = new rds.CfnDBInstance(stack, 'Database', { engine: 'postgres', ...windows });
    fargateService(stack, 'Api', new ecs.Cluster(stack, 'Cluster', { vpc: vpcOf(stack) }));
    new BackupCopies(stack, 'Backups', { schedule }).include(database);
    new WorkHours(stack, 'Hours', { ...HOURS, ...options }).include(stack);
    return stack;
  };
  const at = (expression: string): events.Schedule => events.Schedule.expression(expression);

  test('are refused on Sundays, as they are by default, with a schedule within the hours', () => {
    expect(() => Template.fromStack(planned())).toThrow("'schedule' of 'Stack/Backups/Plan/Resource' must lie within the work hours, 08:00 to 19:30 Europe/Rome, in summer and in winter, "
      + "got 'cron(0 5 ? * SUN *)' UTC: 'Stack/Database' is stopped then, and not backed up, so set it to 'cron(0 8 ? * MON *)'");
  });

  test('are accepted with the schedule that is suggested', () => {
    expect(() => Template.fromStack(planned(at('cron(0 8 ? * MON *)')))).not.toThrow();
  });

  test.each([
    ['cron(0 20 ? * MON-FRI *)', true],
    ['cron(0 10 ? * SAT,SUN *)', true],
    // the last hour before the end, in winter and in summer
    ['cron(30 17 ? * MON *)', true],
    ['cron(30 16 ? * MON *)', false],
    // on some days it is found running
    ['cron(0 10 * * ? *)', false],
    // the first of a month may be any day of the week
    ['cron(0 10 1 * ? *)', false],
    ['cron(0 3 1 * ? *)', true],
    ['cron(0 3 ? * 2#1 *)', true],
    // not ours to judge
    ['cron(0 3)', false],
  ])('%s are refused: %s', (expression, refused) => {
    const synthesis = expect(() => Template.fromStack(planned(at(expression))));
    if (refused) synthesis.toThrow("'Stack/Database' is stopped then, and not backed up"); else synthesis.not.toThrow();
  });

  test('are refused with another remedy where no hour is left beside the windows of RDS', () => {
    const short = { days: 'FRI', start: '15:00', end: '18:00', timeZone: TimeZone.ETC_UTC };
    expect(() => Template.fromStack(planned(undefined, short, { preferredBackupWindow: '15:00-16:00', preferredMaintenanceWindow: 'fri:17:00-fri:18:00' })))
      .toThrow("and not backed up, so make the hours longer, or set 'stopDatabases' to false");
  });

  test('are accepted where databases go on', () => {
    expect(() => Template.fromStack(planned(undefined, { stopDatabases: false }))).not.toThrow();
  });

  const own = (stack: Stack, database: rds.DatabaseInstance, rule: { scheduleExpression: string; scheduleExpressionTimezone?: string }): void => {
    const plan = new backup.CfnBackupPlan(stack, 'Plan', {
      backupPlan: { backupPlanName: 'Own', backupPlanRule: [{ ruleName: 'Own', targetBackupVault: 'vault', ...rule }] },
    });
    new backup.CfnBackupSelection(stack, 'Selection', {
      backupPlanId: plan.ref, backupSelection: { selectionName: 'Own', iamRoleArn: 'role', resources: [database.instanceArn] },
    });
  };

  test.each<[string, (stack: Stack, database: rds.DatabaseInstance) => void]>([
    ['of something else', (stack) => {
      new BackupCopies(stack, 'Backups').include(new dynamodb.CfnTable(stack, 'Table', { keySchema: [], attributeDefinitions: [] }));
    }],
    ['at a time that is known at deployment alone', (stack, database) => {
      own(stack, database, { scheduleExpression: Fn.importValue('Schedule') });
    }],
    ['in a time zone of their own', (stack, database) => {
      own(stack, database, { scheduleExpression: 'cron(0 5 ? * SUN *)', scheduleExpressionTimezone: 'Asia/Tokyo' });
    }],
    ['whose plan is another app\'s', (stack, database) => {
      new backup.CfnBackupSelection(stack, 'Selection', {
        backupPlanId: Fn.importValue('Plan'), backupSelection: { selectionName: 'Own', iamRoleArn: 'role', resources: [database.instanceArn] },
      });
    }],
  ])('are accepted %s', (_, define) => {
    const stack = testStack();
    const { database } = resting(stack);
    define(stack, database);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('are found whoever wrote them, in whatever stack', () => {
    const app = testApp();
    const [data, operations] = ['Data', 'Operations'].map((id) => new Stack(app, id));
    const { database } = resting(data);
    const plan = new backup.BackupPlan(operations, 'Plan', {
      backupPlanRules: [
        new backup.BackupPlanRule({ scheduleExpression: events.Schedule.cron({ hour: '2', minute: '0' }) }),
        new backup.BackupPlanRule({ scheduleExpression: events.Schedule.cron({ hour: '3', minute: '0' }) }),
      ],
    });
    plan.addSelection('Selection', { resources: [backup.BackupResource.fromRdsDatabaseInstance(database)] });
    expect(() => app.synth()).toThrow("'schedule' of 'Operations/Plan/Resource' must lie within the work hours, 08:00 to 19:30 Europe/Rome, in summer and in winter, got 'cron(0 2 * * ? *)' UTC: "
      + "'Data/Database/Resource' is stopped then");
    plan.addRule(new backup.BackupPlanRule({ scheduleExpression: events.Schedule.cron({ hour: '10', minute: '0' }) }));
    expect(() => app.synth()).not.toThrow();
  });
});

describe('what goes on', () => {
  const scaled = (stack: Stack, minCapacity: number, maxCapacity: number): Template => {
    const vpc = vpcOf(stack);
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('main', { image: ecs.ContainerImage.fromRegistry('example/api:1') });
    new ecs.FargateService(stack, 'Api', { cluster: new ecs.Cluster(stack, 'Cluster', { vpc }), taskDefinition }).autoScaleTaskCount({ minCapacity, maxCapacity });
    new WorkHours(stack, 'Hours', { ...HOURS, offHoursTasks: 1 }).include(stack);
    return Template.fromStack(stack);
  };

  test('a worker that scales from no task gets its limits back at the start', () => {
    expect(scheduledActions(scaled(testStack(), 0, 5)).map(({ ScalableTargetAction }) => ScalableTargetAction)).toEqual([
      { MinCapacity: 0, MaxCapacity: 5 }, { MinCapacity: 0, MaxCapacity: 0 },
    ]);
  });

  test.each([[0, 0], [1, 1]])('a service of %i to %i tasks stays as it is: hours that would start nothing are refused', (min, max) => {
    expect(() => scaled(testStack(), min, max)).toThrow("nothing rests outside the work hours of 'Stack/Hours'");
  });

  test('alarms of a service of a fixed number of tasks, and of what stands before it, are not muted', () => {
    const stack = testStack();
    const vpc = vpcOf(stack);
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
    fargateService(stack, 'Api', cluster);
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('main', { image: ecs.ContainerImage.fromRegistry('example/redis:1') });
    const fixed = new ecs.FargateService(stack, 'Redis', { cluster, taskDefinition, desiredCount: 1 });
    const alarms = new StandardAlarms(stack, 'Alarms');
    const ofFixed = alarms.monitor(fixed);
    alarms.monitor(stack);
    new WorkHours(stack, 'Hours', HOURS).include(stack);
    const template = Template.fromStack(stack);
    const muted = Object.values(template.findResources('AWS::CloudWatch::AlarmMuteRule'))[0].Properties.MuteTargets.AlarmNames.map(({ Ref }: { Ref: string }) => Ref);
    expect(muted.length).toBeGreaterThan(0);
    for (const alarm of ofFixed) expect(muted).not.toContain(stack.getLogicalId(alarm.node.defaultChild as CfnResource));
  });
});
