// Values as users write them: the text for the reader of a counterexample, and how to make the value in an app.
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { publicApi } from './public-api';
import { Place, Site } from './site';

/** A value, as text and in the making. */
export interface Written<T> { readonly code: string; readonly make: (site: Site) => T }

/** Values of some kind at random. */
export type Some<T> = fc.Arbitrary<Written<T>>;

/** A value made by some code that is not the library's. */
export const written = <T>(code: string, make: (site: Site) => T): Written<T> => ({ code, make });

/** A value where something holds of what was made before, and nothing elsewhere: what a user would look up first. */
export const provided = <T>(value: Written<T>, holds: (site: Site) => boolean): Written<T | undefined> =>
  written(value.code, (site) => (holds(site) ? value.make(site) : undefined));

/** A value that stands for itself. */
export function literal<T>(value: T): Written<T> {
  const code = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return { code: code ?? 'undefined', make: () => value };
}

/** Values that stand for themselves. */
export const plain = <T>(values: fc.Arbitrary<T>): Some<T> => values.map(literal);

/** One of some values that stand for themselves. */
export const oneOf = <T>(...values: T[]): Some<T> => plain(fc.constantFrom(...values));

/** A member of an enum, or a constant of an enum-like class. The library's own count as used. */
export function memberOf<E extends object, K extends keyof E & string>(name: string, owner: E, ...keys: K[]): Some<E[K]> {
  return fc.constantFrom(...keys).map((key) => written(`${name}.${key}`, (site) => {
    site.used.add(`${name}.${key}`);
    return owner[key];
  }));
}

/** A list of values, none at the least. */
export function listOf<T>(values: Some<T>, constraints: { minLength?: number; maxLength: number }): Some<T[]> {
  return fc.array(values, constraints).map(list);
}

/** These values as a list. */
export function list<T>(values: Array<Written<T>>): Written<T[]> {
  return { code: `[${values.map(({ code }) => code).join(', ')}]`, make: (site) => values.map((value, index) => site.within(String(index), () => value.make(site))) };
}

/** An object with keys of the user's own. */
export function mapOf<T>(keys: fc.Arbitrary<string>, values: Some<T>, maxLength: number, minLength = 0): Some<{ [key: string]: T }> {
  return fc.uniqueArray(fc.tuple(keys, values), { minLength, maxLength, selector: ([key]) => key }).map((entries) => ({
    code: `{ ${entries.map(([key, { code }]) => `${JSON.stringify(key)}: ${code}`).join(', ')} }`,
    make: (site) => Object.fromEntries(entries.map(([key, value]) => [key, site.within(key, () => value.make(site))])),
  }));
}

type Arguments<F> = F extends (...args: infer A) => unknown ? { readonly [I in keyof A]: Written<A[I]> } : never;
type Result<F> = F extends (...args: never[]) => infer R ? R : never;

const codeOf = (args: ReadonlyArray<Written<unknown>>): string => args.map(({ code }) => code).join(', ');

function called<R>(site: Site, target: object, method: string, name: string, args: ReadonlyArray<Written<unknown>>): R {
  const values = args.map((arg, index) => site.within(`a${index}`, () => arg.make(site)));
  site.used.add(name);
  return (target as Record<string, (...values: unknown[]) => R>)[method](...values);
}

/** A call of a static method of the library. */
export function call<O extends { readonly name: string }, K extends keyof O & string>(
  owner: O, method: K, ...args: Arguments<O[K]>
): Written<Result<O[K]>> {
  const name = `${owner.name}.${method}`;
  return written(`${name}(${codeOf(args)})`, (site) => called(site, owner, method, name, args));
}

/** The class that declares a member of an object, which is a base class or the object's own. */
function declared(target: object, member: string): string {
  for (let prototype: unknown = target; prototype; prototype = Object.getPrototypeOf(prototype)) {
    if (Object.hasOwn(prototype, member)) return `${(prototype as object).constructor.name}.${member}`;
  }
  throw new Error(`'${member}' is no member of ${target.constructor.name}: the generator is wrong`);
}

