// [internal] What an application may call, seen in its role: a network without a way to the internet must have an endpoint for it.
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IAppNetwork } from '../network/app-network';
import { endpointsFor } from '../network/service-endpoints';

/** A statement of a policy, resolved. */
export interface ReachStatement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: unknown;
}

/** A role as errors call it, and what in it is not for the application. */
export interface ReachOptions {
  readonly noun: string;
  /** What is called by whoever runs the application, from a network of AWS. */
  readonly isForAws: (action: string, statement: ReachStatement) => boolean;
}

const TASK_ROLE: ReachOptions = { noun: 'task role', isForAws: () => false };

/** Fail at synthesis on permissions of the application for what its network does not reach: calls would hang until they time out. */
export function checkReach(task: Construct, network: IAppNetwork, role: iam.Role, options: ReachOptions = TASK_ROLE): void {
  if (network.internetEgress) return;
  const { noun } = options;
  task.node.addValidation({
    validate: () => unreached(role, network.endpointServices, options).map(([service, endpoints]) => endpoints.length === 0
      ? `'${task.node.path}' may call '${service}' by its ${noun}, which has no endpoint that its network could reach it by: `
        + "give the network a way to the internet by 'egress', or call it from elsewhere"
      : `'${task.node.path}' may call '${service}' by its ${noun}, which its network reaches neither over the internet nor by an endpoint: `
        + `say so by network.requires(new InterfaceVpcEndpointAwsService('${endpoints[0]}'), …)`),
  });
}

type UnreachedService = readonly [service: string, endpoints: readonly string[]];

/** Services that a role may call and no endpoint leads to, each once. */
function unreached(role: iam.Role, reached: readonly string[], { isForAws }: ReachOptions): UnreachedService[] {
  const policy = role.node.tryFindChild('DefaultPolicy') as iam.Policy | undefined;
  const statements = (Stack.of(role).resolve(policy?.document)?.Statement ?? []) as ReachStatement[];
  const actions = statements.filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) => [statement.Action ?? []].flat().filter((action) => !isForAws(action, statement)));
  const services = new Map(actions.map((action) => [action.split(':')[0], endpointsFor(action)]));
  return [...services].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([service, endpoints]) => {
    const isReached = endpoints === undefined || endpoints.some((name) => reached.includes(name));
    return isReached ? [] : [[service, endpoints] as const];
  });
}
