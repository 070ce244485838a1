// Lets cfn-lint, which knows more rules of the services than the schemas hold, judge the templates of every example in every profile.
import { spawnSync } from 'child_process';
import * as path from 'path';
import { exampleContext, exampleNames, loadExample, PROFILES, synthesizedStacks } from './example-app';
import { pythonEnvironment } from './sandbox/python';

const ROOT = path.join(__dirname, '..');
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
  const python = await pythonEnvironment(VENV, path.join(__dirname, 'lint-requirements.txt'));
  let passed = 0;
  let failed = 0;
  for (const example of exampleNames()) {
    for (const profile of PROFILES) {
      // it does not know the type of Fn::GetStackOutput, by which weak references are rendered
      const context = exampleContext(example, profile, { '@aws-cdk/core:defaultCrossStackReferences': 'strong' });
      try {
        lint(python, synthesizedStacks(loadExample(example, context)).map(({ file }) => file));
        passed += 1;
        console.log(`ok   ${example} ${profile}`);
      } catch (error) {
        failed += 1;
        console.log(`FAIL ${example} ${profile}: ${(error as Error).message}`);
      }
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
