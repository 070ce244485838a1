"""The network: its every choice, ways out, and one that exists."""

from aws_cdk import App, Stack
from aws_cdk.aws_ec2 import InterfaceVpcEndpointAwsService, NatProvider, SubnetSelection, SubnetType, Vpc
from cdk_patternbook import AppNetwork, Egress, EnvironmentProfile, IAppNetwork
from readings import Readings


def network_tour(app: App, profile: EnvironmentProfile) -> IAppNetwork:
    stack = Stack(app, "Network")
    network = AppNetwork(
        stack,
        "Network",
        profile=profile,
        cidr="10.20.0.0/16",
        public_cidrs=["10.20.0.0/24", "10.20.1.0/24"],
        app_cidrs=["10.20.16.0/20", "10.20.32.0/20"],
        data_cidrs=["10.20.2.0/24", "10.20.3.0/24"],
        egress=Egress.nat_provider(NatProvider.gateway()),
        interface_endpoints=[InterfaceVpcEndpointAwsService.KMS],
        flow_logs=True,
        restrict_default_security_group=False,
    )
    network.requires(InterfaceVpcEndpointAwsService.SQS, stack)
    read = Readings(stack)
    read.text("VpcId", network.vpc.vpc_id)
    read.text("PublicSubnet", network.public_subnets.subnet_group_name or "")
    read.text("AppSubnet", network.app_subnets.subnet_group_name or "")
    read.text("DataSubnet", network.data_subnets.subnet_group_name or "")
    read.text("Endpoints", ",".join(network.endpoint_services))
    read.truth("InternetEgress", network.internet_egress)

    # the ways out
    AppNetwork(stack, "PerZone", profile=profile, egress=Egress.nat_per_az())
    AppNetwork(stack, "Single", profile=profile, max_azs=4, egress=Egress.single_nat())
    AppNetwork(stack, "Regional", profile=profile, egress=Egress.regional_nat())
    closed = AppNetwork(stack, "Closed", profile=profile, egress=Egress.endpoints_only())
    closed.requires(InterfaceVpcEndpointAwsService.SQS, stack)
    read.truth("ClosedIsOpen", Egress.endpoints_only().internet)

    # one that exists
    vpc = Vpc.from_vpc_attributes(
        stack,
        "ExistingVpc",
        vpc_id="vpc-0123456789abcdef0",
        vpc_cidr_block="10.40.0.0/16",
        availability_zones=["eu-south-1a", "eu-south-1b"],
        public_subnet_ids=["subnet-public-a", "subnet-public-b"],
        private_subnet_ids=["subnet-app-a", "subnet-app-b"],
        isolated_subnet_ids=["subnet-data-a", "subnet-data-b"],
    )
    existing = AppNetwork.from_vpc(
        vpc,
        public_subnets=SubnetSelection(subnet_type=SubnetType.PUBLIC),
        app_subnets=SubnetSelection(subnet_type=SubnetType.PRIVATE_WITH_EGRESS),
        data_subnets=SubnetSelection(subnet_type=SubnetType.PRIVATE_ISOLATED),
        internet_egress=False,
        interface_endpoints=[InterfaceVpcEndpointAwsService.SQS],
    )
    existing.requires(InterfaceVpcEndpointAwsService.SQS, stack)
    read.text("ExistingVpcId", existing.vpc.vpc_id)
    return network
