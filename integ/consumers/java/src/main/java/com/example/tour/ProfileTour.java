package com.example.tour;

import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.EnvironmentSettings;
import io.github.cdkpatternbook.FirewallLevel;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudfront.PriceClass;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;

/** The profiles: each one, one with every setting changed, and what can be read of it. */
final class ProfileTour {

  static EnvironmentProfile profileTour(App app) {
    Stack stack = new Stack(app, "Profile");
    EnvironmentProfile own =
        EnvironmentProfile.PROD.extend(
            EnvironmentSettings.builder()
                .name("trial")
                .maxAzs(2)
                .natPerAz(false)
                .databaseInstanceType(new InstanceType("m7g.large"))
                .databaseMultiAz(false)
                .databaseMonitoring(true)
                .backupRetention(Duration.days(14))
                .removalPolicy(RemovalPolicy.RETAIN)
                .deletionProtection(false)
                .rotateSecrets(true)
                .minTasks(2)
                .maxTasks(8)
                .spot(true)
                .functionMemory(Size.mebibytes(2048))
                .functionConcurrencyLimit(20)
                .canaryFunctions(true)
                .logRetention(RetentionDays.TWO_MONTHS)
                .tracedPercent(5)
                .flowLogs(true)
                .dashboard(true)
                .monthlyBudgetUsd(700)
                .firewall(FirewallLevel.BASIC)
                .priceClass(PriceClass.PRICE_CLASS_100)
                .siteMetrics(true)
                .build());
    Readings read = new Readings(stack);
    read.text("NameOfContext", EnvironmentProfile.of(stack).getName());
    read.text("NameOfDev", EnvironmentProfile.DEV.getName());
    read.text("NameOfStaging", EnvironmentProfile.STAGING.getName());
    read.text("Name", own.getName());
    read.number("MaxAzs", own.getMaxAzs());
    read.truth("NatPerAz", own.getNatPerAz());
    read.text("DatabaseInstanceType", own.getDatabaseInstanceType().toString());
    read.truth("DatabaseMultiAz", own.getDatabaseMultiAz());
    read.truth("DatabaseMonitoring", own.getDatabaseMonitoring());
    read.number("BackupRetention", own.getBackupRetention().toDays());
    read.truth("DeletionProtection", own.getDeletionProtection());
    read.truth("RotateSecrets", own.getRotateSecrets());
    read.number("MinTasks", own.getMinTasks());
    read.number("MaxTasks", own.getMaxTasks());
    read.truth("Spot", own.getSpot());
    read.number("FunctionMemory", own.getFunctionMemory().toMebibytes());
    read.number("FunctionConcurrencyLimit", own.getFunctionConcurrencyLimit());
    read.truth("CanaryFunctions", own.getCanaryFunctions());
    read.number("TracedPercent", own.getTracedPercent());
    read.truth("FlowLogs", own.getFlowLogs());
    read.truth("Dashboard", own.getDashboard());
    read.number("MonthlyBudgetUsd", own.getMonthlyBudgetUsd());
    read.truth("FirewallIsBasic", own.getFirewall() == FirewallLevel.BASIC);
    read.truth("PriceClassIs100", own.getPriceClass() == PriceClass.PRICE_CLASS_100);
    read.truth("SiteMetrics", own.getSiteMetrics());
    LogGroup.Builder.create(stack, "Logs")
        .retention(own.getLogRetention())
        .removalPolicy(own.getRemovalPolicy())
        .build();
    return own;
  }

  private ProfileTour() {}
}
