// On which side of its threshold an alarm fires, in the unit that its metric is published in: for every rule, with thresholds in every unit it knows.
import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import * as fc from 'fast-check';
import { AlarmThreshold, StandardAlarms } from '../../../src';
import { ThresholdUnit } from '../../../src/operations/alarm-rules/resolved-threshold';
import { thresholdName } from '../../../src/operations/alarm-rules/rule';
import { KINDS } from '../../../src/operations/alarm-rules/rule-table';
import { testStack } from '../../harness';

const GIB = 1024 ** 3;

/** Those that fire when there is little left, or too little. All others fire when there is too much. */
const FIRE_BELOW = ['database.freeStorage', 'database.freeMemory', 'database.cpuCredits', 'fileSystem.burstCredits'];
/** Those that fire at the threshold itself. */
const FIRE_AT = ['service.missingTasks'];

/** Those that look for what never gets better in a period, as there are ups and downs that mean nothing. */
const LEAST_OF_TOO_MUCH = ['database.replicaLag'];

/** What one of a unit is in that of the metric, for the resources below. It is the same where nothing is said. */
const IN_UNIT_OF_METRIC: Record<string, number> = {
  'api.latency in seconds': 1000,
  'database.connections in percent': 2,
  'database.freeMemory in gibibytes': GIB,
  'database.freeMemory in percent': 4 * GIB / 100,
  'database.freeStorage in gibibytes': GIB,
  'fileSystem.burstCredits in gibibytes': GIB,
  'function.duration in percent': 300,
  'function.duration in seconds': 1000,
};

/** A resource of each kind that has all alarms of the kind; one of each where none has them all. */
const RESOURCES: Record<string, (stack: Stack) => CfnResource[]> = {
  'CloudFront distribution': (stack) => [bare(stack, 'AWS::CloudFront::Distribution')],
  'application load balancer': (stack) => [bare(stack, 'AWS::ElasticLoadBalancingV2::LoadBalancer')],
  'target group': (stack) => {
    const group = bare(stack, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    bare(stack, 'AWS::ElasticLoadBalancingV2::Listener', { DefaultActions: [{ Type: 'forward', TargetGroupArn: group.ref }] });
    return [group];
  },
  'REST API': (stack) => [bare(stack, 'AWS::ApiGateway::RestApi', { Name: 'shop' })],
  'HTTP API': (stack) => [bare(stack, 'AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' })],
  'WebSocket API': (stack) => [bare(stack, 'AWS::ApiGatewayV2::Api', { ProtocolType: 'WEBSOCKET' })],
  'ECS service': (stack) => [bare(stack, 'AWS::ECS::Service')],
  'Lambda function': (stack) => [bare(stack, 'AWS::Lambda::Function', { Timeout: 30 })],
  'RDS instance': (stack) => {
    bare(stack, 'AWS::Logs::LogGroup', { LogGroupName: '/aws/rds/instance/reader/postgresql' });
    const group = bare(stack, 'AWS::RDS::DBParameterGroup', { Parameters: { max_connections: '200' } });
    return [bare(stack, 'AWS::RDS::DBInstance', {
      Engine: 'postgres', DBInstanceClass: 'db.t4g.medium', DBInstanceIdentifier: 'reader', SourceDBInstanceIdentifier: 'writer', DBParameterGroupName: group.ref,
    })];
  },
  'SQS queue': (stack) => {
    const failed = bare(stack, 'AWS::SQS::Queue');
    return [failed, bare(stack, 'AWS::SQS::Queue', { RedrivePolicy: { deadLetterTargetArn: failed.getAtt('Arn') } })];
  },
  'EFS file system': (stack) => [bare(stack, 'AWS::EFS::FileSystem')],
  'DynamoDB table': (stack) => [bare(stack, 'AWS::DynamoDB::Table')],
  'NAT gateway': (stack) => [bare(stack, 'AWS::EC2::NatGateway')],
  'state machine': (stack) => [bare(stack, 'AWS::StepFunctions::StateMachine')],
};

function bare(stack: Stack, type: string, properties: Record<string, unknown> = {}): CfnResource {
  return new CfnResource(stack, `Resource${stack.node.children.length}`, { type, properties });
}

