"""Operations: who is told, every threshold in every unit, dashboard and hours over resources of the CDK alone."""

from aws_cdk import App, Duration, Stack, TimeZone, Validations
from aws_cdk.aws_cloudwatch import Metric
from aws_cdk.aws_ec2 import InstanceType, Peer, Vpc
from aws_cdk.aws_kms import Key
from aws_cdk.aws_rds import DatabaseInstance, DatabaseInstanceEngine, DatabaseInstanceReadReplica, PostgresEngineVersion
from aws_cdk.aws_sns import Topic
from cdk_patternbook import (
    AccountGuardrails,
    AlarmThreshold,
    AlarmThresholds,
    AlertTopic,
    ApiThresholds,
    BudgetAlerts,
    DatabaseThresholds,
    DistributionThresholds,
    EnvironmentProfile,
    FileSystemThresholds,
    FunctionThresholds,
    IAlertTopic,
    LoadBalancerThresholds,
    NatGatewayThresholds,
    OperationsDashboard,
    QueueThresholds,
    ServiceThresholds,
    StandardAlarms,
    StandardTags,
    StateMachineThresholds,
    StatefulLock,
    TableThresholds,
    WorkHours,
)
from readings import Readings


# Every threshold, every unit, every way to evaluate.
def all_thresholds() -> AlarmThresholds:
    return AlarmThresholds(
        service=ServiceThresholds(
            cpu=AlarmThreshold.percent(70, period=Duration.minutes(5), periods=3, datapoints=2),
            memory=AlarmThreshold.standard(periods=4),
            missing_tasks=AlarmThreshold.count(2),
        ),
        load_balancer=LoadBalancerThresholds(
            server_errors=AlarmThreshold.percent(1),
            response_time=AlarmThreshold.seconds(0.5),
            unhealthy_targets=AlarmThreshold.off(),
        ),
        database=DatabaseThresholds(
            cpu=AlarmThreshold.percent(60),
            free_storage=AlarmThreshold.gibibytes(8),
            free_memory=AlarmThreshold.percent(20),
            connections=AlarmThreshold.count(150),
            connection_errors=AlarmThreshold.count(5),
            cpu_credits=AlarmThreshold.count(50),
            replica_lag=AlarmThreshold.seconds(10),
        ),
        function=FunctionThresholds(
            errors=AlarmThreshold.percent(2),
            duration=AlarmThreshold.seconds(25),
            throttles=AlarmThreshold.count(3),
        ),
        api=ApiThresholds(
            server_errors=AlarmThreshold.count(20),
            latency=AlarmThreshold.seconds(2),
        ),
        distribution=DistributionThresholds(
            server_errors=AlarmThreshold.percent(3),
        ),
        nat_gateway=NatGatewayThresholds(
            port_errors=AlarmThreshold.count(10),
        ),
        queue=QueueThresholds(
            age=AlarmThreshold.seconds(1200),
            dead_letters=AlarmThreshold.count(1),
        ),
        file_system=FileSystemThresholds(
            io_limit=AlarmThreshold.percent(80),
            burst_credits=AlarmThreshold.gibibytes(256),
        ),
        table=TableThresholds(
            throttles=AlarmThreshold.count(2),
        ),
        state_machine=StateMachineThresholds(
            failures=AlarmThreshold.count(1),
        ),
    )


def operations_tour(app: App) -> IAlertTopic:
    stack = Stack(app, "Operations")
    vpc = Vpc(stack, "Vpc", max_azs=2)
    primary = DatabaseInstance(
        stack,
        "Primary",
        vpc=vpc,
        engine=DatabaseInstanceEngine.postgres(version=PostgresEngineVersion.VER_16),
        instance_type=InstanceType("t4g.small"),
    )
    replica = DatabaseInstanceReadReplica(
        stack, "Replica", vpc=vpc, source_database_instance=primary, instance_type=InstanceType("t4g.small")
    )
    alone = DatabaseInstance(
        stack,
        "Alone",
        vpc=vpc,
        engine=DatabaseInstanceEngine.postgres(version=PostgresEngineVersion.VER_16),
        instance_type=InstanceType("t4g.small"),
    )
    alone.connections.allow_default_port_from(Peer.ipv4("10.0.0.0/8"))

    alerts = AlertTopic(
        stack,
        "Alerts",
        emails=["ops@example.com"],
        webhooks=["https://hooks.example.com/alerts"],
        encryption_key=Key(stack, "AlertsKey"),
    )
    alarms = StandardAlarms(stack, "Alarms", alerts=alerts, thresholds=all_thresholds())
    alarms.monitor(
        stack, exclude=[alone], thresholds=AlarmThresholds(database=DatabaseThresholds(cpu=AlarmThreshold.percent(90)))
    )
    quiet = StandardAlarms(
        stack,
        "Quiet",
        alerts=AlertTopic.from_topic(Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:eu-south-1:111111111111:ops")),
    )
    quiet.monitor(alone)

    dashboard = OperationsDashboard(stack, "Dashboard")
    dashboard.show(primary)
    dashboard.add_metrics(
        "Orders", Metric(namespace="Shop", metric_name="Orders"), Metric(namespace="Shop", metric_name="Returns")
    )

    hours = WorkHours(
        stack,
        "Hours",
        start="08:00",
        end="20:00",
        time_zone=TimeZone.EUROPE_BERLIN,
        days="MON-SAT",
        off_hours_tasks=0,
        stop_databases=True,
    )
    hours.include(alone)

    budget = BudgetAlerts(
        stack,
        "Budget",
        alerts=alerts,
        monthly_limit_usd=300,
        percents=[80, 100],
        forecast_percents=[110],
        urgent_emails=["cto@example.com"],
        tags={"Application": "shop", "Environment": "prod"},
        profile=EnvironmentProfile.STAGING,
    )

    guardrails = AccountGuardrails(
        stack,
        "Guardrails",
        trail=True,
        data_events=False,
        config_rules=True,
        config_recorder=True,
        config_role=False,
    )

    StandardTags.apply(
        stack,
        application="shop",
        component="operations",
        cost_center="CC-100",
        owner="team@example.com",
        environment="trial",
    )

    lock = StatefulLock(lock_file="tour.lock.json")
    Validations.of(app).add_plugins(lock)

    read = Readings(stack)
    read.text("TopicArn", alerts.topic.topic_arn)
    read.text("TopicKey", alerts.encryption_key.key_arn)
    read.number("NumberOfAlarms", len(alarms.alarms))
    read.text("DashboardName", dashboard.dashboard.dashboard_name)
    read.text("BudgetName", budget.budget_name)
    read.number("BudgetLimit", budget.monthly_limit_usd)
    read.text("TrailArn", guardrails.trail.trail_arn)
    read.text("RecordsBucket", guardrails.bucket.bucket_name)
    read.text("PasswordPolicyCommand", guardrails.password_policy_command)
    read.text("ReplicaId", replica.instance_identifier)
    read.text("LockName", lock.name)
    read.text("LockVersion", lock.version or "none")
    read.number("LockRules", len(lock.rule_ids or []))
    return alerts
