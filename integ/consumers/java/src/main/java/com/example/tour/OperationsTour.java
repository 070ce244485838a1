package com.example.tour;

import io.github.cdkpatternbook.AccountGuardrails;
import io.github.cdkpatternbook.AlarmThreshold;
import io.github.cdkpatternbook.AlarmThresholds;
import io.github.cdkpatternbook.AlertTopic;
import io.github.cdkpatternbook.ApiThresholds;
import io.github.cdkpatternbook.BudgetAlerts;
import io.github.cdkpatternbook.DatabaseThresholds;
import io.github.cdkpatternbook.DistributionThresholds;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.EvaluationOptions;
import io.github.cdkpatternbook.FileSystemThresholds;
import io.github.cdkpatternbook.FunctionThresholds;
import io.github.cdkpatternbook.IAlertTopic;
import io.github.cdkpatternbook.LoadBalancerThresholds;
import io.github.cdkpatternbook.MonitorOptions;
import io.github.cdkpatternbook.NatGatewayThresholds;
import io.github.cdkpatternbook.OperationsDashboard;
import io.github.cdkpatternbook.QueueThresholds;
import io.github.cdkpatternbook.ServiceThresholds;
import io.github.cdkpatternbook.StandardAlarms;
import io.github.cdkpatternbook.StandardTags;
import io.github.cdkpatternbook.StandardTagsOptions;
import io.github.cdkpatternbook.StateMachineThresholds;
import io.github.cdkpatternbook.StatefulLock;
import io.github.cdkpatternbook.TableThresholds;
import io.github.cdkpatternbook.WorkHours;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.rds.DatabaseInstance;
import software.amazon.awscdk.services.rds.DatabaseInstanceEngine;
import software.amazon.awscdk.services.rds.DatabaseInstanceReadReplica;
import software.amazon.awscdk.services.rds.PostgresEngineVersion;
import software.amazon.awscdk.services.rds.PostgresInstanceEngineProps;
import software.amazon.awscdk.services.sns.Topic;

/** Operations: who is told, every threshold in every unit, dashboard and hours over resources of the CDK alone. */
final class OperationsTour {

  /** Every threshold, every unit, every way to evaluate. */
  static AlarmThresholds allThresholds() {
    return AlarmThresholds.builder()
        .service(
            ServiceThresholds.builder()
                .cpu(
                    AlarmThreshold.percent(
                        70,
                        EvaluationOptions.builder()
                            .period(Duration.minutes(5))
                            .periods(3)
                            .datapoints(2)
                            .build()))
                .memory(AlarmThreshold.standard(EvaluationOptions.builder().periods(4).build()))
                .missingTasks(AlarmThreshold.count(2))
                .build())
        .loadBalancer(
            LoadBalancerThresholds.builder()
                .serverErrors(AlarmThreshold.percent(1))
                .responseTime(AlarmThreshold.seconds(0.5))
                .unhealthyTargets(AlarmThreshold.off())
                .build())
        .database(
            DatabaseThresholds.builder()
                .cpu(AlarmThreshold.percent(60))
                .freeStorage(AlarmThreshold.gibibytes(8))
                .freeMemory(AlarmThreshold.percent(20))
                .connections(AlarmThreshold.count(150))
                .connectionErrors(AlarmThreshold.count(5))
                .cpuCredits(AlarmThreshold.count(50))
                .replicaLag(AlarmThreshold.seconds(10))
                .build())
        .function(
            FunctionThresholds.builder()
                .errors(AlarmThreshold.percent(2))
                .duration(AlarmThreshold.seconds(25))
                .throttles(AlarmThreshold.count(3))
                .build())
        .api(
            ApiThresholds.builder()
                .serverErrors(AlarmThreshold.count(20))
                .latency(AlarmThreshold.seconds(2))
                .build())
        .distribution(
            DistributionThresholds.builder().serverErrors(AlarmThreshold.percent(3)).build())
        .natGateway(NatGatewayThresholds.builder().portErrors(AlarmThreshold.count(10)).build())
        .queue(
            QueueThresholds.builder()
                .age(AlarmThreshold.seconds(1200))
                .deadLetters(AlarmThreshold.count(1))
                .build())
        .fileSystem(
            FileSystemThresholds.builder()
                .ioLimit(AlarmThreshold.percent(80))
                .burstCredits(AlarmThreshold.gibibytes(256))
                .build())
        .table(TableThresholds.builder().throttles(AlarmThreshold.count(2)).build())
        .stateMachine(
            StateMachineThresholds.builder().failures(AlarmThreshold.count(1)).build())
        .build();
  }

