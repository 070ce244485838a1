import { App, CfnParameter, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { fargateService, postgres, vpcOf, warningsOf, WebTier } from './fixture';
import { AlarmThreshold, AlarmThresholds, AlertTopic, StandardAlarms } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

type Properties = Record<string, any>;

function alarmsOf(template: Template): Map<string, Properties> {
  return new Map(Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [id, Properties]));
}

/** Properties of the alarm whose logical id is this and a hash. */
function alarm(template: Template, id: string): Properties {
  const found = [...alarmsOf(template)].filter(([key]) => new RegExp(`^${id}[0-9A-F]{8}$`).test(key));
  expect(found).toHaveLength(1);
  return found[0][1];
}

/** Value, comparison, `datapoints of periods x seconds`, statistic or expression, and what missing data means. */
function rule(properties: Properties): unknown[] {
  const { Threshold, ComparisonOperator, DatapointsToAlarm, EvaluationPeriods, TreatMissingData } = properties;
  const { Period, Statistic, ExtendedStatistic, Metrics } = properties;
  const seconds = Period ?? Metrics.find(({ MetricStat }: Properties) => MetricStat).MetricStat.Period;
  const measure = Statistic ?? ExtendedStatistic ?? Metrics.find(({ Expression }: Properties) => Expression).Expression;
  return [ComparisonOperator, Threshold, `${DatapointsToAlarm} of ${EvaluationPeriods} x ${seconds} s`, measure, TreatMissingData];
}

/** A whole system in a stack. */
function system(stack: Stack): { vpc: ec2.Vpc; web: WebTier; service: ecs.FargateService; database: rds.DatabaseInstance } {
  const vpc = vpcOf(stack);
  const web = new WebTier(stack, 'Web', vpc);
  const service = fargateService(stack, 'Api', new ecs.Cluster(stack, 'Cluster', { vpc }));
  service.attachToApplicationTargetGroup(web.targetGroup);
  return { vpc, web, service, database: postgres(stack, 'Database', vpc) };
}

