// Writes docs/security.md: every finding of cdk-nag that the library accepts on the user's behalf, with its reason.
import * as fs from 'fs';
import * as path from 'path';
import { Validations } from 'aws-cdk-lib';
import { exampleContext, exampleNames, loadExample, PROFILES } from './example-app';

/** The page. */
export const LEDGER_FILE = path.join(__dirname, '..', 'docs', 'security.md');

interface Acknowledgement { readonly rule: string; readonly where: string; readonly reason: string }

function acknowledgementsOf(example: string, profile: string): Acknowledgement[] {
  const app = loadExample(example, exampleContext(example, profile));
  return app.node.findAll().flatMap((construct) => construct.node.metadata
    .filter((entry) => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap((entry) => Object.entries(entry.data as Record<string, string>))
    // the CDK acknowledges findings of its own schema validation too; those are not ours
    .filter(([rule]) => !rule.startsWith('CloudFormation-Validate::'))
    .map(([rule, reason]) => ({ rule: rule.replace(/^Annotation::/, ''), where: construct.node.path, reason })));
}

/** The page's text, from the examples as they are. */
export function ledger(): string {
  const sections = exampleNames().map((example) => {
    const rows = new Map<string, string[]>();
    for (const profile of PROFILES) {
      for (const { rule, where, reason } of acknowledgementsOf(example, profile)) {
        const row = `| ${rule} | \`${where}\` | ${reason} |`;
        rows.set(row, [...(rows.get(row) ?? []), profile]);
      }
    }
    const lines = [...rows].map(([row, profiles]) => `${row} ${profiles.length === PROFILES.length ? 'all' : profiles.join(', ')} |`);
    return [`## ${example}`, '', '| Rule | Construct | Why it is acceptable, and what controls it | Profiles |', '|---|---|---|---|', ...lines.sort(), ''].join('\n');
  });
  return [
    '# Security: what the library accepts, and why',
    '',
    '[cdk-nag](https://github.com/cdklabs/cdk-nag) (AwsSolutions) finds nothing unacknowledged in the examples, in any profile. What the library',
    'acknowledges on your behalf is listed here, from the examples as they are; `npm run docs` writes this page and a test keeps it true. Each',
    'acknowledgement sits beside its construct in the source, covers that construct alone, and never needs cdk-nag at run time.',
    '',
    ...sections,
  ].join('\n');
}

if (require.main === module) {
  fs.writeFileSync(LEDGER_FILE, ledger());
  console.log(`wrote ${path.relative(process.cwd(), LEDGER_FILE)}`);
}
