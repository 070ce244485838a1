// [internal] Addresses that a web firewall always admits, or never.
import { Token } from 'aws-cdk-lib';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** A rule before it has its place in the list. */
export type FirewallRule = Omit<wafv2.CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

/** The lists of a firewall. */
export interface AddressLists {
  readonly allowedAddresses?: string[];
  readonly blockedAddresses?: string[];
  readonly countOnly: boolean;
}

/** What an IP set takes. */
const MAX_ADDRESSES = 10_000;
const IPV4_BLOCK = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!\/)|(?=\/))){4}\/([1-9]|[12]\d|3[0-2])$/;
const IPV6_BLOCK = /^(?=[^/]*:)(?!.*:::)(?!.*::.*::)[0-9a-f:]{2,39}\/([1-9]|[1-9]\d|1[01]\d|12[0-8])$/i;

/** Fail on what is no block of addresses. */
export function checkAddresses(prop: string, addresses: string[] = []): void {
  if (Token.isUnresolved(addresses)) return;
  if (addresses.length > MAX_ADDRESSES) {
    throw new Error(`'${prop}' must hold at most ${MAX_ADDRESSES} blocks, the limit of an IP set, got ${addresses.length}: write wider blocks`);
  }
  for (const address of addresses) {
    if (Token.isUnresolved(address) || IPV4_BLOCK.test(address) || IPV6_BLOCK.test(address)) continue;
    throw new Error(`'${prop}' must hold blocks of addresses in CIDR notation, at least 1 bit long, got '${address}': `
      + 'write one address as \'203.0.113.7/32\' or \'2001:db8::7/128\'');
  }
}

/** Rules that come before all others: who is allowed is asked for nothing more. */
export function addressRules(scope: Construct, protects: string, { allowedAddresses, blockedAddresses, countOnly }: AddressLists): FirewallRule[] {
  const rule = (name: string, addresses: string[] | undefined, action: wafv2.CfnWebACL.RuleActionProperty): FirewallRule[] =>
    (isEmpty(addresses) ? [] : [{ name, action, statement: fromOneOf(new Construct(scope, name), protects, addresses!) }]);
  return [
    ...rule('AllowedAddresses', allowedAddresses, { allow: {} }),
    ...rule('BlockedAddresses', blockedAddresses, countOnly ? { count: {} } : { block: {} }),
  ];
}

/** A list that is known only at deployment is never empty: it would not have been given. */
function isEmpty(addresses?: string[]): boolean {
  return addresses === undefined || (!Token.isUnresolved(addresses) && addresses.length === 0);
}

/** A set of AWS WAF holds addresses of one version of the protocol. */
function fromOneOf(scope: Construct, protects: string, addresses: string[]): wafv2.CfnWebACL.StatementProperty {
  const isIpv6 = (address: string): boolean => !Token.isUnresolved(address) && address.includes(':');
  const known = !Token.isUnresolved(addresses);
  const sets = [
    { id: 'Ipv4', ipAddressVersion: 'IPV4', addresses: known ? addresses.filter((address) => !isIpv6(address)) : addresses },
    { id: 'Ipv6', ipAddressVersion: 'IPV6', addresses: known ? addresses.filter(isIpv6) : [] },
  ].filter((set) => !isEmpty(set.addresses));
  const statements = sets.map(({ id, ...set }) => {
    const { attrArn } = new wafv2.CfnIPSet(scope, id, { scope: protects, ...set });
    return { ipSetReferenceStatement: { arn: attrArn } };
  });
  return statements.length === 1 ? statements[0] : { orStatement: { statements } };
}
