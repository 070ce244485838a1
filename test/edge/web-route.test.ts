import { App, CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AppNetwork, ContainerCluster, ContainerService, EnvironmentProfile, Route, RouteConditions, WebEntry, WebRouteOptions } from '../../src';
import { FLAG_SETS, testStack } from '../harness';

interface Parts {
  readonly stack: Stack;
  readonly entry: WebEntry;
  readonly api: ContainerService;
  add(options?: WebRouteOptions, route?: Route): Template;
}

function parts(stack: Stack = testStack()): Parts {
  const profile = EnvironmentProfile.DEV;
  const network = new AppNetwork(stack, 'Network', { profile });
  const entry = new WebEntry(stack, 'Entry', { network, profile });
  const cluster = new ContainerCluster(stack, 'Cluster', { network });
  const api = new ContainerService(stack, 'Api', { cluster, profile, image: ecs.ContainerImage.fromRegistry('example/api:1'), port: 8000 });
  const add = (options: WebRouteOptions = {}, route: Route = Route.path('/*')): Template => {
    entry.addRoute('Web', { service: api, route, ...options });
    return Template.fromStack(stack);
  };
  return { stack, entry, api, add };
}

const properties = (template: Template, type: string): Record<string, unknown> => Object.values(template.findResources(type))[0].Properties;
const targetGroup = (options: WebRouteOptions = {}): Record<string, unknown> => properties(parts().add(options), 'AWS::ElasticLoadBalancingV2::TargetGroup');
const attributes = (options: WebRouteOptions = {}): Record<string, string> =>
  Object.fromEntries((targetGroup(options).TargetGroupAttributes as Array<{ Key: string; Value: string }>).map(({ Key, Value }) => [Key, Value]));
const rule = (conditions: RouteConditions): Record<string, unknown> => properties(parts().add({}, Route.matching(conditions)), 'AWS::ElasticLoadBalancingV2::ListenerRule');

describe.each(FLAG_SETS)('a route with %s', (_, flags) => {
  const { stack, add } = parts(new Stack(new App({ context: flags }), 'Stack'));
  const template = add({ healthCheckPath: '/healthz' });

  test('has a target group of the reference architecture', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetType: 'ip',
      Port: 8000,
      Protocol: 'HTTP',
      HealthCheckPath: '/healthz',
      HealthCheckProtocol: 'HTTP',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      Matcher: { HttpCode: '200' },
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
    });
  });

  test('stands behind a rule of the listener', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Priority: 48001,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: Match.stringLikeRegexp('^ApiRoutesWebTargetGroup') } }],
      ListenerArn: { Ref: Match.stringLikeRegexp('^EntryHttpListener') },
    });
  });

  test('the service waits for the rule', () => {
    template.hasResource('AWS::ECS::Service', {
      Properties: { LoadBalancers: [{ ContainerName: Match.anyValue(), ContainerPort: 8000, TargetGroupArn: { Ref: Match.stringLikeRegexp('TargetGroup') } }] },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^ApiRoutesWebRule')]),
    });
  });

  test('the load balancer reaches the port of the tasks, and the tasks admit it there alone', () => {
    const entry = { 'Fn::GetAtt': [Match.stringLikeRegexp('^EntrySecurityGroup'), 'GroupId'] };
    const tasks = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] };
    const port = { IpProtocol: 'tcp', FromPort: 8000, ToPort: 8000 };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { ...port, GroupId: tasks, SourceSecurityGroupId: entry });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { ...port, GroupId: entry, DestinationSecurityGroupId: tasks });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
  });

  test('is not sticky, not slow to start, and not scaled on requests', () => {
    expect(Object.keys(attributes())).not.toContain('slow_start.duration_seconds');
    expect(attributes()['stickiness.enabled']).toBe('false');
    expect(JSON.stringify(template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy'))).not.toContain('ALBRequestCountPerTarget');
  });

  test('cdk-nag finds nothing on the way to the service', () => {
    const app = stack.node.root as App;
    app.synth();
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
    const paths = violations.flatMap(({ violatingResources }) => violatingResources.map(({ constructPath }) => constructPath ?? ''));
    expect(paths.filter((path) => /Entry|Routes|LoadBalancers/.test(path))).toEqual([]);
  });
});

