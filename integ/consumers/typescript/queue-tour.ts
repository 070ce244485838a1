// Queues and workers: a queue with every choice made, one that exists, workers scaled by their queue and by another metric.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Readings } from './readings.js';
import { ContainerService, ContainerWorker, EnvironmentProfile, IContainerCluster, WorkQueue } from 'cdk-patternbook';

export function queueTour(app: App, profile: EnvironmentProfile, cluster: IContainerCluster): void {
  const stack = new Stack(app, 'Queues');
  const orders = new WorkQueue(stack, 'Orders', {
    profile,
    visibilityTimeout: Duration.minutes(10),
    maxReceives: 5,
    retention: Duration.days(2),
    deadLetterRetention: Duration.days(7),
    fifo: true,
  });
  const existing = WorkQueue.fromQueue(Queue.fromQueueArn(stack, 'ExistingQueue', 'arn:aws:sqs:eu-south-1:111111111111:legacy'));
  const image = ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1');
  const sender = new ContainerWorker(stack, 'Sender', {
    cluster, profile, image, queue: orders, messagesPerTask: 5, protectsBusyTasks: true, scaling: { minTasks: 0, maxTasks: 10 },
  });
  new ContainerWorker(stack, 'Resizer', {
    cluster, profile, image, backlog: { metric: new Metric({ namespace: 'Shop', metricName: 'Pictures' }), perTask: 20 },
  });
  const shop = new ContainerService(stack, 'Shop', { cluster, profile, image, port: 80 });
  shop.useQueue(orders);
  shop.useQueue(existing, { variable: 'LEGACY_QUEUE_URL' });

  const read = new Readings(stack);
  read.text('QueueName', orders.queue.queueName);
  read.text('DeadLetterQueueName', orders.deadLetterQueue.queueName);
  read.text('ExistingQueueName', existing.queue.queueName);
  read.number('SecurityGroups', sender.connections.securityGroups.length);
}
