"""The serverless app: with every choice made, and its parts alone."""

from aws_cdk import App, Duration, RemovalPolicy, Size, Stack
from aws_cdk.aws_apigateway import TokenAuthorizer
from aws_cdk.aws_apigatewayv2_authorizers import WebSocketIamAuthorizer
from aws_cdk.aws_cloudfront import PriceClass
from aws_cdk.aws_cloudwatch import Alarm, Metric
from aws_cdk.aws_ecr import Repository
from aws_cdk.aws_iam import Role
from aws_cdk.aws_kms import Key
from aws_cdk.aws_lambda import Architecture, Code, Function, Runtime
from aws_cdk.aws_logs import RetentionDays
from aws_cdk.aws_route53 import HostedZone
from cdk_patternbook import (
    AlarmThreshold,
    AlarmThresholds,
    ApiFunction,
    ApiThresholds,
    AppDomain,
    Deployment,
    EnvironmentProfile,
    FirewallLevel,
    FunctionCode,
    FunctionRestApi,
    FunctionWebSocketApi,
    IAlertTopic,
    IAppNetwork,
    PwaApiOptions,
    ServerlessPwaApp,
    StaticSite,
    StaticSiteOptions,
    WebFirewallOptions,
    WorkQueue,
)
from operations_tour import all_thresholds
from readings import Readings


def pwa_tour(app: App, profile: EnvironmentProfile, network: IAppNetwork, alerts: IAlertTopic) -> None:
    stack = Stack(app, "Pwa")
    zone = HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z0123456789EXAMPLE", zone_name="example.com"
    )
    images = Repository.from_repository_name(stack, "Images", "fillup")
    checker = Function.from_function_arn(
        stack, "Checker", "arn:aws:lambda:eu-south-1:111111111111:function:check"
    )
    key = Key.from_key_arn(
        stack, "Key", "arn:aws:kms:eu-south-1:111111111111:key/00000000-0000-0000-0000-000000000000"
    )
    pwa = ServerlessPwaApp(
        stack,
        "FillUp",
        profile=profile,
        network=network,
        domain=AppDomain.from_hosted_zone(zone, "fillup.example.com"),
        alerts=alerts,
        alarms=True,
        thresholds=all_thresholds(),
        dashboard=True,
        api=PwaApiOptions(
            code=FunctionCode.ecr(images, "v1"),
            service_name="fillup-api",
            memory=Size.mebibytes(512),
            timeout=Duration.seconds(20),
            architecture=Architecture.X86_64,
            concurrency_limit=20,
            environment={"LOG_LEVEL": "DEBUG"},
            deployment=Deployment.canary(percent=20, interval=Duration.minutes(5)),
            log_retention=RetentionDays.ONE_WEEK,
            encryption_key=key,
            rate_limit=50,
            burst_limit=100,
            cors_origins=["https://fillup.example.com"],
            binary_media_types=["*/*"],
            authorizer=TokenAuthorizer(stack, "Authorizer", handler=checker),
            api_key_required=True,
            only_through_site=False,
            cache_ttl=Duration.seconds(60),
            cache_query_keys=["page"],
            firewall=WebFirewallOptions(level=FirewallLevel.BASIC),
            traced_percent=50,
            api_log_retention=RetentionDays.ONE_WEEK,
            path_pattern="/v1/*",
        ),
        site=StaticSiteOptions(
            immutable_assets=["assets/*"],
            service_workers=["sw.js"],
            spa_routing=True,
            config={"environment": profile.name},
            error_page="/oops.html",
            error_page_statuses=[502],
            old_versions=Duration.days(30),
            replica_region="eu-central-1",
            content_security_policy="default-src 'self'",
            price_class=PriceClass.PRICE_CLASS_100,
            access_logs=False,
            additional_metrics=False,
            firewall=WebFirewallOptions(level=FirewallLevel.NONE),
            removal_policy=RemovalPolicy.RETAIN,
        ),
    )
    pwa.rest_api.add_api_key("Partner", rate_limit=5, burst_limit=10, daily_quota=1000)
    pwa.api.use_database(pwa.add_database("Database", port=5435), variable="MAIN_SECRET_ARN")
    socket = pwa.add_web_socket(
        "WebSocket",
        routes=["sendMessage"],
        rate_limit=20,
        burst_limit=40,
        callback_variable="PUSH_URL",
        authorizer=WebSocketIamAuthorizer(),
        api_log_retention=RetentionDays.ONE_WEEK,
        path_pattern="/live",
        thresholds=AlarmThresholds(api=ApiThresholds(latency=AlarmThreshold.off())),
    )
    role = Role.from_role_name(stack, "Role", "pipeline")
    socket.grant_manage_connections(role)
    pwa.site.grant_upload(role)
    pwa.api.rollback_on(
        Alarm(
            stack,
            "Alarm",
            metric=Metric(namespace="FillUp", metric_name="Refused"),
            threshold=1,
            evaluation_periods=1,
        )
    )
    _alone_tour(stack, profile, pwa)

    read = Readings(stack)
    read.text("Environment", pwa.profile.name)
    read.text("Url", pwa.site.url)
    read.text("Bucket", pwa.site.bucket.bucket_name)
    read.text("Distribution", pwa.site.distribution.distribution_id)
    read.text("Upload", pwa.site.upload_commands("web/dist")[0])
    read.text("RestUrl", pwa.rest_api.url)
    read.text("RestApi", pwa.rest_api.api.rest_api_id)
    read.text("RestStage", pwa.rest_api.stage.stage_name)
    read.text("SocketUrl", socket.url)
    read.text("SocketCallback", socket.callback_url)
    read.text("SocketApi", socket.api.api_id)
    read.text("SocketStage", socket.stage.stage_name)
    read.text("Function", pwa.api.handler.function_name)
    read.text("Alias", pwa.api.alias.alias_name)
    read.text("DeadLetters", pwa.api.dead_letter_queue.queue_name)
    read.text("LogGroup", pwa.api.log_group.log_group_name)
    read.text("FunctionRole", pwa.api.role.role_name)
    read.text("FunctionEnvironment", pwa.api.profile.name)
    read.number("Timeout", pwa.api.timeout.to_seconds())
    read.number("SecurityGroups", len(pwa.api.connections.security_groups))
    read.number("NumberOfAlarms", len(pwa.alarms.alarms))
    read.text("DashboardName", pwa.dashboard.dashboard.dashboard_name)


def _alone_tour(stack: Stack, profile: EnvironmentProfile, pwa: ServerlessPwaApp) -> None:
    """The same parts without an app."""
    code = FunctionCode.zip(
        Code.from_inline("def handler(event, context): ..."), "index.handler", Runtime.PYTHON_3_13
    )
    handler = ApiFunction(stack, "Reports", code=code, profile=profile)
    handler.use_queue(WorkQueue(stack, "Jobs", profile=profile))
    handler.add_environment("KIND", "reports")
    site = StaticSite(stack, "Intranet", profile=profile, access_logs=False)
    rest = FunctionRestApi(stack, "ReportsApi", handler=handler, profile=profile, only_through_site=True)
    site.add_rest_api("/api/*", rest)
    site.add_web_socket_api("/ws", FunctionWebSocketApi(stack, "ReportsSocket", handler=handler, profile=profile))
    pwa.site.add_rest_api("/reports/*", rest)
