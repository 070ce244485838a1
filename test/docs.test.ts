// The code in README and docs compiles, and the links between the pages lead somewhere.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { testStack } from './harness';
import { AppNetwork } from '../src';

const ROOT = path.join(__dirname, '..');
const OUT = path.join(ROOT, 'cdk.out', 'docs-snippets');
const pages = [
  'README.md',
  ...fs.readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`),
  ...fs.readdirSync(path.join(ROOT, 'examples')).map((example) => `examples/${example}/README.md`).filter((file) => fs.existsSync(path.join(ROOT, file))),
];
const textOf = (page: string): string => fs.readFileSync(path.join(ROOT, page), 'utf8');

test('every TypeScript snippet compiles', () => {
  const fixture = fs.readFileSync(path.join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');
  fs.rmSync(OUT, { recursive: true, force: true });
  fs.mkdirSync(OUT, { recursive: true });
  const snippets = pages.flatMap((page) => [...textOf(page).matchAll(/^```(?:ts|typescript)(?: nofixture)?\n([\s\S]*?)^```/gm)].map(([, code], index) => ({ page, index, code })));
  for (const { page, index, code } of snippets) {
    const standsAlone = /^import /m.test(code);
    // pages lie one folder below the root, their snippets here two
    const text = standsAlone ? code.replace(/from '\.\.\//g, "from '../../") : fixture.replace('/// here', code);
    fs.writeFileSync(path.join(OUT, `${page.replace(/\W/g, '_')}_${index + 1}.ts`), text);
  }
  fs.writeFileSync(path.join(OUT, 'tsconfig.json'), JSON.stringify({
    extends: '../../tsconfig.dev.json',
    compilerOptions: {
      rootDir: '../..', noUnusedLocals: false, noUnusedParameters: false, moduleDetection: 'force', paths: { 'cdk-patternbook': ['../../src/index.ts'] },
    },
    include: ['*.ts'],
    exclude: [],
  }));
  const compiler = path.join(ROOT, 'node_modules', 'typescript7', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '--project', OUT, '--noEmit', '--pretty', 'false'], { encoding: 'utf8', cwd: OUT });
  expect(stdout.split('\n').filter((line) => line !== '')).toEqual([]);
  expect(snippets.length).toBeGreaterThan(0);
});

test.each(pages)('the links of %s lead to a file and a heading that exist', (page) => {
  const anchorsOf = (text: string): string[] =>
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
  const broken = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter((target) => !/^(https?|mailto):/.test(target))
    .filter((target) => {
      const [file, anchor] = target.split('#');
      const absolute = file === '' ? path.join(ROOT, page) : path.join(ROOT, path.dirname(page), file);
      if (!fs.existsSync(absolute)) return true;
      return anchor !== undefined && !anchorsOf(fs.readFileSync(absolute, 'utf8')).includes(anchor);
    });
  expect(broken).toEqual([]);
});

test('the error that README shows is what users get', () => {
  const mistake = { publicCidrs: ['10.0.1.0/24', '10.0.2.0/24'], appCidrs: ['10.0.1.128/25', '10.0.12.0/24'] };
  const [, message] = /```text\n('.*)\n```/.exec(textOf('README.md'))!;
  expect(() => new AppNetwork(testStack(), 'Network', mistake)).toThrow(message);
});
