import * as fc from 'fast-check';
import { Route, RouteConditions } from '../../src';
import { canonical, covers, priorityOf } from '../../src/edge/route-priority';
import { RouteTable } from '../../src/edge/route-table';

const segment = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const exactPath = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const prefix = exactPath.map((path) => `${path}/*`);
const pattern = fc.tuple(exactPath, segment).map(([path, tail]) => `${path}/*/${tail}?`);
const path = fc.oneof(exactPath, prefix, pattern, fc.constant('/*'));
const exactHost = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('.')}.example`);
const wildcardHost = exactHost.map((host) => `*.${host}`);
const host = fc.oneof(exactHost, wildcardHost);
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(value, { minLength: 1, maxLength: 2 });
/** A listener rule has at most five wildcards. */
const fitsARule = ({ paths = [], hosts = [] }: RouteConditions): boolean => [...paths, ...hosts].join('').replace(/[^*?]/g, '').length <= 5;
const conditions: fc.Arbitrary<RouteConditions> = fc.record({ paths: some(path), hosts: some(host) }, { requiredKeys: [] }).filter(fitsARule);

const order = (specific: RouteConditions, general: RouteConditions): void => expect(priorityOf(specific)).toBeLessThan(priorityOf(general));

/** Every route that is accepted, with its priority; those refused are left out. */
function accepted(routes: RouteConditions[]): Array<readonly [RouteConditions, number]> {
  const table = new RouteTable();
  return routes.flatMap((route) => {
    try {
      return [[route, table.add(JSON.stringify(route), route)] as const];
    } catch (error) {
      expect((error as Error).message).toMatch(/'priority'/);
      return [];
    }
  });
}

/** The first route, by priority, that takes a request. */
function winner(rules: Array<readonly [RouteConditions, number]>, requestHost: string, requestPath: string): RouteConditions | undefined {
  const takes = (route: RouteConditions): boolean => {
    const { hosts, paths } = canonical(route);
    return hosts.some((wide) => covers(wide, requestHost)) && paths.some((wide) => covers(wide, requestPath));
  };
  return [...rules].sort(([, a], [, b]) => a - b).find(([route]) => takes(route))?.[0];
}

test('priorities are within what the library chooses, and leave 1 to 1000 free', () => {
  fc.assert(fc.property(conditions, (route) => {
    expect(() => Route.matching(route)).not.toThrow();
    expect(priorityOf(route)).toBeGreaterThan(1000);
    expect(priorityOf(route)).toBeLessThanOrEqual(50000);
  }));
});

test('a priority depends on nothing but the conditions: not on their order, repetition or the case of hosts', () => {
  fc.assert(fc.property(conditions, (route) => {
    const paths = route.paths && [...route.paths, ...route.paths].reverse();
    const shuffled = { paths, hosts: route.hosts?.map((name) => name.toUpperCase()).reverse() };
    expect(priorityOf(shuffled)).toBe(priorityOf(route));
  }));
});

test('an exact path comes before every pattern that contains it', () => {
  fc.assert(fc.property(exactPath, fc.nat(), (exact, cut) => order({ paths: [exact] }, { paths: [`${exact.slice(0, 1 + cut % exact.length)}*`] })));
});

test('a longer prefix comes before a shorter one', () => {
  fc.assert(fc.property(exactPath, segment, (shorter, more) => order({ paths: [`${shorter}/${more}/*`] }, { paths: [`${shorter}/*`] })));
});

test('a route with a host comes before the same without, and before the host alone', () => {
  fc.assert(fc.property(host, fc.oneof(exactPath, prefix, pattern), (name, chosen) => {
    order({ hosts: [name], paths: [chosen] }, { paths: [chosen] });
    order({ hosts: [name], paths: [chosen] }, { hosts: [name] });
  }));
});

test('an exact host comes before a wildcard that contains it, whatever their paths', () => {
  fc.assert(fc.property(exactHost, segment, path, path, (parent, label, one, other) =>
    order({ hosts: [`${label}.${parent}`], paths: [one] }, { hosts: [`*.${parent}`], paths: [other] })));
});

test('what takes every request comes last', () => {
  fc.assert(fc.property(conditions, (route) => {
    const { hosts, paths } = canonical(route);
    fc.pre(!paths.includes('/*') || !hosts.includes('*'));
    order(route, {});
  }));
});

test('of routes that are accepted together no two share a priority, and every pattern is reached', () => {
  fc.assert(fc.property(fc.array(conditions, { maxLength: 12 }), (routes) => {
    const rules = accepted(routes);
    expect(new Set(rules.map(([, priority]) => priority)).size).toBe(rules.length);
    for (const [route] of rules) {
      for (const requestHost of canonical(route).hosts) {
        // a request that has the pattern's own wildcards in it is taken by another route only if that one covers the whole pattern
        for (const requestPath of canonical(route).paths) expect(winner(rules, requestHost, requestPath)).toEqual(route);
      }
    }
  }));
});

test('the order in which routes are added changes no priority', () => {
  fc.assert(fc.property(fc.array(conditions, { maxLength: 8 }), (routes) => {
    const forward = accepted(routes);
    const backward = accepted(forward.map(([route]) => route).reverse());
    expect(new Map(backward.map(([route, priority]) => [route, priority]))).toEqual(new Map(forward));
  }));
});

test.each<[RouteConditions, number]>([
  [{ paths: ['/*'] }, 48001],
  [{ paths: ['/api/*'] }, 44296],
  [{ paths: ['/docs'] }, 16712],
  [{ hosts: ['www.example.com'] }, 10221],
  [{ hosts: ['*.example.com'], paths: ['/a/?'] }, 12977],
])('priorities of deployed rules never change: %j', (route, priority) => {
  expect(priorityOf(route)).toBe(priority);
});

test('covers() holds for what a wildcard stands for', () => {
  fc.assert(fc.property(exactPath, exactPath, segment, (one, other, middle) => {
    expect(covers(`${one}/*`, `${one}${other}`)).toBe(true);
    expect(covers(`${one}*${other}`, `${one}/${middle}${other}`)).toBe(true);
    expect(covers(`${one}?`, `${one}${middle}`)).toBe(middle.length === 1);
    expect(covers(`${one}${other}`, `${one}/*`)).toBe(false);
    expect(covers(`${one}?`, `${one}*`)).toBe(false);
  }));
});
