// Alarms for whatever an app consists of, from rules that are data.
import { Aspects, AspectPriority, CfnResource, Stack, Token, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct, IConstruct } from 'constructs';
import { AlarmRule, inWords, MonitoredKind, thresholdName } from './alarm-rules/rule';
import { KINDS, kindOf } from './alarm-rules/rule-table';
import { checkThresholds, listOf, settle } from './alarm-rules/settle';
import { AlarmThreshold, AlarmThresholds } from './alarm-threshold';
import { IAlertTopic } from './alert-topic';
import { placeFor, rendered, resourcesIn } from './monitored-resource';
import { isAlarmOn } from './watching-alarms';

/** Properties of `StandardAlarms`. */
export interface StandardAlarmsProps {
  /** Who is told, when an alarm fires and when it is over. @default - nobody, with a warning at synthesis */
  readonly alerts?: IAlertTopic;
  /** Thresholds of everything monitored. @default - standard */
  readonly thresholds?: AlarmThresholds;
}

/** What is monitored, and how. */
export interface MonitorOptions {
  /** Constructs that are left out, with all they contain. @default - nothing is left out */
  readonly exclude?: IConstruct[];
  /** Thresholds of what this call finds. Those it does not give are those of the alarms. @default - those of the alarms */
  readonly thresholds?: AlarmThresholds;
}

/**
 * The alarms a production system should have, for any resources of any CDK app: CloudFront distributions, load balancers, target groups, APIs, ECS services, Lambda
 * functions, RDS instances, SQS queues, EFS file systems, DynamoDB tables, NAT gateways and state
 * machines.
 *
 * Each alarm says in its description what it means, for which resource, where to look first, and links to the console (partition `aws`).
 * Warnings at synthesis: `cdk-patternbook:StandardAlarmsNobodyTold` for alarms without an action, `cdk-patternbook:StandardAlarmsJoinedLater` for resources
 * that joined a monitored scope after the call, `cdk-patternbook:StandardAlarmsNotMonitored` for those that cannot be monitored yet, or not from this region.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
 * @example
 * const alarms = new StandardAlarms(this, 'Alarms', { alerts: AlertTopic.fromTopic(topic) });
 * alarms.monitor(stack, { thresholds: { database: { freeStorage: AlarmThreshold.gibibytes(4) } } });
 */
export class StandardAlarms extends Construct {
  private readonly alerts?: IAlertTopic;
  private readonly thresholds?: AlarmThresholds;
  private readonly made: cloudwatch.Alarm[] = [];
  private readonly monitored = new Set<CfnResource>();
  /** What a call has found and left out on purpose. It is not reported as having joined later. */
  private readonly leftOut = new Set<CfnResource>();
  /** What could not be monitored when it was found, and why. */
  private readonly obstructed = new Map<CfnResource, string>();
  private readonly scopes: IConstruct[] = [];

  constructor(scope: Construct, id: string, props: StandardAlarmsProps = {}) {
    super(scope, id);
    this.alerts = props.alerts;
    this.thresholds = props.thresholds;
    checkThresholds(props.thresholds);
    Aspects.of(this).add({ visit: (node) => node === this && this.warn() }, { priority: AspectPriority.READONLY });
  }

  /** The alarms so far. */
  public get alarms(): cloudwatch.Alarm[] {
    return [...this.made];
  }

  /**
   * Define alarms for the resources in a scope as it is now: a resource, a construct or a stack. L1, L2 or L3.
   *
   * What is monitored already is skipped. Alarms of a target group refer to it and its listener alone, so that the service behind it may roll back on them.
   * Fails if it finds nothing new, on a threshold in a unit the alarm does not know, and on resources in another region or account.
   *
   * @returns the alarms it defined
   */
  public monitor(scope: IConstruct, options: MonitorOptions = {}): cloudwatch.Alarm[] {
    checkThresholds(options.thresholds);
    const excluded = new Set(options.exclude ?? []);
    const fresh = resourcesIn(scope).filter((resource) => kindOf(resource) && !this.monitored.has(resource));
    const chosen = fresh.filter((resource) => !resource.node.scopes.some((ancestor) => excluded.has(ancestor)));
    if (chosen.length === 0) {
      throw new Error(`nothing to monitor in '${scope.node.path}': it contains no ${listOf(KINDS.map(({ name }) => name))} `
        + 'that is not excluded or monitored already, define its resources first');
    }
    this.scopes.push(scope);
    fresh.filter((resource) => !chosen.includes(resource)).forEach((resource) => this.leftOut.add(resource));
    const before = this.made.length;
    for (const resource of chosen) this.monitorResource(resource, kindOf(resource)!, options.thresholds);
    return this.made.slice(before);
  }

