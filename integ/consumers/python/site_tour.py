"""Sites: one with every choice made, copied to another region, and the least of one; a firewall before a distribution of one's own."""

from pathlib import Path
from tempfile import mkdtemp

from aws_cdk import App, Duration, RemovalPolicy, Stack
from aws_cdk.aws_cloudfront import PriceClass
from aws_cdk.aws_iam import Role, ServicePrincipal
from aws_cdk.aws_route53 import HostedZone
from cdk_patternbook import (
    AppDomain,
    EnvironmentProfile,
    FirewallLevel,
    FirewallScope,
    StaticSite,
    WebFirewall,
    WebFirewallOptions,
)
from readings import Readings


def site_tour(app: App, profile: EnvironmentProfile) -> None:
    stack = Stack(app, "Site")
    zone = HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z0123456789EXAMPLE", zone_name="example.com"
    )
    site = StaticSite(
        stack,
        "Site",
        profile=profile,
        domain=AppDomain.from_hosted_zone(zone, "www.example.com", redirect_from=["example.com"]),
        assets=built_site(),
        immutable_assets=["assets/*", "fonts/*"],
        service_workers=["sw.js"],
        spa_routing=True,
        config={"environment": profile.name, "region": stack.region},
        error_page="/oops.html",
        error_page_statuses=[502, 503],
        old_versions=Duration.days(30),
        replica_region="eu-central-1",
        content_security_policy="default-src 'self'",
        price_class=PriceClass.PRICE_CLASS_200,
        access_logs=True,
        additional_metrics=True,
        firewall=WebFirewallOptions(level=FirewallLevel.FULL, rate_limit=500),
        removal_policy=RemovalPolicy.RETAIN,
    )
    site.grant_upload(Role(stack, "Pipeline", assumed_by=ServicePrincipal("codebuild.amazonaws.com")))
    least = StaticSite(stack, "Least", profile=EnvironmentProfile.DEV)
    firewall = WebFirewall(stack, "Firewall", profile=profile, protects=FirewallScope.CLOUDFRONT)

    read = Readings(stack)
    read.text("Bucket", site.bucket.bucket_name)
    read.text("Distribution", site.distribution.distribution_id)
    read.text("Url", site.url)
    read.text("UrlOfLeast", least.url)
    read.truth("LeastHasNoFirewall", least.firewall.level == FirewallLevel.NONE)
    read.text("FirewallMetric", site.firewall.metric_name)
    read.text("LastUpload", site.upload_commands("dist")[3])
    read.text("WebAcl", firewall.web_acl_arn)


def built_site() -> str:
    """A folder as a build leaves it."""
    folder = Path(mkdtemp(prefix="site-"))
    (folder / "index.html").write_text("<h1>Welcome</h1>")
    (folder / "oops.html").write_text("<h1>Oops</h1>")
    return str(folder)
