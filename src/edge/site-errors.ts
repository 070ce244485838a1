// [internal] What a distribution does about errors of its origins.
import { Duration, Lazy, Token } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { hasPage } from './site-upload';
import { StaticSiteOptions } from './static-site-options';

const SERVER_ERRORS = [500, 502, 503, 504];
/** What else CloudFront may keep, and lets itself be told about. */
const FURTHER_ERRORS = [400, 403, 404, 405, 414, 501];

/**
 * Each server error is kept for 10 s, and answered with the page of the site.
 *
 * CloudFront knows both for a whole distribution alone. Where there are APIs behind it the page would stand in the place of their answers, and one user could be told what another has done:
 * there nothing is kept, and the page is left out unless asked for.
 *
 * @param hasApis asked when all APIs have been added
 */
export function errorResponses(options: StaticSiteOptions, hasApis: () => boolean): cloudfront.ErrorResponse[] {
  const { errorPage = '/error.html', errorPageStatuses } = options;
  checkPage(errorPage, options);
  errorPageStatuses?.forEach(checkStatus);
  const isThere = options.assets === undefined || hasPage(options.assets, errorPage);
  const isAnswered = (status: number): boolean => isThere && (errorPageStatuses?.includes(status) ?? !hasApis());
  return SERVER_ERRORS.map((httpStatus) => ({
    httpStatus,
    ttl: Duration.seconds(Lazy.number({ produce: () => (hasApis() ? 0 : 10) })),
    responseHttpStatus: Lazy.number({ produce: () => (isAnswered(httpStatus) ? httpStatus : undefined) }),
    responsePagePath: Lazy.string({ produce: () => (isAnswered(httpStatus) ? errorPage : undefined) }),
  }));
}

/**
 * Keep no other error either: those of APIs are answers to one user.
 *
 * AWS's pages differ: by one nothing is kept under the policy that APIs have here, by the other most errors are kept for this time even where the origin says `no-store`. 0 is right by both.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html#HTTPStatusCodes-cached-errors
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
export function keepNoErrors(distribution: cloudfront.Distribution): void {
  const resource = distribution.node.defaultChild as cloudfront.CfnDistribution;
  FURTHER_ERRORS.forEach((ErrorCode, index) => {
    resource.addPropertyOverride(`DistributionConfig.CustomErrorResponses.${SERVER_ERRORS.length + index}`, { ErrorCode, ErrorCachingMinTTL: 0 });
  });
}

function checkPage(page: string, { errorPage, assets }: StaticSiteOptions): void {
  if (!Token.isUnresolved(page) && !/^\/[^\s*?#]{1,4094}$/.test(page)) {
    throw new Error(`'errorPage' must be a path of the site, got '${page}': write such as '/error.html'`);
  }
  // whoever names none need not have one
  if (errorPage !== undefined && assets !== undefined && !Token.isUnresolved(errorPage) && !hasPage(assets, errorPage)) {
    throw new Error(`'errorPage' must be a file of 'assets', got '${errorPage}': add it to the site, or leave the prop out`);
  }
}

function checkStatus(status: number, index: number, statuses: number[]): void {
  if (!SERVER_ERRORS.includes(status) || statuses.indexOf(status) !== index) {
    throw new Error(`'errorPageStatuses' must hold each of 500, 502, 503 and 504 at most once, got ${status}: `
      + 'other answers are those of the site and of its APIs, so leave them out');
  }
}
