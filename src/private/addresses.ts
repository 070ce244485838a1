// [internal] Where messages go: checked before AWS would refuse them.
import { Token } from 'aws-cdk-lib';

/** What addresses of a kind look like, and what they are called. */
export interface AddressKind {
  readonly pattern: RegExp;
  readonly what: string;
}

export const MAIL: AddressKind = { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, what: 'mail addresses' };

/** Fail on a list that is a token, on an address of another kind, and on one that is given twice. */
export function checkAddresses(prop: string, addresses: string[] | undefined, { pattern, what }: AddressKind, service: string): void {
  if (addresses === undefined) return;
  if (Token.isUnresolved(addresses)) {
    throw new Error(`'${prop}' must be a list known at synthesis, got a token: list the ${what} one by one, each of which may be a token`);
  }
  const seen = new Set<string>();
  for (const address of addresses) {
    if (!Token.isUnresolved(address) && !pattern.test(address)) {
      throw new Error(`'${prop}' must be ${what}, got '${address}': ${service} would refuse it when the stack is deployed, so correct it`);
    }
    if (seen.has(address)) throw new Error(`'${prop}' has '${address}' twice: leave one out`);
    seen.add(address);
  }
}
