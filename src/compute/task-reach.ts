// [internal] What an application may call, seen in its role: a network without a way to the internet must have an endpoint for it.
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IAppNetwork } from '../network/app-network';
import { endpointsFor } from '../network/service-endpoints';

/** Fail at synthesis on permissions of the application for what its network does not reach: calls would hang until they time out. */
export function checkReach(task: Construct, network: IAppNetwork, role: iam.Role): void {
  if (network.internetEgress) return;
  task.node.addValidation({
    validate: () => unreached(role, network.endpointServices).map(([service, endpoints]) => endpoints.length === 0
      ? `'${task.node.path}' may call '${service}' by its task role, which has no endpoint that its network could reach it by: `
        + "give the network a way to the internet by 'egress', or call it from elsewhere"
      : `'${task.node.path}' may call '${service}' by its task role, which its network reaches neither over the internet nor by an endpoint: `
        + `say so by network.requires(new InterfaceVpcEndpointAwsService('${endpoints[0]}'), …)`),
  });
}

/** Services that a role may call and no endpoint leads to, each once. */
function unreached(role: iam.Role, reached: readonly string[]): Array<readonly [service: string, endpoints: readonly string[]]> {
  const policy = role.node.tryFindChild('DefaultPolicy') as iam.Policy | undefined;
  const statements = (Stack.of(role).resolve(policy?.document)?.Statement ?? []) as Array<{ Effect: string; Action?: string | string[] }>;
  const actions = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action = [] }) => Action);
  const services = new Map(actions.map((action) => [action.split(':')[0], endpointsFor(action)]));
  return [...services].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([service, endpoints]) => {
    const isReached = endpoints === undefined || endpoints.some((name) => reached.includes(name));
    return isReached ? [] : [[service, endpoints] as const];
  });
}
