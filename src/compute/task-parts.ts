// [internal] What a task consists of beside its containers: log group, roles, definition.
import { RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { ContainerTaskOptions } from './container-task-options';
import { checkFargateSize } from './fargate-sizes';
import { logGroupName } from './log-group-name';
import { acknowledge } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';

/** The log group of all containers. */
export function taskLogGroup(scope: Construct, profile: EnvironmentProfile, retention: logs.RetentionDays): logs.LogGroup {
  return new logs.LogGroup(scope, 'Logs', {
    logGroupName: logGroupName('/ecs', scope, profile),
    retention,
    // elsewhere than in dev logs outlive their service; but a first deployment that fails leaves nothing behind
    removalPolicy: profile.removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/** The role of the application, for tasks of this account and region: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
export function taskRole(scope: Construct): iam.Role {
  return new iam.Role(scope, 'TaskRole', {
    assumedBy: fromThisAccount(scope, 'ecs-tasks.amazonaws.com', Stack.of(scope).formatArn({ service: 'ecs', resource: '*' })),
  });
}

/** Size, platform and roles. */
export function fargateTask(scope: Construct, options: ContainerTaskOptions, role: iam.IRole): ecs.FargateTaskDefinition {
  const cpu = options.cpu ?? 512;
  const memory = options.memory ?? Size.gibibytes(1);
  checkFargateSize(cpu, memory);
  const taskDefinition = new ecs.FargateTaskDefinition(scope, 'TaskDefinition', {
    cpu,
    memoryLimitMiB: memory.toMebibytes(),
    taskRole: role,
    runtimePlatform: {
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      cpuArchitecture: options.architecture ?? ecs.CpuArchitecture.X86_64,
    },
  });
  acknowledge(taskDefinition.node.defaultChild!, 'AwsSolutions-ECS2',
    'plain variables hold names and addresses; what is secret comes from Secrets Manager by addSecret() and useDatabase()');
  return taskDefinition;
}

/** What `aws ecs execute-command` needs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-required-iam-permissions */
export function allowExecuteCommand(role: iam.Role, logGroup: logs.ILogGroup): void {
  role.addToPolicy(new iam.PolicyStatement({
    actions: [
      'ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel', 'ssmmessages:OpenControlChannel', 'ssmmessages:OpenDataChannel',
      'logs:DescribeLogGroups',
    ],
    resources: ['*'],
  }));
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  }));
  acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
    'the channels of execute-command and the list of log groups have no resource level; who may open a session is decided on ecs:ExecuteCommand');
}
