import { billOf, costOf, databaseResource, OFF_HOURS, resource, serviceResources, strategy } from './templates';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { TemplateResource } from '../../src/review/template';

describe('a service', () => {
  const monthly = 2 * 730 * (0.5 * 0.04048 + 0.004445);

  test('costs its fewest tasks at list price', () => {
    const cost = costOf(serviceResources());
    expect(billOf(cost)).toEqual([['Fargate, processor', 730, 29.5504], ['Fargate, memory', 1460, 6.4897]]);
    expect(cost.total).toBeCloseTo(monthly, 10);
    expect(cost.total).toBeCloseTo(36.04, 2);
    expect(cost.notPriced).toEqual([]);
  });

  test('on a schedule costs the hours of each level', () => {
    const cost = costOf(serviceResources({ actions: OFF_HOURS }));
    expect(cost.total).toBeCloseTo(monthly * (2 * 70 + 98) / 336, 10);
    expect(cost.lines[0].note).toBe('1.42 tasks on average: their number follows a schedule');
  });

  test('on a schedule that does not repeat weekly counts as always on', () => {
    const actions = [{ ...OFF_HOURS[0], Schedule: 'at(2030-01-01T00:00:00)' }];
    expect(costOf(serviceResources({ actions })).total).toBeCloseTo(monthly, 10);
  });

  test('divides what exceeds the base by weight', () => {
    const spot = strategy(['FARGATE', 1, 1], ['FARGATE_SPOT', 0, 3]);
    expect(billOf(costOf(serviceResources({ min: 5, strategy: spot })))).toEqual([
      ['Fargate, processor', 730, 29.5504],
      ['Fargate, memory', 1460, 6.4897],
      ['Fargate Spot, processor', 1095, 13.2977],
      ['Fargate Spot, memory', 2190, 2.9204],
    ]);
  });

  test('keeps its fewest tasks off Spot when they are the base', () => {
    expect(costOf(serviceResources({ strategy: strategy(['FARGATE', 2, 0], ['FARGATE_SPOT', 0, 1]) })).total).toBeCloseTo(monthly, 10);
  });

  test('on ARM costs less', () => {
    const arm = costOf(serviceResources({ task: { RuntimePlatform: { CpuArchitecture: 'ARM64' } } }));
    expect(arm.total).toBeCloseTo(2 * 730 * (0.5 * 0.03238 + 0.00356), 10);
  });

  test('pays for storage beyond 20 GB', () => {
    const cost = costOf(serviceResources({ task: { EphemeralStorage: { SizeInGiB: 30 } } }));
    expect(cost.total - monthly).toBeCloseTo(2 * 730 * 10 * 0.000111, 10);
  });

  test('without scaling costs its desired count', () => {
    const { Task, Api } = serviceResources();
    expect(costOf({ Task, Api: { ...Api, Properties: { ...Api.Properties, DesiredCount: 4 } } }).total).toBeCloseTo(2 * monthly, 10);
  });

  test('of unknown size is reported', () => {
    const { Api } = serviceResources();
    expect(costOf({ Api }).notPriced).toEqual([{ type: 'AWS::ECS::Service', count: 1, why: 'the size of its tasks is not in its template' }]);
  });
});

