// The profiles: each one, one with every setting changed, and what can be read of it.
import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Readings } from './readings.js';
import { EnvironmentProfile, FirewallLevel } from 'cdk-patternbook';

export function profileTour(app: App): EnvironmentProfile {
  const stack = new Stack(app, 'Profile');
  const own = EnvironmentProfile.PROD.extend({
    name: 'trial',
    maxAzs: 2,
    natPerAz: false,
    databaseInstanceType: new InstanceType('m7g.large'),
    databaseMultiAz: false,
    databaseMonitoring: true,
    backupRetention: Duration.days(14),
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: false,
    rotateSecrets: true,
    minTasks: 2,
    maxTasks: 8,
    spot: true,
    functionMemory: Size.mebibytes(2048),
    functionConcurrencyLimit: 20,
    canaryFunctions: true,
    logRetention: RetentionDays.TWO_MONTHS,
    tracedPercent: 5,
    flowLogs: true,
    dashboard: true,
    monthlyBudgetUsd: 700,
    firewall: FirewallLevel.BASIC,
    priceClass: PriceClass.PRICE_CLASS_100,
    siteMetrics: true,
  });
  const read = new Readings(stack);
  read.text('NameOfContext', EnvironmentProfile.of(stack).name);
  read.text('NameOfDev', EnvironmentProfile.DEV.name);
  read.text('NameOfStaging', EnvironmentProfile.STAGING.name);
  read.text('Name', own.name);
  read.number('MaxAzs', own.maxAzs);
  read.truth('NatPerAz', own.natPerAz);
  read.text('DatabaseInstanceType', own.databaseInstanceType.toString());
  read.truth('DatabaseMultiAz', own.databaseMultiAz);
  read.truth('DatabaseMonitoring', own.databaseMonitoring);
  read.number('BackupRetention', own.backupRetention.toDays());
  read.truth('DeletionProtection', own.deletionProtection);
  read.truth('RotateSecrets', own.rotateSecrets);
  read.number('MinTasks', own.minTasks);
  read.number('MaxTasks', own.maxTasks);
  read.truth('Spot', own.spot);
  read.number('FunctionMemory', own.functionMemory.toMebibytes());
  read.number('FunctionConcurrencyLimit', own.functionConcurrencyLimit);
  read.truth('CanaryFunctions', own.canaryFunctions);
  read.number('TracedPercent', own.tracedPercent);
  read.truth('FlowLogs', own.flowLogs);
  read.truth('Dashboard', own.dashboard);
  read.number('MonthlyBudgetUsd', own.monthlyBudgetUsd);
  read.truth('FirewallIsBasic', own.firewall === FirewallLevel.BASIC);
  read.truth('PriceClassIs100', own.priceClass === PriceClass.PRICE_CLASS_100);
  read.truth('SiteMetrics', own.siteMetrics);
  new LogGroup(stack, 'Logs', { retention: own.logRetention, removalPolicy: own.removalPolicy });
  return own;
}
