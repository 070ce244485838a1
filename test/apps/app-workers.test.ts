// Queues and workers of an app: what comes with them, and what they leave as it is.
import { TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as fc from 'fast-check';
import { AlarmThreshold, AlertTopic, AppWorkerOptions, HaContainerWebApp, HaContainerWebAppProps, Route, WorkHoursOptions } from '../../src';
import { inProfile, testStack } from '../harness';

const IMAGE = ecs.ContainerImage.fromRegistry('example/api:1');
const ALARM = 'AWS::CloudWatch::Alarm';
const HOURS: WorkHoursOptions = { start: '08:00', end: '19:00', timeZone: TimeZone.EUROPE_ROME };

/** An API that gives work to a worker. */
function templateOf(props: HaContainerWebAppProps = {}, worker: Partial<AppWorkerOptions> = {}, profile: 'dev' | 'prod' = 'prod'): Template {
  const stack = testStack(inProfile(profile));
  const web = new HaContainerWebApp(stack, 'App', { alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }), ...props });
  const queue = web.addQueue('Builds');
  web.addService('Api', { image: IMAGE, port: 8000, route: Route.path('/*') }).useQueue(queue);
  web.addWorker('Builder', { image: IMAGE, queue, ...worker });
  return Template.fromStack(stack);
}
const idsOf = (template: Template, type: string, pattern: RegExp): string[] =>
  Object.keys(template.findResources(type)).filter((id) => pattern.test(id));

describe('a queue and its worker', () => {
  const template = templateOf();

  test('stand in the app by their own ids', () => {
    expect(idsOf(template, 'AWS::SQS::Queue', /./)).toEqual([
      expect.stringMatching(/^AppQueuesBuildsDeadLetters/), expect.stringMatching(/^AppQueuesBuildsQueue/),
    ]);
    expect(idsOf(template, 'AWS::ECS::Service', /./)).toEqual([
      expect.stringMatching(/^AppServicesApiService/), expect.stringMatching(/^AppWorkersBuilderService/),
    ]);
  });

  test('each have their alarms: age, dead letters, and those of a service', () => {
    expect(idsOf(template, ALARM, /^AppAlarms.*Queues/)).toEqual([
      expect.stringMatching(/BuildsDeadLetters/), expect.stringMatching(/BuildsQueueAge/),
    ]);
    expect(idsOf(template, ALARM, /^AppAlarms.*WorkersBuilder/)).toHaveLength(3);
  });

  test('have alarms that tell somebody, and two that scale', () => {
    const actions = Object.values(template.findResources(ALARM)).map(({ Properties }) => Properties.AlarmActions[0].Ref as string);
    expect(actions.filter((ref) => ref.includes('Backlog'))).toHaveLength(2);
    expect(actions.filter((ref) => !ref.includes('Backlog') && !ref.startsWith('Alerts'))).toEqual([]);
  });

  test('are shown, but not the alarms that scale', () => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard.Properties.DashboardBody);
    for (const title of ['SQS queue Stack/App/Queues/Builds', 'ECS service Stack/App/Workers/Builder', 'Age of the oldest']) expect(body).toContain(title);
    expect(body).not.toContain('Backlog');
  });
});

describe('thresholds', () => {
  test('of the age and of dead letters are as they are asked for', () => {
    const template = templateOf({ thresholds: { queue: { age: AlarmThreshold.seconds(60), deadLetters: AlarmThreshold.off() } } });
    template.hasResourceProperties(ALARM, { MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 60, Statistic: 'Maximum' });
    expect(idsOf(template, ALARM, /DeadLetters/)).toEqual([]);
  });

  test('of one worker and one queue win over those of the app', () => {
    const stack = testStack(inProfile('prod'));
    const web = new HaContainerWebApp(stack, 'App', { thresholds: { queue: { age: AlarmThreshold.seconds(60) } } });
    web.addQueue('Slow', { thresholds: { queue: { age: AlarmThreshold.seconds(7200) } } });
    web.addQueue('Fast');
    web.addWorker('Busy', { image: IMAGE, thresholds: { service: { cpu: AlarmThreshold.off() } } });
    const template = Template.fromStack(stack);
    const ages = template.findResources(ALARM, { Properties: { MetricName: 'ApproximateAgeOfOldestMessage' } });
    expect(Object.values(ages).map(({ Properties }) => Properties.Threshold)).toEqual(expect.arrayContaining([60, 7200]));
    template.resourcePropertiesCountIs(ALARM, { MetricName: 'CPUUtilization' }, 0);
  });

  test('without alarms there are those that scale alone', () => {
    templateOf({ alarms: false }).resourceCountIs(ALARM, 2);
  });
});

