// How resources are read off the construct tree: by CloudFormation type and property, so that L1, L2 and foreign constructs all work.
import { CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { property, resourcesIn, targetsOf } from '../private/resource-references';

export { property, resourcesIn, targetsOf };

/** CloudFormation types that are looked for. */
export const API = 'AWS::ApiGatewayV2::Api';
export const DB_INSTANCE = 'AWS::RDS::DBInstance';
export const DISTRIBUTION = 'AWS::CloudFront::Distribution';
export const ECS_SERVICE = 'AWS::ECS::Service';
export const FUNCTION = 'AWS::Lambda::Function';
const SCHEDULE = 'AWS::Scheduler::Schedule';
export const SQS_QUEUE = 'AWS::SQS::Queue';
export const FILE_SYSTEM = 'AWS::EFS::FileSystem';
export const GLOBAL_TABLE = 'AWS::DynamoDB::GlobalTable';
export const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
export const NAT_GATEWAY = 'AWS::EC2::NatGateway';
export const REST_API = 'AWS::ApiGateway::RestApi';
export const STATE_MACHINE = 'AWS::StepFunctions::StateMachine';
export const TABLE = 'AWS::DynamoDB::Table';
export const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const MONITORING_SUBSCRIPTION = 'AWS::CloudFront::MonitoringSubscription';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const LISTENER_RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';

/** A property as the template will show it. */
export function rendered(resource: CfnResource, name: string): unknown {
  return Stack.of(resource).resolve(property(resource, name));
}

/** A property if it is a text known now. */
export function knownText(resource: CfnResource, name: string): string | undefined {
  // L2s hand over some plain texts as lazy values
  const value = rendered(resource, name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * What belongs to a construct: looked for in its stack, then in the whole app.
 *
 * It is nearly always in its stack, and to walk through the app for each construct takes the square of their number. What stands in the stack is
 * also nearer than what stands in another: two stacks of one app may have names that look alike until they are deployed.
 */
export function firstAround<Found>(construct: IConstruct, find: (scope: IConstruct) => Found | undefined): Found | undefined {
  return find(Stack.of(construct)) ?? find(construct.node.root);
}

/** Full name of a load balancer, `app/<name>/<id>`, from the ARN of one of its listeners. */
function loadBalancerOfListener(listenerArn: string): string {
  return [1, 2, 3].map((part) => Fn.select(part, Fn.split('/', listenerArn))).join('/');
}

/**
 * Full name of the load balancer that forwards to a target group, undefined while no listener in the app does.
 *
 * `LoadBalancerArns` of the target group itself would not do: it is empty until a listener is made, which is later.
 */
export function loadBalancerOf(targetGroup: CfnResource): string | undefined {
  const forwarder = firstAround(targetGroup, (scope) => resourcesIn(scope, LISTENER, LISTENER_RULE)
    .filter((candidate) => targetsOf(candidate, [property(candidate, 'Actions'), property(candidate, 'DefaultActions')]).includes(targetGroup))
    .sort((one, other) => (one.node.path < other.node.path ? -1 : 1))[0]);
  if (!forwarder) return undefined;
  return loadBalancerOfListener(forwarder.cfnResourceType === LISTENER ? forwarder.ref : String(property(forwarder, 'ListenerArn')));
}

/** Who sends to a queue what it could not get done, and by which properties. */
const GIVES_UP: Record<string, string> = {
  [SQS_QUEUE]: 'RedrivePolicy', [SCHEDULE]: 'Target', [FUNCTION]: 'DeadLetterConfig', 'AWS::Lambda::EventInvokeConfig': 'DestinationConfig',
};

/** Whether a queue of the app is where another queue, a schedule or a function sends what it could not get done. */
export function isDeadLetterQueue(queue: CfnResource): boolean {
  const sends = (other: CfnResource): boolean => targetsOf(other, property(other, GIVES_UP[other.cfnResourceType])).includes(queue);
  return firstAround(queue, (scope) => resourcesIn(scope, ...Object.keys(GIVES_UP)).find(sends)) !== undefined;
}

/** Whether CloudFormation calls a function, for the custom resources of its stack. */
export function answersCustomResources(lambda: CfnResource): boolean {
  const isCustom = ({ cfnResourceType: type }: CfnResource): boolean => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
  return resourcesIn(Stack.of(lambda)).filter(isCustom).some((custom) => targetsOf(custom, property(custom, 'ServiceToken')).includes(lambda));
}

/** Whether a state machine waits for the custom resources of its stack, started by the function that answers them, as providers of the CDK do. */
export function waitsForCustomResources(machine: CfnResource): boolean {
  return resourcesIn(Stack.of(machine), FUNCTION)
    .some((lambda) => targetsOf(lambda, property(lambda, 'Environment')).includes(machine) && answersCustomResources(lambda));
}

/** How a function is called by others than a trigger of the CDK. */
const CALLED_BY = ['AWS::Lambda::Alias', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Permission', 'AWS::Lambda::Url'];

/** Whether a trigger of the CDK calls a function when its stack is deployed, and nobody else does. */
export function isCalledByTrigger(lambda: CfnResource): boolean {
  const stack = Stack.of(lambda);
  const namedBy = (name: string, ...types: string[]): CfnResource[] =>
    resourcesIn(stack, ...types).filter((resource) => targetsOf(resource, property(resource, name)).includes(lambda));
  const versions = namedBy('FunctionName', 'AWS::Lambda::Version');
  const triggered = resourcesIn(stack, 'Custom::Trigger').some((trigger) => targetsOf(trigger, property(trigger, 'HandlerArn')).some((target) => versions.includes(target as CfnResource)));
  return triggered && namedBy('FunctionName', ...CALLED_BY).length === 0;
}

/** Whether the additional metrics of a distribution are switched on, by whatever construct of the app. */
export function hasAdditionalMetrics(distribution: CfnResource): boolean {
  const switchesOn = (subscription: CfnResource): boolean => targetsOf(subscription, property(subscription, 'DistributionId')).includes(distribution)
    && JSON.stringify(rendered(subscription, 'MonitoringSubscription')).includes('"Enabled"');
  return firstAround(distribution, (scope) => resourcesIn(scope, MONITORING_SUBSCRIPTION).find(switchesOn)) !== undefined;
}

/** Name of the cluster of an ECS service, which may be given as a name, as an ARN or, for the default cluster, not at all. */
export function clusterNameOf(service: CfnResource): string {
  const cluster = property(service, 'Cluster');
  if (cluster === undefined) return 'default';
  const name = String(cluster);
  const shown: unknown = Stack.of(service).resolve(cluster);
  const isArn = typeof shown === 'string' ? shown.startsWith('arn:') : JSON.stringify(shown).includes('"Arn"');
  return isArn ? Fn.select(1, Fn.split('/', name)) : name;
}

/** The log group of an exported PostgreSQL log, undefined where it is not part of the app. */
export function postgresLogGroupOf(database: CfnResource): CfnResource | undefined {
  const identifier = property(database, 'DBInstanceIdentifier');
  if (identifier === undefined) return undefined;
  const stack = Stack.of(database);
  const wanted = JSON.stringify(stack.resolve(`/aws/rds/instance/${String(identifier)}/postgresql`));
  return firstAround(database, (scope) => resourcesIn(scope, 'AWS::Logs::LogGroup')
    .find((group) => JSON.stringify(rendered(group, 'LogGroupName')) === wanted));
}

/** A setting of the parameter group of an instance, if it is known now. */
export function parameterOf(database: CfnResource, name: string): string | undefined {
  const [group] = targetsOf(database, property(database, 'DBParameterGroupName'));
  if (!group || !CfnResource.isCfnResource(group)) return undefined;
  const parameters = rendered(group, 'Parameters') as Record<string, unknown> | undefined;
  const value = parameters?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Ids of the way from a stack to a construct, as in a file system: `App/Database/Resource`, in another stack `../Data/Database/Resource`. */
function wayTo(construct: IConstruct, from: Stack): string[] {
  const here = from.node.path === '' ? [] : from.node.path.split('/');
  const there = construct.node.path.split('/');
  const common = here.findIndex((id, index) => id !== there[index]);
  const shared = common === -1 ? here.length : common;
  return [...here.slice(shared).map(() => '..'), ...there.slice(shared)];
}

/** The namespace of what belongs to a resource: ids are the way to it and nothing else, so that no other resource can change them. */
export function placeFor(resource: CfnResource, owner: Construct): Construct {
  return wayTo(resource, Stack.of(owner))
    .reduce((place, id) => (place.node.tryFindChild(id) as Construct | undefined) ?? new Construct(place, id), owner);
}
