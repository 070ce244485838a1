package com.example.tour;

import io.github.cdkpatternbook.AppServiceOptions;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.HaContainerWebApp;
import io.github.cdkpatternbook.PrivatePostgres;
import io.github.cdkpatternbook.Route;
import io.github.cdkpatternbook.WebEntry;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.efs.FileSystem;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;

/** Blocks of the library on parts that the user made. */
final class OwnTour {

  static void ownTour(App app, EnvironmentProfile profile) {
    Stack stack = new Stack(app, "Own");
    Vpc vpc =
        Vpc.Builder.create(stack, "Vpc")
            .maxAzs(2)
            .subnetConfiguration(
                List.of(
                    SubnetConfiguration.builder()
                        .name("Public")
                        .subnetType(SubnetType.PUBLIC)
                        .build(),
                    SubnetConfiguration.builder()
                        .name("Private")
                        .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                        .build(),
                    SubnetConfiguration.builder()
                        .name("Isolated")
                        .subnetType(SubnetType.PRIVATE_ISOLATED)
                        .build()))
            .build();
    OwnNetwork network = new OwnNetwork(vpc);
    OwnCluster cluster =
        new OwnCluster(
            Cluster.Builder.create(stack, "Cluster")
                .vpc(vpc)
                .enableFargateCapacityProviders(true)
                .build(),
            network);
    OwnEntry entry =
        new OwnEntry(
            WebEntry.Builder.create(stack, "Entry").network(network).profile(profile).build());
    HaContainerWebApp web =
        HaContainerWebApp.Builder.create(stack, "Web")
            .profile(profile)
            .cluster(cluster)
            .entry(entry)
            .alerts(new OwnTopic(new Topic(stack, "Topic")))
            .build();
    ContainerService api =
        web.addService(
            "Api",
            AppServiceOptions.builder()
                .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1"))
                .port(80)
                .route(Route.path("/*"))
                .build());
    OwnPostgres database = new OwnPostgres(stack, "Database", vpc);
    api.useDatabase(database);
    database.grantConnect(api);
    api.useService(new OwnService(stack, "Service", vpc));
    api.useQueue(new OwnQueue(new Queue(stack, "Queue")));
    api.mountFiles(
        new OwnFiles(FileSystem.Builder.create(stack, "FileSystem").vpc(vpc).build()), "/mnt/own");
    PrivatePostgres.Builder.create(stack, "Another").network(network).profile(profile).build();
    new Readings(stack).text("Url", web.getEntry().urlOf(Route.path("/*")));
  }

  private OwnTour() {}
}
