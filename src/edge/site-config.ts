// [internal] Values that pages are told: a function at the edge answers with them, so that nothing is uploaded and no cache has to forget them.
import { Fn, Token, Tokenization } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { takes } from './api-origins';
import { globalName } from './global-name';
import { hasPage } from './site-upload';
import { StaticSiteOptions } from './static-site-options';

/** Where pages ask for them. */
export const CONFIG_PATH = '/config.json';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const LARGEST_FUNCTION = 10_240;

/** Values by name, and the headers of the answer. */
export interface ConfigAnswer {
  readonly config: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string };
}

/** Fail on names that are not plain in every language, and on files that would never be seen. */
export function checkConfig({ config, assets }: StaticSiteOptions): void {
  if (config === undefined) return;
  const wrong = Object.keys(config).find((name) => Token.isUnresolved(name) || !/^[A-Za-z][A-Za-z0-9_.-]{0,127}$/.test(name));
  if (wrong !== undefined) {
    throw new Error(`'config' must have names of up to 128 letters, digits, '_', '.' and '-' that begin with a letter, got '${Token.isUnresolved(wrong) ? 'a token' : wrong}': rename it`);
  }
  if (assets !== undefined && hasPage(assets, CONFIG_PATH)) {
    throw new Error(`'assets' must have no ${CONFIG_PATH.slice(1)} where 'config' is given, got one in '${assets}': it would never be served, so remove it, or leave 'config' out`);
  }
}

/** Fail on the path of an API that would have to answer what the site answers. */
export function leaveConfig(pathPattern: string): void {
  if (takes(pathPattern, CONFIG_PATH)) {
    throw new Error(`'pathPattern' must leave '${CONFIG_PATH}' to the 'config' of the site, got '${pathPattern}': choose another path, or leave 'config' out`);
  }
}

/**
 * The code of the function. Values known at deployment alone come into it as base64, whatever is in them, and are decoded at the edge.
 *
 * Its answer bears all headers itself: CloudFront's policies for headers are about answers of its cache and of origins.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html
 */
export function configCode({ config, headers }: ConfigAnswer): string {
  const lines = (values: { readonly [name: string]: string }, line: (name: string, value: string) => string): string[] =>
    Object.entries(values).map(([name, value]) => `    ${line(quoted(name), expression(value))},`);
  return [
    'function handler(event) {',
    "  const text = (base64) => Buffer.from(base64, 'base64').toString('utf8');",
    '  const config = {',
    // maps of other languages come in any order, which would be another function each time
    ...lines(Object.fromEntries(Object.entries(config).sort(([one], [other]) => (one < other ? -1 : 1))), (name, value) => `${name}: ${value}`),
    '  };',
    '  const headers = {',
    ...lines({ 'content-type': 'application/json', 'cache-control': 'no-cache', ...headers }, (name, value) => `${name}: { value: ${value} }`),
    '  };',
    "  return { statusCode: 200, statusDescription: 'OK', headers, body: { encoding: 'text', data: JSON.stringify(config) } };",
    '}',
  ].join('\n');
}

/** The behaviour that answers. CloudFront wants an origin for it, which is never asked. */
export function configBehavior(scope: Construct, origin: cloudfront.IOrigin, answer: ConfigAnswer): cloudfront.BehaviorOptions {
  const code = configCode(answer);
  checkSize(code);
  const config = new cloudfront.Function(scope, 'Config', {
    functionName: globalName(scope, 'Config', 64),
    comment: 'Values for the pages',
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    code: cloudfront.FunctionCode.fromInline(code),
  });
  return {
    origin,
    allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: config }],
  };
}

/** What is known at deployment alone is not counted: CloudFront refuses what is too long then. */
function checkSize(code: string): void {
  const known = Tokenization.reverseString(code).mapTokens({ mapToken: () => '' }).join({ join: (left: string, right: string) => left + right }) as string;
  const size = known.length;
  if (size > LARGEST_FUNCTION) {
    throw new Error(`'config' must fit into a function of ${LARGEST_FUNCTION} bytes, got one of ${size}: shorten the values, or keep them in a file of the site`);
  }
}

function expression(value: string): string {
  return Token.isUnresolved(value) ? `text('${Fn.base64(value)}')` : quoted(value);
}

/** A string of JavaScript in ASCII alone, since of other letters it is not known what CloudFormation and CloudFront make. */
function quoted(value: string): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
