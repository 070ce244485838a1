// What the library accepts, gathered from the examples and from what the pages of its constructs show.
import { judgedVariants, Profile, readablePath } from './judged-apps';
import { judgedExample, judgedSnippet, JudgedTree } from './judged-trees';
import { covers, sharedName } from './rule-packs';
import { PROFILES } from '../example-app';
import { constructNames, Page, Snippet } from '../pages/page';

/** What was accepted in one breath, wherever it was. */
export interface AcknowledgedEntry {
  readonly reason: string;
  readonly rules: Set<string>;
  readonly constructs: Set<string>;
  readonly profiles: Set<string>;
}

/** A tree, its profile, and the profiles that it speaks for. */
interface Source { readonly tree: JudgedTree; readonly profile: Profile; readonly speaksFor: readonly Profile[] }

/** All of them. Those of the pages are there for what no example has, such as a firewall. */
export function acknowledgedEntries(): AcknowledgedEntry[] {
  const ofExamples = entriesOf(judgedVariants().map((variant) => () => {
    const { profile } = variant;
    return { tree: judgedExample(variant), profile, speaksFor: [profile] };
  }));
  const known = new Set(ofExamples.map(({ reason }) => reason));
  return [...ofExamples, ...entriesOf(pageSources()).filter(({ reason }) => !known.has(reason))];
}

/** The two ends: what dev does without, and what prod has. Staging has nothing that neither has. */
function pageSources(): Array<() => Source | undefined> {
  const snippets = constructNames().flatMap((name) => Page.of(name).snippets);
  const inProd = snippets.map((snippet) => () => sourceOf(snippet, 'prod', ['staging', 'prod']));
  const inDev = snippets.map((snippet) => () => {
    try {
      return sourceOf(snippet, 'dev', ['dev']);
    } catch {
      // pages show what prod has: a dashboard, say, which cannot be asked for in dev
      return undefined;
    }
  });
  return [...inProd, ...inDev];
}

function sourceOf(snippet: Snippet, profile: Profile, speaksFor: readonly Profile[]): Source {
  return { tree: judgedSnippet(snippet, profile), profile, speaksFor };
}

function entriesOf(sources: ReadonlyArray<() => Source | undefined>): AcknowledgedEntry[] {
  const entries = new Map<string, AcknowledgedEntry>();
  for (const make of sources) {
    const source = make();
    if (source === undefined) continue;
    const { tree, profile, speaksFor } = source;
    for (const acknowledgement of tree.acknowledgements) {
      // what no pack looks at here is no news
      if (!tree.unheard.some((finding) => covers(acknowledgement, finding))) continue;
      // what is bound to a profile says so first, and the ledger has a column for it
      const reason = acknowledgement.reason.replace(`${profile}: `, '');
      const entry = entries.get(reason) ?? { reason, rules: new Set(), constructs: new Set(), profiles: new Set() };
      entries.set(reason, entry);
      entry.rules.add(sharedName(acknowledgement.rule));
      entry.constructs.add(shownPath(acknowledgement.construct));
      speaksFor.forEach((name) => entry.profiles.add(name));
    }
  }
  return [...entries.values()];
}

/** Without the stack of a page, and the place of what it takes for granted. */
function shownPath(construct: string): string {
  return readablePath(construct).replace(/^Shop\/(Given\/App\/)?/, '');
}

/** `all`, or the names. */
export function inProfiles(profiles: Iterable<string> | 'all'): string {
  const found = profiles === 'all' ? PROFILES : PROFILES.filter((profile) => [...profiles].includes(profile));
  return found.length === PROFILES.length ? 'all' : found.join(', ');
}
