// [internal] APIs behind the distribution of a site: never cached, asked with all that the browser sends.
import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct, IConstruct } from 'constructs';
import { globalName } from './global-name';
import { shown } from '../private/validate';

/** A behaviour that a distribution can be given for a path. */
export interface ApiBehavior {
  readonly origin: cloudfront.IOrigin;
  readonly options: cloudfront.AddBehaviorOptions;
}

/** The host of the browser would be refused by API Gateway, which knows its APIs by their own. */
const uncached = (): Pick<cloudfront.AddBehaviorOptions, 'cachePolicy' | 'originRequestPolicy'> => ({
  cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
  originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
});

/** A REST API: it gets the path as it was asked for, the prefix of the pattern included, as services behind a load balancer do, and headers that the distribution adds. */
export function restApiBehavior(pathPattern: string, stage: apigateway.IStage, customHeaders: cloudfront.OriginProps['customHeaders'] = {}): ApiBehavior {
  return {
    origin: originOf(pathPattern, stage, stage.restApi.restApiId, { originPath: `/${stage.stageName}`, customHeaders }),
    options: {
      ...uncached(),
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    },
  };
}

/**
 * A WebSocket API. Such an API has one address, its stage, so that a function at the edge puts that in the place of the path.
 *
 * Clients of WebSockets follow no redirects: without TLS they are refused.
 */
export function webSocketBehavior(scope: Construct, pathPattern: string, stage: apigatewayv2.IWebSocketStage): ApiBehavior {
  const address = new cloudfront.Function(scope, 'Address', {
    functionName: globalName(scope, 'Address', 64),
    comment: 'The one address of the WebSocket API',
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    code: cloudfront.FunctionCode.fromInline(addressCode(stage.stageName)),
  });
  return {
    origin: originOf(pathPattern, stage, stage.api.apiId),
    options: {
      ...uncached(),
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: address }],
    },
  };
}

/** Code that puts the address of a stage in the place of any path. */
export function addressCode(stageName: string): string {
  return ['function handler(event) {', `  event.request.uri = '/${stageName}';`, '  return event.request;', '}'].join('\n');
}

/**
 * Fail on a pattern that CloudFront does not take, that leaves nothing to the site, or that an earlier one hides: CloudFront asks them in the order they were added.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function checkPathPattern(pathPattern: string, earlier: readonly string[]): void {
  if (Token.isUnresolved(pathPattern) || !/^\/[\w\-.*$/~"'@:+&?]{1,254}$/.test(pathPattern) || takes(pathPattern, '/index.html')) {
    throw new Error(`'pathPattern' must begin with '/', be known at synthesis and leave '/index.html' to the site, got '${shown(pathPattern)}': write such as '/api/*'`);
  }
  const hiding = earlier.find((other) => takes(other, pathPattern));
  if (hiding !== undefined) {
    throw new Error(`'pathPattern' must not be hidden by an earlier one, and '${pathPattern}' is by '${hiding}': add the narrower one first, or choose another path`);
  }
}

/** Whether a pattern takes a path, or all that another pattern takes: `*` is any text, `?` is one letter, and case counts. */
export function takes(pattern: string, pathOrPattern: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\/]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '[^*]');
  return new RegExp(`^${expression}$`).test(pathOrPattern);
}

function originOf(originId: string, stage: IConstruct, apiId: string, options: cloudfront.OriginProps = {}): cloudfront.IOrigin {
  const { region, urlSuffix } = Stack.of(stage);
  return new origins.HttpOrigin(`${apiId}.execute-api.${region}.${urlSuffix}`, {
    ...options,
    // without an id of its own it would be numbered
    originId,
    protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
    // API Gateway answers within 29 s, by an error if need be
    readTimeout: Duration.seconds(30),
    keepaliveTimeout: Duration.seconds(5),
  });
}
