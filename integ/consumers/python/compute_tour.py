"""Tasks: images, a cluster made here and one that exists, a service with every choice made, and the verbs that wire it."""

from aws_cdk import App, Duration, Size, Stack
from aws_cdk.aws_cloudwatch import Alarm, Metric
from aws_cdk.aws_ec2 import Port, SecurityGroup
from aws_cdk.aws_ecr import TagMutability
from aws_cdk.aws_ecs import Cluster, ContainerImage, ContainerInsights, CpuArchitecture
from aws_cdk.aws_ecs import Secret as EcsSecret
from aws_cdk.aws_kms import Key
from aws_cdk.aws_logs import RetentionDays
from aws_cdk.aws_secretsmanager import Secret
from cdk_patternbook import (
    ContainerCluster,
    ContainerService,
    Deployment,
    EnvironmentProfile,
    IAppNetwork,
    IContainerCluster,
    ImageRepository,
    IPrivatePostgres,
    TaskScaling,
)
from readings import Readings


def compute_tour(
    app: App, profile: EnvironmentProfile, network: IAppNetwork, database: IPrivatePostgres
) -> IContainerCluster:
    stack = Stack(app, "Compute")
    images = ImageRepository(stack, "Images", keep_images=25, tag_mutability=TagMutability.IMMUTABLE)
    cluster = ContainerCluster(
        stack,
        "Cluster",
        network=network,
        profile=profile,
        dns_namespace="tour.local",
        container_insights=ContainerInsights.ENHANCED,
        session_log_retention=RetentionDays.ONE_YEAR,
        session_key=Key(stack, "SessionKey"),
    )
    image = ContainerImage.from_ecr_repository(images, "v7")
    rolling = Deployment.rolling(
        min_healthy_percent=50, max_healthy_percent=150, rollback=False, alternate_target_group=True
    )
    api = ContainerService(
        stack,
        "Api",
        cluster=cluster,
        profile=profile,
        image=image,
        port=8080,
        discovery_name="orders",
        cpu=1024,
        memory=Size.gibibytes(4),
        architecture=CpuArchitecture.ARM64,
        command=["serve", "--port", "8080"],
        environment={"LEVEL": "info", "REGION": stack.region, "THEME": "dark", "UNIT": "metric", "ZONE": "south"},
        secrets={"TOKEN": EcsSecret.from_secrets_manager(Secret.from_secret_name_v2(stack, "Token", "token"))},
        health_check_command=["curl", "-f", "http://localhost:8080/"],
        health_check_grace_period=Duration.seconds(90),
        stop_timeout=Duration.minutes(1),
        log_retention=RetentionDays.SIX_MONTHS,
        readonly_root_filesystem=False,
        enable_execute_command=True,
        spot=False,
        scaling=TaskScaling(
            min_tasks=2,
            max_tasks=12,
            cpu_percent=55,
            memory_percent=65,
            scale_in_cooldown=Duration.minutes(10),
            scale_out_cooldown=Duration.seconds(30),
        ),
        deployment=rolling,
    )
    search = ContainerService(
        stack, "Search", cluster=cluster, profile=profile, image=image, port=9200, readonly_root_filesystem=True
    )
    api.add_environment("COLOUR", "green")
    api.add_secret("PEPPER", EcsSecret.from_secrets_manager(Secret.from_secret_name_v2(stack, "Pepper", "pepper")))
    api.use_database(database, variable="LEGACY_URL", reader_variable="LEGACY_READER")
    api.use_service(search, variable="SEARCH_URL", start_after=True)
    api.start_after(images)
    api.rollback_on(
        Alarm(
            stack, "Angry", metric=Metric(namespace="Shop", metric_name="Complaints"), threshold=1, evaluation_periods=1
        )
    )
    migration = api.add_migration("Migrate", command=["migrate"])

    existing = ContainerCluster.from_cluster(
        Cluster.from_cluster_attributes(stack, "ExistingCluster", cluster_name="legacy", vpc=network.vpc), network
    )
    ContainerService(stack, "Guest", cluster=existing, profile=profile, image=image, port=80)

    read = Readings(stack)
    read.text("ClusterName", cluster.cluster.cluster_name)
    read.text("Namespace", cluster.dns_namespace)
    read.text("ClusterVpc", cluster.network.vpc.vpc_id)
    read.text("Environment", api.profile.name)
    read.text("ClusterOfApi", api.cluster.cluster.cluster_name)
    read.text("TaskDefinition", api.task_definition.task_definition_arn)
    read.text("Container", api.container.container_name)
    read.text("ServiceName", api.fargate_service.service_name)
    read.text("ScalableTaskCount", api.scalable_task_count.node.id)
    read.text("TaskRole", api.task_role.role_arn)
    read.text("GrantAction", api.grant_principal.assume_role_action)
    read.text("SecurityGroup", api.security_group.security_group_id)
    read.number("SecurityGroups", len(api.connections.security_groups))
    read.text("Log", api.log_group.log_group_name)
    read.number("MinHealthyPercent", api.deployment.min_healthy_percent)
    read.text("ExecCommand", api.exec_command)
    read.text("HostName", api.host_name)
    read.number("Port", api.port)
    read.text("PrivateUrl", api.private_url)
    read.text("MigrationContainer", migration.container.container_name)
    read.text("MigrationLog", migration.log_group.log_group_name)
    read.number("MaxHealthyPercent", rolling.max_healthy_percent)
    read.truth("Rollback", rolling.rollback)
    return cluster
