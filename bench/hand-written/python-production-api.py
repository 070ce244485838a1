"""The example production-api in its prod profile, written with aws-cdk-lib alone."""

import json

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, SecretValue, Size, Stack, TimeZone
import aws_cdk.aws_applicationautoscaling as appscaling
import aws_cdk.aws_cloudwatch as cloudwatch
import aws_cdk.aws_cloudwatch_actions as actions
import aws_cdk.aws_ec2 as ec2
import aws_cdk.aws_ecr as ecr
import aws_cdk.aws_ecs as ecs
import aws_cdk.aws_elasticloadbalancingv2 as elbv2
import aws_cdk.aws_events as events
import aws_cdk.aws_events_targets as events_targets
import aws_cdk.aws_iam as iam
import aws_cdk.aws_kms as kms
import aws_cdk.aws_logs as logs
import aws_cdk.aws_rds as rds
import aws_cdk.aws_s3 as s3
import aws_cdk.aws_scheduler as scheduler
import aws_cdk.aws_scheduler_targets as scheduler_targets
import aws_cdk.aws_secretsmanager as secretsmanager
import aws_cdk.aws_servicediscovery as servicediscovery
import aws_cdk.aws_sns as sns
import aws_cdk.aws_sns_subscriptions as subscriptions
import aws_cdk.aws_stepfunctions as sfn
import aws_cdk.aws_stepfunctions_tasks as tasks

app = App()
image_tag = app.node.try_get_context("imageTag") or "v1"
alert_email = app.node.try_get_context("alertEmail")

registry = Stack(app, "Images", stack_name="production-api-images-prod")
images = ecr.Repository(
    registry,
    "Api",
    image_scan_on_push=True,
    image_tag_mutability=ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
    image_tag_mutability_exclusion_filters=[ecr.ImageTagMutabilityExclusionFilter.wildcard("latest")],
    lifecycle_rules=[
        ecr.LifecycleRule(
            description="Forget untagged images", tag_status=ecr.TagStatus.UNTAGGED, max_image_age=Duration.days(14)
        ),
        ecr.LifecycleRule(
            description="Keep the last tagged images",
            tag_status=ecr.TagStatus.TAGGED,
            tag_pattern_list=["*"],
            max_image_count=10,
        ),
    ],
    empty_on_delete=False,
    removal_policy=RemovalPolicy.RETAIN,
)

stack = Stack(app, "ProductionApi", stack_name="production-api-prod", termination_protection=True)
from_this_account = {"StringEquals": {"aws:SourceAccount": stack.account}}

vpc = ec2.Vpc(
    stack,
    "Vpc",
    ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"),
    max_azs=2,
    nat_gateways=2,
    restrict_default_security_group=True,
    subnet_configuration=[
        ec2.SubnetConfiguration(
            name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24, map_public_ip_on_launch=False
        ),
        ec2.SubnetConfiguration(name="App", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=24),
    ],
    gateway_endpoints={
        "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
        "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
    },
)
vpc.public_subnets[0].node.default_child.cidr_block = "10.0.1.0/24"
vpc.public_subnets[1].node.default_child.cidr_block = "10.0.2.0/24"
vpc.private_subnets[0].node.default_child.cidr_block = "10.0.11.0/24"
vpc.private_subnets[1].node.default_child.cidr_block = "10.0.12.0/24"
flow_log_group = logs.LogGroup(stack, "FlowLogGroup", retention=logs.RetentionDays.ONE_MONTH)
flow_log_role = iam.Role(
    stack,
    "FlowLogRole",
    assumed_by=iam.ServicePrincipal(
        "vpc-flow-logs.amazonaws.com",
        conditions={
            **from_this_account,
            "ArnLike": {"aws:SourceArn": stack.format_arn(service="ec2", resource="vpc-flow-log", resource_name="*")},
        },
    ),
)
vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(flow_log_group, flow_log_role))

alerts_key = kms.Key(
    stack, "AlertsKey", description="Alerts", enable_key_rotation=True, removal_policy=RemovalPolicy.DESTROY
)
alerts = sns.Topic(stack, "Alerts", master_key=alerts_key, enforce_ssl=True)
alerts.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com", conditions=from_this_account))
alerts.grant_publish(iam.ServicePrincipal("budgets.amazonaws.com", conditions=from_this_account))
alerts.grant_publish(iam.ServicePrincipal("backup.amazonaws.com"))
alerts.grant_publish(iam.ServicePrincipal("events.amazonaws.com"))
alerts.add_subscription(subscriptions.EmailSubscription(alert_email))

