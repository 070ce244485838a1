// [internal] What is sent with each answer of a site, and what CloudFront keeps of them.
import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { checkContentSecurityPolicy } from './content-security-policy';
import { globalName } from './global-name';

const HSTS = Duration.days(365);

/** Security headers: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
export function siteHeaders(scope: Construct, contentSecurityPolicy?: string): cloudfront.ResponseHeadersPolicy {
  checkContentSecurityPolicy(contentSecurityPolicy);
  return new cloudfront.ResponseHeadersPolicy(scope, 'Headers', {
    responseHeadersPolicyName: globalName(scope, 'Headers', 128),
    comment: 'Security headers of the site',
    securityHeadersBehavior: {
      // without the names below it: those need not be the site's
      strictTransportSecurity: { accessControlMaxAge: HSTS, includeSubdomains: false, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: cloudfront.HeadersFrameOption.SAMEORIGIN, override: true },
      referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
      contentSecurityPolicy: contentSecurityPolicy === undefined ? undefined : { contentSecurityPolicy, override: true },
    },
  });
}

/** The same headers, for answers that the policy is not about. */
export function headersByName(contentSecurityPolicy?: string): { readonly [name: string]: string } {
  return {
    'strict-transport-security': `max-age=${HSTS.toSeconds()}`,
    'x-content-type-options': 'nosniff',
    'x-frame-options': cloudfront.HeadersFrameOption.SAMEORIGIN,
    'referrer-policy': cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
    ...contentSecurityPolicy !== undefined && { 'content-security-policy': contentSecurityPolicy },
  };
}

/**
 * Objects are kept as long as they say, and those that do not say are not kept: an upload without headers is never stale.
 *
 * Nothing of the request but its path tells objects apart.
 */
export function siteCache(scope: Construct): cloudfront.CachePolicy {
  return new cloudfront.CachePolicy(scope, 'Cache', {
    cachePolicyName: globalName(scope, 'Cache', 128),
    comment: 'As long as the objects of the site say',
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.days(365),
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: true,
    cookieBehavior: cloudfront.CacheCookieBehavior.none(),
    headerBehavior: cloudfront.CacheHeaderBehavior.none(),
    queryStringBehavior: cloudfront.CacheQueryStringBehavior.none(),
  });
}
