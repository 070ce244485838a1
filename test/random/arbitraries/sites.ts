// Sites behind CloudFront, and who uploads to them.
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as fc from 'fast-check';
import { domains } from './edge';
import { profiles } from './environment';
import { siteFields } from './serverless';
import { mostly, texts, User } from './values';
import { AppDomain, StaticSite, StaticSiteProps } from '../../../src';
import { call, literal, read, Some, struct, verb, written, Written } from '../written';

const zone = written<route53.IHostedZone>('HostedZone.fromHostedZoneAttributes(…)', (site) =>
  route53.HostedZone.fromHostedZoneAttributes(site.stack, site.id('SiteZone'), { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' }));
const domain = call(AppDomain, 'fromHostedZone', zone, literal('site.example.com'));

/** Properties of a site. */
export function sites(user: User): Some<StaticSiteProps> {
  return struct<StaticSiteProps>('StaticSiteProps', { ...siteFields(user), profile: profiles(user), domain: mostly(user, fc.constant(domain), domains(user)) });
}

/** What a pipeline is given of a site. */
export function uploads(user: User): fc.Arbitrary<(site: Written<StaticSite>) => Array<Written<unknown>>> {
  const pipeline = written<iam.IGrantable>('new Role(this, …)', (site) =>
    new iam.Role(site.stack, site.id('Pipeline'), { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') }));
  return texts(user, ['dist', 'web/dist/'], ['', "it's"], false).map((directory) => (site: Written<StaticSite>) => [
    verb(site, 'grantUpload', pipeline), verb(site, 'uploadCommands', directory), read(site, 'url'), read(site, 'bucket'), read(site, 'distribution'), read(site, 'firewall'),
  ]);
}
