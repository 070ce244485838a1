// Checks shared by several rooms. Each passes tokens: what is known only at deployment is not ours to judge.
import { Duration, Token } from 'aws-cdk-lib';

/** A value as errors show it: what a token is encoded by says nothing. */
export function shown(value: string | number): string {
  return Token.isUnresolved(value) ? 'a token' : `${value}`;
}

/** Fail unless a number lies between two bounds, both allowed. */
export function checkRange(prop: string, value: number | undefined, min: number, max: number, remedy: string): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`'${prop}' must be ${min} to ${max}, got ${value}: ${remedy}`);
  }
}

/** Fail on a duration that is known only at deployment and given in another unit than it is needed in: a token cannot be converted. */
export function checkTokenUnit(prop: string, value: Duration, unit: 'millis' | 'seconds' | 'minutes' | 'days'): void {
  if (value.isUnresolved() && value.unitLabel() !== unit) {
    throw new Error(`'${prop}' must be in ${unit} where it is a token, got ${value.unitLabel()}: write Duration.${unit}()`);
  }
}

/** Fail unless a duration is a whole number of seconds between two bounds, both allowed. */
export function checkSeconds(prop: string, value: Duration | undefined, min: number, max: number): void {
  if (value === undefined) return;
  checkTokenUnit(prop, value, 'seconds');
  if (value.isUnresolved()) return;
  checkRange(prop, value.toSeconds({ integral: false }), min, max, 'choose whole seconds within these');
}
