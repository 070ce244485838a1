// Lets cfn-lint, which knows more rules of the services than the schemas hold, judge the templates of every example in every profile.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { exampleContext, exampleNames, loadExample, PROFILES } from './example-app';

const ROOT = path.join(__dirname, '..');
const VENV = path.join(ROOT, '.sandbox', 'venvs', 'cfn-lint-1.58.0');
/** Rules that are wrong here, each with its reason. */
const IGNORED = {
  W3005: 'dependencies that a reference implies already; the CDK makes them, and they do no harm',
  W3691: 'its list of engine versions holds minor versions only; the major version alone is what RDS documents for automatic minor upgrades',
};

function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: ROOT });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 4).join(' ')} …\n${stdout}${stderr}`);
  return stdout;
}

process.env.CDK_VALIDATION = 'false';
if (!fs.existsSync(path.join(VENV, 'bin', 'cfn-lint'))) {
  run('python3', ['-m', 'venv', VENV]);
  run(path.join(VENV, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'cfn-lint==1.58.0']);
}
let passed = 0;
let failed = 0;
for (const example of exampleNames()) {
  for (const profile of PROFILES) {
    // it does not know the type of Fn::GetStackOutput, by which weak references are rendered
    const context = { ...exampleContext(example), 'patternbook:environment': profile, '@aws-cdk/core:defaultCrossStackReferences': 'strong' };
    const app = loadExample(example, context);
    const assembly = app.synth();
    const files = app.node.children.filter(Stack.isStack).map((stack) => assembly.getStackByName(stack.stackName).templateFullPath);
    try {
      run(path.join(VENV, 'bin', 'cfn-lint'), [...files, '--format', 'parseable', '--ignore-checks', ...Object.keys(IGNORED)]);
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
