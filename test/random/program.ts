// A program: surroundings and statements, as a user would write them, at random.
import { Place, Setting, Site } from './site';
import { reference, Statement, Written } from './written';

/** A program. It is data: carried out twice it must come to the same. */
export interface Program { readonly setting: Setting; readonly statements: readonly Statement[] }

/** A program in the writing. */
export class Draft {
  private readonly statements: Statement[] = [];

  constructor(private readonly setting: Setting) {}

  /** Write a statement, and refer to its value from now on. */
  public define<T>(name: string, value: Written<T>, place: Place = 'main'): Written<T> {
    this.statements.push({ name, place, value });
    return reference<T>(name);
  }

  /** Write a statement for each value there is, all under one name with a number. */
  public defineAll<T>(name: string, values: Array<Written<T> | undefined>, place?: Place): Array<Written<T>> {
    return values.flatMap((value, index) => (value ? [this.define(`${name}${index}`, value, place)] : []));
  }

  public get program(): Program {
    return { setting: this.setting, statements: this.statements };
  }
}

/** Carry a program out. */
export function carryOut({ statements }: Program, site: Site): void {
  for (const { name, place, value } of statements) site.keep(name, place, () => value.make(site));
}

/** A program as text, feature flags left out but for their number. */
export function codeOf({ setting, statements }: Program): string {
  const { context, env, inStage, nested } = setting;
  const flags = Object.keys(context).filter((key) => key.startsWith('@aws-cdk')).length;
  const rest = Object.entries(context).filter(([key]) => !key.startsWith('@aws-cdk') && !key.startsWith('availability-zones:'));
  const zones = Object.values(context).find((value): value is string[] => Array.isArray(value))?.length ?? 'not';
  return [
    `// ${flags === 0 ? 'no feature flags' : `${flags} feature flags`}; context ${JSON.stringify(Object.fromEntries(rest))}; env ${env ? `${env.account} ${env.region}` : 'none'}, zones ${zones} looked up`
      + `${inStage ? '; in a stage' : ''}${nested ? '; main is a nested stack' : ''}`,
    ...statements.map(({ name, place, value }) => `const ${name} = ${place === 'main' ? '' : '/* in the base stack */ '}${value.code};`),
  ].join('\n');
}