  private monitorResource(resource: CfnResource, kind: MonitoredKind, thresholds?: AlarmThresholds): void {
    const obstacle = obstacleTo(resource, kind, this);
    if (obstacle !== undefined) {
      this.obstructed.set(resource, `${kind.name} '${resource.node.path}' has no alarms, as ${obstacle}`);
      return;
    }
    checkSameEnvironment(resource, this, kind.region);
    this.monitored.add(resource);
    const place = placeFor(resource, this);
    for (const rule of kind.rules.filter(({ appliesTo }) => appliesTo?.(resource) ?? true)) {
      const given = thresholdIn(thresholds, kind, rule) ?? thresholdIn(this.thresholds, kind, rule);
      if (!given?._isOff) this.made.push(this.define(place, resource, kind, rule, given));
    }
  }

  private define(place: Construct, resource: CfnResource, kind: MonitoredKind, rule: AlarmRule, given?: AlarmThreshold): cloudwatch.Alarm {
    const { threshold, limit } = settle(rule, kind, resource, given);
    rule.prepare?.(place, resource);
    const alarm = new cloudwatch.Alarm(place, rule.id, {
      alarmDescription: describe(resource, kind, rule, inWords(rule.comparison, threshold)),
      metric: rule.measure(resource, threshold.period),
      threshold: limit,
      comparisonOperator: rule.comparison.operator,
      evaluationPeriods: threshold.periods,
      datapointsToAlarm: threshold.datapoints,
      treatMissingData: rule.missing,
    });
    if (this.alerts) {
      const action = new SnsAction(this.alerts.topic);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    return alarm;
  }

  private warn(): void {
    const silent = this.made.filter((alarm) => isSilent(alarm));
    if (silent.length > 0) {
      Validations.of(this).addWarning('cdk-patternbook:StandardAlarmsNobodyTold',
        `nobody is told when ${silent.length === 1 ? 'an alarm fires' : `one of ${silent.length} alarms fires`}: pass an AlertTopic as 'alerts'`);
    }
    for (const [resource, reason] of this.obstructed) {
      // StandardAlarms of a stack where it can be monitored have done so
      if (!this.monitored.has(resource) && !isAlarmOn(new Set([resource]), this)) Validations.of(this).addWarning('cdk-patternbook:StandardAlarmsNotMonitored', reason);
    }
    const late = new Set(this.scopes.flatMap((scope) => resourcesIn(scope))
      .filter((resource) => kindOf(resource) && ![this.monitored, this.leftOut, this.obstructed].some((known) => known.has(resource))));
    if (late.size > 0) {
      Validations.of(this).addWarning('cdk-patternbook:StandardAlarmsJoinedLater',
        `${listOf([...late].map(({ node }) => `'${node.path}'`), 'and')} joined after monitor() and ${late.size === 1 ? 'has' : 'have'} no alarms: `
        + 'call monitor() later, or once more');
    }
  }
}

/** Why a resource has no alarms here, and what to do about it. */
function obstacleTo(resource: CfnResource, kind: MonitoredKind, alarms: Construct): string | undefined {
  const obstacle = kind.obstacle?.(resource);
  if (obstacle !== undefined) return `${obstacle} when monitor() was called: call it afterwards`;
  const { region } = Stack.of(alarms);
  if (kind.region === undefined || kind.region === region) return undefined;
  return `CloudWatch keeps its metrics in ${kind.region}, and these alarms are in ${Token.isUnresolved(region) ? 'the region of their deployment' : region}: `
    + 'monitor it by StandardAlarms of a stack there';
}

function describe(resource: CfnResource, kind: MonitoredKind, rule: AlarmRule, when: string): string {
  const region = kind.region ?? Stack.of(resource).region;
  return [
    `${rule.meaning}.`,
    `Resource: ${kind.name} ${resource.node.path}.`,
    `Fires: ${when}.`,
    `First look at ${rule.firstCheck}.`,
    `https://${region}.console.aws.amazon.com/${kind.consolePage(resource, region)}`,
  ].join('\n');
}

function thresholdIn(thresholds: AlarmThresholds | undefined, kind: MonitoredKind, rule: AlarmRule): AlarmThreshold | undefined {
  return (thresholds?.[kind.thresholds] as Record<string, AlarmThreshold | undefined> | undefined)?.[thresholdName(rule)];
}

/** Whether an alarm acts on nobody. Actions may come at any time, so this is asked at synthesis. */
function isSilent(alarm: cloudwatch.Alarm): boolean {
  const actions = rendered(alarm.node.defaultChild as CfnResource, 'AlarmActions') as unknown[] | undefined;
  return actions === undefined || actions.length === 0;
}

function checkSameEnvironment(resource: CfnResource, alarms: Construct, regionOfMetrics?: string): void {
  const { region, account } = Stack.of(resource);
  const [there, here] = [{ region: regionOfMetrics ?? region, account }, Stack.of(alarms)];
  for (const place of ['region', 'account'] as const) {
    if (!Token.isUnresolved(there[place]) && !Token.isUnresolved(here[place]) && there[place] !== here[place]) {
      throw new Error(`'${resource.node.path}' is in ${place} ${there[place]}, its alarms would be in ${here[place]}: `
        + `alarms see the metrics of their own ${place}, define StandardAlarms in a stack there`);
    }
  }
}
