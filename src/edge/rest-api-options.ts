// What users may choose of a REST API.
import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import { WebFirewallOptions } from './web-firewall';
import { ApiFunction } from '../compute/api-function';
import { EnvironmentProfile } from '../environment-profile';

/** Options of a REST API. */
export interface FunctionRestApiOptions {
  /** Requests a second, 1 or more, of all callers together. @default 1000 */
  readonly rateLimit?: number;
  /** Requests at once, 1 or more, before the rate counts. @default 2000 */
  readonly burstLimit?: number;
  /**
   * Origins whose pages may call from a browser, with credentials: `https://app.example.com`, without a path. The function is told them as `CORS_ORIGINS`, as its own
   * answers need the same headers.
   *
   * @default - none: pages of the API's own origin alone, as behind one distribution
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
   */
  readonly corsOrigins?: string[];
  /**
   * Media types that are not text, such as `application/pdf` or `image/*`: requests of such a `Content-Type` reach the function in base64, and an answer in base64 reaches a caller
   * whose first type of `Accept` is among them as bytes. Browsers put others first, so that answers to them take all types: with that every request with a body comes in base64, JSON too.
   *
   * Without them answers in base64 stay so, and uploads are damaged.
   *
   * @default - none: requests and answers are text
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
   */
  readonly binaryMediaTypes?: string[];
  /** Who may call. Preflight requests of browsers are answered without it. @default - anyone: the function checks its callers itself */
  readonly authorizer?: apigateway.IAuthorizer;
  /** Refuse requests without a key of `addApiKey()`. A key says who calls, for limits of its own; it is no proof of it. @default false */
  readonly apiKeyRequired?: boolean;
  /**
   * Answer requests that come through a site of `addRestApi()`, and refuse others, such as those to `url`, with 403: the site adds a key to each, which API Gateway asks for.
   *
   * The key is in a secret of Secrets Manager, is in no template, and is not rotated. The function sees it, in the header `x-api-key`: do not log headers.
   *
   * It needs a site in the region and account of the API. It does not go with `apiKeyRequired`. Who may call is not its matter: see `authorizer`.
   *
   * @default false
   * @see https://aws.amazon.com/blogs/compute/protecting-your-api-using-amazon-api-gateway-and-aws-waf-part-2/
   */
  readonly onlyThroughSite?: boolean;
  /**
   * How long answers to GET are cached, encrypted, 1 s to 1 hour. Needs `cacheQueryKeys`. Answers differ by path, by the header `Authorization` and by those parameters.
   *
   * @default - not cached
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
   */
  readonly cacheTtl?: Duration;
  /** Query parameters on which answers depend, `[]` for none. Requests that differ in others get the same cached answer. @default - none, and none needed without a cache */
  readonly cacheQueryKeys?: string[];
  /**
   * Checks before the API, for callers that do not come through a site with its own firewall.
   *
   * What comes through a site of `addRestApi()` bears addresses of CloudFront, not those of visitors: it is left out of the limit of requests from one address, which the firewall of the
   * site is for, and lists of addresses do not tell visitors of the site apart.
   *
   * @default - no firewall
   */
  readonly firewall?: WebFirewallOptions;
  /** Share of requests that X-Ray traces beyond the first of each second, percent, 0 to 100. @default - from the profile: 100 in dev, 10 in staging and prod */
  readonly tracedPercent?: number;
  /** How long access and execution logs are kept. @default logs.RetentionDays.TWO_WEEKS */
  readonly apiLogRetention?: logs.RetentionDays;
  /**
   * Make the account's role by which API Gateway writes logs, kept on deletion: once an account and region, in one stack.
   *
   * Without that role no API with logs can be deployed. Where it is not made here, a warning says so.
   *
   * @default false
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
   */
  readonly createLogRole?: boolean;
}

/** Properties of `FunctionRestApi`. */
export interface FunctionRestApiProps extends FunctionRestApiOptions {
  /** The function that answers. */
  readonly handler: ApiFunction;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/** Limits of one caller. */
export interface FunctionApiKeyOptions {
  /** Requests a second with this key, 1 or more. @default 100 */
  readonly rateLimit?: number;
  /** Requests at once with this key, 1 or more. @default 200 */
  readonly burstLimit?: number;
  /** Requests a day with this key, 1 or more. @default - not limited */
  readonly dailyQuota?: number;
}
