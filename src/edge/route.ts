// Which requests reach a service.
import { Token } from 'aws-cdk-lib';
import { checkRange } from '../private/validate';

/** Conditions of a route. All must hold. */
export interface RouteConditions {
  /**
   * Path patterns, such as `/api/*`: each begins with `/`, `*` stands for any characters, `?` for one. `/api/*` does not match `/api`: name both.
   *
   * @default - any path
   */
  readonly paths?: string[];
  /** Host names, `*` and `?` allowed. @default - any host */
  readonly hosts?: string[];
  /** Port of the listener, 1 to 65535. @default - the main listener: 443 with a domain, else 80 */
  readonly port?: number;
  /** Place among the rules, 1 to 50000, the lowest first. The library itself never chooses 1 to 1000. @default - from the conditions alone, the more specific first */
  readonly priority?: number;
}

/**
 * Which requests reach a service.
 *
 * A route's place among the rules of its listener comes from its own conditions alone, so that adding, removing or reordering routes moves none: exact hosts before
 * wildcard hosts before any host, and for each of these exact paths before patterns, longer patterns before shorter ones, any path last. A route with several
 * patterns stands where its least specific one belongs; give the others routes of their own where that matters. Two routes that take the same place,
 * and a route that is never reached, are refused at synthesis.
 *
 * Fails on more than 5 hosts and paths or 5 wildcards together, and on patterns that listener rules do not allow.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export class Route {
  /** Requests whose path matches one of the patterns, 1 to 5. `/*` matches all. */
  public static path(...patterns: string[]): Route {
    return new Route({ paths: patterns });
  }

  /** Requests for one of the host names, 1 to 5, such as `admin.example.com` or `*.example.com`. */
  public static host(...names: string[]): Route {
    return new Route({ hosts: names });
  }

  /** All requests to a listener of its own. */
  public static port(port: number): Route {
    return new Route({ port });
  }

  /** Requests that meet several conditions. */
  public static matching(conditions: RouteConditions): Route {
    return new Route(conditions);
  }

  /** Its conditions. One that is not given holds for every request. */
  public readonly conditions: RouteConditions;

  private constructor({ paths, hosts, port, priority }: RouteConditions) {
    checkValues('paths', paths, checkPath);
    checkValues('hosts', hosts, checkHost);
    if (Token.isUnresolved(port)) throw new Error('\'port\' must be known at synthesis, since it is the id of its listener, got a token: write the number out');
    checkRange('port', port, 1, 65535, 'choose a TCP port');
    checkRange('priority', priority, 1, 50000, 'choose a place that listener rules have');
    // beside hosts, any path needs no condition in the rule
    checkTogether([...hosts ?? [], ...paths?.includes('/*') ? [] : paths ?? []]);
    this.conditions = { paths, hosts, port, priority };
  }
}

function checkValues(prop: string, values: string[] | undefined, check: (value: string) => void): void {
  if (values === undefined || Token.isUnresolved(values)) return;
  if (values.length === 0) throw new Error(`'${prop}' must not be empty: leave it out for any, or name at least one`);
  values.filter((value) => !Token.isUnresolved(value)).forEach(check);
}

function checkPath(path: string): void {
  if (!/^\/[A-Za-z0-9_\-.$/~"'@:+&*?]*$/.test(path) || path.length > 128) {
    throw new Error(`'paths' must begin with '/' and have up to 128 letters, digits and _-.$/~"'@:+&*?, got '${path}': write a pattern such as '/api/*'`);
  }
}

function checkHost(host: string): void {
  if (!/^[A-Za-z0-9\-.*?]*\.[A-Za-z]+$/.test(host) || host.length > 128) {
    throw new Error(`'hosts' must be names of up to 128 letters, digits and -.*? that end in a dot and letters, got '${host}': write a name such as 'api.example.com'`);
  }
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
function checkTogether(values: string[]): void {
  if (values.length > 5) {
    throw new Error(`'paths' and 'hosts' of a route must be at most 5 together, the limit of a listener rule, got ${values.length}: split it into several routes`);
  }
  const wildcards = values.filter((value) => !Token.isUnresolved(value)).join('').replace(/[^*?]/g, '').length;
  if (wildcards > 5) {
    throw new Error(`'paths' and 'hosts' of a route must have at most 5 wildcards together, the limit of a listener rule, got ${wildcards}: split it into several routes`);
  }
}
