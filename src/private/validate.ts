// Checks shared by several rooms. Each passes tokens: what is known only at deployment is not ours to judge.
import { Duration, Token } from 'aws-cdk-lib';

/** Fail unless a number lies between two bounds, both allowed. */
export function checkRange(prop: string, value: number | undefined, min: number, max: number, remedy: string): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`'${prop}' must be ${min} to ${max}, got ${value}: ${remedy}`);
  }
}

/** Fail unless a duration is a whole number of seconds between two bounds, both allowed. */
export function checkSeconds(prop: string, value: Duration | undefined, min: number, max: number): void {
  if (value === undefined || value.isUnresolved()) return;
  checkRange(prop, value.toSeconds({ integral: false }), min, max, 'choose whole seconds within these');
}
