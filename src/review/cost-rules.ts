// What each type of resource costs: CloudFormation type → lines of the bill.
import { Bill } from './bill';
import { scheduledTask, service } from './fargate-cost';
import { EC2_INSTANCES, HOURS_PER_MONTH, INSTANCE_CPUS, POSTGRES_INSTANCES, Price, PRICES } from './prices';
import { property, Resource } from './template';
import { ScheduledChange, weeklyShares } from './weekly-schedule';

type Rule = (resource: Resource, bill: Bill) => void;

/** Of a function behind an API. */
const SECONDS_A_RUN = 0.1;

const FIXED_HOURS = (group: string, what: string, price: Price): Rule => (_, bill) => bill.add(group, what, HOURS_PER_MONTH, price);
const FIXED_MONTH = (group: string, what: string, price: Price): Rule => (_, bill) => bill.add(group, what, 1, price);

/** Types that cost something, each resource of its own. */
export const RULES: Readonly<Record<string, Rule>> = {
  'AWS::ECS::Service': service,
  'AWS::ECS::Cluster': insights,
  'AWS::RDS::DBInstance': database,
  'AWS::RDS::DBProxy': databaseProxy,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::EC2::NatGateway': FIXED_HOURS('NAT', 'NAT gateway', PRICES.natGateway),
  'AWS::EC2::EIP': FIXED_HOURS('Public IPv4', 'public IPv4 address', PRICES.publicIpv4),
  'AWS::EC2::VPCEndpoint': endpoint,
  'AWS::EC2::FlowLog': (resource, bill) => {
    const bucket = resource.value('LogDestinationType') === 's3';
    bill.add('CloudWatch Logs', 'flow log, written', bill.usage.flowLogGb, bucket ? PRICES.flowLogsToBucket : PRICES.logsIngested);
  },
  'AWS::SecretsManager::Secret': FIXED_MONTH('Secrets Manager', 'secret', PRICES.secret),
  'AWS::KMS::Key': FIXED_MONTH('KMS', 'key', PRICES.key),
  'AWS::CloudWatch::Alarm': (alarm, bill) => {
    // an alarm on an expression pays for each metric in it
    const metrics = alarm.list('Metrics')?.filter((query) => property(query, 'MetricStat') !== undefined).length ?? 1;
    bill.add('CloudWatch alarms', 'metric of an alarm', metrics, PRICES.alarmMetric);
  },
  'AWS::CloudWatch::CompositeAlarm': FIXED_MONTH('CloudWatch alarms', 'composite alarm', PRICES.compositeAlarm),
  'AWS::CloudWatch::Dashboard': FIXED_MONTH('CloudWatch dashboards', 'dashboard', PRICES.dashboard),
  'AWS::Logs::MetricFilter': (filter, bill) =>
    bill.add('CloudWatch metrics', 'metric from a log', filter.list('MetricTransformations')?.length ?? 1, PRICES.customMetric),
  'AWS::WAFv2::WebACL': (acl, bill) => {
    bill.add('WAF', 'web ACL', 1, PRICES.webAcl);
    bill.add('WAF', 'rule', acl.list('Rules')?.length ?? 0, PRICES.webAclRule);
    bill.add('WAF', 'requests looked at', bill.usage.requestMillions, PRICES.webAclRequests);
  },
  'AWS::CloudFront::Distribution': (_, bill) => {
    bill.add('CloudFront', 'sent from the edge', bill.usage.transferOutGb, PRICES.edgeTransfer);
    bill.add('CloudFront', 'requests at the edge', bill.usage.requestMillions, PRICES.edgeRequests);
  },
  // at most 8: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html#monitoring-console.distributions-additional-pricing
  'AWS::CloudFront::MonitoringSubscription': (subscription, bill) => {
    const status = subscription.value('MonitoringSubscription', 'RealtimeMetricsSubscriptionConfig', 'RealtimeMetricsSubscriptionStatus');
    if (status === 'Enabled') bill.add('CloudWatch metrics', 'additional metric of a distribution', 8, PRICES.customMetric, 'whatever the traffic');
  },
  'AWS::CloudFront::Function': (_, bill) => bill.add('CloudFront', 'function at the edge', bill.usage.requestMillions, PRICES.edgeFunction),
  'AWS::S3::Bucket': (_, bill) => bill.add('S3', 'bucket, stored', bill.usage.bucketGb, PRICES.bucketStorage),
  'AWS::EFS::FileSystem': (fileSystem, bill) => {
    const { fileGb, fileTrafficGb } = bill.usage;
    bill.add('EFS', 'files, stored', fileGb, PRICES.fileStorage);
    if (fileSystem.value('BackupPolicy', 'Status') === 'ENABLED') bill.add('EFS', 'files, backed up', fileGb, PRICES.fileBackup);
    if (fileSystem.value('ThroughputMode') !== 'elastic') return;
    bill.add('EFS', 'files, read', fileTrafficGb, PRICES.fileReads);
    bill.add('EFS', 'files, written', fileTrafficGb, PRICES.fileWrites);
  },
  'AWS::Route53::HostedZone': FIXED_MONTH('Route 53', 'hosted zone', PRICES.hostedZone),
  'AWS::ServiceDiscovery::PrivateDnsNamespace': FIXED_MONTH('Route 53', 'hosted zone', PRICES.hostedZone),
  'AWS::StepFunctions::StateMachine': (machine, bill) => {
    if (machine.value('StateMachineType') !== 'EXPRESS') bill.skip(machine.type, 'standard workflows are billed by state transition');
    else bill.add('Step Functions', 'express workflow', bill.usage.runs, PRICES.expressWorkflow);
  },
  'AWS::Scheduler::Schedule': (schedule, bill) => {
    bill.add('EventBridge', 'schedule', bill.usage.runs, PRICES.schedule);
    scheduledTask(schedule, bill);
  },
  'AWS::EC2::Instance': (instance, bill) => {
    const type = String(instance.value('InstanceType'));
    const price = EC2_INSTANCES[type];
    if (!price) bill.skip(instance.type, `no price for ${type} in the table`);
    else bill.add('EC2', type, HOURS_PER_MONTH, price);
    const addressed = (instance.list('NetworkInterfaces') ?? []).filter((one) => property(one, 'AssociatePublicIpAddress') === true);
    if (addressed.length > 0) bill.add('Public IPv4', 'public IPv4 address', HOURS_PER_MONTH, PRICES.publicIpv4);
    for (const device of instance.list('BlockDeviceMappings') ?? []) {
      const volume = property(device, 'Ebs');
      if (property(volume, 'VolumeType') === 'gp3') bill.add('EC2', 'volume', Number(property(volume, 'VolumeSize')), PRICES.volume);
      else bill.skip(instance.type, 'its volume is not gp3');
    }
  },
  'AWS::ApiGateway::Stage': (stage, bill) => {
    bill.add('API Gateway', 'requests to a REST API', bill.usage.requestMillions, PRICES.restRequests);
    if (!stage.flag('CacheClusterEnabled')) return;
    const size = String(stage.value('CacheClusterSize'));
    if (size === '0.5') bill.add('API Gateway', 'cache of 0.5 GB', HOURS_PER_MONTH, PRICES.restCache);
    else bill.skip(stage.type, `no price for a cache of ${size} GB in the table`);
  },
  'AWS::ApiGatewayV2::Stage': (stage, bill) => {
    if (stage.referred('ApiId')?.value('ProtocolType') !== 'WEBSOCKET') bill.skip(stage.type, 'only WebSocket APIs are priced');
    else bill.add('API Gateway', 'messages of a WebSocket API', bill.usage.requestMillions, PRICES.socketMessages, 'without the time of connections, 0.25 for a million minutes');
  },
  'AWS::Lambda::Function': (fn, bill) => {
    if (bill.resources.some((resource) => resource.mentions(fn, 'ServiceToken'))) {
      bill.skip(fn.type, 'billed by run: a function of a custom resource runs only while it is deployed');
      return;
    }
    if (isCalledByTrigger(fn, bill)) {
      bill.skip(fn.type, 'billed by run: a function that only a trigger calls runs once for each of its versions');
      return;
    }
    const { requestMillions } = bill.usage;
    const arm = fn.list('Architectures')?.includes('arm64') ?? false;
    const gibibytes = (fn.number('MemorySize') ?? 128) / 1024;
    bill.add('Lambda', 'runs', requestMillions, PRICES.functionRuns);
    bill.add('Lambda', 'time and memory of runs', requestMillions * 1_000_000 * SECONDS_A_RUN * gibibytes, arm ? PRICES.functionArm : PRICES.functionX86,
      `counted as ${SECONDS_A_RUN} s a run`);
  },
  'AWS::SQS::Queue': (queue, bill) => {
    if (queue.value('RedrivePolicy') === undefined) bill.skip(queue.type, 'billed by request');
    else bill.add('SQS', 'requests to a queue', bill.usage.queueRequestMillions, PRICES.queueRequests);
  },
};

