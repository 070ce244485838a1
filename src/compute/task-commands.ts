// [internal] Commands of the AWS CLI that a task's operators need.
import { Tokenization } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { PrivatePostgres } from '../data/private-postgres';
import { IPrivatePostgres } from '../data/private-postgres-options';
import { checkRange } from '../private/validate';

/** A shell in one of the running tasks: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec-run.html */
export function shellCommand({ cluster: { clusterName }, serviceName }: ecs.FargateService, containerName: string): string {
  const task = `aws ecs list-tasks --cluster ${clusterName} --service-name ${serviceName} --query 'taskArns[0]' --output text`;
  return `aws ecs execute-command --cluster ${clusterName} --task "$(${task})" --container ${containerName} --interactive --command /bin/sh`;
}

/** The log of all containers as it is written: https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html */
export function tailCommand({ logGroupName }: logs.ILogGroup): string {
  return `aws logs tail ${logGroupName} --since 1h --follow`;
}

/** The way that a port of one's own computer is led: into the network, and on to a host there. */
export interface Forwarding {
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html#sessions-remote-port-forwarding */
export function forwardCommand({ target, host, port, localPort }: Forwarding): string {
  checkRange('localPort', localPort, 1, 65535, 'choose a free TCP port of your computer');
  const [from, to] = [localPort, port].map((number) => Tokenization.stringifyNumber(number));
  return `aws ssm start-session --target ${target} --document-name AWS-StartPortForwardingSessionToRemoteHost`
    + ` --parameters '{"host":["${host}"],"portNumber":["${to}"],"localPortNumber":["${from}"]}'`;
}

/** Where a tunnel to a database ends: at the instance, not at its proxy, which lets no query be cancelled and lends its connections for long to tools that set things. */
export function tunnelEnd(database: IPrivatePostgres): rds.Endpoint {
  return database instanceof PrivatePostgres ? database.instance.instanceEndpoint : database.endpoint;
}

/**
 * The way to a database through a container of a running task, which Session Manager knows as `ecs:<cluster>_<task>_<runtime id>`: asked for as the command runs.
 *
 * @see https://github.com/kayac/ecspresso/pull/414 where it is tried on Fargate
 */
export function tunnelThrough(service: ecs.FargateService, containerName: string, endpoint: rds.Endpoint, localPort: number): string {
  const { cluster: { clusterName }, serviceName } = service;
  const task = `aws ecs list-tasks --cluster ${clusterName} --service-name ${serviceName} --query 'taskArns[0]' --output text`;
  const runtimeId = `aws ecs describe-tasks --cluster ${clusterName} --tasks "$TASK" --query "tasks[0].containers[?name=='${containerName}'].runtimeId | [0]" --output text`;
  const forward = forwardCommand({ target: `"ecs:${clusterName}_\${TASK##*/}_$RUNTIME"`, host: endpoint.hostname, port: endpoint.port, localPort });
  return `TASK="$(${task})" && RUNTIME="$(${runtimeId})" && ${forward}`;
}
