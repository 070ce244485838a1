// [internal] The address at which a route is reached.
import { Token } from 'aws-cdk-lib';
import { RouteConditions } from './route';

/** Address of a route below that of its load balancer: its first host without wildcards, its port, and its first path up to the first wildcard. */
export function addressOf(url: string, { hosts = [], paths = [], port }: RouteConditions, mainPort?: number): string {
  const [, scheme, authority] = /^(https?:\/\/)(.*)$/.exec(url) ?? ['', '', url];
  const host = hosts.find((candidate) => Token.isUnresolved(candidate) || !/[*?]/.test(candidate)) ?? authority;
  const suffix = port === undefined || port === mainPort ? '' : `:${port}`;
  const [path = ''] = paths;
  return scheme + host + suffix + (Token.isUnresolved(path) ? path : fixedPart(path));
}

/** `/api` of `/api/*`, `/v` of `/v*`, `/img` of `/img/?.png`: what every request of the pattern begins with, without a final slash. */
function fixedPart(pattern: string): string {
  const [fixed] = pattern.split(/[*?]/, 1);
  const isPrefix = fixed === pattern || `${fixed}*` === pattern;
  return (isPrefix ? fixed : fixed.slice(0, fixed.lastIndexOf('/'))).replace(/\/$/, '');
}
