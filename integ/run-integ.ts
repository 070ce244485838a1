// Runs the integration tests on a local sandbox: deploy, assert by API call, destroy. With `--verify` it only compares the snapshots.
import { spawn } from 'child_process';
import * as path from 'path';
import { Sandbox } from './sandbox/sandbox';

const ROOT = path.join(__dirname, '..');
const LIMIT_SECONDS = 540;

async function main(words: readonly string[]): Promise<number> {
  const verify = words.includes('--verify');
  const tests = words.filter((word) => word !== '--verify');
  // without credentials the runner would look for some on the network, for seconds a test
  if (verify) return runner(tests, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' });
  const sandbox = await Sandbox.start({ images: path.join(__dirname, 'sandbox', 'test', 'sandbox.json') });
  try {
    await sandbox.bootstrap();
    return await runner(['--force', '--update-on-failed', '--disable-update-workflow', ...tests], sandbox.environment);
  } finally {
    await sandbox.stop();
  }
}

/** Run integ-runner to its end, which it tells by its exit code. */
function runner(words: readonly string[], environment: { readonly [name: string]: string }): Promise<number> {
  const cli = require.resolve('@aws-cdk/integ-runner/bin/integ-runner');
  const app = `node --import tsx ${path.join(__dirname, 'integ-wrapper.cjs')} {filePath}`;
  const args = ['--directory', 'integ', '--test-regex', '^integ\\..*\\.ts$', '--app', app, '--parallel-regions', 'us-east-1', ...words];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: ROOT,
      stdio: 'inherit',
      timeout: LIMIT_SECONDS * 1000,
      env: { ...process.env, ...environment, CDK_VALIDATION: 'false', TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.dev.json') },
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

void main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
