// Everything of the library that a user can touch, from its jsii assembly.
import * as fs from 'fs';
import * as path from 'path';
import { ROOT } from './command';

interface Member { readonly name: string; readonly protected?: boolean }
interface Type {
  readonly fqn: string;
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly datatype?: boolean;
  readonly base?: string;
  readonly interfaces?: string[];
  readonly methods?: Member[];
  readonly properties?: Member[];
  readonly members?: Member[];
}

/** Its types, by their fully qualified name. */
export class PublicApi {
  private readonly types: Map<string, Type>;

  constructor(assembly: string = path.join(ROOT, '.jsii')) {
    const { types } = JSON.parse(fs.readFileSync(assembly, 'utf8'));
    this.types = new Map(Object.entries(types));
  }

  /** What a walk through the whole must touch: types, members, and `implements <interface>` for what a user may implement. */
  public get everything(): string[] {
    return [...this.types.values()].flatMap((type) => [
      type.name,
      ...type.kind === 'interface' && !type.datatype ? [`implements ${type.name}`] : [],
      ...ownMembers(type).map((member) => `${type.name}.${member}`),
    ]).sort();
  }

  /** What one touches with a member of a type: the member wherever it is declared, and these types. */
  public touch(fqn: string, member?: string): string[] {
    const family = this.familyOf(fqn);
    if (member === undefined) return family.map(({ name }) => name);
    return family.filter((type) => ownMembers(type).includes(member)).flatMap(({ name }) => [name, `${name}.${member}`]);
  }

  /** What one touches by implementing an interface. */
  public implement(fqn: string): string[] {
    const type = this.types.get(fqn);
    return type === undefined ? [] : [type.name, `implements ${type.name}`];
  }

  /** The type itself and all that it is. */
  private familyOf(fqn: string): Type[] {
    const type = this.types.get(fqn);
    if (type === undefined) return [];
    return [type, ...[type.base ?? [], ...type.interfaces ?? []].flat().flatMap((parent) => this.familyOf(parent))];
  }
}

function ownMembers({ methods = [], properties = [], members = [] }: Type): string[] {
  return [...methods, ...properties, ...members].filter((member) => !member.protected).map(({ name }) => name);
}
