// Which types hold data or an identity, and which changes replace them.
import { createOnlyPaths } from './create-only-properties';

/** Whether resources of a type hold data or an identity. */
export function isStateful(type: string): boolean {
  return Object.hasOwn(createOnlyPaths(), type);
}

/** Paths of the properties of a type that replace it, always or sometimes. */
export function createOnlyOf(type: string): readonly string[] {
  const { always, sometimes } = createOnlyPaths()[type] ?? {};
  return [...words(always), ...words(sometimes)].sort();
}

/** Whether a change of a property replaces for certain. */
export function alwaysReplaces(type: string, property: string): boolean {
  return words(createOnlyPaths()[type]?.always).includes(property);
}

const words = (text = ''): string[] => text.split(' ').filter((word) => word !== '');
