// checkov and cfn-guard: how each is started, and what its report says.
import { execFile } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { JudgedTemplate, JudgedVariant } from './judged-apps';
import { OFFLINE } from './offline';
import { pythonEnvironment } from '../sandbox/python';

const ROOT = path.join(__dirname, '..', '..');
const VENV = path.join(ROOT, '.sandbox', 'venvs', 'checkov');
const CFN_GUARD = path.dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json'));
const GUARD_RULES = path.join(CFN_GUARD, 'rules', 'control-tower', 'cfn-guard');
const LARGEST_REPORT = 512 * 1024 * 1024;

/** What a linter has against a resource. */
export interface Finding extends JudgedVariant {
  readonly linter: 'checkov' | 'cfn-guard';
  /** `CKV_AWS_18`, or `CT.S3.PR.2` of AWS Control Tower. */
  readonly rule: string;
  readonly type: string;
  readonly construct: string;
  readonly text: string;
}

/** A linter over templates, all of which are in one folder. */
export type Linter = (folder: string, templates: readonly JudgedTemplate[]) => Promise<Finding[]>;

interface CheckovReport {
  /** Left out where checkov found no template. */
  readonly summary?: { readonly passed: number; readonly parsing_errors: number };
  readonly results: { readonly failed_checks: readonly CheckovFinding[] };
}

interface CheckovFinding { readonly check_id: string; readonly check_name: string; readonly file_path: string; readonly resource: string }

/** checkov's own policies for CloudFormation. Its processes would hand each other more than they spare; cfn-guard is beside it. */
export const checkov: Linter = async (folder, templates) => {
  const python = await pythonEnvironment(VENV, path.join(__dirname, '..', 'security-requirements.txt'));
  const output = await run(path.join(path.dirname(python), 'checkov'), [
    '--directory', folder, '--framework', 'cloudformation', '--output', 'json', '--compact', '--quiet', '--skip-download',
  ], [0, 1], { CHECKOV_PARALLELIZATION_TYPE: 'none' });
  const { summary, results }: CheckovReport = JSON.parse(output);
  // a linter that read nothing has nothing to say either
  if (!summary?.passed || summary.parsing_errors > 0) throw new Error(`checkov did not read the templates: ${output.slice(0, 500)}`);
  return results.failed_checks.flatMap(({ check_id: rule, check_name: text, file_path: file, resource }) =>
    templatesIn(templates, path.join(folder, file)).map((template) => findingOf('checkov', template, resource.split('.')[1], rule, text)));
};

interface GuardReport {
  readonly name: string;
  readonly compliant: readonly string[];
  readonly not_compliant: ReadonlyArray<{ readonly Rule: { readonly name: string } }>;
}

/** Rules of types that no template has find nothing, but take cfn-guard as long as others. */
function guardRulesFor(files: readonly string[]): string[] {
  const types = new Set(files.flatMap((file) => {
    const { Resources } = JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: Record<string, { Type: string }> };
    return Object.values(Resources).map(({ Type }) => Type);
  }));
  const rules = fs.readdirSync(GUARD_RULES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.guard')).map((file) => path.join(GUARD_RULES, file));
  return rules.filter((file) => {
    const named = fs.readFileSync(file, 'utf8').match(/AWS::\w+::\w+/g) ?? [];
    return named.length === 0 || named.some((type) => types.has(type));
  });
}

/** The rules of AWS Control Tower, which come with the validator for the CDK. */
export const cfnGuard: Linter = async (folder, templates) => {
  const platform = { linux: 'ubuntu', darwin: 'macos' }[process.platform as string];
  const program = path.join(CFN_GUARD, 'bin', String(platform), process.arch === 'arm64' ? 'aarch64' : 'x86_64', 'cfn-guard');
  if (!fs.existsSync(program)) throw new Error(`cfn-guard is not to be had for ${process.platform} ${process.arch}: run this check on Linux or macOS`);
  const files = [...new Set(templates.map(({ file }) => file))];
  const output = await run(program, [
    'validate', '--rules', ...guardRulesFor(files), '--data', folder,
    '--output-format', 'json', '--show-summary', 'none', '--structured',
  ], [0, 19]);
  const reports: GuardReport[] = JSON.parse(output);
  if (reports.length !== files.length) throw new Error(`cfn-guard must read ${files.length} templates, it read ${reports.length}`);
  // a stack of a certificate alone is of no rule's types
  if (reports.every(({ compliant }) => compliant.length === 0)) throw new Error('cfn-guard found no rule that a template keeps: were the rules read?');
  return reports.flatMap(({ name, not_compliant: failed }) => {
    const ofVariants = templatesIn(templates, name);
    return failed.flatMap(({ Rule: rule }) => {
      const [, id, text] = /\[(CT\.[A-Z0-9.]+)\]: (.*)/.exec(valuesOf(rule, 'custom_message').join('\n')) ?? [];
      const resources = new Set(valuesOf(rule, 'path').map((place) => place.split('/')).filter(([, section]) => section === 'Resources').map(([, , resource]) => resource));
      if (id === undefined || resources.size === 0) throw new Error(`cfn-guard's report on '${rule.name}' names no control or no resource`);
      return ofVariants.flatMap((template) => [...resources].map((resource) => findingOf('cfn-guard', template, resource, id, text)));
    });
  });
};

function findingOf(linter: Finding['linter'], template: JudgedTemplate, logicalId: string, rule: string, text: string): Finding {
  const { example, profile, hasDomain, choice } = template;
  return { linter, rule, text, type: template.typeOf(logicalId), construct: template.constructOf(logicalId), example, profile, hasDomain, choice };
}

/** The templates that are written to a file: of all variants in which it is the same. */
function templatesIn(templates: readonly JudgedTemplate[], file: string): JudgedTemplate[] {
  const found = templates.filter((candidate) => path.resolve(candidate.file) === path.resolve(file));
  if (found.length === 0) throw new Error(`no template '${file}' was written`);
  return found;
}

/** All texts under a key, at any depth: how deep cfn-guard nests its report depends on how a rule is written. */
function valuesOf(report: unknown, key: string): string[] {
  if (typeof report !== 'object' || report === null) return [];
  return Object.entries(report).flatMap(([name, value]) => (name === key && typeof value === 'string' ? [value] : valuesOf(value, key)));
}

function run(program: string, args: string[], accepted: number[], environment: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env: { ...process.env, ...OFFLINE, ...environment }, maxBuffer: LARGEST_REPORT }, (error, stdout, stderr) => {
      if (!error || accepted.includes(Number(error.code))) resolve(stdout);
      else reject(new Error(`${path.basename(program)} ended with ${error.code ?? error.message}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`));
    });
  });
}
