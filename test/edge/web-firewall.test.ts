import { CfnOutput, CfnParameter, Fn, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EnvironmentProfile, FirewallLevel, FirewallScope, WebFirewall, WebFirewallProps } from '../../src';
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

describe('addresses', () => {
  const lists = { allowedAddresses: ['203.0.113.0/24'], blockedAddresses: ['198.51.100.7/32', '2001:db8::/32'] };

  test('that are allowed or blocked are asked about before all else', () => {
    expect(actions(lists)).toEqual([
      ['AllowedAddresses', { Allow: {} }], ['BlockedAddresses', { Block: {} }], ['RequestRate', { Block: {} }], ['CoreRuleSet', { None: {} }], ['KnownBadInputs', { None: {} }],
    ]);
    expect(aclOf(lists).Rules.map((rule) => (rule as unknown as { Priority: number }).Priority)).toEqual([0, 1, 2, 3, 4]);
  });

  test('that are blocked are counted with countOnly, and those allowed still pass', () => {
    expect(actions({ ...lists, countOnly: true }).slice(0, 2)).toEqual([['AllowedAddresses', { Allow: {} }], ['BlockedAddresses', { Count: {} }]]);
  });

  test.each(Object.values(FirewallScope))('are in one set for each version of the protocol, %s', (protects) => {
    const stack = testStack({}, { region: 'us-east-1' });
    new WebFirewall(stack, 'Firewall', { protects, ...lists });
    const template = Template.fromStack(stack);
    expect(Object.values(template.findResources('AWS::WAFv2::IPSet')).map(({ Properties }) => Properties)).toEqual([
      { Scope: protects, IPAddressVersion: 'IPV4', Addresses: ['203.0.113.0/24'] },
      { Scope: protects, IPAddressVersion: 'IPV4', Addresses: ['198.51.100.7/32'] },
      { Scope: protects, IPAddressVersion: 'IPV6', Addresses: ['2001:db8::/32'] },
    ]);
    const [allowed, blocked] = Object.values(template.findResources('AWS::WAFv2::WebACL'))[0].Properties.Rules as Rule[];
    expect(Object.keys(allowed.Statement)).toEqual(['IPSetReferenceStatement']);
    const set = { IPSetReferenceStatement: expect.anything() };
    expect(blocked.Statement).toEqual({ OrStatement: { Statements: [set, set] } });
  });

  test('are no rule where the lists are empty', () => {
    expect(actions({ allowedAddresses: [], blockedAddresses: [] })).toEqual(actions({}));
  });

  test('may be known only at deployment', () => {
    const stack = testStack();
    new WebFirewall(stack, 'Firewall', { allowedAddresses: [Fn.importValue('Office')], blockedAddresses: Fn.split(',', Fn.importValue('Blocked'), 2) });
    expect(Object.values(Template.fromStack(stack).findResources('AWS::WAFv2::IPSet')).map(({ Properties }) => Properties.IPAddressVersion)).toEqual(['IPV4', 'IPV4']);
  });

  test.each(['203.0.113.7', '0.0.0.0/0', '::/0', '256.0.0.1/8', '10.0.0/8', '10.0.0.0/33', '2001:db8::1', '1::2::3/64', 'office', ''])('fail as %j', (address) => {
    const message = (prop: string): string => `'${prop}' must hold blocks of addresses in CIDR notation, at least 1 bit long, got '${address}': `
      + "write one address as '203.0.113.7/32' or '2001:db8::7/128'";
    expect(() => aclOf({ allowedAddresses: [address] })).toThrow(new Error(message('allowedAddresses')));
    expect(() => aclOf({ blockedAddresses: [address] })).toThrow(new Error(message('blockedAddresses')));
  });

  test('fail when they are more than a set takes', () => {
    expect(() => aclOf({ blockedAddresses: Array.from({ length: 10_001 }, () => '203.0.113.7/32') })).toThrow(
      "'blockedAddresses' must hold at most 10000 blocks, the limit of an IP set, got 10001: write wider blocks");
  });
});

describe('in front of CloudFront', () => {
  const props = { protects: FirewallScope.CLOUDFRONT };

  test.each([['eu-west-1', { region: 'eu-west-1' }], ['no region in particular', undefined]])('in a stack of %s stands in a stack of us-east-1 beside it', (_, env) => {
    const stack = testStack({}, env);
    const firewall = new WebFirewall(stack, 'Firewall', props);
    new CfnOutput(stack, 'Acl', { value: firewall.webAclArn });
    const beside = stack.node.scope!.node.findChild('Stack-us-east-1') as Stack;
    const edge = Template.fromStack(beside);
    edge.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT', VisibilityConfig: { MetricName: firewall.metricName } });
    const [[output, { Value }]] = Object.entries(edge.toJSON().Outputs as Record<string, { Value: unknown }>);
    expect(Value).toEqual({ 'Fn::GetAtt': [Object.keys(edge.findResources('AWS::WAFv2::WebACL'))[0], 'Arn'] });
    const own = Template.fromStack(stack);
    own.resourceCountIs('AWS::WAFv2::WebACL', 0);
    expect(own.toJSON().Outputs.Acl.Value).toEqual({ 'Fn::GetStackOutput': { StackName: 'Stack-us-east-1', OutputName: output, Region: 'us-east-1' } });
    expect(stack.dependencies).toEqual([beside]);
  });

  test('in a stack of us-east-1 stands in that stack', () => {
    const stack = testStack({}, { region: 'us-east-1' });
    const { webAclArn } = new WebFirewall(stack, 'Firewall', props);
    expect(stack.node.root.node.children.filter(Stack.isStack)).toEqual([stack]);
    Template.fromStack(stack).hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' });
    expect(stack.resolve(webAclArn)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Firewall/), 'Arn'] });
  });

  test.each<[string, (token: string) => WebFirewallProps]>([
    ['allowedAddresses', (token) => ({ allowedAddresses: ['203.0.113.0/24', token] })],
    ['blockedAddresses', (token) => ({ blockedAddresses: Fn.split(',', token) })],
    ['managedRuleGroups', (token) => ({ managedRuleGroups: [token] })],
    ['rateLimit', (token) => ({ rateLimit: Token.asNumber(Fn.ref(token)) })],
  ])('fails on %s that are known only at deployment, unless in a stack of us-east-1', (prop, further) => {
    const define = (region: string): WebFirewall => {
      const stack = testStack({}, { region });
      return new WebFirewall(stack, 'Firewall', { ...props, ...further(new CfnParameter(stack, 'Value').valueAsString) });
    };
    expect(() => define('eu-west-1')).toThrow(new Error(
      `'${prop}' must be known at synthesis, since it is for a part in us-east-1, got a token: write it out`));
    expect(() => define('us-east-1')).not.toThrow();
  });

  test('at level NONE makes no stack', () => {
    const stack = testStack();
    new WebFirewall(stack, 'Firewall', { ...props, level: FirewallLevel.NONE });
    expect(stack.node.root.node.children.filter(Stack.isStack)).toEqual([stack]);
  });
});
