// [internal] What a task calls, told to its network: which services of AWS, and where its image comes from.
import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { IContainerCluster } from './container-cluster';
import { SessionLogs } from './session-logs';
import { acknowledge } from '../private/acknowledge';

/** A task, as far as its network is concerned. */
export interface NetworkedTask extends IConstruct {
  readonly cluster: IContainerCluster;
  readonly taskDefinition: ecs.FargateTaskDefinition;
  readonly container: ecs.ContainerDefinition;
}

/** Where its image and its logs are. */
export function tellNetworkOfTask(task: NetworkedTask): void {
  const { cluster: { network }, container, taskDefinition } = task;
  const registry = container.imageName.split('/')[0];
  if (Token.isUnresolved(registry) || registry.includes('.dkr.ecr.')) {
    network.requires(ec2.InterfaceVpcEndpointAwsService.ECR, task);
    network.requires(ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER, task);
    acknowledge(taskDefinition.obtainExecutionRole().node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
      'ecr:GetAuthorizationToken has no resource level; pulling, logging and reading secrets are limited to what this task uses');
  } else if (!network.internetEgress) {
    throw new Error(`'image' of '${task.node.path}' must be in ECR, got '${container.imageName}': `
      + 'the app tier of this network does not reach the internet, so push the image to an ImageRepository');
  }
  network.requires(ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS, task);
}

/** Where a variable's secret is kept. */
export function tellNetworkOfSecret(task: NetworkedTask, secret: ecs.Secret): void {
  const fromParameterStore = secret.arn.includes(':ssm:');
  task.cluster.network.requires(
    fromParameterStore ? ec2.InterfaceVpcEndpointAwsService.SSM : ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, task,
  );
}

/** What a shell session goes through. */
export function tellNetworkOfSessions(task: NetworkedTask, { key }: SessionLogs): void {
  const { network } = task.cluster;
  network.requires(ec2.InterfaceVpcEndpointAwsService.SSM_MESSAGES, task);
  if (key) network.requires(ec2.InterfaceVpcEndpointAwsService.KMS, task);
}
