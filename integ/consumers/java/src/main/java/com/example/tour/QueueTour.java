package com.example.tour;

import io.github.cdkpatternbook.BacklogScaling;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.ContainerWorker;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.IContainerCluster;
import io.github.cdkpatternbook.TaskScaling;
import io.github.cdkpatternbook.UseQueueOptions;
import io.github.cdkpatternbook.WorkQueue;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.sqs.Queue;

/** Queues and workers: a queue with every choice made, one that exists, workers scaled by their queue and by another metric. */
final class QueueTour {

  static void queueTour(App app, EnvironmentProfile profile, IContainerCluster cluster) {
    var stack = new Stack(app, "Queues");
    var orders =
        WorkQueue.Builder.create(stack, "Orders")
            .profile(profile)
            .visibilityTimeout(Duration.minutes(10))
            .maxReceives(5)
            .retention(Duration.days(2))
            .deadLetterRetention(Duration.days(7))
            .fifo(true)
            .build();
    var existing =
        WorkQueue.fromQueue(
            Queue.fromQueueArn(
                stack, "ExistingQueue", "arn:aws:sqs:eu-south-1:111111111111:legacy"));
    var image = ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1");
    var sender =
        ContainerWorker.Builder.create(stack, "Sender")
            .cluster(cluster)
            .profile(profile)
            .image(image)
            .queue(orders)
            .messagesPerTask(5)
            .protectsBusyTasks(true)
            .scaling(TaskScaling.builder().minTasks(0).maxTasks(10).build())
            .build();
    ContainerWorker.Builder.create(stack, "Resizer")
        .cluster(cluster)
        .profile(profile)
        .image(image)
        .backlog(
            BacklogScaling.builder()
                .metric(Metric.Builder.create().namespace("Shop").metricName("Pictures").build())
                .perTask(20)
                .build())
        .build();
    var shop =
        ContainerService.Builder.create(stack, "Shop")
            .cluster(cluster)
            .profile(profile)
            .image(image)
            .port(80)
            .build();
    shop.useQueue(orders);
    shop.useQueue(existing, UseQueueOptions.builder().variable("LEGACY_QUEUE_URL").build());

    var read = new Readings(stack);
    read.text("QueueName", orders.getQueue().getQueueName());
    read.text("DeadLetterQueueName", orders.getDeadLetterQueue().getQueueName());
    read.text("ExistingQueueName", existing.getQueue().getQueueName());
    read.number("SecurityGroups", sender.getConnections().getSecurityGroups().size());
  }

  private QueueTour() {}
}
