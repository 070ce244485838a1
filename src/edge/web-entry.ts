// The load balancer of an app: who may connect, TLS, names, and the routes behind it.
import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { AppDomain } from './app-domain';
import { admitAuthentication } from './authentication-rules';
import { acceptFindings } from './entry-findings';
import { keepLogs } from './entry-logs';
import { ExistingEntry } from './existing-entry';
import { Route } from './route';
import { addressOf } from './route-address';
import { RouteTable } from './route-table';
import { conditionsOf, defineRoute, nameOf, RulePlace } from './route-target';
import { ifKnown, setIfToken } from './time-attributes';
import { ExistingListenerAttributes, IWebEntry, WebEntryProps } from './web-entry-options';
import { WebFirewall, WebFirewallOptions } from './web-firewall';
import { WebRouteProps } from './web-route';
import { EnvironmentProfile, FirewallLevel } from '../environment-profile';
import { areDifferent, blockOf } from '../network/vpc-block';
import { acknowledge } from '../private/acknowledge';
import { checkSeconds } from '../private/validate';

/** A listener and its routes. */
interface Door { readonly listener: elbv2.IApplicationListener; readonly routes: RouteTable; readonly isTest: boolean }

/**
 * An application load balancer.
 *
 * It answers 404 to requests that no route takes, drops invalid headers, balances across zones, and reaches nothing but the services behind it. With a domain
 * it speaks TLS 1.2 and 1.3 with post-quantum key exchange.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
export class WebEntry extends Construct implements IWebEntry, ec2.IConnectable {
  /**
   * Add routes to a listener that exists. Routes with a port of their own are refused; rules it has already are not known here.
   *
   * Fails if the listener has no security group.
   */
  public static fromListener(scope: Construct, id: string, attrs: ExistingListenerAttributes): IWebEntry {
    return new ExistingEntry(scope, id, attrs);
  }

  /** The load balancer. */
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  /** The listener for requests without a port of their own: 443 with a domain, else 80. */
  public readonly listener: elbv2.IApplicationListener;
  /** Who may connect, and the port of the listener. */
  public readonly connections: ec2.Connections;
  /** Its address: the domain by HTTPS, else the load balancer's own name by HTTP. */
  public readonly url: string;

  private readonly domain?: AppDomain;
  private readonly certificate?: acm.ICertificate;
  private readonly mainPort: number;
  private readonly peers: ec2.IPeer[];
  private readonly doors = new Map<number, Door>();
  private readonly reachesInternet: boolean;

  constructor(scope: Construct, id: string, props: WebEntryProps) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    checkRedirects(props.domain?.redirectFrom.length ?? 0);
    this.domain = props.domain;
    this.mainPort = props.domain ? 443 : 80;
    const internetFacing = props.internetFacing ?? true;
    this.reachesInternet = internetFacing || props.network.internetEgress;
    this.peers = props.allowedPeers ?? [internetFacing ? ec2.Peer.anyIpv4() : ec2.Peer.ipv4(blockOf(props.network.vpc))];
    this.loadBalancer = this.defineLoadBalancer(props, profile, internetFacing);
    const { securityGroups } = this.loadBalancer.connections;
    this.connections = new ec2.Connections({ securityGroups, defaultPort: ec2.Port.tcp(this.mainPort) });
    if (props.accessLogs ?? true) keepLogs(this, this.loadBalancer);

    this.certificate = this.domain?._certificateIn(this);
    this.listener = this.openDoor(this, this.certificate ? 'HttpsListener' : 'HttpListener', this.mainPort).listener;
    this.url = `${this.scheme}://${this.domain?.domainName ?? this.loadBalancer.loadBalancerDnsName}`;
    if (this.domain) this.serve(this.domain);
    if (props.firewall) this.protect(props.firewall, profile);
  }

  /** The address at which a route is reached: its own host and port where it has some, and the longest path without wildcards. */
  public urlOf(route: Route): string {
    return addressOf(this.url, route.conditions, this.mainPort);
  }

  /**
   * Send requests to a service: target group, listener rule and security group rules, all made beside the service.
   *
   * Fails if the route meets another one, or if the service stands in another VPC.
   */
  public addRoute(id: string, props: WebRouteProps): elbv2.ApplicationTargetGroup {
    const { service, route: { conditions } } = props;
    if (areDifferent(service.cluster.network.vpc, this.loadBalancer.vpc!)) {
      throw new Error(`'service' must stand in the VPC of its load balancer, and '${service.node.path}' does not: give both the same network`);
    }
    if (this.domain) conditions.hosts?.forEach((host) => this.domain!._checkServes(host));
    const { listener, routes } = this.doorOf(conditions.port ?? this.mainPort);
    admitAuthentication(id, props, {
      listener, isHttps: this.certificate !== undefined, reachesInternet: this.reachesInternet, url: this.urlOf(props.route),
    });
    const place = { listener, priority: routes.add(nameOf(id, props), conditions) };
    return defineRoute(id, props, place, this.testPlaceOf(id, props));
  }

  private get scheme(): string {
    return this.domain ? 'https' : 'http';
  }

  private defineLoadBalancer(props: WebEntryProps, profile: EnvironmentProfile, internetFacing: boolean): elbv2.ApplicationLoadBalancer {
    const idleTimeout = props.idleTimeout ?? Duration.seconds(60);
    checkSeconds('idleTimeout', idleTimeout, 1, 4000);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'Load balancer',
      // services add what the load balancer reaches, each for itself
      allowAllOutbound: false,
    });
    if (internetFacing && props.allowedPeers === undefined) {
      acknowledge(securityGroup.node.defaultChild!, 'AwsSolutions-EC23', 'the public door of the app: anyone may connect to the ports of its listeners; '
        + 'tasks behind it admit this security group alone');
    }
    const loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'Resource', {
      vpc: props.network.vpc,
      vpcSubnets: internetFacing ? props.network.publicSubnets : props.network.appSubnets,
      internetFacing,
      securityGroup,
      ipAddressType: elbv2.IpAddressType.IPV4,
      http2Enabled: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elbv2.DesyncMitigationMode.DEFENSIVE,
      deletionProtection: props.deletionProtection ?? profile.deletionProtection,
      idleTimeout: ifKnown(idleTimeout),
    });
    setIfToken(loadBalancer, 'idle_timeout.timeout_seconds', idleTimeout);
    acceptFindings(loadBalancer, props, profile);
    return loadBalancer;
  }

  /** A listener that admits the peers and answers 404 to what no route takes. */
  private openDoor(scope: Construct, id: string, port: number, isTest = false): Door {
    const certificates = this.certificate && [elbv2.ListenerCertificate.fromCertificateManager(this.certificate)];
    const listener = new elbv2.ApplicationListener(scope, id, {
      loadBalancer: this.loadBalancer,
      port,
      protocol: certificates ? elbv2.ApplicationProtocol.HTTPS : elbv2.ApplicationProtocol.HTTP,
      certificates,
      sslPolicy: certificates ? elbv2.SslPolicy.TLS13_12_PQ : undefined,
      // an open listener would admit anyone, whoever the allowed peers are
      open: false,
      defaultAction: elbv2.ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'Not found' }),
    });
    if (!isTest) this.admit(port, this.peers);
    const door = { listener, routes: new RouteTable(), isTest };
    this.doors.set(port, door);
    return door;
  }

  private doorOf(port: number): Door {
    if (this.domain && port === 80) throw new Error('\'port\' must not be 80 beside a domain, since port 80 redirects to HTTPS: leave it out, or choose another port');
    return this.doorAt(port, 'Ports');
  }

  /** The place of a route's rule on the test listener, where its deployments have one. */
  private testPlaceOf(id: string, props: WebRouteProps): RulePlace | undefined {
    const { testPort, testPeers } = props.service.deployment._shift ?? {};
    if (testPort === undefined) return undefined;
    const { listener, routes } = this.doorAt(testPort, 'TestPorts');
    this.admit(testPort, testPeers ?? [ec2.Peer.ipv4(blockOf(this.loadBalancer.vpc!))]);
    return { listener, priority: routes.add(nameOf(id, props), { ...props.route.conditions, port: undefined }) };
  }

  private doorAt(port: number, kind: 'Ports' | 'TestPorts'): Door {
    const isTest = kind === 'TestPorts';
    const door = this.doors.get(port);
    if ((door && door.isTest !== isTest) || (isTest && this.domain && port === 80)) {
      throw new Error(`'testPort' must be a port of its own, got ${port}, which the public uses: choose another, such as ${port === 8443 ? 9443 : 8443}`);
    }
    const home = this.node.tryFindChild(kind) as Construct | undefined;
    return door ?? this.openDoor(home ?? new Construct(this, kind), String(port), port, isTest);
  }

  private admit(port: number, peers: ec2.IPeer[]): void {
    for (const peer of peers) this.connections.allowFrom(peer, ec2.Port.tcp(port));
  }

  /** Redirects and records of the domain. */
  private serve(domain: AppDomain): void {
    const redirect = new elbv2.ApplicationListener(this, 'HttpListener', {
      loadBalancer: this.loadBalancer,
      port: 80,
      protocol: elbv2.ApplicationProtocol.HTTP,
      open: false,
      defaultAction: elbv2.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    });
    acknowledge(redirect, 'ELBv2ACMCertificateRequired', 'answers nothing but the redirect to HTTPS, whose listener has a certificate');
    this.admit(80, this.peers);
    if (domain.redirectFrom.length > 0) {
      const { conditions } = Route.host(...domain.redirectFrom);
      new elbv2.ApplicationListenerRule(this, 'RedirectRule', {
        listener: this.listener,
        priority: this.doorOf(this.mainPort).routes.add('redirectFrom', conditions),
        conditions: conditionsOf(conditions),
        action: elbv2.ListenerAction.redirect({ host: domain.domainName, permanent: true }),
      });
    }
    domain._recordsIn(this, route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(this.loadBalancer)));
  }

  private protect(options: WebFirewallOptions, profile: EnvironmentProfile): void {
    const firewall = new WebFirewall(this, 'Firewall', { ...options, profile });
    if (firewall.level === FirewallLevel.NONE) return;
    new wafv2.CfnWebACLAssociation(this, 'FirewallAssociation', { resourceArn: this.loadBalancer.loadBalancerArn, webAclArn: firewall.webAclArn });
  }
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
function checkRedirects(count: number): void {
  if (count > 5) throw new Error(`'domain' must have at most 5 names in 'redirectFrom', the limit of a listener rule, got ${count}: redirect the others elsewhere`);
}
