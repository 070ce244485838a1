import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AwsSolutionsChecks } from 'cdk-nag';
import { fargateService, postgres, vpcOf, WebTier } from './fixture';
import { OperationsDashboard, StandardAlarms } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

interface Widget { type: string; x: number; y: number; width: number; height: number; properties: Record<string, any> }

/** Widgets of the dashboard in a stack, with tokens as their JSON. */
function widgetsOf(stack: Stack): Widget[] {
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const body: unknown = dashboard.Properties.DashboardBody;
  const text = typeof body === 'string' ? body : (body as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replace(/"/g, "'"))).join('');
  return (JSON.parse(text) as { widgets: Widget[] }).widgets;
}

const headings = (widgets: Widget[]): string[] => widgets.filter(({ type }) => type === 'text').map(({ properties }) => properties.markdown);
const graphs = (widgets: Widget[]): string[] => widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties.title);

function fill(stack: Stack): { web: WebTier } {
  const vpc = vpcOf(stack);
  const web = new WebTier(stack, 'Web', vpc);
  fargateService(stack, 'Api', new ecs.Cluster(stack, 'Cluster', { vpc }));
  postgres(stack, 'Database', vpc);
  return { web };
}

describe.each(FLAG_SETS)('a whole system with %s', (_, flags) => {
  let stack: Stack;
  let widgets: Widget[];
  beforeAll(() => {
    stack = new Stack(new App({ context: flags }), 'Stack');
    fill(stack);
    const dashboard = new OperationsDashboard(stack, 'Dashboard');
    dashboard.show(stack);
    new StandardAlarms(stack, 'Alarms').monitor(stack);
    widgets = widgetsOf(stack);
  });

  test('has a section for each resource', () => {
    expect(headings(widgets)).toEqual([
      '## Application load balancer Stack/Web/LoadBalancer', '## Target group Stack/Web/Targets', '## ECS service Stack/Api', '## RDS instance Stack/Database',
    ]);
  });

  test('shows the figures of each', () => {
    expect(graphs(widgets)).toEqual([
      'Requests a minute', '5xx of the load balancer a minute', 'Error rate',
      'Requests a minute', 'Answers a minute by HTTP code', 'Error rate', 'Response time', 'Targets',
      'CPU', 'Memory', 'Tasks',
      'CPU', 'Connections', 'Free storage', 'I/O operations a second', 'Free memory',
    ]);
  });

  test('shows the state of every alarm on top, also of those defined later', () => {
    const [first] = widgets;
    expect([first.type, first.y, first.properties.alarms.length]).toEqual(['alarm', 0, 13]);
  });

  test('no two widgets overlap, and none is wider than the page', () => {
    for (const one of widgets) {
      expect(one.x + one.width).toBeLessThanOrEqual(24);
      for (const other of widgets) {
        const beside = one.x + one.width <= other.x || other.x + other.width <= one.x;
        const above = one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(one === other || beside || above).toBe(true);
      }
    }
  });

  test('the name is generated, and cdk-nag finds nothing', () => {
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    expect(Object.keys(Properties)).toEqual(['DashboardBody']);
    const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
    expect(JSON.stringify(violations)).not.toContain('Stack/Dashboard');
  });
});

describe('made when it has something to show', () => {
  test('there is none before, and the getter says so', () => {
    const stack = testStack();
    const dashboard = new OperationsDashboard(stack, 'Dashboard');
    expect(() => dashboard.dashboard).toThrow("dashboard 'Stack/Dashboard' has nothing to show yet: call show() or addMetrics() first");
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });

  test('metrics of the app\'s own have a section', () => {
    const stack = testStack();
    const dashboard = new OperationsDashboard(stack, 'Dashboard');
    dashboard.addMetrics('Orders', new cloudwatch.Metric({ namespace: 'Shop', metricName: 'Orders' }));
    dashboard.dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: 'mine' }));
    const widgets = widgetsOf(stack);
    expect([headings(widgets), graphs(widgets)]).toEqual([['## Orders', 'mine'], ['Orders']]);
  });

  test('fails on a section without metrics', () => {
    expect(() => new OperationsDashboard(testStack(), 'Dashboard').addMetrics('Orders')).toThrow("section 'Orders' has no metrics: pass at least one");
  });
});

describe('show()', () => {
  test('skips what is shown already', () => {
    const stack = testStack();
    const { web } = fill(stack);
    const dashboard = new OperationsDashboard(stack, 'Dashboard');
    dashboard.show(web);
    dashboard.show(stack);
    expect(headings(widgetsOf(stack))).toHaveLength(4);
  });

  test('fails where it finds nothing new', () => {
    const stack = testStack();
    new elbv2.CfnTargetGroup(stack, 'Unused', { protocol: 'HTTP' });
    expect(() => new OperationsDashboard(stack, 'Dashboard').show(stack)).toThrow("nothing to show in 'Stack': it contains no CloudFront distribution, application load balancer, "
      + 'target group, REST API, HTTP API, WebSocket API, ECS service, Lambda function, RDS instance, SQS queue, EFS file system, DynamoDB table, NAT gateway or state machine that is not shown already, define its resources first');
  });

  test('without alarms there is no row of them', () => {
    const stack = testStack();
    fill(stack);
    new OperationsDashboard(stack, 'Dashboard').show(stack);
    expect(widgetsOf(stack).filter(({ type }) => type === 'alarm')).toEqual([]);
  });
});

