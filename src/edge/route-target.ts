// [internal] What a route defines, all of it on the service's side, so that references point from services to load balancers only.
import { Duration, Names, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { RouteConditions } from './route';
import { WebRouteOptions, WebRouteProps } from './web-route';
import { checkRange, checkSeconds } from '../private/validate';

/** Name that errors give to a route. */
export function nameOf(id: string, { service }: WebRouteProps): string {
  return `${service.node.path}/Routes/${id}`;
}

/** Target group, listener rule and security-group rules of a route. The service waits for them. */
export function defineRoute(id: string, props: WebRouteProps, listener: elbv2.IApplicationListener, priority: number): elbv2.ApplicationTargetGroup {
  checkOptions(props);
  const { service, route } = props;
  const scope = new Construct(namespace(service, 'Routes'), id);
  const targetGroup = new elbv2.ApplicationTargetGroup(scope, 'TargetGroup', {
    vpc: service.cluster.network.vpc,
    targetType: elbv2.TargetType.IP,
    protocol: elbv2.ApplicationProtocol.HTTP,
    port: service.port,
    healthCheck: {
      path: props.healthCheckPath ?? '/',
      protocol: elbv2.Protocol.HTTP,
      healthyHttpCodes: '200',
      interval: props.healthCheckInterval ?? Duration.seconds(30),
      timeout: props.healthCheckTimeout ?? Duration.seconds(5),
      healthyThresholdCount: props.healthyThreshold ?? 2,
      unhealthyThresholdCount: props.unhealthyThreshold ?? 3,
    },
    deregistrationDelay: props.deregistrationDelay ?? Duration.seconds(30),
    slowStart: props.slowStart,
    stickinessCookieDuration: props.stickiness,
    targets: [service.fargateService.loadBalancerTarget({ containerName: service.container.containerName, containerPort: service.port })],
  });
  new elbv2.ApplicationListenerRule(scope, 'Rule', {
    listener: seenFrom(scope, service, listener),
    priority,
    conditions: conditionsOf(route.conditions),
    action: elbv2.ListenerAction.forward([targetGroup]),
  });
  if (props.requestsPerTask !== undefined) {
    service.scalableTaskCount.scaleOnRequestCount(`Requests-${id}`, {
      targetGroup,
      requestsPerTarget: props.requestsPerTask,
      scaleOutCooldown: Duration.seconds(60),
      scaleInCooldown: Duration.seconds(300),
    });
  }
  return targetGroup;
}

/** Conditions as the listener has them. A rule must have one. */
export function conditionsOf({ hosts, paths }: RouteConditions): elbv2.ListenerCondition[] {
  const anyPath = paths === undefined || (!Token.isUnresolved(paths) && paths.includes('/*'));
  const conditions = hosts === undefined ? [] : [elbv2.ListenerCondition.hostHeaders(hosts)];
  if (!anyPath) return [...conditions, elbv2.ListenerCondition.pathPatterns(paths)];
  return hosts === undefined ? [elbv2.ListenerCondition.pathPatterns(['/*'])] : conditions;
}

/**
 * The listener with its security group as imports of the service's own stack.
 *
 * By the listener itself, the rule that lets the load balancer reach the tasks would be made beside the load balancer and refer to the service, which refers to the load
 * balancer: stacks in a circle.
 */
function seenFrom(scope: Construct, service: Construct, listener: elbv2.IApplicationListener): elbv2.IApplicationListener {
  const [securityGroup] = listener.connections.securityGroups;
  const imports = namespace(service, 'LoadBalancers');
  // one import for all routes from a load balancer: from two, the same rules would be made twice, which EC2 refuses
  const id = Names.nodeUniqueId(securityGroup.node);
  return elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, 'Listener', {
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
