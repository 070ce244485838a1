// The alarms of an app that is made of plain CDK resources.
import { ExpectedResult, IApiCall, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AlarmThreshold, AlertTopic, StandardAlarms } from 'cdk-patternbook';

const app = new App();
const stack = new Stack(app, 'StandardAlarmsInteg');
const queue = new Queue(stack, 'Queue', { deadLetterQueue: { queue: new Queue(stack, 'DeadLetters'), maxReceiveCount: 3 } });
new Function(stack, 'Function', { runtime: Runtime.PYTHON_3_13, handler: 'index.handler', code: Code.fromInline('def handler(event, context): pass') });
new HttpApi(stack, 'Api');
new TableV2(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING }, removalPolicy: RemovalPolicy.DESTROY });
const topic = new Topic(stack, 'Topic');
const alarms = new StandardAlarms(stack, 'Alarms', { alerts: AlertTopic.fromTopic(topic) });
alarms.monitor(stack, { thresholds: { queue: { age: AlarmThreshold.seconds(60) } } });

const { assertions } = new IntegTest(app, 'StandardAlarms', { testCases: [stack], stackUpdateWorkflow: false });
const describe = ({ alarmName }: Alarm): IApiCall => assertions.awsApiCall('cloudwatch', 'DescribeAlarms', { AlarmNames: [alarmName] });
// one fact a call: CloudFormation takes no more than 4 KB of an answer, and some alarms have more
for (const alarm of alarms.alarms) describe(alarm).assertAtPath('MetricAlarms.0.AlarmActions.0', ExpectedResult.stringLikeRegexp(`^${topic.topicArn}$`));
const age = alarms.alarms.find(({ node }) => node.path === 'StandardAlarmsInteg/Alarms/Queue/Resource/Age')!;
describe(age).expect(ExpectedResult.objectLike({
  MetricAlarms: [{
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: [{ Name: 'QueueName', Value: queue.queueName }],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 60,
  }],
}));
