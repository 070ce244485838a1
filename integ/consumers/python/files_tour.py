"""Files that tasks share: with every choice made, and some that exist; Redis on them, and their backups."""

from aws_cdk import App, Duration, RemovalPolicy, Size, Stack
from aws_cdk.aws_ec2 import SecurityGroup
from aws_cdk.aws_ecs import ContainerImage
from aws_cdk.aws_efs import FileSystem, LifecyclePolicy
from aws_cdk.aws_events import Schedule
from aws_cdk.aws_kms import Key
from aws_cdk.aws_logs import RetentionDays
from aws_cdk.aws_sns import Topic
from cdk_patternbook import (
    AlertTopic,
    BackupCopies,
    ContainerService,
    EnvironmentProfile,
    IAppNetwork,
    IContainerCluster,
    RedisService,
    SharedFiles,
)
from readings import Readings


def files_tour(app: App, profile: EnvironmentProfile, network: IAppNetwork, cluster: IContainerCluster) -> None:
    stack = Stack(app, "Files")
    files = SharedFiles(
        stack,
        "Files",
        network=network,
        profile=profile,
        infrequent_access_after=LifecyclePolicy.AFTER_7_DAYS,
        encryption_key=Key(stack, "FilesKey"),
        automatic_backups=False,
        removal_policy=RemovalPolicy.RETAIN,
    )
    existing = SharedFiles.from_file_system(
        FileSystem.from_file_system_attributes(
            stack,
            "ExistingFiles",
            file_system_id="fs-0123456789abcdef0",
            security_group=SecurityGroup.from_security_group_id(
                stack, "ExistingSecurityGroup", "sg-0123456789abcdef0"
            ),
        )
    )
    redis = RedisService(
        stack,
        "Redis",
        cluster=cluster,
        profile=profile,
        files=files,
        directory="/cache",
        image=ContainerImage.from_registry("public.ecr.aws/valkey/valkey:8"),
        cpu=512,
        memory=Size.gibibytes(2),
        discovery_name="cache",
        parameters={"maxmemory-policy": "allkeys-lru", "timeout": "300"},
        log_retention=RetentionDays.ONE_WEEK,
    )
    media = ContainerService(
        stack,
        "Media",
        cluster=cluster,
        profile=profile,
        image=ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1"),
        port=80,
        ephemeral_storage=Size.gibibytes(40),
    )
    media.mount_files(files, "/mnt/media", directory="/media", uid=1001, gid=1002, read_only=True)
    media.mount_files(existing, "/mnt/legacy")
    media.use_service(redis)

    backups = BackupCopies(
        stack,
        "Backups",
        profile=profile,
        schedule=Schedule.cron(week_day="WED", hour="4", minute="30"),
        retention=Duration.days(90),
        copy_region="eu-central-1",
        encryption_key=Key(stack, "BackupsKey"),
        alerts=AlertTopic.from_topic(Topic.from_topic_arn(stack, "BackupAlerts", "arn:aws:sns:eu-south-1:111111111111:backups")),
        removal_policy=RemovalPolicy.RETAIN,
    )
    backups.include(files)

    read = Readings(stack)
    read.text("FileSystem", files.file_system.file_system_id)
    read.number("FilesSecurityGroups", len(files.connections.security_groups))
    read.text("FilesSecurityGroup", files.security_group.security_group_id)
    read.text("ExistingFileSystem", existing.file_system.file_system_id)
    read.number("RedisSecurityGroups", len(redis.connections.security_groups))
    read.text("RedisSecurityGroup", redis.security_group.security_group_id)
    read.text("RedisService", redis.fargate_service.service_name)
    read.text("RedisTaskDefinition", redis.task_definition.task_definition_arn)
    read.text("RedisContainer", redis.container.container_name)
    read.text("RedisLog", redis.log_group.log_group_name)
    read.text("RedisHostName", redis.host_name)
    read.number("RedisPort", redis.port)
    read.text("RedisUrl", redis.private_url)
    read.text("Plan", backups.plan.backup_plan_id)
    read.text("Vault", backups.vault.backup_vault_name)
