// [internal] The place of a route among the rules of its listener: a function of its own conditions, never of other routes or of an order.
import { RouteConditions } from './route';

/** Places that each kind of path has under one kind of host. Kinds follow one another, the more specific first; a hash places a route within its kind. */
interface Places {
  readonly exactPath: number;
  readonly patternOfOneLength: number;
  readonly anyPath: number;
}

/** 1 to 1000 are left to priorities given by hand. */
const FIRST_PLACE = 1001;
/** Patterns with as many fixed characters or more share a kind. */
const LONGEST_PATTERN = 40;

/** Most routes name a path alone: these kinds are the widest, so that two routes seldom meet. */
const EXACT_HOST: Places = { exactPath: 2000, patternOfOneLength: 120, anyPath: 3000 };
const WILDCARD_HOST: Places = { exactPath: 200, patternOfOneLength: 10, anyPath: 200 };
/** All requests to a listener: there can only be one such route. */
const ANY_HOST: Places = { exactPath: 4000, patternOfOneLength: 750, anyPath: 1 };

/** Kinds of hosts in their order: `api.example.com`, then wildcards by their number of dots, then any. */
const HOST_KINDS = [EXACT_HOST, WILDCARD_HOST, WILDCARD_HOST, WILDCARD_HOST, WILDCARD_HOST, ANY_HOST];
const MOST_DOTS = 4;

/** Priority of the rule for a route, 1001 to 48001. Its patterns must be known. */
export function priorityOf(conditions: RouteConditions): number {
  const { hosts, paths } = canonical(conditions);
  const hostKind = Math.max(...hosts.map(kindOfHost));
  const places = HOST_KINDS[hostKind];
  const before = HOST_KINDS.slice(0, hostKind).reduce((sum, kind) => sum + sizeOf(kind), FIRST_PLACE);
  const hash = hashOf(JSON.stringify([hosts, paths]));
  if (paths.includes('/*')) return before + sizeOf(places) - places.anyPath + hash % places.anyPath;
  if (paths.every(isExact)) return before + hash % places.exactPath;
  // the least specific pattern decides: placed by any other, the route would take requests from more specific ones
  const shortest = Math.min(...paths.filter((path) => !isExact(path)).map(fixedCharacters), LONGEST_PATTERN);
  return before + places.exactPath + (LONGEST_PATTERN - shortest) * places.patternOfOneLength + hash % places.patternOfOneLength;
}

/** Hosts and paths without regard to what does not matter: order, repetition, the case of hosts, how "any" is said. */
export function canonical({ hosts = ['*'], paths = ['/*'] }: RouteConditions): { readonly hosts: string[]; readonly paths: string[] } {
  const sorted = (values: string[]): string[] => [...new Set(values)].sort();
  return { hosts: sorted(hosts.map((host) => host.toLowerCase())), paths: sorted(paths) };
}

/** Whether everything that matches the second pattern matches the first. `*` stands for any characters, `?` for one. */
export function covers(wide: string, narrow: string, at = 0, from = 0): boolean {
  if (at === wide.length) return from === narrow.length;
  if (wide[at] === '*') return covers(wide, narrow, at + 1, from) || (from < narrow.length && covers(wide, narrow, at, from + 1));
  if (from === narrow.length) return false;
  const same = wide[at] === '?' ? narrow[from] !== '*' : wide[at] === narrow[from];
  return same && covers(wide, narrow, at + 1, from + 1);
}

function kindOfHost(host: string): number {
  if (host === '*') return HOST_KINDS.length - 1;
  if (isExact(host)) return 0;
  const dots = host.split('.').length - 1;
  return 1 + MOST_DOTS - Math.min(dots, MOST_DOTS);
}

function sizeOf({ exactPath, patternOfOneLength, anyPath }: Places): number {
  return exactPath + LONGEST_PATTERN * patternOfOneLength + anyPath;
}

function isExact(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}

function fixedCharacters(pattern: string): number {
  return pattern.replace(/[*?]/g, '').length;
}

/** Polynomial hash below 2^31. Priorities of deployed rules depend on it: it may never change. */
function hashOf(text: string): number {
  return [...Buffer.from(text)].reduce((hash, byte) => (hash * 1_000_003 + byte) % 2_147_483_647, 17);
}
