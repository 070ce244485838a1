package com.example.tour;

import io.github.cdkpatternbook.AlarmThreshold;
import io.github.cdkpatternbook.AlarmThresholds;
import io.github.cdkpatternbook.AppDatabaseOptions;
import io.github.cdkpatternbook.AppDomain;
import io.github.cdkpatternbook.AppQueueOptions;
import io.github.cdkpatternbook.AppRedisOptions;
import io.github.cdkpatternbook.AppServiceOptions;
import io.github.cdkpatternbook.AppSharedFilesOptions;
import io.github.cdkpatternbook.AppWorkerOptions;
import io.github.cdkpatternbook.ContainerCluster;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.DatabaseThresholds;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.FileSystemThresholds;
import io.github.cdkpatternbook.HaContainerWebApp;
import io.github.cdkpatternbook.IAlertTopic;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IWebEntry;
import io.github.cdkpatternbook.PrivatePostgres;
import io.github.cdkpatternbook.QueueThresholds;
import io.github.cdkpatternbook.Route;
import io.github.cdkpatternbook.ServiceThresholds;
import io.github.cdkpatternbook.WorkHoursOptions;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.RepositoryImage;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;
import software.amazon.awscdk.services.route53.IHostedZone;

/** The app: with every choice made, and around blocks that exist. */
final class AppTour {

  static void appTour(
      App app, EnvironmentProfile profile, IAppNetwork network, IAlertTopic alerts) {
    Stack stack = new Stack(app, "App");
    IHostedZone zone =
        HostedZone.fromHostedZoneAttributes(
            stack,
            "Zone",
            HostedZoneAttributes.builder()
                .hostedZoneId("Z0123456789EXAMPLE")
                .zoneName("example.com")
                .build());
    RepositoryImage image = ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1");
    HaContainerWebApp web =
        HaContainerWebApp.Builder.create(stack, "Web")
            .profile(profile)
            .network(network)
            .dnsNamespace("web.local")
            .domain(AppDomain.fromHostedZone(zone, "web.example.com"))
            .alerts(alerts)
            .alarms(true)
            .thresholds(OperationsTour.allThresholds())
            .dashboard(true)
            .workHours(
                WorkHoursOptions.builder()
                    .start("07:30")
                    .end("18:30")
                    .timeZone(TimeZone.EUROPE_ROME)
                    .build())
            .build();
    PrivatePostgres database =
        web.addDatabase(
            "Database",
            AppDatabaseOptions.builder()
                .port(5434)
                .thresholds(
                    AlarmThresholds.builder()
                        .database(
                            DatabaseThresholds.builder()
                                .connections(AlarmThreshold.percent(50))
                                .build())
                        .build())
                .build());
    ContainerService api =
        web.addService(
            "Api",
            AppServiceOptions.builder()
                .image(image)
                .port(80)
                .route(Route.path("/*"))
                .thresholds(
                    AlarmThresholds.builder()
                        .service(ServiceThresholds.builder().cpu(AlarmThreshold.off()).build())
                        .build())
                .build());
    api.useDatabase(database);
    var queue =
        web.addQueue(
            "Queue",
            AppQueueOptions.builder()
                .fifo(true)
                .thresholds(
                    AlarmThresholds.builder()
                        .queue(QueueThresholds.builder().age(AlarmThreshold.off()).build())
                        .build())
                .build());
    var files =
        web.addSharedFiles(
            "Files",
            AppSharedFilesOptions.builder()
                .automaticBackups(true)
                .thresholds(
                    AlarmThresholds.builder()
                        .fileSystem(
                            FileSystemThresholds.builder()
                                .ioLimit(AlarmThreshold.percent(70))
                                .build())
                        .build())
                .build());
    var redis =
        web.addRedis(
            "Redis",
            AppRedisOptions.builder()
                .files(files)
                .thresholds(
                    AlarmThresholds.builder()
                        .service(
                            ServiceThresholds.builder().memory(AlarmThreshold.percent(95)).build())
                        .build())
                .build());
    var worker =
        web.addWorker(
            "Worker",
            AppWorkerOptions.builder()
                .image(image)
                .queue(queue)
                .thresholds(
                    AlarmThresholds.builder()
                        .service(
                            ServiceThresholds.builder().missingTasks(AlarmThreshold.off()).build())
                        .build())
                .build());
    worker.useService(redis);

    Readings read = new Readings(stack);
    read.text("Environment", web.getProfile().getName());
    read.text("Vpc", web.getNetwork().getVpc().getVpcId());
    read.text("ClusterName", web.getCluster().getCluster().getClusterName());
    read.text("Url", web.getEntry().getUrl());
    read.number("NumberOfAlarms", web.getAlarms().getAlarms().size());
    read.text("DashboardName", web.getDashboard().getDashboard().getDashboardName());
  }

  /** An app that shares cluster and load balancer with others. */
  static void guestTour(
      App app, EnvironmentProfile profile, ContainerCluster cluster, IWebEntry entry) {
    Stack stack = new Stack(app, "Guest");
    HaContainerWebApp web =
        HaContainerWebApp.Builder.create(stack, "Web")
            .profile(profile)
            .cluster(cluster)
            .entry(entry)
            .alarms(false)
            .dashboard(false)
            .build();
    web.addService(
        "Guest",
        AppServiceOptions.builder()
            .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1"))
            .port(80)
            .route(Route.path("/more/*"))
            .build());
  }

  private AppTour() {}
}
