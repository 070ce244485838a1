"""Functions and their APIs: each kind of code, every choice made, what a function is handed, callers with keys, connections."""

from pathlib import Path

from aws_cdk import App, Duration, Size, Stack
from aws_cdk.aws_apigateway import TokenAuthorizer
from aws_cdk.aws_apigatewayv2_authorizers import WebSocketLambdaAuthorizer
from aws_cdk.aws_cloudwatch import Alarm
from aws_cdk.aws_ecr import Repository
from aws_cdk.aws_iam import Role
from aws_cdk.aws_kms import Key
from aws_cdk.aws_lambda import Architecture, Code, Function, Runtime
from aws_cdk.aws_logs import RetentionDays
from aws_cdk.aws_sqs import Queue
from cdk_patternbook import (
    ApiFunction,
    Deployment,
    EnvironmentProfile,
    FirewallLevel,
    FunctionCode,
    FunctionRestApi,
    FunctionWebSocketApi,
    IAppNetwork,
    IPrivatePostgres,
    WebFirewallOptions,
    WorkQueue,
)
from readings import Readings


def serverless_tour(app: App, profile: EnvironmentProfile, network: IAppNetwork, database: IPrivatePostgres) -> None:
    stack = Stack(app, "Serverless")
    images = Repository.from_repository_attributes(
        stack,
        "Images",
        repository_arn="arn:aws:ecr:eu-south-1:111111111111:repository/shop",
        repository_name="shop",
    )
    key = Key.from_key_arn(
        stack, "Key", "arn:aws:kms:eu-south-1:111111111111:key/00000000-0000-0000-0000-000000000000"
    )
    fn = ApiFunction(
        stack,
        "Api",
        code=FunctionCode.ecr(images, "v1"),
        network=network,
        profile=profile,
        service_name="shop",
        memory=Size.mebibytes(2048),
        timeout=Duration.seconds(20),
        architecture=Architecture.X86_64,
        concurrency_limit=50,
        environment={"CURRENCY": "JPY", "LOG_LEVEL": "DEBUG", "PLACE": "Tokyo"},
        deployment=Deployment.linear(percent=20, interval=Duration.minutes(3)),
        log_retention=RetentionDays.THREE_MONTHS,
        encryption_key=key,
    )
    fn.add_environment("PAPER", "a4")
    fn.use_database(database, reader_variable="READER_ARN")
    migration = fn.add_migration("Migrate", handler="app.migrations.handler", timeout=Duration.minutes(10))
    orders = Queue.from_queue_arn(stack, "Queue", "arn:aws:sqs:eu-south-1:111111111111:orders")
    fn.use_queue(WorkQueue.from_queue(orders))
    fn.rollback_on(Alarm.from_alarm_name(stack, "Errors", "errors"), Alarm.from_alarm_name(stack, "Delays", "delays"))
    python = 'def handler(event, context): return {"statusCode": 200}'
    small = ApiFunction(
        stack,
        "Small",
        profile=profile,
        code=FunctionCode.zip(Code.from_inline(python), "index.handler", Runtime.PYTHON_3_14),
    )
    Path("image").mkdir(exist_ok=True)
    Path("image/Dockerfile").write_text("FROM public.ecr.aws/lambda/python:3.14\n")
    ApiFunction(stack, "Built", profile=profile, code=FunctionCode.image_asset("image"))

    check = Function.from_function_arn(stack, "Check", "arn:aws:lambda:eu-south-1:111111111111:function:check")
    rest = FunctionRestApi(
        stack,
        "Rest",
        handler=fn,
        profile=profile,
        rate_limit=100,
        burst_limit=200,
        cors_origins=["https://shop.example.com", "https://admin.example.com"],
        binary_media_types=["image/*", "application/pdf"],
        authorizer=TokenAuthorizer(stack, "Authorizer", handler=check),
        api_key_required=True,
        cache_ttl=Duration.seconds(30),
        cache_query_keys=["page", "filter"],
        firewall=WebFirewallOptions(level=FirewallLevel.BASIC),
        traced_percent=25,
        api_log_retention=RetentionDays.ONE_MONTH,
        create_log_role=True,
    )
    acme = rest.add_api_key("Acme", rate_limit=10, burst_limit=20, daily_quota=1000)
    socket = FunctionWebSocketApi(
        stack,
        "Socket",
        handler=small,
        profile=profile,
        routes=["sendMessage", "leave"],
        rate_limit=50,
        burst_limit=60,
        authorizer=WebSocketLambdaAuthorizer("SocketAuthorizer", check),
        api_log_retention=RetentionDays.ONE_MONTH,
    )
    socket.grant_manage_connections(Role.from_role_arn(stack, "Reports", "arn:aws:iam::111111111111:role/reports"))

    read = Readings(stack)
    read.text("FunctionName", fn.handler.function_name)
    read.text("AliasArn", fn.alias.function_arn)
    read.text("DeadLetters", fn.dead_letter_queue.queue_name)
    read.text("LogGroup", fn.log_group.log_group_name)
    read.text("Role", fn.role.role_name)
    read.truth("HasPrincipal", fn.grant_principal is not None)
    read.text("Profile", fn.profile.name)
    read.number("Percent", int(fn.deployment.min_healthy_percent))
    read.number("Timeout", int(fn.timeout.to_seconds()))
    read.text("MigrationName", migration.handler.function_name)
    read.text("MigrationLogs", migration.log_group.log_group_name)
    read.number("MigrationTimeout", int(migration.timeout.to_seconds()))
    read.number("SecurityGroups", len(fn.connections.security_groups))
    read.text("RestApiId", rest.api.rest_api_id)
    read.text("Stage", rest.stage.stage_name)
    read.text("Url", rest.url)
    read.text("KeyId", acme.key_id)
    read.text("SocketId", socket.api.api_id)
    read.text("SocketStage", socket.stage.stage_name)
    read.text("SocketUrl", socket.url)
    read.text("CallbackUrl", socket.callback_url)
