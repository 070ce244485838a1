// Writes src/review/create-only-properties.ts: which properties replace a stateful resource, from two sources that are read independently. `--check` only compares.
//
// One is the CDK's own data base, made of CloudFormation's schemas and documentation; the other the schemas that cfn-lint takes from the CloudFormation registry.
// Where both say so, a change always replaces; where one does, or both say "sometimes", it may.
import * as fs from 'fs';
import * as path from 'path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { PropertyType, Resource, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';
import { leftOut } from './create-only/left-out-properties';
import { statefulTypes } from './create-only/stateful-types';
import { pythonEnvironment } from './sandbox/python';

const ROOT = path.join(__dirname, '..');
const TABLE = path.join(ROOT, 'src', 'review', 'create-only-properties.ts');
const VENV = path.join(ROOT, '.sandbox', 'venvs', 'cfn-lint');
const REQUIREMENTS = path.join(__dirname, 'lint-requirements.txt');

/** What a source says of a type: paths of properties, such as `EncryptionInfo/EncryptionAtRest`. */
export interface Replacing { readonly always: readonly string[]; readonly sometimes: readonly string[] }

/** What the CDK's data base says. */
export function replacingByServiceSpec(db: SpecDatabase, resource: Resource): Replacing {
  const found = { always: [] as string[], sometimes: [] as string[] };
  const walk = (properties: ResourceProperties, prefix: string, way: readonly string[]): void => {
    for (const [name, { causesReplacement, type }] of Object.entries(properties)) {
      if (causesReplacement === 'yes') found.always.push(prefix + name);
      else if (causesReplacement === 'maybe') found.sometimes.push(prefix + name);
      for (const { $ref, stars } of referred(type)) {
        if (!way.includes($ref)) walk(db.get('typeDefinition', $ref).properties, `${prefix}${name}/${stars}`, [...way, $ref]);
      }
    }
  };
  walk(resource.properties, '', []);
  found.always.push(...(resource.additionalReplacementProperties ?? []).map((parts) => parts.join('/')));
  return found;
}

function referred(type: PropertyType, stars = ''): Array<{ $ref: string; stars: string }> {
  if (type.type === 'ref') return [{ $ref: type.reference.$ref, stars }];
  if (type.type === 'array' || type.type === 'map') return referred(type.element, `${stars}*/`);
  return type.type === 'union' ? type.types.flatMap((one) => referred(one, stars)) : [];
}

/** The schemas that cfn-lint was released with. */
interface RegistrySchemas { readonly date: string; of(type: string): Replacing }

function registrySchemas(python: string): RegistrySchemas {
  const [folder] = fs.readdirSync(path.join(python, '..', '..', 'lib'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('cfnlint/data/schemas'));
  const read = (...parts: string[]) => JSON.parse(fs.readFileSync(path.join(python, '..', '..', 'lib', folder, ...parts), 'utf8'));
  const files: Record<string, string> = read('providers', 'us-east-1.json');
  return {
    date: read('version.json').schema_date.slice(0, 10),
    of: (type) => {
      // a service that has closed
      if (!(type in files)) return { always: [], sometimes: [] };
      const schema: Record<string, string[] | undefined> = read('resources', `${files[type]}.json`);
      const paths = (list: string[] = []): string[] => list.map((pointer) => pointer.replace(/^\/properties\//, '').replace(/\/properties\//g, '/').replace(/\/items\b/g, '/*'));
      const made = new Set(paths(schema.readOnlyProperties));
      return { always: paths(schema.createOnlyProperties).filter((one) => !made.has(one)), sometimes: paths(schema.conditionalCreateOnlyProperties) };
    },
  };
}

/** Both sources together, less what is left out. A property below one that is listed adds nothing. */
export function combined(type: string, one: Replacing, other: Replacing): Replacing {
  const sure = outermost([...one.always, ...other.always].filter((property) => covers(one.always, property) && covers(other.always, property)))
    .filter((property) => leftOut(type, property, 'always') === undefined);
  const unsure = outermost([one, other].flatMap(({ always, sometimes }) => [...always, ...sometimes])
    .filter((property) => !covers(sure, property) && leftOut(type, property, 'sometimes') === undefined && leftOut(type, property, 'always') === undefined));
  return { always: sure, sometimes: unsure };
}

const covers = (list: readonly string[], property: string): boolean => list.some((one) => property === one || property.startsWith(`${one}/`));

function outermost(properties: readonly string[]): string[] {
  return [...new Set(properties)].filter((property) => !properties.some((one) => property.startsWith(`${one}/`))).sort();
}

function rendered(table: ReadonlyArray<[type: string, replacing: Replacing]>, versions: Record<string, string>): string {
  const row = ([type, { always, sometimes }]: [string, Replacing]): string => {
    const members = [
      ...(always.length > 0 ? [`always: '${always.join(' ')}'`] : []),
      ...(sometimes.length > 0 ? [`sometimes: '${sometimes.join(' ')}'`] : []),
    ];
    return `    '${type}': ${members.length > 0 ? `{ ${members.join(', ')} }` : '{}'},`;
  };
  return [
    '// Generated by `npm run create-only` from CloudFormation\'s schemas. Do not edit: what is watched is decided in integ/create-only/.',
    '',
    '/** Which properties of a type replace a resource when they change: paths with blanks between. */',
    'export interface CreateOnlyPaths {',
    '  /** Both sources say that a change replaces. */',
    '  readonly always?: string;',
    '  /** Only under conditions, or only one source says so. */',
    '  readonly sometimes?: string;',
    '}',
    '',
    '/** What the table was made from. */',
    'export const CREATE_ONLY_SOURCES = {',
    ...Object.entries(versions).map(([name, version]) => `  '${name}': '${version}',`),
    '};',
    '',
    '/** The table, a function so that nothing of it is compiled in apps without a lock. */',
    'export function createOnlyPaths(): Readonly<Record<string, CreateOnlyPaths>> {',
    '  return {',
    ...table.map(row),
    '  };',
    '}',
    '',
  ].join('\n');
}

async function main(checkOnly: boolean): Promise<void> {
  const schemas = registrySchemas(await pythonEnvironment(VENV, REQUIREMENTS));
  const db = loadAwsServiceSpecSync();
  const resources = new Map([...db.all('resource')].map((resource) => [resource.cloudFormationType, resource]));
  const table = statefulTypes([...resources.values()])
    .map((type): [string, Replacing] => [type, combined(type, replacingByServiceSpec(db, resources.get(type)!), schemas.of(type))]);
  const text = rendered(table, {
    '@aws-cdk/aws-service-spec': JSON.parse(fs.readFileSync(require.resolve('@aws-cdk/aws-service-spec/package.json'), 'utf8')).version,
    'cfn-lint': /^cfn-lint==(\S+)$/m.exec(fs.readFileSync(REQUIREMENTS, 'utf8'))![1],
    'registry schemas': schemas.date,
  });
  const name = path.relative(ROOT, TABLE);
  if (!checkOnly) {
    fs.writeFileSync(TABLE, text);
    console.log(`wrote ${name}: ${table.length} types`);
  } else if (fs.readFileSync(TABLE, 'utf8') !== text) {
    throw new Error(`${name} is not what the schemas say: run \`npm run create-only\``);
  } else {
    console.log(`${name} is what the schemas say: ${table.length} types`);
  }
}

if (require.main === module) {
  main(process.argv.includes('--check')).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
