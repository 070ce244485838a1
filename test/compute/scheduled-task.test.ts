import { Duration, Lazy, Size, Stack, Tags, TimeZone } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as fc from 'fast-check';
import { circles, findings, serviceIn } from './app-tier';
import { isAllowed } from '../../integ/sandbox/policy';
import { ContainerService, ScheduledTask, ScheduledTaskOptions } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';
import { Statement, statementsOf } from '../statements';

const nightly = ScheduleExpression.cron({ minute: '0', hour: '3', timeZone: TimeZone.EUROPE_ROME });

interface Scheduled { readonly stack: Stack; readonly api: ContainerService; readonly task: ScheduledTask; readonly template: () => Template }

function scheduled(options: Partial<ScheduledTaskOptions> = {}): Scheduled {
  const stack = testStack();
  const api = serviceIn(stack);
  const task = api.addScheduledTask('Cleanup', { schedule: nightly, command: ['rake', 'cleanup'], ...options });
  return { stack, api, task, template: () => Template.fromStack(stack) };
}

const targetOf = (template: Template): Record<string, any> => Object.values(template.findResources('AWS::Scheduler::Schedule'))[0].Properties.Target;
const inputOf = (template: Template): Record<string, any> => JSON.parse(targetOf(template).Input);

/** What a template says, as deployment fills it in while the task definition is at this revision. */
function deployed(value: unknown, template: Template, revision: number): unknown {
  if (Array.isArray(value)) return value.map((element) => deployed(element, template, revision));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument]] = Object.entries(value as Record<string, any>);
  if (name === 'Fn::Join') return argument[1].map((part: unknown) => deployed(part, template, revision)).join(argument[0]);
  if (name === 'Fn::GetAtt') return `arn:${argument.join('.')}`;
  if (name === 'Ref') {
    const definition = template.findResources('AWS::ECS::TaskDefinition')[argument];
    return definition ? `arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task-definition/${definition.Properties.Family}:${revision}` : `<${argument}>`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(inner, template, revision)]));
}

describe('a scheduled task', () => {
  const { stack, api, task, template: synthesized } = scheduled();
  const template = synthesized();

  test('starts at its time, in its time zone', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Rome',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      StartDate: Match.absent(),
      EndDate: Match.absent(),
      Name: Match.absent(),
    });
  });

  test('is the task of the service with another command, in the same subnets and security group', () => {
    const service = Object.values(template.findResources('AWS::ECS::Service'))[0].Properties;
    const { EcsParameters } = targetOf(template);
    expect(EcsParameters.TaskDefinitionArn).toEqual(service.TaskDefinition);
    expect(EcsParameters.NetworkConfiguration).toEqual(service.NetworkConfiguration);
    expect(EcsParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    expect(EcsParameters).toMatchObject({ LaunchType: 'FARGATE', PlatformVersion: 'LATEST', EnableECSManagedTags: true });
    expect(inputOf(template)).toEqual({ containerOverrides: [{ name: 'App', command: ['rake', 'cleanup'] }] });
    template.resourceCountIs('AWS::ECS::TaskDefinition', 1);
  });

  test('bears the tags of its app, by which its cost is found', () => {
    const app = testApp();
    const tagged = new Stack(app, 'Stack');
    Tags.of(app).add('Application', 'shop');
    serviceIn(tagged).addScheduledTask('Cleanup', { schedule: nightly });
    const { EcsParameters } = targetOf(Template.fromStack(tagged));
    expect(EcsParameters).toMatchObject({ PropagateTags: 'TASK_DEFINITION', EnableECSManagedTags: true });
    Template.fromStack(tagged).hasResourceProperties('AWS::ECS::TaskDefinition', { Tags: [{ Key: 'Application', Value: 'shop' }] });
  });

  test('is started for an hour, and told as failed after that', () => {
    expect(targetOf(template).RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 });
    expect(targetOf(template).DeadLetterConfig.Arn).toEqual(stack.resolve(task.failedRuns.queueArn));
  });

  test('is told as failed when its application ends with another code than 0, or never starts', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.ecs'],
        'detail-type': ['ECS Task State Change'],
        'detail': {
          clusterArn: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('Cluster'), 'Arn'] }],
          group: ['Stack/Stack/Api/ScheduledTasks/Cleanup'],
          lastStatus: ['STOPPED'],
          $or: [{ containers: { name: ['App'], exitCode: [{ 'anything-but': [0] }] } }, { stopCode: ['TaskFailedToStart'] }],
        },
      },
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('FailedRuns'), 'Arn'] } }],
    });
    expect(targetOf(template).EcsParameters.Group).toBe('Stack/Stack/Api/ScheduledTasks/Cleanup');
  });

  test('keeps failures for 14 days, encrypted, by TLS alone', () => {
    template.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, QueueName: Match.absent() });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny' })]) } });
  });

  test('is started by a role that may start any revision of this task in its cluster, tag its run, pass its two roles, and tell the queue', () => {
    const [{ Properties: { Family } }] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
    const roles = [api.taskDefinition.executionRole!, api.taskRole].map(({ roleArn }) => stack.resolve(roleArn));
    const home = ['arn:', { Ref: 'AWS::Partition' }, ':ecs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
    expect(statementsOf(template, 'ApiScheduleRole')).toEqual([
      {
        Effect: 'Allow',
        Action: 'ecs:RunTask',
        Resource: { 'Fn::Join': ['', [...home, `:task-definition/${Family}:*`]] },
        Condition: { ArnEquals: { 'ecs:cluster': stack.resolve(api.cluster.cluster.clusterArn) } },
      },
      {
        Effect: 'Allow',
        Action: 'ecs:TagResource',
        Resource: { 'Fn::Join': ['', [...home, ':task/', stack.resolve(api.cluster.cluster.clusterName), '/*']] },
        Condition: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
      },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: roles, Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: stack.resolve(task.failedRuns.queueArn) },
    ]);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Action: 'sts:AssumeRole', Principal: { Service: 'scheduler.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }],
      },
    });
  });

  test('takes a new version when the deployment of the service has succeeded', () => {
    template.hasResource('AWS::Scheduler::Schedule', { DependsOn: Match.arrayWith([stack.getLogicalId(api.fargateService.node.defaultChild as never)]) });
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('has logical ids that are fixed', () => {
    const ids = ['AWS::Scheduler::Schedule', 'AWS::SQS::Queue', 'AWS::Events::Rule'].flatMap((type) => Object.keys(template.findResources(type)));
    expect(ids).toMatchInlineSnapshot(`
[
  "ApiScheduledTasksCleanupScheduleA3FCA377",
  "ApiFailedRunsBDB09C52",
  "ApiScheduledTasksCleanupFailures2F0E2EFE",
]
`);
  });

  test('is run now by a command', () => {
    expect(task.runCommand).toBe(api.runTaskCommand('rake', 'cleanup'));
  });

  test('leaves cdk-nag nothing to say', () => {
    expect(findings(stack, api)).toEqual([]);
  });
});

