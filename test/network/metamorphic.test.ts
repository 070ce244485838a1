// Zones and endpoints come and go, in any order: nothing else gets another id, block or property.
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { AppNetwork, AppNetworkProps, Egress } from '../../src';
import { testStack } from '../harness';

const { BEDROCK_RUNTIME, CLOUDWATCH_LOGS, ECR, ECR_DOCKER, KMS, SECRETS_MANAGER, SQS } = ec2.InterfaceVpcEndpointAwsService;
const SERVICES = [BEDROCK_RUNTIME, CLOUDWATCH_LOGS, ECR, ECR_DOCKER, KMS, SECRETS_MANAGER, SQS];
type Resources = Record<string, { readonly Type: string; readonly Properties?: object }>;

const services = fc.shuffledSubarray(SERVICES, { minLength: 1 });
const EGRESSES = {
  natPerAz: () => Egress.natPerAz(),
  singleNat: () => Egress.singleNat(),
  regionalNat: () => Egress.regionalNat(),
  endpointsOnly: () => Egress.endpointsOnly(),
};

/** A network in which services are called in the given order; the resources in the order of their ids. */
function resourcesOf(calls: readonly ec2.InterfaceVpcEndpointAwsService[], props: AppNetworkProps = {}): Resources {
  const stack = testStack();
  const network = new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly(), ...props });
  calls.forEach((service, index) => network.requires(service, new Construct(stack, `Caller${index}`)));
  return Template.fromStack(stack).toJSON().Resources;
}

const isEndpointPart = (id: string): boolean => id.startsWith('NetworkEndpoints');
const without = (resources: Resources, part: (id: string) => boolean): Resources =>
  Object.fromEntries(Object.entries(resources).filter(([id]) => !part(id)));

test('the order in which services are called changes nothing', () => {
  fc.assert(fc.property(services, (calls) => {
    expect(resourcesOf([...calls].reverse())).toEqual(resourcesOf(calls));
    expect(resourcesOf([...calls, ...calls])).toEqual(resourcesOf(calls));
  }), { numRuns: 6 });
});

test('a service that is called too adds its endpoint, and changes nothing else', () => {
  fc.assert(fc.property(services, ([more, ...calls]) => {
    const [fewer, all] = [resourcesOf(calls), resourcesOf([...calls, more])];
    const added = Object.keys(all).filter((id) => !(id in fewer)).map((id) => all[id].Type);
    expect(added.sort()).toEqual(calls.length === 0 ? ['AWS::EC2::SecurityGroup', 'AWS::EC2::VPCEndpoint'] : ['AWS::EC2::VPCEndpoint']);
    expect(all).toMatchObject(fewer);
  }), { numRuns: 6 });
});

test('endpoints beside NAT change no subnet, route or gateway', () => {
  fc.assert(fc.property(services, (interfaceEndpoints) => {
    const egress = Egress.singleNat();
    expect(without(resourcesOf([], { egress, interfaceEndpoints }), isEndpointPart)).toEqual(resourcesOf([], { egress }));
  }), { numRuns: 4 });
});

describe.each(Object.entries(EGRESSES))('with %s', (_, egress) => {
  test.each([[2, 3], [3, 4], [2, 4]])('from %i zones to %i every subnet keeps its id and its block, every other resource its id', (few, many) => {
    const [before, after] = [few, many].map((maxAzs) => resourcesOf([ECR, KMS], { egress: egress(), maxAzs }));
    expect(Object.keys(before).filter((id) => !(id in after))).toEqual([]);
    for (const type of ['AWS::EC2::Subnet', 'AWS::EC2::VPC', 'AWS::EC2::EIP', 'AWS::EC2::NatGateway', 'AWS::EC2::Route', 'AWS::EC2::SecurityGroup']) {
      for (const [id, resource] of Object.entries(before)) if (resource.Type === type) expect([id, after[id]]).toMatchObject([id, resource]);
    }
    const added = Object.keys(after).filter((id) => !(id in before));
    expect(added.filter((id) => !/Subnet[34]/.test(id))).toEqual([]);
  });
});
