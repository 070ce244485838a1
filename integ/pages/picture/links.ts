// What the parts of a stack have to do with one another: read off security groups, permissions, listeners, alarms, routes and events.
import { Link, Part } from './model';
import { Parts } from './parts';
import { at, listAt, member, TemplateView, textOf } from './template-view';
import { StackResource } from '../made';

/** Parts outside of the stack. */
export const OUTSIDE: Readonly<Record<string, Part>> = {
  clients: { id: 'clients', floor: 'outside', title: 'Clients', details: [], rank: 0 },
  registry: { id: 'registry', floor: 'outside', title: 'GitHub registry', details: ['ghcr.io'], rank: 2 },
  internet: { id: 'internet', floor: 'outside', title: 'Internet', details: [], rank: 2 },
};

/** What a permission is for, the first that fits. */
const VERBS: ReadonlyArray<[action: RegExp, label: string]> = [
  [/^secretsmanager:PutSecretValue$/, 'writes'],
  [/^secretsmanager:GetSecretValue$/, 'reads'],
  [/^ecr:PutImage$/, 'pushes images'],
  [/^ecr:BatchGetImage$/, 'pulls its image'],
  [/^ecs:UpdateService$/, 'deploys anew'],
  [/^lambda:UpdateAlias$/, 'shifts requests'],
  [/^rds:st(op|art)DBInstance$/i, 'stops and starts'],
  [/^states:StartExecution$/, 'starts'],
  [/^sns:Publish$/, 'publishes'],
  [/^sqs:ReceiveMessage$/, 'takes'],
  [/^execute-api:ManageConnections$/, 'pushes'],
  [/^sqs:GetQueueUrl$/, 'sends'],
  [/^s3:PutObject$/, 'writes'],
];
const QUIET_VERBS: ReadonlyArray<[action: RegExp, label: string]> = [[/^logs:PutLogEvents$/, 'writes'], [/^sqs:SendMessage$/, 'calls that failed']];

/** Everything that happens between the parts, as often as it is found. */
export function linksOf(parts: Parts): Link[] {
  const { view } = parts;
  const readers = [
    traffic, clients, permissions, alarms, redrives, events, logs, ownLogs, subscriptions, schedules, firewalls, names, keys, rotations,
    mirrors, mounts, backups, apiCalls, sites, records,
  ];
  const found = [...readers.flatMap((read) => read(view)), ...waysOut(view, parts)];
  const between = found.flatMap(({ from, to, ...rest }) =>
    partsFor(parts, from).flatMap((source) => partsFor(parts, to).map((target) => ({ from: source, to: target, ...rest }))));
  const inTasks = [...parts.migrations, ...parts.scalings].flatMap(({ part, of, label }) => parts.of(of).map((to) => ({ from: part.id, to, label })));
  return merged([...between, ...inTasks].filter(({ from, to }) => from !== to));
}

const partsFor = (parts: Parts, id: string): string[] => (OUTSIDE[id] ? [id] : parts.of(id));

/** One line for all that happens in one direction. */
function merged(links: readonly Link[]): Link[] {
  const byWay = new Map<string, Link[]>();
  for (const link of links) byWay.set(`${link.from}\n${link.to}`, [...byWay.get(`${link.from}\n${link.to}`) ?? [], link]);
  return [...byWay.values()].map((same) => {
    const labels = [...new Set(same.map(({ label }) => label).filter((label) => label !== undefined))];
    return { from: same[0].from, to: same[0].to, label: labels.length > 0 ? labels.join(', ') : undefined, quiet: same.every(({ quiet }) => quiet) };
  });
}

/** A security group that lets another one in. */
function traffic(view: TemplateView): Link[] {
  return view.ofType('AWS::EC2::SecurityGroupIngress').flatMap((rule) => view.refsIn(at(rule, 'SourceSecurityGroupId')).flatMap((from) =>
    view.refsIn(at(rule, 'GroupId')).map((to) => ({ from, to, label: `port ${textOf(at(rule, 'FromPort'))}` }))));
}

/** Who may connect to the listeners. */
function clients(view: TemplateView): Link[] {
  return view.ofType('AWS::ElasticLoadBalancingV2::Listener').flatMap((listener) => view.refsIn(at(listener, 'LoadBalancerArn')).map((to) => ({
    from: 'clients', to, label: textOf(at(listener, 'Protocol')),
  })));
}

