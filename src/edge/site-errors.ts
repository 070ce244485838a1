// [internal] What a distribution does about errors of its origins.
import { Duration, Lazy, Token } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { hasPage } from './site-upload';
import { StaticSiteOptions } from './static-site-options';

const SERVER_ERRORS = [500, 502, 503, 504];

/**
 * Each server error is kept for 10 s, and answered with the page of the site.
 *
 * CloudFront knows pages for a whole distribution alone. Where there are APIs behind it the page would stand in the place of their answers, so that there it is left out unless asked for.
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
    ttl: Duration.seconds(10),
    responseHttpStatus: Lazy.number({ produce: () => (isAnswered(httpStatus) ? httpStatus : undefined) }),
    responsePagePath: Lazy.string({ produce: () => (isAnswered(httpStatus) ? errorPage : undefined) }),
  }));
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
