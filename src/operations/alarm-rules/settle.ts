// From the thresholds a user gives to the number an alarm compares with.
import { CfnResource, Token } from 'aws-cdk-lib';
import { ResolvedThreshold } from './resolved-threshold';
import { AlarmRule, MonitoredKind, thresholdName } from './rule';
import { KINDS } from './rule-table';
import { AlarmThreshold, AlarmThresholds } from '../alarm-threshold';

/** The threshold of an alarm in words of its own, and in the unit of its metric. */
export function settle(
  rule: AlarmRule, kind: MonitoredKind, resource: CfnResource, given?: AlarmThreshold,
): { threshold: ResolvedThreshold; limit: number } {
  const threshold = (given ?? rule.standard)._over(rule.standard);
  if (rule.limit && Token.isUnresolved(threshold.value) && threshold.unit !== 'count') {
    throw new Error(`'${kind.thresholds}.${thresholdName(rule)}' in ${threshold.unit} must be known at synthesis, got a token: the value of the metric is calculated from it, so write the number out`);
  }
  const limitOf = (candidate: ResolvedThreshold): number | undefined => (rule.limit ? rule.limit(candidate, resource) : candidate.value);
  const limit = limitOf(threshold);
  if (limit !== undefined) return { threshold, limit };

  if (given?._unit !== undefined || rule.fallback === undefined) {
    throw new Error(`'${kind.thresholds}.${thresholdName(rule)}' in percent needs ${rule.needs ?? 'an engine and instance class this library knows'}, `
      + `'${resource.node.path}' has ${rule.needs === undefined ? 'others' : 'another'}: use AlarmThreshold.${rule.units[1]}()`);
  }
  const { unit, value } = rule.fallback._over(rule.standard);
  const fallback = { ...threshold, unit, value };
  return { threshold: fallback, limit: limitOf(fallback) ?? value };
}

/** Fail on a threshold that no rule has, or that has a unit its rule does not know. */
export function checkThresholds(thresholds: AlarmThresholds | undefined): void {
  for (const [name, given] of Object.entries(thresholds ?? {})) {
    const rules = KINDS.filter((kind) => kind.thresholds === name).flatMap((kind) => kind.rules);
    if (rules.length === 0) {
      throw new Error(`'thresholds' has no '${name}': use ${listOf([...new Set(KINDS.map((kind) => kind.thresholds))])}`);
    }
    for (const [key, threshold] of Object.entries((given ?? {}) as Record<string, AlarmThreshold | undefined>)) {
      const rule = rules.find((candidate) => thresholdName(candidate) === key);
      if (!rule) throw new Error(`'thresholds.${name}' has no '${key}': use ${listOf([...new Set(rules.map(thresholdName))])}`);
      const unit = threshold?._unit;
      if (unit !== undefined && !rule.units.includes(unit)) {
        throw new Error(`'${name}.${key}' must be in ${listOf(rule.units)}, got ${unit}: use ${listOf(rule.units.map((known) => `AlarmThreshold.${known}()`))}`);
      }
    }
  }
}

/** Words in a row: `a, b or c`. */
export function listOf(words: string[], joint: 'or' | 'and' = 'or'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${joint} ${words[words.length - 1]}`;
}
