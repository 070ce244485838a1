import { Template } from 'aws-cdk-lib/assertions';
import { EnvironmentProfile, FirewallLevel, WebFirewall, WebFirewallProps } from '../../src';
import { inProfile, testStack } from '../harness';

interface Rule {
  readonly Name: string;
  readonly Action?: object;
  readonly OverrideAction?: object;
  readonly Statement: Record<string, { readonly Limit?: number }>;
}

function aclOf(props: WebFirewallProps = {}): { Scope: string; DefaultAction: object; VisibilityConfig: object; Rules: Rule[] } {
  const stack = testStack();
  new WebFirewall(stack, 'Firewall', props);
  return Object.values(Template.fromStack(stack).findResources('AWS::WAFv2::WebACL'))[0].Properties;
}

const actions = (props: WebFirewallProps): unknown[] =>
  aclOf(props).Rules.map(({ Name, Action, OverrideAction }) => [Name, Action ?? OverrideAction]);

describe('a web firewall', () => {
  const acl = aclOf();

  test('lets through what no rule takes, in its region, and shows itself in metrics', () => {
    expect(acl).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
    expect(acl.VisibilityConfig).toEqual({
      MetricName: expect.stringMatching(/^Stack-Firewall-[0-9A-F]{8}$/),
      CloudWatchMetricsEnabled: true,
      SampledRequestsEnabled: true,
    });
  });

  test('blocks by rate, core rule set and known bad inputs in prod', () => {
    expect(actions({})).toEqual([['RequestRate', { Block: {} }], ['CoreRuleSet', { None: {} }], ['KnownBadInputs', { None: {} }]]);
  });

  test('allows 2000 requests in 5 minutes from one address', () => {
    expect(acl.Rules[0].Statement.RateBasedStatement).toEqual({ Limit: 2000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' });
  });

  test('only counts by rate at level BASIC', () => {
    expect(actions({ level: FirewallLevel.BASIC })).toEqual([['RequestRate', { Count: {} }], ['CoreRuleSet', { None: {} }], ['KnownBadInputs', { None: {} }]]);
  });

  test('countOnly blocks nothing', () => {
    expect(actions({ countOnly: true })).toEqual([['RequestRate', { Count: {} }], ['CoreRuleSet', { Count: {} }], ['KnownBadInputs', { Count: {} }]]);
  });

  test('asks further groups of AWS after its own', () => {
    expect(aclOf({ managedRuleGroups: ['AWSManagedRulesSQLiRuleSet'] }).Rules[3]).toMatchObject({
      Name: 'AWSManagedRulesSQLiRuleSet', Priority: 3, Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesSQLiRuleSet' } },
    });
  });

  test.each([10, 2_000_000_000])('takes a rate of %d', (rateLimit) => {
    expect(aclOf({ rateLimit }).Rules[0].Statement.RateBasedStatement.Limit).toBe(rateLimit);
  });

  test.each([['dev', FirewallLevel.NONE], ['staging', FirewallLevel.BASIC], ['prod', FirewallLevel.FULL]] as const)('in %s is at level %s', (name, level) => {
    expect(new WebFirewall(testStack(inProfile(name)), 'Firewall').level).toBe(level);
  });

  test('at level NONE makes nothing, and says so to whoever asks for it', () => {
    const stack = testStack();
    const firewall = new WebFirewall(stack, 'Firewall', { profile: EnvironmentProfile.DEV });
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
    expect(() => firewall.webAclArn).toThrow("'level' of 'Stack/Firewall' is NONE, so that it has no web ACL: set it to BASIC or FULL, or ask 'level' first");
  });

  test.each([9, 2_000_000_001])('fails on a rate of %d', (rateLimit) => {
    expect(() => aclOf({ rateLimit })).toThrow(
      `'rateLimit' must be 10 to 2000000000, got ${rateLimit}: choose a number of requests in 5 minutes that AWS WAF allows`);
  });

  test.each([[['SQLi']], [['AWSManagedRulesCommonRuleSet']], [['AWSManagedRulesSQLiRuleSet', 'AWSManagedRulesSQLiRuleSet']]])('fails on groups %j', (managedRuleGroups) => {
    expect(() => aclOf({ managedRuleGroups })).toThrow(
      `'managedRuleGroups' must name each further group of AWS once, got '${managedRuleGroups.at(-1)}': `
      + "write a name such as 'AWSManagedRulesSQLiRuleSet'; the core rule set and known bad inputs are there already");
  });
});
