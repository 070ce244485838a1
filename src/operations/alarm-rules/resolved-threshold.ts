// A threshold with nothing left open, as rules see it.
import { Duration } from 'aws-cdk-lib';

/** Units a threshold may be given in, named as the factories of `AlarmThreshold`. */
export type ThresholdUnit = 'percent' | 'count' | 'seconds' | 'gibibytes';

/** When an alarm fires. */
export interface ResolvedThreshold {
  readonly unit: ThresholdUnit;
  readonly value: number;
  readonly period: Duration;
  readonly periods: number;
  readonly datapoints: number;
}