instance_identifier = "production-api-prod"
database_key = kms.Key(
    stack,
    "DatabaseKey",
    description="Storage, snapshots, logs and secrets of the database",
    enable_key_rotation=True,
    rotation_period=Duration.days(365),
    removal_policy=RemovalPolicy.RETAIN,
)
database_key.add_to_resource_policy(
    iam.PolicyStatement(
        principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
        actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        resources=["*"],
        conditions={
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": [
                    stack.format_arn(service="logs", resource="log-group:/aws/rds/instance/production-api-*"),
                    stack.format_arn(service="logs", resource="log-group:/aws/vendedlogs/states/production-api-*"),
                ]
            }
        },
    )
)
database_security_group = ec2.SecurityGroup(
    stack, "DatabaseSecurityGroup", vpc=vpc, description="Database", allow_all_outbound=False
)
exclude_characters = " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}~"
credentials = secretsmanager.Secret(
    stack,
    "DatabaseSecret",
    description="Credentials of the database",
    encryption_key=database_key,
    generate_secret_string=secretsmanager.SecretStringGenerator(
        secret_string_template=json.dumps({"username": "postgres"}),
        generate_string_key="password",
        password_length=40,
        exclude_characters=exclude_characters,
    ),
)
postgresql_log_group = logs.LogGroup(
    stack,
    "PostgresqlLogs",
    log_group_name=f"/aws/rds/instance/{instance_identifier}/postgresql",
    encryption_key=database_key,
    retention=logs.RetentionDays.ONE_MONTH,
)
upgrade_log_group = logs.LogGroup(
    stack,
    "UpgradeLogs",
    log_group_name=f"/aws/rds/instance/{instance_identifier}/upgrade",
    encryption_key=database_key,
    retention=logs.RetentionDays.ONE_MONTH,
)
engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_15)
database = rds.DatabaseInstance(
    stack,
    "Database",
    instance_identifier=instance_identifier,
    engine=engine,
    engine_lifecycle_support=rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
    allow_major_version_upgrade=False,
    auto_minor_version_upgrade=True,
    instance_type=ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.SMALL),
    multi_az=True,
    apply_immediately=True,
    vpc=vpc,
    subnet_group=rds.SubnetGroup(
        stack,
        "DatabaseSubnets",
        description="Database",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_group_name="App"),
    ),
    security_groups=[database_security_group],
    publicly_accessible=False,
    network_type=rds.NetworkType.IPV4,
    port=5432,
    ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
    database_name="app",
    credentials=rds.Credentials.from_secret(credentials, "postgres"),
    iam_authentication=True,
    storage_type=rds.StorageType.GP3,
    allocated_storage=20,
    max_allocated_storage=100,
    storage_encrypted=True,
    storage_encryption_key=database_key,
    backup_retention=Duration.days(7),
    preferred_backup_window="03:00-04:00",
    preferred_maintenance_window="sun:04:00-sun:05:00",
    copy_tags_to_snapshot=True,
    delete_automated_backups=False,
    deletion_protection=True,
    removal_policy=RemovalPolicy.SNAPSHOT,
    parameter_group=rds.ParameterGroup(
        stack,
        "DatabaseParameters",
        engine=engine,
        description="TLS required, slow statements logged",
        parameters={"rds.force_ssl": "1", "log_min_duration_statement": "1000", "log_statement": "none"},
    ),
    cloudwatch_logs_exports=["postgresql", "upgrade"],
    enable_performance_insights=True,
    database_insights_mode=rds.DatabaseInsightsMode.STANDARD,
    performance_insight_retention=rds.PerformanceInsightRetention.DEFAULT,
    performance_insight_encryption_key=database_key,
    monitoring_interval=Duration.minutes(1),
    monitoring_role=iam.Role(
        stack,
        "DatabaseMonitoringRole",
        description="Enhanced monitoring of the database",
        assumed_by=iam.ServicePrincipal(
            "monitoring.rds.amazonaws.com",
            conditions={
                **from_this_account,
                "ArnLike": {"aws:SourceArn": stack.format_arn(service="rds", resource=f"db:{instance_identifier}")},
            },
        ),
        inline_policies={
            "EnhancedMonitoring": iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        actions=[
                            "logs:CreateLogGroup",
                            "logs:CreateLogStream",
                            "logs:DescribeLogStreams",
                            "logs:GetLogEvents",
                            "logs:PutLogEvents",
                            "logs:PutRetentionPolicy",
                        ],
                        resources=["arn:*:logs:*:*:log-group:RDSOSMetrics", "arn:*:logs:*:*:log-group:RDSOSMetrics:*"],
                    )
                ]
            )
        },
    ),
)
database.node.default_child.node.add_dependency(postgresql_log_group, upgrade_log_group)
secret = database.secret
url_secret = secretsmanager.Secret(
    stack,
    "DatabaseUrl",
    description="Connection URL of the database",
    encryption_key=database_key,
    secret_string_value=SecretValue.unsafe_plain_text(
        f"postgresql://postgres:{secret.secret_value_from_json('password').unsafe_unwrap()}"
        + f"@{database.db_instance_endpoint_address}:"
        + f"{database.db_instance_endpoint_port}/app?sslmode=require"
    ),
)