/** Which function an API calls, and that anybody who reaches it may call the API. */
function apiCalls(view: TemplateView): Link[] {
  return view.ofType('AWS::Lambda::Permission').flatMap((permission) => {
    const apis = view.refsIn(at(permission, 'SourceArn')).filter((id) => /^AWS::ApiGateway(V2)?::(RestA|A)pi$/.test(view.find(id)!.type));
    return apis.flatMap((from) => [
      ...view.refsIn(at(permission, 'FunctionName')).map((to) => ({ from, to, label: 'calls' })),
      { from: 'clients', to: from, label: view.find(from)!.type === 'AWS::ApiGateway::RestApi' ? 'HTTPS' : 'WebSocket' },
    ]);
  });
}

/** What roles may do with resources of the stack. */
function permissions(view: TemplateView): Link[] {
  const attached = view.ofType('AWS::IAM::Policy').map((policy) => ({
    roles: view.refsIn(at(policy, 'Roles')),
    statements: listAt(policy, 'PolicyDocument', 'Statement'),
  }));
  const inline = view.ofType('AWS::IAM::Role').map((role) => ({
    roles: [role.id],
    statements: listAt(role, 'Policies').flatMap((policy) => (member(member(policy, 'PolicyDocument'), 'Statement') ?? []) as unknown[]),
  }));
  return [...attached, ...inline].flatMap(({ roles, statements }) => statements.flatMap((statement) => {
    const actions = [member(statement, 'Action')].flat().map(String);
    const verb = (table: typeof VERBS): string | undefined => table.find(([pattern]) => actions.some((action) => pattern.test(action)))?.[1];
    const [loud, quiet] = [verb(VERBS), verb(QUIET_VERBS)];
    if (loud === undefined && quiet === undefined) return [];
    return roles.flatMap((from) => view.refsIn(member(statement, 'Resource')).map((to) => ({ from, to, label: loud ?? quiet, quiet: loud === undefined })));
  }));
}

/** What alarms look at, and whom they tell. */
function alarms(view: TemplateView): Link[] {
  // metrics of a service name its cluster too, and mean the service
  const meant = (value: unknown): string[] => view.refsIn(value).filter((id) => view.find(id)!.type !== 'AWS::ECS::Cluster');
  return [
    ...view.ofType('AWS::CloudWatch::Alarm').flatMap((alarm) => [
      ...meant([at(alarm, 'Dimensions'), at(alarm, 'Metrics')]).map((from) => ({ from, to: alarm.id, quiet: true })),
      ...view.refsIn(at(alarm, 'AlarmActions')).flatMap((to) => scaledBy(view, to) ?? { to, label: 'tell' }).map((link) => ({ from: alarm.id, ...link })),
    ]),
    ...view.ofType('AWS::Budgets::Budget').flatMap((budget) => view.refsIn(at(budget, 'NotificationsWithSubscribers')).map((to) => ({ from: budget.id, to, label: 'tells' }))),
    ...view.ofType('AWS::CloudWatch::AlarmMuteRule').flatMap((rule) => view.refsIn(at(rule, 'MuteTargets')).map((to) => ({ from: rule.id, to, label: 'mute' }))),
    ...view.ofType('AWS::CloudWatch::Dashboard').flatMap((dashboard) => {
      const shown = meant(at(dashboard, 'DashboardBody'));
      const states = shown.filter((id) => view.find(id)!.type === 'AWS::CloudWatch::Alarm');
      // where it shows the alarms, lines from all that they watch would say the same once more
      return (states.length > 0 ? states : shown).map((from) => ({ from, to: dashboard.id, quiet: true }));
    }),
  ];
}

/** What a scaling policy scales, undefined for anything else. */
function scaledBy(view: TemplateView, id: string): Array<{ to: string; label: string }> | undefined {
  const policy = view.find(id)!;
  if (policy.type !== 'AWS::ApplicationAutoScaling::ScalingPolicy') return undefined;
  return view.refsIn(at(policy, 'ScalingTargetId')).flatMap((target) => view.refsIn(at(view.find(target), 'ResourceId')))
    .filter((scaled) => view.find(scaled)!.type === 'AWS::ECS::Service').map((to) => ({ to, label: 'scale' }));
}

/** Where messages go that could not be worked on. */
function redrives(view: TemplateView): Link[] {
  return view.ofType('AWS::SQS::Queue').flatMap((queue) => view.refsIn(at(queue, 'RedrivePolicy')).map((to) => ({ from: queue.id, to, label: 'gives up' })));
}

