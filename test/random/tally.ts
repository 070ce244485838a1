// What a number of programs came to: counted, put together from several processes, and judged.
import { Outcome } from './outcome';

/** A counterexample, shrunk. */
export interface Counterexample { readonly fault: string; readonly code: string; readonly seed: number; readonly path: string }

/** Results of one construct. It goes from process to process as JSON. */
export interface Tally {
  readonly name: string;
  runs: number;
  valid: number;
  resources: number;
  seconds: number;
  /** By message. */
  readonly refused: Record<string, number>;
  readonly refusedByTheCdk: Record<string, number>;
  readonly counterexamples: Counterexample[];
  /** What valid programs used of the library. */
  used: string[];
}

/** An empty one. */
export const tallyOf = (name: string): Tally =>
  ({ name, runs: 0, valid: 0, resources: 0, seconds: 0, refused: {}, refusedByTheCdk: {}, counterexamples: [], used: [] });

/** Count an outcome. */
export function count(tally: Tally, outcome: Outcome, used: Set<string>): void {
  tally.runs += 1;
  if (outcome.kind === 'valid') {
    tally.valid += 1;
    tally.resources += outcome.resources;
    outcome.used.forEach((name) => used.add(name));
  } else {
    const kinds = outcome.kind === 'refused' ? tally.refused : tally.refusedByTheCdk;
    kinds[outcome.message] = (kinds[outcome.message] ?? 0) + 1;
  }
}

/** Add the results of another process. */
export function add(tally: Tally, other: Tally): void {
  tally.runs += other.runs;
  tally.valid += other.valid;
  tally.resources += other.resources;
  tally.seconds += other.seconds;
  for (const kind of ['refused', 'refusedByTheCdk'] as const) {
    for (const [message, number] of Object.entries(other[kind])) tally[kind][message] = (tally[kind][message] ?? 0) + number;
  }
  tally.counterexamples.push(...other.counterexamples);
  tally.used = [...new Set([...tally.used, ...other.used])];
}

/** Users who only make mistakes prove nothing. */
const LEAST_VALID = 0.6;

/** Why a construct's results are not good enough, undefined where they are. */
export function complaintOf({ runs, valid, counterexamples }: Tally): string | undefined {
  if (counterexamples.length > 0) return `${counterexamples.length} counterexamples`;
  if (runs === 0 || valid / runs < LEAST_VALID) return `only ${valid} of ${runs} programs were valid, ${LEAST_VALID * 100} % must be: the generator makes too many mistakes`;
  return undefined;
}
