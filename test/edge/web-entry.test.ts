import { App, CfnParameter, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  AppDomain, AppNetwork, ContainerCluster, ContainerService, Egress, EnvironmentProfile, FirewallLevel, HostedZoneDomainOptions, Route, WebEntry,
  WebEntryProps,
} from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

/** Nothing but the load balancer: the network's own resources would only slow the tests down. */
function entryOf(props: Partial<WebEntryProps> = {}, stack: Stack = testStack()): WebEntry {
  return new WebEntry(stack, 'Entry', { network: new AppNetwork(stack, 'Network', { profile: EnvironmentProfile.DEV }), ...props });
}

function templateOf(props: Partial<WebEntryProps> = {}, stack: Stack = testStack()): Template {
  entryOf(props, stack);
  return Template.fromStack(stack);
}

function domainIn(stack: Stack, options: HostedZoneDomainOptions = {}): AppDomain {
  const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' });
  return AppDomain.fromHostedZone(zone, 'api.example.com', options);
}

function withDomain(options: HostedZoneDomainOptions = {}, stack: Stack = testStack()): Template {
  return templateOf({ domain: domainIn(stack, options) }, stack);
}

/** A service in the network that `entryOf()` made. */
function serviceIn(stack: Stack, network = stack.node.findChild('Network') as AppNetwork): ContainerService {
  return serviceOf(new ContainerCluster(stack, 'Cluster', { network }), 'Api');
}

function serviceOf(cluster: ContainerCluster, id: string): ContainerService {
  return new ContainerService(Stack.of(cluster), id, { cluster, image: ecs.ContainerImage.fromRegistry('example/api:1'), port: 8000 });
}

function findings(stack: Stack): string[] {
  const app = stack.node.root as App;
  app.synth();
  return new AwsSolutionsChecks(app).validateScope(stack).violations.map(({ ruleName }) => ruleName);
}

function attributesOf(template: Template): Record<string, unknown> {
  const [{ Properties }] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
  return Object.fromEntries(Properties.LoadBalancerAttributes.map(({ Key, Value }: { Key: string; Value: unknown }) => [Key, Value]));
}

const ingress = (template: Template): unknown[] =>
  Object.entries(template.findResources('AWS::EC2::SecurityGroup')).filter(([id]) => id.startsWith('EntrySecurityGroup'))
    .flatMap(([, { Properties }]) => Properties.SecurityGroupIngress ?? [])
    .map(({ CidrIp, FromPort }: { CidrIp: string; FromPort: number }) => [CidrIp, FromPort]);

describe.each(FLAG_SETS)('a load balancer with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const entry = entryOf({}, stack);
  const template = Template.fromStack(stack);

  test('stands in the public tier, reachable from the internet', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internet-facing',
      IpAddressType: 'ipv4',
      Subnets: [{ Ref: Match.stringLikeRegexp('PublicSubnet1') }, { Ref: Match.stringLikeRegexp('PublicSubnet2') }],
    });
  });

  test('drops invalid headers, resists desync attacks, closes idle connections after 60 s and refuses deletion', () => {
    expect(attributesOf(template)).toMatchObject({
      'deletion_protection.enabled': 'true',
      'idle_timeout.timeout_seconds': '60',
      'routing.http.desync_mitigation_mode': 'defensive',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
    });
  });

  test('answers 404 by HTTP to what no route takes', () => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'Not found' } }],
    });
    expect(stack.resolve(entry.url)).toEqual({ 'Fn::Join': ['', ['http://', { 'Fn::GetAtt': [expect.stringMatching(/^Entry/), 'DNSName'] }]] });
  });

  test('admits anyone to its port and reaches nothing yet', () => {
    expect(ingress(template)).toEqual([['0.0.0.0/0', 80]]);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { GroupDescription: 'Load balancer', SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })] });
  });

  test('has no firewall', () => {
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack)).toEqual([]);
  });
});

