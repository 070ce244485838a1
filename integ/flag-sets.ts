// The two ends of what a consumer's cdk.json may hold: every flag that the CDK at hand recommends, and none.
import * as fs from 'fs';

/** What `cdk init` would write with the aws-cdk-lib at hand: each version has a file of its own. */
export const RECOMMENDED_FLAGS: Record<string, unknown> = JSON.parse(fs.readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'));

/** A promise must hold under both. */
export const FLAG_SETS: ReadonlyArray<[name: string, flags: Record<string, unknown>]> = [
  ['the recommended feature flags', RECOMMENDED_FLAGS],
  ['no feature flags', {}],
];

const isFlag = (key: string): boolean => key.startsWith('@aws-cdk');

/** The feature flags of a context. */
export function flagsOf(context: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(context).filter(([key]) => isFlag(key)));
}

/** A context with these feature flags in place of its own. */
export function withFlags(context: Record<string, unknown>, flags: Record<string, unknown>): Record<string, unknown> {
  return { ...Object.fromEntries(Object.entries(context).filter(([key]) => !isFlag(key))), ...flags };
}
