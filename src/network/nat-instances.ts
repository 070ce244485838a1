// [internal] NAT instances that could reach nothing: public subnets hand out no addresses, so an instance there has only the one that it was given.
import { CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { renderedProperties } from '../private/rendered';
import { property, resourcesIn, targetsOf } from '../private/resource-references';

const INSTANCE = 'AWS::EC2::Instance';
/** What gives an instance a fixed address. */
const ADDRESSES = ['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'];

/**
 * Instances in public subnets that have no public address, through which the app tier would reach nothing.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html
 */
export function refusedNatInstances(path: string, publicSubnets: ec2.ISubnet[]): string[] {
  const instances = publicSubnets.flatMap((subnet) => resourcesIn(subnet, INSTANCE)
    .filter((instance) => !isGivenAddress(instance) && !handsOutAddresses(subnet)));
  if (instances.length === 0) return [];
  const addressed = resourcesIn(instances[0].node.root, ...ADDRESSES).flatMap((address) => targetsOf(address, property(address, 'InstanceId')));
  return instances.filter((instance) => !addressed.includes(instance)).map(({ node }) =>
    `'egress' of '${path}' must have NAT instances with a public address, got '${node.path}' without: public subnets hand out none here, and the app tier would reach nothing, `
      + "so pass 'associatePublicIpAddress' to NatProvider.instanceV2(), or give the instance an Elastic IP");
}

/** By an escape hatch of the user's own. */
function handsOutAddresses({ node: { defaultChild } }: ec2.ISubnet): boolean {
  return CfnResource.isCfnResource(defaultChild) && renderedProperties(defaultChild).MapPublicIpOnLaunch === true;
}

/** At its first network interface, or at one that is made by itself and has addresses of its own. What only deployment knows is not ours to judge. */
function isGivenAddress(instance: CfnResource): boolean {
  const { NetworkInterfaces: interfaces = [] } = renderedProperties(instance);
  if (!Array.isArray(interfaces)) return true;
  const { AssociatePublicIpAddress: isAssociated = false, NetworkInterfaceId: itself } = (interfaces[0] ?? {}) as Record<string, unknown>;
  return isAssociated !== false || itself !== undefined;
}
