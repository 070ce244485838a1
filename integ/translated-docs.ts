// Writes docs/python and docs/java: each page of docs/ that has snippets, with the snippets in that language, as jsii-rosetta translates them;
// and the blocks of README that show its first snippet in Python and Java. Reads the compiled library: `npx projen compile` comes before.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { TargetLanguage, Translator, typeScriptSnippetFromCompleteSource } from 'jsii-rosetta';
import * as patternbook from '../src';
import { corrected } from './translated-docs/corrections';
import { codeIn, Language, LANGUAGES, pagesWithCode, textOf, translatedPage, translatedReadme } from './translated-docs/pages';

const ROOT = path.join(__dirname, '..');
const TARGETS: Record<Language, TargetLanguage> = { python: TargetLanguage.PYTHON, java: TargetLanguage.JAVA };

/** Do something in a folder from which the library is found by its name, as from a user's. Not below the project: its link to the project would be a circle. */
function inWorkspace<T>(action: () => T): T {
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'translated-docs-'));
  const modules = path.join(workspace, 'node_modules');
  fs.mkdirSync(modules);
  fs.symlinkSync(ROOT, path.join(modules, 'cdk-patternbook'));
  for (const name of ['aws-cdk-lib', 'constructs']) fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  try {
    process.chdir(workspace);
    return action();
  } finally {
    process.chdir(ROOT);
    fs.rmSync(workspace, { recursive: true });
  }
}

/** A snippet within what it takes for granted, which is hidden from its reader. */
function complete(code: string, fixture: string): string {
  return /^import /m.test(code) ? code : `/// !hide\n${fixture.replace('/// here', `/// !show\n${code}/// !hide`)}`;
}

/** The code of all pages in all languages: by page, language and place. */
function translate(pages: readonly string[]): (page: string, language: Language) => string[] {
  const fixture = fs.readFileSync(path.join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');
  const snippets = pages.flatMap((page) => codeIn(textOf(page)).map((code, index) => ({
    page,
    snippet: typeScriptSnippetFromCompleteSource(complete(code, fixture), { api: { api: 'file', fileName: `${page}#${index + 1}` } }, true),
  })));
  const translator = new Translator(true);
  const translated = inWorkspace(() => translator.translateSnippets(snippets.map(({ snippet }) => snippet), Object.values(TARGETS)));
  const errors = translator.diagnostics.filter(({ isError }) => isError).map(({ formattedMessage }) => formattedMessage);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return (page, language) => translated.filter((_, index) => snippets[index].page === page)
    .map((snippet) => corrected(language, `${snippet.get(TARGETS[language])!.source.trim()}\n`));
}

/** README shows what to import, once. */
function withImports(language: Language, code: string): string {
  const names = Object.keys(patternbook).filter((name) => new RegExp(`\\b${name}\\b`).test(code)).sort();
  return language === 'python' ? `from cdk_patternbook import ${names.join(', ')}\n\n${code}` : code;
}

function main(): void {
  const pages = pagesWithCode();
  const codeOf = translate(['README.md', ...pages]);
  for (const language of LANGUAGES) {
    const folder = path.join(ROOT, 'docs', language);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    for (const page of pages) fs.writeFileSync(path.join(folder, path.basename(page)), translatedPage(page, language, codeOf(page, language)));
    console.log(`wrote ${pages.length} pages to ${path.relative(ROOT, folder)}`);
  }
  fs.writeFileSync(path.join(ROOT, 'README.md'), translatedReadme(textOf('README.md'), (language) => withImports(language, codeOf('README.md', language)[0])));
  console.log('wrote the code in Python and Java to README.md');
}

main();
