// What becomes of a program: a valid system, one of the library's own errors, or a fault.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CloudFormationValidatePlugin, IPolicyValidationContext } from 'aws-cdk-lib';
import { ACCEPTED_CDK_ERRORS } from './cdk-errors';
import { OwnErrors } from './own-errors';
import { carryOut, Program } from './program';
import { Site } from './site';
import { faultsOf, Template } from './template-rules';
import * as patternbook from '../../src';

/** What became of a program. */
export type Outcome =
  | { readonly kind: 'valid'; readonly resources: number; readonly used: ReadonlySet<string> }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'refused by the CDK'; readonly message: string };

/** A program came to something it must not come to. */
export class Fault extends Error {}

const own = new OwnErrors();
/** Its engine takes seconds to begin. */
let validation: CloudFormationValidatePlugin | undefined;

/** What an attempt came to: templates by their files, or an error. */
interface Attempt { readonly templates?: Record<string, Template>; readonly used: Set<string>; readonly error?: Error; readonly findings: string[] }

/**
 * Carry a program out twice, the second time with its props the other way round, and judge it. Throws a `Fault`.
 *
 * @param schemas whether CloudFormation's schemas are asked too, which takes as long as all the rest
 */
export function outcomeOf(program: Program, schemas = true): Outcome {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'random-'));
  const first = attempt(program, new Site(program.setting, folder, false), schemas);
  // of two mistakes the one that is written first is found first
  const second = attempt(program, new Site(program.setting, folder, first.error === undefined), false);
  fs.rmSync(folder, { recursive: true });
  const [one, other] = [first, second].map(({ templates, error }) => (error ? messageOf(error) : JSON.stringify(canonical(templates))));
  if (first.error) {
    const judged = judge(first.error);
    if (one !== other) throw new Fault(`carried out again it came to something else: first '${one}', then '${second.error ? other : 'a template'}'`);
    return judged;
  }
  if (one !== other) throw new Fault(`carried out again it came to something else: ${second.error ? messageOf(second.error) : difference(canonical(first.templates), canonical(second.templates))}`);
  const faults = [...Object.entries(first.templates!).flatMap(([file, template]) => faultsOf(template).map((fault) => `${file}: ${fault}`)), ...first.findings];
  if (faults.length > 0) throw new Fault(`the template is not valid: ${faults.join('; ')}`);
  return { kind: 'valid', resources: Object.values(first.templates!).reduce((sum, { Resources = {} }) => sum + Object.keys(Resources).length, 0), used: first.used };
}

function attempt(program: Program, site: Site, schemas: boolean): Attempt {
  const { outdir } = site;
  try {
    carryOut(program, site);
    site.app.node.findAll().forEach((construct) => {
      // constructs that others make count too
      const name = construct.constructor.name;
      if ((patternbook as Record<string, unknown>)[name] === construct.constructor) site.used.add(`new ${name}`);
    });
    const assembly = site.app.synth();
    const annotations = assembly.stacksRecursively.flatMap(({ messages }) => messages).filter(({ level }) => level === 'error').map(({ id, entry }) => `error annotation at ${id}: ${JSON.stringify(entry.data)}`);
    const files = fs.readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json')).sort();
    const all = Object.fromEntries(files.map((file) => [file, JSON.parse(fs.readFileSync(path.join(outdir, file), 'utf8')) as Template]));
    // a stack that only holds imports is empty, which nobody deploys
    const templates = Object.fromEntries(Object.entries(all).filter(([, { Resources = {} }]) => Object.keys(Resources).length > 0));
    const findings = schemas ? schemaFindings(Object.keys(templates).map((file) => path.join(outdir, file))) : [];
    return { templates, used: site.used, findings: [...annotations, ...findings] };
  } catch (error) {
    return { error: error as Error, used: site.used, findings: [] };
  }
}

/** CloudFormation's own schemas and rules. */
function schemaFindings(files: string[]): string[] {
  const stackTemplates = files.map((file) => ({ stackConstructPath: path.basename(file), templatePath: file }));
  validation ??= new CloudFormationValidatePlugin();
  return validation.validate({ stackTemplates } as unknown as IPolicyValidationContext).violations.filter(({ severity }) => severity === 'error')
    .map(({ ruleName, description, violatingResources }) => `${ruleName} at ${violatingResources.map(({ resourceLogicalId, locations }) => `${resourceLogicalId} ${locations}`).join(', ')}: ${description}`);
}

/** An error with the marks of tokens, which count on through the process, left out. */
const messageOf = ({ message }: Error): string => message.replace(/Token\[[^\]]*\]/g, 'Token[…]').replace(/-?1\.888154589\d*e\+\d+/g, 'Token[…]');

/** Sort out an error: ours, or one that the CDK may give. */
function judge(error: Error): Outcome {
  const message = messageOf(error);
  // errors of node.addValidation() come together
  const lines = /^Validation failed with the following errors:\n/.test(message) ? message.split('\n').slice(1).map((line) => line.replace(/^\s*\[[^\]]*\] /, '')) : [message];
  const ours = lines.map((line) => (error.name === 'Error' || lines.length > 1 || line !== message ? own.messageOf(line) : undefined));
  const [first] = ours;
  if (first !== undefined && !ours.includes(undefined)) {
    if (message.includes('Token[')) throw new Fault(`the error shows what a token is encoded by: ${error.message}`);
    return { kind: 'refused', message: first };
  }
  const accepted = ACCEPTED_CDK_ERRORS.find((entry) => entry.message.test(message));
  if (accepted) return { kind: 'refused by the CDK', message: String(accepted.message) };
  throw new Fault(`${error.name} which is not ours: ${message}\n${(error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 12).join('\n')}`);
}

/** Templates with the keys of objects in alphabetical order, and without the hashes of assets. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  // nested templates are assets, named by the hash of their text, in which keys have an order
  if (typeof value === 'string') return value.replace(/\b[0-9a-f]{64}\b/g, '…');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, part]) => [key, canonical(part)]));
}

function difference(one: unknown, other: unknown, where = ''): string | undefined {
  if (JSON.stringify(one) === JSON.stringify(other)) return undefined;
  const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isBranch(one) || !isBranch(other)) return `${where}: ${JSON.stringify(one)}, then ${JSON.stringify(other)}`;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => difference(one[key], other[key], `${where}/${key}`)).find((found) => found !== undefined);
}
