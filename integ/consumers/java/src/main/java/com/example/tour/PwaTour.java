package com.example.tour;

import io.github.cdkpatternbook.AlarmThreshold;
import io.github.cdkpatternbook.AlarmThresholds;
import io.github.cdkpatternbook.ApiFunction;
import io.github.cdkpatternbook.ApiThresholds;
import io.github.cdkpatternbook.AppDatabaseOptions;
import io.github.cdkpatternbook.AppDomain;
import io.github.cdkpatternbook.CanaryOptions;
import io.github.cdkpatternbook.Deployment;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.FirewallLevel;
import io.github.cdkpatternbook.FunctionApiKeyOptions;
import io.github.cdkpatternbook.FunctionCode;
import io.github.cdkpatternbook.FunctionRestApi;
import io.github.cdkpatternbook.FunctionWebSocketApi;
import io.github.cdkpatternbook.IAlertTopic;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.PwaApiOptions;
import io.github.cdkpatternbook.PwaWebSocketOptions;
import io.github.cdkpatternbook.ServerlessPwaApp;
import io.github.cdkpatternbook.StaticSite;
import io.github.cdkpatternbook.StaticSiteOptions;
import io.github.cdkpatternbook.UseDatabaseOptions;
import io.github.cdkpatternbook.WebFirewallOptions;
import io.github.cdkpatternbook.WorkQueue;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.WebSocketIamAuthorizer;
import software.amazon.awscdk.services.apigateway.TokenAuthorizer;
import software.amazon.awscdk.services.cloudfront.PriceClass;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;

/** The serverless app: with every choice made, and its parts alone. */
final class PwaTour {

