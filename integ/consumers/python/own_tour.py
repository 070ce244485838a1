"""Blocks of the library on parts that the user made."""

from aws_cdk import App, Stack
from aws_cdk.aws_ec2 import SubnetConfiguration, SubnetType, Vpc
from aws_cdk.aws_ecs import Cluster, ContainerImage
from aws_cdk.aws_efs import FileSystem
from aws_cdk.aws_sns import Topic
from aws_cdk.aws_sqs import Queue
from cdk_patternbook import EnvironmentProfile, HaContainerWebApp, PrivatePostgres, Route, WebEntry
from own_parts import OwnCluster, OwnEntry, OwnFiles, OwnNetwork, OwnPostgres, OwnQueue, OwnService, OwnTopic
from readings import Readings


def own_tour(app: App, profile: EnvironmentProfile) -> None:
    stack = Stack(app, "Own")
    vpc = Vpc(
        stack,
        "Vpc",
        max_azs=2,
        subnet_configuration=[
            SubnetConfiguration(name="Public", subnet_type=SubnetType.PUBLIC),
            SubnetConfiguration(name="Private", subnet_type=SubnetType.PRIVATE_WITH_EGRESS),
            SubnetConfiguration(name="Isolated", subnet_type=SubnetType.PRIVATE_ISOLATED),
        ],
    )
    network = OwnNetwork(vpc)
    cluster = OwnCluster(Cluster(stack, "Cluster", vpc=vpc, enable_fargate_capacity_providers=True), network)
    entry = OwnEntry(WebEntry(stack, "Entry", network=network, profile=profile))
    web = HaContainerWebApp(
        stack, "Web", profile=profile, cluster=cluster, entry=entry, alerts=OwnTopic(Topic(stack, "Topic"))
    )
    api = web.add_service(
        "Api", image=ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1"), port=80, route=Route.path("/*")
    )
    database = OwnPostgres(stack, "Database", vpc)
    api.use_database(database)
    database.grant_connect(api)
    api.use_service(OwnService(stack, "Service", vpc))
    api.use_queue(OwnQueue(Queue(stack, "Queue")))
    api.mount_files(OwnFiles(FileSystem(stack, "FileSystem", vpc=vpc)), "/mnt/own")
    PrivatePostgres(stack, "Another", network=network, profile=profile)
    Readings(stack).text("Url", web.entry.url_of(Route.path("/*")))
