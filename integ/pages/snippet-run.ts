// Runs the code of a page in a stack, as it stands there.
import * as fs from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { transformSync } from '@swc/core';
import * as cdk from 'aws-cdk-lib';
import { givenIn } from './given';
import { ROOT, Snippet } from './page';
import * as patternbook from '../../src';
import { RECOMMENDED_FLAGS } from '../flag-sets';

const FIXTURE = fs.readFileSync(path.join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');
const requireHere = createRequire(__filename);

/** What pages speak of as given by `--context`. */
const FROM_COMMAND_LINE = { environment: 'prod' };

/** Names that the fixture declares. */
export const FIXTURE_NAMES: readonly string[] = declaredIn(FIXTURE);

/** How it is run. */
export interface RunOptions {
  /** What the command line would give as context, beside the recommended feature flags. */
  readonly context?: Record<string, unknown>;
  /** Only make what the snippet takes for granted, and leave the snippet out. */
  readonly withoutCode?: boolean;
}

/**
 * The app of a snippet, not yet synthesized.
 *
 * The code stands in a stack 'Shop', beside the things that the fixture declares and the code mentions. If it is a program with an app of its own, that is it.
 */
export function runSnippet(snippet: Snippet, { context = {}, withoutCode = false }: RunOptions = {}): cdk.App {
  const own: cdk.App[] = [];
  const settings = { context: { ...FROM_COMMAND_LINE, ...RECOMMENDED_FLAGS, ...context }, analyticsReporting: false };
  class SnippetApp extends cdk.App {
    constructor(props: cdk.AppProps = {}) {
      super({ ...settings, ...props });
      own.push(this);
    }
  }
  const app = new cdk.App(settings);
  const stack = new cdk.Stack(app, 'Shop');
  const given = givenIn(stack);
  const names = [...new Set([...namesTaken(snippet.code), ...snippet.beside])];
  const things = names.map((name) => given[name]);
  if (!withoutCode) {
    const modules: Record<string, unknown> = { 'aws-cdk-lib': Object.create(cdk, { App: { value: SnippetApp } }), 'cdk-patternbook': patternbook };
    const load = (id: string): unknown => modules[id] ?? requireHere(id.startsWith('.') ? path.resolve(ROOT, 'docs', id) : id);
    const exports: { page?: (this: cdk.Stack) => void } = {};
    compiled(snippet.code, names)(load, exports, ...things);
    exports.page?.call(stack);
  }
  return own[0] ?? app;
}

type Module = (require: (id: string) => unknown, exports: object, ...things: unknown[]) => void;

/** A snippet with imports is a program of its own, as rosetta has it; any other stands in the constructor of a stack. */
function compiled(code: string, names: readonly string[]): Module {
  const imports = FIXTURE.split('\n').filter((_, line, lines) => line < lines.findIndex((text) => text.startsWith('declare const')));
  const program = /^import /m.test(code) ? code : `${imports.join('\n')}\nexport function page(this: Stack) {\n${code}\n}`;
  const { code: script } = transformSync(program, {
    filename: 'snippet.ts',
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  return new Function('require', 'exports', ...names, script) as Module;
}

/** Names of the fixture that a snippet mentions and does not declare anew. */
function namesTaken(code: string): string[] {
  const text = code.replace(/\/\/.*$|'[^'\n]*'/gm, '');
  const candidates = /^import /m.test(code) ? declaredIn(code) : FIXTURE_NAMES;
  const mentioned = (name: string): boolean => new RegExp(`(?<!\\w|(?<!\\.\\.)\\.)${name}\\b(?!:)`).test(text);
  const declared = (name: string): boolean => new RegExp(`^\\s*(?:const|let) ${name}\\b`, 'm').test(text);
  return candidates.filter((name) => mentioned(name) && !declared(name));
}

function declaredIn(text: string): string[] {
  return [...text.matchAll(/^declare const (\w+):/gm)].map(([, name]) => name);
}
