// The figures of an example and its twin, side by side.
import { linesOfCode } from './code-size';
import { Pair, templatesOf } from './pairs';
import { measure, Measured } from './processes';
import { expectSameSystem, helperFunctions, resourceCounts } from './resource-lists';
import { median, Ratio, ratioOf } from './statistics';

const ROUNDS = 15;
/** Of the long ones, which vary less. */
const LONG_ROUNDS = 5;

/** A figure of both. The ratio comes from the rounds where there are some. */
export interface Row { readonly what: string; readonly ours: number; readonly theirs: number; readonly ratio?: Ratio }

/** Everything that is compared of an example in TypeScript. Fails where the two are not the same system. */
export function comparison(pair: Pair): Row[] {
  return [...facts(pair), ...costs(pair)];
}

function facts(pair: Pair): Row[] {
  const [ours, theirs] = [pair.ours, pair.theirs].map((file) => {
    const written = templatesOf(pair, file);
    const templates = written.map(({ template }) => template);
    return { file, templates, counts: resourceCounts(templates), bytes: written.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  expectSameSystem(pair.name, ours.templates, theirs.templates);
  const row = (what: string, figure: (side: typeof ours) => number): Row => ({ what, ours: figure(ours), theirs: figure(theirs) });
  return [
    row('lines of code', ({ file }) => linesOfCode(file)),
    row('resources', ({ counts }) => [...counts.values()].reduce((sum, count) => sum + count, 0)),
    row('helper functions (Lambda)', ({ templates }) => helperFunctions(templates).length),
    row('templates, KiB', ({ bytes }) => bytes / 1024),
  ];
}

function costs(pair: Pair): Row[] {
  const imported = measure(pair, 'import', ROUNDS);
  const one = measure(pair, 'one', ROUNDS);
  const five = measure(pair, 'five', LONG_ROUNDS);
  const twenty = measure(pair, 'twenty', LONG_ROUNDS);
  return [
    measured('import, CPU ms', imported, 'cpu'),
    measured('synthesis, CPU ms', one, 'cpu'),
    measured('synthesis, most memory, MiB', one, 'memory'),
    measured('20 of them in one app, CPU ms', twenty, 'cpu'),
    measured('20 of them in one app, most memory, MiB', twenty, 'memory'),
    further('each from the 2nd to the 5th, CPU ms', one, five, 4),
    further('each from the 6th to the 20th, CPU ms', five, twenty, 15),
  ];
}

function measured(what: string, { ours, theirs }: Measured, figure: 'cpu' | 'memory'): Row {
  const [here, there] = [ours, theirs].map((rounds) => rounds.map((usage) => usage[figure]));
  return { what, ours: median(here), theirs: median(there), ratio: ratioOf(here, there) };
}

/** What each further system costs in an app that has some already. */
function further(what: string, fewer: Measured, more: Measured, number: number): Row {
  const [ours, theirs] = (['ours', 'theirs'] as const).map((side) => {
    const base = median(fewer[side].map(({ cpu }) => cpu));
    return more[side].map(({ cpu }) => (cpu - base) / number);
  });
  return { what, ours: median(ours), theirs: median(theirs), ratio: ratioOf(ours, theirs) };
}

/** Rows as a table in Markdown. */
export function table(title: string, rows: Row[]): string {
  const lines = rows.map(({ what, ours, theirs, ratio }) => {
    const spread = ratio ? ` (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})` : '';
    return `| ${what} | ${shown(ours)} | ${shown(theirs)} | ${(ratio?.middle ?? ours / theirs).toFixed(2)}${spread} |`;
  });
  return [`## ${title}`, '', '| | with the library | by hand | ratio |', '|---|---|---|---|', ...lines].join('\n');
}

function shown(figure: number): string {
  return String(Math.round(figure));
}
