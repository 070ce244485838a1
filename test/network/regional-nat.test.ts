import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { RegionalNat } from '../../src/network/regional-nat';
import { testStack } from '../harness';

test('a regional NAT gateway is that of every zone, once the VPC has configured it', () => {
  const nat = new RegionalNat();
  expect(nat.configuredGateways).toEqual([]);
  const stack = testStack();
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGatewayProvider: nat, natGateways: 1 });
  expect(nat.configuredGateways.map(({ az }) => az)).toEqual(vpc.availabilityZones);
  const gateway = { 'Fn::GetAtt': [expect.stringMatching(/^VpcRegionalNat/), 'NatGatewayId'] };
  expect(stack.resolve(nat.configuredGateways.map(({ gatewayId }) => gatewayId))).toEqual([gateway, gateway]);
});
