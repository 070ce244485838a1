// [internal] What a route defines, all of it on the service's side, so that references point from services to load balancers only.
import { Duration, Names, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { allTo, alternateTarget } from './alternate-target';
import { scaleOnRequests } from './request-scaling';
import { RouteConditions } from './route';
import { ifKnown, setIfToken } from './time-attributes';
import { WebRouteOptions, WebRouteProps } from './web-route';
import { checkRange, checkSeconds } from '../private/validate';

/** Name that errors give to a route. */
export function nameOf(id: string, { service }: WebRouteProps): string {
  return `${service.node.path}/Routes/${id}`;
}

/** A listener, and the place of a rule among its rules. */
export interface RulePlace {
  readonly listener: elbv2.IApplicationListener;
  readonly priority: number;
}

/** Target group, listener rule and security-group rules of a route; two groups where the service's deployments shift traffic. The service waits for them. */
export function defineRoute(id: string, props: WebRouteProps, place: RulePlace, testPlace?: RulePlace): elbv2.ApplicationTargetGroup {
  checkOptions(props);
  const { service } = props;
  // what a caller without types may pass
  if ((service.port as number | undefined) === undefined) {
    throw new Error(`'service' must be a ContainerService, got '${service.node.path}': a worker listens on no port and can have no route, so pass a service`);
  }
  refuseSticky(id, props);
  const scope = new Construct(namespace(service, 'Routes'), id);
  const targetGroup = defineTargetGroup(scope, 'TargetGroup', props);
  const groups = [targetGroup];
  const target = { containerName: service.container.containerName, containerPort: service.port };
  if (service.deployment.alternateTargetGroup) {
    const alternateTargetGroup = defineTargetGroup(scope, 'AlternateTargetGroup', props);
    groups.push(alternateTargetGroup);
    const rule = defineRule(scope, 'Rule', props, place, allTo(targetGroup, alternateTargetGroup));
    const testRule = testPlace && defineRule(scope, 'TestRule', props, testPlace, allTo(alternateTargetGroup, targetGroup));
    const alternate = alternateTarget(scope, { targetGroup, alternateTargetGroup }, rule, testRule);
    targetGroup.addTarget(service.fargateService.loadBalancerTarget({ ...target, alternateTarget: alternate.target }));
    // ECS asks for all of them when the service is made
    service.startAfter(alternate.role, rule, ...testRule ? [testRule] : []);
  } else {
    targetGroup.addTarget(service.fargateService.loadBalancerTarget(target));
    const forward = elbv2.ListenerAction.forward([targetGroup]);
    defineRule(scope, 'Rule', props, place, props.authentication?._before(forward) ?? forward);
  }
  if (props.requestsPerTask !== undefined) scaleOnRequests(`Requests-${id}`, service, props.requestsPerTask, groups);
  return targetGroup;
}

function defineTargetGroup(scope: Construct, id: string, props: WebRouteProps): elbv2.ApplicationTargetGroup {
  const { healthCheckInterval: interval = Duration.seconds(30), healthCheckTimeout: timeout = Duration.seconds(5) } = props;
  const { deregistrationDelay = Duration.seconds(30), slowStart, stickiness } = props;
  const isTimed = !interval.isUnresolved() && !timeout.isUnresolved();
  const group = new elbv2.ApplicationTargetGroup(scope, id, {
    vpc: props.service.cluster.network.vpc,
    targetType: elbv2.TargetType.IP,
    protocol: elbv2.ApplicationProtocol.HTTP,
    port: props.service.port,
    healthCheck: {
      path: props.healthCheckPath ?? '/',
      protocol: elbv2.Protocol.HTTP,
      healthyHttpCodes: props.healthyHttpCodes ?? '200',
      ...isTimed ? { interval, timeout } : {},
      healthyThresholdCount: props.healthyThreshold ?? 2,
      unhealthyThresholdCount: props.unhealthyThreshold ?? 3,
    },
    deregistrationDelay: ifKnown(deregistrationDelay),
    slowStart: ifKnown(slowStart),
    stickinessCookieDuration: ifKnown(stickiness),
  });
  // aws-cdk-lib would compare the two
  if (!isTimed) {
    const resource = group.node.defaultChild as elbv2.CfnTargetGroup;
    resource.healthCheckIntervalSeconds = interval.toSeconds();
    resource.healthCheckTimeoutSeconds = timeout.toSeconds();
  }
  setIfToken(group, 'deregistration_delay.timeout_seconds', deregistrationDelay);
  setIfToken(group, 'slow_start.duration_seconds', slowStart);
  setIfToken(group, 'stickiness.lb_cookie.duration_seconds', stickiness);
  if (stickiness?.isUnresolved()) {
    group.setAttribute('stickiness.enabled', 'true');
    group.setAttribute('stickiness.type', 'lb_cookie');
  }
  return group;
}

function defineRule(
  scope: Construct, id: string, { service, route }: WebRouteProps, { listener, priority }: RulePlace, action: elbv2.ListenerAction,
): elbv2.ApplicationListenerRule {
  return new elbv2.ApplicationListenerRule(scope, id, {
    listener: seenFrom(scope, `${id.replace('Rule', '')}Listener`, service, listener),
    priority,
    conditions: conditionsOf(route.conditions),
    action,
  });
}

/** Conditions as the listener has them. A rule must have one. */
export function conditionsOf({ hosts, paths }: RouteConditions): elbv2.ListenerCondition[] {
  const anyPath = paths === undefined || (!Token.isUnresolved(paths) && paths.includes('/*'));
  const conditions = hosts === undefined ? [] : [elbv2.ListenerCondition.hostHeaders(once(hosts))];
  if (!anyPath) return [...conditions, elbv2.ListenerCondition.pathPatterns(once(paths))];
  return hosts === undefined ? [elbv2.ListenerCondition.pathPatterns(['/*'])] : conditions;
}

/** Each value once: a rule is refused that has one twice. */
function once(values: string[]): string[] {
  return Token.isUnresolved(values) ? values : [...new Set(values)];
}

/**
 * The listener with its security group as imports of the service's own stack.
 *
 * By the listener itself, the rule that lets the load balancer reach the tasks would be made beside the load balancer and refer to the service, which refers to the load
 * balancer: stacks in a circle.
 */
function seenFrom(scope: Construct, listenerId: string, service: Construct, listener: elbv2.IApplicationListener): elbv2.IApplicationListener {
  const [securityGroup] = listener.connections.securityGroups;
  const imports = namespace(service, 'LoadBalancers');
  // one import for all routes from a load balancer: from two, the same rules would be made twice, which EC2 refuses
  const id = Names.nodeUniqueId(securityGroup.node);
  return elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, listenerId, {
    listenerArn: listener.listenerArn,
    securityGroup: imports.node.tryFindChild(id) as ec2.ISecurityGroup | undefined
      ?? ec2.SecurityGroup.fromSecurityGroupId(imports, id, securityGroup.securityGroupId, { allowAllOutbound: securityGroup.allowAllOutbound }),
  });
}

