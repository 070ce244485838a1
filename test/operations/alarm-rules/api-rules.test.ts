import { App, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as sns from 'aws-cdk-lib/aws-sns';
import { alarmsIn, graphsIn } from './fixture';
import { AlarmThreshold, AlertTopic, StandardAlarms } from '../../../src';
import { FLAG_SETS, testStack } from '../../harness';
import { warningsOf } from '../fixture';

const REST = (stack: Stack): unknown => {
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  return api.root.addMethod('GET');
};
const HTTP = (stack: Stack): unknown => new apigatewayv2.HttpApi(stack, 'Api');
const WEBSOCKET = (stack: Stack): unknown => new apigatewayv2.WebSocketApi(stack, 'Api');

const APIS: Array<[string, (stack: Stack) => unknown, string, string]> = [
  ['a REST API', REST, 'AWS/ApiGateway 5XXError Sum of ApiName=Api', 'AWS/ApiGateway Latency p99 of ApiName=Api'],
  ['an HTTP API', HTTP, 'AWS/ApiGateway 5xx Sum of ApiId=Api', 'AWS/ApiGateway Latency p99 of ApiId=Api'],
  ['a WebSocket API', WEBSOCKET,
    'FILL(integration, 0) + FILL(execution, 0), integration: AWS/ApiGateway IntegrationError Sum of ApiId=Api, execution: AWS/ApiGateway ExecutionError Sum of ApiId=Api',
    'AWS/ApiGateway IntegrationLatency p99 of ApiId=Api'],
];

describe.each(FLAG_SETS)('alarms with %s', (_, flags) => {
  test.each(APIS)('of %s are on its errors and on how long it takes', (_api, define, errors, latency) => {
    const stack = new Stack(new App({ context: flags }), 'Stack');
    define(stack);
    expect(alarmsIn(stack)).toEqual([
      `${errors} GreaterThan 10; 1 of 1 x 300 s; notBreaching`, `${latency} GreaterThan 5000; 3 of 3 x 300 s; notBreaching`,
    ]);
  });
});

test.each(APIS)('thresholds of %s are a count and seconds', (_, define) => {
  const stack = testStack();
  define(stack);
  const alarms = alarmsIn(stack, { thresholds: { api: { serverErrors: AlarmThreshold.count(3), latency: AlarmThreshold.seconds(0.25) } } });
  expect(alarms.map((alarm) => / GreaterThan (\d+);/.exec(alarm)![1])).toEqual(['3', '250']);
});

test('an API imported from a definition speaks HTTP', () => {
  const stack = testStack();
  new apigatewayv2.CfnApi(stack, 'Api', { body: { openapi: '3.0.1' } });
  expect(alarmsIn(stack)[0]).toContain('AWS/ApiGateway 5xx Sum of ApiId=Api');
});

test('a REST API whose name stands in its definition alone is left out, with a warning', () => {
  const stack = testStack();
  const api = new apigateway.CfnRestApi(stack, 'Api', { body: { openapi: '3.0.1' } });
  expect(new StandardAlarms(stack, 'Alarms', { alerts: AlertTopic.fromTopic(new sns.Topic(stack, 'Topic')) }).monitor(api)).toEqual([]);
  expect(warningsOf(stack)).toEqual(["StandardAlarmsNotMonitored: REST API 'Stack/Api' has no alarms, as it had no name, under which CloudWatch keeps its metrics, "
    + 'when monitor() was called: call it afterwards']);
});

test.each([
  ['a REST API', REST, ['Requests a minute (token): Count', 'Errors a minute (token): 4XXError, 5XXError', 'Latency (token): Latency, Latency',
    'Latency of the integration (token): IntegrationLatency, IntegrationLatency']],
  ['an HTTP API', HTTP, ['Requests a minute (token): Count', 'Errors a minute (token): 4xx, 5xx', 'Latency (token): Latency, Latency',
    'Latency of the integration (token): IntegrationLatency, IntegrationLatency']],
  ['a WebSocket API', WEBSOCKET, ['Connections and messages a minute (token): ConnectCount, MessageCount',
    'Errors a minute (token): ClientError, FILL(integration, 0) + FILL(execution, 0)', 'Latency of the integration (token): IntegrationLatency, IntegrationLatency']],
] as const)('a dashboard shows requests, errors and latency of %s', (_, define, graphs) => {
  const stack = testStack();
  define(stack);
  expect(graphsIn(stack)).toEqual(graphs);
});
