// [internal] What becomes of a request before CloudFront looks for it: a function at the edge, on the behaviour of the site alone, so that APIs are never touched.
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { globalName } from './global-name';

/** What it does. */
export interface SiteRouting {
  readonly spaRouting: boolean;
  readonly domainName?: string;
  /** Names that redirect to the domain. */
  readonly redirectFrom: string[];
}

/** Its code, for the runtime of CloudFront Functions: no more than 10 KB, no network, ES2020 in part. */
export function routerCode({ spaRouting, domainName, redirectFrom }: SiteRouting): string {
  return [
    'function handler(event) {',
    '  const request = event.request;',
    ...redirectFrom.length > 0 ? [
      `  if (${JSON.stringify(redirectFrom.map((name) => name.toLowerCase()))}.includes(request.headers.host.value.toLowerCase())) {`,
      '    const query = request.rawQueryString();',
      `    const location = 'https://${domainName}' + request.uri + (query ? '?' + query : '');`,
      '    return { statusCode: 301, statusDescription: \'Moved Permanently\', headers: { location: { value: location } } };',
      '  }',
    ] : [],
    ...spaRouting ? [
      // the last segment decides: /users/ann is a route of the application, /assets/app.js is a file, which may be missing
      "  const segment = request.uri.slice(request.uri.lastIndexOf('/') + 1);",
      "  if (!segment.includes('.') && !request.uri.startsWith('/.well-known/')) request.uri = '/index.html';",
    ] : [],
    '  return request;',
    '}',
  ].join('\n');
}

/** The function, or none where it would do nothing. */
export function siteRouter(scope: Construct, routing: SiteRouting): cloudfront.Function | undefined {
  if (!routing.spaRouting && routing.redirectFrom.length === 0) return undefined;
  return new cloudfront.Function(scope, 'Router', {
    functionName: globalName(scope, 'Router', 64),
    comment: 'Pages of the application, and names that redirect',
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    code: cloudfront.FunctionCode.fromInline(routerCode(routing)),
  });
}
