// The ends of connections as the emulator knows them: groups and subnets of tasks, databases and load balancers.
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, IpPermission } from '@aws-sdk/client-ec2';
import { DescribeDBInstancesCommand, DescribeDBProxiesCommand } from '@aws-sdk/client-rds';
import { Aws } from './aws';
import { ConnectionEnd, GroupRule, SecurityGroup } from './security-groups';

/** Groups and subnets of something in the VPC. */
export interface Placement {
  readonly groupIds: readonly string[];
  readonly subnetIds: readonly string[];
}

/** Reads placements from the emulator, each time anew: a rule that is added or removed acts at once. */
export class Network {
  constructor(private readonly aws: Aws) {}

  /** One end of a connection. */
  public async end(name: string, placement: Placement): Promise<ConnectionEnd> {
    const [groups, cidrs] = await Promise.all([this.groups(placement.groupIds), this.cidrs(placement.subnetIds)]);
    return { name, groups, cidrs };
  }

  /** Where a database is. */
  public async database(id: string): Promise<Placement> {
    const { DBInstances } = await this.aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    const instance = DBInstances?.[0];
    return {
      groupIds: (instance?.VpcSecurityGroups ?? []).map((group) => group.VpcSecurityGroupId!),
      subnetIds: (instance?.DBSubnetGroup?.Subnets ?? []).map((subnet) => subnet.SubnetIdentifier!),
    };
  }

  /** Where a proxy is. */
  public async proxy(name: string): Promise<Placement> {
    const { DBProxies } = await this.aws.rds.send(new DescribeDBProxiesCommand({ DBProxyName: name }));
    return { groupIds: DBProxies?.[0].VpcSecurityGroupIds ?? [], subnetIds: DBProxies?.[0].VpcSubnetIds ?? [] };
  }

  /** Security groups with their rules. */
  public async groups(ids: readonly string[]): Promise<SecurityGroup[]> {
    if (ids.length === 0) return [];
    const { SecurityGroups } = await this.aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [...ids] }));
    return (SecurityGroups ?? []).map((group) => ({
      id: group.GroupId!,
      name: group.GroupName!,
      ingress: (group.IpPermissions ?? []).map(ruleOf),
      egress: (group.IpPermissionsEgress ?? []).map(ruleOf),
    }));
  }

  /** The availability zones of subnets, each once. */
  public async zones(subnetIds: readonly string[]): Promise<string[]> {
    if (subnetIds.length === 0) return [];
    const { Subnets } = await this.aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }));
    return [...new Set((Subnets ?? []).map((subnet) => subnet.AvailabilityZone!))];
  }

  private async cidrs(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const { Subnets } = await this.aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }));
    return (Subnets ?? []).map((subnet) => subnet.CidrBlock!);
  }
}

function ruleOf(permission: IpPermission): GroupRule {
  return {
    protocol: permission.IpProtocol ?? '-1',
    fromPort: permission.FromPort,
    toPort: permission.ToPort,
    cidrs: (permission.IpRanges ?? []).map((range) => range.CidrIp!),
    groupIds: (permission.UserIdGroupPairs ?? []).map((pair) => pair.GroupId!),
  };
}
