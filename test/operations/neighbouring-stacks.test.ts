// Stacks of one app whose systems are made alike: what belongs to one must not be taken for the other's.
import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { AlertTopic, AppNetwork, OperationsDashboard, PrivatePostgres, StandardAlarms, WorkHours } from '../../src';
import { testApp } from '../harness';

interface Monitored { readonly stack: Stack; readonly database: PrivatePostgres }

/** Windows in which a database that is stopped at night runs. */
const DAYTIME = { backupWindow: '09:00-10:00', maintenanceWindow: 'mon:10:00-mon:11:00', rotationWindow: 'mon:11:00-mon:12:00' };

/** The same database, monitored in the same way, in a stack of its own. */
function monitored(app: App, name: string): Monitored {
  const stack = new Stack(app, name);
  const database = new PrivatePostgres(stack, 'Database', { network: new AppNetwork(stack, 'Network'), ...DAYTIME });
  new StandardAlarms(stack, 'Alarms', { alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }) }).monitor(database);
  new OperationsDashboard(stack, 'Dashboard').show(database);
  new WorkHours(stack, 'WorkHours', { start: '07:00', end: '20:00', timeZone: TimeZone.EUROPE_ROME }).include(database);
  return { stack, database };
}

/** An alarm on a database, in whatever stack. */
function alarmOn({ database }: Pick<Monitored, 'database'>, stack: Stack): void {
  new cloudwatch.Alarm(stack, 'Latency', { metric: database.instance.metric('ReadLatency'), threshold: 1, evaluationPeriods: 1 });
}

const shownAlarms = (stack: Stack): number => {
  const [{ Properties: { DashboardBody: body } }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const text = (body['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  return JSON.parse(text).widgets.find(({ type }: { type: string }) => type === 'alarm').properties.alarms.length;
};

const mutedAlarms = (stack: Stack): number => {
  const [rule] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::AlarmMuteRule'));
  return rule.Properties.MuteTargets.AlarmNames.length;
};

test('each counts refused connections in the log of its own database', () => {
  const app = testApp();
  const [one, two] = ['One', 'Two'].map((name) => monitored(app, name).stack);
  const logOf = (stack: Stack): unknown => Object.values(Template.fromStack(stack).findResources('AWS::Logs::MetricFilter'))[0].Properties.LogGroupName;
  expect(logOf(one)).toEqual({ Ref: expect.stringMatching(/^DatabasePostgresqlLogs/) });
  expect(logOf(two)).toEqual(logOf(one));
});

test('neither refers to the other', () => {
  const app = testApp();
  const [one, two] = ['One', 'Two'].map((name) => monitored(app, name).stack);
  expect(one.dependencies).toEqual([]);
  app.synth();
  expect([...one.dependencies, ...two.dependencies]).toEqual([]);
});

test('each shows and mutes the alarms of its own database', () => {
  const app = testApp();
  const [one, two] = ['One', 'Two'].map((name) => monitored(app, name));
  alarmOn(one, one.stack);
  app.synth();
  expect(shownAlarms(one.stack)).toBe(shownAlarms(two.stack) + 1);
  expect(mutedAlarms(one.stack)).toBe(mutedAlarms(two.stack) + 1);
});

test('an alarm that a further stack defines afterwards is shown and muted by the stack of operations', () => {
  const app = testApp();
  const data = new Stack(app, 'Data');
  const database = new PrivatePostgres(data, 'Database', { network: new AppNetwork(data, 'Network'), ...DAYTIME });
  const operations = new Stack(app, 'Operations');
  const dashboard = new OperationsDashboard(operations, 'Dashboard');
  dashboard.show(database);
  alarmOn({ database }, new Stack(app, 'Further'));
  new WorkHours(operations, 'WorkHours', { start: '07:00', end: '20:00', timeZone: TimeZone.EUROPE_ROME }).include(database);
  app.synth();
  expect(shownAlarms(operations)).toBe(1);
  expect(mutedAlarms(operations)).toBe(1);
});
