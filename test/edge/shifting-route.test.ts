import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  AppDomain, AppNetwork, ContainerCluster, ContainerService, Deployment, EnvironmentProfile, HaContainerWebApp, Route, WebEntry, WebEntryProps,
  WebRouteOptions,
} from '../../src';
import { circles } from '../compute/app-tier';
import { FLAG_SETS, testStack } from '../harness';

const profile = EnvironmentProfile.DEV;
const image = ecs.ContainerImage.fromRegistry('example/api:1');

class Parts {
  public readonly entry: WebEntry;
  private readonly cluster: ContainerCluster;

  constructor(public readonly stack: Stack = testStack(), props: Partial<WebEntryProps> = {}) {
    const network = new AppNetwork(stack, 'Network', { profile });
    this.cluster = new ContainerCluster(stack, 'Cluster', { network });
    this.entry = new WebEntry(stack, 'Entry', { network, profile, ...props });
  }

  public service(deployment: Deployment, id = 'Api'): ContainerService {
    return new ContainerService(this.stack, id, { cluster: this.cluster, profile, image, port: 8000, deployment });
  }

  public template(deployment: Deployment, options: WebRouteOptions = {}): Template {
    this.entry.addRoute('Web', { service: this.service(deployment), route: Route.path('/*'), ...options });
    return Template.fromStack(this.stack);
  }
}

const domainIn = (stack: Stack): AppDomain =>
  AppDomain.fromCertificate(acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-central-1:111122223333:certificate/x'), 'api.example.com');
const idOf = (template: Template, type: string, part: string): string => {
  const ids = Object.keys(template.findResources(type)).filter((id) => id.includes(part));
  expect(ids).toHaveLength(1);
  return ids[0];
};
const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const SHIFTING: Array<[string, () => Deployment]> = [
  ['canary', () => Deployment.canary()], ['linear', () => Deployment.linear()], ['blueGreen', () => Deployment.blueGreen()],
  ['rolling with an alternate target group', () => Deployment.rolling({ alternateTargetGroup: true })],
];

describe.each(FLAG_SETS)('a route to a service that shifts traffic, with %s', (_, flags) => {
  const parts = new Parts(new Stack(new App({ context: flags }), 'Stack'));
  const template = parts.template(Deployment.canary({ testPort: 8443 }), {
    healthCheckPath: '/healthz', slowStart: Duration.seconds(60), deregistrationDelay: Duration.seconds(7),
  });
  const primary = idOf(template, TARGET_GROUP, 'WebTargetGroup');
  const alternate = idOf(template, TARGET_GROUP, 'WebAlternateTargetGroup');
  const rule = idOf(template, RULE, 'WebRule');
  const testRule = idOf(template, RULE, 'WebTestRule');
  const role = idOf(template, 'AWS::IAM::Role', 'WebDeploymentRole');
  const weighted = (...groups: Array<[string, number]>): object =>
    ({ Type: 'forward', ForwardConfig: { TargetGroups: groups.map(([group, Weight]) => ({ TargetGroupArn: { Ref: group }, Weight })) } });

  test('has two target groups that treat tasks alike', () => {
    const groups = template.findResources(TARGET_GROUP);
    expect(groups[alternate].Properties).toEqual(groups[primary].Properties);
    expect(groups[alternate].Properties).toMatchObject({ HealthCheckPath: '/healthz', TargetType: 'ip', Port: 8000 });
    expect(JSON.stringify(groups[alternate].Properties.TargetGroupAttributes)).toContain('"slow_start.duration_seconds","Value":"60"');
  });

  test('begins with all traffic in the first group, and with tests in the second', () => {
    template.hasResourceProperties(RULE, { Priority: 48001, Actions: [weighted([primary, 100], [alternate, 0])], ListenerArn: { Ref: Match.stringLikeRegexp('^EntryHttp') } });
    template.hasResourceProperties(RULE, {
      Priority: 48001, Actions: [weighted([alternate, 100], [primary, 0])], ListenerArn: { Ref: Match.stringLikeRegexp('^EntryTestPorts8443') },
    });
  });

  test('hands both groups, both rules and the role to ECS', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      LoadBalancers: [{
        ContainerName: 'App',
        ContainerPort: 8000,
        TargetGroupArn: { Ref: primary },
        AdvancedConfiguration: {
          AlternateTargetGroupArn: { Ref: alternate },
          ProductionListenerRule: { Ref: rule },
          TestListenerRule: { Ref: testRule },
          RoleArn: { 'Fn::GetAtt': [role, 'Arn'] },
        },
      }],
    });
  });

  test('lets ECS change these rules and groups, and nothing else', () => {
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: role }] } }));
    const statements: Array<{ Action: string | string[]; Resource: unknown }> = policy.Properties.PolicyDocument.Statement;
    expect(statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action)).toEqual(
      ['DescribeListeners', 'DescribeRules', 'DescribeTargetGroups', 'DescribeTargetHealth'].map((action) => `elasticloadbalancing:${action}`));
    const changes = statements.filter(({ Resource }) => Resource !== '*').map(({ Action, Resource }) => [[Action].flat().sort(), (Resource as object[]).map((arn) => JSON.stringify(arn)).sort()]);
    const refs = (...ids: string[]): string[] => ids.map((id) => JSON.stringify({ Ref: id })).sort();
    expect(changes).toEqual(expect.arrayContaining([
      [['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets'], refs(primary, alternate)],
      [['elasticloadbalancing:ModifyRule'], refs(rule, testRule)],
    ]));
    expect(changes).toHaveLength(2);
    expect(template.findResources('AWS::IAM::Role')[role].Properties).toMatchObject({
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'ecs.amazonaws.com' } }] },
    });
    expect(template.findResources('AWS::IAM::Role')[role].Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('the service waits for all of it', () => {
    const policy = idOf(template, 'AWS::IAM::Policy', 'WebDeploymentRole');
    for (const id of [rule, testRule, policy]) template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([id]) });
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('tests come from the VPC alone', () => {
    const admitted = Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? []);
    expect(admitted.filter(({ FromPort }: { FromPort: number }) => FromPort === 8443).map(({ CidrIp }: { CidrIp: string }) => CidrIp)).toEqual(['10.0.0.0/16']);
  });

  test('cdk-nag finds nothing on the way to the service', () => {
    (parts.stack.node.root as App).synth();
    const { violations } = new AwsSolutionsChecks(parts.stack).validateScope(parts.stack);
    const paths = violations.flatMap(({ violatingResources }) => violatingResources.map(({ constructPath }) => constructPath ?? ''));
    expect(paths.filter((path) => /Entry|Routes|LoadBalancers/.test(path))).toEqual([]);
  });
});

