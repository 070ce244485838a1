// Load balancers, domains, routes, firewalls.
import { Duration, Fn } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as fc from 'fast-check';
import { peers } from './compute';
import { firewallLevel, profiles } from './environment';
import { durations, flag, listToken, mostly, numbers, texts, textToken, User, weighted } from './values';
import {
  AppDomain, ExistingListenerAttributes, FirewallScope, HostedZoneDomainOptions, IAppNetwork, IWebEntry, Route, RouteConditions, WebEntry,
  WebEntryProps, WebFirewallOptions, WebFirewallProps, WebRouteOptions,
} from '../../../src';
import { call, construct, Fields, jointly, list, listOf, literal, memberOf, oneOf, Some, struct, written, Written, WrittenStruct } from '../written';

const zoneByAttributes: Some<route53.IHostedZone> = fc.constant(
  written<route53.IHostedZone>('HostedZone.fromHostedZoneAttributes(…)', (site) =>
    route53.HostedZone.fromHostedZoneAttributes(site.stack, site.id('Zone'), { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' })),
);
const anyZones: Some<route53.IHostedZone> = fc.oneof(zoneByAttributes, fc.constantFrom(
  written<route53.IHostedZone>('new PublicHostedZone(this, …)', (site) => new route53.PublicHostedZone(site.stack, site.id('Zone'), { zoneName: 'example.com' })),
  written<route53.IHostedZone>('HostedZone.fromHostedZoneAttributes(by tokens)', (site) =>
    route53.HostedZone.fromHostedZoneAttributes(site.stack, site.id('Zone'), { hostedZoneId: Fn.importValue('Zone'), zoneName: Fn.importValue('ZoneName') })),
));

const certificateIn = (region: string): Some<acm.ICertificate> => fc.constantFrom(
  written<acm.ICertificate>(`Certificate.fromCertificateArn(… in ${region})`, (site) =>
    acm.Certificate.fromCertificateArn(site.stack, site.id('Certificate'), `arn:aws:acm:${region}:123456789012:certificate/00000000-0000-0000-0000-000000000000`)),
);

const WRONG_NAMES = ['', 'api.other.org', 'example.com.evil.org', 'bücher.example.com', 'a..example.com', '.example.com', 'API.example.com', 'api.example.com.', `${'a'.repeat(64)}.example.com`,
  'a b.example.com'];

/** Public names, of a hosted zone and of a certificate: of a load balancer, or of a site, whose certificate is in us-east-1 and whose zone is known for that. */
export function domains(user: User, ofSite = false): Some<AppDomain> {
  const certificates = ofSite ? mostly(user, certificateIn('us-east-1'), certificateIn('eu-west-1')) : certificateIn('eu-west-1');
  const zones = ofSite ? mostly(user, zoneByAttributes, anyZones) : anyZones;
  const further = (right: string[]): Some<string[]> => mostly(user, fc.subarray(right).map((names) => list(names.map(literal))),
    fc.oneof(listToken, textToken('www.example.com').map((name) => list([name])), fc.array(fc.constantFrom(...right, ...WRONG_NAMES, 'api.example.com'), { maxLength: 7 })
      .map((names) => list(names.map(literal)))));
  const options = struct<HostedZoneDomainOptions>('HostedZoneDomainOptions', {
    redirectFrom: further(['www.example.com', 'old.example.com']),
    alternativeNames: further(['*.example.com', 'admin.example.com']),
    certificate: certificates,
  });
  const name = texts(user, ['api.example.com', 'example.com', 'a.b.c.example.com'], WRONG_NAMES);
  return weighted(
    [3, fc.tuple(zones, name, options).map(([zone, domainName, chosen]) => call(AppDomain, 'fromHostedZone', zone, domainName, chosen))],
    [1, fc.tuple(certificates, name).map(([certificate, domainName]) => call(AppDomain, 'fromCertificate', certificate, domainName))],
  );
}

const addresses = (user: User): Some<string[]> => listOf(
  texts(user, ['203.0.113.0/24', '198.51.100.7/32', '2001:db8::/32'], ['', '203.0.113.7', '0.0.0.0/0', '256.0.0.1/8', '2001:db8::1', 'office']), { maxLength: 3 });

/** Options of a firewall. */
export const firewallFields = (user: User): Fields<WebFirewallOptions> => ({
  level: firewallLevel,
  rateLimit: numbers(user, 10, 2_000_000_000),
  managedRuleGroups: listOf(texts(user, ['AWSManagedRulesSQLiRuleSet'], ['AWSManagedRulesCommonRuleSet', '', 'x', 'AWSManagedRulesSQLiRuleSet'], false), { maxLength: user.slips ? 2 : 1 }),
  countOnly: flag,
  allowedAddresses: addresses(user),
  blockedAddresses: addresses(user),
});

/** Those of a firewall that comes with what it stands in front of. */
export const firewallOptions = (user: User, sparsity?: number): Some<WebFirewallOptions> => struct<WebFirewallOptions>('WebFirewallOptions', firewallFields(user), sparsity);

/** Properties of a firewall of its own. */
export const firewalls = (user: User): Some<WebFirewallProps> => struct<WebFirewallProps>('WebFirewallProps', {
  ...firewallFields(user), protects: memberOf('FirewallScope', FirewallScope, 'REGIONAL', 'CLOUDFRONT'), profile: profiles(user),
});

/** A way to make a load balancer in the network that it is given. */
export type EntryIn = (network: Written<IAppNetwork>, domain?: Written<AppDomain>) => Written<IWebEntry>;

/** Load balancers made here, and listeners that exist. */
export function entries(user: User, id: string): fc.Arbitrary<EntryIn> {
  const props = struct<WebEntryProps>('WebEntryProps', {
    network: jointly,
    profile: profiles(user),
    domain: jointly,
    internetFacing: flag,
    allowedPeers: peers,
    firewall: firewallOptions(user),
    accessLogs: flag,
    deletionProtection: flag,
    idleTimeout: durations(user, 1, 4000),
  });
  const made = props.map((chosen): EntryIn => (network, domain) => construct(WebEntry, id, chosen.with({ network, ...domain && { domain } })));
  const existing = fc.constantFrom('imported', 'new', ...user.slips ? ['without a security group'] : []).chain((origin) => struct<ExistingListenerAttributes>('ExistingListenerAttributes', {
    listener: jointly,
    url: texts(user, ['https://shop.example.com', 'http://shop.example.com/', 'https://shop.example.com:8443'], ['', 'shop.example.com']),
  }).map((attributes): EntryIn => (network) => {
    const listener = written<elbv2.IApplicationListener>(`ApplicationListener (${origin})`, (site) => existingListener(site.stack, site.id('Listener'), network.make(site).vpc, origin));
    return call(WebEntry, 'fromListener', written('this', (site) => site.stack), literal(id), attributes.with({ listener }));
  }));
  return weighted([3, made], [1, existing]);
}

function existingListener(scope: ec2.Vpc['stack'], id: string, vpc: ec2.IVpc, origin: string): elbv2.IApplicationListener {
  if (origin === 'new') {
    const loadBalancer = new elbv2.ApplicationLoadBalancer(scope, `${id}Balancer`, { vpc });
    return loadBalancer.addListener(id, { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) });
  }
  return elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, id, {
    listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/old/50dc6c495c0c9188/f2f7dc8efc522ab2',
    securityGroup: origin === 'imported' ? ec2.SecurityGroup.fromSecurityGroupId(scope, `${id}Group`, 'sg-0123456789abcdef0') : undefined as never,
  });
}

const PATHS = ['/', '/*/x?', '/a~b', `/${'x'.repeat(127)}`, '/v?.*'];
const WRONG_PATHS = ['', 'api', '/ä', '/a b', `/${'x'.repeat(128)}`, '/*a*b*c*d*e*f', '/#'];
const WRONG_HOSTS = ['', 'localhost', 'ü.example.com', '1.2.3.4', 'a b.com', '*'];

function conditions(user: User, slot: number): fc.Arbitrary<WrittenStruct<RouteConditions>> {
  return struct<RouteConditions>('RouteConditions', {
    paths: mostly(user, listOf(texts(user, [`/s${slot}`, `/s${slot}/*`, `/s${slot}${PATHS[slot]}`], WRONG_PATHS, false), { minLength: 1, maxLength: 3 }), fc.oneof(listToken, oneOf<string[]>([], ['/*']))),
    hosts: mostly(user, listOf(texts(user, ['api.example.com', `s${slot}.example.com`], [...WRONG_HOSTS, '*.example.com'], false), { minLength: 1, maxLength: 2 }), fc.oneof(listToken, oneOf<string[]>([]))),
    port: mostly(user, oneOf(8000 + slot), oneOf(80, 443, 0, 65536, 1.5, NaN)),
    priority: mostly(user, oneOf(slot + 1, 1000 - slot), oneOf(0, 50001, 1.5, 7)),
  });
}

/** Routes that differ from slot to slot, unless somebody slips. */
export function routes(user: User, slot: number): Some<Route> {
  const path = (pattern: string): Written<Route> => call(Route, 'path', literal(pattern));
  const free = mostly<Route>(user, fc.constantFrom(path(`/s${slot}/*`), path(`/s${slot}`), ...slot === 0 ? [path('/*')] : []), fc.constantFrom(path('/*'), path(''), path('/s0/*')));
  const byHost = texts(user, [`s${slot}.example.com`, ...slot === 0 ? ['api.example.com'] : []], WRONG_HOSTS, false).map((host) => call(Route, 'host', host));
  const byPort = numbers(user, 8000 + slot, 8000 + slot, false).map((port) => call(Route, 'port', port));
  const byToken = fc.constantFrom(slot + 1, slot + 100).map((priority) => call(Route, 'matching', written(`{ paths: [token], priority: ${priority} }`, (site) => (
    { paths: [Fn.importValue(site.id('Path'))], priority }))));
  return weighted([4, free], [1, byHost], [1, byPort], [1, byToken], [4, conditions(user, slot).map((chosen) => call(Route, 'matching', chosen))]);
}

/** How long a client stays with a target. */
export const stickiness = (user: User): Some<Duration> => durations(user, 1, 604800);

/** How the load balancer treats a service. */
export function webRouteFields(user: User): Fields<WebRouteOptions> {
  return {
    healthCheckPath: texts(user, ['/healthz', '/', '/?a=b', `/${'x'.repeat(1023)}`], ['', 'healthz', `/${'x'.repeat(1024)}`]),
    healthyHttpCodes: texts(user, ['200', '200,204', '200-399', '200-299,401', '200-499'], ['', 'OK', '199', '200-500', '399-200', '200, 204', '200,']),
    healthCheckInterval: durations(user, 6, 300),
    healthCheckTimeout: mostly(user, durations(user, 2, 5), durations(user, 2, 120)),
    healthyThreshold: numbers(user, 2, 10),
    unhealthyThreshold: numbers(user, 2, 10),
    deregistrationDelay: durations(user, 0, 3600),
    slowStart: durations(user, 30, 900),
    stickiness: jointly,
    requestsPerTask: numbers(user, 1, 100_000),
    authentication: jointly,
  };
}