rotation_security_group = ec2.SecurityGroup(
    stack, "RotationSecurityGroup", vpc=vpc, description="Rotation", allow_all_outbound=False
)
rotation_security_group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "Secrets Manager")
rotation_security_group.connections.allow_to(database, ec2.Port.tcp(5432), "Rotation of the password")
rotation = credentials.add_rotation_schedule(
    "Rotation",
    hosted_rotation=secretsmanager.HostedRotation.postgre_sql_single_user(
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_group_name="App"),
        security_groups=[rotation_security_group],
        exclude_characters=exclude_characters,
    ),
    rotate_immediately_on_update=False,
)
rotation.node.default_child.rotation_rules = secretsmanager.CfnRotationSchedule.RotationRulesProperty(
    schedule_expression="rate(30 days)", duration="1h"
)
rotation.node.add_dependency(secret, rotation_security_group, database_security_group)

read_credentials = tasks.CallAwsService.jsonata(
    stack,
    "ReadCredentials",
    service="secretsmanager",
    action="getSecretValue",
    iam_action="secretsmanager:GetSecretValue",
    iam_resources=[secret.secret_arn],
    parameters={"SecretId": secret.secret_arn},
    assign={
        "url": "{% ($c := $parse($states.result.SecretString); $c.username and $c.password and $c.host and $c.port"
        + " ? 'postgresql://' & $encodeUrlComponent($c.username) & ':' & $encodeUrlComponent($c.password)"
        + " & '@' & $c.host & ':' & $string($c.port) & '/' & $encodeUrlComponent('app') & '?sslmode=require'"
        + " : $error('the secret lacks the user name, the password, the host or the port')) %}"
    },
    outputs={},
)
read_url = tasks.CallAwsService.jsonata(
    stack,
    "ReadUrl",
    service="secretsmanager",
    action="getSecretValue",
    iam_action="secretsmanager:GetSecretValue",
    iam_resources=[url_secret.secret_arn],
    parameters={"SecretId": url_secret.secret_arn},
    assign={"changed": "{% $states.result.SecretString != $url %}"},
    outputs={},
)
write_url = tasks.CallAwsService.jsonata(
    stack,
    "WriteUrl",
    service="secretsmanager",
    action="putSecretValue",
    iam_action="secretsmanager:PutSecretValue",
    iam_resources=[url_secret.secret_arn],
    parameters={"SecretId": url_secret.secret_arn, "SecretString": "{% $url %}", "ClientRequestToken": "{% $uuid() %}"},
    outputs={},
)
announce = tasks.EventBridgePutEvents.jsonata(
    stack,
    "Announce",
    entries=[
        tasks.EventBridgePutEventsEntry(
            source="production-api",
            detail_type="Connection URL changed",
            detail=sfn.TaskInput.from_object({"secretArn": url_secret.secret_arn}),
        )
    ],
    outputs={},
)
for task in [read_credentials, read_url, write_url, announce]:
    task.add_retry(errors=[sfn.Errors.ALL], interval=Duration.seconds(2), backoff_rate=2, max_attempts=4)
url_refresh_role = iam.Role(
    stack,
    "UrlRefreshRole",
    description="Composes the connection URL from the credentials",
    assumed_by=iam.ServicePrincipal("states.amazonaws.com", conditions=from_this_account),
)
url_refresh_role.add_to_policy(
    iam.PolicyStatement(
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=[database_key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"secretsmanager.{stack.region}.amazonaws.com"}},
    )
)
url_refresh = sfn.StateMachine(
    stack,
    "UrlRefresh",
    state_machine_type=sfn.StateMachineType.EXPRESS,
    query_language=sfn.QueryLanguage.JSONATA,
    definition_body=sfn.DefinitionBody.from_chainable(
        read_credentials.next(read_url).next(
            sfn.Choice.jsonata(stack, "Changed")
            .when(sfn.Condition.jsonata("{% $changed %}"), write_url.next(announce))
            .otherwise(sfn.Succeed(stack, "Unchanged"))
        )
    ),
    role=url_refresh_role,
    timeout=Duration.minutes(4),
    tracing_enabled=True,
    logs=sfn.LogOptions(
        destination=logs.LogGroup(
            stack,
            "UrlRefreshLogs",
            log_group_name="/aws/vendedlogs/states/production-api-prod-url-refresh",
            encryption_key=database_key,
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        ),
        level=sfn.LogLevel.ALL,
        include_execution_data=False,
    ),
)
events.Rule(
    stack,
    "OnNewPassword",
    description="The credentials changed: compose the connection URL anew",
    event_pattern=events.EventPattern(
        source=["aws.secretsmanager"],
        detail_type=["Secret Label Updated"],
        resources=[credentials.secret_arn],
        detail={"labelUpdated": ["AWSCURRENT"]},
    ),
    targets=[events_targets.SfnStateMachine(url_refresh, retry_attempts=4, max_event_age=Duration.hours(1))],
)
scheduler.Schedule(
    stack,
    "AfterRotationWindow",
    description="In and after the rotation window: compose the connection URL anew if the credentials changed",
    schedule=scheduler.ScheduleExpression.cron(minute="0/15", hour="0-1", time_zone=TimeZone.ETC_UTC),
    target=scheduler_targets.StepFunctionsStartExecution(
        url_refresh, retry_attempts=4, max_event_age=Duration.minutes(10)
    ),
)

