// What the snippets of README and docs take for granted, as Python and Java say it: from the fixture of the TypeScript snippets, so that there is one.
import * as fs from 'fs';
import * as path from 'path';
import { ROOT } from './command';

/** What a fixture imports from a module: some names, or all of it under a name of its own. */
interface Import { readonly module: string; readonly alias?: string; readonly names: readonly string[] }
/** A thing that the text around a snippet speaks of. */
interface Thing { readonly name: string; readonly type: string }

/** Services whose package in Java is no word of their module. */
const JAVA_PACKAGES: Readonly<Record<string, string>> = { 'cloudfront-origins': 'cloudfront.origins', 'ecr-assets': 'ecr.assets' };

/** Words of Python that modules are called by. */
const RESERVED = ['lambda'];

/** The fixture, read. */
export class Fixture {
  private readonly imports: Import[];
  private readonly things: Thing[];

  constructor() {
    const text = fs.readFileSync(path.join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');
    this.imports = [
      ...[...text.matchAll(/^import \* as (\w+) from '([^']+)';/gm)].map(([, alias, module]) => ({ module, alias, names: [] })),
      ...[...text.matchAll(/^import \{([^}]*)\} from '([^']+)';/gm)].map(([, names, module]) => ({ module, names: names.split(',').map((name) => name.trim()).filter(Boolean) })),
    ];
    this.things = [...text.matchAll(/^declare const (\w+): ([\w.]+);/gm)].map(([, name, type]) => ({ name, type }));
  }

  /** Imports and declarations of a Python module. */
  public python(): string {
    return [
      ...this.imports.map(({ module, alias, names }) => {
        if (alias === undefined) return `from ${pythonModule(module)} import ${names.join(', ')}`;
        const [parent, child] = pythonModule(module).split('.');
        return `from ${parent} import ${child} as ${RESERVED.includes(alias) ? `${alias}_` : alias}`;
      }),
      ...this.things.map(({ name, type }) => `${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}: ${type}`),
    ].join('\n');
  }

  /**
   * Imports of a Java file. A name without its package may stand in several: it is then that of the package which the TypeScript names.
   *
   * @param snippet the TypeScript of the code in the file
   */
  public javaImports(snippet: string): string[] {
    const single = new Map(this.imports.flatMap(({ module, names }) => names.map((name) => [name, `${javaPackage(module)}.${name}`] as const)));
    for (const [, alias, name] of snippet.matchAll(/\b(\w+)\.([A-Z]\w*)/g)) {
      const found = this.imports.find((one) => one.alias === alias);
      if (found) single.set(name, `${javaPackage(found.module)}.${name}`);
    }
    // of services from which single names are imported the others would only be in the way
    const whole = this.imports.filter(({ module, alias }) => alias !== undefined || !module.includes('/aws-'));
    return [...new Set(whole.map(({ module }) => `${javaPackage(module)}.*`)), ...single.values(), 'java.util.List', 'java.util.Map'];
  }

  /** The things as fields of a Java class. */
  public javaFields(): string[] {
    return this.things.map(({ name, type }) => `${this.javaType(type)} ${name};`);
  }

  private javaType(type: string): string {
    const [alias, name] = type.split('.');
    if (name === undefined) return type;
    return `${javaPackage(this.imports.find((one) => one.alias === alias)!.module)}.${name}`;
  }
}

function pythonModule(module: string): string {
  return module.replace('aws-cdk-lib', 'aws_cdk').replace('/', '.').replace(/-/g, '_');
}

function javaPackage(module: string): string {
  if (module === 'cdk-patternbook') return 'io.github.cdkpatternbook';
  if (module === 'constructs') return 'software.constructs';
  const [, service] = module.split('/aws-');
  return service === undefined ? 'software.amazon.awscdk' : `software.amazon.awscdk.services.${JAVA_PACKAGES[service] ?? service.replace(/-/g, '')}`;
}
