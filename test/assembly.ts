// The library as jsii sees it, in the few words that the tests need.
import * as fs from 'fs';
import * as path from 'path';

/** Where `projen compile` writes the assembly. */
export const assembly = path.join(__dirname, '..', '.jsii');

export interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: TypeReference };
  readonly union?: { readonly types: TypeReference[] };
  readonly intersection?: { readonly types: TypeReference[] };
}
export interface Docs { readonly summary?: string; readonly remarks?: string; readonly default?: string; readonly see?: string }
export interface Parameter { readonly name: string; readonly type: TypeReference; readonly optional?: boolean }
export interface Member { readonly name: string; readonly docs?: Docs }
export interface Property extends Member { readonly type: TypeReference; readonly optional?: boolean }
export interface Callable extends Member {
  readonly parameters?: Parameter[];
  readonly returns?: { readonly type: TypeReference };
  readonly static?: boolean;
}
export interface Type extends Member {
  readonly fqn: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly datatype?: boolean;
  readonly abstract?: boolean;
  readonly base?: string;
  readonly interfaces?: string[];
  readonly initializer?: Omit<Callable, 'name'>;
  readonly properties?: Property[];
  readonly methods?: Callable[];
  readonly members?: Member[];
}

/** Behavioural interfaces begin with an I. */
export const IFoo = /^I[A-Z][a-z]/;

/** Every type that the library exports. */
export function ownTypes(): Type[] {
  if (!fs.existsSync(assembly)) throw new Error('there is no assembly: run `npx projen compile`');
  return Object.values(JSON.parse(fs.readFileSync(assembly, 'utf8')).types);
}

/** Whether other languages pass it as keywords or by a builder. */
export const isStruct = (type: Type): boolean => type.kind === 'interface' && type.datatype === true;

/** Whether it stands in the construct tree. */
export function isConstruct(type: Type): boolean {
  const [scope, id] = type.initializer?.parameters ?? [];
  return type.kind === 'class' && scope?.type.fqn === 'constructs.Construct' && id?.name === 'id';
}

const partsOf = (type: TypeReference): TypeReference[] =>
  [type.collection?.elementtype, ...type.union?.types ?? [], ...type.intersection?.types ?? []].filter((part) => part !== undefined);

/** Names of the types that a type is made of. */
export function fqnsOf(type: TypeReference | undefined): string[] {
  return type === undefined ? [] : [...(type.fqn ? [type.fqn] : []), ...partsOf(type).flatMap(fqnsOf)];
}

/** Names of the primitives that a type is made of. */
export function primitivesOf(type: TypeReference): string[] {
  return [...(type.primitive ? [type.primitive] : []), ...partsOf(type).flatMap(primitivesOf)];
}
