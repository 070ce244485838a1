// What a user switches off is the user's decision: the library must not accept the finding on their behalf.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Peer } from 'aws-cdk-lib/aws-ec2';
import { nagFindings, sharedName } from '../../integ/security/rule-packs';
import { AppNetwork, EnvironmentProfile, EnvironmentSettings, FirewallLevel, PrivatePostgres, WebEntry } from '../../src';
import { testStack } from '../harness';

const { DEV, PROD } = EnvironmentProfile;

/** Rules with findings, those of listeners without TLS apart: these stacks have no domain. */
function rulesFoundIn(define: (stack: Stack) => unknown): string[] {
  const stack = testStack();
  define(stack);
  (stack.node.root as App).synth();
  const rules = nagFindings(stack).filter(({ construct }) => !construct.includes('/HttpListener/')).map(({ rule }) => sharedName(rule));
  return [...new Set(rules)].sort();
}

const network = (stack: Stack, profile = PROD): AppNetwork => new AppNetwork(stack, 'Network', { profile });

describe('by a prop, where the profile would have it', () => {
  test.each<[string, (stack: Stack) => unknown, string[]]>([
    ['multiAz', (stack) => new PrivatePostgres(stack, 'Database', { network: network(stack), multiAz: false }), ['AwsSolutions-RDS3', 'RDSMultiAZSupport']],
    ['deletionProtection of a database', (stack) => new PrivatePostgres(stack, 'Database', { network: network(stack), deletionProtection: false }),
      ['AwsSolutions-RDS10', 'RDSInstanceDeletionProtectionEnabled']],
    ['monitoring', (stack) => new PrivatePostgres(stack, 'Database', { network: network(stack), monitoring: false }), ['RDSEnhancedMonitoringEnabled']],
    ['secretRotation', (stack) => new PrivatePostgres(stack, 'Database', { network: network(stack), secretRotation: Duration.days(0) }),
      ['AwsSolutions-SMG4', 'SecretsManagerRotationEnabled']],
    ['flowLogs', (stack) => new AppNetwork(stack, 'Network', { flowLogs: false }), ['AwsSolutions-VPC7', 'VPCFlowLogsEnabled']],
    ['deletionProtection of a load balancer', (stack) => new WebEntry(stack, 'Entry', { network: network(stack), deletionProtection: false }), ['ELBDeletionProtectionEnabled']],
    ['firewall', (stack) => new WebEntry(stack, 'Entry', { network: network(stack), firewall: { level: FirewallLevel.NONE } }), ['ALBWAFEnabled']],
    ['accessLogs', (stack) => new WebEntry(stack, 'Entry', { network: network(stack), accessLogs: false }), ['AwsSolutions-ELB2', 'ELBLoggingEnabled']],
    ['allowedPeers', (stack) => new WebEntry(stack, 'Entry', { network: network(stack), allowedPeers: [Peer.anyIpv4()] }), ['AwsSolutions-EC23']],
  ])('%s', (_, define, rules) => {
    expect(rulesFoundIn(define)).toEqual(rules);
  });
});

test('by a prop, where the profile does without it too', () => {
  expect(rulesFoundIn((stack) => new AppNetwork(stack, 'Network', { profile: DEV, flowLogs: false }))).toEqual(['AwsSolutions-VPC7', 'VPCFlowLogsEnabled']);
});

describe('by an extended profile', () => {
  const system = (stack: Stack, profile: EnvironmentProfile): void => {
    const place = network(stack, profile);
    new PrivatePostgres(stack, 'Database', { network: place, profile });
    new WebEntry(stack, 'Entry', { network: place, profile, firewall: {} });
  };

  test.each<[EnvironmentSettings, string[]]>([
    [{ databaseMultiAz: false }, ['AwsSolutions-RDS3', 'RDSMultiAZSupport']],
    [{ deletionProtection: false }, ['AwsSolutions-RDS10', 'ELBDeletionProtectionEnabled', 'RDSInstanceDeletionProtectionEnabled']],
    [{ databaseMonitoring: false }, ['RDSEnhancedMonitoringEnabled']],
    [{ rotateSecrets: false }, ['AwsSolutions-SMG4', 'SecretsManagerRotationEnabled']],
    [{ flowLogs: false }, ['AwsSolutions-VPC7', 'VPCFlowLogsEnabled']],
    [{ firewall: FirewallLevel.NONE }, ['ALBWAFEnabled']],
  ])('%o', (settings, rules) => {
    expect(rulesFoundIn((stack) => system(stack, PROD.extend(settings)))).toEqual(rules);
    // extending once more does not make it the library's choice
    expect(rulesFoundIn((stack) => system(stack, PROD.extend(settings).extend({ name: 'live' })))).toEqual(rules);
  });

  test('what dev does without stays accepted in a profile that extends it by other things', () => {
    expect(rulesFoundIn((stack) => system(stack, DEV.extend({ name: 'preview', maxAzs: 3 })))).toEqual([]);
  });
});

test('without a domain the finding stays that requests are not encrypted', () => {
  const stack = testStack();
  new WebEntry(stack, 'Entry', { network: network(stack) });
  (stack.node.root as App).synth();
  expect([...new Set(nagFindings(stack).map(({ rule, construct }) => `${sharedName(rule)} ${construct}`))].sort()).toEqual([
    'ALBHttpToHttpsRedirection Stack/Entry/HttpListener/Resource',
    'ELBv2ACMCertificateRequired Stack/Entry/HttpListener/Resource',
  ]);
});
