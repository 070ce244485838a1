// A REST API answered by one function.
import { Duration, Names } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import * as xray from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';
import { expectLogRole, makeLogRole } from './api-log-role';
import { apiLogGroup } from './api-logs';
import { acceptApiFindings, acceptAuthorizer } from './rest-api-findings';
import { FunctionApiKeyOptions, FunctionRestApiProps } from './rest-api-options';
import { checkCache, checkMediaTypes, checkOrigins, checkThrottle, checkTraced, Throttle, warnOfLongRuns } from './rest-api-rules';
import { checkSiteKey, SiteKey } from './site-key';
import { WebFirewall } from './web-firewall';
import { ApiFunction } from '../compute/api-function';
import { EnvironmentProfile, FirewallLevel } from '../environment-profile';
import { checkRange } from '../private/validate';

/** The stage that is called, as the alias of the function behind it. */
const LIVE = 'live';
/** What pages may send, and which of their headers. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const HEADERS = ['Content-Type', 'Authorization'];

/** By it the firewall of an API tells requests of its site apart. CloudFront puts it in the place of what a browser sends under this name. */
const SITE_HEADER = 'x-site';

/** In the access log, and nothing of what is in requests. */
const ACCESS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  error: '$context.error.responseType',
  apiKeyId: '$context.identity.apiKeyId',
  traceId: '$context.xrayTraceId',
};

/** Answers that API Gateway itself gives, in the shape of those of the function. */
const ERROR_BODY = '{"error":{"code":"$context.error.responseType","message":$context.error.messageString,"requestId":"$context.requestId","timestamp":"$context.requestTime"}}';

/**
 * A regional REST API that passes every method and path to one function, by its alias: throttled, traced, with an access log and a log of errors.
 *
 * Reach it through a site of the same name, or, unless it is `onlyThroughSite`, by `url` from origins named in `corsOrigins`. Errors of API Gateway itself have the body
 * `{"error":{"code","message","requestId","timestamp"}}`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
 */
export class FunctionRestApi extends Construct {
  /** The API. */
  public readonly api: apigateway.RestApi;
  /** The stage, `live`. */
  public readonly stage: apigateway.Stage;
  /** Where it is called, ending in a slash. */
  public readonly url: string;

  private readonly keys: Construct;
  private readonly apiKeyRequired: boolean;
  private readonly siteKey?: SiteKey;
  private readonly firewall?: WebFirewall;

  /**
   * Fails on limits below 1, on origins that no browser sends, on what is no media type, on a cache without the parameters that answers depend on, and on `apiKeyRequired` with
   * `onlyThroughSite`.
   */
  constructor(scope: Construct, id: string, props: FunctionRestApiProps) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    const { handler, corsOrigins = [], cacheTtl, cacheQueryKeys, rateLimit = 1000, burstLimit = 2000 } = props;
    const tracedPercent = props.tracedPercent ?? profile.tracedPercent;
    this.apiKeyRequired = props.apiKeyRequired ?? false;
    checkThrottle({ rateLimit, burstLimit });
    checkOrigins(corsOrigins);
    checkMediaTypes(props.binaryMediaTypes);
    checkCache(props);
    checkSiteKey(props);
    checkTraced(tracedPercent);
    warnOfLongRuns(this, handler);

