// Runs the tests with the newest aws-cdk-lib, from an install of its own: the other end of the range that users may have.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, '.sandbox', 'newest-cdk');
const NEWEST = { 'aws-cdk-lib': '2.276.0', 'constructs': '10.8.1' };
const MODULES = path.join(FOLDER, 'node_modules');

function run(command: string, args: string[], cwd: string): void {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, CDK_VALIDATION: 'false' } });
  if (status !== 0) {
    process.exitCode = 1;
    console.error(`${command} ${args.join(' ')} failed`);
  }
}

fs.mkdirSync(FOLDER, { recursive: true });
fs.writeFileSync(path.join(FOLDER, 'package.json'), JSON.stringify({ private: true, dependencies: NEWEST }));
run('npm', ['install', '--no-audit', '--no-fund', '--silent'], FOLDER);

const { '//': _, ...config } = JSON.parse(fs.readFileSync(path.join(ROOT, 'jest.config.json'), 'utf8'));
const jestFile = path.join(FOLDER, 'jest.config.json');
fs.writeFileSync(jestFile, JSON.stringify({
  ...config,
  rootDir: ROOT,
  moduleNameMapper: { ...config.moduleNameMapper, '^(aws-cdk-lib|constructs)(/.*)?$': path.join(MODULES, '$1$2') },
}));
run(process.execPath, [path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), '--config', jestFile, '--ci', '--silent'], ROOT);

const typesFile = path.join(FOLDER, 'tsconfig.json');
fs.writeFileSync(typesFile, JSON.stringify({
  extends: path.join(ROOT, 'tsconfig.dev.json'),
  compilerOptions: {
    rootDir: ROOT,
    noEmit: true,
    paths: Object.fromEntries(Object.keys(NEWEST).flatMap((name) => [[name, [path.join(MODULES, name)]], [`${name}/*`, [path.join(MODULES, name, '*')]]])),
  },
  include: [path.join(ROOT, 'src', '**', '*.ts')],
  exclude: [],
}));
run(process.execPath, [path.join(ROOT, 'node_modules', 'typescript7', 'bin', 'tsc'), '--project', typesFile], ROOT);
