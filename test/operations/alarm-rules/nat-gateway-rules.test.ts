import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { alarmsIn, graphsIn } from './fixture';
import { AlarmThreshold, AppNetwork, StandardAlarms } from '../../../src';
import { FLAG_SETS, inProfile, testStack } from '../../harness';

const ALARM = 'AWS/NATGateway ErrorPortAllocation Sum of NatGatewayId=Gateway GreaterThan 0; 1 of 1 x 300 s; notBreaching';
const gatewayIn = (stack: Stack): unknown => new ec2.CfnNatGateway(stack, 'Gateway', { subnetId: 'subnet-1' });

describe.each(FLAG_SETS)('with %s', (_, flags) => {
  test('a NAT gateway has an alarm on connections without a port', () => {
    const stack = new Stack(new App({ context: flags }), 'Stack');
    gatewayIn(stack);
    expect(alarmsIn(stack)).toEqual([ALARM]);
  });
});

test('its threshold is a count', () => {
  const stack = testStack();
  gatewayIn(stack);
  expect(alarmsIn(stack, { thresholds: { natGateway: { portErrors: AlarmThreshold.count(100) } } })).toEqual([ALARM.replace('GreaterThan 0', 'GreaterThan 100')]);
});

test.each([['dev', 1], ['prod', 3]] as const)('the network of %s has as many as gateways, %d', (profile, count) => {
  const stack = testStack(inProfile(profile));
  expect(new StandardAlarms(stack, 'Alarms').monitor(new AppNetwork(stack, 'Network'))).toHaveLength(count);
});

test('a dashboard shows bytes, connections and errors', () => {
  const stack = testStack();
  gatewayIn(stack);
  expect(graphsIn(stack)).toEqual([
    'Bytes a minute (token): BytesOutToDestination, BytesInFromDestination', 'Connections (token): ActiveConnectionCount',
    'Errors a minute (token): ErrorPortAllocation, PacketsDropCount',
  ]);
});