cluster = ecs.Cluster(
    stack,
    "Cluster",
    vpc=vpc,
    container_insights_v2=ecs.ContainerInsights.ENABLED,
    enable_fargate_capacity_providers=True,
    default_cloud_map_namespace=ecs.CloudMapNamespaceOptions(name="app.local", vpc=vpc),
)
service_log_group = logs.LogGroup(
    stack,
    "ApiLogs",
    log_group_name="/ecs/production-api-prod/api",
    retention=logs.RetentionDays.ONE_MONTH,
    removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
)
task_definition = ecs.FargateTaskDefinition(
    stack,
    "ApiTask",
    cpu=512,
    memory_limit_mib=1024,
    runtime_platform=ecs.RuntimePlatform(
        operating_system_family=ecs.OperatingSystemFamily.LINUX, cpu_architecture=ecs.CpuArchitecture.X86_64
    ),
    task_role=iam.Role(
        stack,
        "ApiTaskRole",
        assumed_by=iam.ServicePrincipal(
            "ecs-tasks.amazonaws.com",
            conditions={
                **from_this_account,
                "ArnLike": {"aws:SourceArn": stack.format_arn(service="ecs", resource="*")},
            },
        ),
    ),
)
image = ecs.ContainerImage.from_ecr_repository(images, image_tag)
logging = ecs.LogDrivers.aws_logs(
    log_group=service_log_group,
    stream_prefix="task",
    mode=ecs.AwsLogDriverMode.NON_BLOCKING,
    max_buffer_size=Size.mebibytes(25),
)
environment = {"ENVIRONMENT": "prod"}
secrets = {"DATABASE_URL": ecs.Secret.from_secrets_manager(url_secret)}
container = task_definition.add_container(
    "App",
    image=image,
    logging=logging,
    environment=environment,
    secrets=secrets,
    port_mappings=[ecs.PortMapping(container_port=8000)],
    linux_parameters=ecs.LinuxParameters(stack, "AppLinuxParameters", init_process_enabled=True),
    readonly_root_filesystem=False,
    stop_timeout=Duration.seconds(30),
    health_check=ecs.HealthCheck(
        command=["CMD", "python", "-m", "app.healthcheck"],
        interval=Duration.seconds(30),
        timeout=Duration.seconds(5),
        retries=3,
        start_period=Duration.seconds(60),
    ),
)
migration = task_definition.add_container(
    "Migrate",
    image=image,
    logging=logging,
    environment=environment,
    secrets=secrets,
    command=["python", "-m", "app.migrate"],
    essential=False,
    linux_parameters=ecs.LinuxParameters(stack, "MigrateLinuxParameters", init_process_enabled=True),
    readonly_root_filesystem=False,
    stop_timeout=Duration.seconds(30),
)
container.add_container_dependencies(
    ecs.ContainerDependency(container=migration, condition=ecs.ContainerDependencyCondition.SUCCESS)
)
service = ecs.FargateService(
    stack,
    "ApiService",
    cluster=cluster,
    task_definition=task_definition,
    capacity_provider_strategies=[ecs.CapacityProviderStrategy(capacity_provider="FARGATE", base=2, weight=1)],
    platform_version=ecs.FargatePlatformVersion.LATEST,
    vpc_subnets=ec2.SubnetSelection(subnet_group_name="App"),
    assign_public_ip=False,
    min_healthy_percent=100,
    max_healthy_percent=200,
    deployment_controller=ecs.DeploymentController(type=ecs.DeploymentControllerType.ECS),
    deployment_strategy=ecs.DeploymentStrategy.ROLLING,
    circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
    availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
    propagate_tags=ecs.PropagatedTagSource.SERVICE,
    enable_ecs_managed_tags=True,
    health_check_grace_period=Duration.seconds(60),
    cloud_map_options=ecs.CloudMapOptions(
        name="api", dns_record_type=servicediscovery.DnsRecordType.A, dns_ttl=Duration.seconds(10)
    ),
)
database_security_group.add_ingress_rule(service.connections.security_groups[0], ec2.Port.tcp(5432), "Api")
service.node.add_dependency(task_definition.obtain_execution_role(), database_security_group)
scaling = service.auto_scale_task_count(min_capacity=2, max_capacity=6)
scaling.scale_on_cpu_utilization(
    "Cpu",
    target_utilization_percent=70,
    scale_out_cooldown=Duration.seconds(60),
    scale_in_cooldown=Duration.seconds(300),
)
scaling.scale_on_memory_utilization(
    "Memory",
    target_utilization_percent=80,
    scale_out_cooldown=Duration.seconds(60),
    scale_in_cooldown=Duration.seconds(300),
)
scaling.scale_on_schedule(
    "WorkHoursStart",
    schedule=appscaling.Schedule.cron(minute="0", hour="7", week_day="MON,TUE,WED,THU,FRI"),
    time_zone=TimeZone.EUROPE_ROME,
    min_capacity=2,
    max_capacity=6,
)
scaling.scale_on_schedule(
    "WorkHoursEnd",
    schedule=appscaling.Schedule.cron(minute="0", hour="21", week_day="*"),
    time_zone=TimeZone.EUROPE_ROME,
    min_capacity=1,
    max_capacity=1,
)