describe.each(FLAG_SETS)('the alarms of a whole system with %s', (_, flags) => {
  let stack: Stack;
  let template: Template;
  beforeAll(() => {
    stack = new Stack(new App({ context: flags }), 'Stack');
    system(stack);
    new StandardAlarms(stack, 'Alarms', { alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }) }).monitor(stack);
    template = Template.fromStack(stack);
  });

  const rate = 'IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)';
  const balancerRate = 'IF(MAX([FILL(requests, 0), FILL(errors, 0)]) >= 20, 100 * FILL(errors, 0) / MAX([FILL(requests, 0), FILL(errors, 0)]), 0)';
  const GREATER = 'GreaterThanThreshold';
  const LESS = 'LessThanThreshold';
  const GIB = 1024 ** 3;

  test.each([
    ['WebLoadBalancerServerErrors', [GREATER, 5, '2 of 3 x 300 s', balancerRate, 'notBreaching']],
    ['WebTargetsServerErrors', [GREATER, 5, '2 of 3 x 300 s', rate, 'notBreaching']],
    ['WebTargetsResponseTime', [GREATER, 3, '3 of 3 x 300 s', 'p99', 'notBreaching']],
    ['WebTargetsUnhealthyTargets', [GREATER, 0, '3 of 3 x 60 s', 'Maximum', 'notBreaching']],
    ['ApiServiceCpu', [GREATER, 80, '3 of 5 x 60 s', 'Average', 'ignore']],
    ['ApiServiceMemory', [GREATER, 90, '3 of 5 x 60 s', 'Average', 'ignore']],
    ['ApiServiceMissingTasks', ['GreaterThanOrEqualToThreshold', 1, '10 of 10 x 60 s', 'desired - FILL(running, 0)', 'notBreaching']],
    ['DatabaseCpu', [GREATER, 80, '2 of 2 x 600 s', 'Average', 'ignore']],
    ['DatabaseFreeStorage', [LESS, 2 * GIB, '1 of 1 x 300 s', 'Minimum', 'ignore']],
    ['DatabaseFreeMemory', [LESS, Math.floor(0.4 * GIB), '3 of 3 x 300 s', 'Average', 'ignore']],
    ['DatabaseConnections', [GREATER, 315, '3 of 3 x 300 s', 'Maximum', 'ignore']],
    ['DatabaseConnectionErrors', [GREATER, 0, '3 of 3 x 300 s', 'Sum', 'notBreaching']],
    ['DatabaseCpuCredits', [LESS, 20, '6 of 6 x 3600 s', 'Average', 'ignore']],
  ])('%s', (id, expected) => {
    expect(rule(alarm(template, `Alarms${id}`))).toEqual(expected);
  });

  test('are these and no others', () => {
    template.resourceCountIs('AWS::CloudWatch::Alarm', 13);
  });

  test('act on the topic when they fire and when it is over', () => {
    for (const { AlarmActions, OKActions } of alarmsOf(template).values()) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: expect.stringMatching(/^Alerts/) }], [{ Ref: expect.stringMatching(/^Alerts/) }]]);
    }
  });

  test('each looks up on a maximum and down on a minimum', () => {
    for (const { Statistic, ComparisonOperator } of alarmsOf(template).values()) {
      if (Statistic === 'Maximum') expect(ComparisonOperator).toMatch(/^Greater/);
      if (Statistic === 'Minimum') expect(ComparisonOperator).toMatch(/^Less/);
    }
  });

  test('each says what it means, for which resource, when, where to look first, and links to the console, in 1024 characters', () => {
    const text = JSON.stringify(alarm(template, 'AlarmsApiServiceCpu').AlarmDescription);
    const parts = [
      'The tasks are short of CPU.', 'ECS service Stack/Api/Service.', 'Fires: above 80 % in 3 of 5 periods of 1 minute.', 'First look at',
      '.console.aws.amazon.com/ecs/v2/clusters/',
    ];
    for (const part of parts) expect(text).toContain(part);
    for (const { AlarmDescription } of alarmsOf(template).values()) expect(JSON.stringify(AlarmDescription).length).toBeLessThan(1024);
  });

  test('a target group is measured together with its load balancer, named by the ARN of the listener', () => {
    const part = (index: number): unknown => ({ 'Fn::Select': [index, { 'Fn::Split': ['/', { Ref: Match.stringLikeRegexp('^WebLoadBalancerHttp') }] }] });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'UnHealthyHostCount',
      Dimensions: [
        { Name: 'LoadBalancer', Value: { 'Fn::Join': ['', [part(1), '/', part(2), '/', part(3)]] } },
        { Name: 'TargetGroup', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WebTargets'), 'TargetGroupFullName'] } },
      ],
    });
  });

  test('alarms of a target group do not refer to the service, which may roll back on them', () => {
    for (const [id, properties] of alarmsOf(template)) {
      if (id.startsWith('AlarmsWeb')) expect(JSON.stringify(properties)).not.toContain('ApiService');
    }
  });

  test('refused connections are counted in the exported log, under the name of the instance', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: Match.stringLikeRegexp('^DatabaseLog') },
      MetricTransformations: [{ MetricName: { Ref: Match.stringLikeRegexp('^Database') }, MetricNamespace: 'CdkPatternbook/RefusedConnections', MetricValue: '1' }],
    });
  });

  test('nothing is warned of', () => {
    expect(warningsOf(stack)).toEqual([]);
  });

  test('cdk-nag finds nothing in them', () => {
    const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
    const paths = violations.flatMap(({ violatingResources }) => violatingResources.map(({ constructPath }) => String(constructPath)));
    expect(paths.filter((path) => /Alarms|Alerts/.test(path))).toEqual([]);
  });
});

