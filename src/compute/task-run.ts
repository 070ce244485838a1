// [internal] One run of a task apart from its service: which network it has, and what it does differently.
import { Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { IContainerCluster } from './container-cluster';

/** A task that can be run by itself. */
export interface RunnableTask extends IConstruct {
  readonly cluster: IContainerCluster;
  readonly taskDefinition: ecs.FargateTaskDefinition;
  readonly container: ecs.ContainerDefinition;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly fargateService: ecs.FargateService;
}

/** What a run does differently from the service. */
export interface RunChanges {
  readonly command?: string[];
  readonly environment?: { [name: string]: string };
  readonly cpu?: number;
  readonly memoryMiB?: number;
}

/** Overrides as `RunTask` has them, in the words of EventBridge Scheduler too: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html */
export function overridesOf({ container }: RunnableTask, changes: RunChanges): object {
  const { command, environment = {}, cpu, memoryMiB } = changes;
  // by name: maps of Java come in an order that differs from run to run
  const variables = Object.keys(environment).sort().map((name) => ({ name, value: environment[name] }));
  return {
    ...cpu === undefined ? {} : { cpu: Tokenization.stringifyNumber(cpu) },
    ...memoryMiB === undefined ? {} : { memory: Tokenization.stringifyNumber(memoryMiB) },
    containerOverrides: [{
      name: container.containerName,
      ...command === undefined ? {} : { command },
      ...variables.length === 0 ? {} : { environment: variables },
    }],
  };
}

/**
 * The command that runs the task once, in the network of its service.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/ecs/run-task.html
 */
export function runCommand(task: RunnableTask, changes: RunChanges): string {
  const { cluster: { cluster, network }, securityGroup, taskDefinition } = task;
  const { subnetIds } = network.vpc.selectSubnets(network.appSubnets);
  const wiring = `awsvpcConfiguration={subnets=[${subnetIds.join(',')}],securityGroups=[${securityGroup.securityGroupId}],assignPublicIp=DISABLED}`;
  return `aws ecs run-task --cluster ${cluster.clusterName} --task-definition ${taskDefinition.taskDefinitionArn} --launch-type FARGATE`
    // with the tags of the app, by which its cost is found
    + ' --propagate-tags TASK_DEFINITION --enable-ecs-managed-tags'
    + ` --network-configuration '${wiring}' --overrides '${quotable(task, overridesOf(task, changes))}'`;
}

/** JSON that may stand between single quotes of a shell. What is known only at deployment must hold none. */
export function quotable(scope: IConstruct, value: object): string {
  return (hasTokens(value) ? Stack.of(scope).toJsonString(value) : JSON.stringify(value)).replace(/'/g, '\\u0027');
}

function hasTokens(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasTokens);
  return Token.isUnresolved(value);
}

/** Fail on a command without words. */
export function checkCommand(owner: string, command: string[] | undefined): void {
  if (command?.length === 0) throw new Error(`'command' of ${owner} must have at least one element, got none: name a program of the image`);
}