redeploy = tasks.CallAwsService.jsonata(
    stack,
    "Redeploy",
    service="ecs",
    action="updateService",
    iam_action="ecs:UpdateService",
    iam_resources=[service.service_arn],
    parameters={"Cluster": cluster.cluster_arn, "Service": service.service_arn, "ForceNewDeployment": True},
    outputs={},
)
redeploy.add_retry(errors=[sfn.Errors.ALL], interval=Duration.seconds(5), backoff_rate=2, max_attempts=4)
redeployment = sfn.StateMachine(
    stack,
    "Redeployment",
    state_machine_type=sfn.StateMachineType.EXPRESS,
    query_language=sfn.QueryLanguage.JSONATA,
    definition_body=sfn.DefinitionBody.from_chainable(redeploy),
    role=iam.Role(
        stack,
        "RedeploymentRole",
        description="Starts a new deployment of the service",
        assumed_by=iam.ServicePrincipal("states.amazonaws.com", conditions=from_this_account),
    ),
    timeout=Duration.minutes(4),
    tracing_enabled=True,
    logs=sfn.LogOptions(
        destination=logs.LogGroup(
            stack,
            "RedeploymentLogs",
            log_group_name="/aws/vendedlogs/states/production-api-prod-redeployment",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        ),
        level=sfn.LogLevel.ALL,
        include_execution_data=False,
    ),
)
events.Rule(
    stack,
    "OnNewUrl",
    description="The connection URL changed: start new tasks, which read it",
    event_pattern=events.EventPattern(
        source=["production-api"], detail_type=["Connection URL changed"], detail={"secretArn": [url_secret.secret_arn]}
    ),
    targets=[events_targets.SfnStateMachine(redeployment, retry_attempts=4, max_event_age=Duration.hours(1))],
)

