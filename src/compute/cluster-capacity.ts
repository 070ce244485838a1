// [internal] Whether a cluster has the capacity providers that a service asks for: services here always ask for some, and ECS refuses those that the cluster has not.
import { CfnResource, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { renderedProperties } from '../private/rendered';
import { isOfType, property, resourcesIn, targetsOf } from '../private/resource-references';

const CLUSTER = 'AWS::ECS::Cluster';
const ASSOCIATION = 'AWS::ECS::ClusterCapacityProviderAssociations';

interface RenderedService {
  readonly CapacityProviderStrategy?: Array<{ readonly CapacityProvider?: unknown }>;
}

/**
 * What ECS would refuse of a service in a cluster that the app defines. Of an imported one only AWS knows.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
 */
export function refusedCapacity(service: CfnResource, path: string, cluster: ecs.ICluster): string[] {
  const resource = cluster.node.defaultChild;
  if (!isOfType(resource, CLUSTER)) return [];
  const { CapacityProviderStrategy = [] } = renderedProperties(service) as RenderedService;
  const wanted = CapacityProviderStrategy.map(({ CapacityProvider }) => CapacityProvider).filter((provider) => typeof provider === 'string');
  const lists = [resource, ...associationsOf(cluster, resource)].map((one) => renderedProperties(one).CapacityProviders ?? []);
  if (!lists.every(Array.isArray)) return [];
  const known = lists.flat() as unknown[];
  if (known.some((provider) => typeof provider !== 'string')) return [];
  const missing = wanted.filter((provider) => !known.includes(provider));
  if (missing.length === 0) return [];
  return [`'cluster' of '${path}' must have the capacity provider ${missing.join(' and ')}, got '${cluster.node.path}' with ${known.join(' and ') || 'none'}: `
    + "ECS refuses services on any other, so set 'enableFargateCapacityProviders' where the cluster is defined"];
}

/** The one that comes with the cluster, or else those that the app makes beside it. */
function associationsOf(cluster: ecs.ICluster, resource: CfnResource): CfnResource[] {
  const own = cluster.node.children.filter((child): child is CfnResource => isOfType(child, ASSOCIATION));
  if (own.length > 0) return own;
  return resourcesIn(cluster.node.root, ASSOCIATION).filter((association) => {
    const named = property(association, 'Cluster');
    return targetsOf(association, named).includes(resource) || (!Token.isUnresolved(named) && named === property(resource, 'ClusterName'));
  });
}
