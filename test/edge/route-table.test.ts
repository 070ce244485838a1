import { Fn } from 'aws-cdk-lib';
import { RouteConditions } from '../../src';
import { priorityOf } from '../../src/edge/route-priority';
import { RouteTable } from '../../src/edge/route-table';

/** Two routes of one listener. */
const both = (one: RouteConditions, other: RouteConditions): number[] => {
  const table = new RouteTable();
  return [table.add('One', one), table.add('Two', other)];
};

describe('routes of one listener', () => {
  test('take the place of their conditions, or the one given', () => {
    expect(both({ paths: ['/api/*'] }, { paths: ['/docs'], priority: 7 })).toEqual([priorityOf({ paths: ['/api/*'] }), 7]);
  });

  test.each<[string, RouteConditions, RouteConditions]>([
    ['the same path', { paths: ['/api/*'] }, { paths: ['/api/*'] }],
    ['the same in another order', { paths: ['/a', '/b'] }, { paths: ['/b', '/a'] }],
    ['any path, said twice', {}, { paths: ['/*'] }],
    ['hosts that differ in case', { hosts: ['A.example.com'] }, { hosts: ['a.example.com'] }],
    ['different priorities', { paths: ['/api/*'] }, { paths: ['/api/*'], priority: 5 }],
  ])('fail on the same conditions: %s', (_, one, other) => {
    expect(() => both(one, other)).toThrow(
      "routes 'One' and 'Two' have the same conditions, and no 'priority' can tell them apart: change the conditions of one of them");
  });

  test('fail where they meet by hand', () => {
    expect(() => both({ paths: ['/a'], priority: 9 }, { paths: ['/b'], priority: 9 })).toThrow(
      "routes 'One' and 'Two' meet at priority 9: give one of them a 'priority' of its own, 1 to 1000 are free");
  });

  test('fail where they meet by their hash', () => {
    const paths = Array.from({ length: 2000 }, (_, index) => `/p${1000 + index}/*`);
    const place = new Map<number, string>();
    const [one, other] = paths.flatMap((path) => {
      const earlier = place.get(priorityOf({ paths: [path] }));
      place.set(priorityOf({ paths: [path] }), path);
      return earlier === undefined ? [] : [earlier, path];
    });
    expect(() => both({ paths: [one] }, { paths: [other] })).toThrow(/^routes 'One' and 'Two' meet at priority \d+: give one of them a 'priority' of its own, 1 to 1000 are free$/);
    expect(() => both({ paths: [one] }, { paths: [other], priority: 1000 })).not.toThrow();
  });

  test('fail where a priority given by hand hides another, whichever comes first', () => {
    const message = "route 'Two' is never reached for '/api/users', which 'One' takes first: "
      + "give the more specific one a lower 'priority', or patterns in routes of their own";
    expect(() => both({ paths: ['/api/*'], priority: 1 }, { paths: ['/api/users'] })).toThrow(message);
    expect(() => both({ paths: ['/api/users'] }, { paths: ['/api/*'], priority: 1 })).toThrow(message.replace(/Two|One/g, (name) => (name === 'One' ? 'Two' : 'One')));
  });

  test('fail where one pattern of several is hidden', () => {
    expect(() => both({ paths: ['/a*', '/shop/cart/list'] }, { paths: ['/shop/*'] })).toThrow(
      "route 'One' is never reached for '/shop/cart/list', which 'Two' takes first: give the more specific one a lower 'priority', or patterns in routes of their own");
  });

  test('may have a wildcard host for what an exact one leaves, the wider after the narrower', () => {
    const hosts = ['a.shop.example.com', '*.x.y.shop.example.com', '*.shop.example.com', '*.example.com'];
    const priorities = hosts.map((host) => priorityOf({ hosts: [host] }));
    expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
  });

  test('may share a path under different hosts', () => {
    expect(() => both({ hosts: ['a.example.com'], paths: ['/x'] }, { hosts: ['b.example.com'], paths: ['/x'] })).not.toThrow();
  });

  test('known at deployment only, need a priority and are not compared', () => {
    const hosts = [Fn.importValue('Host')];
    expect(both({ hosts, priority: 5 }, { hosts, priority: 6 })).toEqual([5, 6]);
    expect(() => both({ hosts, priority: 5 }, { hosts, priority: 5 })).toThrow(/meet at priority 5/);
    expect(() => both({ hosts }, {})).toThrow("'priority' must be given to route 'One', whose patterns are known only at deployment: choose a place from 1 to 1000");
  });
});
