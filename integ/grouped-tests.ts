// Loading the CDK takes longer than the tests of most files, so several files of tests share one load of it.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { BESIDE_OTHERS } from './node-flags';

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, '.sandbox', 'tests');
const JEST = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** What must be alone with its modules, since it looks at what a process has loaded, makes thousands of apps, takes long, or has snapshots, which are by file. */
const ALONE = /(cdk-version|random|growth|logical-ids|api-contract|docs\/pages|stateful-lock\.properties|examples\.snapshot)\.test/;

/** What judges the same construct trees, each of which is kept; the last of them makes those of the examples. */
const OF_TREES = /nag\/(constructs|examples)\.test/;

/** So many files share their modules: with more, a core would wait for the other at the end. */
const FILES_TOGETHER = 40;

/** What is run, and in what way. */
export interface GroupedTests {
  /** Of the run, and of the folder with its groups. */
  readonly name: string;
  /** What files are left out. None without it. */
  readonly ignored?: RegExp;
  /** Settings of jest that the project has otherwise. */
  readonly settings?: Record<string, object>;
  readonly environment?: Record<string, string>;
}

/** Run the tests. Returns the exit code of jest. */
export function runGrouped({ name, ignored, settings, environment }: GroupedTests): number {
  const { '//': _, ...config } = JSON.parse(fs.readFileSync(path.join(ROOT, 'jest.config.json'), 'utf8'));
  const folder = path.join(FOLDER, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const files = fs.readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map((file) => path.join('test', file))
    .filter((file) => file.endsWith('.test.ts') && !ignored?.test(file)).sort();
  groupsOf(files).forEach((group, number) => {
    const code = group.map((file) => `describe('${file}', () => { require(${JSON.stringify(path.join(ROOT, file))}); });\n`);
    fs.writeFileSync(path.join(folder, `${number + 1}.test.js`), code.join(''));
  });
  const alone = files.filter((file) => ALONE.test(file)).map((file) => path.join(ROOT, file));
  const file = path.join(folder, 'jest.config.json');
  fs.writeFileSync(file, JSON.stringify({
    ...config,
    rootDir: ROOT,
    roots: [path.join(ROOT, 'test'), folder],
    testMatch: [path.join(folder, '*.test.js'), ...alone],
    testSequencer: path.join(__dirname, 'longest-first.cjs'),
    ...settings,
  }));
  return jest(['--config', file], environment);
}

function groupsOf(files: readonly string[]): string[][] {
  const together = files.filter((file) => !ALONE.test(file) && !OF_TREES.test(file));
  const number = Math.ceil(together.length / FILES_TOGETHER);
  // neighbours in different groups, as large ones are often neighbours
  const groups = Array.from({ length: number }, (_, group) => together.filter((_file, place) => place % number === group));
  return [files.filter((file) => OF_TREES.test(file)).reverse(), ...groups].filter((group) => group.length > 0);
}

/** Run jest. Returns its exit code. */
export function jest(args: readonly string[], environment: Record<string, string> = {}): number {
  const { status } = spawnSync(process.execPath, [...BESIDE_OTHERS, JEST, '--ci', '--silent', ...args], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment, CDK_VALIDATION: 'false' } });
  return status ?? 1;
}
