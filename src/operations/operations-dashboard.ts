// One page that shows how an app is: its alarms, then a section for each of its resources.
import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, IConstruct } from 'constructs';
import { KINDS, kindOf } from './alarm-rules/rule-table';
import { listOf } from './alarm-rules/settle';
import { graphOf, graphsOf, heading } from './dashboard-sections';
import { resourcesIn } from './monitored-resource';
import { alarmsOn, deployedBefore, SettledAlarms } from './watching-alarms';

/**
 * A dashboard with a section for each CloudFront distribution, load balancer, target group, API, ECS service, Lambda function, RDS instance, SQS queue, EFS file
 * system, DynamoDB table, NAT gateway and state machine, and a row with the state of their alarms.
 *
 * It is made when it has something to show, and costs $3 a month beyond the three dashboards that are free in an account. Its name is generated.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export class OperationsDashboard extends Construct {
  private made?: cloudwatch.Dashboard;
  private readonly shown = new Set<IConstruct>();

  constructor(scope: Construct, id: string) {
    super(scope, id);
  }

  /** The dashboard, for widgets of one's own. Fails while there is nothing to show. */
  public get dashboard(): cloudwatch.Dashboard {
    if (!this.made) throw new Error(`dashboard '${this.node.path}' has nothing to show yet: call show() or addMetrics() first`);
    return this.made;
  }

  /**
   * Show the resources in a scope as it is now, and their alarms, also those defined later. Alarms of another stack that watches this one are left out: each would need the other.
   *
   * Distributions: requests, 4xx and 5xx, bytes; cache hits too where the additional metrics are switched on by then.
   * Load balancers: requests, error rate, 5xx. Target groups: requests, HTTP codes, error rate, response time, healthy targets.
   * APIs: requests, errors, latency, latency of the integration. Functions: runs, errors, error rate, duration, runs at once.
   * Services: CPU, memory, tasks; the latter need Container Insights. Databases: CPU, connections, storage, I/O, memory.
   * Queues: messages waiting and in flight, age of the oldest, messages sent and done.
   * File systems: bytes, I/O limit, connections. Tables: capacity, requests turned away. NAT gateways: bytes, connections, errors.
   * State machines: runs, duration.
   *
   * What is shown already is skipped; a target group that no listener forwards to, and a REST API without a name, have no metrics and are skipped too. Fails if nothing new is found.
   */
  public show(scope: IConstruct): void {
    const found = resourcesIn(scope).filter((resource) => {
      const kind = kindOf(resource);
      return kind && kind.obstacle?.(resource) === undefined && !this.shown.has(resource);
    });
    if (found.length === 0) {
      throw new Error(`nothing to show in '${scope.node.path}': it contains no ${listOf(KINDS.map(({ name }) => name))} `
        + 'that is not shown already, define its resources first');
    }
    const dashboard = this.open();
    if (this.shown.size === 0) dashboard.addWidgets(new AlarmRow(this, this.shown));
    for (const resource of found) {
      const kind = kindOf(resource)!;
      this.shown.add(resource);
      dashboard.addWidgets(heading(`${kind.name[0].toUpperCase()}${kind.name.slice(1)} ${nameOf(resource)}`));
      dashboard.addWidgets(...graphsOf(resource, kind));
    }
  }

  /** A section of metrics of the app's own. Fails without a metric. */
  public addMetrics(title: string, ...metrics: cloudwatch.IMetric[]): void {
    if (metrics.length === 0) throw new Error(`section '${title}' has no metrics: pass at least one`);
    const dashboard = this.open();
    dashboard.addWidgets(heading(title));
    dashboard.addWidgets(graphOf(title, metrics));
  }

  private open(): cloudwatch.Dashboard {
    this.made ??= new cloudwatch.Dashboard(this, 'Resource');
    return this.made;
  }
}

/** Where a resource is in the app, without the names that say only what it is. */
function nameOf(resource: CfnResource): string {
  return resource.node.path.replace(/(\/Resource)+$/, '').replace(/(.\/.*)\/Service$/, '$1');
}

/** Alarms that one widget takes. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const ALARMS_PER_WIDGET = 100;
/** Columns of a dashboard, and so the most widgets beside each other. */
const COLUMNS = 24;

/** The state of the alarms on what is shown, as they are when the app is synthesized: in one widget, or in several beside each other. */
class AlarmRow extends cloudwatch.ConcreteWidget {
  private readonly settled: SettledAlarms;
  private alarms: CfnResource[] = [];

  constructor(private readonly dashboard: Construct, private readonly shown: Set<IConstruct>) {
    super(COLUMNS, 4);
    this.settled = new SettledAlarms(dashboard, shown);
  }

  public toJson(): object[] {
    const { dashboard, shown } = this;
    // they are nearly always in its stack: to look through the app for each dashboard takes the square of their number
    if (alarmsOn(Stack.of(dashboard), shown).length === 0 && deployedBefore(dashboard, alarmsOn(dashboard.node.root, shown)).length === 0) return [];
    // how many there are is known when they are settled; of widgets that are not needed nothing is left
    return Array.from({ length: COLUMNS }, (_, index) => Lazy.uncachedAny({
      produce: (context) => {
        if (index === 0) this.alarms = deployedBefore(dashboard, this.settled.find(context));
        return this.widget(index);
      },
    }));
  }

  private widget(index: number): object | undefined {
    const first = index * ALARMS_PER_WIDGET;
    const alarms = this.alarms.slice(first, first + ALARMS_PER_WIDGET);
    const widgets = Math.ceil(this.alarms.length / ALARMS_PER_WIDGET);
    if (index >= widgets) return undefined;
    const width = Math.floor(this.width / widgets);
    const title = widgets === 1 ? 'Alarms' : `Alarms ${first + 1} to ${first + alarms.length}`;
    return {
      type: 'alarm',
      width,
      height: this.height,
      x: (this.x ?? 0) + index * width,
      y: this.y,
      properties: { title, alarms: alarms.map((alarm) => alarm.getAtt('Arn').toString()) },
    };
  }
}
