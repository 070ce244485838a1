// Each construct as its page shows it, and each feature that a page shows: what is documented later is judged by itself.
import { App, CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { PROFILES } from '../../integ/example-app';
import { constructNames, Page } from '../../integ/pages/page';
import { runSnippet } from '../../integ/pages/snippet-run';
import { FINDINGS_LEFT, isLeft, undecided } from '../../integ/security/findings-left';
import { judgedVariants, synthesizedApp } from '../../integ/security/judged-apps';
import { Acknowledgement, acknowledgementsIn, covers, NagFinding, nagFindings, nagFindingsUnheard, sharedName } from '../../integ/security/rule-packs';
import * as patternbook from '../../src';
import { inProfile } from '../harness';

const ours = new Set<unknown>(Object.values(patternbook));
const snippets = constructNames().flatMap((name) => Page.of(name).snippets).map((snippet) => [snippet.name, snippet] as const);

const left: NagFinding[] = [];
const made = new Set<string>();
const needed = new Set<string>();

/** What pages take for granted, such as a VPC of the reader's own, is not judged. */
function findingsOnOurs(app: App): NagFinding[] {
  const owners = new Map(app.node.findAll().filter(CfnResource.isCfnResource).map((resource) => [resource.node.path, resource as IConstruct]));
  return nagFindings(app).filter(({ construct }) => owners.get(construct)!.node.scopes.some((scope) => ours.has(scope.constructor)));
}

/** Take down which acknowledgements an app has, and which of them it needs. */
function takeDown(app: App): void {
  // by the last id of the construct, as the ids before it are the user's
  const keyOf = ({ rule, construct, reason }: Acknowledgement): string => `${sharedName(rule)} on ${construct.split('/').pop()}: ${reason}`;
  const findings = nagFindingsUnheard(app);
  // warnings of the library are no findings of cdk-nag
  for (const acknowledgement of acknowledgementsIn(app).filter(({ rule }) => !rule.startsWith('cdk-patternbook:'))) {
    made.add(keyOf(acknowledgement));
    if (findings.some((finding) => covers(acknowledgement, finding))) needed.add(keyOf(acknowledgement));
  }
}

describe.each(constructNames())('%s', (name) => {
  test.each(PROFILES)('as it is first used gives no finding in %s but what is left to the user', (profile) => {
    const app = runSnippet(Page.of(name).smallestUse!, { context: inProfile(profile) });
    app.synth();
    takeDown(app);
    expect(undecided(findingsOnOurs(app))).toEqual([]);
  });
});

test.each(snippets)('%s gives no finding in prod but what is left to the user', (_, snippet) => {
  const app = runSnippet(snippet, { context: inProfile('prod') });
  app.synth();
  takeDown(app);
  const findings = findingsOnOurs(app);
  left.push(...findings);
  expect(undecided(findings)).toEqual([]);
});

test('each finding that is left to the user is found on some page', () => {
  expect(FINDINGS_LEFT.filter((entry) => !left.some((finding) => isLeft(finding, entry)))).toEqual([]);
});

test('each acknowledgement is needed on some page or in some example', () => {
  for (const variant of judgedVariants()) takeDown(synthesizedApp(variant));
  expect([...made].filter((key) => !needed.has(key))).toEqual([]);
});
