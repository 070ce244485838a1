import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AppNetwork, Egress, PrivatePostgres } from '../../src';
import { inProfile, testApp } from '../harness';

describe('in a network of the library', () => {
  test.each(['dev', 'staging', 'prod'] as const)('stands in the data tier, in %s', (profile) => {
    const app = testApp(inProfile(profile));
    const stack = new Stack(app, 'Stack');
    const network = new AppNetwork(stack, 'Network');
    const database = new PrivatePostgres(stack, 'Database', { network });
    const { subnetIds } = network.vpc.selectSubnets(network.dataSubnets);
    Template.fromStack(stack).hasResourceProperties('AWS::RDS::DBSubnetGroup', { SubnetIds: stack.resolve(subnetIds) });
    expect(new AwsSolutionsChecks(app).validateScope(database).violations).toEqual([]);
  });

  test('stands in the app tier where explicit blocks leave the data tier out', () => {
    const stack = new Stack(testApp(inProfile('prod')), 'Stack');
    const network = new AppNetwork(stack, 'Network', {
      cidr: '10.0.0.0/16', publicCidrs: ['10.0.1.0/24', '10.0.2.0/24'], appCidrs: ['10.0.11.0/24', '10.0.12.0/24'],
    });
    new PrivatePostgres(stack, 'Database', { network });
    const { subnetIds } = network.vpc.selectSubnets(network.appSubnets);
    Template.fromStack(stack).hasResourceProperties('AWS::RDS::DBSubnetGroup', { SubnetIds: stack.resolve(subnetIds) });
  });

  test('rotates through the endpoint of Secrets Manager where there is no way out', () => {
    const stack = new Stack(testApp(inProfile('prod')), 'Stack');
    new PrivatePostgres(stack, 'Database', { network: new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() }) });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::VPCEndpoint', {
      ServiceName: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('secretsmanager')])] },
    });
  });

  test('takes a VPC that exists, found by lookup', () => {
    const stack = new Stack(testApp(inProfile('prod')), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcName: 'shared' });
    expect(() => new PrivatePostgres(stack, 'Database', { network: AppNetwork.fromVpc(vpc) })).not.toThrow();
  });
});
