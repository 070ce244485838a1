// What a template says of an ECS service, as far as it matters here.
import { Placement } from './network';

/** Properties of AWS::ECS::Service that matter here. */
export interface ServiceProperties {
  readonly TaskDefinition: string;
  readonly DesiredCount?: number | string;
  readonly NetworkConfiguration?: { readonly AwsvpcConfiguration?: { readonly Subnets?: string[]; readonly SecurityGroups?: string[] } };
  readonly LoadBalancers?: ReadonlyArray<{ readonly ContainerPort?: number | string; readonly TargetGroupArn?: string }>;
  readonly ServiceRegistries?: ReadonlyArray<{ readonly RegistryArn?: string }>;
  readonly DeploymentConfiguration?: {
    readonly MaximumPercent?: number | string;
    readonly DeploymentCircuitBreaker?: { readonly Enable?: boolean | string };
  };
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
