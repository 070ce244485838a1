// Lets cfn-lint, which knows more rules of the services than the schemas hold, judge the templates of every example in every profile, with and without a domain:
// `lint-templates.ts FOLDER` takes them from a folder to which lint-security.ts wrote them, by itself it makes them.
import { spawnSync } from 'child_process';
import * as path from 'path';
import { pythonEnvironment } from './sandbox/python';
import { judgedVariants, nameOf, writeTemplates, writtenTemplates } from './security/judged-apps';
import { expectNone, Steps } from './steps';

const ROOT = path.join(__dirname, '..');
const [made] = process.argv.slice(2);
const OUT = made === undefined ? path.join(ROOT, 'cdk.out', 'templates') : path.resolve(made);
const VENV = path.join(ROOT, '.sandbox', 'venvs', 'cfn-lint');
/** Rules that are wrong here, each with its reason. */
const IGNORED = {
  W3005: 'dependencies that a reference implies already; the CDK makes them, and they do no harm',
  W3691: 'its list of engine versions holds minor versions only; the major version alone is what RDS documents for automatic minor upgrades',
};

/** What it says of files, by file. It takes seconds to begin, so it is asked once. */
function findings(python: string, files: string[]): Map<string, string[]> {
  const { status, stdout, stderr } = spawnSync(path.join(path.dirname(python), 'cfn-lint'), [...files, '--format', 'parseable', '--ignore-checks', ...Object.keys(IGNORED)],
    { encoding: 'utf8', cwd: ROOT, maxBuffer: 2 ** 26 });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const found = new Map(files.map((file) => [file, lines.filter((line) => line.startsWith(`${file}:`))]));
  const told = [...found.values()].flat().length;
  if ((status === 0) !== (lines.length === 0) || told !== lines.length) throw new Error(`cfn-lint ended with ${status}\n${stdout}${stderr}`);
  return found;
}

async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  const python = await pythonEnvironment(VENV, path.join(__dirname, 'lint-requirements.txt'));
  const steps = new Steps();
  const variants = judgedVariants();
  if (made === undefined) writeTemplates(variants, OUT);
  const files = writtenTemplates(OUT);
  const found = findings(python, [...new Set(Object.values(files).flat())]);
  for (const name of variants.map(nameOf)) {
    steps.run(name, () => expectNone('findings', files[name].flatMap((file) => found.get(file)!)));
  }
  steps.end();
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