describe('outside work hours', () => {
  const targetOf = (template: Template): any =>
    Object.entries(template.findResources('AWS::ApplicationAutoScaling::ScalableTarget')).find(([id]) => id.includes('Worker'))![1].Properties;

  test('a worker that starts from zero rests, and may start again in the morning', () => {
    const { ScheduledActions } = targetOf(templateOf({ workHours: HOURS }, { scaling: { minTasks: 0 } }));
    expect(ScheduledActions.map(({ ScalableTargetAction }: any) => ScalableTargetAction)).toEqual([
      { MinCapacity: 0, MaxCapacity: 6 }, { MinCapacity: 0, MaxCapacity: 0 },
    ]);
  });

  test('messages that wait for the morning alarm nobody, dead letters do', () => {
    const template = templateOf({ workHours: HOURS });
    const [mute] = Object.values(template.findResources('AWS::CloudWatch::AlarmMuteRule'));
    const muted = (mute.Properties.MuteTargets.AlarmNames as Array<{ Ref: string }>).map(({ Ref }) => Ref);
    expect(muted.filter((id) => /^AppAlarms.*Queues/.test(id))).toEqual([expect.stringMatching(/BuildsQueueAge/)]);
    expect(muted.filter((id) => /^AppAlarms.*Workers/.test(id))).toHaveLength(3);
    expect(muted.filter((id) => /Backlog/.test(id))).toEqual([]);
  });
});

describe('bad input', () => {
  test.each([['queue', "queue 'Builds' exists already in 'Stack/App': give each queue an id of its own"],
    ['worker', "worker 'Builds' exists already in 'Stack/App': give each worker an id of its own"]])('two of one id: %s', (kind, message) => {
    const web = new HaContainerWebApp(testStack(), 'App');
    const add = (): object => (kind === 'queue' ? web.addQueue('Builds') : web.addWorker('Builds', { image: IMAGE }));
    add();
    expect(add).toThrow(message);
  });

  test('a worker with a route', () => {
    const web = new HaContainerWebApp(testStack(), 'App');
    expect(() => web.addWorker('Builder', { image: IMAGE, route: Route.path('/*') } as AppWorkerOptions)).toThrow(
      "'route' must not be given to worker 'Stack/App/Workers/Builder': a worker listens on no port, so make it a service, by new ContainerService() or addService()",
    );
  });

  test('a worker where a route wants a service', () => {
    const web = new HaContainerWebApp(testStack(), 'App');
    const worker = web.addWorker('Builder', { image: IMAGE });
    expect(() => web.entry.addRoute('Builder', { service: worker as never, route: Route.path('/*') })).toThrow(
      "'service' must be a ContainerService, got 'Stack/App/Workers/Builder': a worker listens on no port and can have no route, so pass a service",
    );
  });
});

test('adding, removing or reordering queues and workers changes no other resource, but the dashboard', () => {
  const ids = ['Builds', 'Mails', 'Reports'];
  const templateWith = (chosen: string[]): Record<string, unknown> => {
    const stack = testStack(inProfile('prod'));
    const web = new HaContainerWebApp(stack, 'App');
    const api = web.addService('Api', { image: IMAGE, port: 8000, route: Route.path('/*') });
    api.useDatabase(web.addDatabase('Database'));
    for (const id of chosen) web.addWorker(id, { image: IMAGE, queue: web.addQueue(id) });
    return Template.fromStack(stack).toJSON().Resources;
  };
  const all = templateWith(ids);
  const isOf = (id: string, others: string[]): boolean => others.some((other) => id.includes(other));
  fc.assert(fc.property(fc.shuffledSubarray(ids), (chosen) => {
    const resources = templateWith(chosen);
    const left = ids.filter((id) => !chosen.includes(id));
    const expected = Object.entries(all).filter(([id]) => !isOf(id, left));
    expect(Object.keys(resources).sort()).toEqual(expected.map(([id]) => id).sort());
    for (const [id, resource] of expected) if (!/Dashboard/.test(id)) expect({ id, ...resources[id] as object }).toEqual({ id, ...resource as object });
  }), { numRuns: 5 });
});
