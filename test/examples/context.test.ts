// What README tells to deploy an example with: that a later command takes nothing away again, and that the lock beside it is no surprise.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { fileOf } from './workflow';
import { exampleContext, exampleNames, loadExample } from '../../integ/example-app';
import { validationContext } from '../../integ/example-locks';
import { StatefulLock } from '../../src';
import { readLock, writeLock } from '../../src/review/stateful-lock-file';
import { recorded, stackPaths, synthesizedStacks } from '../../src/review/stateful-lock-record';

type Context = Record<string, string>;
/** Context of a command, of what is written to cdk.json, or of a sentence, in the order of the page. */
interface Told { readonly section: string; readonly context: Context; readonly by: 'command' | 'file' | 'sentence'; readonly text: string }

const ENVIRONMENT = 'patternbook:environment';
const UPDATE = 'patternbook:update-lock';
/** Where lines of the README go. */
const BEGINNING = '"context": {\n';

/** `--context key=value`, as a shell takes it. */
const optionsOf = (text: string): Context => Object.fromEntries([...text.matchAll(/--context ([\w:-]+)=([^\s`;]+)/g)].map(([, key, value]) => [key, value]));

/** The README of an example, taken apart. */
function toldBy(example: string): Told[] {
  const readme = fs.readFileSync(fileOf(example, 'README.md'), 'utf8');
  return readme.split(/^(?=##+ )/m).flatMap((part) => {
    const [section] = part.split('\n');
    return part.split(/^(?=```)/m).flatMap((piece): Told[] => {
      const [, language, code] = /^```(\w+)\n([\s\S]*)/.exec(piece) ?? [];
      if (language === 'json') return [{ section, by: 'file', context: JSON.parse(`{${code.trim().replace(/,$/, '')}}`), text: code }];
      const lines = language === 'sh' ? code.split('\n').map((text) => ({ text, by: 'command' as const })) : [{ text: piece, by: 'sentence' as const }];
      return lines.map(({ text, by }) => ({ section, by, context: optionsOf(text), text })).filter(({ by, context }) => by === 'command' || Object.keys(context).length > 0);
    });
  });
}

const deploys = ({ by, text }: Told): boolean => by === 'command' && /^(npx cdk deploy|\.\/release\.sh) /.test(text);
const updates = ({ context }: Told): boolean => context[UPDATE] === 'true';

/** What the lock of an example refuses with this context. */
function refused(example: string, context: Context, lockFile = fileOf(example, 'stateful.lock.json')): string[] {
  const { violations } = new StatefulLock({ lockFile }).validate(validationContext(loadExample(example, exampleContext(example, 'dev', context))));
  return violations.filter(({ severity }) => severity === 'fatal').map(({ description }) => description);
}

describe.each(exampleNames())('the README of %s', (example) => {
  const told = toldBy(example);
  const written = told.filter(({ by }) => by === 'file');

  test('takes nothing away by a later deployment: all that an earlier one was told is told again, or stands in cdk.json', () => {
    const commands = told.filter(deploys);
    expect(commands.length).toBeGreaterThan(1);
    const lost = commands.flatMap(({ text, context }, index) => commands.slice(0, index)
      .flatMap((earlier) => Object.keys(earlier.context)).filter((key) => !(key in context)).map((key) => `${key}: ${text}`));
    expect(lost).toEqual([]);
    // what differs between one deployment and the next, and nothing else
    expect(commands.flatMap(({ context }) => Object.keys(context)).filter((key) => key !== ENVIRONMENT && key !== 'imageTag')).toEqual([]);
  });

  test('names all that its app can be told, and nothing else', () => {
    const [, names] = /const \{([^}]+)\} = app\.node\.getAllContext\(\);/.exec(fs.readFileSync(fileOf(example, 'app.ts'), 'utf8'))!;
    const known = names.split(',').map((name) => name.split('=')[0].trim()).sort();
    // release.sh gives the tag
    const named = new Set([...told.flatMap(({ context }) => Object.keys(context)), ...fs.existsSync(fileOf(example, 'release.sh')) ? ['imageTag'] : []]);
    expect([...named].filter((name) => ![ENVIRONMENT, UPDATE].includes(name)).sort()).toEqual(known);
  });

  test.each(written.map(({ text }) => [text]))('has lines for cdk.json, which stays JSON with them: %s', (text) => {
    const file = fs.readFileSync(fileOf(example, 'cdk.json'), 'utf8');
    const { context } = JSON.parse(file.replace(BEGINNING, `${BEGINNING}${text.replace(/```\s*$/, '')}`)) as { context: Record<string, unknown> };
    expect(context).toMatchObject(written.find((one) => one.text === text)!.context);
    expect(context[ENVIRONMENT]).toBe('prod');
  });

  const groups = [...new Map(told.map(({ section, context, by }) => {
    const { [ENVIRONMENT]: _, [UPDATE]: __, ...own } = context;
    return [JSON.stringify(own), { section, own, by }] as const;
  })).values()].filter(({ own }) => Object.keys(own).length > 0);

  test.each(groups.map(({ own, section }) => [JSON.stringify(own), section, own] as const))('is right of the lock with %s', (_, section, own) => {
    // of a sentence without the value
    const context = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, /[…<]/.test(value) ? written.map((one) => one.context[key]).find(Boolean)! : value]));
    const findings = refused(example, context);
    const accepts = told.filter((one) => one.section === section).some(updates);
    // in one stack nothing is lost, and nothing is guarded
    expect(accepts).toBe(findings.length > 0 || 'stacks' in context);
    if (!accepts) return;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-'));
    const lockFile = path.join(folder, 'stateful.lock.json');
    const app = validationContext(loadExample(example, exampleContext(example, 'dev', context)));
    writeLock(lockFile, recorded(readLock(fileOf(example, 'stateful.lock.json'))!, synthesizedStacks(app), stackPaths(app.appConstruct)));
    expect(refused(example, context, lockFile)).toEqual([]);
    fs.rmSync(folder, { recursive: true });
  });
});
