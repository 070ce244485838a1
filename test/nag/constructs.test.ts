// Each construct as its page shows it, and each feature that a page shows: what is documented later is judged by itself.
import * as fs from 'fs';
import { PROFILES } from '../../integ/example-app';
import { constructNames, Page } from '../../integ/pages/page';
import { FINDINGS_LEFT, isLeft, undecided } from '../../integ/security/findings-left';
import { judgedVariants } from '../../integ/security/judged-apps';
import { judgedExample, judgedSnippet, JudgedTree } from '../../integ/security/judged-trees';
import { Acknowledgement, covers, NagFinding, sharedName } from '../../integ/security/rule-packs';
import { ledger, LEDGER_FILE } from '../../integ/security-ledger';

const snippets = constructNames().flatMap((name) => Page.of(name).snippets).map((snippet) => [snippet.name, snippet] as const);

const left: NagFinding[] = [];
const made = new Set<string>();
const needed = new Set<string>();

/** Take down which acknowledgements a tree has, and which of them it needs. */
function takeDown({ acknowledgements, unheard }: JudgedTree): void {
  // by the last id of the construct, as the ids before it are the user's
  const keyOf = ({ rule, construct, reason }: Acknowledgement): string => `${sharedName(rule)} on ${construct.split('/').pop()}: ${reason}`;
  // warnings of the library are no findings of cdk-nag
  for (const acknowledgement of acknowledgements.filter(({ rule }) => !rule.startsWith('cdk-patternbook:'))) {
    made.add(keyOf(acknowledgement));
    if (unheard.some((finding) => covers(acknowledgement, finding))) needed.add(keyOf(acknowledgement));
  }
}

describe.each(constructNames())('%s', (name) => {
  test.each(PROFILES)('as it is first used gives no finding in %s but what is left to the user', (profile) => {
    const tree = judgedSnippet(Page.of(name).smallestUse!, profile);
    takeDown(tree);
    expect(undecided(tree.findings)).toEqual([]);
  });
});

test.each(snippets)('%s gives no finding in prod but what is left to the user', (_, snippet) => {
  const tree = judgedSnippet(snippet, 'prod');
  takeDown(tree);
  left.push(...tree.findings);
  expect(undecided(tree.findings)).toEqual([]);
});

test('each finding that is left to the user is found on some page', () => {
  expect(FINDINGS_LEFT.filter((entry) => !left.some((finding) => isLeft(finding, entry)))).toEqual([]);
});

test('each acknowledgement is needed on some page or in some example', () => {
  for (const variant of judgedVariants()) takeDown(judgedExample(variant));
  expect([...made].filter((key) => !needed.has(key))).toEqual([]);
});

test('docs/security.md lists what is accepted: `npm run docs` brings it up to date', () => {
  expect(fs.readFileSync(LEDGER_FILE, 'utf8')).toBe(ledger());
});