/** What is used once, however many resources share it. */
export function sharedUsage(bill: Bill): void {
  const { usage } = bill;
  const some = (type: string): boolean => bill.resources.some((resource) => resource.type === type);
  if (some('AWS::EC2::NatGateway')) bill.add('NAT', 'data through NAT', usage.natGb, PRICES.natData);
  if (bill.resources.some(isInterfaceEndpoint)) bill.add('VPC endpoints', 'data through endpoints', usage.endpointGb, PRICES.interfaceEndpointData);
  if (bill.resources.some(isInternetFacing)) bill.add('Data transfer', 'sent to the internet', usage.transferOutGb, PRICES.transferOut);
  if (some('AWS::ECR::Repository') || some('AWS::ECR::PullThroughCacheRule')) bill.add('ECR', 'images', usage.imageGb, PRICES.images);
  if (some('AWS::SNS::Topic')) bill.add('SNS', 'e-mails', usage.emails, PRICES.emails);
  const groups = bill.resources.filter(({ type }) => type === 'AWS::Logs::LogGroup');
  if (groups.length > 0) {
    const days = Math.max(...groups.map((group) => group.number('RetentionInDays') ?? 365));
    bill.add('CloudWatch Logs', 'logs, written', usage.logGb, PRICES.logsIngested);
    bill.add('CloudWatch Logs', 'logs, stored', usage.logGb * (days / 30) * 0.15, PRICES.logsStored);
  }
}

