// Which alarms watch a resource, whoever defined them.
import { CfnResource, IResolveContext, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { firstAround, property, rendered, resourcesIn, REST_API, targetsOf } from './monitored-resource';
import { outermostStack } from '../private/outermost';
import { isOfType } from '../private/resource-references';

const ALARM = 'AWS::CloudWatch::Alarm';
const SCALING_POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';

/** Alarms of a scope on metrics of some resources, as they are now. */
export function alarmsOn(scope: IConstruct, resources: Set<IConstruct>): CfnResource[] {
  if (resources.size === 0) return [];
  return resourcesIn(scope, ALARM).filter((alarm) => watchedBy(alarm).some((target) => resources.has(target)));
}

/** Whether there is an alarm on one of some resources so far, in the stack of a construct or anywhere else in the app. */
export function isAlarmOn(resources: Set<IConstruct>, near: IConstruct): boolean {
  return firstAround(near, (scope) => alarmsOn(scope, resources)[0]) !== undefined;
}

/** An alarm, and what it watches. */
interface Watch { readonly alarm: CfnResource; readonly targets: IConstruct[] }

/** Those of each stage, while its references are settled. */
const WATCHES = new WeakMap<IConstruct, Watch[]>();

/**
 * Alarms on metrics of some resources, also those defined later, for what is rendered. Resources may be added too.
 *
 * References are settled when nothing is added any more, and before templates are rendered. All who look then share one look through their stage, as to walk through it
 * for each of them takes the square of their number.
 */
export class SettledAlarms {
  private found?: CfnResource[];

  constructor(private readonly construct: IConstruct, private readonly resources: Set<IConstruct>) {
    // validation is next: until another synthesis more may be added
    construct.node.addValidation({
      validate: () => {
        WATCHES.delete(this.stage);
        return [];
      },
    });
  }

  /** The alarms, by whether references are being settled. */
  public find({ preparing }: IResolveContext): CfnResource[] {
    if (preparing) this.found = this.watches.filter(({ targets }) => targets.some((target) => this.resources.has(target))).map(({ alarm }) => alarm);
    return this.found ?? alarmsOn(this.construct.node.root, this.resources);
  }

  private get watches(): Watch[] {
    const watches = WATCHES.get(this.stage) ?? resourcesIn(this.stage, ALARM).map((alarm) => ({ alarm, targets: watchedBy(alarm) }));
    WATCHES.set(this.stage, watches);
    return watches;
  }

  /** No further: what is in another stage cannot be referred to. */
  private get stage(): IConstruct {
    return Stage.of(this.construct) ?? this.construct.node.root;
  }
}

/** Those of the alarms that a construct may refer to: not those in stacks that watch its own one, and are deployed after it. */
export function deployedBefore(construct: IConstruct, alarms: CfnResource[]): CfnResource[] {
  const own = outermostStack(construct);
  const watchers = alarms.filter((alarm) => outermostStack(alarm) !== own && watchedBy(alarm).some((target) => outermostStack(target) === own));
  const after = new Set(watchers.map(outermostStack));
  return alarms.filter((alarm) => !after.has(outermostStack(alarm)));
}

function watchedBy(alarm: CfnResource): IConstruct[] {
  const measured = measuredBy(alarm);
  const known = MEASURED.get(alarm);
  if (known?.measured.every((value, index) => value === measured[index])) return known.targets;
  const targets = [...targetsOf(alarm, measured), ...restApisNamedBy(alarm, measured)];
  MEASURED.set(alarm, { measured, targets });
  return targets;
}

/** Metrics of a REST API bear its name, a plain text, which refers to nothing. */
function restApisNamedBy(alarm: CfnResource, measured: unknown[]): CfnResource[] {
  const text = JSON.stringify(Stack.of(alarm).resolve(measured));
  const named = (api: CfnResource): boolean => {
    const name = JSON.stringify(rendered(api, 'Name'));
    return [`"name":"ApiName","value":${name}`, `"Name":"ApiName","Value":${name}`].some((dimension) => text.includes(dimension));
  };
  // most alarms are on none, and need no look through the stack
  return text.includes('"ApiName"') ? resourcesIn(Stack.of(alarm), REST_API).filter(named) : [];
}

/** What the alarms refer to, by the properties that say it: each dashboard and each mute rule of an app looks at every alarm. */
const MEASURED = new WeakMap<CfnResource, { readonly measured: unknown[]; readonly targets: IConstruct[] }>();

/** What scales is no sign of trouble, and tells nobody. */
function scales(alarm: CfnResource): boolean {
  return targetsOf(alarm, property(alarm, 'AlarmActions')).some((target) => isOfType(target, SCALING_POLICY));
}

function measuredBy(alarm: CfnResource): unknown[] {
  if (scales(alarm)) return [];
  return ['MetricName', 'Dimensions', 'Metrics'].map((name) => property(alarm, name));
}
