import { App, Duration, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import { Role, ServicePrincipal, User } from 'aws-cdk-lib/aws-iam';
import { HostedZone, PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { builtSite, configOf, siteIn } from './site';
import { AppDomain, EnvironmentProfile, FirewallLevel, StaticSite, StaticSiteProps } from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';
import { statementsOf } from '../statements';

const { DEV, STAGING, PROD } = EnvironmentProfile;
const templateOf = (props?: StaticSiteProps): Template => siteIn(props).template();
const zoneIn = (stack: Stack) => HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' });
const bucketsOf = (template: Template) => {
  const buckets = template.findResources('AWS::S3::Bucket');
  const byId = (id: string) => Object.entries(buckets).find(([key]) => key.startsWith(id))?.[1];
  return { site: byId('SiteBucket')!, logs: byId('SiteLogs') };
};
const policyStatements = (template: Template, bucket: string) => Object.values(template.findResources('AWS::S3::BucketPolicy'))
  .filter(({ Properties }) => Properties.Bucket.Ref.startsWith(bucket)).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

describe('the bucket of a site', () => {
  const template = templateOf();
  const { site } = bucketsOf(template);

  test.each(FLAG_SETS)('is private, encrypted, versioned, with %s', (_, flags) => {
    const stack = new Stack(new App({ context: flags, analyticsReporting: false }), 'Stack', { env: { region: 'us-east-1' } });
    expect(bucketsOf(siteIn({}, stack).template()).site.Properties).toMatchObject({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  test('is read by its distribution alone, by TLS alone, which is also told what is not there', () => {
    const statements = policyStatements(template, 'SiteBucket');
    const condition = { StringEquals: { 'AWS:SourceArn': expect.anything() } };
    expect(statements.map(({ Effect, Principal, Action }) => [Effect, Principal.Service ?? Principal.AWS, Action])).toEqual([
      ['Deny', '*', 's3:*'], ['Allow', 'cloudfront.amazonaws.com', 's3:GetObject'], ['Allow', 'cloudfront.amazonaws.com', 's3:ListBucket'],
    ]);
    expect(statements.slice(1).map(({ Condition }) => Condition)).toEqual([condition, condition]);
    expect(JSON.stringify(statements[2].Condition)).toContain(Object.keys(template.findResources('AWS::CloudFront::Distribution'))[0]);
    expect(statements[0].Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  });

  test('is signed for by origin access control', () => {
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { OriginAccessControlOriginType: 's3', SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
    expect(configOf(template).Origins).toEqual([
      expect.objectContaining({ OriginAccessControlId: expect.anything(), S3OriginConfig: { OriginAccessIdentity: '' } }),
    ]);
  });

  test.each([[undefined, 90], [30, 30], [1, 1]])('keeps older versions for %j, which is %d days', (days, expected) => {
    const { LifecycleConfiguration } = bucketsOf(templateOf({ oldVersions: days === undefined ? undefined : Duration.days(days) })).site.Properties;
    expect(LifecycleConfiguration.Rules).toEqual([
      { NoncurrentVersionExpiration: { NoncurrentDays: expected }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' },
    ]);
  });

  test.each([[Duration.days(0), 0], [Duration.hours(36), 1.5]])('fails on older versions for %s', (oldVersions, days) => {
    expect(() => siteIn({ oldVersions })).toThrow(new Error(`'oldVersions' must be 1 to 2147483647, got ${days}: choose whole days`));
  });

  test.each([[DEV, 'Delete'], [STAGING, 'Retain'], [PROD, 'Retain']] as const)('goes or stays by the profile, and is never emptied', (profile, policy) => {
    const template_ = templateOf({ profile });
    expect(bucketsOf(template_).site).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
    expect(JSON.stringify(template_.toJSON())).not.toContain('AutoDelete');
  });

  test('goes or stays as it is told', () => {
    expect(bucketsOf(templateOf({ removalPolicy: RemovalPolicy.DESTROY })).site.DeletionPolicy).toBe('Delete');
    expect(() => siteIn({ removalPolicy: RemovalPolicy.SNAPSHOT })).toThrow(
      "'removalPolicy' must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got SNAPSHOT: buckets have no snapshots, so retain the objects");
  });

  test('is no destination of anything by default', () => {
    expect(site.Properties.ReplicationConfiguration).toBeUndefined();
  });
});

describe('a copy in another region', () => {
  const { stack, template } = siteIn({ replicaRegion: 'eu-central-1' });
  const sibling = stack.node.root.node.findChild('Stack-eu-central-1') as Stack;

  test('is a bucket like the first, in a stack of that region', () => {
    const { Properties: { ReplicationConfiguration, ...first } } = bucketsOf(template()).site;
    const [copy] = Object.values(Template.fromStack(sibling).findResources('AWS::S3::Bucket'));
    expect(sibling.region).toBe('eu-central-1');
    expect(copy).toMatchObject({ Properties: first, DeletionPolicy: 'Retain' });
    expect(ReplicationConfiguration.Rules).toEqual([expect.objectContaining({
      Destination: { Bucket: { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'Stack-eu-central-1', Region: 'eu-central-1' }) }, StorageClass: 'STANDARD_IA' },
      DeleteMarkerReplication: { Status: 'Disabled' },
      Status: 'Enabled',
    })]);
    expect(stack.dependencies).toContain(sibling);
  });

  test.each(FLAG_SETS)('is written by a role without a name, so that an account may have several, with %s', (_, flags) => {
    const made = siteIn({ replicaRegion: 'eu-central-1' }, new Stack(new App({ context: flags, analyticsReporting: false }), 'Stack', { env: { region: 'us-east-1' } })).template();
    const { ReplicationConfiguration: { Role: { 'Fn::GetAtt': [role] } } } = bucketsOf(made).site.Properties;
    expect(made.findResources('AWS::IAM::Role')[role].Properties.RoleName).toBeUndefined();
    expect(statementsOf(made, 'SiteReplicationRole').flatMap(({ Action }) => Action)).toContain('s3:ReplicateObject');
  });

  test('fails on older versions whose days are known only at deployment', () => {
    const oldVersions = Duration.days(Token.asNumber(Fn.importValue('Days')));
    expect(() => siteIn({ oldVersions })).not.toThrow();
    expect(() => siteIn({ oldVersions, replicaRegion: 'eu-central-1' })).toThrow(
      "'oldVersions' must be known at synthesis, since it is for a part in eu-central-1, got a token: write it out");
  });

  test.each(['us-east-1', '', 'Frankfurt'])('fails in %j', (replicaRegion) => {
    expect(() => siteIn({ replicaRegion })).toThrow(new Error(
      `'replicaRegion' must be another region than that of the stack and known at synthesis, got '${replicaRegion}': name one such as 'eu-central-1'`));
  });
});

describe('the distribution of a site', () => {
  const template = templateOf();
  const config = configOf(template);

  test('redirects to HTTPS, compresses, answers by IPv6 and HTTP/3, and begins with index.html', () => {
    expect(config).toMatchObject({
      DefaultRootObject: 'index.html',
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      Enabled: true,
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https', Compress: true, AllowedMethods: ['GET', 'HEAD'] },
    });
  });

  test('keeps objects as long as they say, up to a year, and those that do not say not at all', () => {
    template.hasResourceProperties('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: {
        MinTTL: 0,
        DefaultTTL: 0,
        MaxTTL: 31536000,
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingBrotli: true,
          EnableAcceptEncodingGzip: true,
          CookiesConfig: { CookieBehavior: 'none' },
          HeadersConfig: { HeaderBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'none' },
        },
      },
    });
  });

  test('sends security headers, without a content security policy', () => {
    template.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          StrictTransportSecurity: { AccessControlMaxAgeSec: 31536000, IncludeSubdomains: false, Override: true },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'SAMEORIGIN', Override: true },
          ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: true },
          ContentSecurityPolicy: Match.absent(),
        },
      },
    });
  });

  test('sends a content security policy that it is given, of one line', () => {
    templateOf({ contentSecurityPolicy: "default-src 'self'" }).hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: { SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'", Override: true } } },
    });
    expect(() => siteIn({ contentSecurityPolicy: ' ' })).toThrow(
      "'contentSecurityPolicy' must be one line with directives, got ' ': write such as \"default-src 'self'\", or leave it out");
  });

  test.each([['dev', 'PriceClass_100'], ['staging', 'PriceClass_200'], ['prod', 'PriceClass_All']] as const)('has edges by the profile: in %s %s', (name, priceClass) => {
    expect(configOf(siteIn({}, testStack(inProfile(name))).template()).PriceClass).toBe(priceClass);
  });

  test('has edges as it is told', () => {
    expect(configOf(templateOf({ priceClass: PriceClass.PRICE_CLASS_100 })).PriceClass).toBe('PriceClass_100');
  });

  const metricsOf = (built: Template): unknown[] => Object.values(built.findResources('AWS::CloudFront::MonitoringSubscription'))
    .map(({ Properties: { MonitoringSubscription } }) => MonitoringSubscription.RealtimeMetricsSubscriptionConfig.RealtimeMetricsSubscriptionStatus);

  test.each([['dev', []], ['staging', []], ['prod', ['Enabled']]] as const)('has additional metrics by the profile: in %s %j', (name, metrics) => {
    expect(metricsOf(siteIn({}, testStack(inProfile(name))).template())).toEqual(metrics);
  });

  test('has additional metrics as it is told', () => {
    expect(metricsOf(templateOf({ additionalMetrics: true, profile: DEV }))).toEqual(['Enabled']);
    expect(metricsOf(templateOf({ additionalMetrics: false, profile: PROD }))).toEqual([]);
  });

  test('keeps names of one account and two regions apart', () => {
    const names = ['AWS::CloudFront::CachePolicy', 'AWS::CloudFront::ResponseHeadersPolicy', 'AWS::CloudFront::OriginAccessControl', 'AWS::CloudFront::Function']
      .flatMap((type) => Object.values(template.findResources(type)))
      .map(({ Properties }) => Properties.Name ?? Object.values<{ Name: string }>(Properties)[0].Name);
    expect(names).toEqual(['Cache', 'Headers', 'Site', 'Router'].map((part) => expect.stringMatching(new RegExp(`^Stack-Site-[0-9A-F]{8}-${part}-us-east-1$`))));
  });

  test('has its own name without a domain', () => {
    const { site, stack } = siteIn();
    expect(stack.resolve(site.url)).toEqual({ 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^SiteDistribution/), 'DomainName'] }]] });
    expect(config.ViewerCertificate).toBeUndefined();
  });
});

