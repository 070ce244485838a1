// Checks shared by several rooms. Each passes tokens: what is known only at deployment is not ours to judge.
import { Token } from 'aws-cdk-lib';

/** Fail unless a number lies between two bounds, both allowed. */
export function checkRange(prop: string, value: number | undefined, min: number, max: number, remedy: string): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`'${prop}' must be ${min} to ${max}, got ${value}: ${remedy}`);
  }
}