describe('how the load balancer treats the service', () => {
  test('is chosen by options', () => {
    expect(targetGroup({
      healthCheckInterval: Duration.seconds(10), healthCheckTimeout: Duration.seconds(2), healthyThreshold: 5, unhealthyThreshold: 4,
    })).toMatchObject({ HealthCheckPath: '/', HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 5, UnhealthyThresholdCount: 4 });
    expect(attributes({ deregistrationDelay: Duration.seconds(0), slowStart: Duration.seconds(30), stickiness: Duration.hours(1) })).toMatchObject({
      'deregistration_delay.timeout_seconds': '0',
      'slow_start.duration_seconds': '30',
      'stickiness.enabled': 'true',
      'stickiness.lb_cookie.duration_seconds': '3600',
    });
  });

  test.each([
    ['a parameter', (stack: Stack) => new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber, { Ref: 'Seconds' }, { Ref: 'Seconds' }],
    ['a lazy number', () => Lazy.number({ produce: () => 45 }), '45', 45],
  ])('is chosen by times known only at deployment: %s', (_, number, text, plain) => {
    const { stack, add } = parts();
    const seconds = Duration.seconds(number(stack));
    const all = { deregistrationDelay: seconds, slowStart: seconds, stickiness: seconds, healthCheckInterval: seconds, healthCheckTimeout: seconds };
    const group = properties(add(all), 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(group).toMatchObject({ HealthCheckIntervalSeconds: plain, HealthCheckTimeoutSeconds: plain });
    const found = group.TargetGroupAttributes as Array<{ Key: string; Value: unknown }>;
    expect(Object.fromEntries(found.map(({ Key, Value }) => [Key, Value]))).toEqual({
      'deregistration_delay.timeout_seconds': text,
      'slow_start.duration_seconds': text,
      'stickiness.enabled': 'true',
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': text,
    });
  });

  test('is healthy by the answers that it is said to give', () => {
    const matcherOf = (healthyHttpCodes: string): unknown => targetGroup({ healthyHttpCodes }).Matcher;
    for (const HttpCode of ['204', '200,204', '200-399', '200-299,401', '200-499']) expect(matcherOf(HttpCode)).toEqual({ HttpCode });
    const { stack, add } = parts();
    const { valueAsString } = new CfnParameter(stack, 'Codes');
    expect(properties(add({ healthyHttpCodes: valueAsString }), 'AWS::ElasticLoadBalancingV2::TargetGroup').Matcher).toEqual({ HttpCode: { Ref: 'Codes' } });
  });

  test.each(['199', '500', '200-500', '399-200', '200, 204', '200,', '', '2xx'])("fails on health checks that are good by '%s'", (codes) => {
    expect(() => targetGroup({ healthyHttpCodes: codes })).toThrow(
      `'healthyHttpCodes' must be status codes of 200 to 499 and ranges of them, joined by commas without spaces, got '${codes}': write such as '200,204' or '200-399'`);
  });

  test('scales on requests for each task', () => {
    const template = parts().add({ requestsPerTask: 500 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 500,
        ScaleOutCooldown: 60,
        ScaleInCooldown: 300,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: Match.anyValue() },
      },
    });
  });

  test.each<[string, WebRouteOptions, string]>([
    ['a path without slash', { healthCheckPath: 'healthz' },
      "'healthCheckPath' must begin with '/' and have up to 1024 characters, got 'healthz': write a path such as '/healthz'"],
    ['an interval of 4 s', { healthCheckInterval: Duration.seconds(4) }, "'healthCheckInterval' must be 5 to 300, got 4: choose whole seconds within these"],
    ['an interval of 301 s', { healthCheckInterval: Duration.seconds(301) }, "'healthCheckInterval' must be 5 to 300, got 301: choose whole seconds within these"],
    ['half a second', { healthCheckTimeout: Duration.millis(2500) }, "'healthCheckTimeout' must be 2 to 120, got 2.5: choose whole seconds within these"],
    ['a time-out of 121 s', { healthCheckTimeout: Duration.seconds(121) }, "'healthCheckTimeout' must be 2 to 120, got 121: choose whole seconds within these"],
    ['a time-out as long as the interval', { healthCheckInterval: Duration.seconds(5) },
      "'healthCheckTimeout' must be below 'healthCheckInterval', got 5 s and 5 s: shorten it, or check less often"],
    ['one good answer', { healthyThreshold: 1 }, "'healthyThreshold' must be 2 to 10, got 1: choose a number of answers in a row"],
    ['eleven bad answers', { unhealthyThreshold: 11 }, "'unhealthyThreshold' must be 2 to 10, got 11: choose a number of answers in a row"],
    ['two hours to finish', { deregistrationDelay: Duration.hours(2) }, "'deregistrationDelay' must be 0 to 3600, got 7200: choose whole seconds within these"],
    ['a start of 29 s', { slowStart: Duration.seconds(29) }, "'slowStart' must be 30 to 900, got 29: choose whole seconds within these"],
    ['eight sticky days', { stickiness: Duration.days(8) }, "'stickiness' must be 1 to 604800, got 691200: choose whole seconds within these"],
    ['no requests', { requestsPerTask: 0 }, "'requestsPerTask' must be 1 to 9007199254740991, got 0: choose a number of requests a minute"],
  ])('fails on %s', (_, options, message) => {
    expect(() => targetGroup(options)).toThrow(message);
  });
});

