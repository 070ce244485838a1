// What a serverless app watches, shows and keeps in prod: the figures that its operators rely on.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AlertTopic, AppNetwork, FunctionCode, ServerlessPwaApp } from '../../src';
import { inProfile, testApp } from '../harness';
import { inShort } from '../operations/alarm-rules/fixture';

const stack = new Stack(testApp(inProfile('prod')), 'Stack', { env: { region: 'us-east-1' } });
const pwa = new ServerlessPwaApp(stack, 'Shop', {
  network: new AppNetwork(stack, 'Network'),
  alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }),
  api: { code: FunctionCode.zip(lambda.Code.fromInline('def handler(event, context): ...'), 'index.handler', lambda.Runtime.PYTHON_3_14), createLogRole: true },
});
pwa.api.useDatabase(pwa.addDatabase('Database'));
pwa.addWebSocket('WebSocket');
pwa.dashboard.addMetrics('Orders', new Metric({ namespace: 'Shop', metricName: 'Orders' }));
const template = Template.fromStack(stack);

describe('alarms of an app in prod', () => {
  const [releases, alarms] = [true, false].map((isOfRelease) => inShort(stack).filter((alarm) => alarm.includes('ExecutedVersion=') === isOfRelease));
  const alarmOn = (metric: string): string => alarms.find((alarm) => alarm.includes(metric))!.replace(/^.* (?=GreaterThan|LessThan)/, '');

  test.each([
    ['more than 5 % of runs that fail, twice in 5 minutes', 'AWS/Lambda Errors', 'GreaterThan 5; 2 of 2 x 300 s; notBreaching'],
    ['a run of 25 of the 30 s it may take, three times in 5 minutes', 'AWS/Lambda Duration', 'GreaterThan 25000; 3 of 3 x 300 s; notBreaching'],
    ['any run that is turned away', 'AWS/Lambda Throttles', 'GreaterThan 0; 1 of 1 x 300 s; notBreaching'],
    ['any dead letter', 'AWS/SQS ApproximateNumberOfMessagesVisible', 'GreaterThan 0; 1 of 1 x 300 s; notBreaching'],
    ['more than 10 answers of 5xx in 5 minutes', 'AWS/ApiGateway 5XXError', 'GreaterThan 10; 1 of 1 x 300 s; notBreaching'],
    ['a database above 80 % of its CPU, twice in 10 minutes', 'AWS/RDS CPUUtilization', 'GreaterThan 80; 2 of 2 x 600 s; ignore'],
    ['less than 2 GiB of free storage', 'AWS/RDS FreeStorageSpace', 'LessThan 2147483648; 1 of 1 x 300 s; ignore'],
  ])('tell of %s', (_, metric, figures) => {
    expect(alarmOn(metric)).toBe(figures);
  });

  test('roll a release back when 5 % of the new version\'s own runs fail in a minute', () => {
    expect(releases).toEqual([expect.stringContaining('GreaterThanOrEqualTo 5; 1 of 3 x 60 s; notBreaching')]);
  });
});

test('the dashboard of an app in prod has a section for site, API, function, database, and what the business counts', () => {
  const [{ Properties: { DashboardBody: body } }] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const text = (body['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'token')).join('');
  const widgets: Array<{ type: string; properties: { markdown?: string; title?: string } }> = JSON.parse(text).widgets;
  const sections = widgets.reduce<string[][]>((all, { type, properties: { markdown, title } }) => {
    if (type === 'text') all.push([markdown!.replace(/^## | Stack\/.*$/g, '')]);
    else if (type === 'metric') all[all.length - 1].push(title!);
    return all;
  }, []);
  // queues of dead letters and the state machine of the rotation are not the document's
  expect(sections.filter(([name]) => !['SQS', 'State machine'].some((kind) => name.startsWith(kind)))).toEqual([
    ['CloudFront distribution', 'Requests a minute', 'Errors', 'Cache hits', 'Bytes a minute'],
    ['REST API', 'Requests a minute', 'Errors a minute', 'Latency', 'Latency of the integration'],
    ['Lambda function', 'Runs a minute', 'Error rate', 'Duration', 'Runs at once'],
    ['RDS instance', 'CPU', 'Connections', 'Free storage', 'I/O operations a second', 'Free memory'],
    ['WebSocket API', 'Connections and messages a minute', 'Errors a minute', 'Latency of the integration'],
    ['Orders', 'Orders'],
  ]);
});

test('logs of the function are kept for 30 days in prod, with its key, and those of the APIs for 14', () => {
  const groups = Object.entries(template.findResources('AWS::Logs::LogGroup')).map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties.RetentionInDays, 'KmsKeyId' in Properties]);
  expect(groups.filter(([id]) => /^Shop(Api|RestApi|WebSockets)/.test(id))).toEqual([
    ['ShopApiLogs', 30, true], ['ShopRestApiAccessLogs', 14, false], ['ShopRestApiExecutionLogs', 14, false], ['ShopWebSocketsWebSocketAccessLogs', 14, false],
  ]);
});
