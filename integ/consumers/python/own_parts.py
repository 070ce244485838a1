"""Parts that the user makes: each implements one of the library's interfaces, and stands where a block of the library would."""

from typing import List, Optional

import jsii
from aws_cdk import Duration, Stack
from aws_cdk.aws_ec2 import (
    Connections,
    InterfaceVpcEndpointAwsService,
    IVpc,
    Port,
    SecurityGroup,
    SubnetSelection,
    SubnetType,
)
from aws_cdk.aws_ecs import ICluster
from aws_cdk.aws_efs import IFileSystem
from aws_cdk.aws_elasticloadbalancingv2 import ApplicationTargetGroup, IApplicationListener
from aws_cdk.aws_iam import Grant, IGrantable
from aws_cdk.aws_rds import Endpoint
from aws_cdk.aws_secretsmanager import ISecret, Secret
from aws_cdk.aws_sns import ITopic
from aws_cdk.aws_sqs import IQueue
from cdk_patternbook import (
    ContainerService,
    IAlertTopic,
    IAppNetwork,
    IContainerCluster,
    IPrivatePostgres,
    IPrivateService,
    ISharedFiles,
    IWebEntry,
    IWorkQueue,
    Route,
    RouteAuthentication,
)
from constructs import Construct, IConstruct


@jsii.implements(IAppNetwork)
class OwnNetwork:
    def __init__(self, vpc: IVpc) -> None:
        self._vpc = vpc

    @property
    def vpc(self) -> IVpc:
        return self._vpc

    @property
    def public_subnets(self) -> SubnetSelection:
        return SubnetSelection(subnet_type=SubnetType.PUBLIC)

    @property
    def app_subnets(self) -> SubnetSelection:
        return SubnetSelection(subnet_type=SubnetType.PRIVATE_WITH_EGRESS)

    @property
    def data_subnets(self) -> SubnetSelection:
        return SubnetSelection(subnet_type=SubnetType.PRIVATE_ISOLATED)

    @property
    def internet_egress(self) -> bool:
        return True

    @property
    def endpoint_services(self) -> List[str]:
        return []

    def requires(self, service: InterfaceVpcEndpointAwsService, by: IConstruct) -> None:
        pass


@jsii.implements(IContainerCluster)
class OwnCluster:
    def __init__(self, cluster: ICluster, network: IAppNetwork) -> None:
        self._cluster = cluster
        self._network = network

    @property
    def cluster(self) -> ICluster:
        return self._cluster

    @property
    def network(self) -> IAppNetwork:
        return self._network


@jsii.implements(IAlertTopic)
class OwnTopic:
    def __init__(self, topic: ITopic) -> None:
        self._topic = topic

    @property
    def topic(self) -> ITopic:
        return self._topic


@jsii.implements(IWorkQueue)
class OwnQueue:
    def __init__(self, queue: IQueue) -> None:
        self._queue = queue

    @property
    def queue(self) -> IQueue:
        return self._queue


@jsii.implements(ISharedFiles)
class OwnFiles:
    def __init__(self, file_system: IFileSystem) -> None:
        self._file_system = file_system

    @property
    def file_system(self) -> IFileSystem:
        return self._file_system


@jsii.implements(IPrivatePostgres)
class OwnPostgres(Construct):
    def __init__(self, scope: Construct, id: str, vpc: IVpc) -> None:
        super().__init__(scope, id)
        self._connections = Connections(
            security_groups=[SecurityGroup(self, "SecurityGroup", vpc=vpc)], default_port=Port.tcp(5432)
        )
        self._endpoint = Endpoint("own.example.com", 5432)
        self._secret = Secret.from_secret_name_v2(self, "Secret", "own")
        self._url_secret = Secret.from_secret_name_v2(self, "UrlSecret", "own-url")
        self._reader_url_secret = Secret.from_secret_name_v2(self, "ReaderUrlSecret", "own-reader-url")

    @property
    def connections(self) -> Connections:
        return self._connections

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint

    @property
    def instance_identifier(self) -> str:
        return "own"

    @property
    def database_name(self) -> str:
        return "own"

    @property
    def secret(self) -> ISecret:
        return self._secret

    @property
    def url_secret(self) -> ISecret:
        return self._url_secret

    @property
    def reader_url_secret(self) -> ISecret:
        return self._reader_url_secret

    @property
    def rotates_secret(self) -> bool:
        return False

    def grant_connect(self, grantee: IGrantable, database_user: Optional[str] = None) -> Grant:
        resource = Stack.of(self).format_arn(
            service="rds-db", resource="dbuser", resource_name=f"own/{database_user or 'own'}"
        )
        return Grant.add_to_principal(grantee=grantee, actions=["rds-db:connect"], resource_arns=[resource])


@jsii.implements(IPrivateService)
class OwnService(Construct):
    def __init__(self, scope: Construct, id: str, vpc: IVpc) -> None:
        super().__init__(scope, id)
        self._connections = Connections(
            security_groups=[SecurityGroup(self, "SecurityGroup", vpc=vpc)], default_port=Port.tcp(9000)
        )

    @property
    def connections(self) -> Connections:
        return self._connections

    @property
    def host_name(self) -> str:
        return "own.internal"

    @property
    def port(self) -> float:
        return 9000

    @property
    def private_url(self) -> str:
        return "http://own.internal:9000"


@jsii.implements(IWebEntry)
class OwnEntry:
    """One that adds a prefix to the ids of its routes, and leaves the rest to another."""

    def __init__(self, inner: IWebEntry) -> None:
        self._inner = inner

    @property
    def listener(self) -> IApplicationListener:
        return self._inner.listener

    @property
    def url(self) -> str:
        return self._inner.url

    def url_of(self, route: Route) -> str:
        return self._inner.url_of(route)

    def add_route(
        self,
        id: str,
        *,
        route: Route,
        service: ContainerService,
        authentication: Optional[RouteAuthentication] = None,
        deregistration_delay: Optional[Duration] = None,
        health_check_interval: Optional[Duration] = None,
        health_check_path: Optional[str] = None,
        health_check_timeout: Optional[Duration] = None,
        healthy_http_codes: Optional[str] = None,
        healthy_threshold: Optional[float] = None,
        requests_per_task: Optional[float] = None,
        slow_start: Optional[Duration] = None,
        stickiness: Optional[Duration] = None,
        unhealthy_threshold: Optional[float] = None,
    ) -> ApplicationTargetGroup:
        return self._inner.add_route(
            f"Own{id}",
            route=route,
            service=service,
            authentication=authentication,
            deregistration_delay=deregistration_delay,
            health_check_interval=health_check_interval,
            health_check_path=health_check_path,
            health_check_timeout=health_check_timeout,
            healthy_http_codes=healthy_http_codes,
            healthy_threshold=healthy_threshold,
            requests_per_task=requests_per_task,
            slow_start=slow_start,
            stickiness=stickiness,
            unhealthy_threshold=unhealthy_threshold,
        )
