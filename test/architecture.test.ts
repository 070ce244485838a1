// The floors of the house: a file imports from its own floor or a lower one.
import * as fs from 'fs';
import { builtinModules } from 'module';
import * as path from 'path';

const SRC = path.join(__dirname, '..', 'src');
const FLOORS = ['private', 'environment-profile', 'network', 'data', 'compute', 'edge', 'operations', 'governance', 'apps'];

const files = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));

/** Files of the library that a file imports. */
const importsOf = (file: string): string[] =>
  [...fs.readFileSync(path.join(SRC, `${file}.ts`), 'utf8').matchAll(/from '(\.[^']+)'/g)]
    .map(([, target]) => path.join(path.dirname(file), target))
    .map((target) => (files.includes(target) ? target : path.join(target, 'index')));

const roomOf = (file: string): string => file.split(path.sep)[0];

const edges = files.filter((file) => file !== 'index').flatMap((file) => importsOf(file).map((target) => [file, target] as const));

test('every file stands on a floor', () => {
  expect(files.map(roomOf).filter((room) => !['index', 'review', ...FLOORS].includes(room))).toEqual([]);
});

test('no file imports from a higher floor', () => {
  const upward = edges.filter(([file, target]) => roomOf(file) !== 'review' && FLOORS.indexOf(roomOf(target)) > FLOORS.indexOf(roomOf(file)));
  expect(upward).toEqual([]);
});

test('review looks at templates only: it imports no construct, and no construct imports it', () => {
  const across = edges.filter(([file, target]) => (roomOf(file) === 'review') !== (roomOf(target) === 'review') && roomOf(target) !== 'private');
  expect(across).toEqual([]);
});

test('no imports in a circle', () => {
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (file: string, way: string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file]);
    if (way.includes(file) || done.has(file)) return;
    for (const [from, target] of edges) if (from === file) visit(target, [...way, file]);
    done.add(file);
  };
  files.forEach((file) => visit(file, []));
  expect(circles).toEqual([]);
});

test('every import within the library leads to a file', () => {
  expect(edges.filter(([, target]) => !files.includes(target))).toEqual([]);
});

test('the library depends on nothing but the CDK at run time', () => {
  const foreign = files.flatMap((file) =>
    [...fs.readFileSync(path.join(SRC, `${file}.ts`), 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(([, module]) => module));
  const allowed = ['constructs', ...builtinModules];
  expect([...new Set(foreign)].filter((module) => !allowed.includes(module) && !/^aws-cdk-lib(\/(aws-[a-z0-9-]+|triggers))?$/.test(module))).toEqual([]);
});

test('files stay under 300 lines', () => {
  const long = files.map((file) => [file, fs.readFileSync(path.join(SRC, `${file}.ts`), 'utf8').split('\n').length] as const).filter(([, lines]) => lines > 300);
  expect(long).toEqual([]);
});

test('the apps only wire: no L1 resource, no policy statement', () => {
  const apps = files.filter((file) => roomOf(file) === 'apps').map((file) => fs.readFileSync(path.join(SRC, `${file}.ts`), 'utf8'));
  expect(apps.filter((text) => /\bCfn[A-Z]\w+|PolicyStatement/.test(text))).toEqual([]);
});
