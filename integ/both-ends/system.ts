// The templates of a system as data: read from an app or an assembly, masked, and brought to a form in which they can be compared.
import * as fs from 'fs';
import * as path from 'path';

/** A CloudFormation template, as far as it is looked into. */
export interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>;
  readonly Outputs?: Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>;
}

/** Templates by the name of their stack. */
export type System = Readonly<Record<string, Template>>;

/** Content hashes of the CDK's own assets differ between its versions. */
export function masked(template: Template): Template {
  return JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}/g, '<hash>'));
}

/** The templates of an assembly, those of its stages too, by the name of their stack. */
export function systemIn(folder: string): System {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json')).sort();
  return Object.fromEntries(files.map((file) => [file.replace('.template.json', ''), masked(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')))]));
}

/** A value with the keys of its objects in order. */
export function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, ordered(inner)]));
}

/** A copy of a value in which each object was replaced by what `change` makes of it, the innermost first. */
export function rewritten(value: unknown, change: (object: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => rewritten(inner, change));
  if (typeof value !== 'object' || value === null) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewritten(inner, change)])));
}

/** Where two values differ, as paths with both sides. */
export function differencesBetween(left: unknown, right: unknown, where = ''): string[] {
  if (JSON.stringify(ordered(left)) === JSON.stringify(ordered(right))) return [];
  const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isBranch(left) || !isBranch(right) || Array.isArray(left) !== Array.isArray(right)) {
    const shown = (value: unknown): string => (JSON.stringify(value) ?? 'absent').slice(0, 200);
    return [`${where}: ${shown(left)}, and ${shown(right)}`];
  }
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => differencesBetween(left[key], right[key], `${where}/${key}`));
}
