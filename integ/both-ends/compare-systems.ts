// Compares systems up to the accepted differences, and says which of those were needed.
import { ACCEPTED_DIFFERENCES, AcceptedDifference, Comparison } from './accepted-differences';
import { differencesBetween, System } from './system';

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

/** Entries of the list that explain nothing in any pair, by their cause; those of comparisons that were not made are left out. */
export function staleDifferences(pairs: readonly Pair[], accepted = ACCEPTED_DIFFERENCES): string[] {
  const made = new Set(pairs.map(({ between }) => between));
  return accepted.filter(({ between }) => made.has(between))
    .filter((entry) => {
      const others = accepted.filter((other) => other !== entry);
      return pairs.every((pair) => unexplained(pair, others).length === unexplained(pair, accepted).length);
    })
    .map(({ cause }) => cause);
}