  static IAlertTopic operationsTour(App app) {
    Stack stack = new Stack(app, "Operations");
    Vpc vpc = Vpc.Builder.create(stack, "Vpc").maxAzs(2).build();
    DatabaseInstance primary =
        DatabaseInstance.Builder.create(stack, "Primary")
            .vpc(vpc)
            .engine(
                DatabaseInstanceEngine.postgres(
                    PostgresInstanceEngineProps.builder()
                        .version(PostgresEngineVersion.VER_16)
                        .build()))
            .instanceType(new InstanceType("t4g.small"))
            .build();
    DatabaseInstanceReadReplica replica =
        DatabaseInstanceReadReplica.Builder.create(stack, "Replica")
            .vpc(vpc)
            .sourceDatabaseInstance(primary)
            .instanceType(new InstanceType("t4g.small"))
            .build();
    DatabaseInstance alone =
        DatabaseInstance.Builder.create(stack, "Alone")
            .vpc(vpc)
            .engine(
                DatabaseInstanceEngine.postgres(
                    PostgresInstanceEngineProps.builder()
                        .version(PostgresEngineVersion.VER_16)
                        .build()))
            .instanceType(new InstanceType("t4g.small"))
            .build();
    alone.getConnections().allowDefaultPortFrom(Peer.ipv4("10.0.0.0/8"));

    AlertTopic alerts =
        AlertTopic.Builder.create(stack, "Alerts")
            .emails(List.of("ops@example.com"))
            .webhooks(List.of("https://hooks.example.com/alerts"))
            .encryptionKey(new Key(stack, "AlertsKey"))
            .build();
    StandardAlarms alarms =
        StandardAlarms.Builder.create(stack, "Alarms")
            .alerts(alerts)
            .thresholds(allThresholds())
            .build();
    alarms.monitor(
        stack,
        MonitorOptions.builder()
            .exclude(List.of(alone))
            .thresholds(
                AlarmThresholds.builder()
                    .database(DatabaseThresholds.builder().cpu(AlarmThreshold.percent(90)).build())
                    .build())
            .build());
    StandardAlarms quiet =
        StandardAlarms.Builder.create(stack, "Quiet")
            .alerts(
                AlertTopic.fromTopic(
                    Topic.fromTopicArn(stack, "Topic", "arn:aws:sns:eu-south-1:111111111111:ops")))
            .build();
    quiet.monitor(alone);

    OperationsDashboard dashboard = new OperationsDashboard(stack, "Dashboard");
    dashboard.show(primary);
    dashboard.addMetrics(
        "Orders",
        Metric.Builder.create().namespace("Shop").metricName("Orders").build(),
        Metric.Builder.create().namespace("Shop").metricName("Returns").build());

    WorkHours hours =
        WorkHours.Builder.create(stack, "Hours")
            .start("08:00")
            .end("20:00")
            .timeZone(TimeZone.EUROPE_BERLIN)
            .days("MON-SAT")
            .offHoursTasks(0)
            .stopDatabases(true)
            .build();
    hours.include(alone);

    BudgetAlerts budget =
        BudgetAlerts.Builder.create(stack, "Budget")
            .alerts(alerts)
            .monthlyLimitUsd(300)
            .percents(List.of(80, 100))
            .forecastPercents(List.of(110))
            .urgentEmails(List.of("cto@example.com"))
            .tags(Map.of("Application", "shop", "Environment", "prod"))
            .profile(EnvironmentProfile.STAGING)
            .build();

    AccountGuardrails guardrails =
        AccountGuardrails.Builder.create(stack, "Guardrails")
            .trail(true)
            .dataEvents(false)
            .configRules(true)
            .configRecorder(true)
            .configRole(false)
            .build();

    StandardTags.apply(
        stack,
        StandardTagsOptions.builder()
            .application("shop")
            .component("operations")
            .costCenter("CC-100")
            .owner("team@example.com")
            .environment("trial")
            .build());

    StatefulLock lock = StatefulLock.Builder.create().lockFile("tour.lock.json").build();
    Validations.of(app).addPlugins(lock);

    Readings read = new Readings(stack);
    read.text("TopicArn", alerts.getTopic().getTopicArn());
    read.text("TopicKey", alerts.getEncryptionKey().getKeyArn());
    read.number("NumberOfAlarms", alarms.getAlarms().size());
    read.text("DashboardName", dashboard.getDashboard().getDashboardName());
    read.text("BudgetName", budget.getBudgetName());
    read.number("BudgetLimit", budget.getMonthlyLimitUsd());
    read.text("TrailArn", guardrails.getTrail().getTrailArn());
    read.text("RecordsBucket", guardrails.getBucket().getBucketName());
    read.text("PasswordPolicyCommand", guardrails.getPasswordPolicyCommand());
    read.text("ReplicaId", replica.getInstanceIdentifier());
    read.text("LockName", lock.getName());
    read.text("LockVersion", lock.getVersion() == null ? "none" : lock.getVersion());
    read.number("LockRules", lock.getRuleIds().size());
    return alerts;
  }

  private OperationsTour() {}
}