describe('a database', () => {
  test('with a standby', () => {
    expect(billOf(costOf({ Database: databaseResource() }))).toEqual([['db.t3.micro, Multi-AZ', 730, 26.28], ['database storage, Multi-AZ', 20, 4.6]]);
  });

  test('alone, with enhanced monitoring', () => {
    const single = databaseResource({ MultiAZ: false, DBInstanceClass: 'db.t4g.micro', MonitoringInterval: 60 });
    expect(billOf(costOf({ Database: single }))).toEqual([['db.t4g.micro', 730, 11.68], ['database storage', 20, 2.3], ['enhanced monitoring, written', 0.2, 0.1]]);
  });

  test.each([
    ['by its name', { Ref: 'Database' }],
    ['by its ARN', { 'Fn::GetAtt': ['Database', 'DBInstanceArn'] }],
    ['by an ARN that is composed', { 'Fn::Join': ['', ['arn:aws:rds:eu-west-1:', { Ref: 'AWS::AccountId' }, ':db:', { Ref: 'Database' }]] }],
  ])('with a replica, which takes engine and storage from its source, named %s', (_, source) => {
    const Reader = resource('AWS::RDS::DBInstance', { DBInstanceClass: 'db.t3.micro', SourceDBInstanceIdentifier: source, StorageType: 'gp3' });
    const cost = costOf({ Database: databaseResource({ MultiAZ: false }), Reader });
    expect(billOf(cost)).toEqual([['db.t3.micro', 1460, 26.28], ['database storage', 40, 4.6]]);
  });

  test.each([
    ['by reference', { 'Fn::Join': ['', ['{"DbInstanceIdentifier":"', { Ref: 'Database' }, '"}']] }],
    ['by name', '{"DbInstanceIdentifier":"db-orders-1a2b"}'],
  ])('stopped off-hours %s costs its hours and all of its storage', (_, input) => {
    const at = (schedule: string, action: string): TemplateResource => resource('AWS::Scheduler::Schedule', {
      ScheduleExpression: schedule,
      Target: { Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:scheduler:::aws-sdk:rds:${action}`]] }, Input: input },
    });
    const cost = costOf({
      Database: databaseResource({ DBInstanceIdentifier: 'db-orders-1a2b' }),
      Start: at('cron(0 7 ? * MON-FRI *)', 'startDBInstance'),
      Stop: at('cron(0 21 ? * MON-FRI *)', 'stopDBInstance'),
    });
    expect(cost.lines[0].monthly).toBeCloseTo(26.28 * 70 / 168, 10);
    expect(cost.lines[0].note).toBe('running 42 % of the time: stopped on a schedule');
    expect(cost.lines[1].monthly).toBeCloseTo(4.6, 10);
  });

  test.each([
    [{ Engine: 'mysql' }, 'no price for db.t3.micro with engine mysql in the table'],
    [{ DBInstanceClass: 'db.x1.large' }, 'no price for db.x1.large with engine postgres in the table'],
    [{ StorageType: 'io1' }, 'its storage is not gp3 of a known size'],
    [{ AllocatedStorage: undefined, DBSnapshotIdentifier: 'before' }, 'its storage is that of a snapshot, which the template does not tell'],
    [{ EnablePerformanceInsights: true, PerformanceInsightsRetentionPeriod: 465 }, 'Database Insights keeps 465 days; only 7 are free'],
  ])('with %p is reported', (options, why) => {
    expect(costOf({ Database: databaseResource(options) }).notPriced).toEqual([{ type: 'AWS::RDS::DBInstance', count: 1, why }]);
  });
});

describe('a proxy', () => {
  const Proxy = resource('AWS::RDS::DBProxy');
  const Targets = resource('AWS::RDS::DBProxyTargetGroup', { DBProxyName: { Ref: 'Proxy' }, DBInstanceIdentifiers: [{ Ref: 'Database' }] });
  const behind = (DBInstanceClass: string) => costOf({ Database: databaseResource({ DBInstanceClass }), Proxy, Targets });

  test.each([['db.t3.micro', 1460, 21.9], ['db.t4g.large', 1460, 21.9]])('of %s costs its vCPUs', (instanceClass, hours, usd) => {
    expect(billOf(behind(instanceClass))).toContainEqual([`proxy of ${instanceClass}`, hours, usd]);
    expect(behind(instanceClass).notPriced).toEqual([]);
  });

  test('of a larger class costs more', () => {
    expect(billOf(behind('db.m7g.2xlarge'))).toEqual([['proxy of db.m7g.2xlarge', 5840, 87.6]]);
  });

  test.each([
    ['an unknown size', { Database: databaseResource({ DBInstanceClass: 'db.t3.huge' }), Targets }, 'no number of vCPUs for db.t3.huge in the table'],
    ['an instance elsewhere', {}, 'what is behind it is not in these templates'],
  ])('of %s is reported', (_, others, why) => {
    expect(costOf({ Proxy, ...others }).notPriced).toContainEqual({ type: 'AWS::RDS::DBProxy', count: 1, why });
  });
});

describe('other parts', () => {
  test('a public load balancer pays for capacity, traffic and an address in each zone', () => {
    const Balancer = resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing', Subnets: ['a', 'b', 'c'] });
    expect(billOf(costOf({ Balancer }))).toEqual([
      ['load balancer', 730, 16.425], ['load balancer capacity', 10, 0.08], ['public IPv4 address', 2190, 10.95], ['sent to the internet', 10, 0.9],
    ]);
  });

  test('an internal load balancer has no public address', () => {
    expect(billOf(costOf({ Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' }) }))).toEqual([
      ['load balancer', 730, 16.425], ['load balancer capacity', 10, 0.08],
    ]);
  });

  test('NAT gateways pay by the hour each and for their data once', () => {
    expect(billOf(costOf({ A: resource('AWS::EC2::NatGateway'), B: resource('AWS::EC2::NatGateway') }))).toEqual([
      ['NAT gateway', 1460, 65.7], ['data through NAT', 5, 0.225],
    ]);
  });

  test('interface endpoints pay for each zone, gateway endpoints nothing', () => {
    const Interface = resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] });
    const Gateway = resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    expect(billOf(costOf({ Interface, Gateway }))).toEqual([['interface endpoint', 1460, 14.6], ['data through endpoints', 5, 0.05]]);
  });

  test('an alarm pays for each metric in its expression', () => {
    const metric = { MetricStat: { Stat: 'Sum' } };
    const Rate = resource('AWS::CloudWatch::Alarm', { Metrics: [{ Expression: 'a/b' }, { ...metric, Id: 'a' }, { ...metric, Id: 'b' }] });
    expect(billOf(costOf({ Rate, Plain: resource('AWS::CloudWatch::Alarm', { MetricName: 'CPUUtilization' }) }))).toEqual([['metric of an alarm', 3, 0.3]]);
  });

  test('logs pay for writing, and for keeping what retention keeps', () => {
    const cost = costOf({ A: resource('AWS::Logs::LogGroup', { RetentionInDays: 30 }), B: resource('AWS::Logs::LogGroup', { RetentionInDays: 7 }) });
    expect(billOf(cost)).toEqual([['logs, written', 5, 2.5], ['logs, stored', 0.75, 0.0225]]);
  });

  test('Container Insights pays for the metrics of cluster and services', () => {
    const Cluster = resource('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }] });
    expect(billOf(costOf({ Cluster, ...serviceResources() })).find(([what]) => what.startsWith('Container'))).toEqual(['Container Insights metric', 25, 7.5]);
    expect(costOf({ Cluster: resource('AWS::ECS::Cluster') }).total).toBe(0);
  });

  test('a firewall pays for itself, its rules and its requests', () => {
    expect(costOf({ Acl: resource('AWS::WAFv2::WebACL', { Rules: [{}, {}, {}] }) }, { requestMillions: 10 }).total).toBeCloseTo(5 + 3 + 6, 10);
  });

  test('a distribution pays for what it sends and answers, and a function there for its runs', () => {
    const usage = { transferOutGb: 100, requestMillions: 2 };
    expect(costOf({ Site: resource('AWS::CloudFront::Distribution') }, usage).total).toBeCloseTo(8.5 + 2, 10);
    expect(costOf({ Code: resource('AWS::CloudFront::Function') }, usage).total).toBeCloseTo(0.2, 10);
  });

  test.each([['Enabled', 2.4], ['Disabled', 0]])('the additional metrics of a distribution, %s, cost %d', (RealtimeMetricsSubscriptionStatus, usd) => {
    const MonitoringSubscription = { RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus } };
    const cost = costOf({ Metrics: resource('AWS::CloudFront::MonitoringSubscription', { MonitoringSubscription }) });
    expect(cost.total).toBeCloseTo(usd, 10);
    expect(cost.notPriced).toEqual([]);
  });

  test('the rest pays a fixed amount each', () => {
    const each: Array<[string, number]> = [
      ['AWS::SecretsManager::Secret', 0.4], ['AWS::KMS::Key', 1], ['AWS::CloudWatch::Dashboard', 3], ['AWS::CloudWatch::CompositeAlarm', 0.5],
      ['AWS::Route53::HostedZone', 0.5], ['AWS::ServiceDiscovery::PrivateDnsNamespace', 0.5], ['AWS::EC2::EIP', 3.65], ['AWS::ECR::Repository', 0.5],
      ['AWS::S3::Bucket', 0.023], ['AWS::SNS::Topic', 0.001],
    ];
    for (const [type, monthly] of each) expect([type, costOf({ It: resource(type) }).total]).toEqual([type, expect.closeTo(monthly, 10)]);
  });

  test('what is in no list is reported with its count, never counted as nothing', () => {
    const cost = costOf({ A: resource('AWS::MSK::Cluster'), B: resource('AWS::MSK::Cluster'), Role: resource('AWS::IAM::Role') });
    expect(cost).toEqual({ lines: [], total: 0, notPriced: [{ type: 'AWS::MSK::Cluster', count: 2, why: 'no price in the table' }] });
  });

  test('a function is paid for by run, and by time and memory, less on ARM', () => {
    const costs = (properties: Record<string, unknown>): number => costOf({ Fn: resource('AWS::Lambda::Function', properties) }, { requestMillions: 2 }).total;
    expect(costs({ MemorySize: 1024, Architectures: ['arm64'] })).toBeCloseTo(2 * 0.2 + 200_000 * 0.0000133334, 5);
    expect(costs({ MemorySize: 512 })).toBeCloseTo(2 * 0.2 + 100_000 * 0.0000166667, 5);
    expect(costs({})).toBeCloseTo(2 * 0.2 + 25_000 * 0.0000166667, 5);
  });

  test('a REST API is paid for by request, and its cache by the hour', () => {
    const stage = (properties: Record<string, unknown>) => costOf({ Stage: resource('AWS::ApiGateway::Stage', properties) }, { requestMillions: 2 });
    expect(stage({}).total).toBeCloseTo(7, 10);
    expect(stage({ CacheClusterEnabled: true, CacheClusterSize: '0.5' }).total).toBeCloseTo(7 + 730 * 0.02, 10);
    expect(stage({ CacheClusterEnabled: true, CacheClusterSize: '6.1' }).notPriced.map(({ why }) => why)).toEqual(['no price for a cache of 6.1 GB in the table']);
  });

  test('a WebSocket API is paid for by message, another API of its kind is not priced', () => {
    const stage = (ProtocolType: string) => costOf({
      Api: resource('AWS::ApiGatewayV2::Api', { ProtocolType }), Stage: resource('AWS::ApiGatewayV2::Stage', { ApiId: { Ref: 'Api' } }),
    }, { requestMillions: 2 });
    expect(stage('WEBSOCKET').total).toBeCloseTo(2, 10);
    expect(stage('HTTP').notPriced.map(({ why }) => why)).toEqual(['only WebSocket APIs are priced']);
  });

  test('what is billed by use is reported with the reason, a custom resource by its function', () => {
    const cost = costOf({
      Handler: resource('AWS::Lambda::Function'),
      It: resource('Custom::It', { ServiceToken: { 'Fn::GetAtt': ['Handler', 'Arn'] } }),
      Queue: resource('AWS::SQS::Queue'),
    });
    expect(cost.notPriced.map(({ type, why }) => [type, why])).toEqual([
      ['AWS::Lambda::Function', 'billed by run: a function of a custom resource runs only while it is deployed'],
      ['AWS::SQS::Queue', 'billed by request'],
    ]);
  });

  test('a function that only a trigger calls is not billed as one that is called all month', () => {
    const resources = {
      Migrate: resource('AWS::Lambda::Function'),
      Version: resource('AWS::Lambda::Version', { FunctionName: { Ref: 'Migrate' } }),
      Run: resource('Custom::Trigger', { HandlerArn: { Ref: 'Version' } }),
    };
    expect(costOf(resources).notPriced.map(({ why }) => why)).toEqual(['billed by run: a function that only a trigger calls runs once for each of its versions']);
    expect(costOf({ ...resources, Live: resource('AWS::Lambda::Alias', { FunctionName: { Ref: 'Migrate' } }) }).notPriced).toEqual([]);
    expect(costOf({ ...resources, Run: resource('Custom::Other', {}) }).notPriced).toEqual([]);
  });

  test('a queue that workers take from pays for its requests, those for dead letters do not', () => {
    const cost = costOf({ Queue: resource('AWS::SQS::Queue', { RedrivePolicy: {} }), DeadLetters: resource('AWS::SQS::Queue') }, { queueRequestMillions: 3 });
    expect(billOf(cost)).toEqual([['requests to a queue', 3, expect.closeTo(1.2, 10)]]);
  });

  test('a worker that starts from zero pays nothing for tasks that no work has started', () => {
    expect(costOf(serviceResources({ min: 0 })).total).toBe(0);
  });

  test('a standard workflow is reported, an express one priced by its runs', () => {
    expect(costOf({ It: resource('AWS::StepFunctions::StateMachine') }).notPriced[0].why).toBe('standard workflows are billed by state transition');
    expect(billOf(costOf({ It: resource('AWS::StepFunctions::StateMachine', { StateMachineType: 'EXPRESS' }) }, { runs: 1e6 }))).toEqual([
      ['express workflow', 1e6, 1],
    ]);
  });

  test('a scheduled task pays for the minutes it runs, in the size that it has', () => {
    const Task = resource('AWS::ECS::TaskDefinition', { Cpu: '1024', Memory: '2048', RuntimePlatform: { CpuArchitecture: 'ARM64' } });
    const target = { EcsParameters: { TaskDefinitionArn: { Ref: 'Task' } } };
    const usage = { runs: 30, taskMinutes: 10 };
    const of = (Target: object): unknown => billOf(costOf({ Task, It: resource('AWS::Scheduler::Schedule', { Target }) }, usage)).map(([what, quantity]) => [what, quantity]);
    expect(of(target)).toEqual([['schedule', 30], ['scheduled task, processor', 5], ['scheduled task, memory', 10]]);
    expect(of({ ...target, Input: '{"cpu":"2048","memory":"4096"}' })).toEqual([['schedule', 30], ['scheduled task, processor', 10], ['scheduled task, memory', 20]]);
  });

  test('an instance pays for a public address that it is given', () => {
    const of = (AssociatePublicIpAddress: boolean): unknown =>
      billOf(costOf({ It: resource('AWS::EC2::Instance', { InstanceType: 't4g.nano', NetworkInterfaces: [{ DeviceIndex: '0', AssociatePublicIpAddress }] }) }))
        .map(([what, quantity]) => [what, quantity]);
    expect(of(true)).toEqual([['t4g.nano', 730], ['public IPv4 address', 730]]);
    expect(of(false)).toEqual([['t4g.nano', 730]]);
  });

  test('an instance pays by the hour, and for its volume', () => {
    const BlockDeviceMappings = [{ Ebs: { VolumeType: 'gp3', VolumeSize: 8 } }];
    expect(costOf({ It: resource('AWS::EC2::Instance', { InstanceType: 't4g.nano', BlockDeviceMappings }) }).total).toBeCloseTo(0.0042 * 730 + 0.64, 10);
    expect(costOf({ It: resource('AWS::EC2::Instance', { InstanceType: 'm8g.large', BlockDeviceMappings: [{ Ebs: { VolumeType: 'io2' } }] }) }).notPriced.map(({ why }) => why))
      .toEqual(['no price for m8g.large in the table', 'its volume is not gp3']);
  });

  test('a network load balancer and enhanced Container Insights are reported', () => {
    const Cluster = resource('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }] });
    const Balancer = resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Type: 'network' });
    expect(costOf({ Cluster, Balancer }).notPriced.map(({ why }) => why)).toEqual([
      'Container Insights with enhanced observability is billed by observation', 'only application load balancers are priced',
    ]);
  });

  test('flow logs cost less in a bucket', () => {
    expect(costOf({ It: resource('AWS::EC2::FlowLog', { LogDestinationType: 's3' }) }).total).toBe(0.25);
    expect(costOf({ It: resource('AWS::EC2::FlowLog', { LogDestinationType: 'cloud-watch-logs' }) }).total).toBe(0.5);
  });

  test('a parameter counts with its default', () => {
    const template = { Parameters: { Class: { Default: 'db.t3.small' } }, Resources: { Database: databaseResource({ DBInstanceClass: { Ref: 'Class' } }) } };
    expect(estimateMonthlyCost([template]).lines[0].what).toBe('db.t3.small, Multi-AZ');
  });

  test('several templates are one bill', () => {
    const one = { Resources: { Secret: resource('AWS::SecretsManager::Secret') } };
    expect(billOf(estimateMonthlyCost([one, one]))).toEqual([['secret', 2, 0.8]]);
  });
});
