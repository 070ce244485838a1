// Carries programs out in a process of its own, as the processes of `run.ts` do, and sends back what they came to.
import * as fc from 'fast-check';
import { Headline, headlines } from './headline-constructs';
import { Fault, outcomeOf } from './outcome';
import { codeOf, Program } from './program';
import { count, Tally, tallyOf } from './tally';

/** A share of the runs, which can be made again by itself: `--construct NAME --seed SEED --path PATH`. */
export interface Share { readonly name: string; readonly seed: number; readonly runs: number; readonly path?: string }

/** One in four programs is written by somebody who slips now and then. */
const users = ({ programs, values }: Headline): fc.Arbitrary<Program> =>
  fc.oneof({ withCrossShrink: true }, { weight: 3, arbitrary: programs({ slips: 0 }) }, { weight: 1, arbitrary: programs({ slips: values }) });

/** One of so many programs is held against CloudFormation's schemas, and every one on the way to a counterexample. */
const SCHEMAS_EACH = 13;

/** Time to shrink a counterexample in: after it the smallest so far is good enough. */
const PATIENCE_MS = 120_000;

/** Carry out a share. */
export function runShare({ name, seed, runs, path }: Share): Tally {
  const headline = headlines().find((candidate) => candidate.name === name)!;
  const tally = tallyOf(name);
  const used = new Set<string>();
  const start = Date.now();
  // up to the first fault; what is run to shrink it does not count
  let foundAt: number | undefined;
  let number = 0;
  const property = fc.property(users(headline), (program) => {
    if (foundAt !== undefined && Date.now() - foundAt > PATIENCE_MS) return;
    try {
      number += 1;
      const outcome = outcomeOf(program, foundAt !== undefined || path !== undefined || number % SCHEMAS_EACH === 1);
      if (foundAt === undefined) count(tally, outcome, used);
    } catch (error) {
      foundAt ??= Date.now();
      throw error;
    }
  });
  const result = fc.check(property, { seed, numRuns: runs, path: path ?? '' });
  if (result.failed) {
    tally.runs += 1;
    const [program] = result.counterexample ?? [];
    const error = result.errorInstance;
    tally.counterexamples.push({
      fault: error instanceof Fault ? error.message : `the generator is wrong: ${error instanceof Error ? error.stack : error}`,
      code: program ? codeOf(program) : 'none',
      seed,
      path: result.counterexamplePath ?? '',
    });
  }
  tally.used = [...used];
  tally.seconds = (Date.now() - start) / 1000;
  return tally;
}

/** Carry out shares as they come, until the parent lets go. */
function serve(): void {
  process.on('message', (share: Share) => process.send!(runShare(share)));
}

if (process.send !== undefined && process.argv[1] === __filename) serve();
