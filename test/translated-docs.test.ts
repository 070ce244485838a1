// The pages in Python and Java say what the pages in TypeScript say. Their code is jsii-rosetta's, which takes too long for a unit test: `npm run docs` writes it.
import * as fs from 'fs';
import * as path from 'path';
import { codeIn, LANGUAGES, pagesWithCode, textOf, translatedPage, UNTRANSLATED } from '../integ/translated-docs/pages';

const ROOT = path.join(__dirname, '..');
const pages = pagesWithCode();

const fencesIn = (text: string, language: string): string[] => [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);

test('there are pages to translate', () => {
  expect(pages.length).toBeGreaterThan(0);
});

test('every kind of snippet that is not translated is still there', () => {
  const docs = fs.readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => textOf(`docs/${file}`)).join('\n');
  expect(UNTRANSLATED.filter(({ part }) => !part.test(docs))).toEqual([]);
});

describe.each(LANGUAGES)('in %s', (language) => {
  const folder = path.join(ROOT, 'docs', language);

  test('there is each page that has code, and no other', () => {
    expect(fs.readdirSync(folder).sort()).toEqual(pages.map((page) => path.basename(page)));
  });

  test.each(pages)('%s has the words of its page and as many snippets: `npm run docs` brings it up to date', (page) => {
    const text = fs.readFileSync(path.join(folder, path.basename(page)), 'utf8');
    const code = fencesIn(text, language);
    expect(code).toHaveLength(codeIn(textOf(page)).length);
    expect(text).toBe(translatedPage(page, language, code));
  });

  test.each(pages)('the links of %s lead to files that exist', (page) => {
    const text = fs.readFileSync(path.join(folder, path.basename(page)), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"/g)].map(([, markdown, html]) => markdown ?? html);
    expect(targets.filter((target) => !/^([a-z]+:|#)/.test(target) && !fs.existsSync(path.join(folder, target.split('#')[0])))).toEqual([]);
  });
});
