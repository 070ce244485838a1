// Decides whether the security groups of two ends let a TCP connection pass, and says which rule is missing.

/** One permission of a security group. */
export interface GroupRule {
  /** `tcp`, `-1` for any, or another protocol. */
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrs: readonly string[];
  readonly groupIds: readonly string[];
}

/** A security group. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
}

/** One end of a connection. */
export interface ConnectionEnd {
  /** How messages call it. */
  readonly name: string;
  readonly groups: readonly SecurityGroup[];
  /** Address blocks it may be in: those of its subnets, as its address is decided by AWS. */
  readonly cidrs: readonly string[];
}

/** Why a connection is dropped; undefined when it passes. */
export function refusal(from: ConnectionEnd, to: ConnectionEnd, port: number): string | undefined {
  const passes = (groups: readonly SecurityGroup[], rules: 'ingress' | 'egress', peer: ConnectionEnd) =>
    groups.some((group) => group[rules].some((rule) => allows(rule, port, peer)));
  if (!passes(from.groups, 'egress', to)) {
    return `no security group of ${from.name} (${namesOf(from)}) has an egress rule to ${to.name} on port ${port}`;
  }
  if (!passes(to.groups, 'ingress', from)) {
    return `no security group of ${to.name} (${namesOf(to)}) has an ingress rule for ${from.name} (${namesOf(from)}) on port ${port}`;
  }
  return undefined;
}

/** The end that stands for everybody. */
const INTERNET: ConnectionEnd = { name: 'the internet', groups: [], cidrs: ['0.0.0.0/0'] };

/** Whether everybody may connect to a port. */
export function admitsInternet(groups: readonly SecurityGroup[], port: number): boolean {
  return groups.some((group) => group.ingress.some((rule) => allows(rule, port, INTERNET)));
}

function allows(rule: GroupRule, port: number, peer: ConnectionEnd): boolean {
  const byProtocol = rule.protocol === '-1' || (rule.protocol === 'tcp' && (rule.fromPort ?? 0) <= port && port <= (rule.toPort ?? 65535));
  const byGroup = peer.groups.some((group) => rule.groupIds.includes(group.id));
  const byAddress = peer.cidrs.length > 0 && peer.cidrs.every((inner) => rule.cidrs.some((outer) => contains(outer, inner)));
  return byProtocol && (byGroup || byAddress);
}

/** Whether one IPv4 block lies in another. */
export function contains(outer: string, inner: string): boolean {
  const [outerAddress, outerLength] = parse(outer);
  const [innerAddress, innerLength] = parse(inner);
  const size = 2 ** (32 - outerLength);
  return innerLength >= outerLength && Math.floor(outerAddress / size) === Math.floor(innerAddress / size);
}

function parse(cidr: string): [address: number, length: number] {
  const [address, length = '32'] = cidr.split('/');
  return [address.split('.').reduce((number, part) => number * 256 + Number(part), 0), Number(length)];
}

function namesOf(end: ConnectionEnd): string {
  return end.groups.map((group) => `${group.name} ${group.id}`).join(', ') || 'none';
}
