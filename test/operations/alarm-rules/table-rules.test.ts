import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { AlarmThreshold, OperationsDashboard, StandardAlarms } from '../../../src';
import { testStack } from '../../harness';

const TABLES: Array<[string, (stack: Stack) => void]> = [
  ['Table', (stack) => { new dynamodb.Table(stack, 'Agents', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }); }],
  ['TableV2', (stack) => { new dynamodb.TableV2(stack, 'Agents', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }); }],
];

describe.each(TABLES)('a table made by %s', (_, make) => {
  const metric = (name: string): object => ({
    MetricStat: { Metric: { Namespace: 'AWS/DynamoDB', MetricName: name, Dimensions: [{ Name: 'TableName', Value: { Ref: Match.stringLikeRegexp('^Agents') } }] }, Stat: 'Sum', Period: 300 },
  });

  test('has an alarm on reads and writes that are turned away', () => {
    const stack = testStack();
    make(stack);
    new StandardAlarms(stack, 'Alarms').monitor(stack);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 1);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(reads, 0) + FILL(writes, 0)' }), Match.objectLike(metric('ReadThrottleEvents')), Match.objectLike(metric('WriteThrottleEvents')),
      ]),
      Threshold: 5,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
  });

  test('is adjusted by its threshold', () => {
    const stack = testStack();
    make(stack);
    new StandardAlarms(stack, 'Alarms', { thresholds: { table: { throttles: AlarmThreshold.count(100) } } }).monitor(stack);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 100 });
  });

  test('has a section of the dashboard', () => {
    const stack = testStack();
    make(stack);
    new OperationsDashboard(stack, 'Dashboard').show(stack);
    const body = JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    for (const shown of ['## DynamoDB table Stack/Agents', 'ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'Requests turned away a minute']) expect(body).toContain(shown);
  });
});