describe('logs', () => {
  const template = templateOf();
  const [bucket] = Object.keys(template.findResources('AWS::S3::Bucket'));

  test('of access and connections go to a bucket of its own, also without a region', () => {
    expect(attributesOf(template)).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': { Ref: bucket },
      'access_logs.s3.prefix': 'access',
      'connection_logs.s3.enabled': 'true',
      'connection_logs.s3.bucket': { Ref: bucket },
      'connection_logs.s3.prefix': 'connections',
    });
  });

  test('are kept for 90 days, privately, and outlive the stack', () => {
    template.hasResource('AWS::S3::Bucket', {
      Properties: {
        BucketName: Match.absent(),
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90, Status: 'Enabled' })] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('that are overwritten or deleted can be had back for a week', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: { Rules: [Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 7 } })] },
    });
  });

  test('are written by load balancers of this account alone, over TLS', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          {
            Effect: 'Allow',
            Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
            Action: 's3:PutObject',
            Resource: ['access', 'connections'].map((folder) =>
              ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket, 'Arn'] }, `/${folder}/AWSLogs/`, { Ref: 'AWS::AccountId' }, '/*']] })),
          },
        ],
      },
    });
  });

  test('are admitted before the load balancer is made', () => {
    const [policy] = Object.keys(template.findResources('AWS::S3::BucketPolicy'));
    template.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', { DependsOn: Match.arrayWith([policy]) });
  });

  test('may be left out, which cdk-nag then finds', () => {
    const stack = testStack();
    const without = templateOf({ accessLogs: false }, stack);
    without.resourceCountIs('AWS::S3::Bucket', 0);
    expect(attributesOf(without)).not.toHaveProperty(['access_logs.s3.enabled']);
    expect(findings(stack)).toEqual(['AwsSolutions-ELB2']);
  });
});

test('five names redirect, and a sixth fails', () => {
  const named = (count: number): (() => Template) => () =>
    withDomain({ redirectFrom: Array.from({ length: count }, (_, index) => `w${index}.example.com`) }, new Stack(testApp(), 'Stack'));
  expect(named(5)).not.toThrow();
  expect(named(6)).toThrow("'domain' must have at most 5 names in 'redirectFrom', the limit of a listener rule, got 6: redirect the others elsewhere");
});

describe.each(FLAG_SETS)('with a domain in a hosted zone and %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const options = { redirectFrom: ['www.example.com'], alternativeNames: ['admin.example.com'] };
  const template = withDomain(options, stack);

  test('speaks TLS with a certificate validated through the zone', () => {
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'api.example.com',
      SubjectAlternativeNames: ['admin.example.com', 'www.example.com'],
      ValidationMethod: 'DNS',
      DomainValidationOptions: Match.arrayWith([{ DomainName: 'api.example.com', HostedZoneId: 'Z0EXAMPLE' }]),
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09',
      Certificates: [{ CertificateArn: { Ref: Match.stringLikeRegexp('^EntryCertificate') } }],
    });
  });

  test('redirects HTTP to HTTPS for good', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
    });
  });

  test('redirects further names to the domain', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['www.example.com'] } }],
      Actions: [{ Type: 'redirect', RedirectConfig: { Host: 'api.example.com', StatusCode: 'HTTP_301' } }],
    });
  });

  test('has alias records for all names, IPv4 as the load balancer is', () => {
    const records = Object.values(template.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => [Properties.Name, Properties.Type]);
    expect(records).toEqual([['api.example.com.', 'A'], ['admin.example.com.', 'A'], ['www.example.com.', 'A']]);
  });

  test('admits anyone to both ports', () => {
    expect(ingress(template)).toEqual([['0.0.0.0/0', 443], ['0.0.0.0/0', 80]]);
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack)).toEqual([]);
  });

  test('alone has no rule, and a certificate of one name', () => {
    const plain = withDomain();
    plain.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 0);
    plain.hasResourceProperties('AWS::CertificateManager::Certificate', { SubjectAlternativeNames: Match.absent() });
  });

  test('a name more or less changes no other record', () => {
    const records = (names: string[]): string[] => Object.keys(withDomain({ alternativeNames: names }).findResources('AWS::Route53::RecordSet'));
    expect(records(['a.example.com', 'b.example.com', 'c.example.com'])).toEqual(expect.arrayContaining(records(['c.example.com', 'a.example.com'])));
  });

  test('takes a certificate that exists, also for hosts that are not named here', () => {
    const own = testStack();
    const certificate = acm.Certificate.fromCertificateArn(own, 'Own', 'arn:aws:acm:eu-west-1:111111111111:certificate/abc');
    const entry = entryOf({ domain: domainIn(own, { certificate }) }, own);
    expect(() => entry.addRoute('Api', { service: serviceIn(own), route: Route.host('any.example.org') })).not.toThrow();
    Template.fromStack(own).resourceCountIs('AWS::CertificateManager::Certificate', 0);
    Template.fromStack(own).resourceCountIs('AWS::Route53::RecordSet', 1);
  });
});

