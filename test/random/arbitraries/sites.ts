// Sites behind CloudFront, and who uploads to them.
import * as path from 'path';
import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as fc from 'fast-check';
import { domains, firewallOptions } from './edge';
import { priceClasses, profiles, removalPolicy } from './environment';
import { flag, mostly, texts, User, weighted } from './values';
import { AppDomain, StaticSite, StaticSiteProps } from '../../../src';
import { call, list, listOf, literal, oneOf, read, Some, struct, verb, written, Written } from '../written';

/** A folder of the checkout that holds index.html. */
const BUILT = path.join(__dirname, '..', '..', '..', 'examples', 'two-services-ghcr', 'web', 'src');

const zone = written<route53.IHostedZone>('HostedZone.fromHostedZoneAttributes(…)', (site) =>
  route53.HostedZone.fromHostedZoneAttributes(site.stack, site.id('SiteZone'), { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' }));
const domain = call(AppDomain, 'fromHostedZone', zone, literal('www.example.com'));

/** Properties of a site. */
export function sites(user: User): Some<StaticSiteProps> {
  return struct<StaticSiteProps>('StaticSiteProps', {
    profile: profiles(user),
    domain: mostly(user, fc.constant(domain), domains(user)),
    assets: texts(user, [BUILT], ['', 'no/such/folder'], false),
    immutableAssets: listOf(texts(user, ['assets/*', '*.woff2', '_next/static/*'], ['*', '/assets/*', '', '*.html']), { maxLength: 2 }),
    spaRouting: flag,
    // the folder has no other page
    errorPage: texts(user, ['/index.html'], ['', 'index.html', '/', '/no-such.html'], false),
    errorPageStatuses: weighted(
      [3, fc.subarray([500, 502, 503, 504]).map((statuses) => list(statuses.map(literal)))],
      [user.slips ? 1 : 0, oneOf([404], [500, 500])],
    ),
    oldVersions: weighted(
      [3, fc.integer({ min: 1, max: 400 }).map((days) => written(`Duration.days(${days})`, () => Duration.days(days)))],
      [user.slips ? 1 : 0, fc.constant(written('Duration.hours(1)', () => Duration.hours(1)))],
    ),
    replicaRegion: texts(user, ['ap-southeast-2'], ['', 'Frankfurt', 'us-east-1'], false),
    contentSecurityPolicy: texts(user, ["default-src 'self'", "default-src 'self'; img-src *"], ['', ' ', 'a\nb']),
    priceClass: priceClasses as Some<cloudfront.PriceClass>,
    accessLogs: flag,
    firewall: firewallOptions(user),
    removalPolicy,
  });
}

/** What a pipeline is given of a site. */
export function uploads(user: User): fc.Arbitrary<(site: Written<StaticSite>) => Array<Written<unknown>>> {
  const pipeline = written<iam.IGrantable>('new Role(this, …)', (site) =>
    new iam.Role(site.stack, site.id('Pipeline'), { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') }));
  return texts(user, ['dist', 'web/dist/'], ['', "it's"], false).map((directory) => (site: Written<StaticSite>) => [
    verb(site, 'grantUpload', pipeline), verb(site, 'uploadCommands', directory), read(site, 'url'), read(site, 'bucket'), read(site, 'distribution'), read(site, 'firewall'),
  ]);
}
