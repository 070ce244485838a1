"""Queues and workers: a queue with every choice made, one that exists, workers scaled by their queue and by another metric."""

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_cloudwatch import Metric
from aws_cdk.aws_ecs import ContainerImage
from aws_cdk.aws_sqs import Queue
from cdk_patternbook import (
    BacklogScaling,
    ContainerService,
    ContainerWorker,
    EnvironmentProfile,
    IContainerCluster,
    TaskScaling,
    WorkQueue,
)
from readings import Readings


def queue_tour(app: App, profile: EnvironmentProfile, cluster: IContainerCluster) -> None:
    stack = Stack(app, "Queues")
    orders = WorkQueue(
        stack,
        "Orders",
        profile=profile,
        visibility_timeout=Duration.minutes(10),
        max_receives=5,
        retention=Duration.days(2),
        dead_letter_retention=Duration.days(7),
        fifo=True,
    )
    existing = WorkQueue.from_queue(
        Queue.from_queue_arn(stack, "ExistingQueue", "arn:aws:sqs:eu-south-1:111111111111:legacy")
    )
    image = ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1")
    sender = ContainerWorker(
        stack,
        "Sender",
        cluster=cluster,
        profile=profile,
        image=image,
        queue=orders,
        messages_per_task=5,
        protects_busy_tasks=True,
        scaling=TaskScaling(min_tasks=0, max_tasks=10),
    )
    ContainerWorker(
        stack,
        "Resizer",
        cluster=cluster,
        profile=profile,
        image=image,
        backlog=BacklogScaling(metric=Metric(namespace="Shop", metric_name="Pictures"), per_task=20),
    )
    shop = ContainerService(stack, "Shop", cluster=cluster, profile=profile, image=image, port=80)
    shop.use_queue(orders)
    shop.use_queue(existing, variable="LEGACY_QUEUE_URL")

    read = Readings(stack)
    read.text("QueueName", orders.queue.queue_name)
    read.text("DeadLetterQueueName", orders.dead_letter_queue.queue_name)
    read.text("ExistingQueueName", existing.queue.queue_name)
    read.number("SecurityGroups", len(sender.connections.security_groups))