test('a domain by certificate alone has no records', () => {
  const stack = testStack();
  const certificate = acm.Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:eu-west-1:111111111111:certificate/abc');
  const entry = entryOf({ domain: AppDomain.fromCertificate(certificate, 'api.example.org') }, stack);
  expect(entry.url).toBe('https://api.example.org');
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Route53::RecordSet', 0);
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Port: 443, Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/abc' }],
  });
});

test('a domain that is added later replaces neither load balancer nor the listener on port 80', () => {
  const ids = (template: Template): string[] => ['LoadBalancer', 'Listener'].flatMap((type) => Object.keys(template.findResources(`AWS::ElasticLoadBalancingV2::${type}`)));
  expect(ids(withDomain())).toEqual(expect.arrayContaining(ids(templateOf())));
});

describe('who may connect', () => {
  test('inside the network alone, if not internet-facing: from the VPC, in the app tier', () => {
    const stack = testStack();
    const template = templateOf({ internetFacing: false }, stack);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal', Subnets: Match.arrayWith([{ Ref: Match.stringLikeRegexp('AppSubnet1') }]) });
    expect(ingress(template)).toEqual([['10.0.0.0/16', 80]]);
    expect(findings(stack)).toEqual([]);
  });

  test('the peers that are allowed and no others, on every port', () => {
    const stack = testStack();
    const entry = entryOf({ allowedPeers: [ec2.Peer.ipv4('192.0.2.0/24'), ec2.Peer.ipv4('198.51.100.0/24')] }, stack);
    entry.addRoute('Api', { service: serviceIn(stack), route: Route.port(8000) });
    expect(ingress(Template.fromStack(stack))).toEqual([['192.0.2.0/24', 80], ['198.51.100.0/24', 80], ['192.0.2.0/24', 8000], ['198.51.100.0/24', 8000]]);
  });

  test('further ones by its connections', () => {
    const stack = testStack();
    entryOf({ allowedPeers: [] }, stack).connections.allowDefaultPortFrom(ec2.Peer.ipv4('192.0.2.0/24'));
    expect(ingress(Template.fromStack(stack))).toEqual([['192.0.2.0/24', 80]]);
  });

  test('anyone, where peers say so: that is not ours to acknowledge', () => {
    const stack = testStack();
    entryOf({ allowedPeers: [ec2.Peer.anyIpv4()] }, stack);
    expect(findings(stack)).toEqual(['AwsSolutions-EC23']);
  });

  test('fails without a public tier', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network', { appCidrs: ['10.0.0.0/24', '10.0.1.0/24'], egress: Egress.endpointsOnly() });
    expect(() => new WebEntry(stack, 'Entry', { network })).toThrow(/^'publicCidrs' must be given for what stands in the public tier/);
    expect(() => new WebEntry(stack, 'Internal', { network, internetFacing: false })).not.toThrow();
  });
});