/** Through what the tasks of a tier reach the internet. */
function waysOut(view: TemplateView, parts: Parts): Link[] {
  const tablesTo = (gateway: string): Set<string> =>
    new Set(view.ofType('AWS::EC2::Route').filter((route) => at(route, gateway) !== undefined).flatMap((route) => view.refsIn(at(route, 'RouteTableId'))));
  const [byNat, direct] = [tablesTo('NatGatewayId'), tablesTo('GatewayId')];
  const gateways = view.ofType('AWS::EC2::NatGateway');
  const subnetsOf = (tables: Set<string>): string[] => view.ofType('AWS::EC2::SubnetRouteTableAssociation')
    .filter((association) => view.refsIn(at(association, 'RouteTableId')).some((table) => tables.has(table)))
    .flatMap((association) => view.refsIn(at(association, 'SubnetId')));
  const out = new Set(subnetsOf(byNat).flatMap((id) => parts.of(id)));
  const tiers = new Set(parts.all.filter(({ id }) => out.has(id)).map(({ tier }) => tier));
  const services = view.ofType('AWS::ECS::Service').filter(({ id }) => tiers.has(parts.all.find((part) => part.id === id)?.tier));
  const byEndpoint = view.ofType('AWS::EC2::VPCEndpoint').flatMap((endpoint) => subnetsOf(new Set(view.refsIn(at(endpoint, 'RouteTableIds'))))
    .map((from) => ({ from, to: endpoint.id, quiet: true })));
  return gateways.length === 0 ? byEndpoint : [
    ...byEndpoint,
    ...[...subnetsOf(byNat), ...services.map(({ id }) => id)].map((from) => ({ from, to: gateways[0].id, quiet: true })),
    ...(direct.size > 0 ? [{ from: gateways[0].id, to: 'internet' }] : []),
  ];
}

/** What events about one resource start. */
function events(view: TemplateView): Link[] {
  return view.ofType('AWS::Events::Rule').flatMap((rule) => view.refsIn(at(rule, 'EventPattern')).flatMap((from) =>
    listAt(rule, 'Targets').flatMap((target) => view.refsIn(member(target, 'Arn')).map((to) => ({ from, to, label: 'when it changes' })))));
}

/** Where load balancers write what they saw. */
function logs(view: TemplateView): Link[] {
  return view.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap((balancer) => view.refsIn(at(balancer, 'LoadBalancerAttributes'))
    .filter((id) => view.find(id)!.type === 'AWS::S3::Bucket').map((to) => ({ from: balancer.id, to, quiet: true })));
}

/** What databases and state machines write. */
function ownLogs(view: TemplateView): Link[] {
  const exported = (database: StackResource): StackResource[] => listAt(database, 'EnableCloudwatchLogsExports').flatMap((name) =>
    view.ofType('AWS::Logs::LogGroup').filter((group) => textOf(at(group, 'LogGroupName')).endsWith(`/${String(name)}`) && samePlace(database, group)));
  return [
    ...view.ofType('AWS::RDS::DBInstance').flatMap((database) => exported(database).map((group) => ({ from: database.id, to: group.id, quiet: true }))),
    ...view.ofType('AWS::StepFunctions::StateMachine').flatMap((machine) => view.refsIn(at(machine, 'LoggingConfiguration')).map((to) => ({ from: machine.id, to, quiet: true }))),
  ];
}

/** Whether two resources belong to one construct: their ways part two steps before the end. */
function samePlace(a: StackResource, b: StackResource): boolean {
  const home = ({ path }: StackResource): string => path.split('/').slice(0, -2).join('/');
  return home(a) === home(b);
}

function subscriptions(view: TemplateView): Link[] {
  return view.ofType('AWS::SNS::Subscription').flatMap((subscription) => view.refsIn(at(subscription, 'TopicArn')).map((from) => ({ from, to: subscription.id })));
}

/** What schedules act on: what their call names. */
function schedules(view: TemplateView): Link[] {
  return view.ofType('AWS::Scheduler::Schedule').flatMap((schedule) => [
    ...view.refsIn(at(schedule, 'Target', 'Input')).map((to) => ({ from: schedule.id, to })),
    ...view.refsIn(at(schedule, 'Target', 'Arn')).map((to) => ({ from: schedule.id, to, label: 'starts' })),
  ]);
}

function firewalls(view: TemplateView): Link[] {
  return view.ofType('AWS::WAFv2::WebACLAssociation').flatMap((association) => view.refsIn(at(association, 'WebACLArn')).flatMap((from) =>
    view.refsIn(at(association, 'ResourceArn')).map((to) => ({ from, to, label: 'filters' }))));
}

/** Who asks CloudFront, and what it asks in turn. */
function sites(view: TemplateView): Link[] {
  const acls = view.ofType('AWS::WAFv2::WebACL').filter((acl) => at(acl, 'Scope') === 'CLOUDFRONT');
  return view.ofType('AWS::CloudFront::Distribution').flatMap((distribution) => {
    const { id } = distribution;
    const config = at(distribution, 'DistributionConfig');
    return [
      { from: 'clients', to: id, label: 'HTTPS' },
      ...view.refsIn(member(config, 'Origins')).map((to) => ({ from: id, to, label: view.find(to)?.type === 'AWS::S3::Bucket' ? 'reads' : 'passes requests to' })),
      ...view.refsIn(member(config, 'DefaultCacheBehavior')).map((to) => ({ from: id, to })),
      ...view.refsIn(member(config, 'Logging')).map((to) => ({ from: id, to, quiet: true })),
      // one in another stack is referred to by the name of an output
      ...member(config, 'WebACLId') === undefined ? [] : acls.map((acl) => ({ from: acl.id, to: id, label: 'filters' })),
    ];
  });
}

