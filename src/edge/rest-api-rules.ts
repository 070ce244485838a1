// [internal] What is refused of an API, and what works otherwise than its function is told.
import { Duration, Token, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { FunctionRestApiOptions } from './rest-api-options';
import { ApiFunction } from '../compute/api-function';
import { checkRange, checkSeconds } from '../private/validate';

/** What API Gateway waits for an answer, and a second in which a function may still log. */
const LONGEST_SECONDS = 30;

/** Limits of requests, as API Gateway counts them. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Fail on limits that would let nothing through. */
export function checkThrottle({ rateLimit, burstLimit }: Throttle): void {
  checkRange('rateLimit', rateLimit, 1, Number.MAX_SAFE_INTEGER, 'choose a number of requests a second');
  checkRange('burstLimit', burstLimit, 1, Number.MAX_SAFE_INTEGER, 'choose a number of requests at once');
}

/** Fail on a percentage that is none, or that only deployment knows: a template cannot divide it by 100. */
export function checkTraced(tracedPercent: number): void {
  if (Token.isUnresolved(tracedPercent)) throw new Error("'tracedPercent' must be known at synthesis, since X-Ray is told a share of 1, got a token: write the number");
  checkRange('tracedPercent', tracedPercent, 0, 100, 'choose a percentage of the requests');
}

/** Fail on origins that a browser would not accept, or never sends. */
export function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    if (Token.isUnresolved(origin)) continue;
    if (origin === '*') {
      throw new Error("'corsOrigins' must name origins, got '*': browsers refuse answers with credentials to any origin, so list those that may call");
    }
    if (!/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(origin)) {
      throw new Error(`'corsOrigins' must be origins such as https://app.example.com, in lower case and without a path, got '${origin}': write it as browsers send it`);
    }
  }
}

/** Fail on what is no media type, and on one that API Gateway would be told twice. */
export function checkMediaTypes(types: readonly string[] = []): void {
  if (Token.isUnresolved(types)) return;
  types.forEach((type, index) => {
    if (Token.isUnresolved(type)) return;
    if (!/^[^\s/]+\/[^\s/]+$/.test(type) || types.indexOf(type) !== index) {
      throw new Error(`'binaryMediaTypes' must hold media types, each once, got '${type}': write such as 'image/png', or '*/*' for all`);
    }
  });
}

/** Fail on a cache that would give one caller the answer for another. */
export function checkCache({ cacheTtl, cacheQueryKeys }: Pick<FunctionRestApiOptions, 'cacheTtl' | 'cacheQueryKeys'>): void {
  checkSeconds('cacheTtl', cacheTtl, 1, 3600);
  if (cacheTtl !== undefined && cacheQueryKeys === undefined) {
    throw new Error("'cacheQueryKeys' must be given with 'cacheTtl', got none: name the query parameters that answers depend on, [] for none, for those that differ in others get the same answer");
  }
  if (cacheTtl === undefined && cacheQueryKeys !== undefined) {
    throw new Error("'cacheTtl' must be given with 'cacheQueryKeys', got none: say how long answers are cached, or leave both out");
  }
  for (const key of cacheQueryKeys ?? []) {
    if (!Token.isUnresolved(key) && !/^[A-Za-z0-9._$-]+$/.test(key)) {
      throw new Error(`'cacheQueryKeys' must be names of query parameters, got '${key}': write the name alone`);
    }
  }
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
export function warnOfLongRuns(api: IConstruct, { timeout, node: { path } }: ApiFunction): void {
  const seconds = (time: Duration): number => (time.isUnresolved() ? 0 : time.toSeconds());
  if (seconds(timeout) <= LONGEST_SECONDS) return;
  Validations.of(api).addWarning('cdk-patternbook:FunctionRestApiTimeout',
    `'${path}' may run for ${seconds(timeout)} s, and API Gateway answers 504 after 29 s unless the quota of the account was raised, while the function runs on and is paid for: `
    + 'lower its timeout, or hand long work to a queue');
}