test.each(SHIFTING)('a rule is the same with %s, so that CloudFormation leaves the weights to ECS', (_, deployment) => {
  const template = new Parts().template(deployment());
  const canary = new Parts().template(Deployment.canary());
  expect(template.findResources(RULE)).toEqual(canary.findResources(RULE));
  expect(template.findResources(TARGET_GROUP)).toEqual(canary.findResources(TARGET_GROUP));
});

test.each(SHIFTING)('stickiness is refused with %s, which the load balancer would refuse behind two groups', (_, make) => {
  const deployment = make();
  expect(() => new Parts().template(deployment, { stickiness: Duration.hours(1) })).toThrow(
    `'stickiness' of route 'Stack/Api/Routes/Web' must not be combined with a second target group, got ${deployment.strategy}: `
    + 'Elastic Load Balancing has sticky targets behind two groups only where the groups are sticky too, and these would hold clients on one that a deployment has emptied, '
    + "so leave it out, or use Deployment.rolling() without 'alternateTargetGroup'");
});

test('a rolling service has one target group and no role', () => {
  const template = new Parts().template(Deployment.rolling());
  template.resourceCountIs(TARGET_GROUP, 1);
  template.hasResourceProperties('AWS::ECS::Service', { LoadBalancers: [{ AdvancedConfiguration: Match.absent() }] });
  expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('"ecs.amazonaws.com"');
});

