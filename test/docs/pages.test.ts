// Every construct has a page, what it shows runs, and what it says of templates is what the templates are.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { givenIn } from '../../integ/pages/given';
import { constructNames, exportedNames, HEADINGS, Page, ROOT } from '../../integ/pages/page';
import { FIXTURE_NAMES, runSnippet } from '../../integ/pages/snippet-run';
import * as patternbook from '../../src';

const constructs = constructNames();
const pages = Page.all();

test('the constructs are found by what they are, not by a list', () => {
  expect(constructs).toEqual(expect.arrayContaining(['HaContainerWebApp', 'ImageRepository', 'MigrationTask', 'WebFirewall']));
  expect(constructs).not.toContain('Route');
});

describe.each(constructs)('the page of %s', (name) => {
  const page = Page.of(name);

  test('is there and begins with its name', () => {
    expect(page.exists).toBe(true);
    const [languages, , first] = page.text.split('\n');
    expect(languages).toMatch(/^\*\*TypeScript\*\* · \[Python\]\(python\/[\w-]+\.md\) · \[Java\]\(java\/[\w-]+\.md\)$/);
    expect(first).toBe(`# ${name}`);
  });

  test('has the headings that all have, in their order', () => {
    expect(page.headings.filter((heading) => (HEADINGS as readonly string[]).includes(heading))).toEqual(HEADINGS);
  });

  test('says something below each of them', () => {
    const lengths = HEADINGS.map((heading) => [heading, page.section(heading).replace(/<!--.*?-->/g, '').trim().length > 40]);
    expect(lengths).toEqual(HEADINGS.map((heading) => [heading, true]));
  });

  test('shows its picture before anything else', () => {
    const shown = [...page.text.split('\n## ')[0].matchAll(/^!\[(.{20,})\]\((.+)\)$/gm)].map(([, , file]) => file);
    expect(shown).toEqual([page.picture]);
    expect(fs.readFileSync(path.join(ROOT, 'docs', page.picture), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  test('begins with a smallest use that makes one', () => {
    const count = (app: App): number => app.node.findAll().filter((construct) => construct.constructor.name === name).length;
    const smallest = page.smallestUse!;
    expect(count(runSnippet(smallest))).toBe(count(runSnippet(smallest, { withoutCode: true })) + 1);
  });
});

test.each([...pages, new Page('README.md')].map((page) => [page.file, page] as const))('every snippet of %s runs and synthesizes', (_, page) => {
  const failures = page.snippets.flatMap((snippet) => {
    try {
      runSnippet(snippet).synth();
      return [];
    } catch (error) {
      return [`${snippet.name}: ${(error as Error).message}`];
    }
  });
  expect(failures).toEqual([]);
});

test('the snippets that run are all TypeScript that the pages have', () => {
  const fences = pages.flatMap((page) => page.text.match(/^ *```(ts|typescript)\n/gm) ?? []);
  expect(pages.flatMap((page) => page.snippets)).toHaveLength(fences.length);
});

test('whatever the fixture declares is a thing that snippets can be run with', () => {
  const given = givenIn(new Stack(new App({ analyticsReporting: false }), 'Stack'));
  expect(FIXTURE_NAMES.filter((name) => given[name] === undefined)).toEqual([]);
  expect(() => given.somethingElse).toThrow("'somethingElse' must be a thing that integ/pages/given.ts makes, as rosetta/default.ts-fixture declares it");
});

test('every class and enum of the library is spoken of in a page', () => {
  // AWS::EC2::RouteTable is no class of ours
  const code = pages.flatMap((page) => page.text.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join('\n');
  expect(exportedNames().filter((name) => !new RegExp(`(?<![\\w:])${name}\\b`).test(code))).toEqual([]);
  expect(exportedNames()).toEqual(Object.keys(patternbook).sort());
});

test('pictures and tables are what the templates say', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', path.join('integ', 'pictures.ts'), '--check'], { cwd: ROOT, encoding: 'utf8' });
  expect(status === 0 ? '' : stderr).toBe('');
}, 120_000);

test('every page is reached from README', () => {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file) || !file.endsWith('.md') || !fs.existsSync(path.join(ROOT, file))) return;
    reached.add(file);
    const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)\s]*\)/g)) if (!/^\w+:/.test(target)) visit(path.join(path.dirname(file), target));
  };
  visit('README.md');
  expect(pages.map(({ file }) => file).filter((file) => !reached.has(file))).toEqual([]);
});

test('the architecture is told in less than 100 lines', () => {
  expect(new Page('docs/architecture.md').text.split('\n').length).toBeLessThan(100);
});
