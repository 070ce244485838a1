// [internal] What a task consists of beside its containers: log group, roles, definition.
import { Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { ContainerTaskOptions } from './container-task-options';
import { checkEphemeralStorage, checkFargateSize } from './fargate-sizes';
import { logGroupName } from './log-group-name';
import { SessionLogs } from './session-logs';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';

/** The log group of all containers. */
export function taskLogGroup(scope: Construct, profile: EnvironmentProfile, retention: logs.RetentionDays): logs.LogGroup {
  const logGroup = new logs.LogGroup(scope, 'Logs', {
    logGroupName: logGroupName('/ecs', scope, profile),
    retention,
    removalPolicy: profile._lastingRemovalPolicy,
  });
  acknowledge(logGroup, 'CloudWatchLogGroupEncrypted', 'CloudWatch Logs encrypts with a key of its own, and whom IAM lets read is decided in the account; '
    + 'secrets come by addSecret() and useDatabase(), apart from what is logged');
  return logGroup;
}

/** Admits nobody at first, reaches everything. */
export function taskSecurityGroup(scope: Construct, vpc: ec2.IVpc): ec2.SecurityGroup {
  const id = 'SecurityGroup';
  // what EC2 takes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html; where that is the path as it is, the group may not be replaced for it
  const description = `${scope.node.path}/${id}`.replace(/[^a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]/g, '-').slice(0, 255);
  return new ec2.SecurityGroup(scope, id, { vpc, description, allowAllOutbound: true, allowAllIpv6Outbound: false });
}

/** The role of the application, for tasks of this account and region: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
export function taskRole(scope: Construct): iam.Role {
  const role = new iam.Role(scope, 'TaskRole', {
    assumedBy: fromThisAccount(scope, 'ecs-tasks.amazonaws.com', Stack.of(scope).formatArn({ service: 'ecs', resource: '*' })),
  });
  acknowledgeInlinePolicies(role);
  return role;
}

/** Size, platform and roles. */
export function fargateTask(scope: Construct, options: ContainerTaskOptions, role: iam.IRole): ecs.FargateTaskDefinition {
  const cpu = options.cpu ?? 512;
  const memory = options.memory ?? Size.gibibytes(1);
  checkFargateSize(cpu, memory);
  checkEphemeralStorage(options.ephemeralStorage);
  const taskDefinition = new ecs.FargateTaskDefinition(scope, 'TaskDefinition', {
    cpu,
    memoryLimitMiB: memory.toMebibytes(),
    ephemeralStorageGiB: options.ephemeralStorage?.toGibibytes(),
    taskRole: role,
    runtimePlatform: {
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      cpuArchitecture: options.architecture ?? ecs.CpuArchitecture.X86_64,
    },
  });
  acknowledge(taskDefinition.node.defaultChild!, 'AwsSolutions-ECS2',
    'plain variables hold names and addresses; what is secret comes from Secrets Manager by addSecret() and useDatabase()');
  acknowledgeInlinePolicies(taskDefinition.obtainExecutionRole());
  return taskDefinition;
}

/** What `aws ecs execute-command` needs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-required-iam-permissions */
export function allowExecuteCommand(role: iam.Role, { logGroup, key }: SessionLogs): void {
  role.addToPolicy(new iam.PolicyStatement({
    actions: [
      'ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel', 'ssmmessages:OpenControlChannel', 'ssmmessages:OpenDataChannel',
      ...logGroup ? ['logs:DescribeLogGroups'] : [],
    ],
    resources: ['*'],
  }));
  if (logGroup) {
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }));
  }
  // by the role alone: a grant would also change the policy of the key, which may stand in the cluster's stack
  if (key) role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] }));
  acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
    'the channels of execute-command and the list of log groups have no resource level; who may open a session is decided on ecs:ExecuteCommand');
}
