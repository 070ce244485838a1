// `npm run fuzz`: random users of every headline construct. Each of their programs comes to a valid template or to one of the library's own errors, and twice to the same.
//
// --runs N       programs for each construct (10,000)
// --seed N       where to begin; 'random' for another beginning each time
// --construct X  this one alone
// --path P       this one program alone, as a counterexample names it, with its seed and construct
// --jobs N       processes (as many as there are cores, two at most)
import { fork } from 'child_process';
import * as os from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { everythingOf, headlines } from './headline-constructs';
import { publicApi } from './public-api';
import { add, complaintOf, Tally, tallyOf } from './tally';
import { Share } from './worker';
import { BESIDE_OTHERS } from '../../integ/node-flags';

/** After a counterexample the rest of a share is left out. */
const SHARE = 25;
/** The CDK keeps every token of a process. */
const SHARES_OF_A_PROCESS = 12;
/** Below, chance may well leave something out. */
const ENOUGH_RUNS = 5000;
const SEED = 20_261_121;

const { values: args } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, construct: { type: 'string' }, path: { type: 'string' }, jobs: { type: 'string' } },
});
const runs = Number(args.path === undefined ? args.runs ?? 10_000 : 1);
const seed = args.seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(args.seed ?? SEED);
const jobs = Number(args.jobs ?? Math.min(2, os.cpus().length));
if (![runs, seed, jobs].every((number) => Number.isInteger(number)) || runs < 1 || jobs < 1) {
  throw new Error(`'--runs', '--seed' and '--jobs' must be whole numbers, got ${args.runs}, ${args.seed}, ${args.jobs}: see test/random/run.ts`);
}

const sharesOf = (name: string): Share[] => Array.from({ length: Math.ceil(runs / SHARE) }, (_, index) =>
  ({ name, seed: args.path === undefined ? seed + index : seed, runs: Math.min(SHARE, runs - index * SHARE), path: args.path }));

/** A process that takes shares until it has done enough or there are no more. */
function work(waiting: Share[], tallies: Map<string, Tally>): Promise<void> {
  const worker = fork(path.join(__dirname, 'worker.ts'), [], {
    // each construct of a program has its stack written down
    execArgv: [...process.execArgv, ...BESIDE_OTHERS, '--stack-trace-limit=3'],
    // programs make the CDK talk: only the last words of a process that dies are of interest
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // a lock is not written where CI is set
    env: { ...process.env, CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet', CI: 'false' },
  });
  let lastWords = '';
  worker.stderr!.on('data', (words: Buffer) => {
    lastWords = `${lastWords}${words}`.slice(-3000);
  });
  let done = 0;
  const next = (): void => {
    const share = done < SHARES_OF_A_PROCESS ? waiting.shift() : undefined;
    if (share === undefined) worker.disconnect();
    else worker.send(share);
  };
  return new Promise((resolve, reject) => {
    worker.on('message', (tally: Tally) => {
      done += 1;
      add(tallies.get(tally.name)!, tally);
      next();
    });
    worker.on('error', reject);
    worker.on('exit', (code, signal) => (code === 0 ? resolve() : reject(new Error(`a process ended with ${code ?? signal}: ${lastWords}`))));
    next();
  });
}

/** Hand out shares to processes until all are done. */
async function runAll(names: string[]): Promise<Tally[]> {
  const tallies = new Map(names.map((name) => [name, tallyOf(name)]));
  const waiting = names.flatMap(sharesOf);
  const keepWorking = async (): Promise<void> => {
    while (waiting.length > 0) await work(waiting, tallies);
  };
  await Promise.all(Array.from({ length: jobs }, keepWorking));
  return [...tallies.values()];
}

function show({ name, runs: made, valid, resources, seconds, refused, refusedByTheCdk, counterexamples }: Tally): void {
  const times = (kinds: Record<string, number>): string[] => Object.entries(kinds).sort(([, one], [, other]) => other - one).map(([message, number]) => `    ${String(number).padStart(5)}  ${message}`);
  console.log(`${name}: ${made} programs, ${made === 0 ? 0 : Math.round(100 * valid / made)} % valid (${valid === 0 ? 0 : Math.round(resources / valid)} resources each), ${seconds.toFixed(0)} s`);
  console.log(times(refused).join('\n'));
  if (Object.keys(refusedByTheCdk).length > 0) console.log(['  by the CDK, see cdk-errors.ts', ...times(refusedByTheCdk)].join('\n'));
  for (const { fault, code, seed: from, path: way } of counterexamples) {
    console.log(`\nFAIL ${name}: ${fault}\n\n${code}\n\nagain: npm run fuzz -- --construct ${name} --seed ${from} --path ${way}\n`);
  }
}

async function main(): Promise<void> {
  // a struct whose props are not all drawn is told here rather than by each process
  headlines().forEach(({ programs }) => programs({ slips: 1 }));
  const all = headlines().map(({ name }) => name);
  const names = all.filter((name) => args.construct === undefined || name === args.construct);
  if (names.length === 0) throw new Error(`'--construct' must be one of ${all.join(', ')}, got '${args.construct}'`);
  console.log(`seed ${seed}, ${runs} programs for each of ${names.join(', ')}`);
  const tallies = await runAll(names);
  tallies.forEach(show);

  const complaints = tallies.flatMap((tally) => {
    const complaint = complaintOf(tally);
    // a single program is there to be looked at
    return complaint === undefined || (args.path !== undefined && tally.counterexamples.length === 0) ? [] : [`${tally.name}: ${complaint}`];
  });
  const used = new Set(tallies.flatMap((tally) => tally.used));
  const everything = everythingOf(publicApi());
  const missed = everything.filter((name) => !used.has(name));
  console.log(`used in valid programs: ${everything.length - missed.length} of ${everything.length} props, methods, constants and constructs of the library${missed.length === 0 ? '' : `; not ${missed.join(', ')}`}`);
  if (names.length === all.length && runs >= ENOUGH_RUNS && missed.length > 0) complaints.push(`no valid program used ${missed.length} of what the library offers: draw it in test/random`);
  complaints.forEach((complaint) => console.log(`FAIL ${complaint}`));

  const failed = tallies.reduce((sum, { counterexamples }) => sum + counterexamples.length, 0);
  const passed = tallies.reduce((sum, tally) => sum + tally.runs, 0) - failed;
  // what is wrong with the run as a whole counts as well
  console.log(`${passed} passed, ${failed + (complaints.length > 0 && failed === 0 ? complaints.length : 0)} failed`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}

main().catch((error: Error) => {
  console.log(`FAIL ${error.message}\n0 passed, 1 failed`);
  process.exitCode = 1;
});
