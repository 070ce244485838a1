package com.example;

import io.github.cdkpatternbook.AlertTopic;
import io.github.cdkpatternbook.AppDatabaseOptions;
import io.github.cdkpatternbook.AppDomain;
import io.github.cdkpatternbook.AppNetwork;
import io.github.cdkpatternbook.AppServiceOptions;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.HaContainerWebApp;
import io.github.cdkpatternbook.ImageRepository;
import io.github.cdkpatternbook.MigrationOptions;
import io.github.cdkpatternbook.Route;
import io.github.cdkpatternbook.StatefulLock;
import io.github.cdkpatternbook.WorkHoursOptions;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.InstanceClass;
import software.amazon.awscdk.services.ec2.InstanceSize;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.rds.PostgresEngineVersion;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;

/** One production API: a service behind a load balancer, its PostgreSQL database, alarms and dashboard. */
public final class ProductionApi {
  private static App app;

  public static void main(final String[] args) {
    app = new App();
    Validations.of(app).addPlugins(new StatefulLock());
    var profile = EnvironmentProfile.of(app);
    var environment = profile.getName();
    var email = context("alertEmail");
    var zoneId = context("hostedZoneId");

    // deployed first: the service cannot start before an image was pushed
    var registry = new Stack(app, "Images", StackProps.builder()
      .stackName("production-api-images-" + environment)
      .terminationProtection(profile.getDeletionProtection())
      .build());
    var images = new ImageRepository(registry, "Api");

    var stack = new Stack(app, "ProductionApi", StackProps.builder()
      .stackName("production-api-" + environment)
      .terminationProtection(profile.getDeletionProtection())
      .build());
    var domain = zoneId == null ? null : AppDomain.fromHostedZone(
      HostedZone.fromHostedZoneAttributes(stack, "Zone",
        HostedZoneAttributes.builder().hostedZoneId(zoneId).zoneName(context("zoneName")).build()),
      context("domain"));
    var web = HaContainerWebApp.Builder.create(stack, "App")
      .network(AppNetwork.Builder.create(stack, "Network")
        .cidr("10.0.0.0/16")
        .publicCidrs(List.of("10.0.1.0/24", "10.0.2.0/24"))
        .appCidrs(List.of("10.0.11.0/24", "10.0.12.0/24"))
        .build())
      .domain(domain)
      .alerts(AlertTopic.Builder.create(stack, "Alerts").emails(email == null ? List.of() : List.of(email)).build())
      .workHours(WorkHoursOptions.builder()
        .start("07:00").end("21:00").timeZone(TimeZone.EUROPE_ROME).offHoursTasks(1).stopDatabases(false).build())
      .build();
    var database = web.addDatabase("Database", AppDatabaseOptions.builder()
      .version(PostgresEngineVersion.VER_15)
      .instanceType(InstanceType.of(InstanceClass.T3, "prod".equals(environment) ? InstanceSize.SMALL : InstanceSize.MICRO))
      .build());
    var api = web.addService("Api", AppServiceOptions.builder()
      .image(ContainerImage.fromEcrRepository(images, context("imageTag") == null ? "v1" : context("imageTag")))
      .port(8000)
      .route(Route.path("/*"))
      .healthCheckPath("/healthz")
      .healthCheckCommand(List.of("python", "-m", "app.healthcheck"))
      .build());
    api.useDatabase(database);
    api.addMigration("Migrate", MigrationOptions.builder().command(List.of("python", "-m", "app.migrate")).build());
    CfnOutput.Builder.create(stack, "Url").value(web.getEntry().getUrl()).build();
    app.synth();
  }

  private static String context(final String key) {
    return (String) app.getNode().tryGetContext(key);
  }

  private ProductionApi() { }
}