    // metrics bear the name, and two APIs of one name would be counted together
    const name = Names.uniqueResourceName(this, { maxLength: 50, separator: '-' });
    this.api = this.define(props, profile, name, { rateLimit, burstLimit });
    this.stage = this.api.deploymentStage;
    this.url = this.api.url;
    this.answer(props, handler, { ttl: cacheTtl, queryKeys: cacheQueryKeys });
    this.allowOrigins(corsOrigins, handler, props.binaryMediaTypes !== undefined);
    this.logErrors(props, profile);
    this.sample(name, tracedPercent);
    this.firewall = this.protect(props, profile);
    this.siteKey = props.onlyThroughSite ? new SiteKey(this, { api: this.api, stage: this.stage }) : undefined;
    this.keys = new Construct(this, 'ApiKeys');
    this.node.addValidation({
      validate: () => (this.apiKeyRequired && this.keys.node.children.length === 0
        ? [`'apiKeyRequired' of '${this.node.path}' must come with a key, got none, and every request would be refused: add one by addApiKey(), or leave it out`] : []),
    });
  }

  /**
   * Add a key for one caller, with limits of its own. Its value is made by API Gateway: `aws apigateway get-api-key --include-value`.
   *
   * Fails where `apiKeyRequired` is not set, on an id that is taken, and on limits below 1.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
   */
  public addApiKey(id: string, options: FunctionApiKeyOptions = {}): apigateway.IApiKey {
    const { rateLimit = 100, burstLimit = 200, dailyQuota } = options;
    if (!this.apiKeyRequired) {
      throw new Error(`'apiKeyRequired' of '${this.node.path}' must be true for addApiKey(), got false: requests without a key would be answered as well, so set it to true`);
    }
    if (this.keys.node.tryFindChild(id)) throw new Error(`API key '${id}' exists already in '${this.node.path}': give each an id of its own`);
    checkThrottle({ rateLimit, burstLimit });
    checkRange('dailyQuota', dailyQuota, 1, Number.MAX_SAFE_INTEGER, 'choose a number of requests a day');
    const home = new Construct(this.keys, id);
    const key = new apigateway.ApiKey(home, 'Key', { description: home.node.path });
    const plan = new apigateway.UsagePlan(home, 'UsagePlan', {
      description: home.node.path,
      apiStages: [{ api: this.api, stage: this.stage }],
      throttle: { rateLimit, burstLimit },
      quota: dailyQuota === undefined ? undefined : { limit: dailyQuota, period: apigateway.Period.DAY },
    });
    plan.addApiKey(key);
    return key;
  }

  /**
   * Headers by which a site shows that a request came through it: none where that does not matter.
   *
   * Visitors of a site come by addresses of CloudFront, which they share: their own are limited by the firewall of the site alone.
   * @internal
   */
  public _headersFor(site: Construct): { readonly [header: string]: string } {
    const keyed = this.siteKey?.headersFor(site) ?? {};
    if (this.firewall === undefined) return keyed;
    const mark = { header: SITE_HEADER, value: Names.uniqueResourceName(this, { maxLength: 50, separator: '-' }) };
    this.firewall._leaveToOther(mark);
    return { ...keyed, [mark.header]: mark.value };
  }

  private define(props: FunctionRestApiProps, profile: EnvironmentProfile, name: string, throttle: Throttle): apigateway.RestApi {
    const caching = props.cacheTtl !== undefined;
    const common = {
      throttlingRateLimit: throttle.rateLimit,
      throttlingBurstLimit: throttle.burstLimit,
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      metricsEnabled: false,
    };
    const cached = { ...common, cachingEnabled: true, cacheTtl: props.cacheTtl, cacheDataEncrypted: true };
    const accessLogs = apiLogGroup(this, 'AccessLogs', profile, props.apiLogRetention ?? 14);
    const api = new apigateway.RestApi(this, 'Api', {
      restApiName: name,
      description: this.node.path,
      binaryMediaTypes: props.binaryMediaTypes,
      endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL] },
      cloudWatchRole: false,
      deployOptions: {
        stageName: LIVE,
        ...common,
        tracingEnabled: true,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(ACCESS)),
        ...caching && { cacheClusterEnabled: true, cacheClusterSize: '0.5', methodOptions: { '//GET': cached, '/{proxy+}/GET': cached } },
      },
    });
    // outputs are their user's to make
    api.node.tryRemoveChild('Endpoint');
    acceptApiFindings(api, props, profile);
    return api;
  }

  /** Every method of every path; with a cache GET has a method of its own, for no other answer may be kept. */
  private answer(props: FunctionRestApiProps, handler: ApiFunction, cache: { readonly ttl?: Duration; readonly queryKeys?: string[] }): void {
    const validator = this.api.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
    const options = { authorizer: props.authorizer, apiKeyRequired: this.apiKeyRequired || props.onlyThroughSite, requestValidator: validator };
    const everything = this.api.root.addResource('{proxy+}');
    for (const resource of [this.api.root, everything]) {
      const every = resource.addMethod('ANY', new apigateway.LambdaIntegration(handler.alias, { allowTestInvoke: false }), options);
      acceptAuthorizer(every, props);
      if (cache.ttl === undefined) continue;
      const optional = ['header.Authorization', ...(cache.queryKeys ?? []).map((key) => `querystring.${key}`)];
      const keys = [...resource === everything ? ['path.proxy'] : [], ...optional].map((key) => `method.request.${key}`);
      acceptAuthorizer(resource.addMethod('GET', new apigateway.LambdaIntegration(handler.alias, { allowTestInvoke: false, cacheKeyParameters: keys }), {
        ...options,
        requestParameters: Object.fromEntries(keys.map((key) => [key, key === 'method.request.path.proxy'])),
      }), props);
    }
  }

  private allowOrigins(origins: readonly string[], handler: ApiFunction, binary: boolean): void {
    const responseHeaders = origins.length === 0 ? undefined : {
      // it cannot choose between several
      'Access-Control-Allow-Origin': `'${origins[0]}'`,
      'Access-Control-Allow-Credentials': "'true'",
      'Vary': "'Origin'",
    };
    const templates = { 'application/json': ERROR_BODY };
    this.api.addGatewayResponse('ClientErrors', { type: apigateway.ResponseType.DEFAULT_4XX, responseHeaders, templates });
    this.api.addGatewayResponse('ServerErrors', { type: apigateway.ResponseType.DEFAULT_5XX, responseHeaders, templates });
    if (origins.length === 0) return;
    handler.addEnvironment('CORS_ORIGINS', origins.join(','));
    for (const resource of [this.api.root, this.api.root.getResource('{proxy+}')!]) {
      const preflight = resource.addCorsPreflight({
        allowOrigins: [...origins],
        allowMethods: METHODS,
        allowHeaders: [...HEADERS, ...this.apiKeyRequired ? ['X-Api-Key'] : []],
        allowCredentials: true,
        maxAge: Duration.hours(1),
      });
      // else its own answer, which is text, fails where all types are binary: https://github.com/aws/chalice/issues/1310
      if (binary) (preflight.node.defaultChild as apigateway.CfnMethod).addPropertyOverride('Integration.ContentHandling', apigateway.ContentHandling.CONVERT_TO_TEXT);
    }
  }

  /** The group that API Gateway would make itself, to be kept for ever, and the role by which it writes. */
  private logErrors(props: FunctionRestApiProps, profile: EnvironmentProfile): void {
    const name = `API-Gateway-Execution-Logs_${this.api.restApiId}/${LIVE}`;
    const stage = this.stage.node.defaultChild!;
    stage.node.addDependency(apiLogGroup(this, 'ExecutionLogs', profile, props.apiLogRetention ?? 14, name));
    if (props.createLogRole ?? false) stage.node.addDependency(makeLogRole(this));
    else expectLogRole(this, stage, 'cdk-patternbook:FunctionRestApiLogRole');
  }

  /** API Gateway decides for the function behind it whether a request is traced: https://docs.aws.amazon.com/xray/latest/devguide/xray-services-apigateway.html */
  private sample(name: string, percent: number): void {
    new xray.CfnSamplingRule(this, 'Sampling', {
      samplingRule: {
        ruleName: Names.uniqueResourceName(this, { maxLength: 32, separator: '-' }),
        // before X-Ray's own rule for all; rules of this library never meet
        priority: 1000,
        reservoirSize: 1,
        fixedRate: percent / 100,
        serviceName: `${name}/${LIVE}`,
        serviceType: 'AWS::ApiGateway::Stage',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
        version: 1,
      },
    });
  }

  private protect({ firewall: options }: FunctionRestApiProps, profile: EnvironmentProfile): WebFirewall | undefined {
    if (options === undefined || (options.level ?? profile.firewall) === FirewallLevel.NONE) return undefined;
    const firewall = new WebFirewall(this, 'Firewall', { ...options, profile });
    new wafv2.CfnWebACLAssociation(this, 'FirewallAssociation', { resourceArn: this.stage.stageArn, webAclArn: firewall.webAclArn });
    return firewall;
  }
}
