// How a site is asked for.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { AppDomain } from './app-domain';
import { WebFirewallOptions } from './web-firewall';
import { EnvironmentProfile } from '../environment-profile';

/** Options of a site. */
export interface StaticSiteOptions {
  /**
   * Folder of the built site, with `index.html`, that is uploaded on deployment: first what never changes, then the rest, `index.html`, and service workers. Nothing is deleted,
   * as tabs that are open still ask for it.
   *
   * It brings the custom resource of CDK's `BucketDeployment`, whose Lambda function copies the files.
   *
   * @default - nothing is uploaded: the pipeline does it, see grantUpload() and uploadCommands()
   */
  readonly assets?: string;
  /**
   * Which of the files have a hash in their names, as patterns of keys: browsers and CloudFront keep those for a year and never ask again. All others, `index.html` and service workers
   * among them, are asked for each time.
   *
   * @default ['assets/*', 'static/*']
   */
  readonly immutableAssets?: string[];
  /**
   * Which of the files are service workers, or lists of files that those read: by path, such as `sw.js`. They are uploaded after `index.html`: a browser that had a new worker
   * sooner would keep the page of the last version under the new one's name, and show it until the next release. Names of files that are not there do no harm.
   *
   * @default ['sw.js', 'service-worker.js', 'ngsw-worker.js', 'ngsw.json', 'firebase-messaging-sw.js']
   * @see https://github.com/GoogleChrome/workbox/issues/1528
   */
  readonly serviceWorkers?: string[];
  /**
   * Answer requests for paths without a file extension with `index.html`, for applications that route in the browser. What is below `/.well-known/` is left alone.
   *
   * @default true
   */
  readonly spaRouting?: boolean;
  /**
   * Values for the pages, by name, that are known at deployment, such as the id of a user pool: answered as JSON at `/config.json`, which browsers ask for each time. Nothing is
   * uploaded for them, and a changed value is served as soon as CloudFront has the new function, some minutes at most. Anyone may read them: no secrets.
   *
   * They fit into a function of 10 KB, its 1 KB of code included. Names are up to 128 letters, digits, `_`, `.` and `-`, and begin with a letter. Fails on others, on values
   * that are too long, and on a `config.json` in `assets`.
   *
   * @default - none: `/config.json` is a file like others
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
   */
  readonly config?: { [name: string]: string };
  /** Page for the answers 500, 502, 503 and 504, a path of the site. Keep it in `assets`, or let the pipeline upload it. @default '/error.html' */
  readonly errorPage?: string;
  /**
   * Statuses that are answered with the error page: 500, 502, 503 or 504, each at most once. CloudFront puts it in the place of an API's own answers too, whatever they say.
   *
   * @default - all four, and none as soon as an API is added: its answers keep what they say
   */
  readonly errorPageStatuses?: number[];
  /** How long older versions of objects are kept, whole days, 1 or more. @default Duration.days(90) */
  readonly oldVersions?: Duration;
  /**
   * Region to which all objects are replicated, to infrequent access: into a bucket of a stack beside this one, `<id of the stack>-<region>`.
   *
   * @default - not replicated
   */
  readonly replicaRegion?: string;
  /**
   * Content security policy, such as `default-src 'self'`. Fails on directives that browsers do not know, that are given twice, and on words such as `self` without their quotes.
   *
   * @default - none; the other security headers are always sent
   */
  readonly contentSecurityPolicy?: string;
  /** Edge locations that serve the site. @default - from the profile: PRICE_CLASS_100 in dev, PRICE_CLASS_200 in staging, PRICE_CLASS_ALL in prod */
  readonly priceClass?: cloudfront.PriceClass;
  /**
   * Keep access logs, in a bucket that stays when the stack is deleted: 30 days at hand, to 90 days in infrequent access, then in Glacier. Files below 128 KB stay at hand.
   *
   * @default true
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
   */
  readonly accessLogs?: boolean;
  /**
   * Publish the additional metrics of the distribution: cache hits, latency of its origins, errors by status. A dashboard shows its cache hits only with them.
   *
   * They are 8, at $0.30 a month each, whatever the traffic.
   *
   * @default - from the profile: true in prod
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html#monitoring-console.distributions-additional
   */
  readonly additionalMetrics?: boolean;
  /** Web firewall. @default - from the profile: NONE in dev, BASIC in staging, FULL in prod */
  readonly firewall?: WebFirewallOptions;
  /**
   * What becomes of the objects on deletion. Buckets have no snapshots, so SNAPSHOT is refused. A bucket that holds objects is not deleted: empty it first.
   *
   * @default - from the profile: DESTROY in dev, RETAIN in staging and prod
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Properties of `StaticSite`. */
export interface StaticSiteProps extends StaticSiteOptions {
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
  /** Public name. Its certificate is made in us-east-1, in a stack beside this one where that is elsewhere. @default - the distribution's own name */
  readonly domain?: AppDomain;
}