/** Whether a trigger of the CDK calls a function when its stack is deployed, and nobody else does. */
function isCalledByTrigger(fn: Resource, { resources }: Bill): boolean {
  const naming = resources.filter((resource) => resource.mentions(fn, 'FunctionName'));
  const versions = naming.filter(({ type }) => type === 'AWS::Lambda::Version');
  return naming.length === versions.length && resources.some((resource) =>
    resource.type === 'Custom::Trigger' && versions.some((version) => resource.mentions(version, 'HandlerArn')));
}

function insights(cluster: Resource, bill: Bill): void {
  const setting = cluster.list('ClusterSettings')?.find((item) => property(item, 'Name') === 'containerInsights');
  const level = property(setting, 'Value');
  if (level === 'enhanced') bill.skip(cluster.type, 'Container Insights with enhanced observability is billed by observation');
  if (level !== 'enabled') return;
  const services = bill.resources.filter((resource) => resource.type === 'AWS::ECS::Service' && resource.mentions(cluster, 'Cluster'));
  const metrics = 8 + services.length * (11 + 6);
  bill.add('CloudWatch metrics', 'Container Insights metric', metrics, PRICES.customMetric,
    'counted as 8 for a cluster, 11 for a service and 6 for its task family: these numbers are not confirmed');
}

function database(instance: Resource, bill: Bill): void {
  const instanceClass = String(instance.value('DBInstanceClass'));
  const prices = POSTGRES_INSTANCES[instanceClass];
  // a replica takes its engine from its source, which it names by reference or by an ARN around one
  const source = bill.resources.find((other) => other.type === instance.type && instance.mentions(other, 'SourceDBInstanceIdentifier'));
  const engine = instance.value('Engine') ?? source?.value('Engine');
  if (engine !== 'postgres' || !prices) {
    bill.skip(instance.type, `no price for ${instanceClass} with engine ${String(engine)} in the table`);
    return;
  }
  const multiAz = instance.flag('MultiAZ');
  const suffix = multiAz ? ', Multi-AZ' : '';
  const running = runningShare(instance, bill);
  const note = running < 1 ? `running ${Math.round(running * 100)} % of the time: stopped on a schedule` : undefined;
  bill.add('RDS', `${instanceClass}${suffix}`, HOURS_PER_MONTH * running, multiAz ? prices.multiAz : prices.single, note);
  const storage = instance.number('AllocatedStorage') ?? source?.number('AllocatedStorage');
  if (storage === undefined && instance.value('DBSnapshotIdentifier') !== undefined) bill.skip(instance.type, 'its storage is that of a snapshot, which the template does not tell');
  else if (storage === undefined || instance.value('StorageType') !== 'gp3') bill.skip(instance.type, 'its storage is not gp3 of a known size');
  else bill.add('RDS', `database storage${suffix}`, storage, multiAz ? PRICES.postgresStorageMultiAz : PRICES.postgresStorage);
  if ((instance.number('MonitoringInterval') ?? 0) > 0) {
    bill.add('CloudWatch Logs', 'enhanced monitoring, written', bill.usage.monitoringGb, PRICES.logsIngested);
  }
  const history = instance.number('PerformanceInsightsRetentionPeriod') ?? 7;
  if (instance.flag('EnablePerformanceInsights') && history > 7) {
    bill.skip(instance.type, `Database Insights keeps ${history} days; only 7 are free`);
  }
}