describe('what is found', () => {
  const monitored = (fill: (stack: Stack) => unknown): Template => {
    const stack = testStack();
    fill(stack);
    new StandardAlarms(stack, 'Alarms').monitor(stack);
    return Template.fromStack(stack);
  };
  const bare = (stack: Stack, id: string, type: string, properties: Record<string, unknown>): CfnResource =>
    new CfnResource(stack, id, { type, properties });

  test('L1 resources, by name', () => {
    const template = monitored((stack) => new ecs.CfnService(stack, 'Service', { cluster: 'shared' }));
    expect(alarm(template, 'AlarmsServiceCpu').Dimensions[0]).toEqual({ Name: 'ClusterName', Value: 'shared' });
  });

  test.each([
    ['an ARN', 'arn:aws:ecs:eu-west-1:111111111111:cluster/shared', 'shared'],
    ['nothing', undefined, 'default'],
    ['an attribute', { 'Fn::GetAtt': ['Cluster', 'Arn'] }, { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Cluster', 'Arn'] }] }] }],
  ])('a service whose cluster is given as %s', (_, cluster, expected) => {
    const template = monitored((stack) => {
      const made = new ecs.CfnCluster(stack, 'Cluster');
      new ecs.CfnService(stack, 'Service', { cluster: typeof cluster === 'object' ? made.attrArn : cluster });
    });
    expect(alarm(template, 'AlarmsServiceCpu').Dimensions[0].Value).toEqual(expected);
  });

  test('resources of no class at all', () => {
    const template = monitored((stack) => {
      bare(stack, 'Service', 'AWS::ECS::Service', { Cluster: 'shared' });
      bare(stack, 'Db', 'AWS::RDS::DBInstance', { DBInstanceClass: 'db.r6g.large', Engine: 'postgres' });
    });
    expect(alarm(template, 'AlarmsServiceCpu').Dimensions[0].Value).toBe('shared');
    expect(alarm(template, 'AlarmsDbFreeMemory').Threshold).toBe(Math.floor(1.6 * 1024 ** 3));
    expect(alarm(template, 'AlarmsDbConnections').Threshold).toBe(1328);
    expect([...alarmsOf(template).keys()].filter((id) => /CpuCredits|ConnectionErrors|ReplicaLag/.test(id))).toEqual([]);
  });

  test('behind an imported listener, named by its ARN', () => {
    const template = monitored((stack) => {
      const targets = new elbv2.CfnTargetGroup(stack, 'Targets', { protocol: 'HTTP' });
      new elbv2.CfnListenerRule(stack, 'Rule', {
        listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2',
        actions: [{ type: 'forward', forwardConfig: { targetGroups: [{ targetGroupArn: targets.ref }] } }],
        conditions: [],
        priority: 1,
      });
    });
    expect(alarm(template, 'AlarmsTargetsUnhealthyTargets').Dimensions[0]).toEqual({ Name: 'LoadBalancer', Value: 'app/shared/50dc6c495c0c9188' });
  });

  test('behind the default action of a listener', () => {
    const template = monitored((stack) => {
      const targets = new elbv2.CfnTargetGroup(stack, 'Targets', { protocol: 'HTTP' });
      new elbv2.CfnListener(stack, 'Listener', { loadBalancerArn: 'x', defaultActions: [{ type: 'forward', targetGroupArn: targets.ref }] });
    });
    expect(JSON.stringify(alarm(template, 'AlarmsTargetsUnhealthyTargets').Dimensions[0])).toContain('"Ref":"Listener"');
  });

  test('no network load balancers, no TCP target groups', () => {
    const stack = testStack();
    new elbv2.CfnLoadBalancer(stack, 'Balancer', { type: 'network' });
    new elbv2.CfnTargetGroup(stack, 'Targets', { protocol: 'TCP' });
    expect(() => new StandardAlarms(stack, 'Alarms').monitor(stack)).toThrow(/^nothing to monitor/);
  });

  test('a read replica is watched for its lag', () => {
    const template = monitored((stack) => bare(stack, 'Db', 'AWS::RDS::DBInstance', { SourceDBInstanceIdentifier: 'primary', DBInstanceClass: 'db.m6g.large' }));
    expect(rule(alarm(template, 'AlarmsDbReplicaLag'))).toEqual(['GreaterThanThreshold', 90, '3 of 3 x 300 s', 'Minimum', 'ignore']);
  });

  test('a read replica has the engine of its source, and so its limit of connections and its refusals', () => {
    const stack = testStack();
    const primary = new rds.CfnDBInstance(stack, 'Primary', { engine: 'postgres', dbInstanceClass: 'db.t3.micro' });
    const replica = new rds.CfnDBInstance(stack, 'Replica', {
      sourceDbInstanceIdentifier: primary.ref, dbInstanceClass: 'db.t3.micro', dbInstanceIdentifier: 'reader',
    });
    new logs.LogGroup(stack, 'Log', { logGroupName: '/aws/rds/instance/reader/postgresql' });
    new StandardAlarms(stack, 'Alarms').monitor(replica);
    const template = Template.fromStack(stack);
    expect(alarm(template, 'AlarmsReplicaConnectionErrors')).toBeDefined();
    expect(rule(alarm(template, 'AlarmsReplicaConnections'))[1]).toBe(61);
  });

  test('an Aurora instance has no storage of its own', () => {
    const template = monitored((stack) => bare(stack, 'Db', 'AWS::RDS::DBInstance', { Engine: 'aurora-postgresql', DBInstanceClass: 'db.r6g.large' }));
    expect([...alarmsOf(template).keys()].filter((id) => /FreeStorage/.test(id))).toEqual([]);
  });

  test.each([
    ['unknown', 'db.x9.huge'],
    ['known only at deployment', undefined],
  ])('where the class is %s, memory and connections have fixed thresholds', (_, name) => {
    const template = monitored((stack) => bare(stack, 'Db', 'AWS::RDS::DBInstance', {
      Engine: 'postgres', DBInstanceClass: name ?? new CfnParameter(stack, 'Class').valueAsString,
    }));
    expect([alarm(template, 'AlarmsDbFreeMemory').Threshold, alarm(template, 'AlarmsDbConnections').Threshold]).toEqual([107374182, 80]);
    expect(JSON.stringify(alarm(template, 'AlarmsDbConnections').AlarmDescription)).toContain('above 80 in 3 periods');
  });

  test.each([
    ['200', 160],
    ['LEAST({DBInstanceClassMemory/12000000},5000)', 80],
  ])('max_connections of the parameter group counts, not the class: %s', (setting, expected) => {
    const template = monitored((stack) => {
      const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 });
      postgres(stack, 'Db', vpcOf(stack), { parameterGroup: new rds.ParameterGroup(stack, 'Group', { engine, parameters: { max_connections: setting } }) });
    });
    expect(alarm(template, 'AlarmsDbConnections').Threshold).toBe(expected);
  });
});