describe('what is chosen otherwise', () => {
  test.each([['dev', 'false'], ['staging', 'false'], ['prod', 'true']] as const)('in %s deletion protection is %s', (name, expected) => {
    expect(attributesOf(templateOf({}, testStack(inProfile(name))))['deletion_protection.enabled']).toBe(expected);
  });

  test.each([
    ['a parameter', (stack: Stack) => new CfnParameter(stack, 'Idle', { type: 'Number' }).valueAsNumber, { Ref: 'Idle' }],
    ['a lazy number', () => Lazy.number({ produce: () => 90 }), '90'],
  ])('an idle timeout known only at deployment: %s', (_, seconds, expected) => {
    const stack = testStack();
    expect(attributesOf(templateOf({ idleTimeout: Duration.seconds(seconds(stack)) }, stack))['idle_timeout.timeout_seconds']).toEqual(expected);
  });

  test('fails on an idle timeout that would have to be converted', () => {
    expect(() => entryOf({ idleTimeout: Duration.minutes(Lazy.number({ produce: () => 1 })) })).toThrow(
      "'idleTimeout' must be in seconds where it is a token, got minutes: write Duration.seconds()");
  });

  test('deletionProtection wins over the profile, the profile over the context', () => {
    expect(attributesOf(templateOf({ deletionProtection: false }))['deletion_protection.enabled']).toBe('false');
    expect(attributesOf(templateOf({ profile: EnvironmentProfile.DEV }))['deletion_protection.enabled']).toBe('false');
  });

  test.each([1, 4000])('idleTimeout of %d s', (seconds) => {
    expect(attributesOf(templateOf({ idleTimeout: Duration.seconds(seconds) }))['idle_timeout.timeout_seconds']).toBe(String(seconds));
  });

  test.each([0, 4001])('fails on an idleTimeout of %d s', (seconds) => {
    expect(() => templateOf({ idleTimeout: Duration.seconds(seconds) })).toThrow(`'idleTimeout' must be 1 to 4000, got ${seconds}: choose whole seconds within these`);
  });

  test('a firewall, associated with the load balancer', () => {
    const template = templateOf({ firewall: {} });
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: { Ref: Match.stringLikeRegexp('^Entry') },
      WebACLArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^EntryFirewall'), 'Arn'] },
    });
  });

  test('a firewall of another level, or none in dev', () => {
    templateOf({ firewall: { level: FirewallLevel.BASIC } }).resourceCountIs('AWS::WAFv2::WebACL', 1);
    const none = templateOf({ firewall: {} }, testStack(inProfile('dev')));
    none.resourceCountIs('AWS::WAFv2::WebACL', 0);
    none.resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  });
});

describe('the address of a route', () => {
  const stack = testStack();
  const entry = entryOf({ domain: domainIn(stack) }, stack);

  test.each<[string, Route, string]>([
    ['any path', Route.path('/*'), 'https://api.example.com'],
    ['a prefix', Route.path('/api/*', '/docs'), 'https://api.example.com/api'],
    ['an exact path', Route.path('/docs'), 'https://api.example.com/docs'],
    ['a prefix within a name', Route.path('/v*'), 'https://api.example.com/v'],
    ['a wildcard within', Route.path('/img/v?/*.png'), 'https://api.example.com/img'],
    ['a port', Route.port(8000), 'https://api.example.com:8000'],
    ['the main port', Route.port(443), 'https://api.example.com'],
    ['a host', Route.host('*.example.com', 'admin.example.com'), 'https://admin.example.com'],
    ['wildcard hosts alone', Route.host('*.example.com'), 'https://api.example.com'],
    ['several', Route.matching({ hosts: ['a.example.com'], port: 8443, paths: ['/x/*'] }), 'https://a.example.com:8443/x'],
  ])('%s', (_, route, url) => {
    expect(entry.urlOf(route)).toBe(url);
  });

  test('without a domain is below the load balancer\'s own name', () => {
    const plain = testStack();
    expect(plain.resolve(entryOf({}, plain).urlOf(Route.port(8000)))).toEqual(
      { 'Fn::Join': ['', ['http://', { 'Fn::GetAtt': [expect.stringMatching(/^Entry/), 'DNSName'] }, ':8000']] });
  });
});

describe('hosts', () => {
  const stack = testStack();
  const entry = entryOf({ domain: domainIn(stack, { alternativeNames: ['*.shop.example.com'] }) }, stack);
  const api = serviceIn(stack);

  test('are those of the certificate', () => {
    expect(() => entry.addRoute('One', { service: api, route: Route.host('it.shop.example.com') })).not.toThrow();
    expect(() => entry.addRoute('Two', { service: api, route: Route.host('API.example.com') })).not.toThrow();
    expect(() => entry.addRoute('Three', { service: api, route: Route.host('admin.example.com') })).toThrow(
      "'hosts' must be names that the domain has a certificate for, which are api.example.com, *.shop.example.com, got 'admin.example.com': "
      + "add it to 'alternativeNames' of AppDomain.fromHostedZone()");
  });
});

test('fails on port 80 beside a domain', () => {
  const stack = testStack();
  const entry = entryOf({ domain: domainIn(stack) }, stack);
  expect(() => entry.addRoute('Api', { service: serviceIn(stack), route: Route.port(80) })).toThrow(
    "'port' must not be 80 beside a domain, since port 80 redirects to HTTPS: leave it out, or choose another port");
});

test('fails on a service of another VPC', () => {
  const stack = testStack();
  const entry = entryOf({}, stack);
  expect(() => entry.addRoute('Api', { service: serviceIn(stack, new AppNetwork(stack, 'Other')), route: Route.path('/*') })).toThrow(
    "'service' must stand in the VPC of its load balancer, and 'Stack/Api' does not: give both the same network");
});

