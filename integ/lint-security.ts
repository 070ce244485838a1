// Lets checkov and cfn-guard judge the templates of every example, in every profile, with and without a domain: a finding must be on the list of accepted ones, and the list no longer than needed.
import * as fs from 'fs';
import * as path from 'path';
import { ACCEPTED_FINDINGS } from './security/accepted-findings';
import { staleEntries, unlistedFindings } from './security/compare-findings';
import { synthesizeBadWithNag, synthesizeWithNag } from './security/in-app-nag';
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

/** The examples as their readers judge them. */
async function judgeByCli(steps: Steps): Promise<void> {
  for (const variant of judgedVariants().filter(({ profile, hasDomain, choice }) => profile === 'prod' && hasDomain && !choice)) {
    const out = path.join(CLI_OUT, variant.example);
    await steps.runAsync(`cdk synth with nag.ts: ${nameOf(variant)}`, async () => {
      const { exitCode, output } = await synthesizeWithNag(variant, out);
      if (exitCode !== 0) throw new Error(`ended with ${exitCode}\n${output}`);
    });
    await steps.runAsync(`cdk synth with nag.ts: ${variant.example} with a bucket without anything is refused`, async () => {
      const { exitCode, output } = await synthesizeBadWithNag(variant, out);
      if (exitCode === 0 || !output.includes('AwsSolutions-S10')) throw new Error(`expected a refusal by AwsSolutions-S10, it ended with ${exitCode}\n${output}`);
    });
  }
}

async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  fs.rmSync(OUT, { recursive: true, force: true });
  const steps = new Steps();
  const variants = judgedVariants();
  const templates = variants.flatMap((variant) => writeTemplates(variant, OUT));
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
