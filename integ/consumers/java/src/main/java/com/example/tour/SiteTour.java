package com.example.tour;

import io.github.cdkpatternbook.AppDomain;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.FirewallLevel;
import io.github.cdkpatternbook.FirewallScope;
import io.github.cdkpatternbook.HostedZoneDomainOptions;
import io.github.cdkpatternbook.StaticSite;
import io.github.cdkpatternbook.WebFirewall;
import io.github.cdkpatternbook.WebFirewallOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudfront.PriceClass;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;

/** Sites: one with every choice made, copied to another region, and the least of one; a firewall before a distribution of one's own. */
final class SiteTour {

  static void siteTour(App app, EnvironmentProfile profile) {
    var stack = new Stack(app, "Site");
    var zone =
        HostedZone.fromHostedZoneAttributes(
            stack,
            "Zone",
            HostedZoneAttributes.builder()
                .hostedZoneId("Z0123456789EXAMPLE")
                .zoneName("example.com")
                .build());
    var site =
        StaticSite.Builder.create(stack, "Site")
            .profile(profile)
            .domain(
                AppDomain.fromHostedZone(
                    zone,
                    "www.example.com",
                    HostedZoneDomainOptions.builder().redirectFrom(List.of("example.com")).build()))
            .assets(builtSite())
            .immutableAssets(List.of("assets/*", "fonts/*"))
            .serviceWorkers(List.of("sw.js"))
            .spaRouting(true)
            .config(Map.of("environment", profile.getName(), "region", stack.getRegion()))
            .errorPage("/oops.html")
            .errorPageStatuses(List.of(502, 503))
            .oldVersions(Duration.days(30))
            .replicaRegion("eu-central-1")
            .contentSecurityPolicy("default-src 'self'")
            .priceClass(PriceClass.PRICE_CLASS_200)
            .accessLogs(true)
            .additionalMetrics(true)
            .firewall(
                WebFirewallOptions.builder().level(FirewallLevel.FULL).rateLimit(500).build())
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    site.grantUpload(
        Role.Builder.create(stack, "Pipeline")
            .assumedBy(new ServicePrincipal("codebuild.amazonaws.com"))
            .build());
    var least = StaticSite.Builder.create(stack, "Least").profile(EnvironmentProfile.DEV).build();
    var firewall =
        WebFirewall.Builder.create(stack, "Firewall")
            .profile(profile)
            .protects(FirewallScope.CLOUDFRONT)
            .build();

    var read = new Readings(stack);
    read.text("Bucket", site.getBucket().getBucketName());
    read.text("Distribution", site.getDistribution().getDistributionId());
    read.text("Url", site.getUrl());
    read.text("UrlOfLeast", least.getUrl());
    read.truth("LeastHasNoFirewall", least.getFirewall().getLevel() == FirewallLevel.NONE);
    read.text("FirewallMetric", site.getFirewall().getMetricName());
    read.text("LastUpload", site.uploadCommands("dist").get(3));
    read.text("WebAcl", firewall.getWebAclArn());
  }

  /** A folder as a build leaves it. */
  private static String builtSite() {
    try {
      Path folder = Files.createTempDirectory("site-");
      Files.writeString(folder.resolve("index.html"), "<h1>Welcome</h1>");
      Files.writeString(folder.resolve("oops.html"), "<h1>Oops</h1>");
      return folder.toString();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private SiteTour() {}
}
