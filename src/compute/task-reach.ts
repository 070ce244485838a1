// [internal] What a task calls outside its VPC: told to the network where we know it, looked for in the role where the user grants it.
import { Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IAppNetwork } from '../network/app-network';
import { endpointsFor } from '../network/service-endpoints';
import { acknowledge } from '../private/acknowledge';

const { CLOUDWATCH_LOGS, ECR, ECR_DOCKER, S3 } = ec2.InterfaceVpcEndpointAwsService;

/**
 * What every task calls before its own code runs: the registry of its image and the log.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html: layers of images come from S3
 */
export function tellNetwork(
  task: Construct, network: IAppNetwork, container: ecs.ContainerDefinition, taskDefinition: ecs.FargateTaskDefinition,
): void {
  const { imageName } = container;
  const registry = imageName.split('/')[0];
  if (Token.isUnresolved(registry) || registry.includes('.dkr.ecr.')) {
    checkRegion(task, network, imageName);
    for (const service of [ECR, ECR_DOCKER, S3]) network.requires(service, task);
    acknowledge(taskDefinition.obtainExecutionRole().node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
      'ecr:GetAuthorizationToken has no resource level; pulling, logging and reading secrets are limited to what this task uses');
  } else if (!network.internetEgress) {
    throw new Error(`'image' of '${task.node.path}' must be in ECR, got '${imageName}': `
      + 'the app tier of this network does not reach the internet, so push the image to an ImageRepository');
  }
  network.requires(CLOUDWATCH_LOGS, task);
}

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

/** An endpoint leads to its own region, whatever is pulled elsewhere needs a way to the internet. */
function checkRegion(task: Construct, network: IAppNetwork, imageName: string): void {
  const [, region] = /^\d{12}\.dkr\.ecr\.([\w-]+)\./.exec(imageName) ?? [];
  const { region: own } = Stack.of(task);
  if (network.internetEgress || region === undefined || Token.isUnresolved(own) || region === own) return;
  throw new Error(`'image' of '${task.node.path}' must be in ECR of ${own}, got '${imageName}': `
    + `the app tier of this network does not reach the internet, and its endpoints lead to ${own} alone, so replicate the repository`);
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
