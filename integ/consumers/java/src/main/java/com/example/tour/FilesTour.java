package com.example.tour;

import io.github.cdkpatternbook.AlertTopic;
import io.github.cdkpatternbook.BackupCopies;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IContainerCluster;
import io.github.cdkpatternbook.MountFilesOptions;
import io.github.cdkpatternbook.RedisService;
import io.github.cdkpatternbook.SharedFiles;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.efs.FileSystem;
import software.amazon.awscdk.services.efs.FileSystemAttributes;
import software.amazon.awscdk.services.efs.LifecyclePolicy;
import software.amazon.awscdk.services.events.CronOptions;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sns.Topic;

/** Files that tasks share: with every choice made, and some that exist; Redis on them, and their backups. */
final class FilesTour {

  static void filesTour(
      App app, EnvironmentProfile profile, IAppNetwork network, IContainerCluster cluster) {
    var stack = new Stack(app, "Files");
    var files =
        SharedFiles.Builder.create(stack, "Files")
            .network(network)
            .profile(profile)
            .infrequentAccessAfter(LifecyclePolicy.AFTER_7_DAYS)
            .encryptionKey(new Key(stack, "FilesKey"))
            .automaticBackups(false)
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    var existing =
        SharedFiles.fromFileSystem(
            FileSystem.fromFileSystemAttributes(
                stack,
                "ExistingFiles",
                FileSystemAttributes.builder()
                    .fileSystemId("fs-0123456789abcdef0")
                    .securityGroup(
                        SecurityGroup.fromSecurityGroupId(
                            stack, "ExistingSecurityGroup", "sg-0123456789abcdef0"))
                    .build()));
    var redis =
        RedisService.Builder.create(stack, "Redis")
            .cluster(cluster)
            .profile(profile)
            .files(files)
            .directory("/cache")
            .image(ContainerImage.fromRegistry("public.ecr.aws/valkey/valkey:8"))
            .cpu(512)
            .memory(Size.gibibytes(2))
            .discoveryName("cache")
            .parameters(Map.of("maxmemory-policy", "allkeys-lru", "timeout", "300"))
            .logRetention(RetentionDays.ONE_WEEK)
            .build();
    var media =
        ContainerService.Builder.create(stack, "Media")
            .cluster(cluster)
            .profile(profile)
            .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1"))
            .port(80)
            .ephemeralStorage(Size.gibibytes(40))
            .build();
    media.mountFiles(
        files,
        "/mnt/media",
        MountFilesOptions.builder().directory("/media").uid(1001).gid(1002).readOnly(true).build());
    media.mountFiles(existing, "/mnt/legacy");
    media.useService(redis);

    var backups =
        BackupCopies.Builder.create(stack, "Backups")
            .profile(profile)
            .schedule(
                Schedule.cron(CronOptions.builder().weekDay("WED").hour("4").minute("30").build()))
            .retention(Duration.days(90))
            .copyRegion("eu-central-1")
            .encryptionKey(new Key(stack, "BackupsKey"))
            .alerts(
                AlertTopic.fromTopic(
                    Topic.fromTopicArn(
                        stack, "BackupAlerts", "arn:aws:sns:eu-south-1:111111111111:backups")))
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    backups.include(files);

    var read = new Readings(stack);
    read.text("FileSystem", files.getFileSystem().getFileSystemId());
    read.number("FilesSecurityGroups", files.getConnections().getSecurityGroups().size());
    read.text("FilesSecurityGroup", files.getSecurityGroup().getSecurityGroupId());
    read.text("ExistingFileSystem", existing.getFileSystem().getFileSystemId());
    read.number("RedisSecurityGroups", redis.getConnections().getSecurityGroups().size());
    read.text("RedisSecurityGroup", redis.getSecurityGroup().getSecurityGroupId());
    read.text("RedisService", redis.getFargateService().getServiceName());
    read.text("RedisTaskDefinition", redis.getTaskDefinition().getTaskDefinitionArn());
    read.text("RedisContainer", redis.getContainer().getContainerName());
    read.text("RedisLog", redis.getLogGroup().getLogGroupName());
    read.text("RedisHostName", redis.getHostName());
    read.number("RedisPort", redis.getPort());
    read.text("RedisUrl", redis.getPrivateUrl());
    read.text("Plan", backups.getPlan().getBackupPlanId());
    read.text("Vault", backups.getVault().getBackupVaultName());
  }

  private FilesTour() {}
}
