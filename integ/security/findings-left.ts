// What cdk-nag finds and the library does not accept, since nothing stands in for what is missing: the user decides, and docs/security.md says how.
import { NagFinding, sharedName } from './rule-packs';

/** A finding left to see. */
export interface FindingLeft {
  /** Without the pack before its name. */
  readonly rule: string;
  /** What it is found on, for the reader. */
  readonly where: string;
  /** The paths of such constructs. */
  readonly construct: RegExp;
  /** What the user has not given. */
  readonly without: 'domain' | 'alerts' | 'authorizer';
  readonly remedy: string;
}

const UNENCRYPTED = {
  where: 'listeners of a `WebEntry`',
  construct: /\/(HttpListener|(Test)?Ports\/\d+)\//,
  without: 'domain',
  remedy: 'there is no certificate, and requests come unencrypted: give a `domain`. Where that is meant, in an environment without real data, accept it yourself',
} as const;

const UNAUTHORIZED = {
  where: 'methods of a `FunctionRestApi`, `$connect` of a `FunctionWebSocketApi`',
  construct: /\/Api\/(Default\/(\{proxy\+\}\/)?(ANY|GET)|\$connect-Route)\//,
  without: 'authorizer',
  remedy: 'anyone may call: give an `authorizer`. Where the function itself checks its callers, accept it yourself',
} as const;

/** The list. An entry without its finding fails the check. */
export const FINDINGS_LEFT: readonly FindingLeft[] = [
  { rule: 'ALBHttpToHttpsRedirection', ...UNENCRYPTED },
  { rule: 'ELBv2ACMCertificateRequired', ...UNENCRYPTED },
  {
    rule: 'AwsSolutions-CFR4',
    where: 'distributions of `StaticSite`',
    construct: /\/Distribution\//,
    without: 'domain',
    remedy: 'the certificate is that of CloudFront itself, whose distributions then admit TLS 1.0 too: give a `domain`',
  },
  {
    rule: 'CloudWatchAlarmAction',
    where: 'alarms of `StandardAlarms`',
    construct: /\/Alarms\//,
    without: 'alerts',
    remedy: 'nobody is told when the alarm fires: give `alerts`',
  },
  { rule: 'AwsSolutions-APIG4', ...UNAUTHORIZED },
  { rule: 'AwsSolutions-COG4', ...UNAUTHORIZED },
];

/** Whether it is such a finding. */
export function isLeft({ rule, construct }: NagFinding, left: FindingLeft): boolean {
  return sharedName(rule) === left.rule && left.construct.test(construct);
}

/** Findings that nobody decided on, each in words. */
export function undecided(findings: readonly NagFinding[], left: readonly FindingLeft[] = FINDINGS_LEFT): string[] {
  return findings.filter((finding) => !left.some((entry) => isLeft(finding, entry))).map(({ rule, construct }) => `${rule} ${construct}`);
}