describe('conditions of the rule', () => {
  const path = (...Values: string[]): object => ({ Field: 'path-pattern', PathPatternConfig: { Values } });
  const host = (...Values: string[]): object => ({ Field: 'host-header', HostHeaderConfig: { Values } });

  test.each<[string, RouteConditions, object[]]>([
    ['several paths', { paths: ['/api/*', '/docs'] }, [path('/api/*', '/docs')]],
    ['hosts', { hosts: ['a.example.com'] }, [host('a.example.com')]],
    ['hosts and any path', { hosts: ['a.example.com'], paths: ['/*'] }, [host('a.example.com')]],
    ['hosts and paths', { hosts: ['a.example.com'], paths: ['/api/*'] }, [host('a.example.com'), path('/api/*')]],
    ['patterns given twice, which a rule refuses', { hosts: ['a.example.com', 'a.example.com'], paths: ['/x', '/y', '/x'] }, [host('a.example.com'), path('/x', '/y')]],
    ['none', {}, [path('/*')]],
  ])('%s', (_, conditions, expected) => {
    expect(rule(conditions).Conditions).toEqual(expected);
  });

  test('a priority by hand is taken as it is', () => {
    expect(rule({ priority: 12 }).Priority).toBe(12);
  });
});

describe('a port of its own', () => {
  test('is a listener like the main one, with a rule for all requests', () => {
    const template = parts().add({}, Route.port(8000));
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 8000, Protocol: 'HTTP', DefaultActions: [Match.objectLike({ Type: 'fixed-response' })] });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', { ListenerArn: { Ref: Match.stringLikeRegexp('^EntryPorts8000') } });
  });

  test('is shared by its routes, and main ports are not made again', () => {
    const { api, entry, stack } = parts();
    for (const [id, conditions] of Object.entries({ A: { port: 8000 }, B: { port: 8000, paths: ['/b'] }, C: { port: 80 } })) {
      entry.addRoute(id, { service: api, route: Route.matching(conditions) });
    }
    Template.fromStack(stack).resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 2);
  });
});

describe('several routes', () => {
  test('to one service make each security-group rule once', () => {
    const { api, entry, stack } = parts();
    for (const id of ['One', 'Two']) entry.addRoute(id, { service: api, route: Route.path(`/${id}`) });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 2);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
  });

  test('that meet fail, naming both', () => {
    const { api, entry } = parts();
    entry.addRoute('One', { service: api, route: Route.path('/*') });
    expect(() => entry.addRoute('Two', { service: api, route: Route.path('/*') })).toThrow(
      "routes 'Stack/Api/Routes/One' and 'Stack/Api/Routes/Two' have the same conditions, and no 'priority' can tell them apart: change the conditions of one of them");
  });
});

test('its metrics have the dimensions of load balancer and target group', () => {
  const { api, entry, stack } = parts();
  const targets = entry.addRoute('Web', { service: api, route: Route.path('/*') });
  const { dimensions = [] } = targets.metrics.unhealthyHostCount().toMetricConfig().metricStat!;
  expect(dimensions.map(({ name }) => name).sort()).toEqual(['LoadBalancer', 'TargetGroup']);
  expect(JSON.stringify(stack.resolve(dimensions))).toContain('TargetGroupFullName');
});