describe('scaling on requests', () => {
  const policyOf = (deployment: Deployment): [string, Record<string, unknown>] => {
    const policies = Object.entries(new Parts().template(deployment, { requestsPerTask: 500 }).findResources('AWS::ApplicationAutoScaling::ScalingPolicy'));
    const [[id, { Properties }]] = policies.filter(([name]) => name.includes('Requests'));
    return [id, Properties];
  };

  test('counts those of both target groups, of which one may have none', () => {
    const [, { TargetTrackingScalingPolicyConfiguration: configuration }] = policyOf(Deployment.linear());
    const requests = (group: string): object => ({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCountPerTarget',
      Dimensions: [
        { Name: 'LoadBalancer', Value: expect.anything() },
        { Name: 'TargetGroup', Value: { 'Fn::GetAtt': [expect.stringMatching(`^ApiRoutesWeb${group}[0-9A-F]{8}$`), 'TargetGroupFullName'] } },
      ],
    });
    expect(configuration).toEqual({
      TargetValue: 500,
      ScaleInCooldown: 300,
      ScaleOutCooldown: 60,
      CustomizedMetricSpecification: {
        Metrics: [
          { Id: 'requests0', ReturnData: false, MetricStat: { Stat: 'Sum', Metric: requests('TargetGroup') } },
          { Id: 'requests1', ReturnData: false, MetricStat: { Stat: 'Sum', Metric: requests('AlternateTargetGroup') } },
          { Id: 'sum', ReturnData: true, Label: 'Requests for each task', Expression: 'FILL(requests0, 0) + FILL(requests1, 0)' },
        ],
      },
    });
  });

  test('is the same policy whatever the strategy', () => {
    const [id, { PolicyName, ScalingTargetId }] = policyOf(Deployment.rolling());
    const [shiftingId, shifting] = policyOf(Deployment.canary());
    expect([shiftingId, shifting.PolicyName, shifting.ScalingTargetId]).toEqual([id, PolicyName, ScalingTargetId]);
  });
});

