// Compares systems up to the accepted differences, and says which of those were needed.
import { ACCEPTED_DIFFERENCES, AcceptedDifference, Comparison } from './accepted-differences';
import { differencesBetween, System } from './system';
import { RECOMMENDED_FLAGS } from '../flag-sets';

/** Two systems that should be the same. */
export interface Pair { readonly between: Comparison; readonly name: string; readonly left: System; readonly right: System }

const applied = (accepted: readonly AcceptedDifference[], system: System): System => accepted.reduce((made, { rewrite }) => rewrite(made), system);

function unexplained(pair: Pair, accepted: readonly AcceptedDifference[]): string[] {
  const ours = accepted.filter(({ between }) => between === pair.between);
  return differencesBetween(applied(ours, pair.left), applied(ours, pair.right)).map((line) => `${pair.name} ${line}`);
}

/** What differs and is not on the list. */
export function unlistedDifferences(pairs: readonly Pair[], accepted = ACCEPTED_DIFFERENCES): string[] {
  return pairs.flatMap((pair) => unexplained(pair, accepted));
}

/** A flag that the CDK at hand does not know makes no difference in it. */
const isKnown = ({ between, cause }: AcceptedDifference): boolean => between !== 'flags' || !cause.startsWith('@aws-cdk/') || cause in RECOMMENDED_FLAGS;

/** Entries of the list that explain nothing in any pair, by their cause; those of comparisons that were not made, and of flags to come, are left out. */
export function staleDifferences(pairs: readonly Pair[], accepted = ACCEPTED_DIFFERENCES): string[] {
  const made = new Set(pairs.map(({ between }) => between));
  return accepted.filter((entry) => made.has(entry.between) && isKnown(entry))
    .filter((entry) => {
      const others = accepted.filter((other) => other !== entry);
      return pairs.every((pair) => unexplained(pair, others).length === unexplained(pair, accepted).length);
    })
    .map(({ cause }) => cause);
}
