"""What operators do: a task at set times and now, its log, tunnels to a database; and services that reach each other by proxies."""

from datetime import datetime, timezone
from typing import cast

from aws_cdk import App, Duration, Size, Stack, TimeZone
from aws_cdk.aws_ec2 import InstanceType
from aws_cdk.aws_ecs import AppProtocol, ContainerImage
from aws_cdk.aws_scheduler import ScheduleExpression
from cdk_patternbook import (
    ContainerCluster,
    ContainerService,
    EnvironmentProfile,
    IAppNetwork,
    IPrivatePostgres,
    ServiceConnectOptions,
    SsmBastion,
)
from readings import Readings


def operators_tour(app: App, profile: EnvironmentProfile, network: IAppNetwork, database: IPrivatePostgres) -> None:
    stack = Stack(app, "Operators")
    api = ContainerService(
        stack,
        "Api",
        cluster=ContainerCluster(stack, "Cluster", network=network, profile=profile),
        profile=profile,
        image=ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1"),
        port=8080,
        enable_execute_command=True,
        # mypy takes a static property that can be set for a function
        service_connect=ServiceConnectOptions(alias="api", alias_port=80, protocol=cast(AppProtocol, AppProtocol.http)),
    )
    reports = api.add_scheduled_task(
        "Reports",
        schedule=ScheduleExpression.cron(minute="0", hour="3", time_zone=TimeZone.EUROPE_ROME),
        command=["timeout", "600", "rake", "reports"],
        environment={"DEPTH": "full", "LEVEL": "debug", "PAPER": "a4"},
        cpu=1024,
        memory=Size.gibibytes(4),
        start=datetime(2027, 1, 1, tzinfo=timezone.utc),
        end=datetime(2030, 12, 31, tzinfo=timezone.utc),
        enabled=False,
        start_within=Duration.minutes(20),
    )
    bastion = SsmBastion(stack, "Bastion", network=network, instance_type=InstanceType("t4g.micro"))

    read = Readings(stack)
    read.text("LogsCommand", api.logs_command)
    read.text("RunTaskCommand", api.run_task_command("rake", "db:seed"))
    read.text("TunnelCommand", api.tunnel_command(database, 6543))
    read.text("RunCommand", reports.run_command)
    read.text("Schedule", reports.schedule.schedule_name)
    read.text("FailedRuns", reports.failed_runs.queue_name)
    read.text("Instance", bastion.instance.instance_id)
    read.number("SecurityGroups", len(bastion.connections.security_groups))
    read.text("TunnelTo", bastion.tunnel_to(database, 7654))