describe('monitor()', () => {
  test('returns the alarms it defined, and alarms has them all, as a copy', () => {
    const stack = testStack();
    const { web, service } = system(stack);
    const alarms = new StandardAlarms(stack, 'Alarms');
    const first = alarms.monitor(web.targetGroup);
    const second = alarms.monitor(service);
    expect([first, second].map((made) => made.map(({ node }) => node.id))).toEqual([['ServerErrors', 'ResponseTime', 'UnhealthyTargets'], ['Cpu', 'Memory', 'MissingTasks']]);
    alarms.alarms.pop();
    expect(alarms.alarms).toEqual([...first, ...second]);
  });

  test('a service may roll back on the alarms of its target group', () => {
    const stack = testStack();
    const { web, service } = system(stack);
    const alarms = new StandardAlarms(stack, 'Alarms').monitor(web.targetGroup);
    service.enableDeploymentAlarms(alarms.map(({ alarmName }) => alarmName));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('skips what is monitored already', () => {
    const stack = testStack();
    const { service } = system(stack);
    const alarms = new StandardAlarms(stack, 'Alarms');
    alarms.monitor(service);
    expect(alarms.monitor(stack).some(({ node }) => node.path.includes('Api'))).toBe(false);
  });

  test('leaves out what is excluded, with all it contains', () => {
    const stack = testStack();
    const { web, database } = system(stack);
    const alarms = new StandardAlarms(stack, 'Alarms').monitor(stack, { exclude: [web, database] });
    expect(alarms.map(({ node }) => node.id)).toEqual(['Cpu', 'Memory', 'MissingTasks']);
    expect(warningsOf(stack).filter((warning) => warning.startsWith('StandardAlarmsJoinedLater'))).toEqual([]);
  });

  test('fails where it finds nothing new', () => {
    const stack = testStack();
    const { service } = system(stack);
    const alarms = new StandardAlarms(stack, 'Alarms');
    alarms.monitor(service);
    expect(() => alarms.monitor(service)).toThrow("nothing to monitor in 'Stack/Api': it contains no CloudFront distribution, application load balancer, target group, REST API, HTTP API, "
      + 'WebSocket API, ECS service, Lambda function, RDS instance, SQS queue, EFS file system, DynamoDB table, NAT gateway or state machine that is not excluded or monitored already, define its resources first');
  });

  test.each([
    ['region', { account: '111111111111', region: 'eu-west-1' }, { account: '111111111111', region: 'us-east-1' }, 'region eu-west-1, its alarms would be in us-east-1: alarms see the metrics of their own region'],
    ['account', { account: '111111111111', region: 'eu-west-1' }, { account: '222222222222', region: 'eu-west-1' }, 'account 111111111111, its alarms would be in 222222222222: alarms see the metrics of their own account'],
  ])('fails on a resource in another %s', (_, there, here, message) => {
    const app = testApp();
    const service = new ecs.CfnService(new Stack(app, 'There', { env: there }), 'Service');
    expect(() => new StandardAlarms(new Stack(app, 'Here', { env: here }), 'Alarms').monitor(service)).toThrow(
      `'There/Service' is in ${message}, define StandardAlarms in a stack there`);
  });
});

describe('thresholds', () => {
  const withThresholds = (ofAlarms?: AlarmThresholds, ofCall?: AlarmThresholds): Template => {
    const stack = testStack();
    system(stack);
    new StandardAlarms(stack, 'Alarms', { thresholds: ofAlarms }).monitor(stack, { thresholds: ofCall });
    return Template.fromStack(stack);
  };

  test('of the call win over those of the alarms, which win over the standard', () => {
    const template = withThresholds(
      { service: { cpu: AlarmThreshold.percent(60), memory: AlarmThreshold.percent(70) } },
      { service: { cpu: AlarmThreshold.percent(50) } },
    );
    const values = ['Cpu', 'Memory', 'MissingTasks'].map((id) => alarm(template, `AlarmsApiService${id}`).Threshold);
    expect(values).toEqual([50, 70, 1]);
  });

  test('standard() evaluates the rule\'s own value otherwise', () => {
    const freeMemory = AlarmThreshold.standard({ period: Duration.minutes(1), periods: 10, datapoints: 7 });
    const template = withThresholds({ database: { freeMemory } });
    expect(rule(alarm(template, 'AlarmsDatabaseFreeMemory')).slice(1, 3)).toEqual([429496729, '7 of 10 x 60 s']);
  });

  test('off() leaves no alarm, and no metric filter', () => {
    const template = withThresholds({ database: { connectionErrors: AlarmThreshold.off() } });
    template.resourceCountIs('AWS::CloudWatch::Alarm', 12);
    template.resourceCountIs('AWS::Logs::MetricFilter', 0);
  });

  test('off() is overruled by a call', () => {
    const template = withThresholds({ service: { cpu: AlarmThreshold.off() } }, { service: { cpu: AlarmThreshold.standard({}) } });
    expect(alarm(template, 'AlarmsApiServiceCpu').Threshold).toBe(80);
  });

  test.each([
    ['connections as a count', { database: { connections: AlarmThreshold.count(120) } }, 'AlarmsDatabaseConnections', 120],
    ['connections as a share', { database: { connections: AlarmThreshold.percent(50) } }, 'AlarmsDatabaseConnections', 197],
    ['free memory as a size', { database: { freeMemory: AlarmThreshold.gibibytes(0.5) } }, 'AlarmsDatabaseFreeMemory', 536870912],
    ['response time', { loadBalancer: { responseTime: AlarmThreshold.seconds(1.5) } }, 'AlarmsWebTargetsResponseTime', 1.5],
  ])('%s', (_, thresholds, id, expected) => {
    expect(alarm(withThresholds(thresholds), id).Threshold).toBe(expected);
  });

  test.each<[AlarmThresholds, string]>([
    [{ service: { cpu: AlarmThreshold.count(3) } }, "'service.cpu' must be in percent, got count: use AlarmThreshold.percent()"],
    [{ database: { connections: AlarmThreshold.seconds(3) } },
      "'database.connections' must be in percent or count, got seconds: use AlarmThreshold.percent() or AlarmThreshold.count()"],
    [{ database: { storage: AlarmThreshold.off() } } as AlarmThresholds,
      "'thresholds.database' has no 'storage': use cpu, freeStorage, freeMemory, connections, connectionErrors, cpuCredits or replicaLag"],
    [{ loadbalancer: {} } as AlarmThresholds, "'thresholds' has no 'loadbalancer': use distribution, loadBalancer, api, service, function, database, queue, fileSystem, table, natGateway or stateMachine"],
  ])('fails: %#', (thresholds, message) => {
    expect(() => new StandardAlarms(testStack(), 'Alarms', { thresholds })).toThrow(new Error(message));
    const stack = testStack();
    new ecs.CfnService(stack, 'Service');
    expect(() => new StandardAlarms(stack, 'Alarms').monitor(stack, { thresholds })).toThrow(new Error(message));
  });

  test('pass tokens, in the description too', () => {
    const stack = testStack();
    new ecs.CfnService(stack, 'Service');
    const cpu = AlarmThreshold.percent(new CfnParameter(stack, 'Limit', { type: 'Number' }).valueAsNumber);
    new StandardAlarms(stack, 'Alarms', { thresholds: { service: { cpu } } }).monitor(stack);
    const { Threshold, AlarmDescription } = alarm(Template.fromStack(stack), 'AlarmsServiceCpu');
    expect([Threshold, JSON.stringify(AlarmDescription)]).toEqual([{ Ref: 'Limit' }, expect.stringContaining('Fires: above ",{"Ref":"Limit"}," % in')]);
  });

  test('fail on a token that would have to be converted', () => {
    const stack = testStack();
    new rds.CfnDBInstance(stack, 'Db', { engine: 'postgres', dbInstanceClass: 'db.t3.micro' });
    const freeStorage = AlarmThreshold.gibibytes(new CfnParameter(stack, 'Limit', { type: 'Number' }).valueAsNumber);
    expect(() => new StandardAlarms(stack, 'Alarms').monitor(stack, { thresholds: { database: { freeStorage } } })).toThrow(
      "'database.freeStorage' in gibibytes must be known at synthesis, got a token: the value of the metric is calculated from it, so write the number out");
  });

  test('fails on a share of an unknown class', () => {
    const stack = testStack();
    new rds.CfnDBInstance(stack, 'Db', { engine: 'postgres', dbInstanceClass: 'db.x9.huge' });
    expect(() => new StandardAlarms(stack, 'Alarms').monitor(stack, { thresholds: { database: { connections: AlarmThreshold.percent(90) } } })).toThrow(
      "'database.connections' in percent needs an engine and instance class this library knows, 'Stack/Db' has others: use AlarmThreshold.count()");
  });
});

describe('warnings at synthesis', () => {
  test('without alerts nobody is told', () => {
    const stack = testStack();
    new ecs.CfnService(stack, 'Service');
    new StandardAlarms(stack, 'Alarms').monitor(stack);
    expect(warningsOf(stack)).toEqual(["StandardAlarmsNobodyTold: nobody is told when one of 3 alarms fires: pass an AlertTopic as 'alerts'"]);
  });

  test('not without alarms, nor where they are given actions otherwise', () => {
    const stack = testStack();
    new StandardAlarms(stack, 'None');
    new ecs.CfnService(stack, 'Service');
    const topic = new sns.Topic(stack, 'Topic');
    for (const made of new StandardAlarms(stack, 'Alarms').monitor(stack)) made.addAlarmAction({ bind: () => ({ alarmActionArn: topic.topicArn }) });
    expect(warningsOf(stack)).toEqual([]);
  });

  test('what joins a monitored scope later has no alarms', () => {
    const stack = testStack();
    new ecs.CfnService(stack, 'Service');
    new StandardAlarms(stack, 'Alarms', { alerts: AlertTopic.fromTopic(new sns.Topic(stack, 'Topic')) }).monitor(stack);
    new ecs.CfnService(stack, 'Late');
    expect(warningsOf(stack)).toEqual(["StandardAlarmsJoinedLater: 'Stack/Late' joined after monitor() and has no alarms: call monitor() later, or once more"]);
  });

  test('a target group that no listener forwards to, until monitor() is called once more', () => {
    const warned = (again: boolean): string[] => {
      const stack = testStack();
      const targets = new elbv2.CfnTargetGroup(stack, 'Targets', { protocol: 'HTTP' });
      const alarms = new StandardAlarms(stack, 'Alarms', { alerts: AlertTopic.fromTopic(new sns.Topic(stack, 'Topic')) });
      expect(alarms.monitor(targets)).toEqual([]);
      new elbv2.CfnListener(stack, 'Listener', { loadBalancerArn: 'x', defaultActions: [{ type: 'forward', targetGroupArn: targets.ref }] });
      if (again) expect(alarms.monitor(targets)).toHaveLength(3);
      return warningsOf(stack);
    };
    expect(warned(true)).toEqual([]);
    expect(warned(false)).toEqual(["StandardAlarmsNotMonitored: target group 'Stack/Targets' has no alarms, as no listener in this app forwards to it "
      + 'when monitor() was called: call it afterwards']);
  });
});

describe('split over stacks', () => {
  test.each(['strong', 'weak'])('alarms beside the service watch a database and a load balancer elsewhere without cyclic references (%s)', (strength) => {
    const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
    const data = new Stack(app, 'Data');
    const vpc = vpcOf(data);
    const database = postgres(data, 'Database', vpc);
    const web = new WebTier(data, 'Web', vpc);
    const stack = new Stack(app, 'Services');
    fargateService(stack, 'Api', new ecs.Cluster(stack, 'Cluster', { vpc }));
    const alarms = new StandardAlarms(stack, 'Alarms');
    for (const scope of [stack, database, web]) alarms.monitor(scope);
    app.synth();
    expect(data.dependencies).toEqual([]);
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))).toHaveLength(13);
  });

  test('ids are the way from the stack of the alarms, so that the name of neither stack nor stage is part of them', () => {
    const pathsIn = (stage: string): string[] => {
      const root = new Stack(testApp(), stage);
      const data = new Stack(root, 'Data');
      new ecs.CfnService(data, 'Service');
      new ecs.CfnService(root, 'Service');
      const alarms = new StandardAlarms(new Stack(root, 'Watch'), 'Alarms');
      return alarms.monitor(root).map(({ node }) => node.path.replace(stage, ''));
    };
    expect(pathsIn('Test')).toEqual(pathsIn('Live'));
    expect(pathsIn('Test').filter((path) => path.endsWith('Cpu'))).toEqual(['/Watch/Alarms/../Data/Service/Cpu', '/Watch/Alarms/../Service/Cpu']);
  });
});

