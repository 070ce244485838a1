package com.example.tour;

import io.github.cdkpatternbook.ContainerCluster;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IPrivatePostgres;
import io.github.cdkpatternbook.ScheduledTaskOptions;
import io.github.cdkpatternbook.ServiceConnectOptions;
import io.github.cdkpatternbook.SsmBastion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecs.AppProtocol;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.scheduler.CronOptionsWithTimezone;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;

/** What operators do: a task at set times and now, its log, tunnels to a database; and services that reach each other by proxies. */
final class OperatorsTour {

  static void operatorsTour(
      App app, EnvironmentProfile profile, IAppNetwork network, IPrivatePostgres database) {
    var stack = new Stack(app, "Operators");
    var api =
        ContainerService.Builder.create(stack, "Api")
            .cluster(
                ContainerCluster.Builder.create(stack, "Cluster")
                    .network(network)
                    .profile(profile)
                    .build())
            .profile(profile)
            .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1"))
            .port(8080)
            .enableExecuteCommand(true)
            .serviceConnect(
                ServiceConnectOptions.builder()
                    .alias("api")
                    .aliasPort(80)
                    .protocol(AppProtocol.getHttp())
                    .build())
            .build();
    var reports =
        api.addScheduledTask(
            "Reports",
            ScheduledTaskOptions.builder()
                .schedule(
                    ScheduleExpression.cron(
                        CronOptionsWithTimezone.builder()
                            .minute("0")
                            .hour("3")
                            .timeZone(TimeZone.EUROPE_ROME)
                            .build()))
                .command(List.of("timeout", "600", "rake", "reports"))
                .environment(Map.of("DEPTH", "full", "LEVEL", "debug", "PAPER", "a4"))
                .cpu(1024)
                .memory(Size.gibibytes(4))
                .start(Instant.parse("2027-01-01T00:00:00Z"))
                .end(Instant.parse("2030-12-31T00:00:00Z"))
                .enabled(false)
                .startWithin(Duration.minutes(20))
                .build());
    var bastion =
        SsmBastion.Builder.create(stack, "Bastion")
            .network(network)
            .instanceType(new InstanceType("t4g.micro"))
            .build();

    var read = new Readings(stack);
    read.text("LogsCommand", api.getLogsCommand());
    read.text("RunTaskCommand", api.runTaskCommand("rake", "db:seed"));
    read.text("TunnelCommand", api.tunnelCommand(database, 6543));
    read.text("RunCommand", reports.getRunCommand());
    read.text("Schedule", reports.getSchedule().getScheduleName());
    read.text("FailedRuns", reports.getFailedRuns().getQueueName());
    read.text("Instance", bastion.getInstance().getInstanceId());
    read.number("SecurityGroups", bastion.getConnections().getSecurityGroups().size());
    read.text("TunnelTo", bastion.tunnelTo(database, 7654));
  }

  private OperatorsTour() {}
}
