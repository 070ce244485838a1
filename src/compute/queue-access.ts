// [internal] What a task must be permitted to send to a queue, or to take from it.
import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { NetworkedTask } from './task-network';

/** The variable with the URL of a queue, where no other is given. */
export const QUEUE_URL = 'QUEUE_URL';

/** One side of a queue. */
interface QueueSide {
  readonly actions: string[];
  /** On the key of a queue that has one. */
  readonly keyActions: string[];
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#send-to-encrypted-queue */
export const SENDING: QueueSide = {
  actions: ['sqs:SendMessage', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
  keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
};

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#receive-from-encrypted-queue */
export const TAKING: QueueSide = {
  actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
  keyActions: ['kms:Decrypt'],
};

/** Permit one side of a queue, by the role alone: the policies of the queue and of its key may stand in another stack. */
export function permitQueue(task: NetworkedTask & { readonly taskRole: iam.IRole }, queue: sqs.IQueue, side: QueueSide): void {
  task.taskRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions: side.actions, resources: [queue.queueArn] }));
  const { encryptionMasterKey } = queue;
  if (encryptionMasterKey) {
    task.taskRole.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: side.keyActions,
      resources: [encryptionMasterKey.keyArn],
      // it is SQS that asks for the key, in the task's name
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(queue).region}.amazonaws.com` } },
    }));
  }
  task.cluster.network.requires(ec2.InterfaceVpcEndpointAwsService.SQS, task);
}
