// What the rule packs have to say of a construct tree. It is kept while the app, which is large, is let go: the tests and the ledger ask for the same trees.
import { App, CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { JudgedVariant, nameOf, Profile, synthesizedApp } from './judged-apps';
import { Acknowledgement, acknowledgementsIn, NagFinding, nagFindingsBothWays } from './rule-packs';
import * as patternbook from '../../src';
import { Snippet } from '../pages/page';
import { runSnippet } from '../pages/snippet-run';

/** A tree, judged. */
export interface JudgedTree {
  /** What is found on constructs of the library. What pages take for granted, such as a VPC of the reader's own, is not judged. */
  readonly findings: readonly NagFinding[];
  /** What is found on any construct. */
  readonly anywhere: readonly NagFinding[];
  /** What would be found anywhere had nobody accepted anything. */
  readonly unheard: readonly NagFinding[];
  readonly acknowledgements: readonly Acknowledgement[];
}

const ours = new Set<unknown>(Object.values(patternbook));
const trees = new Map<string, JudgedTree>();

function judged(name: string, synthesized: () => App): JudgedTree {
  const known = trees.get(name);
  if (known) return known;
  const app = synthesized();
  const owners = new Map(app.node.findAll().filter(CfnResource.isCfnResource).map((resource) => [resource.node.path, resource as IConstruct]));
  const isOurs = ({ construct }: NagFinding): boolean => owners.get(construct)!.node.scopes.some((scope) => ours.has(scope.constructor));
  const { findings, unheard } = nagFindingsBothWays(app);
  const tree = { findings: findings.filter(isOurs), anywhere: findings, unheard, acknowledgements: acknowledgementsIn(app) };
  trees.set(name, tree);
  return tree;
}

/** An example, with its own feature flags. */
export function judgedExample(variant: JudgedVariant, synthesized = () => synthesizedApp(variant)): JudgedTree {
  return judged(nameOf(variant), synthesized);
}

/** The code of a page. */
export function judgedSnippet(snippet: Snippet, profile: Profile): JudgedTree {
  return judged(`${snippet.name} in ${profile}`, () => {
    const app = runSnippet(snippet, { context: { 'patternbook:environment': profile } });
    app.synth();
    return app;
  });
}
