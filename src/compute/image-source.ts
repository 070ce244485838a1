// [internal] Where the image of a task comes from: what its execution role needs to pull it, and what its network has to reach.
import { Stack, Token, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { MirroredImage } from './mirrored-image';
import { checkKeys } from './registry-credentials';
import { IAppNetwork } from '../network/app-network';
import { acknowledge } from '../private/acknowledge';
import { shown } from '../private/validate';

/**
 * Registries that hand out nothing without credentials unless the owner of an image says otherwise.
 *
 * @see https://docs.github.com/en/packages/learn-github-packages/configuring-a-packages-access-control-and-visibility
 * @see https://docs.gitlab.com/user/packages/container_registry/#container-registry-visibility-permissions
 * @see https://learn.microsoft.com/en-us/azure/container-registry/anonymous-pull-access
 * @see https://cloud.google.com/artifact-registry/docs/access-control
 */
const PRIVATE_BY_DEFAULT = /^(ghcr\.io|registry\.gitlab\.com|[a-z0-9]+\.azurecr\.io|[a-z0-9-]+-docker\.pkg\.dev)$/;

/** `RepositoryImage` tells its credentials to no one else. */
interface WithCredentials {
  readonly props?: { readonly credentials?: secretsmanager.ISecret };
}

/** Let a task pull the image of one of its containers. */
export function pullImage(task: Construct, network: IAppNetwork, container: ecs.ContainerDefinition, image: ecs.ContainerImage): void {
  const registry = container.imageName.split('/')[0];
  if (Token.isUnresolved(registry) || registry.includes('.dkr.ecr.')) {
    pullFromEcr(task, network, container, image);
  } else if (!network.internetEgress) {
    throw new Error(`'image' of '${task.node.path}' must be in ECR, got ${shownName(container.imageName)}: `
      + 'the app tier of this network does not reach the internet, so push the image to an ImageRepository');
  } else {
    pullFromElsewhere(task, network, container, image);
  }
}

/**
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-vpc-endpoint-considerations
 */
function pullFromEcr(task: Construct, network: IAppNetwork, container: ecs.ContainerDefinition, image: ecs.ContainerImage): void {
  if (image instanceof MirroredImage && !network.internetEgress) {
    throw new Error(`'image' of '${task.node.path}' must not come through a GhcrMirror, got ${shownName(image.upstreamName)}: the first pull of each tag takes a NAT gateway, `
      + 'and the app tier of this network does not reach the internet, so push the image to an ImageRepository');
  }
  checkRegion(task, network, container.imageName);
  const { ECR, ECR_DOCKER, S3 } = ec2.InterfaceVpcEndpointAwsService;
  // layers lie in S3
  for (const service of [ECR, ECR_DOCKER, S3]) network.requires(service, task);
  acknowledge(container.taskDefinition.obtainExecutionRole().node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
    'ecr:GetAuthorizationToken has no resource level; pulling, logging and reading secrets are limited to what this task uses');
}

/** An endpoint leads to its own region, whatever is pulled elsewhere needs a way to the internet. */
function checkRegion(task: Construct, network: IAppNetwork, imageName: string): void {
  const [, region] = /^\d{12}\.dkr\.ecr\.([\w-]+)\./.exec(imageName) ?? [];
  const { region: own } = Stack.of(task);
  if (network.internetEgress || region === undefined || Token.isUnresolved(own) || region === own) return;
  throw new Error(`'image' of '${task.node.path}' must be in ECR of ${own}, got ${shownName(imageName)}: `
    + `the app tier of this network does not reach the internet, and its endpoints lead to ${own} alone, so replicate the repository`);
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html */
function pullFromElsewhere(task: Construct, network: IAppNetwork, container: ecs.ContainerDefinition, image: ecs.ContainerImage): void {
  const [registry] = container.imageName.split('/');
  if (container.renderContainerDefinition().repositoryCredentials === undefined) {
    if (PRIVATE_BY_DEFAULT.test(registry)) {
      Validations.of(task).addWarning('cdk-patternbook:ContainerTaskImageWithoutCredentials',
        `the image of '${task.node.path}' is pulled without credentials, which ${registry} permits for images only that their owner made public: `
        + "pass 'credentials' to fromRegistry(), or acknowledge this warning for a public image");
    }
    return;
  }
  network.requires(ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, task);
  const credentials = (image as WithCredentials).props?.credentials;
  if (!credentials) return;
  checkKeys(`'credentials' of the image of '${task.node.path}'`, credentials, ['username', 'password']);
  const { encryptionKey, env: { region } } = credentials;
  if (encryptionKey) {
    // the grant that comes with the image names the role in the policy of the key, which nobody can change where the key is imported
    container.taskDefinition.addToExecutionRolePolicy(new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
    }));
  }
}

/** A name as errors show it. */
function shownName(name: string): string {
  return Token.isUnresolved(name) ? shown(name) : `'${name}'`;
}
