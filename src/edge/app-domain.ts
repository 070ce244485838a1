// The public name of an app or a site: its certificate and its records.
import { Token } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** Further choices for a domain in a hosted zone. */
export interface HostedZoneDomainOptions {
  /** Names in the same zone that redirect to the domain, such as `www.example.com`: up to 5 at a load balancer. @default - no redirects */
  readonly redirectFrom?: string[];
  /** Names in the same zone that are served like the domain, at a load balancer for `Route.host()`, such as `admin.example.com` or `*.example.com`. @default - the domain alone */
  readonly alternativeNames?: string[];
  /** Certificate in the region of its use (us-east-1 for CloudFront), for all the names. @default - one validated through the zone */
  readonly certificate?: acm.ICertificate;
}

/** The public name of an app or a site. */
export class AppDomain {
  /**
   * A name in a hosted zone: certificate and alias records are made by the app or the site.
   *
   * Fails on names outside the zone.
   */
  public static fromHostedZone(zone: route53.IHostedZone, domainName: string, options: HostedZoneDomainOptions = {}): AppDomain {
    const { redirectFrom = [], alternativeNames = [] } = options;
    checkKnown('redirectFrom', redirectFrom);
    checkKnown('alternativeNames', alternativeNames);
    checkInZone('domainName', domainName, zone);
    redirectFrom.forEach((name) => checkFurtherName('redirectFrom', name, zone));
    alternativeNames.forEach((name) => checkFurtherName('alternativeNames', name, zone));
    return new AppDomain(domainName, redirectFrom, alternativeNames, options.certificate, zone);
  }

  /** A name whose DNS is elsewhere: records are yours to make, to the own name of the load balancer or of the distribution, which takes certificates of us-east-1 alone. */
  public static fromCertificate(certificate: acm.ICertificate, domainName: string): AppDomain {
    return new AppDomain(domainName, [], [], certificate);
  }

  /** The name, such as `api.example.com`. */
  public readonly domainName: string;

  private constructor(
    domainName: string,
    private readonly redirects: string[],
    private readonly alternatives: string[],
    private readonly certificate?: acm.ICertificate,
    private readonly zone?: route53.IHostedZone,
  ) {
    this.domainName = domainName;
  }

  /** Names that redirect to the domain. */
  public get redirectFrom(): string[] {
    return [...this.redirects];
  }

  /** Names that are served like the domain. */
  public get alternativeNames(): string[] {
    return [...this.alternatives];
  }

  /**
   * The certificate, made in the scope unless there is one.
   * @internal
   */
  public _certificateIn(scope: Construct): acm.ICertificate {
    const further = [...this.alternatives, ...this.redirects];
    return this.certificate ?? new acm.Certificate(scope, 'Certificate', {
      domainName: this.domainName,
      subjectAlternativeNames: further.length > 0 ? further : undefined,
      validation: acm.CertificateValidation.fromDns(this.zone),
    });
  }

  /**
   * The certificate that was given, if any: none is made.
   * @internal
   */
  public get _givenCertificate(): acm.ICertificate | undefined {
    return this.certificate;
  }

  /**
   * The hosted zone, unless DNS is elsewhere.
   * @internal
   */
  public get _zone(): route53.IHostedZone | undefined {
    return this.zone;
  }

  /**
   * Alias records of all names, in the scope, for IPv6 too where the target has addresses of both. None where DNS is elsewhere.
   * @internal
   */
  public _recordsIn(scope: Construct, target: route53.RecordTarget, hasIpv6 = false): void {
    if (this.zone === undefined) return;
    const { zone } = this;
    new route53.ARecord(scope, 'AliasRecord', { zone, recordName: absolute(this.domainName), target });
    if (hasIpv6) new route53.AaaaRecord(scope, 'Ipv6AliasRecord', { zone, recordName: absolute(this.domainName), target });
    const [names, ipv6Names] = [new Construct(scope, 'FurtherNames'), hasIpv6 ? new Construct(scope, 'Ipv6FurtherNames') : undefined];
    for (const name of [...this.alternatives, ...this.redirects]) {
      new route53.ARecord(names, name, { zone, recordName: absolute(name), target });
      if (ipv6Names) new route53.AaaaRecord(ipv6Names, name, { zone, recordName: absolute(name), target });
    }
  }

  /**
   * Fail if the certificate is ours and does not hold a host's name: browsers would refuse it.
   * @internal
   */
  public _checkServes(host: string): void {
    if (this.certificate !== undefined || Token.isUnresolved(host) || Token.isUnresolved(this.domainName)) return;
    const names = [this.domainName, ...this.alternatives].map((name) => name.toLowerCase());
    const [, ...parent] = host.toLowerCase().split('.');
    if (names.includes(host.toLowerCase()) || names.includes(['*', ...parent].join('.'))) return;
    throw new Error(`'hosts' must be names that the domain has a certificate for, which are ${names.join(', ')}, got '${host}': `
      + 'add it to \'alternativeNames\' of AppDomain.fromHostedZone()');
  }
}

function checkInZone(prop: string, name: string, zone: route53.IHostedZone): void {
  const zoneName = zone.zoneName.replace(/\.$/, '');
  if (Token.isUnresolved(name) || Token.isUnresolved(zoneName)) return;
  if (name !== zoneName && !name.endsWith(`.${zoneName}`)) {
    throw new Error(`'${prop}' must lie in the hosted zone '${zoneName}', got '${name}': pass the zone of the name, or use AppDomain.fromCertificate()`);
  }
}

function checkKnown(prop: string, names: string[]): void {
  if (!Token.isUnresolved(names)) return;
  throw new Error(`'${prop}' must be known at synthesis, since each name is the id of its record, got a token: write the names out`);
}

function checkFurtherName(prop: string, name: string, zone: route53.IHostedZone): void {
  if (Token.isUnresolved(name)) throw new Error(`'${prop}' must be known at synthesis, since each name is the id of its record, got a token: write the name out`);
  checkInZone(prop, name, zone);
}

/** With its final dot, a name is taken as it is, even where the zone's own name is known only at deployment. */
function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}
