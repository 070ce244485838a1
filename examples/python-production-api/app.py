"""One production API: a service behind a load balancer, its PostgreSQL database, alarms and dashboard."""

from aws_cdk import App, CfnOutput, Stack, TimeZone, Validations
from aws_cdk.aws_ec2 import InstanceClass, InstanceSize, InstanceType
from aws_cdk.aws_ecs import ContainerImage
from aws_cdk.aws_rds import PostgresEngineVersion
from aws_cdk.aws_route53 import HostedZone
from cdk_patternbook import (
    AlertTopic,
    AppDomain,
    AppNetwork,
    EnvironmentProfile,
    HaContainerWebApp,
    ImageRepository,
    Route,
    StatefulLock,
    WorkHoursOptions,
)

app = App()
Validations.of(app).add_plugins(StatefulLock())
profile = EnvironmentProfile.of(app)
context = app.node.try_get_context
email, domain, zone_id = context("alertEmail"), context("domain"), context("hostedZoneId")

# deployed first: the service cannot start before an image was pushed
registry = Stack(
    app, "Images", stack_name=f"production-api-images-{profile.name}", termination_protection=profile.deletion_protection
)
images = ImageRepository(registry, "Api")

stack = Stack(
    app, "ProductionApi", stack_name=f"production-api-{profile.name}", termination_protection=profile.deletion_protection
)
zone = zone_id and HostedZone.from_hosted_zone_attributes(
    stack, "Zone", hosted_zone_id=zone_id, zone_name=context("zoneName")
)
web = HaContainerWebApp(
    stack,
    "App",
    network=AppNetwork(
        stack,
        "Network",
        cidr="10.0.0.0/16",
        public_cidrs=["10.0.1.0/24", "10.0.2.0/24"],
        app_cidrs=["10.0.11.0/24", "10.0.12.0/24"],
    ),
    domain=AppDomain.from_hosted_zone(zone, domain) if zone else None,
    alerts=AlertTopic(stack, "Alerts", emails=[email] if email else []),
    work_hours=WorkHoursOptions(
        start="07:00", end="21:00", time_zone=TimeZone.EUROPE_ROME, off_hours_tasks=1, stop_databases=False
    ),
)
database = web.add_database(
    "Database",
    version=PostgresEngineVersion.VER_15,
    instance_type=InstanceType.of(
        InstanceClass.T3, InstanceSize.SMALL if profile.name == "prod" else InstanceSize.MICRO
    ),
)
api = web.add_service(
    "Api",
    image=ContainerImage.from_ecr_repository(images, context("imageTag") or "v1"),
    port=8000,
    route=Route.path("/*"),
    health_check_path="/healthz",
    health_check_command=["python", "-m", "app.healthcheck"],
)
api.use_database(database)
api.add_migration("Migrate", command=["python", "-m", "app.migrate"])
CfnOutput(stack, "Url", value=web.entry.url)
app.synth()
