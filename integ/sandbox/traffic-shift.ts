// One deployment that shifts traffic: rules, weights, waits, alarms and hooks, as the native strategies of ECS use them.
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Aws } from './aws';
import { shiftSteps, weightsOf } from './ecs-rules';
import { Role } from './permissions';
import { sleep } from './processes';
import { groupsOf, ServiceLoadBalancer, ServiceProperties, Side } from './service-properties';

const LOOK_MILLISECONDS = 50;
const HOOK_MINUTES = 0.5;

/** What a shift needs of its service. */
export interface ShiftOptions {
  readonly aws: Aws;
  readonly properties: ServiceProperties;
  /** The target groups that the new version is in. */
  readonly side: Side;
  /** The first version of a service has nothing to shift from: it gets all traffic at once. */
  readonly isFirst: boolean;
  readonly minuteMilliseconds: number;
  note(message: string): void;
  /** Why the new version cannot go on, once it cannot. */
  failure(): string | undefined;
}

/** A deployment by `BLUE_GREEN`, `CANARY` or `LINEAR`. */
export class TrafficShift {
  private readonly balancers: readonly ServiceLoadBalancer[];
  private alreadyRed: readonly string[] = [];

  constructor(private readonly options: ShiftOptions) {
    this.balancers = options.properties.LoadBalancers ?? [];
  }

  /** Before the first new task. */
  public async begin(): Promise<void> {
    for (const balancer of this.balancers) await this.demandPermissions(balancer);
    // ECS ignores what is red when a deployment begins
    this.alreadyRed = await this.redAlarms();
    await this.ask('PRE_SCALE_UP');
  }

  /** With all new tasks healthy: tests, then the traffic in steps, then the time to change one's mind. */
  public async run(): Promise<void> {
    await this.ask('POST_SCALE_UP');
    for (const balancer of this.balancers) {
      const { TestListenerRule: rule } = balancer.AdvancedConfiguration!;
      if (rule !== undefined) await this.weigh(balancer, rule, 100);
    }
    await this.ask('TEST_TRAFFIC_SHIFT');
    await this.ask('POST_TEST_TRAFFIC_SHIFT');
    const steps = shiftSteps(this.options.properties.DeploymentConfiguration ?? {});
    for (const { percent, minutes } of this.options.isFirst ? [{ percent: 100, minutes: 0 }] : steps) {
      await this.shiftTo(percent);
      await this.ask('PRODUCTION_TRAFFIC_SHIFT');
      if (percent === 100) await this.ask('POST_PRODUCTION_TRAFFIC_SHIFT');
      await this.wait(minutes);
    }
  }

  /** All traffic back to where it was. */
  public async revert(): Promise<void> {
    if (!this.options.isFirst) await this.shiftTo(0);
  }

  private async shiftTo(percent: number): Promise<void> {
    for (const balancer of this.balancers) await this.weigh(balancer, balancer.AdvancedConfiguration!.ProductionListenerRule!, percent);
    if (this.balancers.length > 0) this.options.note(`${percent} % of the traffic is with the new version`);
  }

  private async weigh(balancer: ServiceLoadBalancer, rule: string, percent: number): Promise<void> {
    const [newWeight, oldWeight] = weightsOf(percent);
    const weightOf = (side: number): number => (side === this.options.side ? newWeight : oldWeight);
    const TargetGroups = groupsOf(balancer).map((TargetGroupArn, side) => ({ TargetGroupArn, Weight: weightOf(side) }));
    await this.options.aws.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }));
  }

  /** Wait, unless something speaks against the new version. */
  private async wait(minutes: number): Promise<void> {
    const end = Date.now() + minutes * this.options.minuteMilliseconds;
    do {
      const failure = this.options.failure();
      if (failure !== undefined) throw new Error(failure);
      const [alarm] = (await this.redAlarms()).filter((name) => !this.alreadyRed.includes(name));
      if (alarm !== undefined) throw new Error(`ECS deployment failed: alarm detected: ${alarm}`);
      await sleep(Math.max(0, Math.min(LOOK_MILLISECONDS, end - Date.now())));
    } while (Date.now() < end);
  }

  private async redAlarms(): Promise<string[]> {
    const { Enable, AlarmNames = [] } = this.options.properties.DeploymentConfiguration?.Alarms ?? {};
    if (String(Enable) !== 'true' || AlarmNames.length === 0) return [];
    const { MetricAlarms = [], CompositeAlarms = [] } = await this.options.aws.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }));
    return [...MetricAlarms, ...CompositeAlarms].filter(({ StateValue }) => StateValue === 'ALARM').map(({ AlarmName }) => AlarmName!);
  }

  /** Ask the functions of a stage, again while they are not done. */
  private async ask(stage: string): Promise<void> {
    const { LifecycleHooks: hooks = [] } = this.options.properties.DeploymentConfiguration ?? {};
    await Promise.all(hooks.filter(({ LifecycleStages }) => LifecycleStages.includes(stage)).map(async ({ HookTargetArn, RoleArn }) => {
      await this.demand(RoleArn, 'lambda:InvokeFunction', HookTargetArn);
      for (;;) {
        const { hookStatus } = await this.options.aws.invoke<{ hookStatus?: string }>(HookTargetArn, { lifecycleStage: stage });
        if (hookStatus === 'SUCCEEDED') return;
        if (hookStatus !== 'IN_PROGRESS') throw new Error(`ECS deployment failed: hook ${HookTargetArn} answered ${hookStatus ?? 'nothing'} at ${stage}`);
        await this.wait(HOOK_MINUTES);
      }
    }));
  }

  private async demandPermissions(balancer: ServiceLoadBalancer): Promise<void> {
    const { AdvancedConfiguration: told } = balancer;
    if (!told?.AlternateTargetGroupArn || !told.ProductionListenerRule || !told.RoleArn) {
      const { Strategy } = this.options.properties.DeploymentConfiguration!;
      throw new Error(`${Strategy} deployments need an alternate target group, a production listener rule and a role on each load balancer`);
    }
    for (const group of groupsOf(balancer)) {
      await this.demand(told.RoleArn, 'elasticloadbalancing:RegisterTargets', group);
      await this.demand(told.RoleArn, 'elasticloadbalancing:DeregisterTargets', group);
    }
    for (const rule of [told.ProductionListenerRule, told.TestListenerRule]) {
      if (rule) await this.demand(told.RoleArn, 'elasticloadbalancing:ModifyRule', rule);
    }
    for (const action of ['DescribeListeners', 'DescribeRules', 'DescribeTargetGroups', 'DescribeTargetHealth']) {
      await this.demand(told.RoleArn, `elasticloadbalancing:${action}`, '*');
    }
  }

  private async demand(roleArn: string, action: string, resource: string): Promise<void> {
    const role = await Role.read(this.options.aws, roleArn);
    if (!role.allows({ action, resource })) throw new Error(role.refusal({ action, resource }));
  }
}
