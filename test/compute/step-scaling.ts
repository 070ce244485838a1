// Step scaling as AWS does it, over a rendered template: metric math, alarms, steps and limits.
import { Template } from 'aws-cdk-lib/assertions';

/** Metrics by their id in the expression; what is not published is left out. */
export type Measured = Readonly<Record<string, number>>;

interface Step { readonly MetricIntervalLowerBound?: number; readonly MetricIntervalUpperBound?: number; readonly ScalingAdjustment: number }
interface Policy {
  readonly AdjustmentType: string;
  readonly Cooldown: number;
  readonly MetricAggregationType: string;
  readonly StepAdjustments: readonly Step[];
}
interface Alarm { readonly expression: string; readonly threshold: number; readonly minutes: number; readonly policy: Policy }

/** The alarms of a template that scale, and between how many tasks. */
export class StepScaling {
  public readonly alarms: Record<string, Alarm>;
  private readonly min: number;
  private readonly max: number;

  constructor(template: Template) {
    const resources = template.toJSON().Resources as Record<string, { Type: string; Properties: any }>;
    const [target] = Object.values(resources).filter(({ Type }) => Type === 'AWS::ApplicationAutoScaling::ScalableTarget');
    this.min = target.Properties.MinCapacity;
    this.max = target.Properties.MaxCapacity;
    this.alarms = Object.fromEntries(Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').map(({ Properties: alarm }) => {
      expect(alarm.ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
      const [expression] = alarm.Metrics.filter(({ Expression }: { Expression?: string }) => Expression !== undefined);
      const policy = resources[alarm.AlarmActions[0].Ref].Properties.StepScalingPolicyConfiguration;
      return [expression.Label, { expression: expression.Expression, threshold: alarm.Threshold, minutes: alarm.EvaluationPeriods, policy }];
    }));
  }

  /** How many tasks an alarm leaves wanted of some that are, undefined while it does not fire. Of several minutes the smallest value counts. */
  public after(alarm: string, wanted: number, ...minutes: Measured[]): number | undefined {
    const { expression, threshold, policy } = this.alarms[alarm];
    const values = minutes.map((measured) => calculated(expression, measured)).filter((value) => value !== undefined);
    if (values.length === 0 || values.some((value) => value < threshold)) return undefined;
    expect(policy.MetricAggregationType).toBe('Minimum');
    const beyond = Math.min(...values) - threshold;
    const steps = policy.StepAdjustments
      .filter(({ MetricIntervalLowerBound: from = -Infinity, MetricIntervalUpperBound: to = Infinity }) => from <= beyond && beyond < to);
    expect(steps).toHaveLength(1);
    const [{ ScalingAdjustment: adjustment }] = steps;
    const asked = policy.AdjustmentType === 'ExactCapacity' ? adjustment : wanted + adjustment;
    return Math.min(Math.max(asked, this.min), this.max);
  }
}

/** The value of an expression of metric math, undefined where a metric that it needs is missing. */
export function calculated(expression: string, measured: Measured): number | undefined {
  const tokens: string[] = expression.match(/[A-Za-z_]\w*|\d+(\.\d+)?|[-+*/()>,]/g) ?? [];
  const value = comparison();
  expect(tokens).toEqual([]);
  return value;

  function comparison(): number | undefined {
    let left = sum();
    while (tokens[0] === '>') {
      tokens.shift();
      left = both(left, sum(), (one, other) => Number(one > other));
    }
    return left;
  }
  function sum(): number | undefined {
    let left = product();
    while (['+', '-'].includes(tokens[0])) {
      const sign = tokens.shift() === '+' ? 1 : -1;
      left = both(left, product(), (one, other) => one + sign * other);
    }
    return left;
  }
  function product(): number | undefined {
    let left = operand();
    while (tokens[0] === '/') {
      tokens.shift();
      left = both(left, operand(), (one, other) => one / other);
    }
    return left;
  }
  function operand(): number | undefined {
    const token = tokens.shift()!;
    if (token === '(') return closed(comparison());
    if (/^\d/.test(token)) return Number(token);
    if (tokens[0] !== '(') return measured[token];
    const values: Array<number | undefined> = [];
    while (tokens.shift() !== ')') values.push(comparison());
    const [first, second, third] = values;
    switch (token) {
      case 'CEIL': return first === undefined ? undefined : Math.ceil(first);
      case 'FILL': return first ?? second;
      case 'IF': return first === undefined ? undefined : first === 0 ? third : second;
      default: throw new Error(`no such function: ${token}`);
    }
  }
  function closed(inner: number | undefined): number | undefined {
    expect(tokens.shift()).toBe(')');
    return inner;
  }
}

function both(one: number | undefined, other: number | undefined, join: (one: number, other: number) => number): number | undefined {
  return one === undefined || other === undefined ? undefined : join(one, other);
}