log_bucket = s3.Bucket(
    stack,
    "LoadBalancerLogs",
    encryption=s3.BucketEncryption.S3_MANAGED,
    block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
    object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforce_ssl=True,
    versioned=True,
    lifecycle_rules=[
        s3.LifecycleRule(
            expiration=Duration.days(90),
            noncurrent_version_expiration=Duration.days(7),
            abort_incomplete_multipart_upload_after=Duration.days(7),
        )
    ],
)
log_bucket.add_to_resource_policy(
    iam.PolicyStatement(
        principals=[iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
        actions=["s3:PutObject"],
        resources=[
            log_bucket.arn_for_objects(f"access/AWSLogs/{stack.account}/*"),
            log_bucket.arn_for_objects(f"connections/AWSLogs/{stack.account}/*"),
        ],
    )
)
load_balancer = elbv2.ApplicationLoadBalancer(
    stack,
    "LoadBalancer",
    vpc=vpc,
    internet_facing=True,
    vpc_subnets=ec2.SubnetSelection(subnet_group_name="Public"),
    ip_address_type=elbv2.IpAddressType.IPV4,
    http2_enabled=True,
    drop_invalid_header_fields=True,
    desync_mitigation_mode=elbv2.DesyncMitigationMode.DEFENSIVE,
    deletion_protection=True,
    idle_timeout=Duration.seconds(60),
)
load_balancer.set_attribute("access_logs.s3.enabled", "true")
load_balancer.set_attribute("access_logs.s3.bucket", log_bucket.bucket_name)
load_balancer.set_attribute("access_logs.s3.prefix", "access")
load_balancer.set_attribute("connection_logs.s3.enabled", "true")
load_balancer.set_attribute("connection_logs.s3.bucket", log_bucket.bucket_name)
load_balancer.set_attribute("connection_logs.s3.prefix", "connections")
load_balancer.node.add_dependency(log_bucket.policy)
listener = load_balancer.add_listener(
    "Http",
    port=80,
    protocol=elbv2.ApplicationProtocol.HTTP,
    default_action=elbv2.ListenerAction.fixed_response(404, content_type="text/plain", message_body="Not found"),
)
target_group = listener.add_targets(
    "Api",
    priority=1000,
    conditions=[elbv2.ListenerCondition.path_patterns(["/*"])],
    targets=[service.load_balancer_target(container_name="App", container_port=8000)],
    protocol=elbv2.ApplicationProtocol.HTTP,
    port=8000,
    deregistration_delay=Duration.seconds(30),
    health_check=elbv2.HealthCheck(
        path="/healthz",
        protocol=elbv2.Protocol.HTTP,
        healthy_http_codes="200",
        interval=Duration.seconds(30),
        timeout=Duration.seconds(5),
        healthy_threshold_count=2,
        unhealthy_threshold_count=3,
    ),
)
CfnOutput(stack, "Url", value=f"http://{load_balancer.load_balancer_dns_name}")

minute = Duration.minutes(1)
entry_error_rate = cloudwatch.MathExpression(
    expression="IF(MAX([FILL(requests, 0), FILL(errors, 0)]) >= 20, 100 * FILL(errors, 0) / MAX([FILL(requests, 0), FILL(errors, 0)]), 0)",
    using_metrics={
        "requests": load_balancer.metrics.request_count(),
        "errors": load_balancer.metrics.http_code_elb(elbv2.HttpCodeElb.ELB_5XX_COUNT),
    },
)
target_error_rate = cloudwatch.MathExpression(
    expression="IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)",
    using_metrics={
        "requests": target_group.metrics.request_count(),
        "errors": target_group.metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_5XX_COUNT),
    },
)
task_dimensions = {"ClusterName": cluster.cluster_name, "ServiceName": service.service_name}
running_tasks = cloudwatch.Metric(
    namespace="ECS/ContainerInsights",
    metric_name="RunningTaskCount",
    dimensions_map=task_dimensions,
    period=minute,
)
desired_tasks = cloudwatch.Metric(
    namespace="ECS/ContainerInsights",
    metric_name="DesiredTaskCount",
    dimensions_map=task_dimensions,
    period=minute,
)
refused_connections = logs.MetricFilter(
    stack,
    "RefusedConnections",
    log_group=postgresql_log_group,
    filter_pattern=logs.FilterPattern.any_term(
        "password authentication failed for user",
        "PAM authentication failed for user",
        "no pg_hba.conf entry for",
        "sorry, too many clients already",
        "remaining connection slots are reserved for",
        "too many connections for",
    ),
    metric_namespace="ProductionApi/RefusedConnections",
    metric_name=database.instance_identifier,
)
entry_errors = cloudwatch.Alarm(
    stack,
    "EntryServerErrors",
    alarm_description="The load balancer itself answers with 5xx. First look at whether each target group has healthy targets.",
    metric=entry_error_rate,
    threshold=5,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=3,
    datapoints_to_alarm=2,
    treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
)
database_cpu = cloudwatch.Alarm(
    stack,
    "DatabaseCpu",
    alarm_description="The database is short of CPU. First look at the top statements in Database Insights or the slow query log.",
    metric=database.metric_cpu_utilization(period=Duration.minutes(10)),
    threshold=80,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=2,
    datapoints_to_alarm=2,
    treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
)
database_storage = cloudwatch.Alarm(
    stack,
    "DatabaseStorage",
    alarm_description="The database is about to run out of storage. First look at whether storage may still grow, then replication slots and logs.",
    metric=database.metric_free_storage_space(statistic=cloudwatch.Stats.MINIMUM),
    threshold=Size.gibibytes(2).to_bytes(),
    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluation_periods=1,
    datapoints_to_alarm=1,
    treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
)
database_memory = cloudwatch.Alarm(
    stack,
    "DatabaseMemory",
    alarm_description="The database is short of memory. First look at the number of connections, then work_mem and the class of the instance.",
    metric=database.metric_freeable_memory(),
    threshold=Size.gibibytes(2).to_bytes() // 10,
    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluation_periods=3,
    datapoints_to_alarm=3,
    treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
)
database_connections = cloudwatch.Alarm(
    stack,
    "DatabaseConnections",
    alarm_description="The database is about to refuse connections. First look at tasks times the size of their connection pool.",
    metric=database.metric_database_connections(statistic=cloudwatch.Stats.MAXIMUM),
    threshold=146,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=3,
    datapoints_to_alarm=3,
    treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
)
database_refusals = cloudwatch.Alarm(
    stack,
    "DatabaseConnectionErrors",
    alarm_description="The database refused connections. First look at FATAL lines in its log: a wrong password, no TLS or too many connections.",
    metric=refused_connections.metric(statistic=cloudwatch.Stats.SUM),
    threshold=0,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=3,
    datapoints_to_alarm=3,
    treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
)
database_credits = cloudwatch.Alarm(
    stack,
    "DatabaseCpuCredits",
    alarm_description="The database uses more CPU than its class earns. First look at whether a larger or a non-burstable class is cheaper.",
    metric=database.metric("CPUCreditBalance", period=Duration.hours(1)),
    threshold=20,
    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluation_periods=6,
    datapoints_to_alarm=6,
    treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
)
target_errors = cloudwatch.Alarm(
    stack,
    "TargetServerErrors",
    alarm_description="Targets answer with 5xx. First look at errors in the log of the service, then its last deployment.",
    metric=target_error_rate,
    threshold=5,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=3,
    datapoints_to_alarm=2,
    treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
)
response_time = cloudwatch.Alarm(
    stack,
    "TargetResponseTime",
    alarm_description="The slowest of a hundred requests takes too long. First look at CPU of the service and of its database, then slow queries.",
    metric=target_group.metrics.target_response_time(statistic=cloudwatch.Stats.p(99)),
    threshold=3,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=3,
    datapoints_to_alarm=3,
    treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
)
unhealthy_targets = cloudwatch.Alarm(
    stack,
    "UnhealthyTargets",
    alarm_description="Targets fail their health check. First look at the reason that the target group gives for each unhealthy target.",
    metric=target_group.metrics.unhealthy_host_count(period=minute, statistic=cloudwatch.Stats.MAXIMUM),
    threshold=0,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=3,
    datapoints_to_alarm=3,
    treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
)
service_cpu = cloudwatch.Alarm(
    stack,
    "ServiceCpu",
    alarm_description="The tasks are short of CPU. First look at whether scaling is at its limit, then what the busiest requests do.",
    metric=service.metric_cpu_utilization(period=minute),
    threshold=80,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=5,
    datapoints_to_alarm=3,
    treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
)
service_memory = cloudwatch.Alarm(
    stack,
    "ServiceMemory",
    alarm_description="The tasks are short of memory. First look at stopped tasks with exit code 137, then memory since the last deployment.",
    metric=service.metric_memory_utilization(period=minute),
    threshold=90,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluation_periods=5,
    datapoints_to_alarm=3,
    treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
)
missing_tasks = cloudwatch.Alarm(
    stack,
    "MissingTasks",
    alarm_description="Fewer tasks run than are wanted. First look at the service's events and the stopped reason of its last tasks.",
    metric=cloudwatch.MathExpression(
        expression="desired - FILL(running, 0)",
        using_metrics={"desired": desired_tasks, "running": running_tasks},
        period=minute,
    ),
    threshold=1,
    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluation_periods=10,
    datapoints_to_alarm=10,
    treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
)


