// [internal] The ways that lead from a function in a VPC to what it calls: a run that came before them would be turned away.
import { CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Dependable, IConstruct, IDependable } from 'constructs';
import { IAppNetwork } from '../network/app-network';
import { property, targetsOf } from '../private/resource-references';

/** Where a resource names what it is a way from. */
const WAYS: { readonly [type: string]: readonly string[] } = {
  'AWS::EC2::SecurityGroupEgress': ['GroupId'],
  'AWS::EC2::SecurityGroupIngress': ['SourceSecurityGroupId'],
  'AWS::EC2::VPCEndpoint': ['VpcId'],
};

/**
 * Rules of security groups on both sides, and endpoints of the VPC, as far as they are in the stack of a security group: what is in other stacks is deployed before, or
 * nobody knows when. Routes of its subnets Lambda's L2 waits for.
 *
 * Looked for when the app is complete, since rules come by `useDatabase()`, by grants, and by the connections of others.
 */
export function waysFrom(group: ec2.ISecurityGroup, network: IAppNetwork): IDependable {
  const ways: IDependable = {};
  Dependable.implement(ways, {
    get dependencyRoots(): IConstruct[] {
      const stack = Stack.of(group);
      const starts = [group.node.defaultChild, network.vpc.node.defaultChild];
      const leadsFrom = (resource: CfnResource): boolean =>
        targetsOf(resource, (WAYS[resource.cfnResourceType] ?? []).map((name) => property(resource, name))).some((target) => starts.includes(target));
      return stack.node.findAll().filter(CfnResource.isCfnResource).filter((resource) => resource.stack === stack && leadsFrom(resource));
    },
  });
  return ways;
}