describe('a test port', () => {
  const testing = (testPort: number, ...testPeers: ec2.IPeer[]): Deployment =>
    Deployment.blueGreen({ testPort, testPeers: testPeers.length ? testPeers : undefined });

  test('admits the peers that are named and nobody else', () => {
    const template = new Parts().template(testing(9000, ec2.Peer.ipv4('192.0.2.0/24'), ec2.Peer.ipv4('198.51.100.7/32')));
    const admitted = Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? [])
      .filter(({ FromPort }: { FromPort: number }) => FromPort === 9000).map(({ CidrIp }: { CidrIp: string }) => CidrIp);
    expect(admitted).toEqual(['192.0.2.0/24', '198.51.100.7/32']);
  });

  test('is a listener like the public one, with its certificate', () => {
    const stack = testStack();
    new Parts(stack, { domain: domainIn(stack) }).template(testing(8443)).hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 8443, Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09', DefaultActions: [Match.objectLike({ Type: 'fixed-response' })],
    });
  });

  test('stands beside a route with a port of its own, whose rule it shifts and no other', () => {
    const stack = testStack();
    const parts = new Parts(stack, { domain: domainIn(stack) });
    parts.entry.addRoute('Front', { service: parts.service(Deployment.rolling(), 'Front'), route: Route.path('/*') });
    parts.entry.addRoute('Api', { service: parts.service(Deployment.canary()), route: Route.port(8000) });
    const template = Template.fromStack(stack);
    const ports = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::Listener')).map(({ Properties }) => [Properties.Port, Properties.Protocol]);
    expect(ports.sort()).toEqual([[443, 'HTTPS'], [80, 'HTTP'], [8000, 'HTTPS']]);
    expect(parts.entry.urlOf(Route.port(8000))).toBe('https://api.example.com:8000');
    const rule = idOf(template, RULE, 'ApiRule');
    template.hasResourceProperties(RULE, { ListenerArn: { Ref: Match.stringLikeRegexp('^EntryPorts8000') }, Actions: [Match.objectLike({ Type: 'forward' })] });
    template.hasResourceProperties('AWS::ECS::Service', {
      LoadBalancers: [Match.objectLike({ AdvancedConfiguration: Match.objectLike({ ProductionListenerRule: { Ref: rule } }) })],
    });
    const open = template.findResources('AWS::EC2::SecurityGroup', { Properties: { GroupDescription: 'Load balancer' } });
    const admitted: Array<{ FromPort: number; CidrIp: string }> = Object.values(open)[0].Properties.SecurityGroupIngress;
    expect(admitted.map(({ FromPort, CidrIp }) => [FromPort, CidrIp]).sort()).toEqual([[443, '0.0.0.0/0'], [80, '0.0.0.0/0'], [8000, '0.0.0.0/0']]);
  });

  test('may be shared by services, each with the conditions of its route', () => {
    const parts = new Parts();
    for (const id of ['One', 'Two']) parts.entry.addRoute(id, { service: parts.service(testing(9000), id), route: Route.path(`/${id}/*`) });
    const template = Template.fromStack(parts.stack);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 2);
    template.resourceCountIs(RULE, 4);
  });

  test.each<[string, number, (parts: Parts) => void, string]>([
    ['the port of the main listener', 80, () => undefined, "'testPort' must be a port of its own, got 80, which the public uses: choose another, such as 8443"],
    ['the port of a route', 8443, (parts) => parts.entry.addRoute('Other', { service: parts.service(Deployment.rolling(), 'Other'), route: Route.port(8443) }),
      "'testPort' must be a port of its own, got 8443, which the public uses: choose another, such as 9443"],
  ])('fails on %s', (_, port, before, message) => {
    const parts = new Parts();
    before(parts);
    expect(() => parts.template(testing(port))).toThrow(message);
  });

  test('fails where the public is routed to it later', () => {
    const parts = new Parts();
    parts.template(testing(9000));
    expect(() => parts.entry.addRoute('Other', { service: parts.service(Deployment.rolling(), 'Other'), route: Route.port(9000) })).toThrow(
      "'testPort' must be a port of its own, got 9000, which the public uses: choose another, such as 8443");
  });

  test('fails on port 80 beside a domain, which redirects', () => {
    const stack = testStack();
    expect(() => new Parts(stack, { domain: domainIn(stack) }).template(testing(80))).toThrow("'testPort' must be a port of its own, got 80, which the public uses: choose another, such as 8443");
  });

  test('fails behind an existing listener; without it the strategy works there too', () => {
    const parts = new Parts();
    const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(parts.stack, 'Listener', {
      listenerArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/shared/1/2',
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(parts.stack, 'Group', 'sg-1'),
    });
    const shared = WebEntry.fromListener(parts.stack, 'Shared', { listener, url: 'https://shop.example.com' });
    expect(() => shared.addRoute('Tested', { service: parts.service(testing(9000), 'Tested'), route: Route.path('/t/*') })).toThrow(
      "'testPort' must not be set on services behind an existing listener, got 9000: leave it out, or put 'Stack/Tested' behind a WebEntry");
    shared.addRoute('Web', { service: parts.service(Deployment.canary()), route: Route.path('/w/*') });
  });
});

test('an app rolls back on the alarms of both target groups, one of which has the new version', () => {
  const stack = testStack();
  const app = new HaContainerWebApp(stack, 'App', { profile });
  app.addService('Api', { image, port: 8000, route: Route.path('/*'), deployment: Deployment.canary() });
  const template = Template.fromStack(stack);
  const [service] = Object.values(template.findResources('AWS::ECS::Service'));
  const names = (service.Properties.DeploymentConfiguration.Alarms.AlarmNames as Array<{ Ref: string }>).map(({ Ref }) => Ref);
  const watched = (group: string): string[] => names.filter((name) => JSON.stringify(template.toJSON().Resources[name]).includes(`"${idOf(template, TARGET_GROUP, group)}"`));
  expect(watched('ApiTargetGroup').length).toBeGreaterThan(1);
  expect(watched('ApiAlternateTargetGroup')).toHaveLength(watched('ApiTargetGroup').length);
  expect(circles(template.toJSON().Resources)).toEqual([]);
});