describe('server errors of a site', () => {
  const pagesOf = (props?: StaticSiteProps): unknown => configOf(templateOf(props)).CustomErrorResponses
    .map((page: Record<string, unknown>) => [page.ErrorCode, page.ErrorCachingMinTTL, page.ResponsePagePath, page.ResponseCode]);
  const all = (page: string) => [500, 502, 503, 504].map((status) => [status, 10, page, status]);

  test('are kept for 10 s and answered with a page and their own status', () => {
    expect(pagesOf()).toEqual(all('/error.html'));
    expect(pagesOf({ errorPage: '/oops/index.html' })).toEqual(all('/oops/index.html'));
  });

  test('are answered so only where they are told to', () => {
    expect(pagesOf({ errorPageStatuses: [502, 504] })).toEqual([[500, 10, undefined, undefined], [502, 10, '/error.html', 502], [503, 10, undefined, undefined], [504, 10, '/error.html', 504]]);
  });

  test('have no page where the files have none and nobody names one', () => {
    expect(pagesOf({ assets: builtSite('index.html') })).toEqual([500, 502, 503, 504].map((status) => [status, 10, undefined, undefined]));
    expect(pagesOf({ assets: builtSite('index.html', 'error.html') })).toEqual(all('/error.html'));
  });

  test('fail on a page that the files do not have', () => {
    expect(() => siteIn({ assets: builtSite('index.html'), errorPage: '/oops.html' })).toThrow(
      "'errorPage' must be a file of 'assets', got '/oops.html': add it to the site, or leave the prop out");
  });

  test.each(['error.html', '', '/', '/a b.html', '/*'])('fail on the page %j', (errorPage) => {
    expect(() => siteIn({ errorPage })).toThrow(`'errorPage' must be a path of the site, got '${errorPage}': write such as '/error.html'`);
  });

  test.each([[[404], 404], [[500, 500], 500]])('fail on the statuses %j', (errorPageStatuses, status) => {
    expect(() => siteIn({ errorPageStatuses })).toThrow(
      `'errorPageStatuses' must hold each of 500, 502, 503 and 504 at most once, got ${status}: other answers are those of the site and of its APIs, so leave them out`);
  });

  test('never include an answer that an application gives on purpose', () => {
    expect(configOf(templateOf()).CustomErrorResponses.map(({ ErrorCode }: { ErrorCode: number }) => ErrorCode)).toEqual([500, 502, 503, 504]);
  });
});