/** A call of a method of something made before. */
export function verb<T extends object, K extends keyof T & string>(target: Written<T>, method: K, ...args: Arguments<T[K]>): Written<Result<T[K]>> {
  return written(`${target.code}.${method}(${codeOf(args)})`, (site) => {
    const object = target.make(site);
    return called(site, object, method, declared(object, method), args);
  });
}

/** A member of something made before that is asked for. */
export function read<T extends object, K extends keyof T & string>(target: Written<T>, member: K): Written<T[K]> {
  return written(`${target.code}.${member}`, (site) => {
    const object = target.make(site);
    site.used.add(declared(object, member));
    return object[member];
  });
}

/** A construct of the library in the stack at hand. */
export function construct<P, C>(type: new (scope: Construct, id: string, props: P) => C, id: string, props: Written<P>): Written<C> {
  return written(`new ${type.name}(this, ${JSON.stringify(id)}, ${props.code})`, (site) => {
    const value = props.make(site);
    site.used.add(`new ${type.name}`);
    return new type(site.stack, id, value);
  });
}

/** A part of a program: a value under a name that later parts refer to. */
export interface Statement { readonly name: string; readonly place: Place; readonly value: Written<unknown> }

/** A reference to an earlier statement. */
export const reference = <T>(name: string): Written<T> => written(name, (site) => site.get(name) as T);

/** A struct as it is written, and what a further prop makes of it. */
export interface WrittenStruct<T> extends Written<T> {
  readonly with: (further: { readonly [K in keyof T]?: Written<T[K]> }) => WrittenStruct<T>;
}

/** For a prop that is drawn together with others, and added by `with()`. */
export const jointly = fc.constant(undefined);

/** An arbitrary for each prop: the compiler asks for those that are missing, and so does `structs()` when the sources have more. */
export type Fields<T> = { readonly [K in keyof T]-?: Some<NonNullable<T[K]>> | typeof jointly };

const declarations = new Map(publicApi().structs.map(({ name, props }) => [name, new Map(props.map((prop) => [prop.name, prop]))]));

/** A struct of the library, by its name. An optional prop is set in one of `sparsity + 1` cases. */
export function struct<T extends object>(name: string, fields: Fields<T>, sparsity = 1): fc.Arbitrary<WrittenStruct<T>> {
  const props = declarations.get(name);
  const [known, given] = [[...props?.keys() ?? []].sort(), Object.keys(fields).sort()];
  if (String(known) !== String(given)) {
    throw new Error(`struct '${name}' has the props ${known.join(', ')}, and values for ${given.join(', ')}: give each prop an arbitrary in test/random`);
  }
  const values = Object.entries<Some<unknown> | typeof jointly>(fields).map(([prop, value]) => {
    if (value === jointly || !props!.get(prop)!.optional) return value;
    return fc.oneof({ withCrossShrink: true }, { weight: sparsity, arbitrary: jointly }, { weight: 1, arbitrary: value as Some<unknown> });
  });
  return fc.tuple(...values as Array<Some<unknown>>).map((drawn) =>
    writtenStruct<T>(name, Object.fromEntries(Object.keys(fields).map((prop, index) => [prop, drawn[index]]))));
}

function writtenStruct<T>(name: string, fields: Record<string, Written<unknown> | undefined>): WrittenStruct<T> {
  const entries = Object.entries(fields).filter((entry): entry is [string, Written<unknown>] => entry[1] !== undefined);
  return {
    code: entries.length === 0 ? '{}' : `{ ${entries.map(([prop, { code }]) => `${prop}: ${code}`).join(', ')} }`,
    make: (site) => {
      const ordered = site.backwards ? [...entries].reverse() : entries;
      return Object.fromEntries(ordered.map(([prop, value]) => {
        site.used.add(`${declarations.get(name)!.get(prop)!.declaredBy}.${prop}`);
        return [prop, site.within(prop, () => value.make(site))];
      })) as T;
    },
    with: (further) => writtenStruct<T>(name, { ...fields, ...further }),
  };
}
