// Which resources a reader knows as things of their own, and how they are called. All others belong to one of these, or say what happens between two.
import { Floor } from './model';
import { at, listAt, member, TemplateView, textOf } from './template-view';
import { StackResource } from '../made';

/** How a type of resource is shown. */
export interface Kind {
  /** Its colour. What serves several floors has that of its nearest neighbour. */
  readonly floor: Floor | 'nearest';
  /** What is left out first where a picture gets too full: the highest. */
  readonly rank: number | ((resource: StackResource) => number);
  /** What it is called, for one resource, or for several that are shown as one. */
  readonly title: (resource: StackResource, count: number, view: TemplateView) => string;
  /** What is worth knowing of it. */
  readonly details?: (resource: StackResource, view: TemplateView, all: readonly StackResource[]) => Array<string | undefined>;
  /** Resources of the type with the same key are shown as one. */
  readonly together?: (resource: StackResource, view: TemplateView) => string;
}

const segments = (resource: StackResource): string[] => resource.path.split('/');
const attribute = (value: unknown): boolean => String(value) === 'true';

/** `UrlRefresh` → `URL refresh`, `ServerErrors` → `Server errors`. */
export function inWords(id: string): string {
  const words = id.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().replace(/\b(url|cpu|dns|vpc)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The id that a user, or the construct around it, gave a resource: the last that says something. */
export function givenId(resource: StackResource, ...generic: string[]): string {
  const said = segments(resource).filter((segment) => !['Resource', 'Default', ...generic].includes(segment));
  return said[said.length - 1];
}

/** `cron(45 7 ? * MON-FRI *)` → `07:45`. */
export function timeOf(expression: string): string {
  const [, minute, hour] = /^cron\((\d+) (\d+) /.exec(expression) ?? [];
  if (hour !== undefined) return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  const [, step] = /^cron\(0\/(\d+) /.exec(expression) ?? [];
  return step === undefined ? expression : `every ${step} minutes`;
}

const some = (names: readonly string[], most: number): string[] => {
  const different = [...new Set(names)];
  return different.length > most ? [...different.slice(0, most), 'and more'] : different;
};

const inPairs = (names: readonly string[]): string[] =>
  names.flatMap((name, index) => (index % 2 === 0 ? [[name, names[index + 1]].filter((each) => each !== undefined).join(', ')] : []));

/** `2 to 6 tasks`, or `1 task` where there is never another number. */
const tasksOf = (least: string, most: string): string => (least === most ? `${least} ${least === '1' ? 'task' : 'tasks'}` : `${least} to ${most} tasks`);

/** The jobs of GitHub Actions that a role trusts: `repo:acme@1/api@2:environment:production` → `acme/api, environment production`. */
function trustedJobs(role: StackResource): string[] {
  const conditions = listAt(role, 'AssumeRolePolicyDocument', 'Statement').flatMap((statement) => Object.entries(member(member(statement, 'Condition'), 'StringEquals') ?? {}));
  return conditions.filter(([key]) => key.endsWith(':sub')).map(([, subject]) => {
    const [, repository, ...context] = textOf(subject).split(':');
    return `${repository.replace(/@\d+/g, '')}, ${context.join(' ').replace('ref refs/heads/', 'branch ')}`;
  });
}

/** Kinds by CloudFormation type. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    floor: 'edge',
    rank: 1,
    title: () => 'Load balancer',
    details: (balancer, view) => [
      at(balancer, 'Scheme') === 'internal' ? 'inside the VPC' : undefined,
      ...view.usersOf(balancer.id).filter(({ type }) => type === 'AWS::Route53::RecordSet').map((record) => textOf(at(record, 'Name')).replace(/\.$/, '')),
    ],
  },
  'AWS::ApiGateway::RestApi': {
    floor: 'edge',
    rank: 1,
    title: () => 'REST API',
    details: (api, view) => view.usersOf(api.id).filter(({ type }) => type === 'AWS::ApiGateway::Stage').flatMap((stage) => {
      const [settings] = listAt(stage, 'MethodSettings');
      return [
        `${textOf(member(settings, 'ThrottlingRateLimit'))} requests a second`,
        attribute(at(stage, 'TracingEnabled')) ? 'traced' : undefined,
        attribute(at(stage, 'CacheClusterEnabled')) ? 'cached' : undefined,
      ];
    }),
  },
  'AWS::ApiGatewayV2::Api': {
    floor: 'edge',
    rank: 1,
    title: (api) => (at(api, 'ProtocolType') === 'WEBSOCKET' ? 'WebSocket API' : 'HTTP API'),
    details: (api, view) => view.usersOf(api.id).filter(({ type }) => type === 'AWS::ApiGatewayV2::Stage').map((stage) =>
      `${textOf(at(stage, 'DefaultRouteSettings', 'ThrottlingRateLimit'))} messages a second`),
  },
  'AWS::WAFv2::WebACL': {
    floor: 'edge',
    rank: 2,
    title: () => 'Web firewall',
    details: (acl) => listAt(acl, 'Rules').map((rule) => inWords(String(member(rule, 'Name'))).toLowerCase()),
  },
  'AWS::CloudFront::Distribution': {
    floor: 'edge',
    rank: 1,
    title: () => 'CloudFront',
    details: (distribution) => [
      ...listAt(distribution, 'DistributionConfig', 'Aliases').map(textOf),
      at(distribution, 'DistributionConfig', 'PriceClass') === 'PriceClass_All' ? 'all edge locations' : undefined,
    ],
  },
  'AWS::CloudFront::Function': { floor: 'edge', rank: 3, title: (code) => inWords(givenId(code)), details: () => ['function at the edge'] },
  'AWS::ECS::Service': {
    floor: 'compute',
    rank: 1,
    title: (service) => `Service ${givenId(service, 'Service', 'Server')}`,
    details: (service, view) => {
      const target = view.usersOf(service.id).find(({ type }) => type === 'AWS::ApplicationAutoScaling::ScalableTarget');
      const [taskId] = view.refsIn(at(service, 'TaskDefinition'));
      const size = view.find(taskId);
      const strategy = at(service, 'DeploymentConfiguration', 'Strategy');
      return [
        target && `${tasksOf(textOf(at(target, 'MinCapacity')), textOf(at(target, 'MaxCapacity')))} on Fargate`,
        size && `${Number(at(size, 'Cpu')) / 1024} vCPU, ${Number(at(size, 'Memory')) / 1024} GiB each`,
        typeof strategy === 'string' && strategy !== 'ROLLING' ? strategy.toLowerCase().replace('_', '/') : undefined,
      ];
    },
  },
  'AWS::ECS::Cluster': {
    floor: 'compute',
    rank: 4,
    title: () => 'ECS cluster',
    details: (cluster, view) => {
      const providers = view.usersOf(cluster.id).find(({ type }) => type === 'AWS::ECS::ClusterCapacityProviderAssociations');
      const names = listAt(providers, 'CapacityProviders').map((name) => (name === 'FARGATE' ? 'Fargate' : 'Fargate Spot'));
      const insights = listAt(cluster, 'ClusterSettings').some((setting) => member(setting, 'Value') !== 'disabled');
      return [names.join(' and '), insights ? 'Container Insights' : undefined];
    },
  },
  'AWS::Lambda::Function': {
    floor: 'compute',
    rank: 1,
    title: (fn) => `Function ${givenId(fn, 'Function')}`,
    details: (fn) => {
      const runs = at(fn, 'ReservedConcurrentExecutions');
      return [
        `${textOf(at(fn, 'MemorySize'))} MiB, ${textOf(at(fn, 'Timeout'))} s`, runs === undefined ? undefined : `${textOf(runs)} at once`,
        at(fn, 'TracingConfig', 'Mode') === 'Active' ? 'traced' : undefined,
      ];
    },
  },
  'AWS::CodeDeploy::DeploymentGroup': {
    floor: 'compute',
    rank: 3,
    title: () => 'Release in steps',
    details: (group) => {
      const [, way, percent, minutes] = /Lambda(Canary|Linear)(\d+)Percent\D*(\d+)Minute/.exec(textOf(at(group, 'DeploymentConfigName'))) ?? [];
      return [way === undefined ? undefined : `${percent} %, ${way === 'Canary' ? `the rest after ${minutes}` : `each ${minutes}`} min`];
    },
  },
  'AWS::ServiceDiscovery::PrivateDnsNamespace': {
    floor: 'compute', rank: 4, title: () => 'Private names', details: (namespace) => [`*.${textOf(at(namespace, 'Name'))}`],
  },
  'AWS::ECR::Repository': {
    floor: 'compute',
    rank: 3,
    title: () => 'Image repository',
    details: (repository) => [
      attribute(at(repository, 'ImageScanningConfiguration', 'ScanOnPush')) ? 'scanned on push' : undefined,
      String(at(repository, 'ImageTagMutability')).startsWith('IMMUTABLE') ? 'immutable tags' : undefined,
    ],
  },
  'AWS::ECR::PullThroughCacheRule': {
    floor: 'compute',
    rank: 3,
    title: () => 'Pull-through cache',
    details: (rule) => [`${textOf(at(rule, 'UpstreamRegistryUrl'))} as ${textOf(at(rule, 'EcrRepositoryPrefix'))}/`],
  },
  'AWS::ECR::RepositoryCreationTemplate': {
    floor: 'compute',
    rank: 4,
    title: (template) => `Repositories ${textOf(at(template, 'Prefix'))}/`,
    details: (template) => ['made by ECR', String(at(template, 'ImageTagMutability')).startsWith('IMMUTABLE') ? 'immutable tags' : undefined],
  },
  'AWS::IAM::OIDCProvider': {
    floor: 'outside',
    rank: 2,
    title: () => 'GitHub Actions',
    details: (provider, view) => ['by tokens, without keys', ...view.usersOf(provider.id).flatMap(trustedJobs)],
  },
  'AWS::RDS::DBInstance': {
    floor: 'data',
    rank: 1,
    title: (database) => `PostgreSQL ${textOf(at(database, 'EngineVersion'))}`,
    details: (database) => [
      textOf(at(database, 'DBInstanceClass')),
      attribute(at(database, 'MultiAZ')) ? 'standby in a second zone' : undefined,
      `${textOf(at(database, 'AllocatedStorage'))} to ${textOf(at(database, 'MaxAllocatedStorage'))} GiB, ${textOf(at(database, 'StorageType'))}`,
    ],
  },
  'AWS::EFS::FileSystem': {
    floor: 'data',
    rank: 1,
    title: () => 'Shared files',
    details: (files, view) => {
      const zones = view.usersOf(files.id).filter(({ type }) => type === 'AWS::EFS::MountTarget').length;
      return [
        'EFS, encrypted, by TLS and IAM',
        zones > 0 ? `mounted from ${zones} zones` : undefined,
        at(files, 'BackupPolicy', 'Status') === 'ENABLED' ? 'backed up daily' : undefined,
      ];
    },
  },
  'AWS::DynamoDB::Table': { floor: 'data', rank: 1, title: (table) => `Table ${givenId(table)}` },
  'AWS::DynamoDB::GlobalTable': { floor: 'data', rank: 1, title: (table) => `Table ${givenId(table)}` },
  'AWS::Backup::BackupVault': {
    floor: 'data', rank: 2, title: () => 'Backup vault', details: (vault) => [at(vault, 'AccessPolicy') ? 'nobody deletes from it' : undefined],
  },
  'AWS::Backup::BackupPlan': {
    floor: 'data',
    rank: 2,
    title: () => 'Backup plan',
    details: (plan) => listAt(plan, 'BackupPlan', 'BackupPlanRule').flatMap((rule) => [
      /SUN/.test(textOf(member(rule, 'ScheduleExpression'))) ? `Sundays ${timeOf(textOf(member(rule, 'ScheduleExpression')))}` : timeOf(textOf(member(rule, 'ScheduleExpression'))),
      `kept ${textOf(member(member(rule, 'Lifecycle'), 'DeleteAfterDays'))} days`,
    ]),
  },
  'AWS::SecretsManager::Secret': {
    floor: 'data',
    rank: 2,
    title: (secret) => (at(secret, 'GenerateSecretString') ? 'Credentials' : textOf(at(secret, 'SecretString')).startsWith('postgresql:') ? 'Connection URL' : 'Secret'),
    details: () => ['secret'],
  },
  'AWS::SecretsManager::RotationSchedule': {
    floor: 'data', rank: 3, title: () => 'Rotation', details: () => ['function of AWS'],
  },
  'AWS::StepFunctions::StateMachine': {
    floor: 'nearest', rank: 3, title: (machine) => inWords(givenId(machine, 'StateMachine')), details: () => ['state machine'],
  },
  'AWS::KMS::Key': {
    floor: 'nearest',
    rank: 4,
    title: () => 'Key',
    details: (key) => ['encrypts', attribute(at(key, 'EnableKeyRotation')) ? 'rotated yearly' : undefined],
  },
  'AWS::S3::Bucket': {
    floor: 'operations',
    // what is logged is of less interest than what is kept
    rank: (bucket) => (givenId(bucket) === 'Logs' ? 3 : 2),
    title: (bucket) => ({ Logs: 'Access logs', Records: 'Records of the account' })[givenId(bucket)] ?? `Bucket ${givenId(bucket, 'Bucket')}`,
    details: (bucket) => {
      const days = at(bucket, 'LifecycleConfiguration', 'Rules', '0', 'ExpirationInDays');
      return [`bucket${days === undefined ? '' : `, ${textOf(days)} days`}`];
    },
  },
  'AWS::Logs::LogGroup': {
    floor: 'operations',
    rank: 5,
    title: (group) => (givenId(group) === 'Logs' ? 'Logs' : inWords(givenId(group).replace(/(Log)?Group$|Logs$/, '')) + ' logs'),
    details: (group) => [`${textOf(at(group, 'RetentionInDays'))} days`],
  },
  'AWS::SNS::Topic': { floor: 'operations', rank: 1, title: () => 'Alert topic', details: (topic) => [at(topic, 'KmsMasterKeyId') ? 'encrypted' : undefined] },
  'AWS::SNS::Subscription': {
    floor: 'outside',
    rank: 2,
    title: (subscription) => (at(subscription, 'Protocol') === 'email' ? 'Mail' : 'Webhook'),
    details: (subscription) => [textOf(at(subscription, 'Endpoint')).replace(/^https:\/\/([^/]+).*/, '$1')],
  },
  'AWS::CloudWatch::Alarm': {
    floor: 'operations',
    rank: 1,
    title: (_, count) => (count === 1 ? '1 alarm' : `${count} alarms`),
    details: (_, __, all) => inPairs(some(all.map((alarm) => inWords(givenId(alarm)).replace(/^(?!CPU|URL)./, (first) => first.toLowerCase())), 7)),
    together: () => 'alarms',
  },
  'AWS::CloudWatch::AlarmMuteRule': {
    floor: 'operations', rank: 2, title: (_, count) => `${count} mute rules`, details: () => ['outside working hours'], together: () => 'mute rules',
  },
  'AWS::CloudTrail::Trail': {
    floor: 'operations',
    rank: 1,
    title: () => 'Trail',
    details: (trail) => [
      attribute(at(trail, 'IsMultiRegionTrail')) ? 'all regions' : undefined,
      attribute(at(trail, 'EnableLogFileValidation')) ? 'validated' : undefined,
      listAt(trail, 'EventSelectors').some((selector) => member(selector, 'DataResources') !== undefined) ? 'objects and functions too' : undefined,
    ],
  },
  'AWS::Config::ConfigurationRecorder': { floor: 'operations', rank: 1, title: () => 'Recorder', details: () => ['how resources are configured'] },
  'AWS::Config::ConfigRule': {
    floor: 'operations',
    rank: 2,
    title: (_, count) => `${count} rules`,
    details: (_, __, all) => all.map((rule) => inWords(givenId(rule))),
    together: () => 'rules',
  },
  'AWS::Budgets::Budget': {
    floor: 'operations',
    rank: 1,
    title: () => 'Monthly budget',
    details: (budget) => [
      `$${textOf(at(budget, 'Budget', 'BudgetLimit', 'Amount'))} a month`,
      `notices at ${listAt(budget, 'NotificationsWithSubscribers').map((notice) => textOf(member(member(notice, 'Notification'), 'Threshold'))).join(', ')} %`,
    ],
  },
  'AWS::CloudWatch::Dashboard': { floor: 'operations', rank: 2, title: () => 'Dashboard' },
  'AWS::Scheduler::Schedule': {
    floor: 'operations',
    rank: 3,
    title: (_, count) => (count === 1 ? 'Schedule' : 'Schedules'),
    details: (_, __, all) => all.map((each) => `${inWords(givenId(each)).toLowerCase()} ${timeOf(textOf(at(each, 'ScheduleExpression')))}`).sort(),
    together: (each) => `schedules of ${segments(each).slice(0, -2).join('/')}`,
  },
  'AWS::SQS::Queue': {
    floor: 'nearest',
    rank: 2,
    title: (queue) => (['DeadLetters', 'FailedRuns'].includes(givenId(queue)) ? inWords(givenId(queue)) : `Queue ${givenId(queue, 'Queue')}`),
    details: (queue) => [
      at(queue, 'RedrivePolicy') === undefined ? undefined : `${textOf(at(queue, 'RedrivePolicy', 'maxReceiveCount'))} tries`,
      at(queue, 'MessageRetentionPeriod') === undefined ? undefined : `kept ${Number(at(queue, 'MessageRetentionPeriod')) / 86400} days`,
    ],
  },
  'AWS::EC2::Instance': {
    floor: 'compute', rank: 2, title: (instance) => inWords(givenId(instance, 'Instance')), details: (instance) => [textOf(at(instance, 'InstanceType')), 'no open port'],
  },
  'AWS::EC2::NatGateway': {
    floor: 'network',
    rank: 2,
    title: (_, count) => (count === 1 ? 'NAT gateway' : `${count} NAT gateways`),
    details: (_, __, all) => [all.length === 1 ? undefined : 'one a zone'],
    together: () => 'nat',
  },
  'AWS::EC2::Subnet': {
    floor: 'network',
    rank: 3,
    title: (subnet, count) => `${count} ${(tierOfSubnet(subnet) ?? '').toLowerCase()} subnets`,
    details: (_, __, all) => all.map((subnet) => textOf(at(subnet, 'CidrBlock'))),
    together: (subnet) => `subnets of ${tierOfSubnet(subnet)}`,
  },
  'AWS::EC2::VPCEndpoint': {
    floor: 'network',
    rank: 4,
    title: (endpoint) => (at(endpoint, 'VpcEndpointType') === 'Gateway' ? 'Gateway endpoints' : 'Interface endpoints'),
    details: (_, __, all) => inPairs(all.map((endpoint) => givenId(endpoint))),
    together: (endpoint) => `${textOf(at(endpoint, 'VpcEndpointType'))} endpoints`,
  },
  'AWS::EC2::FlowLog': {
    floor: 'operations',
    rank: 3,
    title: () => 'Flow log',
    details: (log, view) => ['all traffic', ...view.refsIn(at(log, 'LogGroupName')).map((id) => `${textOf(at(view.find(id), 'RetentionInDays'))} days`)],
  },
};

