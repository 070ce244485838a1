// The edge: a load balancer with every choice made, routes of all kinds, deployments that shift their traffic, one that exists, firewalls.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Peer, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, DeploymentLifecycleStage, DeploymentStrategy } from 'aws-cdk-lib/aws-ecs';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Readings } from './readings.js';
import { AppDomain, ContainerCluster, ContainerService, Deployment, EnvironmentProfile, FirewallLevel, FirewallScope, IAppNetwork, IWebEntry, Route, WebEntry, WebFirewall } from 'cdk-patternbook';

export function edgeTour(app: App, profile: EnvironmentProfile, network: IAppNetwork): IWebEntry {
  const stack = new Stack(app, 'Edge');
  const certificate = Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-south-1:111111111111:certificate/00000000-0000-0000-0000-000000000000');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' });
  const domain = AppDomain.fromHostedZone(zone, 'shop.example.com', {
    redirectFrom: ['www.example.com'], alternativeNames: ['admin.example.com'], certificate,
  });
  const entry = new WebEntry(stack, 'Entry', {
    network,
    profile,
    domain,
    internetFacing: true,
    allowedPeers: [Peer.ipv4('198.51.100.0/24')],
    firewall: {
      level: FirewallLevel.FULL,
      rateLimit: 500,
      managedRuleGroups: ['AWSManagedRulesSQLiRuleSet'],
      countOnly: true,
      allowedAddresses: ['198.51.100.0/24'],
      blockedAddresses: ['203.0.113.7/32', '2001:db8::/32'],
    },
    accessLogs: true,
    deletionProtection: true,
    idleTimeout: Duration.seconds(120),
  });

  const cluster = new ContainerCluster(stack, 'Cluster', { network, profile, dnsNamespace: 'edge.local' });
  const hook = Function.fromFunctionArn(stack, 'Hook', 'arn:aws:lambda:eu-south-1:111111111111:function:ask');
  const service = (id: string, deployment?: Deployment): ContainerService =>
    new ContainerService(stack, id, { cluster, profile, image: ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1'), port: 80, deployment });
  entry.addRoute('Api', {
    route: Route.path('/api/*', '/v2/*'),
    service: service('Api', Deployment.canary({ percent: 5, interval: Duration.minutes(5), bakeTime: Duration.minutes(15) })),
    healthCheckPath: '/up',
    healthyHttpCodes: '200,204',
    healthCheckInterval: Duration.seconds(20),
    healthCheckTimeout: Duration.seconds(4),
    healthyThreshold: 3,
    unhealthyThreshold: 4,
    deregistrationDelay: Duration.seconds(15),
    slowStart: Duration.seconds(45),
  });
  entry.addRoute('Admin', {
    route: Route.host('admin.example.com'),
    service: service('Admin', Deployment.blueGreen({
      bakeTime: Duration.minutes(30),
      testPort: 8443,
      testPeers: [Peer.ipv4('203.0.113.0/24')],
      hooks: [{ handler: hook, stages: [DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT] }],
    })),
  });
  const shifting = Deployment.linear({ percent: 25, interval: Duration.minutes(2) });
  entry.addRoute('Web', { route: Route.matching({ paths: ['/*'], hosts: ['shop.example.com'], priority: 900 }), service: service('Web', shifting) });
  entry.addRoute('Metrics', { route: Route.port(9090), service: service('Metrics'), requestsPerTask: 1000, stickiness: Duration.hours(1) });
  entry.addRoute('Status', { route: Route.matching({ port: 9443, paths: ['/status'] }), service: service('Status') });

  const listener = ApplicationListener.fromApplicationListenerAttributes(stack, 'ExistingListener', {
    listenerArn: 'arn:aws:elasticloadbalancing:eu-south-1:111111111111:listener/app/legacy/0123456789abcdef/0123456789abcdef',
    securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'ExistingSecurityGroup', 'sg-0123456789abcdef0'),
  });
  const existing = WebEntry.fromListener(stack, 'Existing', { listener, url: 'https://legacy.example.com' });
  existing.addRoute('Guest', { route: Route.path('/guest/*'), service: service('Guest') });

  const firewall = new WebFirewall(stack, 'Firewall', { profile, protects: FirewallScope.REGIONAL, level: FirewallLevel.BASIC });
  const none = new WebFirewall(stack, 'NoFirewall', { level: FirewallLevel.NONE });
  const elsewhere = AppDomain.fromCertificate(certificate, 'elsewhere.example.net');

  const read = new Readings(stack);
  read.text('DomainName', elsewhere.domainName);
  read.text('AlternativeName', domain.alternativeNames[0]);
  read.text('RedirectFrom', domain.redirectFrom[0]);
  read.text('Url', entry.url);
  read.text('UrlOfApi', entry.urlOf(Route.path('/api/*')));
  read.text('UrlOfGuest', existing.urlOf(Route.path('/guest/*')));
  read.text('ListenerArn', entry.listener.listenerArn);
  read.text('LoadBalancerArn', entry.loadBalancer.loadBalancerArn);
  read.number('SecurityGroups', entry.connections.securityGroups.length);
  read.truth('FirewallIsBasic', firewall.level === FirewallLevel.BASIC);
  read.truth('NoFirewallIsNone', none.level === FirewallLevel.NONE);
  read.text('FirewallMetric', firewall.metricName);
  read.text('WebAcl', firewall.webAclArn);
  read.text('PathOfRoute', Route.path('/api/*').conditions.paths![0]);
  read.truth('IsLinear', shifting.strategy === DeploymentStrategy.LINEAR);
  read.truth('AlternateTargetGroup', shifting.alternateTargetGroup);
  return existing;
}
