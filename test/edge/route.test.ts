import { Fn, Token } from 'aws-cdk-lib';
import { Route } from '../../src';

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `/p${index}`);

describe('a route', () => {
  test('by path, host, port or several conditions', () => {
    expect(Route.path('/api/*', '/docs').conditions).toEqual({ paths: ['/api/*', '/docs'] });
    expect(Route.host('api.example.com', '*.example.org').conditions).toEqual({ hosts: ['api.example.com', '*.example.org'] });
    expect(Route.port(8000).conditions).toEqual({ port: 8000 });
    const all = { paths: ['/*'], hosts: ['a.b'], port: 1, priority: 50000 };
    expect(Route.matching(all).conditions).toEqual(all);
  });

  test('takes what is known at deployment only', () => {
    expect(() => Route.matching({ hosts: [Fn.importValue('Host')], paths: Token.asList(Fn.importValue('Paths')), priority: 5 })).not.toThrow();
  });

  test('takes five conditions together, and all that a pattern may hold', () => {
    expect(() => Route.matching({ paths: many(4), hosts: ['a.b'] })).not.toThrow();
    expect(() => Route.matching({ hosts: many(5).map((path) => `${path.slice(1)}.example.com`), paths: ['/*'] })).not.toThrow();
    expect(() => Route.path('/*/?/*/?/*')).not.toThrow();
    expect(() => Route.path('/aZ0_-.$/~"\'@:+&*?', `/${'a'.repeat(127)}`)).not.toThrow();
  });

  test.each<[string, () => Route, string]>([
    ['no pattern', () => Route.path(), "'paths' must not be empty: leave it out for any, or name at least one"],
    ['no host', () => Route.host(), "'hosts' must not be empty: leave it out for any, or name at least one"],
    ['a path without slash', () => Route.path('api/*'),
      "'paths' must begin with '/' and have up to 128 letters, digits and _-.$/~\"'@:+&*?, got 'api/*': write a pattern such as '/api/*'"],
    ['a path with a space', () => Route.path('/a b'),
      "'paths' must begin with '/' and have up to 128 letters, digits and _-.$/~\"'@:+&*?, got '/a b': write a pattern such as '/api/*'"],
    ['a long path', () => Route.path(`/${'a'.repeat(128)}`),
      `'paths' must begin with '/' and have up to 128 letters, digits and _-.$/~"'@:+&*?, got '/${'a'.repeat(128)}': write a pattern such as '/api/*'`],
    ['a host without dot', () => Route.host('localhost'),
      "'hosts' must be names of up to 128 letters, digits and -.*? that end in a dot and letters, got 'localhost': write a name such as 'api.example.com'"],
    ['an address as host', () => Route.host('10.0.0.1'),
      "'hosts' must be names of up to 128 letters, digits and -.*? that end in a dot and letters, got '10.0.0.1': write a name such as 'api.example.com'"],
    ['six conditions', () => Route.matching({ paths: many(5), hosts: ['a.b'] }),
      "'paths' and 'hosts' of a route must be at most 5 together, the limit of a listener rule, got 6: split it into several routes"],
    ['six wildcards', () => Route.matching({ paths: ['/*/*/*'], hosts: ['*.*.?.example.com'] }),
      "'paths' and 'hosts' of a route must have at most 5 wildcards together, the limit of a listener rule, got 6: split it into several routes"],
    ['port 0', () => Route.port(0), "'port' must be 1 to 65535, got 0: choose a TCP port"],
    ['port 65536', () => Route.port(65536), "'port' must be 1 to 65535, got 65536: choose a TCP port"],
    ['a port known at deployment only', () => Route.port(Token.asNumber(Fn.importValue('Port'))),
      "'port' must be known at synthesis, since it is the id of its listener, got a token: write the number out"],
    ['priority 0', () => Route.matching({ priority: 0 }), "'priority' must be 1 to 50000, got 0: choose a place that listener rules have"],
    ['priority 50001', () => Route.matching({ priority: 50001 }), "'priority' must be 1 to 50000, got 50001: choose a place that listener rules have"],
  ])('fails on %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
