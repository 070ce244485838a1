"""The edge: a load balancer with every choice made, routes of all kinds, deployments that shift their traffic, one that exists, firewalls."""

from typing import Optional

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_certificatemanager import Certificate
from aws_cdk.aws_ec2 import Peer, SecurityGroup
from aws_cdk.aws_ecs import Cluster, ContainerImage, DeploymentLifecycleStage, DeploymentStrategy
from aws_cdk.aws_elasticloadbalancingv2 import ApplicationListener
from aws_cdk.aws_lambda import Function
from aws_cdk.aws_route53 import HostedZone
from cdk_patternbook import (
    AppDomain,
    ContainerCluster,
    ContainerService,
    Deployment,
    DeploymentHookOptions,
    EnvironmentProfile,
    FirewallLevel,
    FirewallScope,
    IAppNetwork,
    IWebEntry,
    Route,
    WebEntry,
    WebFirewall,
    WebFirewallOptions,
)
from readings import Readings


def edge_tour(app: App, profile: EnvironmentProfile, network: IAppNetwork) -> IWebEntry:
    stack = Stack(app, "Edge")
    certificate = Certificate.from_certificate_arn(
        stack, "Certificate", "arn:aws:acm:eu-south-1:111111111111:certificate/00000000-0000-0000-0000-000000000000"
    )
    zone = HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z0123456789EXAMPLE", zone_name="example.com"
    )
    domain = AppDomain.from_hosted_zone(
        zone,
        "shop.example.com",
        redirect_from=["www.example.com"],
        alternative_names=["admin.example.com"],
        certificate=certificate,
    )
    entry = WebEntry(
        stack,
        "Entry",
        network=network,
        profile=profile,
        domain=domain,
        internet_facing=True,
        allowed_peers=[Peer.ipv4("198.51.100.0/24")],
        firewall=WebFirewallOptions(
            level=FirewallLevel.FULL,
            rate_limit=500,
            managed_rule_groups=["AWSManagedRulesSQLiRuleSet"],
            count_only=True,
            allowed_addresses=["198.51.100.0/24"],
            blocked_addresses=["203.0.113.7/32", "2001:db8::/32"],
        ),
        access_logs=True,
        deletion_protection=True,
        idle_timeout=Duration.seconds(120),
    )

    cluster = ContainerCluster(stack, "Cluster", network=network, profile=profile, dns_namespace="edge.local")
    hook = Function.from_function_arn(stack, "Hook", "arn:aws:lambda:eu-south-1:111111111111:function:ask")

    def service(id: str, deployment: Optional[Deployment] = None) -> ContainerService:
        image = ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1")
        return ContainerService(
            stack, id, cluster=cluster, profile=profile, image=image, port=80, deployment=deployment
        )

    entry.add_route(
        "Api",
        route=Route.path("/api/*", "/v2/*"),
        service=service(
            "Api", Deployment.canary(percent=5, interval=Duration.minutes(5), bake_time=Duration.minutes(15))
        ),
        health_check_path="/up",
        healthy_http_codes="200,204",
        health_check_interval=Duration.seconds(20),
        health_check_timeout=Duration.seconds(4),
        healthy_threshold=3,
        unhealthy_threshold=4,
        deregistration_delay=Duration.seconds(15),
        slow_start=Duration.seconds(45),
    )
    entry.add_route(
        "Admin",
        route=Route.host("admin.example.com"),
        service=service(
            "Admin",
            Deployment.blue_green(
                bake_time=Duration.minutes(30),
                test_port=8443,
                test_peers=[Peer.ipv4("203.0.113.0/24")],
                hooks=[DeploymentHookOptions(handler=hook, stages=[DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT])],
            ),
        ),
    )
    shifting = Deployment.linear(percent=25, interval=Duration.minutes(2))
    entry.add_route(
        "Web",
        route=Route.matching(paths=["/*"], hosts=["shop.example.com"], priority=900),
        service=service("Web", shifting),
    )
    entry.add_route(
        "Metrics",
        route=Route.port(9090),
        service=service("Metrics"),
        requests_per_task=1000,
        stickiness=Duration.hours(1),
    )
    entry.add_route("Status", route=Route.matching(port=9443, paths=["/status"]), service=service("Status"))

    listener = ApplicationListener.from_application_listener_attributes(
        stack,
        "ExistingListener",
        listener_arn="arn:aws:elasticloadbalancing:eu-south-1:111111111111:listener/app/legacy/0123456789abcdef/0123456789abcdef",
        security_group=SecurityGroup.from_security_group_id(stack, "ExistingSecurityGroup", "sg-0123456789abcdef0"),
    )
    existing = WebEntry.from_listener(stack, "Existing", listener=listener, url="https://legacy.example.com")
    existing.add_route("Guest", route=Route.path("/guest/*"), service=service("Guest"))

    firewall = WebFirewall(
        stack, "Firewall", profile=profile, protects=FirewallScope.REGIONAL, level=FirewallLevel.BASIC
    )
    none = WebFirewall(stack, "NoFirewall", level=FirewallLevel.NONE)
    elsewhere = AppDomain.from_certificate(certificate, "elsewhere.example.net")

    read = Readings(stack)
    read.text("DomainName", elsewhere.domain_name)
    read.text("AlternativeName", domain.alternative_names[0])
    read.text("RedirectFrom", domain.redirect_from[0])
    read.text("Url", entry.url)
    read.text("UrlOfApi", entry.url_of(Route.path("/api/*")))
    read.text("UrlOfGuest", existing.url_of(Route.path("/guest/*")))
    read.text("ListenerArn", entry.listener.listener_arn)
    read.text("LoadBalancerArn", entry.load_balancer.load_balancer_arn)
    read.number("SecurityGroups", len(entry.connections.security_groups))
    read.truth("FirewallIsBasic", firewall.level == FirewallLevel.BASIC)
    read.truth("NoFirewallIsNone", none.level == FirewallLevel.NONE)
    read.text("FirewallMetric", firewall.metric_name)
    read.text("WebAcl", firewall.web_acl_arn)
    read.text("PathOfRoute", (Route.path("/api/*").conditions.paths or [""])[0])
    read.truth("IsLinear", shifting.strategy == DeploymentStrategy.LINEAR)
    read.truth("AlternateTargetGroup", shifting.alternate_target_group)
    return existing