test.each([['vpc-1', 'vpc-1', true], ['vpc-1', 'vpc-2', false], ['vpc-1', Fn.importValue('Vpc'), true]])('a service in %s may stand behind a load balancer in %s: %s',
  (inner, outer, fits) => {
    const stack = testStack();
    const [network, other] = [inner, outer].map((vpcId, index) => AppNetwork.fromVpc(ec2.Vpc.fromVpcAttributes(stack, `Vpc${index}`, {
      vpcId, availabilityZones: ['a', 'b'], publicSubnetIds: ['p1', 'p2'], privateSubnetIds: ['s1', 's2'],
    })));
    const entry = new WebEntry(stack, 'Entry', { network: other });
    const api = serviceOf(new ContainerCluster(stack, 'Cluster', { network }), 'Api');
    const add = (): unknown => entry.addRoute('Api', { service: api, route: Route.path('/*') });
    if (fits) expect(add).not.toThrow();
    else expect(add).toThrow(/^'service' must stand in the VPC of its load balancer/);
  });

describe('an existing listener', () => {
  const LISTENER = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/shared/1234/5678';
  const shared = (stack: Stack): elbv2.IApplicationListener => elbv2.ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
    listenerArn: LISTENER, securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-shared', { allowAllOutbound: false }),
  });

  test('takes routes, and no load balancer is made', () => {
    const stack = testStack();
    const entry = WebEntry.fromListener(stack, 'Entry', { listener: shared(stack), url: 'https://shop.example.com/' });
    entry.addRoute('Api', { service: serviceIn(stack, new AppNetwork(stack, 'Network')), route: Route.path('/api/*') });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', { ListenerArn: LISTENER });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { SourceSecurityGroupId: 'sg-shared', FromPort: 8000 });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { GroupId: 'sg-shared', FromPort: 8000 });
    expect([entry.url, entry.urlOf(Route.path('/api/*'))]).toEqual(['https://shop.example.com', 'https://shop.example.com/api']);
  });

  test('may have an address known at deployment only', () => {
    const stack = testStack();
    const entry = WebEntry.fromListener(stack, 'Entry', { listener: shared(stack), url: Fn.importValue('Url') });
    expect(stack.resolve(entry.urlOf(Route.path('/api/*')))).toEqual({ 'Fn::Join': ['', [{ 'Fn::ImportValue': 'Url' }, '/api']] });
  });

  test.each([[[]], [[undefined]]])('fails without the security group of its load balancer: %j', (securityGroups) => {
    const stack = testStack();
    const bare = { listenerArn: LISTENER, node: stack.node, connections: { securityGroups } } as unknown as elbv2.IApplicationListener;
    expect(() => WebEntry.fromListener(stack, 'Entry', { listener: bare, url: 'https://shop.example.com' })).toThrow(
      "'listener' must come with the security group of its load balancer, and 'Stack' has none: name it where the listener is imported");
  });

  test('refuses routes with a port', () => {
    const stack = testStack();
    const entry = WebEntry.fromListener(stack, 'Entry', { listener: shared(stack), url: 'https://shop.example.com' });
    expect(() => entry.urlOf(Route.port(8000))).toThrow(
      "'port' must not be set on routes of an existing listener, got 8000: bring the listener of that port by a WebEntry.fromListener() of its own");
  });
});

describe('split over stacks', () => {
  test.each(['strong', 'weak'])('network, load balancer and services stand each in a stack, and refer one way (%s)', (strength) => {
    const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
    const [base, edge, services] = ['Base', 'Edge', 'Services'].map((id) => new Stack(app, id));
    const network = new AppNetwork(base, 'Network');
    const entry = new WebEntry(edge, 'Entry', { network, firewall: {} });
    const cluster = new ContainerCluster(services, 'Cluster', { network });
    entry.addRoute('Api', { service: serviceOf(cluster, 'Api'), route: Route.path('/*'), requestsPerTask: 100 });
    entry.addRoute('Admin', { service: serviceOf(cluster, 'Admin'), route: Route.port(8000) });
    expect(() => app.synth()).not.toThrow();
    expect([base.dependencies, edge.dependencies, services.dependencies]).toEqual([[], [base], expect.arrayContaining([base, edge])]);
    Template.fromStack(edge).resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
  });
});
