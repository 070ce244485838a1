package com.example.tour;

import io.github.cdkpatternbook.AppDomain;
import io.github.cdkpatternbook.BlueGreenOptions;
import io.github.cdkpatternbook.CanaryOptions;
import io.github.cdkpatternbook.ContainerCluster;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.Deployment;
import io.github.cdkpatternbook.DeploymentHookOptions;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.ExistingListenerAttributes;
import io.github.cdkpatternbook.FirewallLevel;
import io.github.cdkpatternbook.FirewallScope;
import io.github.cdkpatternbook.HostedZoneDomainOptions;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IWebEntry;
import io.github.cdkpatternbook.LinearOptions;
import io.github.cdkpatternbook.Route;
import io.github.cdkpatternbook.RouteConditions;
import io.github.cdkpatternbook.WebEntry;
import io.github.cdkpatternbook.WebFirewall;
import io.github.cdkpatternbook.WebFirewallOptions;
import io.github.cdkpatternbook.WebRouteProps;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.DeploymentLifecycleStage;
import software.amazon.awscdk.services.ecs.DeploymentStrategy;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListenerAttributes;
import software.amazon.awscdk.services.elasticloadbalancingv2.IApplicationListener;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;
import software.amazon.awscdk.services.route53.IHostedZone;

/** The edge: a load balancer with every choice made, routes of all kinds, deployments that shift their traffic, one that exists, firewalls. */
final class EdgeTour {