/** Which directories tasks mount. */
function mounts(view: TemplateView): Link[] {
  return view.ofType('AWS::ECS::TaskDefinition').flatMap((task) => listAt(task, 'Volumes').flatMap((volume) => view.refsIn(volume)
    .map((id) => view.find(id)!).filter(({ type }) => type === 'AWS::EFS::AccessPoint')
    .flatMap((point) => view.refsIn(at(point, 'FileSystemId')).map((to) => ({ from: task.id, to, label: textOf(at(point, 'RootDirectory', 'Path')) })))));
}

/** What is backed up, and where to. */
function backups(view: TemplateView): Link[] {
  return [
    ...view.ofType('AWS::Backup::BackupSelection').flatMap((selection) => view.refsIn(at(selection, 'BackupPlanId')).flatMap((from) =>
      view.refsIn(at(selection, 'BackupSelection', 'Resources')).map((to) => ({ from, to, label: 'backs up' })))),
    ...view.ofType('AWS::Backup::BackupPlan').flatMap((plan) => view.refsIn(at(plan, 'BackupPlan')).map((to) => ({ from: plan.id, to, label: 'writes' }))),
  ];
}

/** What an account records of itself: a channel has no name of its recorder, of which a region has one. */
function records(view: TemplateView): Link[] {
  const recorders = view.ofType('AWS::Config::ConfigurationRecorder');
  return [
    ...view.ofType('AWS::CloudTrail::Trail').flatMap((trail) => view.refsIn(at(trail, 'S3BucketName')).map((to) => ({ from: trail.id, to, label: 'writes' }))),
    ...view.ofType('AWS::Config::DeliveryChannel').flatMap((channel) => view.refsIn(at(channel, 'S3BucketName'))
      .flatMap((to) => recorders.map(({ id: from }) => ({ from, to, label: 'writes' })))),
    ...view.ofType('AWS::Config::ConfigRule').flatMap((rule) => recorders.map(({ id: to }) => ({ from: rule.id, to, label: 'judge what is recorded' }))),
  ];
}

/** Private names of services. */
function names(view: TemplateView): Link[] {
  return view.ofType('AWS::ServiceDiscovery::Service').flatMap((entry) => {
    const services = view.usersOf(entry.id).filter(({ type }) => type === 'AWS::ECS::Service');
    const namespaces = view.refsIn(at(entry, 'NamespaceId'));
    return services.flatMap(({ id: from }) => namespaces.map((to) => ({ from, to, label: `as ${textOf(at(entry, 'Name'))}`, quiet: true })));
  });
}

function keys(view: TemplateView): Link[] {
  return view.ofType('AWS::KMS::Key').flatMap((key) => view.usersOf(key.id)
    .filter((user) => ['KmsKeyId', 'KmsMasterKeyId', 'PerformanceInsightsKMSKeyId', 'BucketEncryption'].some((name) => view.refsIn(at(user, name)).includes(key.id)))
    .map((user) => ({ from: key.id, to: user.id, quiet: true })));
}

function rotations(view: TemplateView): Link[] {
  return view.ofType('AWS::SecretsManager::RotationSchedule').flatMap((rotation) =>
    view.refsIn(at(rotation, 'SecretId')).map((to) => ({ from: rotation.id, to, label: 'new password' })));
}

/** Where images come from that are pulled through ECR: whoever runs one waits for the rule. */
function mirrors(view: TemplateView): Link[] {
  return view.ofType('AWS::ECR::PullThroughCacheRule').flatMap((rule) => {
    const samePrefix = (template: StackResource): boolean => at(template, 'Prefix') === at(rule, 'EcrRepositoryPrefix');
    return [
      { from: rule.id, to: 'registry', label: 'first pull' },
      ...view.ofType('AWS::ECR::RepositoryCreationTemplate').filter(samePrefix).map(({ id: to }) => ({ from: rule.id, to, label: 'fills' })),
      ...view.ofType('AWS::ECS::TaskDefinition').filter(({ definition }) => definition.DependsOn?.includes(rule.id)).map(({ id: from }) => ({ from, to: rule.id, label: 'pulls its image' })),
    ];
  });
}
