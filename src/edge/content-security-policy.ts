// [internal] Slips in a content security policy: browsers pass over what they do not know, so that nobody sees that a page is not protected.
import { Token } from 'aws-cdk-lib';

/** @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy#directives */
const SOURCES = [
  'default-src', 'script-src', 'script-src-elem', 'script-src-attr', 'style-src', 'style-src-elem', 'style-src-attr', 'img-src', 'font-src', 'connect-src', 'media-src',
  'object-src', 'frame-src', 'fenced-frame-src', 'child-src', 'worker-src', 'manifest-src', 'prefetch-src', 'base-uri', 'form-action', 'frame-ancestors',
];
const OTHERS = ['sandbox', 'report-uri', 'report-to', 'upgrade-insecure-requests', 'block-all-mixed-content', 'require-trusted-types-for', 'trusted-types'];

/** Words in quotes. Without them those of sources are names of hosts. */
const KEYWORDS = [
  'self', 'none', 'unsafe-inline', 'unsafe-eval', 'unsafe-hashes', 'wasm-unsafe-eval', 'strict-dynamic', 'report-sample', 'inline-speculation-rules',
];
const OTHER_KEYWORDS = ['script', 'allow-duplicates'];
const SECRET = /^(nonce-|sha(256|384|512)-)/i;

/** Fail on a policy that is none, and on words that browsers would take for something else than was meant, or pass over. */
export function checkContentSecurityPolicy(policy: string | undefined): void {
  if (policy === undefined || Token.isUnresolved(policy)) return;
  if (/^[\s;]*$|[\r\n]/.test(policy)) throw wrong('one line with directives', policy, 'write such as "default-src \'self\'", or leave it out');
  const names = policy.split(';').map((directive) => directive.trim()).filter((directive) => directive !== '').map(checkDirective);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong('made of different directives', `${twice}' twice, as in '${policy}`, 'browsers pass over all but the first, so put the sources into one');
}

/** The name of a directive that is right. */
function checkDirective(directive: string): string {
  const [written, ...values] = directive.split(/\s+/);
  const name = written.toLowerCase();
  if (![...SOURCES, ...OTHERS].includes(name)) throw wrong('made of directives that browsers know', written, 'they pass over others, so check the spelling, such as default-src');
  for (const value of values) {
    const word = /^'(.*)'$/.exec(value)?.[1];
    if (word === undefined && SOURCES.includes(name) && isWord(value, KEYWORDS)) {
      throw wrong('given with quotes around words that are no hosts', `${value}' in '${directive}`, `write '${value}'`);
    }
    if (value.includes("'") && !(word !== undefined && isWord(word, [...KEYWORDS, ...OTHER_KEYWORDS]))) {
      throw wrong('made of words that browsers know', `${value}" in "${directive}`, "check the spelling, such as 'self', and that spaces alone stand between two", '"');
    }
  }
  return name;
}

const isWord = (text: string, words: string[]): boolean => words.includes(text.toLowerCase()) || SECRET.test(text);

function wrong(rule: string, value: string, remedy: string, quote = "'"): Error {
  return new Error(`'contentSecurityPolicy' must be ${rule}, got ${quote}${value}${quote}: ${remedy}`);
}