def failures_of(machine: sfn.StateMachine) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        stack,
        f"{machine.node.id}Failures",
        alarm_description="A run of the state machine failed or took too long. First look at the state in which it ended and the error there, in its log.",
        metric=cloudwatch.MathExpression(
            expression="FILL(failed, 0) + FILL(timedOut, 0)",
            using_metrics={"failed": machine.metric_failed(), "timedOut": machine.metric_timed_out()},
        ),
        threshold=0,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


alarms = [
    entry_errors,
    database_cpu,
    database_storage,
    database_memory,
    database_connections,
    database_refusals,
    database_credits,
    target_errors,
    response_time,
    unhealthy_targets,
    service_cpu,
    service_memory,
    missing_tasks,
    failures_of(url_refresh),
    failures_of(redeployment),
]
for alarm in alarms:
    alarm.add_alarm_action(actions.SnsAction(alerts))
    alarm.add_ok_action(actions.SnsAction(alerts))
service.enable_deployment_alarms(
    [target_errors.alarm_name, response_time.alarm_name, unhealthy_targets.alarm_name],
    behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
)

transparent = cloudwatch.TextWidgetBackground.TRANSPARENT
dashboard = cloudwatch.Dashboard(stack, "Dashboard")
dashboard.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24, height=4))


def show_runs(machine: sfn.StateMachine) -> None:
    dashboard.add_widgets(
        cloudwatch.TextWidget(markdown=f"## {machine.node.id}", width=24, height=1, background=transparent)
    )
    dashboard.add_widgets(
        cloudwatch.GraphWidget(
            title="Runs a minute",
            width=12,
            left=[
                machine.metric_started(period=minute, label="started"),
                machine.metric_succeeded(period=minute, label="succeeded"),
                machine.metric_failed(period=minute, label="failed"),
                machine.metric_timed_out(period=minute, label="timed out"),
            ],
            left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        ),
        cloudwatch.GraphWidget(
            title="Duration",
            width=12,
            left=[machine.metric_time(period=minute, label="longest", statistic=cloudwatch.Stats.MAXIMUM)],
            left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="ms"),
        ),
    )


