// The tables of a page that come from templates: what the code makes in each environment, and what that costs.
import { Definition, Made, madeBy, StackResource } from './made';
import { Snippet } from './page';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { PROFILES } from '../example-app';

/** What some code makes in each environment. */
export type MadeIn = Readonly<Record<(typeof PROFILES)[number], Made>>;

/** Run the code in each environment. */
export function madeIn(snippet: Snippet): MadeIn {
  return Object.fromEntries(PROFILES.map((profile) => [profile, madeBy(snippet, { 'patternbook:environment': profile })])) as MadeIn;
}

/** What the code makes, by CloudFormation type and environment. */
export function makesTable(all: MadeIn): string {
  const results = PROFILES.map((profile) => all[profile]);
  const rowsOf = (suffix: string, resources: ReadonlyArray<readonly StackResource[]>): string[][] => {
    const counts = resources.map(countsOf);
    return typesIn(counts).map((type) => [`\`${type}\`${suffix}`, ...counts.map((count) => String(count.get(type) ?? ''))]);
  };
  const rows = [...rowsOf('', results.map(({ made }) => made)), ...rowsOf(', changed', results.map(({ changed }) => changed))];
  const totals = results.map(({ made }, index) => `${made.length} in ${PROFILES[index]}`);
  return ['<details>', `<summary>Resources of the smallest use: ${totals.join(', ')}</summary>`, '', table(['', ...PROFILES], rows), '', '</details>'].join('\n');
}

/** What that costs a month, by the parts of the bill and environment. */
export function costTable(all: MadeIn): string {
  const bills = PROFILES.map((profile) => estimateMonthlyCost([templateOf(all[profile])]));
  const groups = [...new Set(bills.flatMap(({ lines }) => lines.map(({ group }) => group)))];
  const rows = groups.map((group) => [group, ...bills.map(({ lines }) => {
    const part = lines.filter((line) => line.group === group);
    return part.length === 0 ? '' : dollars(part.reduce((sum, { monthly }) => sum + monthly, 0));
  })]);
  const notPriced = [...new Set(bills.flatMap((bill) => bill.notPriced.map(({ type, why }) => `\`${type}\` (${why})`)))].sort();
  return [
    groups.length === 0 ? 'Nothing in any environment.'
      : table(['the smallest use, $ a month', ...PROFILES], [...rows, ['**together**', ...bills.map(({ total }) => `**${dollars(total)}**`)]]),
    ...(notPriced.length > 0 ? ['', `Not priced: ${notPriced.join(', ')}.`] : []),
  ].join('\n');
}

const dollars = (amount: number): string => (Math.round(amount * 100 + 1e-6) / 100).toFixed(2);

function countsOf(resources: readonly StackResource[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of resources) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function typesIn(counts: ReadonlyArray<Map<string, number>>): string[] {
  return [...new Set(counts.flatMap((count) => [...count.keys()]))].sort();
}

function templateOf({ made, after }: Made): { readonly Resources: Record<string, Definition> } {
  return { Resources: Object.fromEntries(made.map(({ id, definition }) => [id, likeItsSource(definition, after)])) };
}

/** A read replica has the engine and the storage of its source, which is not made here and so not in the bill. */
function likeItsSource(definition: Definition, all: readonly StackResource[]): Definition {
  const source = definition.Properties?.SourceDBInstanceIdentifier;
  const { Engine, AllocatedStorage } = all.find(({ id }) => JSON.stringify(source ?? null).includes(`"${id}"`))?.definition.Properties ?? {};
  return source === undefined ? definition : { ...definition, Properties: { Engine, AllocatedStorage, ...definition.Properties } };
}

function table(head: readonly string[], rows: readonly string[][]): string {
  return [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
