// What a template says of an ECS service, as far as it matters here.
import { ShiftConfiguration } from './ecs-rules';
import { Placement } from './network';

/** Properties of AWS::ECS::Service that matter here. */
export interface ServiceProperties {
  readonly TaskDefinition: string;
  readonly DesiredCount?: number | string;
  readonly NetworkConfiguration?: { readonly AwsvpcConfiguration?: { readonly Subnets?: string[]; readonly SecurityGroups?: string[] } };
  readonly LoadBalancers?: readonly ServiceLoadBalancer[];
  readonly ServiceRegistries?: ReadonlyArray<{ readonly RegistryArn?: string }>;
  readonly DeploymentConfiguration?: ShiftConfiguration & {
    readonly MaximumPercent?: number | string;
    readonly DeploymentCircuitBreaker?: { readonly Enable?: boolean | string };
    readonly Alarms?: { readonly Enable?: boolean | string; readonly AlarmNames?: string[] };
    readonly LifecycleHooks?: ReadonlyArray<{ readonly HookTargetArn: string; readonly RoleArn: string; readonly LifecycleStages: string[] }>;
  };
}

/** A target group of a service, and its second one where deployments shift traffic. */
export interface ServiceLoadBalancer {
  readonly ContainerPort?: number | string;
  readonly TargetGroupArn?: string;
  readonly AdvancedConfiguration?: {
    readonly AlternateTargetGroupArn?: string;
    readonly ProductionListenerRule?: string;
    readonly TestListenerRule?: string;
    readonly RoleArn?: string;
  };
}

/** Which target group of two: the first, or the alternate. */
export type Side = 0 | 1;

/** Both target groups; twice the same where there is one. */
export function groupsOf({ TargetGroupArn, AdvancedConfiguration }: ServiceLoadBalancer): [string, string] {
  return [TargetGroupArn!, AdvancedConfiguration?.AlternateTargetGroupArn ?? TargetGroupArn!];
}

/** Whether a deployment shifts traffic rather than replace tasks. */
export function shiftsTraffic({ DeploymentConfiguration }: ServiceProperties): boolean {
  return (DeploymentConfiguration?.Strategy ?? 'ROLLING') !== 'ROLLING';
}

/** Where the next version goes: a shift changes sides, a rolling deployment stays. */
export function nextSide(properties: ServiceProperties, current?: Side): Side {
  const hasTwo = (properties.LoadBalancers ?? []).some(({ AdvancedConfiguration }) => AdvancedConfiguration !== undefined);
  if (!hasTwo || current === undefined) return 0;
  return shiftsTraffic(properties) ? 1 - current as Side : current;
}

/** The properties with the target groups of one side. */
export function onSide(properties: ServiceProperties, side: Side): ServiceProperties {
  return { ...properties, LoadBalancers: properties.LoadBalancers?.map((balancer) => ({ ...balancer, TargetGroupArn: groupsOf(balancer)[side] })) };
}

/** Limits of Application Auto Scaling. */
export interface Capacity {
  readonly min: number;
  readonly max: number;
}

/** Groups and subnets of a service's tasks. */
export function placementOf({ NetworkConfiguration }: ServiceProperties): Placement {
  const network = NetworkConfiguration?.AwsvpcConfiguration;
  return { groupIds: network?.SecurityGroups ?? [], subnetIds: network?.Subnets ?? [] };
}

/** Whether two versions of the properties run the same tasks in the same place. */
export function isSameRevision(one: ServiceProperties, other: ServiceProperties): boolean {
  const content = ({ TaskDefinition: definition, NetworkConfiguration, LoadBalancers, ServiceRegistries }: ServiceProperties) =>
    JSON.stringify([definition, NetworkConfiguration, LoadBalancers, ServiceRegistries]);
  return content(one) === content(other);
}
