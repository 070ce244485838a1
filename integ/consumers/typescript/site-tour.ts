// Sites: one with every choice made, copied to another region, and the least of one; a firewall before a distribution of one's own.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Readings } from './readings.js';
import { AppDomain, EnvironmentProfile, FirewallLevel, FirewallScope, StaticSite, WebFirewall } from 'cdk-patternbook';

export function siteTour(app: App, profile: EnvironmentProfile): void {
  const stack = new Stack(app, 'Site');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' });
  const site = new StaticSite(stack, 'Site', {
    profile,
    domain: AppDomain.fromHostedZone(zone, 'www.example.com', { redirectFrom: ['example.com'] }),
    assets: builtSite(),
    immutableAssets: ['assets/*', 'fonts/*'],
    serviceWorkers: ['sw.js'],
    spaRouting: true,
    config: { environment: profile.name, region: stack.region },
    errorPage: '/oops.html',
    errorPageStatuses: [502, 503],
    oldVersions: Duration.days(30),
    replicaRegion: 'eu-central-1',
    contentSecurityPolicy: "default-src 'self'",
    priceClass: PriceClass.PRICE_CLASS_200,
    accessLogs: true,
    additionalMetrics: true,
    firewall: { level: FirewallLevel.FULL, rateLimit: 500 },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  site.grantUpload(new Role(stack, 'Pipeline', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') }));
  const least = new StaticSite(stack, 'Least', { profile: EnvironmentProfile.DEV });
  const firewall = new WebFirewall(stack, 'Firewall', { profile, protects: FirewallScope.CLOUDFRONT });

  const read = new Readings(stack);
  read.text('Bucket', site.bucket.bucketName);
  read.text('Distribution', site.distribution.distributionId);
  read.text('Url', site.url);
  read.text('UrlOfLeast', least.url);
  read.truth('LeastHasNoFirewall', least.firewall.level === FirewallLevel.NONE);
  read.text('FirewallMetric', site.firewall.metricName);
  read.text('LastUpload', site.uploadCommands('dist')[3]);
  read.text('WebAcl', firewall.webAclArn);
}

/** A folder as a build leaves it. */
function builtSite(): string {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  writeFileSync(join(folder, 'index.html'), '<h1>Welcome</h1>');
  writeFileSync(join(folder, 'oops.html'), '<h1>Oops</h1>');
  return folder;
}
