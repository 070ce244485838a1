// AWS WAF in front of load balancers, REST APIs and CloudFront distributions.
import { Names, Token } from 'aws-cdk-lib';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { EDGE_REGION } from './edge-region';
import { addressRules, checkAddresses, FirewallRule } from './firewall-addresses';
import { HeaderMark, rateRule } from './firewall-rate';
import { EnvironmentProfile, FirewallLevel } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';
import { ownPlace, placeIn } from '../private/other-region';
import { checkRange } from '../private/validate';

/** What a web firewall stands in front of. */
export enum FirewallScope {
  /** Load balancers and REST APIs, in the region of the stack. */
  REGIONAL = 'REGIONAL',
  /** CloudFront distributions, wherever the stack is. */
  CLOUDFRONT = 'CLOUDFRONT',
}

/** Options of a web firewall. */
export interface WebFirewallOptions {
  /** How much it checks. NONE for no firewall. @default - from the profile: NONE in dev, BASIC in staging, FULL in prod */
  readonly level?: FirewallLevel;
  /** Requests in 5 minutes from one address before it is blocked (at level FULL) or counted (at level BASIC), 10 to 2,000,000,000. @default 2000 */
  readonly rateLimit?: number;
  /** Further AWS managed rule groups, in the order they are asked, such as `AWSManagedRulesSQLiRuleSet`. @default - those of the level alone */
  readonly managedRuleGroups?: string[];
  /** Count instead of block, to see what the rules would do. @default false */
  readonly countOnly?: boolean;
  /**
   * Addresses that no rule stops, IPv4 and IPv6 blocks in CIDR notation, such as those of an office or of a monitor: `203.0.113.0/24`. Tokens are taken as IPv4.
   *
   * @default - all addresses are asked about
   */
  readonly allowedAddresses?: string[];
  /** Addresses that are stopped whatever they ask for, IPv4 and IPv6 blocks in CIDR notation. Tokens are taken as IPv4. @default - no address is stopped for itself */
  readonly blockedAddresses?: string[];
}

/** Properties of `WebFirewall`. */
export interface WebFirewallProps extends WebFirewallOptions {
  /** What it stands in front of. @default FirewallScope.REGIONAL */
  readonly protects?: FirewallScope;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/** A managed rule group of AWS with the name of its rule and metric in the ACL. */
interface ManagedGroup { readonly name: string; readonly group: string }

const CORE_GROUPS: ManagedGroup[] = [
  { name: 'CoreRuleSet', group: 'AWSManagedRulesCommonRuleSet' },
  { name: 'KnownBadInputs', group: 'AWSManagedRulesKnownBadInputsRuleSet' },
];

/**
 * A web access control list of AWS WAF: core rule set, known bad inputs, and a limit of requests from one address.
 *
 * For CloudFront it must be in us-east-1. In a stack of another region, or of none in particular, it is made in a stack beside it, `<id of the stack>-us-east-1`.
 *
 * Requests are sampled and counted in CloudWatch (namespace `AWS/WAFV2`); full logs are not kept. The core rule set blocks bodies beyond 8 KiB.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
export class WebFirewall extends Construct {
  /** How much it checks. */
  public readonly level: FirewallLevel;
  /** Name of the access control list in metrics, dimension `WebACL`. */
  public readonly metricName: string;

  private readonly arn?: string;
  private limitedElsewhere?: HeaderMark;

  constructor(scope: Construct, id: string, props: WebFirewallProps = {}) {
    super(scope, id);
    this.level = props.level ?? (props.profile ?? EnvironmentProfile.of(this)).firewall;
    this.metricName = Names.uniqueResourceName(this, { maxLength: 128, separator: '-' });
    const { protects = FirewallScope.REGIONAL, rateLimit = 2000, managedRuleGroups = [] } = props;
    checkRange('rateLimit', rateLimit, 10, 2_000_000_000, 'choose a number of requests in 5 minutes that AWS WAF allows');
    managedRuleGroups.forEach(checkGroupName);
    checkAddresses('allowedAddresses', props.allowedAddresses);
    checkAddresses('blockedAddresses', props.blockedAddresses);
    if (this.level === FirewallLevel.NONE) return;

    const place = protects === FirewallScope.CLOUDFRONT ? placeIn(this, EDGE_REGION) : ownPlace(this);
    const { allowedAddresses, blockedAddresses } = props;
    place.refuseTokens({ rateLimit, managedRuleGroups, allowedAddresses, blockedAddresses });
    const acl = this.define(place.scope, protects, { ...props, rateLimit, managedRuleGroups });
    this.arn = place.read('WebAclArn', acl.attrArn);
  }

  /** ARN of the access control list. Fails at level NONE, where there is none. */
  public get webAclArn(): string {
    if (this.arn === undefined) {
      throw new Error(`'level' of '${this.node.path}' is NONE, so that it has no web ACL: set it to BASIC or FULL, or ask 'level' first`);
    }
    return this.arn;
  }

  /**
   * Leave requests with a header out of the limit of requests from one address: they come from another firewall, by addresses that are not those of visitors.
   * @internal
   */
  public _leaveToOther(mark: HeaderMark): void {
    this.limitedElsewhere = mark;
  }

  private define(scope: Construct, protects: FirewallScope, props: WebFirewallProps): wafv2.CfnWebACL {
    const { rateLimit, managedRuleGroups, countOnly = false } = props;
    const further = managedRuleGroups!.map((group) => ({ name: group, group }));
    const rules = [
      ...addressRules(scope, protects, { ...props, countOnly }),
      rateRule(rateLimit!, countOnly || this.level === FirewallLevel.BASIC, () => this.limitedElsewhere),
      ...[...CORE_GROUPS, ...further].map((group) => groupRule(group, countOnly)),
    ];
    const acl = new wafv2.CfnWebACL(scope, 'Resource', {
      scope: protects,
      defaultAction: { allow: {} },
      visibilityConfig: visibleAs(this.metricName),
      rules: rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibleAs(rule.name) })),
    });
    acknowledge(acl, 'WAFv2LoggingEnabled', 'each rule is counted and its requests are sampled; a full log would hold cookies and tokens of visitors, '
      + "and whoever needs one adds it to 'webAclArn'");
    return acl;
  }
}

function groupRule({ name, group }: ManagedGroup, countOnly: boolean): FirewallRule {
  return {
    name,
    // a group brings actions of its own: either they stand or all of them count
    overrideAction: countOnly ? { count: {} } : { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
  };
}

function visibleAs(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}

function checkGroupName(group: string, index: number, groups: string[]): void {
  if (Token.isUnresolved(group)) return;
  if (!/^AWSManagedRules\w+$/.test(group) || CORE_GROUPS.some((core) => core.group === group) || groups.indexOf(group) !== index) {
    throw new Error(`'managedRuleGroups' must name each further group of AWS once, got '${group}': `
      + 'write a name such as \'AWSManagedRulesSQLiRuleSet\'; the core rule set and known bad inputs are there already');
  }
}
