"""The app: with every choice made, and around blocks that exist."""

from aws_cdk import App, Stack, TimeZone
from aws_cdk.aws_ec2 import Vpc
from aws_cdk.aws_ecs import ContainerImage
from aws_cdk.aws_route53 import HostedZone
from cdk_patternbook import (
    AlarmThreshold,
    AlarmThresholds,
    AppDomain,
    DatabaseThresholds,
    EnvironmentProfile,
    FileSystemThresholds,
    HaContainerWebApp,
    IAlertTopic,
    IAppNetwork,
    IContainerCluster,
    IWebEntry,
    QueueThresholds,
    Route,
    ServiceThresholds,
    WorkHoursOptions,
)
from operations_tour import all_thresholds
from readings import Readings


def app_tour(app: App, profile: EnvironmentProfile, network: IAppNetwork, alerts: IAlertTopic) -> None:
    stack = Stack(app, "App")
    zone = HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z0123456789EXAMPLE", zone_name="example.com"
    )
    image = ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1")
    web = HaContainerWebApp(
        stack,
        "Web",
        profile=profile,
        network=network,
        dns_namespace="web.local",
        domain=AppDomain.from_hosted_zone(zone, "web.example.com"),
        alerts=alerts,
        alarms=True,
        thresholds=all_thresholds(),
        dashboard=True,
        work_hours=WorkHoursOptions(start="07:30", end="18:30", time_zone=TimeZone.EUROPE_ROME),
    )
    database = web.add_database(
        "Database",
        port=5434,
        thresholds=AlarmThresholds(database=DatabaseThresholds(connections=AlarmThreshold.percent(50))),
    )
    api = web.add_service(
        "Api",
        image=image,
        port=80,
        route=Route.path("/*"),
        thresholds=AlarmThresholds(service=ServiceThresholds(cpu=AlarmThreshold.off())),
    )
    api.use_database(database)
    queue = web.add_queue(
        "Queue", fifo=True, thresholds=AlarmThresholds(queue=QueueThresholds(age=AlarmThreshold.off()))
    )
    files = web.add_shared_files(
        "Files",
        automatic_backups=True,
        thresholds=AlarmThresholds(file_system=FileSystemThresholds(io_limit=AlarmThreshold.percent(70))),
    )
    redis = web.add_redis(
        "Redis",
        files=files,
        thresholds=AlarmThresholds(service=ServiceThresholds(memory=AlarmThreshold.percent(95))),
    )
    worker = web.add_worker(
        "Worker",
        image=image,
        queue=queue,
        thresholds=AlarmThresholds(service=ServiceThresholds(missing_tasks=AlarmThreshold.off())),
    )
    worker.use_service(redis)

    read = Readings(stack)
    read.text("Environment", web.profile.name)
    read.text("Vpc", web.network.vpc.vpc_id)
    read.text("ClusterName", web.cluster.cluster.cluster_name)
    read.text("Url", web.entry.url)
    read.number("NumberOfAlarms", len(web.alarms.alarms))
    read.text("DashboardName", web.dashboard.dashboard.dashboard_name)


# An app that shares cluster and load balancer with others.
def guest_tour(app: App, profile: EnvironmentProfile, cluster: IContainerCluster, entry: IWebEntry) -> None:
    stack = Stack(app, "Guest")
    web = HaContainerWebApp(stack, "Web", profile=profile, cluster=cluster, entry=entry, alarms=False, dashboard=False)
    web.add_service(
        "Guest",
        image=ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1"),
        port=80,
        route=Route.path("/more/*"),
    )