  static IWebEntry edgeTour(App app, EnvironmentProfile profile, IAppNetwork network) {
    Stack stack = new Stack(app, "Edge");
    ICertificate certificate =
        Certificate.fromCertificateArn(
            stack,
            "Certificate",
            "arn:aws:acm:eu-south-1:111111111111:certificate/00000000-0000-0000-0000-000000000000");
    IHostedZone zone =
        HostedZone.fromHostedZoneAttributes(
            stack,
            "Zone",
            HostedZoneAttributes.builder()
                .hostedZoneId("Z0123456789EXAMPLE")
                .zoneName("example.com")
                .build());
    AppDomain domain =
        AppDomain.fromHostedZone(
            zone,
            "shop.example.com",
            HostedZoneDomainOptions.builder()
                .redirectFrom(List.of("www.example.com"))
                .alternativeNames(List.of("admin.example.com"))
                .certificate(certificate)
                .build());
    WebEntry entry =
        WebEntry.Builder.create(stack, "Entry")
            .network(network)
            .profile(profile)
            .domain(domain)
            .internetFacing(true)
            .allowedPeers(List.of(Peer.ipv4("198.51.100.0/24")))
            .firewall(
                WebFirewallOptions.builder()
                    .level(FirewallLevel.FULL)
                    .rateLimit(500)
                    .managedRuleGroups(List.of("AWSManagedRulesSQLiRuleSet"))
                    .countOnly(true)
                    .allowedAddresses(List.of("198.51.100.0/24"))
                    .blockedAddresses(List.of("203.0.113.7/32", "2001:db8::/32"))
                    .build())
            .accessLogs(true)
            .deletionProtection(true)
            .idleTimeout(Duration.seconds(120))
            .build();

    ContainerCluster cluster =
        ContainerCluster.Builder.create(stack, "Cluster")
            .network(network)
            .profile(profile)
            .dnsNamespace("edge.local")
            .build();
    IFunction hook =
        Function.fromFunctionArn(
            stack, "Hook", "arn:aws:lambda:eu-south-1:111111111111:function:ask");
    entry.addRoute(
        "Api",
        WebRouteProps.builder()
            .route(Route.path("/api/*", "/v2/*"))
            .service(
                service(
                    stack,
                    cluster,
                    profile,
                    "Api",
                    Deployment.canary(
                        CanaryOptions.builder()
                            .percent(5)
                            .interval(Duration.minutes(5))
                            .bakeTime(Duration.minutes(15))
                            .build())))
            .healthCheckPath("/up")
            .healthyHttpCodes("200,204")
            .healthCheckInterval(Duration.seconds(20))
            .healthCheckTimeout(Duration.seconds(4))
            .healthyThreshold(3)
            .unhealthyThreshold(4)
            .deregistrationDelay(Duration.seconds(15))
            .slowStart(Duration.seconds(45))
            .build());
    entry.addRoute(
        "Admin",
        WebRouteProps.builder()
            .route(Route.host("admin.example.com"))
            .service(
                service(
                    stack,
                    cluster,
                    profile,
                    "Admin",
                    Deployment.blueGreen(
                        BlueGreenOptions.builder()
                            .bakeTime(Duration.minutes(30))
                            .testPort(8443)
                            .testPeers(List.of(Peer.ipv4("203.0.113.0/24")))
                            .hooks(
                                List.of(
                                    DeploymentHookOptions.builder()
                                        .handler(hook)
                                        .stages(
                                            List.of(
                                                DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT))
                                        .build()))
                            .build())))
            .build());
    Deployment shifting =
        Deployment.linear(
            LinearOptions.builder().percent(25).interval(Duration.minutes(2)).build());
    entry.addRoute(
        "Web",
        WebRouteProps.builder()
            .route(
                Route.matching(
                    RouteConditions.builder()
                        .paths(List.of("/*"))
                        .hosts(List.of("shop.example.com"))
                        .priority(900)
                        .build()))
            .service(service(stack, cluster, profile, "Web", shifting))
            .build());
    entry.addRoute(
        "Metrics",
        WebRouteProps.builder()
            .route(Route.port(9090))
            .service(service(stack, cluster, profile, "Metrics", null))
            .requestsPerTask(1000)
            .stickiness(Duration.hours(1))
            .build());
    entry.addRoute(
        "Status",
        WebRouteProps.builder()
            .route(
                Route.matching(
                    RouteConditions.builder().port(9443).paths(List.of("/status")).build()))
            .service(service(stack, cluster, profile, "Status", null))
            .build());

    IApplicationListener listener =
        ApplicationListener.fromApplicationListenerAttributes(
            stack,
            "ExistingListener",
            ApplicationListenerAttributes.builder()
                .listenerArn(
                    "arn:aws:elasticloadbalancing:eu-south-1:111111111111:listener/app/legacy/0123456789abcdef/0123456789abcdef")
                .securityGroup(
                    SecurityGroup.fromSecurityGroupId(
                        stack, "ExistingSecurityGroup", "sg-0123456789abcdef0"))
                .build());
    IWebEntry existing =
        WebEntry.fromListener(
            stack,
            "Existing",
            ExistingListenerAttributes.builder()
                .listener(listener)
                .url("https://legacy.example.com")
                .build());
    existing.addRoute(
        "Guest",
        WebRouteProps.builder()
            .route(Route.path("/guest/*"))
            .service(service(stack, cluster, profile, "Guest", null))
            .build());

    WebFirewall firewall =
        WebFirewall.Builder.create(stack, "Firewall")
            .profile(profile)
            .protects(FirewallScope.REGIONAL)
            .level(FirewallLevel.BASIC)
            .build();
    WebFirewall none =
        WebFirewall.Builder.create(stack, "NoFirewall").level(FirewallLevel.NONE).build();
    AppDomain elsewhere = AppDomain.fromCertificate(certificate, "elsewhere.example.net");

    Readings read = new Readings(stack);
    read.text("DomainName", elsewhere.getDomainName());
    read.text("AlternativeName", domain.getAlternativeNames().get(0));
    read.text("RedirectFrom", domain.getRedirectFrom().get(0));
    read.text("Url", entry.getUrl());
    read.text("UrlOfApi", entry.urlOf(Route.path("/api/*")));
    read.text("UrlOfGuest", existing.urlOf(Route.path("/guest/*")));
    read.text("ListenerArn", entry.getListener().getListenerArn());
    read.text("LoadBalancerArn", entry.getLoadBalancer().getLoadBalancerArn());
    read.number("SecurityGroups", entry.getConnections().getSecurityGroups().size());
    read.truth("FirewallIsBasic", firewall.getLevel() == FirewallLevel.BASIC);
    read.truth("NoFirewallIsNone", none.getLevel() == FirewallLevel.NONE);
    read.text("FirewallMetric", firewall.getMetricName());
    read.text("WebAcl", firewall.getWebAclArn());
    read.text("PathOfRoute", Route.path("/api/*").getConditions().getPaths().get(0));
    read.truth("IsLinear", shifting.getStrategy() == DeploymentStrategy.LINEAR);
    read.truth("AlternateTargetGroup", shifting.getAlternateTargetGroup());
    return existing;
  }

  private static ContainerService service(
      final Stack stack,
      final ContainerCluster cluster,
      final EnvironmentProfile profile,
      final String id,
      final Deployment deployment) {
    return ContainerService.Builder.create(stack, id)
        .cluster(cluster)
        .profile(profile)
        .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1"))
        .port(80)
        .deployment(deployment)
        .build();
  }

  private EdgeTour() {}
}