/** The tier of a subnet: the CDK writes it into its tags. */
export function tierOfSubnet(subnet: StackResource): string | undefined {
  const name = listAt(subnet, 'Tags').find((tag) => member(tag, 'Key') === 'aws-cdk:subnet-name');
  return name === undefined ? undefined : textOf(member(name, 'Value'));
}

/** The kind of a resource; none for what lies between two things, and for functions that come with the CDK. */
export function kindOf(resource: StackResource): Kind | undefined {
  return resource.type === 'AWS::Lambda::Function' && segments(resource).some((segment) => /^Custom::|CustomResourceProvider$/.test(segment)) ? undefined : KINDS[resource.type];
}

/** Types that are no things of their own to a reader: they belong to one, or say what happens between two. */
export const BETWEEN: ReadonlySet<string> = new Set([
  'AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::ApplicationAutoScaling::ScalingPolicy', 'AWS::Backup::BackupSelection', 'AWS::EFS::AccessPoint',
  'AWS::EFS::MountTarget', 'AWS::CertificateManager::Certificate', 'AWS::CloudFront::CachePolicy', 'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::MonitoringSubscription', 'AWS::CloudFront::ResponseHeadersPolicy', 'AWS::EC2::EIP',
  'AWS::EC2::InternetGateway', 'AWS::EC2::Route', 'AWS::EC2::RouteTable', 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::VPC', 'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::ClusterCapacityProviderAssociations', 'AWS::ECS::TaskDefinition', 'AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::TargetGroup', 'AWS::Events::Rule', 'AWS::IAM::InstanceProfile', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Alias', 'AWS::Lambda::Permission', 'AWS::Lambda::Version',
  'AWS::ApiGateway::Account', 'AWS::ApiGateway::ApiKey', 'AWS::ApiGateway::Authorizer', 'AWS::ApiGateway::Deployment', 'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method', 'AWS::ApiGateway::RequestValidator', 'AWS::ApiGateway::Resource', 'AWS::ApiGateway::UsagePlan', 'AWS::ApiGateway::UsagePlanKey',
  'AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Authorizer', 'AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Route', 'AWS::ApiGatewayV2::Stage',
  'AWS::XRay::SamplingRule',
  'AWS::CodeDeploy::Application', 'AWS::CodeDeploy::DeploymentConfig', 'AWS::Config::DeliveryChannel', 'AWS::IAM::ServiceLinkedRole', 'AWS::Logs::MetricFilter',
  'AWS::RDS::DBParameterGroup', 'AWS::RDS::DBSubnetGroup', 'AWS::Route53::RecordSet', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy', 'AWS::SecretsManager::SecretTargetAttachment', 'AWS::ServiceDiscovery::Service', 'AWS::WAFv2::IPSet', 'AWS::WAFv2::WebACLAssociation',
  'Custom::Trigger', 'Custom::VpcRestrictDefaultSG',
]);
