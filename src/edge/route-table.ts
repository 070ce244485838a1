// [internal] The routes of one listener: none meets another, and each can be reached.
import { Token } from 'aws-cdk-lib';
import { RouteConditions } from './route';
import { canonical, covers, priorityOf } from './route-priority';

interface Rule {
  readonly name: string;
  readonly priority: number;
  /** Nothing where patterns are known only at deployment: such rules are not compared. */
  readonly hosts: string[];
  readonly paths: string[];
}

/** Rules of one listener in the making. */
export class RouteTable {
  private readonly rules: Rule[] = [];

  /** Add a route under a name that errors may use. Returns its priority. Fails where it meets another route or either would never be reached. */
  public add(name: string, conditions: RouteConditions): number {
    const { hosts, paths } = isKnown(conditions) ? canonical(conditions) : { hosts: [], paths: [] };
    if (hosts.length === 0 && conditions.priority === undefined) {
      throw new Error(`'priority' must be given to route '${name}', whose patterns are known only at deployment: choose a place from 1 to 1000`);
    }
    const rule: Rule = { name, hosts, paths, priority: conditions.priority ?? priorityOf(conditions) };
    for (const other of this.rules) checkApart(other, rule);
    this.rules.push(rule);
    return rule.priority;
  }
}

function isKnown({ hosts = [], paths = [], priority }: RouteConditions): boolean {
  return ![hosts, ...hosts, paths, ...paths, priority].some((value) => Token.isUnresolved(value));
}

function checkApart(one: Rule, other: Rule): void {
  if (one.hosts.length > 0 && String([one.hosts, one.paths]) === String([other.hosts, other.paths])) {
    throw new Error(`routes '${one.name}' and '${other.name}' have the same conditions, and no 'priority' can tell them apart: change the conditions of one of them`);
  }
  if (one.priority === other.priority) {
    throw new Error(`routes '${one.name}' and '${other.name}' meet at priority ${one.priority}: give one of them a 'priority' of its own, 1 to 1000 are free`);
  }
  const [first, second] = one.priority < other.priority ? [one, other] : [other, one];
  for (const path of second.paths.filter((candidate) => first.paths.some((wide) => covers(wide, candidate)))) {
    if (second.hosts.some((host) => first.hosts.some((wide) => covers(wide, host)))) {
      throw new Error(`route '${second.name}' is never reached for '${path}', which '${first.name}' takes first: `
        + 'give the more specific one a lower \'priority\', or patterns in routes of their own');
    }
  }
}
