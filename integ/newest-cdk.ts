// Runs the tests with the newest aws-cdk-lib, with its own recommended feature flags and with none, and compares the examples' templates with those of the oldest:
// `newest-cdk.ts FOLDER` takes the latter from a folder to which synth-examples.ts wrote them, by itself it makes them.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Pair, staleDifferences, unlistedDifferences } from './both-ends/compare-systems';
import { exampleAssemblies } from './both-ends/synthesize-examples';
import { systemIn } from './both-ends/system';
import { runGrouped } from './grouped-tests';
import { installNewest, NEWEST, NEWEST_ENVIRONMENT, NEWEST_FOLDER, NEWEST_MODULES } from './newest-cdk/install';
import { expectNone, Steps } from './steps';

const ROOT = path.join(__dirname, '..');
const [made] = process.argv.slice(2);
const OLDEST_TEMPLATES = made === undefined ? path.join(ROOT, 'cdk.out', 'examples-oldest') : path.resolve(made);
const NEWEST_TEMPLATES = path.join(ROOT, 'cdk.out', 'examples-newest');

function node(args: string[], env: Record<string, string> = {}): void {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
}

/** What looks at files of this project or at the assembly rather than at what the CDK makes of the library. */
const OF_FILES = [
  'docs/pages\\.test', 'docs\\.test', 'translated-docs\\.test', 'api-diff\\.test', 'api-contract\\.test', 'public-contract\\.test',
  'packages/', 'bench\\.test', 'real-account\\.test', 'stateful-lock-table\\.test',
];

/** What finds the same with any aws-cdk-lib, since it looks at findings, templates, pages and random programs in the library's own way; the examples' findings are looked for again. */
const OF_ONE_VERSION = ['nag/(constructs|weaker-choices)\\.test', 'random\\.test', 'stateful-lock\\.(properties|examples)\\.test', 'docs/', 'test/sandbox/', 'test/examples/'];

/** What tries both flag sets by itself, and what flags cannot change: prices, locks, arithmetic, texts. */
const OF_BOTH_FLAG_SETS = ['nag/examples\\.test', 'review/', 'properties/', 'remedies\\.test', 'growth\\.test'];

/** The snapshot is of the oldest CDK's templates: the comparison takes its place, and knows what may differ. */
const OF_THE_OLDEST = ['examples\\.snapshot\\.test'];

/** Jest resolves modules by itself, so that its configuration has to say where they are. */
const NEWEST_SETTINGS = { moduleNameMapper: { '^cdk-patternbook$': '<rootDir>/src/index.ts', '^(aws-cdk-lib|constructs)(/.*)?$': path.join(NEWEST_MODULES, '$1$2') } };

function test(name: string, leftOut: string[], environment: Record<string, string>, settings?: Record<string, object>): void {
  const status = runGrouped({ name, ignored: new RegExp([...OF_FILES, ...OF_ONE_VERSION, ...leftOut].join('|')), settings, environment });
  if (status !== 0) throw new Error(`jest ended with ${status}`);
}

function checkTypes(): void {
  const file = path.join(NEWEST_FOLDER, 'tsconfig.json');
  fs.writeFileSync(file, JSON.stringify({
    extends: path.join(ROOT, 'tsconfig.dev.json'),
    compilerOptions: {
      rootDir: ROOT,
      noEmit: true,
      paths: Object.fromEntries(Object.keys(NEWEST).flatMap((name) => [[name, [path.join(NEWEST_MODULES, name)]], [`${name}/*`, [path.join(NEWEST_MODULES, name, '*')]]])),
    },
    include: [path.join(ROOT, 'src', '**', '*.ts')],
    exclude: [],
  }));
  node([path.join(ROOT, 'node_modules', 'typescript7', 'bin', 'tsc'), '--project', file]);
}

/** Each with the recommended flags of its own version, and with none. */
function compareTemplates(): void {
  if (made === undefined) node(['--import', 'tsx', path.join(__dirname, 'newest-cdk', 'templates.ts'), OLDEST_TEMPLATES]);
  const pairs = exampleAssemblies(OLDEST_TEMPLATES).map(({ example, variant, flags, folder }): Pair => ({
    between: 'versions',
    name: `${example} ${variant}, with ${flags},`,
    left: systemIn(folder),
    right: systemIn(path.join(NEWEST_TEMPLATES, path.relative(OLDEST_TEMPLATES, folder))),
  }));
  expectNone('differences that are not on the list', unlistedDifferences(pairs));
  expectNone('entries of the list that explain nothing', staleDifferences(pairs));
}

const steps = new Steps();
steps.run(`aws-cdk-lib ${NEWEST['aws-cdk-lib']} and constructs ${NEWEST.constructs} install`, installNewest);
steps.run('the library has no type errors', checkTypes);
steps.run('the examples pass its schema validation, with no warning but listed ones', () => {
  node(['--import', 'tsx', path.join(__dirname, 'synth-examples.ts'), NEWEST_TEMPLATES], NEWEST_ENVIRONMENT);
});
steps.run('the examples come to the same templates as with the oldest', compareTemplates);
const newest = { PATTERNBOOK_CDK: NEWEST_MODULES };
const withoutFlags = { PATTERNBOOK_FLAGS: 'none' };
steps.run('the tests pass with its recommended feature flags', () => test('newest-with-flags', OF_THE_OLDEST, newest, NEWEST_SETTINGS));
steps.run('the tests pass without feature flags', () => {
  test('newest-without-flags', [...OF_THE_OLDEST, ...OF_BOTH_FLAG_SETS], { ...newest, ...withoutFlags }, NEWEST_SETTINGS);
});
steps.run('the tests pass with the oldest aws-cdk-lib without feature flags', () => test('oldest-without-flags', OF_BOTH_FLAG_SETS, withoutFlags));
steps.end();