describe('access logs of a site', () => {
  test('are kept in a bucket of their own: 30 days at hand, to 90 days in infrequent access, then in Glacier', () => {
    const template = templateOf({ profile: DEV });
    const { logs } = bucketsOf(template);
    expect(logs).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        // without access control lists CloudFront cannot deliver
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
        LifecycleConfiguration: {
          Rules: [expect.objectContaining({
            Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }, { StorageClass: 'GLACIER', TransitionInDays: 90 }],
          })],
        },
      },
    });
    expect(logs!.Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBeUndefined();
    expect(configOf(template).Logging).toEqual({ Bucket: { 'Fn::GetAtt': [expect.stringMatching(/^SiteLogs/), 'RegionalDomainName'] }, IncludeCookies: false });
    expect(policyStatements(template, 'SiteLogs').map(({ Effect, Condition }) => [Effect, Condition])).toEqual([['Deny', { Bool: { 'aws:SecureTransport': 'false' } }]]);
  });

  test('are not kept with accessLogs false', () => {
    const template = templateOf({ accessLogs: false });
    expect([bucketsOf(template).logs, configOf(template).Logging]).toEqual([undefined, undefined]);
  });

  test('fail in a region to which CloudFront delivers none', () => {
    const stack = testStack({}, { region: 'eu-south-1' });
    expect(() => siteIn({}, stack)).toThrow(
      "'accessLogs' must be false in eu-south-1, to whose buckets CloudFront delivers no logs: leave them out, or put the stack of the site in another region");
    expect(() => siteIn({ accessLogs: false }, testStack({}, { region: 'eu-south-1' }))).not.toThrow();
  });
});

