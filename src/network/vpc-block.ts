// [internal] What is known of a VPC before deployment.
import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { isOfType } from '../private/resource-references';

/** The address block as a literal where it is known. `vpcCidrBlock` of a VPC made in the same app is an attribute, which cdk-nag cannot judge. */
export function blockOf(vpc: ec2.IVpc): string {
  return resourceOf(vpc)?.cidrBlock ?? vpc.vpcCidrBlock;
}

/** Whether two VPCs are certainly not the same: both made here, or both known by their ids. */
export function areDifferent(one: ec2.IVpc, other: ec2.IVpc): boolean {
  const areMade = resourceOf(one) !== undefined && resourceOf(other) !== undefined;
  const areNamed = !Token.isUnresolved(one.vpcId) && !Token.isUnresolved(other.vpcId);
  return (areMade || areNamed) && one.vpcId !== other.vpcId;
}

function resourceOf(vpc: ec2.IVpc): ec2.CfnVPC | undefined {
  const resource = vpc.node.defaultChild;
  return isOfType(resource, 'AWS::EC2::VPC') ? resource as ec2.CfnVPC : undefined;
}
