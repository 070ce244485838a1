// A serverless app in one stack and in several, by the same lines of code: what holds data keeps its ids, so that the choice is one of deployment alone.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AlertTopic, AppNetwork, FunctionCode, PrivatePostgres, ServerlessPwaApp } from '../../src';
import { circles } from '../compute/app-tier';
import { FLAG_SETS, inProfile, testApp } from '../harness';

/** Types that hold data, or that others know by a name or an address. */
const STATEFUL = new Set([
  'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api', 'AWS::CloudFront::Distribution', 'AWS::EC2::EIP', 'AWS::EC2::Subnet', 'AWS::EC2::VPC', 'AWS::KMS::Key', 'AWS::Lambda::Function',
  'AWS::Logs::LogGroup', 'AWS::RDS::DBInstance', 'AWS::RDS::DBSubnetGroup', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret', 'AWS::SNS::Topic', 'AWS::SQS::Queue',
]);

/** Network, database and alerts where they are told to be, and the app. */
function define(network: Stack, data: Stack, alerts: Stack, service: Stack): void {
  const vpc = new AppNetwork(network, 'Network');
  const database = new PrivatePostgres(data, 'Database', { network: vpc });
  const pwa = new ServerlessPwaApp(service, 'Shop', {
    network: vpc,
    alerts: new AlertTopic(alerts, 'Alerts', { emails: ['ops@example.com'] }),
    api: { code: FunctionCode.zip(lambda.Code.fromInline('def handler(event, context): ...'), 'index.handler', lambda.Runtime.PYTHON_3_14), createLogRole: true },
  });
  pwa.api.useDatabase(database);
  pwa.alarms.monitor(database);
  pwa.dashboard.show(database);
  pwa.addWebSocket('WebSocket', { routes: ['sendMessage'] });
}

const env = { account: '111111111111', region: 'us-east-1' };
const resourcesIn = (stack: Stack): Record<string, { Type: string }> => Template.fromStack(stack).toJSON().Resources;
const statefulIn = (stacks: Stack[]): string[] => stacks.flatMap((stack) => Object.entries(resourcesIn(stack)))
  .filter(([, { Type }]) => STATEFUL.has(Type)).map(([id, { Type }]) => `${Type} ${id}`).sort();

describe.each(FLAG_SETS.flatMap(([name, flags]) => (['dev', 'prod'] as const).map((profile) => [name, profile, flags] as const)))('with %s in %s', (_, profile, flags) => {
  const stacksOf = (...ids: string[]): Stack[] => {
    const app = testApp({ ...flags, ...inProfile(profile), 'availability-zones:account=111111111111:region=us-east-1': ['us-east-1a', 'us-east-1b', 'us-east-1c'] });
    return ids.map((id) => new Stack(app, id, { env }));
  };
  const [whole] = stacksOf('Whole');
  define(whole, whole, whole, whole);
  const parts = stacksOf('Network', 'Data', 'Alerts', 'Service');
  define(parts[0], parts[1], parts[2], parts[3]);

  test('network, database and alerts in stacks of their own have the ids that they have in one', () => {
    expect(statefulIn(parts)).toEqual(statefulIn([whole]));
    expect(statefulIn([parts[1]]).map((line) => line.split(' ')[0])).toContain('AWS::RDS::DBInstance');
    expect(statefulIn([parts[3]]).map((line) => line.split(' ')[0])).not.toContain('AWS::RDS::DBInstance');
  });

  test('the stacks come one after the other, the app last, and no template has a circle', () => {
    const [network, data, alerts, service] = parts;
    expect([network, alerts].map(({ dependencies }) => dependencies)).toEqual([[], []]);
    expect(data.dependencies).toEqual([network]);
    expect(new Set(service.dependencies)).toEqual(new Set([network, data, alerts]));
    for (const stack of parts) expect(circles(Template.fromStack(stack).toJSON().Resources)).toEqual([]);
  });
});
