package com.example.tour;

import io.github.cdkpatternbook.ContainerCluster;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.Deployment;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IContainerCluster;
import io.github.cdkpatternbook.IPrivatePostgres;
import io.github.cdkpatternbook.ImageRepository;
import io.github.cdkpatternbook.MigrationOptions;
import io.github.cdkpatternbook.MigrationTask;
import io.github.cdkpatternbook.RollingOptions;
import io.github.cdkpatternbook.TaskScaling;
import io.github.cdkpatternbook.UseDatabaseOptions;
import io.github.cdkpatternbook.UseServiceOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ClusterAttributes;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.CpuArchitecture;
import software.amazon.awscdk.services.ecs.EcrImage;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** Tasks: images, a cluster made here and one that exists, a service with every choice made, and the verbs that wire it. */
final class ComputeTour {

  static ContainerCluster computeTour(
      App app, EnvironmentProfile profile, IAppNetwork network, IPrivatePostgres database) {
    Stack stack = new Stack(app, "Compute");
    ImageRepository images =
        ImageRepository.Builder.create(stack, "Images")
            .keepImages(25)
            .tagMutability(TagMutability.IMMUTABLE)
            .build();
    ContainerCluster cluster =
        ContainerCluster.Builder.create(stack, "Cluster")
            .network(network)
            .profile(profile)
            .dnsNamespace("tour.local")
            .containerInsights(ContainerInsights.ENHANCED)
            .sessionLogRetention(RetentionDays.ONE_YEAR)
            .sessionKey(new Key(stack, "SessionKey"))
            .build();
    EcrImage image = ContainerImage.fromEcrRepository(images, "v7");
    Deployment rolling =
        Deployment.rolling(
            RollingOptions.builder()
                .minHealthyPercent(50)
                .maxHealthyPercent(150)
                .rollback(false)
                .alternateTargetGroup(true)
                .build());
    ContainerService api =
        ContainerService.Builder.create(stack, "Api")
            .cluster(cluster)
            .profile(profile)
            .image(image)
            .port(8080)
            .discoveryName("orders")
            .cpu(1024)
            .memory(Size.gibibytes(4))
            .architecture(CpuArchitecture.ARM64)
            .command(List.of("serve", "--port", "8080"))
            .environment(
                Map.of(
                    "LEVEL",
                    "info",
                    "REGION",
                    stack.getRegion(),
                    "THEME",
                    "dark",
                    "UNIT",
                    "metric",
                    "ZONE",
                    "south"))
            .secrets(
                Map.of(
                    "TOKEN",
                    software.amazon.awscdk.services.ecs.Secret.fromSecretsManager(
                        Secret.fromSecretNameV2(stack, "Token", "token"))))
            .healthCheckCommand(List.of("curl", "-f", "http://localhost:8080/"))
            .healthCheckGracePeriod(Duration.seconds(90))
            .stopTimeout(Duration.minutes(1))
            .logRetention(RetentionDays.SIX_MONTHS)
            .readonlyRootFilesystem(false)
            .enableExecuteCommand(true)
            .spot(false)
            .scaling(
                TaskScaling.builder()
                    .minTasks(2)
                    .maxTasks(12)
                    .cpuPercent(55)
                    .memoryPercent(65)
                    .scaleInCooldown(Duration.minutes(10))
                    .scaleOutCooldown(Duration.seconds(30))
                    .build())
            .deployment(rolling)
            .build();
    ContainerService search =
        ContainerService.Builder.create(stack, "Search")
            .cluster(cluster)
            .profile(profile)
            .image(image)
            .port(9200)
            .readonlyRootFilesystem(true)
            .build();
    api.addEnvironment("COLOUR", "green");
    api.addSecret(
        "PEPPER",
        software.amazon.awscdk.services.ecs.Secret.fromSecretsManager(
            Secret.fromSecretNameV2(stack, "Pepper", "pepper")));
    api.useDatabase(database, UseDatabaseOptions.builder().variable("LEGACY_URL").readerVariable("LEGACY_READER").build());
    api.useService(
        search, UseServiceOptions.builder().variable("SEARCH_URL").startAfter(true).build());
    api.startAfter(images);
    api.rollbackOn(
        Alarm.Builder.create(stack, "Angry")
            .metric(Metric.Builder.create().namespace("Shop").metricName("Complaints").build())
            .threshold(1)
            .evaluationPeriods(1)
            .build());
    MigrationTask migration =
        api.addMigration("Migrate", MigrationOptions.builder().command(List.of("migrate")).build());

    IContainerCluster existing =
        ContainerCluster.fromCluster(
            Cluster.fromClusterAttributes(
                stack,
                "ExistingCluster",
                ClusterAttributes.builder().clusterName("legacy").vpc(network.getVpc()).build()),
            network);
    ContainerService.Builder.create(stack, "Guest")
        .cluster(existing)
        .profile(profile)
        .image(image)
        .port(80)
        .build();

    Readings read = new Readings(stack);
    read.text("ClusterName", cluster.getCluster().getClusterName());
    read.text("Namespace", cluster.getDnsNamespace());
    read.text("ClusterVpc", cluster.getNetwork().getVpc().getVpcId());
    read.text("Environment", api.getProfile().getName());
    read.text("ClusterOfApi", api.getCluster().getCluster().getClusterName());
    read.text("TaskDefinition", api.getTaskDefinition().getTaskDefinitionArn());
    read.text("Container", api.getContainer().getContainerName());
    read.text("ServiceName", api.getFargateService().getServiceName());
    read.text("ScalableTaskCount", api.getScalableTaskCount().getNode().getId());
    read.text("TaskRole", api.getTaskRole().getRoleArn());
    read.text("GrantAction", api.getGrantPrincipal().getAssumeRoleAction());
    read.text("SecurityGroup", api.getSecurityGroup().getSecurityGroupId());
    read.number("SecurityGroups", api.getConnections().getSecurityGroups().size());
    read.text("Log", api.getLogGroup().getLogGroupName());
    read.number("MinHealthyPercent", api.getDeployment().getMinHealthyPercent());
    read.text("ExecCommand", api.getExecCommand());
    read.text("HostName", api.getHostName());
    read.number("Port", api.getPort());
    read.text("PrivateUrl", api.getPrivateUrl());
    read.text("MigrationContainer", migration.getContainer().getContainerName());
    read.text("MigrationLog", migration.getLogGroup().getLogGroupName());
    read.number("MaxHealthyPercent", rolling.getMaxHealthyPercent());
    read.truth("Rollback", rolling.getRollback());
    return cluster;
  }

  private ComputeTour() {}
}
