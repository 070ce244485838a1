// [internal] What a task calls, told to its network: which services of AWS, and where its image comes from.
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { IContainerCluster } from './container-cluster';
import { pullImage } from './image-source';
import { SessionLogs } from './session-logs';

/** A task, as far as its network is concerned. */
export interface NetworkedTask extends Construct {
  readonly cluster: IContainerCluster;
  readonly container: ecs.ContainerDefinition;
}

/** Where its image and its logs are. */
export function tellNetworkOfTask(task: NetworkedTask, image: ecs.ContainerImage): void {
  const { network } = task.cluster;
  pullImage(task, network, task.container, image);
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
