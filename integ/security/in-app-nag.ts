// The examples as their readers judge them: by the unmodified CDK CLI, with nag.ts in place of app.ts.
import { execFile } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { contextOf, JudgedVariant } from './judged-apps';
import { OFFLINE } from './offline';
import { Warning, warningsIn } from '../both-ends/validation-report';

const ROOT = path.join(__dirname, '..', '..');
const CLI = path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** A bucket to which anybody may come without TLS. */
const BAD_RESOURCE = `
import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';

new Bucket(app.node.children.find(Stack.isStack)!, 'WithoutAnything');
`;

/** How a synthesis ended. */
export interface Synthesis { readonly exitCode: number; readonly output: string; readonly findings: Warning[] }

/** Synthesize an example by the CLI, its rule packs on, with a resource that breaks their rules. */
export function synthesizeBadWithNag(variant: JudgedVariant, out: string): Promise<Synthesis> {
  const folder = path.join(ROOT, 'examples', variant.example);
  const program = path.join(out, 'bad-resource.ts');
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(program, `import { app } from '${path.join(folder, 'app')}';\nimport '${path.join(folder, 'nag')}';\n${BAD_RESOURCE}`);
  return synthesize(variant, program, out);
}

function synthesize(variant: JudgedVariant, program: string, out: string): Promise<Synthesis> {
  const cwd = path.join(ROOT, 'examples', variant.example);
  const { context: known } = JSON.parse(fs.readFileSync(path.join(cwd, 'cdk.json'), 'utf8'));
  // what cdk.json does not say, its reader says
  const said = Object.entries(contextOf(variant)).filter(([key]) => !(key in known)).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  const assembly = path.join(out, 'assembly');
  const args = ['synth', '--quiet', '--no-notices', '--output', assembly, '--app', `tsx ${program}`, ...said];
  const env = {
    ...process.env,
    ...OFFLINE,
    PATH: [path.join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter),
    // where the import of the library leads without an install
    TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.dev.json'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code ?? -1) : 0, output: stdout + stderr, findings: warningsIn(assembly) });
    });
  });
}