describe('the firewall of a site', () => {
  test('is that of the profile, in us-east-1', () => {
    const template = templateOf();
    template.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' });
    expect(configOf(template).WebACLId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^SiteFirewall/), 'Arn'] });
    const levels = [DEV, STAGING, PROD].map((profile) => siteIn({ profile }).site.firewall.level);
    expect(levels).toEqual([FirewallLevel.NONE, FirewallLevel.BASIC, FirewallLevel.FULL]);
  });

  test('is what it is told to be', () => {
    expect(configOf(templateOf({ firewall: { level: FirewallLevel.NONE } })).WebACLId).toBeUndefined();
    templateOf({ profile: DEV, firewall: { level: FirewallLevel.BASIC, rateLimit: 500 } }).hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: Match.arrayWith([Match.objectLike({ Statement: { RateBasedStatement: Match.objectLike({ Limit: 500 }) } })]),
    });
  });

  test('needs no other stack where there is none and no domain', () => {
    const { stack } = siteIn({ profile: DEV }, testStack());
    expect(stack.node.root.node.children.filter(Stack.isStack)).toEqual([stack]);
  });
});

describe('the domain of a site', () => {
  test.each([['eu-west-1', { region: 'eu-west-1' }], ['no region in particular', undefined]])('has its certificate in us-east-1, from a stack of %s', (_, env) => {
    const stack = testStack({}, env);
    const { template, site } = siteIn({ domain: AppDomain.fromHostedZone(zoneIn(stack), 'www.example.com', { redirectFrom: ['example.com'], alternativeNames: ['m.example.com'] }) }, stack);
    const edge = Template.fromStack(stack.node.root.node.findChild('Stack-us-east-1') as Stack);
    edge.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: 'www.example.com', SubjectAlternativeNames: ['m.example.com', 'example.com'] });
    template().resourceCountIs('AWS::CertificateManager::Certificate', 0);
    expect(configOf(template())).toMatchObject({
      Aliases: ['www.example.com', 'm.example.com', 'example.com'],
      ViewerCertificate: {
        AcmCertificateArn: { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'Stack-us-east-1', Region: 'us-east-1' }) },
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(site.url).toBe('https://www.example.com');
  });

  test('has its certificate in the stack itself in us-east-1, whatever the zone', () => {
    const stack = testStack({}, { region: 'us-east-1' });
    siteIn({ domain: AppDomain.fromHostedZone(new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' }), 'example.com') }, stack)
      .template().resourceCountIs('AWS::CertificateManager::Certificate', 1);
  });

  test('has alias records for both versions of the protocol, for each of its names', () => {
    const stack = testStack();
    const template = siteIn({ domain: AppDomain.fromHostedZone(zoneIn(stack), 'www.example.com', { redirectFrom: ['example.com'] }) }, stack).template();
    const records = Object.values(template.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => `${Properties.Type} ${Properties.Name}`);
    expect(records.sort()).toEqual(['A example.com.', 'A www.example.com.', 'AAAA example.com.', 'AAAA www.example.com.']);
  });

  test('takes a certificate that is given, of us-east-1 alone', () => {
    const arn = (region: string): string => `arn:aws:acm:${region}:111111111111:certificate/0`;
    const withCertificate = (region: string): (() => Template) => {
      const stack = testStack({}, { region: 'eu-west-1' });
      return siteIn({ domain: AppDomain.fromCertificate(Certificate.fromCertificateArn(stack, 'Certificate', arn(region)), 'www.example.com'), profile: DEV }, stack).template;
    };
    expect(configOf(withCertificate('us-east-1')()).ViewerCertificate.AcmCertificateArn).toBe(arn('us-east-1'));
    withCertificate('us-east-1')().resourceCountIs('AWS::Route53::RecordSet', 0);
    expect(() => withCertificate('eu-west-1')).toThrow("'domain' must come with a certificate in us-east-1, where CloudFront takes them from, got one in eu-west-1: "
      + 'make it in a stack of that region, or leave it out');
  });

  test('takes a certificate that is made in a stack of us-east-1, or of a region that is not known', () => {
    const app = testApp();
    const domainOf = (id: string, region?: string): AppDomain =>
      AppDomain.fromCertificate(new Certificate(new Stack(app, id, { env: { region } }), 'Certificate', { domainName: 'www.example.com' }), 'www.example.com');
    const site = (id: string, domain: AppDomain): StaticSite => new StaticSite(new Stack(app, id, { env: { region: 'us-east-1' } }), 'Site', { domain });
    expect(() => site('Known', domainOf('There', 'us-east-1'))).not.toThrow();
    expect(() => site('Unknown', domainOf('Somewhere'))).not.toThrow();
    expect(() => site('Imported', AppDomain.fromCertificate(Certificate.fromCertificateArn(app.node.findChild('Known') as Stack, 'Imported', Fn.importValue('Arn')), 'a.b'))).not.toThrow();
    expect(() => site('Wrong', domainOf('Elsewhere', 'eu-west-1'))).toThrow("'domain' must come with a certificate in us-east-1, where CloudFront takes them from, got one in eu-west-1");
  });

  test('fails with a name that is known only at deployment, where the certificate is in another stack', () => {
    const stack = testStack();
    expect(() => siteIn({ domain: AppDomain.fromHostedZone(zoneIn(stack), Fn.importValue('Name')) }, stack)).toThrow(
      "'domain' must be known at synthesis, since it is for a part in us-east-1, got a token: write it out");
  });

  test('fails with a zone whose id is known only at deployment, where the certificate is in another stack', () => {
    const stack = testStack();
    const domain = AppDomain.fromHostedZone(new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' }), 'example.com');
    expect(() => siteIn({ domain }, stack)).toThrow("'domain' must come with a certificate in us-east-1, or in a hosted zone whose id is known at synthesis, "
      + 'since its certificate is made in a stack of that region: bring the zone by HostedZone.fromHostedZoneAttributes() or fromLookup(), or give a certificate');
  });
});

describe('who uploads', () => {
  test('may write objects, list them, and tell CloudFront, but not delete', () => {
    const { stack, site, template } = siteIn();
    site.grantUpload(new Role(stack, 'Pipeline', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') }));
    const bucket = { 'Fn::GetAtt': [expect.stringMatching(/^SiteBucket/), 'Arn'] };
    const byAction = (statement: { Action: string | string[] }): string => [statement.Action].flat().join();
    expect(statementsOf(template(), 'Pipeline').sort((a, b) => (byAction(a) < byAction(b) ? -1 : 1))).toEqual([
      { Effect: 'Allow', Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], Resource: { 'Fn::Join': ['', expect.arrayContaining([':distribution/'])] } },
      { Effect: 'Allow', Action: ['s3:AbortMultipartUpload', 's3:PutObject'], Resource: { 'Fn::Join': ['', [bucket, '/*']] } },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket },
    ]);
  });

  test('may be a user or an imported role too', () => {
    const { stack, site, template } = siteIn();
    site.grantUpload(new User(stack, 'Human'));
    site.grantUpload(Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111111111111:role/pipeline')).assertSuccess();
    expect(statementsOf(template(), 'Human')).toHaveLength(3);
    expect(statementsOf(template(), 'Imported')).toHaveLength(3);
  });

  test('is nobody by default: no function, no custom resource', () => {
    const { template } = siteIn();
    template().resourceCountIs('AWS::Lambda::Function', 0);
    expect(Object.values(template().toJSON().Resources as Record<string, { Type: string }>).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
  });
});

test('two sites stand in one stack', () => {
  const stack = testStack();
  const [first, second] = ['First', 'Second'].map((id) => new StaticSite(stack, id, { assets: builtSite('index.html', `assets/${id}.js`) }));
  expect(first.bucket).not.toBe(second.bucket);
  Template.fromStack(stack).resourceCountIs('AWS::CloudFront::Distribution', 2);
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
});
