// [internal] Commands of the AWS CLI that a task's operators need.
import * as ecs from 'aws-cdk-lib/aws-ecs';

/** A shell in one of the running tasks: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec-run.html */
export function shellCommand({ cluster: { clusterName }, serviceName }: ecs.FargateService, containerName: string): string {
  const task = `aws ecs list-tasks --cluster ${clusterName} --service-name ${serviceName} --query 'taskArns[0]' --output text`;
  return `aws ecs execute-command --cluster ${clusterName} --task "$(${task})" --container ${containerName} --interactive --command /bin/sh`;
}