test.each(['5XXError', undefined])('the alarms on top are those of REST APIs too, whose metrics bear a name and no reference (%s)', (metricName) => {
  const stack = testStack();
  const [shown, other] = ['Shown', 'Other'].map((id) => {
    const api = new apigateway.RestApi(stack, id, { cloudWatchRole: false });
    api.root.addMethod('GET');
    return api;
  });
  new OperationsDashboard(stack, 'Dashboard').show(shown);
  if (metricName === undefined) {
    new StandardAlarms(stack, 'Alarms').monitor(stack);
  } else {
    for (const ApiName of [shown, other].map(({ restApiName }) => restApiName)) {
      const metric = new cloudwatch.Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap: { ApiName } });
      new cloudwatch.Alarm(stack, `On${ApiName}`, { metric, threshold: 1, evaluationPeriods: 1 });
    }
  }
  const [row] = widgetsOf(stack);
  expect(row.properties.alarms).toHaveLength(metricName === undefined ? 2 : 1);
  expect(JSON.stringify(row.properties.alarms)).not.toContain('Other');
});

test.each(['strong', 'weak'])('shows a system of another stack without cyclic references (%s)', (strength) => {
  const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
  const system = new Stack(app, 'System');
  fill(system);
  new StandardAlarms(system, 'Alarms').monitor(system);
  const stack = new Stack(app, 'Watch');
  new OperationsDashboard(stack, 'Dashboard').show(system);
  expect(() => app.synth()).not.toThrow();
  expect([system.dependencies, widgetsOf(stack)[0].properties.alarms.length]).toEqual([[], 13]);
});

test('alarms of a stack that watches that of the dashboard are left out, as each stack would need the other', () => {
  const app = testApp();
  const stack = new Stack(app, 'Stack');
  const elsewhere = new Stack(app, 'Elsewhere');
  postgres(stack, 'Database', vpcOf(stack));
  postgres(elsewhere, 'Archive', vpcOf(elsewhere));
  new OperationsDashboard(stack, 'Dashboard').show(app);
  new StandardAlarms(new Stack(app, 'Watch'), 'Alarms').monitor(app);
  expect(widgetsOf(stack).map(({ type }) => type)).not.toContain('alarm');
});

describe('more alarms than one widget takes', () => {
  /** Those on top of a dashboard over a database with so many alarms. */
  const rowOf = (count: number, elsewhere = 0): Widget[] => {
    const app = testApp();
    const [stack, other] = ['Stack', 'Other'].map((id) => new Stack(app, id));
    const database = postgres(stack, 'Database', vpcOf(stack));
    new OperationsDashboard(other, 'Dashboard').show(stack);
    const alarm = (scope: Stack, id: number) => database.metricCPUUtilization().createAlarm(scope, `Alarm${id}`, { threshold: 1, evaluationPeriods: 1 });
    Array.from({ length: count }, (_, id) => alarm(id < elsewhere ? other : stack, id));
    return widgetsOf(other).filter(({ type }) => type === 'alarm');
  };
  const shapeOf = ({ x, y, width, height, properties: { title, alarms } }: Widget): unknown[] => [x, y, width, height, title, alarms.length];

  test.each([1, 99, 100])('%i fit in one', (count) => {
    expect(rowOf(count).map(shapeOf)).toEqual([[0, 0, 24, 4, 'Alarms', count]]);
  });

  test('stand in several beside each other', () => {
    expect(rowOf(101).map(shapeOf)).toEqual([[0, 0, 12, 4, 'Alarms 1 to 100', 100], [12, 0, 12, 4, 'Alarms 101 to 101', 1]]);
    expect(rowOf(250, 30).map(shapeOf)).toEqual([
      [0, 0, 8, 4, 'Alarms 1 to 100', 100], [8, 0, 8, 4, 'Alarms 101 to 200', 100], [16, 0, 8, 4, 'Alarms 201 to 250', 50],
    ]);
  });

  test('are each in one of them', () => {
    const shown = rowOf(250, 30).flatMap(({ properties: { alarms } }) => alarms);
    expect(new Set(shown).size).toBe(250);
  });
});

test('an app that is synthesized once more shows the alarms that were added in between, each dashboard its own', () => {
  const app = testApp();
  const stacks = ['One', 'Other'].map((id) => new Stack(app, id));
  const databases = stacks.map((stack) => {
    const database = postgres(stack, 'Database', vpcOf(stack));
    new OperationsDashboard(stack, 'Dashboard').show(stack);
    return database;
  });
  const alarmsShown = (): number[] => stacks.map((stack) => widgetsOf(stack).filter(({ type }) => type === 'alarm').flatMap(({ properties }) => properties.alarms).length);
  const alarm = (id: string, number: number): void => {
    databases[number].metricCPUUtilization().createAlarm(stacks[number], id, { threshold: 1, evaluationPeriods: 1 });
  };
  alarm('First', 0);
  expect(alarmsShown()).toEqual([1, 0]);
  alarm('Second', 0);
  alarm('First', 1);
  app.synth({ force: true });
  expect(alarmsShown()).toEqual([2, 1]);
});
