// Builds the npm tarball, the wheel and the jar, and lets a Python and a Java app define the example with them:
// all three languages must come to the same templates.
import { execFileSync } from 'child_process';
import * as crypto from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { exampleContext } from './example-app';

const ROOT = path.join(__dirname, '..');
const WORK = path.join(ROOT, '.sandbox', 'packages');
const REFERENCE = 'production-api';

let passed = 0;
let failed = 0;

function step(name: string, work: () => void): void {
  const start = Date.now();
  try {
    work();
    passed += 1;
    console.log(`ok   ${name} (${((Date.now() - start) / 1000).toFixed(0)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${(error as Error).message}`);
  }
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): void {
  try {
    execFileSync(command, args, { cwd, stdio: 'pipe', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', ...env } });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`${command} ${args.join(' ')}\n${`${stdout ?? ''}${stderr ?? ''}`.slice(-4000)}`);
  }
}

/** What `cdk synth` would set; templates only, their schema is validated by `synth:examples`. */
const synthEnvironment = (out: string): Record<string, string> => ({
  CDK_OUTDIR: out,
  CDK_CONTEXT_JSON: JSON.stringify(exampleContext(REFERENCE, 'prod')),
  CDK_VALIDATION: 'false',
});

/** The templates of an assembly, without what names the assembly's own files. */
function templates(folder: string): Record<string, unknown> {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.template.json')).sort();
  return Object.fromEntries(files.map((file) => {
    const template = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    for (const resource of Object.values<{ Metadata?: unknown }>(template.Resources)) delete resource.Metadata;
    return [file, template];
  }));
}

function expectTheSame(language: string, folder: string): void {
  const reference = path.join(WORK, 'typescript');
  const [expected, actual] = [templates(reference), templates(folder)];
  const digest = (value: unknown): string => crypto.createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
  for (const file of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    if (digest(expected[file]) !== digest(actual[file])) {
      throw new Error(`${file} differs: compare ${path.relative(ROOT, reference)} with ${path.relative(ROOT, folder)}, made by ${language}`);
    }
  }
}

function python(): void {
  const venv = path.join(WORK, 'venv');
  const [wheel] = fs.readdirSync(path.join(ROOT, 'dist', 'python')).filter((file) => file.endsWith('.whl'));
  if (!fs.existsSync(venv)) run('python3', ['-m', 'venv', venv], ROOT);
  const pip = path.join(venv, 'bin', 'pip');
  run(pip, ['install', '--quiet', '--disable-pip-version-check', 'aws-cdk-lib==2.263.0'], ROOT);
  run(pip, ['install', '--quiet', '--disable-pip-version-check', '--force-reinstall', '--no-deps', path.join(ROOT, 'dist', 'python', wheel)], ROOT);
  const out = path.join(WORK, 'python');
  run(path.join(venv, 'bin', 'python'), ['app.py'], path.join(ROOT, 'examples', 'python-production-api'), synthEnvironment(out));
  expectTheSame('Python', out);
}

function java(): void {
  const out = path.join(WORK, 'java');
  const project = path.join(ROOT, 'examples', 'java-production-api');
  const repository = `file://${path.join(ROOT, 'dist', 'java')}`;
  // the jar of this checkout is version 0.0.0: an older build of it in the local repository would be taken instead
  run('mvn', ['--batch-mode', '--quiet', 'dependency:purge-local-repository', '-DreResolve=false', '-DactTransitively=false',
    '-DmanualInclude=io.github.cdkpatternbook:cdk-patternbook', `-Dpatternbook.repository=${repository}`], project);
  run('mvn', ['--batch-mode', '--quiet', 'compile', 'exec:java', `-Dpatternbook.repository=${repository}`, '-Dpatternbook.version=0.0.0'], project,
    synthEnvironment(out));
  expectTheSame('Java', out);
}

fs.mkdirSync(WORK, { recursive: true });
step('the library compiles under jsii', () => run('npx', ['projen', 'compile'], ROOT));
step('the npm package builds', () => run('npx', ['projen', 'package:js'], ROOT));
step('the wheel builds', () => run('npx', ['projen', 'package:python'], ROOT));
step('the jar builds', () => run('npx', ['projen', 'package:java'], ROOT));
step('the example in TypeScript synthesizes', () => {
  run(process.execPath, ['--import', 'tsx', 'app.ts'], path.join(ROOT, 'examples', REFERENCE), {
    ...synthEnvironment(path.join(WORK, 'typescript')),
    TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.dev.json'),
  });
});
step('the example in Python comes to the same templates, by the wheel', python);
step('the example in Java comes to the same templates, by the jar', java);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