dashboard.add_widgets(cloudwatch.TextWidget(markdown="## Load balancer", width=24, height=1, background=transparent))
dashboard.add_widgets(
    cloudwatch.GraphWidget(
        title="Requests a minute",
        width=8,
        left=[load_balancer.metrics.request_count(period=minute, label="requests")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
    cloudwatch.GraphWidget(
        title="5xx of the load balancer a minute",
        width=8,
        left=[load_balancer.metrics.http_code_elb(elbv2.HttpCodeElb.ELB_5XX_COUNT, period=minute, label="5xx")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
    cloudwatch.GraphWidget(
        title="Error rate",
        width=8,
        left=[entry_error_rate.with_(period=minute, label="error rate")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="%"),
    ),
)
dashboard.add_widgets(cloudwatch.TextWidget(markdown="## Database", width=24, height=1, background=transparent))
dashboard.add_widgets(
    cloudwatch.GraphWidget(
        title="CPU",
        width=4,
        left=[database.metric_cpu_utilization(period=minute, label="cpu")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="%"),
    ),
    cloudwatch.GraphWidget(
        title="Connections",
        width=4,
        left=[
            database.metric_database_connections(period=minute, label="connections", statistic=cloudwatch.Stats.MAXIMUM)
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
    cloudwatch.GraphWidget(
        title="Free storage",
        width=4,
        left=[
            database.metric_free_storage_space(period=minute, label="free storage", statistic=cloudwatch.Stats.MINIMUM)
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="bytes"),
    ),
    cloudwatch.GraphWidget(
        title="I/O operations a second",
        width=4,
        left=[
            database.metric("ReadIOPS", period=minute, label="reads"),
            database.metric("WriteIOPS", period=minute, label="writes"),
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
    cloudwatch.GraphWidget(
        title="Free memory",
        width=4,
        left=[database.metric_freeable_memory(period=minute, label="free memory")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="bytes"),
    ),
)
show_runs(url_refresh)
dashboard.add_widgets(cloudwatch.TextWidget(markdown="## Service", width=24, height=1, background=transparent))
dashboard.add_widgets(
    cloudwatch.GraphWidget(
        title="CPU",
        width=8,
        left=[service.metric_cpu_utilization(period=minute, label="cpu")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="%"),
    ),
    cloudwatch.GraphWidget(
        title="Memory",
        width=8,
        left=[service.metric_memory_utilization(period=minute, label="memory")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="%"),
    ),
    cloudwatch.GraphWidget(
        title="Tasks",
        width=8,
        left=[running_tasks.with_(label="running"), desired_tasks.with_(label="desired")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
)
dashboard.add_widgets(cloudwatch.TextWidget(markdown="## Targets", width=24, height=1, background=transparent))
dashboard.add_widgets(
    cloudwatch.GraphWidget(
        title="Requests a minute",
        width=4,
        left=[target_group.metrics.request_count(period=minute, label="requests")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
    cloudwatch.GraphWidget(
        title="Answers a minute by HTTP code",
        width=4,
        left=[
            target_group.metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_2XX_COUNT, period=minute, label="2xx"),
            target_group.metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_3XX_COUNT, period=minute, label="3xx"),
            target_group.metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_4XX_COUNT, period=minute, label="4xx"),
            target_group.metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, period=minute, label="5xx"),
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
    cloudwatch.GraphWidget(
        title="Error rate",
        width=4,
        left=[target_error_rate.with_(period=minute, label="error rate")],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="%"),
    ),
    cloudwatch.GraphWidget(
        title="Response time",
        width=4,
        left=[
            target_group.metrics.target_response_time(period=minute, label="p50", statistic=cloudwatch.Stats.p(50)),
            target_group.metrics.target_response_time(period=minute, label="p99", statistic=cloudwatch.Stats.p(99)),
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False, label="s"),
    ),
    cloudwatch.GraphWidget(
        title="Targets",
        width=4,
        left=[
            target_group.metrics.healthy_host_count(period=minute, label="healthy", statistic=cloudwatch.Stats.MINIMUM),
            target_group.metrics.unhealthy_host_count(
                period=minute, label="unhealthy", statistic=cloudwatch.Stats.MAXIMUM
            ),
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    ),
)
show_runs(redeployment)

app.synth()
