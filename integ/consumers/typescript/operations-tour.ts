// Operations: who is told, every threshold in every unit, dashboard and hours over resources of the CDK alone.
import { App, Duration, Stack, TimeZone, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { InstanceType, Peer, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DatabaseInstance, DatabaseInstanceEngine, DatabaseInstanceReadReplica, PostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Readings } from './readings.js';
import { AccountGuardrails, AlarmThreshold, AlarmThresholds, AlertTopic, BudgetAlerts, EnvironmentProfile, IAlertTopic, OperationsDashboard, StandardAlarms, StandardTags, StatefulLock, WorkHours } from 'cdk-patternbook';

/** Every threshold, every unit, every way to evaluate. */
export function allThresholds(): AlarmThresholds {
  return {
    service: {
      cpu: AlarmThreshold.percent(70, { period: Duration.minutes(5), periods: 3, datapoints: 2 }),
      memory: AlarmThreshold.standard({ periods: 4 }),
      missingTasks: AlarmThreshold.count(2),
    },
    loadBalancer: {
      serverErrors: AlarmThreshold.percent(1),
      responseTime: AlarmThreshold.seconds(0.5),
      unhealthyTargets: AlarmThreshold.off(),
    },
    database: {
      cpu: AlarmThreshold.percent(60),
      freeStorage: AlarmThreshold.gibibytes(8),
      freeMemory: AlarmThreshold.percent(20),
      connections: AlarmThreshold.count(150),
      connectionErrors: AlarmThreshold.count(5),
      cpuCredits: AlarmThreshold.count(50),
      replicaLag: AlarmThreshold.seconds(10),
    },
    function: {
      errors: AlarmThreshold.percent(2),
      duration: AlarmThreshold.seconds(25),
      throttles: AlarmThreshold.count(3),
    },
    api: {
      serverErrors: AlarmThreshold.count(20),
      latency: AlarmThreshold.seconds(2),
    },
    distribution: {
      serverErrors: AlarmThreshold.percent(3),
    },
    natGateway: {
      portErrors: AlarmThreshold.count(10),
    },
    queue: {
      age: AlarmThreshold.seconds(1200),
      deadLetters: AlarmThreshold.count(1),
    },
    fileSystem: {
      ioLimit: AlarmThreshold.percent(80),
      burstCredits: AlarmThreshold.gibibytes(256),
    },
    table: {
      throttles: AlarmThreshold.count(2),
    },
    stateMachine: {
      failures: AlarmThreshold.count(1),
    },
  };
}

export function operationsTour(app: App): IAlertTopic {
  const stack = new Stack(app, 'Operations');
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
  const primary = new DatabaseInstance(stack, 'Primary', {
    vpc, engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_16 }), instanceType: new InstanceType('t4g.small'),
  });
  const replica = new DatabaseInstanceReadReplica(stack, 'Replica', { vpc, sourceDatabaseInstance: primary, instanceType: new InstanceType('t4g.small') });
  const alone = new DatabaseInstance(stack, 'Alone', {
    vpc, engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_16 }), instanceType: new InstanceType('t4g.small'),
  });
  alone.connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/8'));

  const alerts = new AlertTopic(stack, 'Alerts', {
    emails: ['ops@example.com'],
    webhooks: ['https://hooks.example.com/alerts'],
    encryptionKey: new Key(stack, 'AlertsKey'),
  });
  const alarms = new StandardAlarms(stack, 'Alarms', { alerts, thresholds: allThresholds() });
  alarms.monitor(stack, { exclude: [alone], thresholds: { database: { cpu: AlarmThreshold.percent(90) } } });
  const quiet = new StandardAlarms(stack, 'Quiet', { alerts: AlertTopic.fromTopic(Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-south-1:111111111111:ops')) });
  quiet.monitor(alone);

  const dashboard = new OperationsDashboard(stack, 'Dashboard');
  dashboard.show(primary);
  dashboard.addMetrics('Orders', new Metric({ namespace: 'Shop', metricName: 'Orders' }), new Metric({ namespace: 'Shop', metricName: 'Returns' }));

  const hours = new WorkHours(stack, 'Hours', {
    start: '08:00', end: '20:00', timeZone: TimeZone.EUROPE_BERLIN, days: 'MON-SAT', offHoursTasks: 0, stopDatabases: true,
  });
  hours.include(alone);

  const budget = new BudgetAlerts(stack, 'Budget', {
    alerts,
    monthlyLimitUsd: 300,
    percents: [80, 100],
    forecastPercents: [110],
    urgentEmails: ['cto@example.com'],
    tags: { Application: 'shop', Environment: 'prod' },
    profile: EnvironmentProfile.STAGING,
  });

  const guardrails = new AccountGuardrails(stack, 'Guardrails', { trail: true, dataEvents: false, configRules: true, configRecorder: true, configRole: false });

  StandardTags.apply(stack, { application: 'shop', component: 'operations', costCenter: 'CC-100', owner: 'team@example.com', environment: 'trial' });

  const lock = new StatefulLock({ lockFile: 'tour.lock.json' });
  Validations.of(app).addPlugins(lock);

  const read = new Readings(stack);
  read.text('TopicArn', alerts.topic.topicArn);
  read.text('TopicKey', alerts.encryptionKey.keyArn);
  read.number('NumberOfAlarms', alarms.alarms.length);
  read.text('DashboardName', dashboard.dashboard.dashboardName);
  read.text('BudgetName', budget.budgetName);
  read.number('BudgetLimit', budget.monthlyLimitUsd);
  read.text('TrailArn', guardrails.trail.trailArn);
  read.text('RecordsBucket', guardrails.bucket.bucketName);
  read.text('PasswordPolicyCommand', guardrails.passwordPolicyCommand);
  read.text('ReplicaId', replica.instanceIdentifier);
  read.text('LockName', lock.name);
  read.text('LockVersion', lock.version ?? 'none');
  read.number('LockRules', lock.ruleIds!.length);
  return alerts;
}
