// Target groups of a service: the load balancers before them, and whether these may connect to the tasks.
import {
  DescribeListenersCommand, DescribeLoadBalancersCommand, DescribeRulesCommand, DescribeTargetGroupsCommand, LoadBalancer, TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Aws } from './aws';
import { Network, Placement } from './network';
import { refusal } from './security-groups';
import { placementOf, ServiceProperties } from './service-properties';

/** A target group and what stands before it. */
export interface TargetGroupInfo {
  readonly group: TargetGroup;
  readonly balancer: Placement;
  /** Port of the container. */
  readonly port: number;
}

/** The target groups of a service. */
export function readServiceTargetGroups(aws: Aws, { LoadBalancers }: ServiceProperties): Promise<TargetGroupInfo[]> {
  return Promise.all((LoadBalancers ?? []).map(({ TargetGroupArn, ContainerPort }) => readTargetGroup(aws, TargetGroupArn!, Number(ContainerPort))));
}

/** Fails when the security groups keep a load balancer from the tasks: it would see unhealthy targets. */
export async function demandReachable(aws: Aws, network: Network, serviceName: string, properties: ServiceProperties): Promise<void> {
  for (const { port, balancer } of await readServiceTargetGroups(aws, properties)) {
    const from = await network.end('the load balancer', balancer);
    const to = await network.end(`service ${serviceName}`, placementOf(properties));
    const reason = refusal(from, to, port);
    if (reason !== undefined) throw new Error(`Task failed ELB health checks: ${reason}`);
  }
}

/** A target group with the load balancer that uses it; ECS refuses one that none uses. */
async function readTargetGroup(aws: Aws, arn: string, port: number): Promise<TargetGroupInfo> {
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  const { LoadBalancers } = await aws.elb.send(new DescribeLoadBalancersCommand({}));
  const uses = await Promise.all((LoadBalancers ?? []).map((balancer) => forwardsTo(aws, balancer, arn)));
  const balancer = (LoadBalancers ?? [])[uses.indexOf(true)];
  if (!balancer) throw new Error(`The target group with targetGroupArn ${arn} does not have an associated load balancer`);
  return {
    group: TargetGroups![0],
    port,
    balancer: {
      groupIds: balancer.SecurityGroups ?? [],
      subnetIds: (balancer.AvailabilityZones ?? []).map(({ SubnetId }) => SubnetId!),
    },
  };
}

/** Read from the rules: the emulator does not keep the balancers of a target group. */
async function forwardsTo(aws: Aws, { LoadBalancerArn }: LoadBalancer, targetGroup: string): Promise<boolean> {
  const { Listeners } = await aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const rules = await Promise.all((Listeners ?? []).map(({ ListenerArn }) => aws.elb.send(new DescribeRulesCommand({ ListenerArn }))));
  const actions = [
    ...rules.flatMap(({ Rules }) => Rules ?? []).flatMap(({ Actions }) => Actions ?? []),
    ...(Listeners ?? []).flatMap(({ DefaultActions }) => DefaultActions ?? []),
  ];
  return actions.some(({ TargetGroupArn, ForwardConfig }) =>
    TargetGroupArn === targetGroup || ForwardConfig?.TargetGroups?.some((weighted) => weighted.TargetGroupArn === targetGroup));
}