describe('ids', () => {
  /** Properties of every alarm by its logical id. */
  const alarmsFor = (ids: string[], thresholds?: AlarmThresholds): Map<string, string> => {
    const stack = testStack();
    ids.forEach((id) => new ecs.CfnService(new Construct(stack, id), 'Service'));
    new StandardAlarms(stack, 'Alarms', { thresholds }).monitor(stack);
    return new Map([...alarmsOf(Template.fromStack(stack))].map(([id, properties]) => [id, JSON.stringify(properties)]));
  };
  const USER_IDS = ['Api', 'Admin', 'ApiAdmin', 'Api.Admin', 'Api--Admin', 'Cpu', 'Alarms2'];

  test('adding, removing or reordering resources changes no other alarm', () => {
    const all = alarmsFor(USER_IDS);
    expect(all.size).toBe(3 * USER_IDS.length);
    fc.assert(fc.property(fc.shuffledSubarray(USER_IDS, { minLength: 1 }), (ids) => {
      const some = alarmsFor(ids);
      expect(some.size).toBe(3 * ids.length);
      for (const [id, properties] of some) expect(properties).toBe(all.get(id));
    }), { numRuns: 20 });
  });

  test('switching an alarm off changes no other', () => {
    const all = alarmsFor(['Api']);
    const fewer = alarmsFor(['Api'], { service: { memory: AlarmThreshold.off() } });
    expect([...fewer].every(([id, properties]) => all.get(id) === properties)).toBe(true);
    expect(fewer.size).toBe(2);
  });
});
