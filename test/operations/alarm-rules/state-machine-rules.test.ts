import { App, CustomResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as cr from 'aws-cdk-lib/custom-resources';
import { alarmsIn, graphsIn } from './fixture';
import { AlarmThreshold, StandardAlarms } from '../../../src';
import { FLAG_SETS, testStack } from '../../harness';

const ALARM = 'FILL(failed, 0) + FILL(timedOut, 0), failed: AWS/States ExecutionsFailed Sum of StateMachineArn=Orders, '
  + 'timedOut: AWS/States ExecutionsTimedOut Sum of StateMachineArn=Orders GreaterThan 0; 1 of 1 x 300 s; notBreaching';
const machineIn = (stack: Stack, stateMachineType = sfn.StateMachineType.STANDARD): sfn.StateMachine => new sfn.StateMachine(stack, 'Orders', {
  stateMachineType, definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Succeed(stack, 'Done')),
});

describe.each(FLAG_SETS)('with %s', (_, flags) => {
  test.each([sfn.StateMachineType.STANDARD, sfn.StateMachineType.EXPRESS])('a state machine of type %s has one alarm, on runs that fail or time out', (type) => {
    const stack = new Stack(new App({ context: flags }), 'Stack');
    machineIn(stack, type);
    expect(alarmsIn(stack)).toEqual([ALARM]);
  });
});

test('its alarm says what it means, where to look first, and where it is in the console', () => {
  const stack = testStack();
  const machine = machineIn(stack);
  new StandardAlarms(stack, 'Alarms').monitor(machine);
  const [{ Properties: { AlarmDescription: description } }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  const text = (description['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'TOKEN')).join('');
  expect(text).toBe([
    'A run of the state machine failed or took too long, and its work is not done.',
    'Resource: state machine Stack/Orders/Resource.',
    'Fires: above 0 in 1 period of 5 minutes.',
    'First look at the state in which it ended and the error there: in its log, for a standard workflow also in its executions; then start it anew.',
    'https://TOKEN.console.aws.amazon.com/states/home?region=TOKEN#/statemachines/view/TOKEN',
  ].join('\n'));
});

test('one that is defined as a plain resource has it too', () => {
  const stack = testStack();
  new sfn.CfnStateMachine(stack, 'Orders', { roleArn: 'arn:aws:iam::111111111111:role/orders', definitionString: '{}' });
  expect(alarmsIn(stack)).toEqual([ALARM]);
});

test('its threshold is a count', () => {
  const stack = testStack();
  machineIn(stack);
  expect(alarmsIn(stack, { thresholds: { stateMachine: { failures: AlarmThreshold.count(3) } } })).toEqual([ALARM.replace('GreaterThan 0', 'GreaterThan 3')]);
});

test('one that waits for a custom resource has none, whose failure is that of the deployment', () => {
  const stack = testStack();
  const handler = (id: string): lambda.Function => new lambda.Function(stack, id, {
    runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('def handler(event, context): pass'),
  });
  const provider = new cr.Provider(stack, 'Provider', { onEventHandler: handler('OnEvent'), isCompleteHandler: handler('IsComplete') });
  new CustomResource(stack, 'Custom', { serviceToken: provider.serviceToken });
  machineIn(stack);
  const found = new StandardAlarms(stack, 'Alarms').monitor(stack).map(({ node }) => node.path).filter((path) => path.endsWith('/Failures'));
  expect(found).toEqual(['Stack/Alarms/Orders/Resource/Failures']);
  Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 2);
});

test('a dashboard shows runs and the longest of them', () => {
  const stack = testStack();
  machineIn(stack);
  expect(graphsIn(stack)).toEqual([
    'Runs a minute (token): ExecutionsStarted, ExecutionsSucceeded, ExecutionsFailed, ExecutionsTimedOut', 'Duration (token): ExecutionTime',
  ]);
});
