// What a rule is: one alarm that every resource of a kind should have, as data.
import { CfnResource, Token, Tokenization } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ResolvedThreshold, ThresholdUnit } from './resolved-threshold';
import { AlarmThreshold, AlarmThresholds } from '../alarm-threshold';
import { Measure } from '../metrics/measure';

/** An alarm of a kind of resource. */
export interface AlarmRule {
  /** Id of the alarm below its resource. In lower camel case, the threshold that adjusts it. */
  readonly id: string;
  /** Value and evaluation. */
  readonly standard: AlarmThreshold;
  /** Units a threshold may have, the standard one first. */
  readonly units: ThresholdUnit[];
  readonly measure: Measure;
  readonly comparison: Comparison;
  /** Whether no data is good, or leaves the state as it is. In any other way the alarm would come back to OK, and tell it, whenever data is there again. */
  readonly missing: cloudwatch.TreatMissingData.NOT_BREACHING | cloudwatch.TreatMissingData.IGNORE;
  /** What it means that the alarm fires. */
  readonly meaning: string;
  /** Where to look first. */
  readonly firstCheck: string;
  /** Whether a resource has this alarm. @default - every one has */
  readonly appliesTo?: (resource: CfnResource) => boolean;
  /** The threshold in the unit of the metric. Undefined where it cannot be known. @default - the value as it is given */
  readonly limit?: (threshold: ResolvedThreshold, resource: CfnResource) => number | undefined;
  /** The threshold where the standard one cannot be known, in the second unit. @default - always known */
  readonly fallback?: AlarmThreshold;
  /** What a share is measured against, which a resource may not have. @default - what databases need */
  readonly needs?: string;
  /** What else the alarm needs, such as a metric filter. @default - nothing */
  readonly prepare?: (scope: Construct, resource: CfnResource) => void;
}

/** A side of a threshold. */
export interface Comparison {
  readonly operator: cloudwatch.ComparisonOperator;
  readonly word: string;
}

export const ABOVE: Comparison = { operator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD, word: 'above' };
export const AT_LEAST: Comparison = { operator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, word: 'at least' };
export const BELOW: Comparison = { operator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD, word: 'below' };

/** A kind of resource and its alarms. */
export interface MonitoredKind {
  /** What it is called. */
  readonly name: string;
  readonly type: string;
  /** Another type whose resources have the same properties and metrics. @default - none */
  readonly sameAs?: string;
  /** Where its thresholds are found. */
  readonly thresholds: keyof AlarmThresholds;
  readonly rules: AlarmRule[];
  /** Whether a resource of the type is of this kind. @default - every one is */
  readonly includes?: (resource: CfnResource) => boolean;
  /** Why a resource of this kind cannot be monitored as the app is now. @default - it always can */
  readonly obstacle?: (resource: CfnResource) => string | undefined;
  /** The one region in which CloudWatch keeps its metrics. @default - that of the resource */
  readonly region?: string;
  /** Page of the console below `https://<region>.console.aws.amazon.com/`. */
  readonly consolePage: (resource: CfnResource, region: string) => string;
}

const UNITS: Record<ThresholdUnit, string> = { percent: ' %', count: '', seconds: ' s', gibibytes: ' GiB' };

/** A threshold in words: `above 80 % in 3 of 5 periods of 1 minute`. */
export function inWords(comparison: Comparison, { value, unit, period, periods, datapoints }: ResolvedThreshold): string {
  // a number token in a text would come out as the number it is encoded by
  const [limit, all, some] = [legible(value, unit), periods, datapoints].map((number) => Tokenization.stringifyNumber(number));
  const often = all === some ? all : `${some} of ${all}`;
  return `${comparison.word} ${limit}${UNITS[unit]} in ${often} ${periods === 1 ? 'period' : 'periods'} of ${period.toHumanString()}`;
}

/** Shares such as 250 / 3 have no end. */
function legible(value: number, unit: ThresholdUnit): number {
  return unit === 'percent' && !Token.isUnresolved(value) ? Number(value.toPrecision(4)) : value;
}

/** The prop that adjusts a rule: `missingTasks` for `MissingTasks`. */
export function thresholdName(rule: AlarmRule): string {
  return rule.id[0].toLowerCase() + rule.id.slice(1);
}
