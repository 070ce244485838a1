// Writes docs/security.md: what the rule packs and linters find in the examples and why it is acceptable, each with what controls it.
import * as fs from 'fs';
import * as path from 'path';
import { ACCEPTED_FINDINGS } from './security/accepted-findings';
import { acknowledgedEntries, inProfiles } from './security/acknowledged-entries';
import { FINDINGS_LEFT } from './security/findings-left';

/** The page. */
export const LEDGER_FILE = path.join(__dirname, '..', 'docs', 'security.md');

const code = (names: Iterable<string>): string => [...names].sort().map((name) => `\`${name}\``).join('<br>');

/** A table, its rows in the order of their first cells. */
function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line).sort(), ''];
}

/** The page's text, from the examples as they are. */
export function ledger(): string {
  return [
    '**TypeScript** · [Python](python/security.md) · [Java](java/security.md)',
    '',
    '# Security: what is accepted, and why',
    '',
    'Every example is judged in every profile, with and without a domain: by all rule packs of [cdk-nag](https://github.com/cdklabs/cdk-nag) (AwsSolutions, HIPAA Security, NIST 800-53 R4 and R5,',
    'PCI DSS 3.2.1, Serverless), by [checkov](https://www.checkov.io) and by the rules of AWS Control Tower ([cfn-guard](https://github.com/aws-cloudformation/cloudformation-guard)). The rule packs judge',
    'every construct, too, as its page shows it. What they find and stays as it is stands here with what controls it. `npm run docs` writes this page, `npm test` and `npm run lint:security` keep it true: a',
    'finding that is not here fails them, and so does a row without a finding.',
    '',
    '## Accepted by the library',
    '',
    'Findings of cdk-nag that you will not see in your own app. Each is accepted in the source, beside its construct and for it alone; cdk-nag is not needed at run time, and templates do not grow.',
    '',
    'Two rules decide what is accepted. **A control must stand in** for what is missing, and the row names it. And **the library must have left it out itself**: what dev and staging do without is accepted',
    'there; what a prop of yours, or a profile that you extended, switches off is your decision, and cdk-nag shows it to you, in prod as anywhere. Accept it where you take it:',
    '',
    '```ts',
    "Validations.of(database.instance).acknowledge({ id: 'AwsSolutions-RDS3', reason: 'a report that is computed anew each night needs no standby' });",
    '```',
    '',
    'Rules without the name of a pack are those that HIPAA Security, NIST 800-53 and PCI DSS share.',
    '',
    ...table(['Rules', 'Why it is acceptable, and what controls it', 'Where', 'Profiles'],
      acknowledgedEntries().map(({ rules, reason, constructs, profiles }) => [code(rules), reason, code(constructs), inProfiles(profiles)])),
    '## Left for you to decide',
    '',
    'Findings of cdk-nag that stay, as nothing stands in for what is missing.',
    '',
    ...table(['Rule', 'Without', 'What to do', 'Where'], FINDINGS_LEFT.map(({ rule, without, remedy, where }) => [code([rule]), code([without]), remedy, where])),
    '## Left by checkov and cfn-guard',
    '',
    'These read templates, in which nothing can be accepted in a construct\'s name. `CKV_…` are rules of checkov, `CT.…` of AWS Control Tower.',
    '',
    ...table(['What', 'Rules', 'Why it is acceptable, and what controls it', 'Where', 'Profiles'],
      ACCEPTED_FINDINGS.map(({ title, rules, reason, type, constructs, profiles, withoutDomain }) =>
        [title, code(rules), reason, constructs === 'any' ? type : code(constructs), `${inProfiles(profiles)}${withoutDomain ? ', without a domain' : ''}`])),
  ].join('\n');
}

if (require.main === module) {
  process.env.CDK_VALIDATION = 'false';
  fs.writeFileSync(LEDGER_FILE, ledger());
  console.log(`wrote ${path.relative(process.cwd(), LEDGER_FILE)}`);
}
