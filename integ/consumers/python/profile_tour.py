"""The profiles: each one, one with every setting changed, and what can be read of it."""

from aws_cdk import App, Duration, RemovalPolicy, Size, Stack
from aws_cdk.aws_cloudfront import PriceClass
from aws_cdk.aws_ec2 import InstanceType
from aws_cdk.aws_logs import LogGroup, RetentionDays
from cdk_patternbook import EnvironmentProfile, FirewallLevel
from readings import Readings


def profile_tour(app: App) -> EnvironmentProfile:
    stack = Stack(app, "Profile")
    own = EnvironmentProfile.PROD.extend(
        name="trial",
        max_azs=2,
        nat_per_az=False,
        database_instance_type=InstanceType("m7g.large"),
        database_multi_az=False,
        database_monitoring=True,
        backup_retention=Duration.days(14),
        removal_policy=RemovalPolicy.RETAIN,
        deletion_protection=False,
        rotate_secrets=True,
        min_tasks=2,
        max_tasks=8,
        spot=True,
        function_memory=Size.mebibytes(2048),
        function_concurrency_limit=20,
        canary_functions=True,
        log_retention=RetentionDays.TWO_MONTHS,
        traced_percent=5,
        flow_logs=True,
        dashboard=True,
        monthly_budget_usd=700,
        firewall=FirewallLevel.BASIC,
        price_class=PriceClass.PRICE_CLASS_100,
        site_metrics=True,
    )
    read = Readings(stack)
    read.text("NameOfContext", EnvironmentProfile.of(stack).name)
    read.text("NameOfDev", EnvironmentProfile.DEV.name)
    read.text("NameOfStaging", EnvironmentProfile.STAGING.name)
    read.text("Name", own.name)
    read.number("MaxAzs", own.max_azs)
    read.truth("NatPerAz", own.nat_per_az)
    read.text("DatabaseInstanceType", own.database_instance_type.to_string())
    read.truth("DatabaseMultiAz", own.database_multi_az)
    read.truth("DatabaseMonitoring", own.database_monitoring)
    read.number("BackupRetention", own.backup_retention.to_days())
    read.truth("DeletionProtection", own.deletion_protection)
    read.truth("RotateSecrets", own.rotate_secrets)
    read.number("MinTasks", own.min_tasks)
    read.number("MaxTasks", own.max_tasks)
    read.truth("Spot", own.spot)
    read.number("FunctionMemory", own.function_memory.to_mebibytes())
    read.number("FunctionConcurrencyLimit", own.function_concurrency_limit)
    read.truth("CanaryFunctions", own.canary_functions)
    read.number("TracedPercent", own.traced_percent)
    read.truth("FlowLogs", own.flow_logs)
    read.truth("Dashboard", own.dashboard)
    read.number("MonthlyBudgetUsd", own.monthly_budget_usd)
    read.truth("FirewallIsBasic", own.firewall == FirewallLevel.BASIC)
    read.truth("PriceClassIs100", own.price_class == PriceClass.PRICE_CLASS_100)
    read.truth("SiteMetrics", own.site_metrics)
    LogGroup(stack, "Logs", retention=own.log_retention, removal_policy=own.removal_policy)
    return own
