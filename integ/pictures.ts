// Draws the picture of every construct, and writes the tables of its page, from the templates of its smallest use. With `--check` it only tells what is out of date.
import * as fs from 'fs';
import * as path from 'path';
import { constructNames, Page, ROOT } from './pages/page';
import { compose } from './pages/picture/compose';
import { draw } from './pages/picture/draw';
import { costTable, madeIn, makesTable } from './pages/tables';

const PICTURES = path.join(ROOT, 'docs', 'pictures');

process.env.CDK_VALIDATION = 'false';

/** What the page of a construct should hold, by file. */
async function generatedFor(className: string): Promise<Map<string, string>> {
  const page = Page.of(className);
  const { smallestUse } = page;
  if (smallestUse === undefined) throw new Error(`${page.file} must have TypeScript below '## Smallest use': the picture and the tables are made from it`);
  const made = madeIn(smallestUse);
  const [, sentence = ''] = /^# .+\n+(.+)/m.exec(page.text) ?? [];
  return new Map([
    [path.join('docs', page.picture), await draw(compose(`${className}: ${sentence.replace(/\[([^\]]*)\]\([^)]*\)|`/g, '$1')}`, made.prod))],
    [page.file, page.withGenerated(new Map([['What it defines', makesTable(made)], ['Cost', costTable(made)]]))],
  ]);
}

/** Pictures of constructs that are no more. */
function leftOver(expected: ReadonlySet<string>): string[] {
  return fs.readdirSync(PICTURES).map((file) => path.join('docs', 'pictures', file)).filter((file) => !expected.has(file));
}

async function main(check: boolean): Promise<void> {
  const names = constructNames();
  if (names.length === 0) throw new Error('the library exports no construct: something is wrong with the search for them');
  fs.mkdirSync(PICTURES, { recursive: true });
  const expected = new Map<string, string>();
  const missing: string[] = [];
  for (const name of names) {
    if (Page.of(name).exists) for (const [file, text] of await generatedFor(name)) expected.set(file, text);
    else missing.push(`${Page.of(name).file} is missing: every construct has a page`);
  }
  const read = (file: string): string | undefined => (fs.existsSync(path.join(ROOT, file)) ? fs.readFileSync(path.join(ROOT, file), 'utf8') : undefined);
  const stale = [...expected].filter(([file, text]) => read(file) !== text).map(([file]) => file);
  const left = leftOver(new Set(expected.keys()));
  if (check) {
    missing.push(...stale.map((file) => `${file} is not what the templates say: run 'npm run pictures'`), ...left.map((file) => `${file} belongs to no construct: delete it`));
  } else {
    for (const file of stale) fs.writeFileSync(path.join(ROOT, file), expected.get(file)!);
    for (const file of left) fs.rmSync(path.join(ROOT, file));
    console.log(`${names.length} constructs, ${stale.length} files written${stale.map((file) => `\n  ${file}`).join('')}`);
  }
  if (missing.length > 0) throw new Error(missing.join('\n'));
}

main(process.argv.includes('--check')).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
