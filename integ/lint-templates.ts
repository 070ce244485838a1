// Lets cfn-lint, which knows more rules of the services than the schemas hold, judge the templates of every example in every profile, with and without a domain.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { pythonEnvironment } from './sandbox/python';
import { judgedVariants, nameOf, writeTemplates } from './security/judged-apps';
import { Steps } from './steps';

const ROOT = path.join(__dirname, '..');
const OUT = path.join(ROOT, 'cdk.out', 'templates');
const VENV = path.join(ROOT, '.sandbox', 'venvs', 'cfn-lint');
/** Rules that are wrong here, each with its reason. */
const IGNORED = {
  W3005: 'dependencies that a reference implies already; the CDK makes them, and they do no harm',
  W3691: 'its list of engine versions holds minor versions only; the major version alone is what RDS documents for automatic minor upgrades',
};

function lint(python: string, files: string[]): void {
  const { status, stdout, stderr } = spawnSync(path.join(path.dirname(python), 'cfn-lint'), [...files, '--format', 'parseable', '--ignore-checks', ...Object.keys(IGNORED)],
    { encoding: 'utf8', cwd: ROOT });
  if (status !== 0) throw new Error(`cfn-lint ended with ${status}\n${stdout}${stderr}`);
}

async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  fs.rmSync(OUT, { recursive: true, force: true });
  const python = await pythonEnvironment(VENV, path.join(__dirname, 'lint-requirements.txt'));
  const steps = new Steps();
  for (const variant of judgedVariants()) {
    steps.run(nameOf(variant), () => lint(python, writeTemplates(variant, OUT).map(({ file }) => file)));
  }
  steps.end();
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