function namespace(scope: Construct, id: string): Construct {
  return scope.node.tryFindChild(id) as Construct | undefined ?? new Construct(scope, id);
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html and edit-target-group-attributes.html */
function checkOptions(options: WebRouteOptions): void {
  const { healthCheckPath: path = '/', healthCheckInterval: interval = Duration.seconds(30), healthCheckTimeout: timeout = Duration.seconds(5) } = options;
  if (!Token.isUnresolved(path) && (!path.startsWith('/') || path.length > 1024)) {
    throw new Error(`'healthCheckPath' must begin with '/' and have up to 1024 characters, got '${path}': write a path such as '/healthz'`);
  }
  checkHttpCodes(options.healthyHttpCodes ?? '200');
  checkSeconds('healthCheckInterval', interval, 5, 300);
  checkSeconds('healthCheckTimeout', timeout, 2, 120);
  if (!interval.isUnresolved() && !timeout.isUnresolved() && timeout.toSeconds() >= interval.toSeconds()) {
    throw new Error(`'healthCheckTimeout' must be below 'healthCheckInterval', got ${timeout.toSeconds()} s and ${interval.toSeconds()} s: shorten it, or check less often`);
  }
  checkRange('healthyThreshold', options.healthyThreshold, 2, 10, 'choose a number of answers in a row');
  checkRange('unhealthyThreshold', options.unhealthyThreshold, 2, 10, 'choose a number of answers in a row');
  checkSeconds('deregistrationDelay', options.deregistrationDelay, 0, 3600);
  checkSeconds('slowStart', options.slowStart, 30, 900);
  checkSeconds('stickiness', options.stickiness, 1, 604800);
  checkRange('requestsPerTask', options.requestsPerTask, 1, Number.MAX_SAFE_INTEGER, 'choose a number of requests a minute');
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html */
function refuseSticky(id: string, props: WebRouteProps): void {
  const { stickiness, service: { deployment } } = props;
  if (stickiness === undefined || !deployment.alternateTargetGroup) return;
  throw new Error(`'stickiness' of route '${nameOf(id, props)}' must not be combined with a second target group, got ${deployment.strategy}: `
    + 'Elastic Load Balancing has sticky targets behind two groups only where the groups are sticky too, and these would hold clients on one that a deployment has emptied, '
    + "so leave it out, or use Deployment.rolling() without 'alternateTargetGroup'");
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html */
function checkHttpCodes(codes: string): void {
  if (Token.isUnresolved(codes)) return;
  const areKnown = codes.split(',').every((part) => {
    const [, first, last = first] = /^([2-4]\d\d)(?:-([2-4]\d\d))?$/.exec(part) ?? [];
    return first !== undefined && first <= last;
  });
  if (!areKnown) {
    throw new Error(`'healthyHttpCodes' must be status codes of 200 to 499 and ranges of them, joined by commas without spaces, got '${codes}': write such as '200,204' or '200-399'`);
  }
}
