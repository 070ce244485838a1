// cdk-nag's rule packs over a construct tree: what they find, what the library accepted of it, and what they would find had it accepted nothing.
import { Validations } from 'aws-cdk-lib';
import * as cdkNag from 'cdk-nag';
import { IConstruct } from 'constructs';

type RulePack = new () => cdkNag.NagPack;

const isRulePack = (member: unknown): member is RulePack => typeof member === 'function' && member.prototype instanceof cdkNag.NagPack;

/** All that cdk-nag has, now or later: AwsSolutions, HIPAA Security, NIST 800-53, PCI DSS, Serverless. */
export const RULE_PACKS: ReadonlyArray<readonly [name: string, pack: RulePack]> = Object.entries(cdkNag)
  .flatMap(([name, member]) => (isRulePack(member) ? [[name, member] as const] : []));

/** A finding, as `AwsSolutions-RDS3`, and where. */
export interface NagFinding { readonly rule: string; readonly construct: string }

/** A finding that was accepted: on a construct, for all below it. */
export interface Acknowledgement extends NagFinding { readonly reason: string }

function findingsOf(packs: readonly cdkNag.NagPack[], scope: IConstruct): NagFinding[] {
  return packs.flatMap((pack) => pack.validateScope(scope).violations)
    .flatMap(({ ruleName: rule, violatingResources }) => violatingResources.map(({ constructPath: construct = '' }) => ({ rule, construct })));
}

/** What the packs find. The app must have been synthesized, so that aspects have run. */
export function nagFindings(scope: IConstruct): NagFinding[] {
  return findingsOf(RULE_PACKS.map(([, Pack]) => new Pack()), scope);
}

/** What they find, and what they would find had nobody accepted anything. */
export function nagFindingsBothWays(scope: IConstruct): { findings: NagFinding[]; unheard: NagFinding[] } {
  const accepted: NagFinding[] = [];
  const packs = RULE_PACKS.map(([, Pack]) => {
    const pack = new Pack();
    const { isAcknowledged } = pack as unknown as { isAcknowledged(resource: IConstruct, rule: string): boolean };
    return Object.assign(pack, {
      isAcknowledged: (resource: IConstruct, rule: string): boolean => {
        const isAccepted = isAcknowledged.call(pack, resource, rule);
        if (isAccepted) accepted.push({ rule, construct: resource.node.path });
        return isAccepted;
      },
    });
  });
  const findings = findingsOf(packs, scope);
  return { findings, unheard: [...findings, ...accepted] };
}

/** What was accepted in a tree. */
export function acknowledgementsIn(scope: IConstruct): Acknowledgement[] {
  return scope.node.findAll().flatMap(({ node }) => node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    // the CDK accepts findings of its own schema validation too
    .filter(([id]) => !id.startsWith('CloudFormation-Validate::'))
    .map(([id, reason]) => ({ rule: id.replace(/^annotation::/i, ''), construct: node.path, reason })));
}

/** Whether an acknowledgement is about a finding. */
export function covers({ rule, construct }: Acknowledgement, finding: NagFinding): boolean {
  return rule === finding.rule && `${finding.construct}/`.startsWith(`${construct}/`);
}

/** A rule without the pack before its name: `RDSMultiAZSupport`. Those of AwsSolutions and Serverless are in one pack each and keep it. */
export function sharedName(rule: string): string {
  return rule.replace(/^(NIST\.800\.53\.R\d|HIPAA\.Security|PCI\.DSS\.\d+)-/, '');
}