describe('while a new version of the service is deployed', () => {
  const [before, after] = ['1', '2'].map((version) => {
    const { api, template } = scheduled();
    api.addEnvironment('VERSION', version);
    return template();
  });
  const permitted = (action: string, resource: string, context: Record<string, string>): boolean => {
    const policies = statementsOf(after, 'ApiScheduleRole').map((statement) => deployed(statement, after, 8) as Statement);
    return isAllowed([{ Statement: policies as never }], { action, resource, context });
  };
  const targets: Array<[target: string, template: Template, revision: number]> = [['the old', before, 7], ['the new', after, 8]];

  test.each(targets)('the role of the new template may do what %s target asks for', (_, template, revision) => {
    const { Arn: cluster, EcsParameters } = deployed(targetOf(template), template, revision) as Record<string, any>;
    expect(EcsParameters.TaskDefinitionArn).toMatch(new RegExp(`:task-definition/StackApi\\w+:${revision}$`));
    expect(permitted('ecs:RunTask', EcsParameters.TaskDefinitionArn, { 'ecs:cluster': cluster })).toBe(true);
    const [{ Properties: { ExecutionRoleArn, TaskRoleArn } }] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
    for (const role of [ExecutionRoleArn, TaskRoleArn]) {
      expect(permitted('iam:PassRole', deployed(role, template, revision) as string, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' })).toBe(true);
    }
  });

  test('the two targets are of two revisions', () => {
    expect(before.findResources('AWS::ECS::TaskDefinition')).not.toEqual(after.findResources('AWS::ECS::TaskDefinition'));
  });

  test('it may start nothing else, and nowhere else', () => {
    const { Arn: cluster, EcsParameters: { TaskDefinitionArn: revision } } = deployed(targetOf(after), after, 8) as Record<string, any>;
    expect(permitted('ecs:RunTask', revision, { 'ecs:cluster': `${cluster}-of-others` })).toBe(false);
    expect(permitted('ecs:RunTask', revision, {})).toBe(false);
    expect(permitted('ecs:RunTask', revision.replace(':8', 'OfOthers:8'), { 'ecs:cluster': cluster })).toBe(false);
  });
});

test.each(FLAG_SETS)('is the same with feature flags %s', (_, context) => {
  const stack = new Stack(testApp(context), 'Stack');
  serviceIn(stack).addScheduledTask('Cleanup', { schedule: nightly });
  Template.fromStack(stack).hasResourceProperties('AWS::Scheduler::Schedule', { Target: { EcsParameters: { LaunchType: 'FARGATE' } } });
});

describe('of its options', () => {
  test('the command is that of the application unless given', () => {
    expect(inputOf(scheduled({ command: undefined }).template())).toEqual({ containerOverrides: [{ name: 'App' }] });
  });

  test('variables join those of the application, by name', () => {
    const { containerOverrides: [{ environment }] } = inputOf(scheduled({ environment: { SCOPE: 'all', DRY_RUN: 'no' } }).template());
    expect(environment).toEqual([{ name: 'DRY_RUN', value: 'no' }, { name: 'SCOPE', value: 'all' }]);
  });

  test('size may be another', () => {
    expect(inputOf(scheduled({ cpu: 1024, memory: Size.gibibytes(4) }).template())).toMatchObject({ cpu: '1024', memory: '4096' });
    expect(inputOf(scheduled({ memory: Size.gibibytes(2) }).template())).toMatchObject({ memory: '2048' });
  });

  test('what is known only at deployment passes', () => {
    const tokenOf = (value: number): number => Lazy.number({ produce: () => value });
    const { template } = scheduled({ cpu: tokenOf(1024), memory: Size.mebibytes(tokenOf(4096)), startWithin: Duration.seconds(tokenOf(120)) });
    expect(inputOf(template())).toMatchObject({ cpu: '1024', memory: '4096' });
    expect(targetOf(template()).RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 120, MaximumRetryAttempts: 185 });
  });

  test('size must be one that Fargate has, also beside that of the service', () => {
    expect(() => scheduled({ cpu: 300 })).toThrow("'cpu' must be 256, 512, 1024, 2048, 4096, 8192 or 16384, got 300: choose one of these, 1024 units are a virtual CPU");
    expect(() => scheduled({ memory: Size.gibibytes(8) })).toThrow("'memory' must be 1 to 4 GiB in steps of 1 GiB where 'cpu' is 512, got 8192 MiB: change either");
    expect(() => scheduled({ cpu: 4096 })).toThrow("'memory' must be 8 to 30 GiB in steps of 1 GiB where 'cpu' is 4096, got 1024 MiB: change either");
  });

  test('it may be paused', () => {
    scheduled({ enabled: false }).template().hasResourceProperties('AWS::Scheduler::Schedule', { State: 'DISABLED' });
  });

  test('the time to start within may be shorter and longer, within bounds', () => {
    expect(targetOf(scheduled({ startWithin: Duration.seconds(60) }).template()).RetryPolicy.MaximumEventAgeInSeconds).toBe(60);
    expect(targetOf(scheduled({ startWithin: Duration.hours(24) }).template()).RetryPolicy.MaximumEventAgeInSeconds).toBe(86400);
    expect(() => scheduled({ startWithin: Duration.seconds(59) })).toThrow("'startWithin' must be 60 to 86400, got 59: choose whole seconds within these");
    expect(() => scheduled({ startWithin: Duration.hours(25) })).toThrow("'startWithin' must be 60 to 86400, got 90000: choose whole seconds within these");
  });

  test('it runs from a start to an end', () => {
    const [start, end] = [new Date('2030-01-01T00:00:00Z'), new Date('2030-02-01T00:00:00Z')];
    scheduled({ start, end }).template().hasResourceProperties('AWS::Scheduler::Schedule', {
      StartDate: '2030-01-01T00:00:00.000Z', EndDate: '2030-02-01T00:00:00.000Z',
    });
  });

  test('a command without words fails', () => {
    expect(() => scheduled({ command: [] })).toThrow("'command' of scheduled task 'Cleanup' must have at least one element, got none: name a program of the image");
  });

  test('an id that is taken fails', () => {
    const { api } = scheduled();
    expect(() => api.addScheduledTask('Cleanup', { schedule: nightly })).toThrow("scheduled task 'Cleanup' exists already in 'Stack/Api': give each an id of its own");
  });
});

test('a service has one role and one queue for all its scheduled tasks, and another one moves nothing', () => {
  const { template: one } = scheduled();
  const two = scheduled();
  two.api.addScheduledTask('Archive', { schedule: ScheduleExpression.rate(Duration.hours(1)) });
  const [before, after] = [one(), two.template()];
  after.resourceCountIs('AWS::Scheduler::Schedule', 2);
  after.resourceCountIs('AWS::SQS::Queue', 1);
  const untouched = ['AWS::Scheduler::Schedule', 'AWS::Events::Rule', 'AWS::SQS::Queue', 'AWS::IAM::Role', 'AWS::ECS::Service', 'AWS::ECS::TaskDefinition'];
  for (const type of untouched) expect(after.findResources(type)).toMatchObject(before.findResources(type));
});

describe('a schedule that never starts anything fails:', () => {
  const failing: Array<[what: string, options: Partial<ScheduledTaskOptions>, message: string]> = [
    ['on a day that no month has', { schedule: ScheduleExpression.cron({ day: '31', month: '2,4,6' }) },
      "'schedule' must come to a date, got 'cron(* * 31 2,4,6 ? *)', which never does: it would never start anything, so choose days that the months have"],
    ['on a leap day of years that have none', { schedule: ScheduleExpression.cron({ day: '29', month: 'FEB', year: '2031/4' }) },
      "'schedule' must come to a date, got 'cron(* * 29 FEB ? 2031/4)', which never does: it would never start anything, so choose days that the months have"],
    ['outside its start and end', { schedule: ScheduleExpression.cron({ day: '24', month: '12' }), start: new Date('2030-01-01'), end: new Date('2030-12-01') },
      "'schedule' must come to a date within its start and end, got 'cron(* * 24 12 ? *)', which never does: it would never start anything, so choose days that the months have"],
    ['that ends before it starts', { start: new Date('2030-02-01'), end: new Date('2030-01-01') },
      "'start' must be before 'end', got 2030-02-01T00:00:00.000Z and 2030-01-01T00:00:00.000Z: the schedule would never start anything, so exchange or drop one of the two"],
    ['at one time with an end', { schedule: ScheduleExpression.at(new Date('2030-01-01T10:00:00Z')), end: new Date('2031-01-01') },
      "'start' and 'end' must not be set for a schedule of one time, got 'at(2030-01-01T10:00:00)': EventBridge Scheduler ignores them there, so leave them out"],
    ['at a minute that there is not', { schedule: ScheduleExpression.cron({ minute: '60' }) },
      "'schedule' must be an expression of EventBridge Scheduler, 0 to 59 where it has '60', got 'cron(60 * * * ? *)': write it as in https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"],
    ['of five fields', { schedule: ScheduleExpression.expression('cron(0 3 * * *)') },
      "'schedule' must be an expression of EventBridge Scheduler, cron(…) with six fields, rate(…) or at(…), got 'cron(0 3 * * *)': write it as in https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"],
    ['on days of both kinds', { schedule: ScheduleExpression.expression('cron(0 3 * * * *)') },
      "'schedule' must be an expression of EventBridge Scheduler, '?' for either the day of the month or the day of the week, got 'cron(0 3 * * * *)': write it as in https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"],
  ];

  test.each(failing)('%s', (_, options, message) => {
    expect(() => scheduled(options)).toThrow(message);
  });

  test.each([
    'rate(0 minutes)', 'rate(5 weeks)', 'at(2030-01-01)', 'daily', 'cron(0 3 0 * ? *)', 'cron(0 24 * * ? *)', 'cron(0 3 ? * 8 *)', 'cron(0 3 ? * MON#6 *)', 'cron(0/0 3 * * ? *)',
  ])("'%s' is no expression", (text) => {
    expect(() => scheduled({ schedule: ScheduleExpression.expression(text) })).toThrow("'schedule' must be an expression of EventBridge Scheduler, ");
  });

  test.each([
    'rate(1 minute)', 'rate(7 days)', 'at(2030-01-01T10:00:00)', 'cron(0/15 8-18 ? * MON-FRI *)', 'cron(0 3 L * ? *)', 'cron(0 3 15W * ? *)', 'cron(0 3 ? * FRI#2 *)',
    'cron(0 3 ? * 6L *)', 'cron(0 3 29 2 ? *)', 'cron(*/10 * 1,15 JAN-MAR ? 2030-2040)',
  ])("'%s' is one", (text) => {
    expect(() => scheduled({ schedule: ScheduleExpression.expression(text) })).not.toThrow();
  });

  test('what is known only at deployment passes', () => {
    expect(() => scheduled({ schedule: ScheduleExpression.expression(Lazy.string({ produce: () => 'rate(1 day)' })) })).not.toThrow();
  });

  test('exactly when no day of four centuries is one of its days', () => {
    const days = fc.uniqueArray(fc.integer({ min: 28, max: 31 }), { minLength: 1, maxLength: 2 });
    const months = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 });
    const years = fc.uniqueArray(fc.integer({ min: 2026, max: 2034 }), { minLength: 1, maxLength: 2 });
    const stack = testStack();
    const api = serviceIn(stack);
    let count = 0;
    fc.assert(fc.property(days, months, years, (day, month, year) => {
      const exists = year.some((y) => month.some((m) => day.some((d) => new Date(Date.UTC(y, m - 1, d)).getUTCMonth() === m - 1)));
      const schedule = ScheduleExpression.expression(`cron(0 3 ${day.join()} ${month.join()} ? ${year.join()})`);
      const add = (): unknown => api.addScheduledTask(`Task${count++}`, { schedule });
      if (exists) expect(add).not.toThrow();
      else expect(add).toThrow('which never does');
    }), { numRuns: 100 });
  });
});