  static void pwaTour(
      App app, EnvironmentProfile profile, IAppNetwork network, IAlertTopic alerts) {
    Stack stack = new Stack(app, "Pwa");
    var zone =
        HostedZone.fromHostedZoneAttributes(
            stack,
            "Zone",
            HostedZoneAttributes.builder()
                .hostedZoneId("Z0123456789EXAMPLE")
                .zoneName("example.com")
                .build());
    var images = Repository.fromRepositoryName(stack, "Images", "fillup");
    var checker =
        Function.fromFunctionArn(
            stack, "Checker", "arn:aws:lambda:eu-south-1:111111111111:function:check");
    var key =
        Key.fromKeyArn(
            stack,
            "Key",
            "arn:aws:kms:eu-south-1:111111111111:key/00000000-0000-0000-0000-000000000000");
    ServerlessPwaApp pwa =
        ServerlessPwaApp.Builder.create(stack, "FillUp")
            .profile(profile)
            .network(network)
            .domain(AppDomain.fromHostedZone(zone, "fillup.example.com"))
            .alerts(alerts)
            .alarms(true)
            .thresholds(OperationsTour.allThresholds())
            .dashboard(true)
            .api(
                PwaApiOptions.builder()
                    .code(FunctionCode.ecr(images, "v1"))
                    .serviceName("fillup-api")
                    .memory(Size.mebibytes(512))
                    .timeout(Duration.seconds(20))
                    .architecture(Architecture.X86_64)
                    .concurrencyLimit(20)
                    .environment(Map.of("LOG_LEVEL", "DEBUG"))
                    .deployment(
                        Deployment.canary(
                            CanaryOptions.builder()
                                .percent(20)
                                .interval(Duration.minutes(5))
                                .build()))
                    .logRetention(RetentionDays.ONE_WEEK)
                    .encryptionKey(key)
                    .rateLimit(50)
                    .burstLimit(100)
                    .corsOrigins(List.of("https://fillup.example.com"))
                    .binaryMediaTypes(List.of("*/*"))
                    .authorizer(
                        TokenAuthorizer.Builder.create(stack, "Authorizer").handler(checker).build())
                    .apiKeyRequired(true)
                    .onlyThroughSite(false)
                    .cacheTtl(Duration.seconds(60))
                    .cacheQueryKeys(List.of("page"))
                    .firewall(WebFirewallOptions.builder().level(FirewallLevel.BASIC).build())
                    .tracedPercent(50)
                    .apiLogRetention(RetentionDays.ONE_WEEK)
                    .pathPattern("/v1/*")
                    .build())
            .site(
                StaticSiteOptions.builder()
                    .immutableAssets(List.of("assets/*"))
                    .serviceWorkers(List.of("sw.js"))
                    .spaRouting(true)
                    .config(Map.of("environment", profile.getName()))
                    .errorPage("/oops.html")
                    .errorPageStatuses(List.of(502))
                    .oldVersions(Duration.days(30))
                    .replicaRegion("eu-central-1")
                    .contentSecurityPolicy("default-src 'self'")
                    .priceClass(PriceClass.PRICE_CLASS_100)
                    .accessLogs(false)
                    .additionalMetrics(false)
                    .firewall(WebFirewallOptions.builder().level(FirewallLevel.NONE).build())
                    .removalPolicy(RemovalPolicy.RETAIN)
                    .build())
            .build();
    pwa.getRestApi()
        .addApiKey(
            "Partner",
            FunctionApiKeyOptions.builder().rateLimit(5).burstLimit(10).dailyQuota(1000).build());
    pwa.getApi()
        .useDatabase(
            pwa.addDatabase("Database", AppDatabaseOptions.builder().port(5435).build()),
            UseDatabaseOptions.builder().variable("MAIN_SECRET_ARN").build());
    FunctionWebSocketApi socket =
        pwa.addWebSocket(
            "WebSocket",
            PwaWebSocketOptions.builder()
                .routes(List.of("sendMessage"))
                .rateLimit(20)
                .burstLimit(40)
                .callbackVariable("PUSH_URL")
                .authorizer(new WebSocketIamAuthorizer())
                .apiLogRetention(RetentionDays.ONE_WEEK)
                .pathPattern("/live")
                .thresholds(
                    AlarmThresholds.builder()
                        .api(ApiThresholds.builder().latency(AlarmThreshold.off()).build())
                        .build())
                .build());
    var role = Role.fromRoleName(stack, "Role", "pipeline");
    socket.grantManageConnections(role);
    pwa.getSite().grantUpload(role);
    pwa.getApi()
        .rollbackOn(
            Alarm.Builder.create(stack, "Alarm")
                .metric(Metric.Builder.create().namespace("FillUp").metricName("Refused").build())
                .threshold(1)
                .evaluationPeriods(1)
                .build());
    aloneTour(stack, profile, pwa);

    var read = new Readings(stack);
    read.text("Environment", pwa.getProfile().getName());
    read.text("Url", pwa.getSite().getUrl());
    read.text("Bucket", pwa.getSite().getBucket().getBucketName());
    read.text("Distribution", pwa.getSite().getDistribution().getDistributionId());
    read.text("Upload", pwa.getSite().uploadCommands("web/dist").get(0));
    read.text("RestUrl", pwa.getRestApi().getUrl());
    read.text("RestApi", pwa.getRestApi().getApi().getRestApiId());
    read.text("RestStage", pwa.getRestApi().getStage().getStageName());
    read.text("SocketUrl", socket.getUrl());
    read.text("SocketCallback", socket.getCallbackUrl());
    read.text("SocketApi", socket.getApi().getApiId());
    read.text("SocketStage", socket.getStage().getStageName());
    read.text("Function", pwa.getApi().getHandler().getFunctionName());
    read.text("Alias", pwa.getApi().getAlias().getAliasName());
    read.text("DeadLetters", pwa.getApi().getDeadLetterQueue().getQueueName());
    read.text("LogGroup", pwa.getApi().getLogGroup().getLogGroupName());
    read.text("FunctionRole", pwa.getApi().getRole().getRoleName());
    read.text("FunctionEnvironment", pwa.getApi().getProfile().getName());
    read.number("Timeout", pwa.getApi().getTimeout().toSeconds());
    read.number("SecurityGroups", pwa.getApi().getConnections().getSecurityGroups().size());
    read.number("NumberOfAlarms", pwa.getAlarms().getAlarms().size());
    read.text("DashboardName", pwa.getDashboard().getDashboard().getDashboardName());
  }

  /** The same parts without an app. */
  private static void aloneTour(Stack stack, EnvironmentProfile profile, ServerlessPwaApp pwa) {
    FunctionCode code =
        FunctionCode.zip(
            Code.fromInline("def handler(event, context): ..."),
            "index.handler",
            Runtime.PYTHON_3_13);
    ApiFunction handler =
        ApiFunction.Builder.create(stack, "Reports").code(code).profile(profile).build();
    handler.useQueue(WorkQueue.Builder.create(stack, "Jobs").profile(profile).build());
    handler.addEnvironment("KIND", "reports");
    StaticSite site =
        StaticSite.Builder.create(stack, "Intranet").profile(profile).accessLogs(false).build();
    FunctionRestApi rest =
        FunctionRestApi.Builder.create(stack, "ReportsApi")
            .handler(handler)
            .profile(profile)
            .onlyThroughSite(true)
            .build();
    site.addRestApi("/api/*", rest);
    site.addWebSocketApi(
        "/ws",
        FunctionWebSocketApi.Builder.create(stack, "ReportsSocket")
            .handler(handler)
            .profile(profile)
            .build());
    pwa.getSite().addRestApi("/reports/*", rest);
  }

  private PwaTour() {}
}
