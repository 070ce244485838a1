// Chooses what of a stack is in the picture of some code: what the code made, and what that has to do with.
import { BETWEEN, KINDS } from './kinds';
import { OUTSIDE, linksOf } from './links';
import { Link, Part, Picture } from './model';
import { Parts } from './parts';
import { at, TemplateView, textOf } from './template-view';
import { Made } from '../made';

/** More than these are no picture any more. */
export const MOST_PARTS = 12;

/** The picture of what some code makes. */
export function compose(title: string, { before, after }: Made): Picture {
  const unknown = [...new Set(after.map(({ type }) => type))].filter((type) => KINDS[type] === undefined && !BETWEEN.has(type));
  if (unknown.length > 0) throw new Error(`integ/pages/picture/kinds.ts must say how ${unknown.join(', ')} is shown: as a thing of its own, or as what is between two`);
  const [earlier, now] = [new Parts(new TemplateView(before)), new Parts(new TemplateView(after))];
  const known = new Set(earlier.all.map(({ id }) => id));
  const knownLinks = new Set(linksOf(earlier).map(keyOf));
  const links = linksOf(now).filter((link) => !knownLinks.has(keyOf(link)));

  const made = now.all.filter(({ id }) => !known.has(id));
  const placed = new Set(made.filter(({ rank, tier }) => rank === 1 && tier).map(({ tier }) => tier));
  // subnets are of interest where nothing stands in them yet
  const interesting = made.filter(({ id }) => placed.size === 0 || !id.startsWith('subnets of '));
  const near = new Set(links.flatMap(({ from, to }) => [from, to]));
  const context = [...now.all, ...Object.values(OUTSIDE)].filter(({ id }) => !made.some((part) => part.id === id) && near.has(id));
  return {
    title,
    ...fewest([...interesting, ...context], links, new Set(interesting.map(({ id }) => id))),
    existing: known,
    network: `VPC ${now.view.ofType('AWS::EC2::VPC').map((vpc) => textOf(at(vpc, 'CidrBlock')))[0] ?? ''}`.trim(),
  };
}

const keyOf = ({ from, to, label }: Link): string => JSON.stringify([from, to, label]);

/** Without what has no link, and then without the least important, rank by rank, until they are few enough. */
function fewest(parts: readonly Part[], links: readonly Link[], made: ReadonlySet<string>): Pick<Picture, 'parts' | 'links'> {
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  // where there are links, what has none says nothing, and what stood there before is there for its links alone
  const telling = parts.filter(({ id, rank, tier }) => linked.has(id) || (made.has(id) && (rank === 1 || tier === 'VPC' || links.length === 0)));
  const least = Math.max(...telling.map(({ rank }) => rank));
  const kept = telling.length > MOST_PARTS ? telling.filter(({ rank }) => rank < least) : telling;
  const among = links.filter(({ from, to }) => [from, to].every((end) => kept.some(({ id }) => id === end)));
  return kept.length === parts.length && among.length === links.length ? { parts, links } : fewest(kept, among, made);
}
