// Runs the tests with the newest aws-cdk-lib, with its own recommended feature flags and with none, and compares the examples' templates with those of the oldest.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Pair, staleDifferences, unlistedDifferences } from './both-ends/compare-systems';
import { exampleAssemblies } from './both-ends/synthesize-examples';
import { systemIn } from './both-ends/system';
import { installNewest, NEWEST, NEWEST_ENVIRONMENT, NEWEST_FOLDER, NEWEST_MODULES } from './newest-cdk/install';
import { expectNone, Steps } from './steps';

const ROOT = path.join(__dirname, '..');
const OLDEST_TEMPLATES = path.join(ROOT, 'cdk.out', 'examples-oldest');
const NEWEST_TEMPLATES = path.join(ROOT, 'cdk.out', 'examples-newest');

function node(args: string[], env: Record<string, string> = {}): void {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
}

const JEST = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** What looks at files of this project or at the assembly rather than at what the CDK makes of the library. */
const OF_FILES = [
  'docs/pages\\.test', 'docs\\.test', 'translated-docs\\.test', 'api-diff\\.test', 'api-contract\\.test', 'public-contract\\.test',
  'packages/', 'bench\\.test', 'real-account\\.test', 'stateful-lock-table\\.test',
];

/** What finds the same with any aws-cdk-lib, since it looks at findings, templates and pages in the library's own way; the examples' findings are looked for again. */
const OF_ONE_VERSION = ['nag/(constructs|weaker-choices)\\.test', 'stateful-lock\\.(properties|examples)\\.test', 'docs/', 'test/sandbox/', 'test/examples/'];

/** What tries both flag sets by itself. */
const OF_BOTH_FLAG_SETS = ['nag/examples\\.test', 'examples\\.flags\\.test', 'random\\.test'];

/** What must be alone with its modules, since it looks at what a process has loaded, makes thousands of apps, or has snapshots, which are by file. */
const ALONE = /(cdk-version|random|growth|logical-ids|nag\/examples|examples\.(flags|snapshot))\.test/;

/** So many files share their modules: more would save little, and a process keeps every token of their apps. */
const FILES_TOGETHER = 8;

/** The project's configuration of jest with a few settings of its own. Loading the CDK takes longer than the tests of most files, so several files share it. */
function jestConfig(name: string, leftOut: string[], further: Record<string, object> = {}): string {
  const { '//': _, ...config } = JSON.parse(fs.readFileSync(path.join(ROOT, 'jest.config.json'), 'utf8'));
  const folder = path.join(NEWEST_FOLDER, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  const ignored = new RegExp([...OF_FILES, ...OF_ONE_VERSION, ...leftOut].join('|'));
  const files = fs.readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map((file) => path.join('test', file))
    .filter((file) => file.endsWith('.test.ts') && !ignored.test(file)).sort();
  const together = files.filter((file) => !ALONE.test(file));
  // neighbours in different groups, as large ones are often neighbours
  const groups = Math.ceil(together.length / FILES_TOGETHER);
  for (let group = 0; group < groups; group += 1) {
    const code = together.filter((_file, place) => place % groups === group)
      .map((file) => `describe('${file}', () => { require(${JSON.stringify(path.join(ROOT, file))}); });\n`);
    fs.writeFileSync(path.join(folder, `${group + 1}.test.js`), code.join(''));
  }
  const alone = files.filter((file) => ALONE.test(file)).map((file) => path.join(ROOT, file));
  const file = path.join(folder, 'jest.config.json');
  fs.writeFileSync(file, JSON.stringify({ ...config, rootDir: ROOT, roots: [ROOT, folder], testMatch: [path.join(folder, '*.test.js'), ...alone], ...further }));
  return file;
}

/** Jest resolves modules by itself, so that its configuration has to say where they are. */
function newestConfig(name: string, leftOut: string[]): string {
  return jestConfig(name, [
    // the snapshot is of the oldest CDK's templates: the comparison takes its place, and knows what may differ
    'examples\\.snapshot\\.test', ...leftOut,
  ], { moduleNameMapper: { '^cdk-patternbook$': '<rootDir>/src/index.ts', '^(aws-cdk-lib|constructs)(/.*)?$': path.join(NEWEST_MODULES, '$1$2') } });
}

function test(config: string, environment: Record<string, string>): void {
  node([JEST, '--config', config, '--ci', '--silent'], { ...environment, CDK_VALIDATION: 'false' });
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
  node(['--import', 'tsx', path.join(__dirname, 'newest-cdk', 'templates.ts'), OLDEST_TEMPLATES]);
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
steps.run('the tests pass with its recommended feature flags', () => test(newestConfig('newest-with-flags', []), newest));
steps.run('the tests pass without feature flags', () => {
  test(newestConfig('newest-without-flags', OF_BOTH_FLAG_SETS), { ...newest, PATTERNBOOK_FLAGS: 'none' });
});
steps.run('the tests pass with the oldest aws-cdk-lib without feature flags', () => {
  test(jestConfig('oldest-without-flags', OF_BOTH_FLAG_SETS), { PATTERNBOOK_FLAGS: 'none' });
});
steps.end();