/** The alarm of a rule with a threshold, as its template has it. */
function alarmWith(kind: string, thresholds: string, rule: string, threshold: AlarmThreshold): CfnAlarm {
  const stack = testStack({}, { account: '111111111111', region: 'us-east-1' });
  const resources = RESOURCES[kind](stack);
  const alarms = new StandardAlarms(stack, 'Alarms', { thresholds: { [thresholds]: { [rule]: threshold } } });
  const [alarm] = resources.flatMap((resource) => alarms.monitor(resource)).filter(({ node }) => node.id.toLowerCase() === rule.toLowerCase());
  return alarm.node.defaultChild as CfnAlarm;
}

/** Whether CloudWatch counts a data point against an alarm. */
function breaches({ comparisonOperator, threshold }: CfnAlarm, point: number): boolean {
  switch (comparisonOperator) {
    case 'GreaterThanThreshold': return point > threshold!;
    case 'GreaterThanOrEqualToThreshold': return point >= threshold!;
    case 'LessThanThreshold': return point < threshold!;
    case 'LessThanOrEqualToThreshold': return point <= threshold!;
    default: throw new Error(`no threshold has sides by ${comparisonOperator}`);
  }
}

// not by fc.double(), most of whose values are next to nothing
const hundredths = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most * 100 }).map((value) => value / 100);
const VALUES: Record<ThresholdUnit, fc.Arbitrary<number>> = {
  percent: hundredths(100), count: hundredths(1e6), seconds: hundredths(1e6), gibibytes: hundredths(1e5),
};

const cases = KINDS.flatMap(({ name, thresholds, rules }) => rules.flatMap((rule) => rule.units.map((unit) =>
  ({ title: `${name} ${rule.id} in ${unit}`, name, thresholds, rule: thresholdName(rule), unit }))));

test('what is said here of units and sides is said of rules that there are', () => {
  const rules = cases.map(({ thresholds, rule }) => `${thresholds}.${rule}`);
  const inUnits = cases.map(({ thresholds, rule, unit }) => `${thresholds}.${rule} in ${unit}`);
  expect([...FIRE_BELOW, ...FIRE_AT, ...LEAST_OF_TOO_MUCH].filter((rule) => !rules.includes(rule))).toEqual([]);
  expect(Object.keys(IN_UNIT_OF_METRIC).filter((one) => !inUnits.includes(one))).toEqual([]);
});

test.each(cases)('$title fires on one side of any threshold, and not on the other', ({ name, thresholds, rule, unit }) => {
  const key = `${thresholds}.${rule}`;
  const scale = IN_UNIT_OF_METRIC[`${key} in ${unit}`];
  fc.assert(fc.property(VALUES[unit], (value) => {
    const alarm = alarmWith(name, thresholds, rule, AlarmThreshold[unit](value));
    const limit = value * (scale ?? 1);
    // bytes, milliseconds and connections are whole
    const little = Math.max(scale === undefined ? 0 : 1, limit * 1e-9, 1e-9);
    expect(breaches(alarm, limit - little)).toBe(FIRE_BELOW.includes(key));
    expect(breaches(alarm, limit + little)).toBe(!FIRE_BELOW.includes(key));
    if (scale === undefined) expect(breaches(alarm, limit)).toBe(FIRE_AT.includes(key));
  }), { numRuns: 30 });
});

test.each(KINDS.flatMap(({ name, thresholds, rules }) => rules.map((rule) => ({ id: rule.id, name, thresholds, rule: thresholdName(rule) }))))(
  'what $name $id looks for is not hidden by its statistic', ({ name, thresholds, rule }) => {
    const { statistic } = alarmWith(name, thresholds, rule, AlarmThreshold.standard({}));
    const key = `${thresholds}.${rule}`;
    // the greatest value would hide that little is left, the least that there is too much
    expect(statistic).not.toBe(FIRE_BELOW.includes(key) ? 'Maximum' : LEAST_OF_TOO_MUCH.includes(key) ? 'Average' : 'Minimum');
  },
);
