// Lets checkov and cfn-guard judge the templates of every example, in every profile, with and without a domain: a finding must be on the list of accepted ones, and the list no longer than needed.
import * as path from 'path';
import { ACCEPTED_FINDINGS } from './security/accepted-findings';
import { staleEntries, unlistedFindings } from './security/compare-findings';
import { synthesizeBadWithNag } from './security/in-app-nag';
import { judgedVariants, JudgedVariant, nameOf, writeTemplates } from './security/judged-apps';
import { cfnGuard, checkov, Finding, Linter } from './security/linters';
import { expectNone, Steps } from './steps';

const LINTERS: Readonly<Record<string, Linter>> = { 'checkov': checkov, 'cfn-guard': cfnGuard };
const OUT = path.join(__dirname, '..', 'cdk.out', 'security');
const CLI_OUT = path.join(__dirname, '..', 'cdk.out', 'security-cli');

const isOf = (variant: JudgedVariant) => (finding: Finding): boolean => nameOf(finding) === nameOf(variant);

function count(findings: readonly Finding[]): string {
  return `${findings.length} findings of ${new Set(findings.map(({ rule }) => rule)).size} rules`;
}

/** The examples as their readers judge them: with a bucket of the reader's own, on which alone something is found. */
async function judgeByCli(steps: Steps): Promise<void> {
  for (const variant of judgedVariants().filter(({ profile, hasDomain, choice }) => profile === 'prod' && hasDomain && !choice)) {
    await steps.runAsync(`cdk synth with nag.ts refuses a bucket without anything, and nothing else: ${nameOf(variant)}`, async () => {
      const { exitCode, output, findings } = await synthesizeBadWithNag(variant, path.join(CLI_OUT, variant.example));
      if (exitCode === 0 || !findings.some(({ rule }) => rule.includes('AwsSolutions-S10'))) throw new Error(`expected a refusal by AwsSolutions-S10, it ended with ${exitCode}\n${output}`);
      // rules of a pack have its name before theirs; that the CDK is not the newest is no finding
      const onExample = findings.filter(({ rule, construct }) => rule.includes('-') && !construct.includes('/WithoutAnything'));
      expectNone('findings on the example itself', onExample.map(({ rule, construct }) => `${rule} on ${construct}`));
    });
  }
}

async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  const steps = new Steps();
  const variants = judgedVariants();
  const templates = writeTemplates(variants, OUT);
  const reports = new Map<string, Finding[]>();
  await Promise.all(Object.entries(LINTERS).map(([name, lint]) => steps.runAsync(`${name} reads ${templates.length} templates`, async () => {
    reports.set(name, await lint(OUT, templates));
  })));
  for (const [name, report] of reports) {
    for (const variant of variants) {
      const findings = report.filter(isOf(variant));
      steps.run(`${name}: ${nameOf(variant)}, ${count(findings)}`, () => {
        expectNone('findings that nobody accepted', unlistedFindings(findings, ACCEPTED_FINDINGS));
      });
    }
  }
  // of a linter that failed nothing is known
  if (reports.size === Object.keys(LINTERS).length) {
    steps.run('every accepted finding is still found', () => {
      expectNone('entries without a finding', staleEntries([...reports.values()].flat(), ACCEPTED_FINDINGS));
    });
  }
  await judgeByCli(steps);
  steps.end();
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
