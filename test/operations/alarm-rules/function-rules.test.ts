import { App, CfnParameter, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as cr from 'aws-cdk-lib/custom-resources';
import { Trigger } from 'aws-cdk-lib/triggers';
import { alarmsIn, graphsIn } from './fixture';
import { AlarmThreshold, StandardAlarms } from '../../../src';
import { FLAG_SETS, testStack } from '../../harness';

const functionIn = (stack: Stack, id = 'Api', timeout: Duration | undefined = Duration.seconds(30)): lambda.Function => new lambda.Function(stack, id, {
  runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('def handler(event, context): pass'), timeout,
});
const DURATION = 'AWS/Lambda Duration Maximum of FunctionName=Api GreaterThan';

describe.each(FLAG_SETS)('alarms of a function with %s', (_, flags) => {
  test('are on its failures, its longest run and on runs that are turned away', () => {
    const stack = new Stack(new App({ context: flags }), 'Stack');
    functionIn(stack);
    expect(alarmsIn(stack)).toEqual([
      'IF(invocations >= 20, 100 * FILL(errors, 0) / invocations, 0), invocations: AWS/Lambda Invocations Sum of FunctionName=Api, '
        + 'errors: AWS/Lambda Errors Sum of FunctionName=Api GreaterThan 5; 2 of 2 x 300 s; notBreaching',
      `${DURATION} 25000; 3 of 3 x 300 s; notBreaching`,
      'AWS/Lambda Throttles Sum of FunctionName=Api GreaterThan 0; 1 of 1 x 300 s; notBreaching',
    ]);
  });
});

test('a share without an end is told in four digits', () => {
  const stack = testStack();
  new lambda.CfnFunction(stack, 'Api', { code: { zipFile: '' }, role: 'role' });
  new StandardAlarms(stack, 'Alarms').monitor(stack);
  const told = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => JSON.stringify(Properties.AlarmDescription));
  expect(told.filter((text) => text.includes('above 83.33 % in 3 periods of 5 minutes'))).toHaveLength(1);
});

describe('the longest run', () => {
  const durationAlarm = (stack: Stack, duration?: AlarmThreshold): string =>
    alarmsIn(stack, { thresholds: { function: { errors: AlarmThreshold.off(), throttles: AlarmThreshold.off(), duration } } })[0];

  test('is measured against 3 seconds where the template has no time-out', () => {
    const stack = testStack();
    new lambda.CfnFunction(stack, 'Api', { code: { zipFile: '' }, role: 'role' });
    expect(durationAlarm(stack)).toContain(`${DURATION} 2500;`);
  });

  test('has a fixed threshold where only deployment knows the time-out', () => {
    const stack = testStack();
    new lambda.CfnFunction(stack, 'Api', { code: { zipFile: '' }, role: 'role', timeout: new CfnParameter(stack, 'Timeout', { type: 'Number' }).valueAsNumber });
    expect(durationAlarm(stack)).toContain(`${DURATION} 25000;`);
  });

  test.each([['percent', AlarmThreshold.percent(50), 15000], ['seconds', AlarmThreshold.seconds(1.5), 1500]])('is given in %s', (_, threshold, limit) => {
    const stack = testStack();
    functionIn(stack);
    expect(durationAlarm(stack, threshold)).toContain(`${DURATION} ${limit};`);
  });

  test('fails in percent of a time-out that only deployment knows', () => {
    const stack = testStack();
    new lambda.CfnFunction(stack, 'Api', { code: { zipFile: '' }, role: 'role', timeout: new CfnParameter(stack, 'Timeout', { type: 'Number' }).valueAsNumber });
    expect(() => durationAlarm(stack, AlarmThreshold.percent(90))).toThrow(
      "'function.duration' in percent needs a time-out known at synthesis, 'Stack/Api' has another: use AlarmThreshold.seconds()");
  });
});

describe('functions that answer custom resources have none, whose failure is that of the deployment:', () => {
  test.each<[string, (stack: Stack) => unknown]>([
    ['those of the CDK', (stack) => new ec2.Vpc(stack, 'Vpc', { natGateways: 0, restrictDefaultSecurityGroup: true })],
    ['those of notifications', (stack) => new s3.Bucket(stack, 'Bucket').addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(functionIn(stack)))],
    ['those that call AWS', (stack) => new cr.AwsCustomResource(stack, 'Call', {
      onUpdate: { service: 'S3', action: 'listBuckets', physicalResourceId: cr.PhysicalResourceId.of('x') },
      policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
    })],
    ['those that a trigger calls', (stack) => new Trigger(stack, 'Trigger', { handler: functionIn(stack, 'Migrate') })],
    ['those of the app', (stack) => new CustomResource(stack, 'Custom', { serviceToken: functionIn(stack, 'Answer').functionArn })],
  ])('%s', (_, define) => {
    const stack = testStack();
    define(stack);
    if (!stack.node.tryFindChild('Api')) functionIn(stack);
    const monitored = new StandardAlarms(stack, 'Alarms').monitor(stack).map(({ node }) => node.path);
    expect(monitored).toEqual(['Errors', 'Duration', 'Throttles'].map((id) => `Stack/Alarms/Api/Resource/${id}`));
    // beside ours, at least one more
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Function')).length).toBeGreaterThan(1);
  });
});

test('a function that a trigger calls beside others has its alarms', () => {
  const stack = testStack();
  const api = functionIn(stack);
  new Trigger(stack, 'WarmUp', { handler: api });
  api.addAlias('live');
  expect(new StandardAlarms(stack, 'Alarms').monitor(stack)).toHaveLength(3);
});

test.each<[string, (stack: Stack, queue: sqs.Queue) => unknown]>([
  ['queue of dead letters', (stack, queue) => new lambda.Function(stack, 'Api', {
    runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('pass'), deadLetterQueue: queue,
  })],
  ['destination of failures', (stack, queue) => functionIn(stack).configureAsyncInvoke({ onFailure: new SqsDestination(queue) })],
])('the queue that is the %s of a function is one of dead letters', (_, define) => {
  const stack = testStack();
  const queue = new sqs.Queue(stack, 'Failures');
  define(stack, queue);
  expect(new StandardAlarms(stack, 'Alarms').monitor(queue).map(({ node }) => node.id)).toEqual(['DeadLetters']);
});

test('a dashboard shows runs, errors, duration and runs at once', () => {
  const stack = testStack();
  functionIn(stack);
  expect(graphsIn(stack)).toEqual([
    'Runs a minute (token): Invocations, Errors, Throttles', 'Error rate (token): IF(invocations >= 20, 100 * FILL(errors, 0) / invocations, 0)',
    'Duration (token): Duration, Duration, Duration', 'Runs at once (token): ConcurrentExecutions',
  ]);
});
