// Each snippet of docs/escape-hatches.md does in the template what the page says.
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Page } from '../../integ/pages/page';
import { runSnippet } from '../../integ/pages/snippet-run';
import { AppNetwork, PrivatePostgres } from '../../src';

const page = new Page('docs/escape-hatches.md');
const shopOf = (app: App): Stack => app.node.findChild('Shop') as Stack;

interface Looked { readonly template: Template; readonly before: Template; readonly stack: Stack }

/** What each snippet must have done, in the order of the page. */
const PROMISES: ReadonlyArray<[promise: string, code: RegExp, check: (looked: Looked) => void]> = [
  ['a block of your own takes the place of ours', /preserve_host_header/, ({ template }) => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'idle_timeout.timeout_seconds', Value: '300' }, { Key: 'routing.http.preserve_host_header.enabled', Value: 'true' },
      ]),
    });
  }],
  ['members are CDK constructs', /scaleOnMetric/, ({ template }) => {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', { PolicyType: 'StepScaling' });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: Match.arrayWith([Match.objectLike({ Name: 'Sidecar', Essential: false })]) });
  }],
  ['mixins reach what is inside of a block', /Mixins\.of/, ({ template }) => {
    template.allResourcesProperties('AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled' } });
  }],
  ['a mixin is given to one construct', /\.with\(/, ({ template, before }) => {
    before.resourcePropertiesCountIs('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }] }, 0);
    template.hasResourceProperties('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }] });
  }],
  ['injected props reach the CDK constructs inside of ours', /PropertyInjectors\.of/, ({ template }) => {
    for (const name of ['postgresql', 'upgrade']) {
      const group = { LogGroupName: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`/${name}$`)])] } };
      template.hasResourceProperties('AWS::Logs::LogGroup', { ...group, RetentionInDays: 1827 });
    }
  }],
  ['aspects visit what is inside of ours', /implements IAspect/, ({ template }) => {
    const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties }) => JSON.stringify(Properties));
    const ofTasks = roles.filter((role) => role.includes('ecs-tasks'));
    expect(ofTasks.filter((role) => role.includes('"PermissionsBoundary":"arn:aws:iam::111111111111:policy/Boundary"'))).toHaveLength(ofTasks.length);
    expect(ofTasks.length).toBeGreaterThan(1);
  }],
  ['tags, removal policies and boundaries are applied', /RemovalPolicies/, ({ template, before }) => {
    before.resourcePropertiesCountIs('AWS::S3::Bucket', { Tags: Match.arrayWith([{ Key: 'CostCenter', Value: 'shop' }]) }, 0);
    template.hasResourceProperties('AWS::S3::Bucket', { Tags: Match.arrayWith([{ Key: 'CostCenter', Value: 'shop' }]) });
    before.hasResource('AWS::RDS::DBInstance', { DeletionPolicy: 'Snapshot' });
    template.hasResource('AWS::RDS::DBInstance', { DeletionPolicy: 'Retain' });
  }],
  ['an override sets and deletes properties', /addPropertyOverride/, ({ template, before }) => {
    before.hasResourceProperties('AWS::RDS::DBInstance', { MonitoringInterval: 60, DedicatedLogVolume: Match.absent() });
    template.hasResourceProperties('AWS::RDS::DBInstance', { DedicatedLogVolume: true, MonitoringInterval: Match.absent() });
  }],
  ['a moved construct keeps the logical id and the identifier', /overrideLogicalId/, ({ template }) => {
    const unmoved = new Stack(new App({ analyticsReporting: false }), 'Shop');
    new PrivatePostgres(unmoved, 'Database', { network: new AppNetwork(unmoved, 'Network') });
    const [[id, instance]] = Object.entries(Template.fromStack(unmoved).findResources('AWS::RDS::DBInstance'));
    const moved = template.findResources('AWS::RDS::DBInstance');
    expect(Object.keys(moved)).toEqual([id]);
    expect(moved[id].Properties.DBInstanceIdentifier).toEqual(instance.Properties.DBInstanceIdentifier);
  }],
  ['a finding is acknowledged on the construct', /acknowledge/, ({ stack }) => {
    const balancer = stack.node.findAll().find(({ node }) => node.path === 'Shop/Given/App/Entry/Resource')!;
    const acknowledged = balancer.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
    expect(JSON.stringify(acknowledged)).toContain('AwsSolutions-ELB2');
  }],
];

test('every snippet of the page has a promise, in the order of the page', () => {
  expect(page.snippets.map(({ code }) => PROMISES.findIndex(([, pattern]) => pattern.test(code)))).toEqual(PROMISES.map((_, index) => index));
});

test.each(PROMISES)('%s', (_, code, check) => {
  const snippet = page.snippets.find((candidate) => code.test(candidate.code))!;
  const [app, bare] = [runSnippet(snippet), runSnippet(snippet, { withoutCode: true })];
  check({ template: Template.fromStack(shopOf(app)), before: Template.fromStack(shopOf(bare)), stack: shopOf(app) });
});

/** How a snippet calls one of each block that the page lists. */
const THINGS: Readonly<Record<string, string>> = {
  AppNetwork: 'network',
  PrivatePostgres: 'database',
  ContainerCluster: 'cluster',
  ContainerService: 'api',
  WebEntry: 'entry',
  AlertTopic: 'alerts',
  StandardAlarms: 'alarms',
  OperationsDashboard: 'web.dashboard',
};

test('the members that the page lists are there', () => {
  const rows = [...page.section('Members').matchAll(/^\| `(\w+)` \| (`.*) \|$/gm)].map(([, block, members]) => ({
    block, members: [...members.replace(/`\w+\(\)` returns.*/, '').matchAll(/`(\w+)`/g)].map(([, member]) => member),
  }));
  expect(rows.map(({ block }) => block)).toEqual(Object.keys(THINGS));
  // a dashboard is there once it shows something
  const code = ["web.addService('Shown', { image, port: 80 });", ...rows.flatMap(({ block, members }) => members.map((member) =>
    `if (${THINGS[block]}.${member} === undefined) throw new Error('${block}.${member} is undefined');`))];
  expect(() => runSnippet({ name: 'members', code: code.join('\n'), beside: [] })).not.toThrow();
});
