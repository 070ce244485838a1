// [internal] What a task must be permitted to send to a queue, or to take from it.
import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { IAppNetwork } from '../network/app-network';

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

/** What uses a queue, by which role and from where. */
export interface QueueUser {
  readonly construct: Construct;
  readonly role: iam.IRole;
  /** None for a function outside of any VPC, which reaches SQS anyway. */
  readonly network?: IAppNetwork;
}

/** Permit one side of a queue, by the role alone: the policies of the queue and of its key may stand in another stack. */
export function permitQueue(user: QueueUser, queue: sqs.IQueue, side: QueueSide): void {
  const { construct, role, network } = user;
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: side.actions, resources: [queue.queueArn] }));
  const { encryptionMasterKey } = queue;
  if (encryptionMasterKey) {
    role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: side.keyActions,
      resources: [encryptionMasterKey.keyArn],
      // it is SQS that asks for the key, in the user's name
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(queue).region}.amazonaws.com` } },
    }));
  }
  network?.requires(ec2.InterfaceVpcEndpointAwsService.SQS, construct);
}
