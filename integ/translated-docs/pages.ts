// The pages of docs/ in other languages: which there are, and what becomes of prose, links and code.
import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

/** The languages, by their folder below docs/ and their name in fences. */
export const LANGUAGES = ['python', 'java'] as const;
/** A language other than that in which the pages are written. */
export type Language = typeof LANGUAGES[number];

const NAMES: Record<Language, string> = { python: 'Python', java: 'Java' };
const CODE = /^```(?:ts|typescript)\n([\s\S]*?)^```$/gm;

/** The text of a page, by its path in the repository. */
export function textOf(page: string): string {
  return fs.readFileSync(path.join(ROOT, page), 'utf8');
}

/** Snippets that stay TypeScript in every language, by a part of them. */
export const UNTRANSLATED: readonly { readonly part: RegExp; readonly reason: string }[] = [
  { part: /from '\.\.?\//, reason: 'it is for developers of the library: it imports files of the repository' },
  { part: /\{ \.\.\.originalProps/, reason: 'jsii-rosetta has no words for a copy of props with one changed, and injectors get a dictionary in Python' },
  { part: /implements IAspect/, reason: 'jsii-rosetta has no words for instanceof and for setting a property in Java' },
  { part: /mixins\.ClusterSettings\(\[/, reason: 'jsii-rosetta does not know the type of the elements of the list' },
];

const isTranslated = (code: string): boolean => !UNTRANSLATED.some(({ part }) => part.test(code));

/** The snippets of a text that are translated. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(CODE)].map(([, code]) => code).filter(isTranslated);
}

/** The pages that are translated. */
export function pagesWithCode(): string[] {
  return fs.readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).sort()
    .map((file) => `docs/${file}`).filter((page) => codeIn(textOf(page)).length > 0);
}

/** A page in a language: the same words, its own code, and links that lead to where those of the page do. */
export function translatedPage(page: string, language: Language, code: readonly string[]): string {
  let index = 0;
  const body = relinked(withoutSwitch(textOf(page)), pagesWithCode()).replace(CODE, (fence, snippet: string) =>
    (isTranslated(snippet) ? `\`\`\`${language}\n${code[index++]}\`\`\`` : fence));
  return `${switchTo(path.basename(page), language)}\n\n${body}`;
}

/** README with its first snippet in the languages, each in the folded block that bears its name. */
export function translatedReadme(text: string, codeOf: (language: Language) => string): string {
  return LANGUAGES.reduce((readme, language) => {
    const block = new RegExp(`(<summary>${NAMES[language]}</summary>\\n\\n)\`\`\`${language}\\n[\\s\\S]*?\`\`\``);
    if (!block.test(readme)) throw new Error(`README.md must have a folded block '${NAMES[language]}' with code in ${language}, got none: add one, its code is written here`);
    return readme.replace(block, (_, head: string) => `${head}\`\`\`${language}\n${codeOf(language)}\`\`\``);
  }, text);
}

/** The line that leads to the other languages. */
function switchTo(file: string, shown: Language): string {
  const others = LANGUAGES.map((language) => (language === shown ? `**${NAMES[language]}**` : `[${NAMES[language]}](../${language}/${file})`));
  return `[TypeScript](../${file}) · ${others.join(' · ')}`;
}

/** Without that line, where the page has one: its translation has its own. */
function withoutSwitch(text: string): string {
  return text.replace(/^(?:\*\*|\[)TypeScript(?:\*\*|\]\([^)]*\)) · .*\n+/, '');
}

/** Pages are one folder deeper here; a page that is translated too is beside this one. */
function relinked(text: string, translated: readonly string[]): string {
  const moved = (target: string): string => {
    if (/^(?:[a-z]+:|#|\/)/.test(target)) return target;
    const [file] = target.split('#');
    return translated.includes(`docs/${file}`) ? target : `../${target}`;
  };
  return outsideOfCode(text, (prose) => prose
    .replace(/\]\(([^)\s]+)\)/g, (_, target: string) => `](${moved(target)})`)
    .replace(/\b(src|href)="([^"]+)"/g, (_, attribute: string, target: string) => `${attribute}="${moved(target)}"`));
}

function outsideOfCode(text: string, change: (prose: string) => string): string {
  return text.split(/(^```[\s\S]*?^```$)/m).map((part) => (part.startsWith('```') ? part : change(part))).join('');
}