/** The instance is named by the target group. What stops it does not stop the proxy. */
function databaseProxy(proxy: Resource, bill: Bill): void {
  const targets = bill.resources.filter((resource) => resource.type === 'AWS::RDS::DBProxyTargetGroup' && resource.mentions(proxy, 'DBProxyName'));
  const instance = bill.resources.find((resource) => resource.type === 'AWS::RDS::DBInstance' && targets.some((group) => group.mentions(resource, 'DBInstanceIdentifiers')));
  const instanceClass = String(instance?.value('DBInstanceClass'));
  const cpus = INSTANCE_CPUS[instanceClass.split('.')[2]];
  if (cpus === undefined) bill.skip(proxy.type, instance ? `no number of vCPUs for ${instanceClass} in the table` : 'what is behind it is not in these templates');
  else bill.add('RDS', `proxy of ${instanceClass}`, HOURS_PER_MONTH * cpus, PRICES.postgresProxy);
}

/** Share of a week in which a database runs, by the schedules that stop and start it. */
function runningShare(instance: Resource, bill: Bill): number {
  const identifier = instance.value('DBInstanceIdentifier');
  const changes = bill.resources.flatMap((resource): ScheduledChange[] => {
    if (resource.type !== 'AWS::Scheduler::Schedule') return [];
    const named = typeof identifier === 'string' && JSON.stringify(resource.value('Target', 'Input') ?? '').includes(identifier);
    if (!named && !resource.mentions(instance, 'Target', 'Input')) return [];
    const action = JSON.stringify(resource.value('Target', 'Arn') ?? '');
    const schedule = String(resource.value('ScheduleExpression'));
    if (action.includes('rds:stopDBInstance')) return [{ schedule, value: 0 }];
    return action.includes('rds:startDBInstance') ? [{ schedule, value: 1 }] : [];
  });
  const shares = weeklyShares(changes);
  return shares === undefined ? 1 : shares.reduce((sum, { value, share }) => sum + value * share, 0);
}

function loadBalancer(resource: Resource, bill: Bill): void {
  if ((resource.value('Type') ?? 'application') !== 'application') {
    bill.skip(resource.type, 'only application load balancers are priced');
    return;
  }
  bill.add('ALB', 'load balancer', HOURS_PER_MONTH, PRICES.loadBalancer);
  bill.add('ALB', 'load balancer capacity', bill.usage.transferOutGb, PRICES.loadBalancerCapacity);
  if (isInternetFacing(resource)) {
    const subnets = resource.list('Subnets') ?? resource.list('SubnetMappings');
    bill.add('Public IPv4', 'public IPv4 address', (subnets?.length ?? 2) * HOURS_PER_MONTH, PRICES.publicIpv4);
  }
}

function endpoint(resource: Resource, bill: Bill): void {
  // gateway endpoints cost nothing
  if (!isInterfaceEndpoint(resource)) return;
  const zones = resource.list('SubnetIds')?.length ?? 2;
  bill.add('VPC endpoints', 'interface endpoint', zones * HOURS_PER_MONTH, PRICES.interfaceEndpoint);
}

function isInterfaceEndpoint(resource: Resource): boolean {
  return resource.type === 'AWS::EC2::VPCEndpoint' && resource.value('VpcEndpointType') === 'Interface';
}

function isInternetFacing(resource: Resource): boolean {
  return resource.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && resource.value('Scheme') === 'internet-facing';
}
