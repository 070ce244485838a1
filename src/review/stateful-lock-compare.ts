// What changed between the resources of a lock and those of a template, as far as it endangers them.
import { LockedResource, LockedStack } from './stateful-lock-file';
import { alwaysReplaces, createOnlyOf, isStateful } from './stateful-lock-types';
import { CanonicalValue, sameValue } from './stateful-lock-value';

/** A property that changed. */
export interface ChangedProperty {
  readonly name: string;
  readonly before?: CanonicalValue;
  readonly after?: CanonicalValue;
}

/** What happened to a resource of the lock. */
export type LockChange =
  | { readonly kind: 'removed'; readonly id: string; readonly before: LockedResource }
  | { readonly kind: 'renamed'; readonly id: string; readonly before: LockedResource; readonly newId: string; readonly after: LockedResource }
  | {
    readonly kind: 'replaced';
    readonly id: string;
    readonly before: LockedResource;
    readonly after: LockedResource;
    readonly properties: readonly ChangedProperty[];
    readonly certain: boolean;
  }
  | { readonly kind: 'unprotected'; readonly id: string; readonly before: LockedResource; readonly after: LockedResource };

/** The changes of a stack. */
export interface LockComparison {
  readonly changes: readonly LockChange[];
  /** Names of resources that are not in the lock and take nobody's place. */
  readonly added: readonly string[];
}

/** Compare a stack with its lock. */
export function compareStacks(before: LockedStack, after: LockedStack): LockComparison {
  const stays = (id: string): boolean => after.resources[id]?.type === before.resources[id]?.type;
  const gone = Object.keys(before.resources).filter((id) => !stays(id) && isStateful(before.resources[id].type)).sort();
  const added = new Set(Object.keys(after.resources).filter((id) => !stays(id)).sort());
  const changes: LockChange[] = [];
  for (const id of gone) {
    const newId = successor(before, id, [...added].map((one) => [one, after.resources[one]]));
    if (newId === undefined) {
      changes.push({ kind: 'removed', id, before: before.resources[id] });
    } else {
      added.delete(newId);
      changes.push({ kind: 'renamed', id, before: before.resources[id], newId, after: after.resources[newId] });
    }
  }
  for (const id of Object.keys(before.resources).filter(stays).sort()) {
    const [old, now] = [before.resources[id], after.resources[id]];
    const properties = changedProperties(old, now, before.watched);
    if (properties.length > 0) {
      changes.push({ kind: 'replaced', id, before: old, after: now, properties, certain: properties.some(({ name }) => alwaysReplaces(now.type, name)) });
    }
    if (isWeaker(old.deletionPolicy, now.deletionPolicy) || isWeaker(old.updateReplacePolicy, now.updateReplacePolicy)) {
      changes.push({ kind: 'unprotected', id, before: old, after: now });
    }
  }
  return { changes, added: [...added] };
}

/** How many resources two stacks have in common by logical id and type. */
export function likeness(one: LockedStack, other: LockedStack): number {
  return Object.entries(one.resources).filter(([id, { type }]) => other.resources[id]?.type === type).length;
}

/** Retention from the weakest to the strongest. */
const STRENGTH: Readonly<Record<string, number>> = { Delete: 0, Snapshot: 1, RetainExceptOnCreate: 2, Retain: 2 };

/** The weaker of two policies, absent ones being to delete. */
export function weaker(one = 'Delete', other = 'Delete'): string {
  return STRENGTH[other] < STRENGTH[one] ? other : one;
}

function isWeaker(before = 'Delete', after = 'Delete'): boolean {
  return STRENGTH[after] < STRENGTH[before];
}

/** Properties that differ, of those that were looked for when the lock was written and are now. */
function changedProperties(before: LockedResource, after: LockedResource, watched: LockedStack['watched']): ChangedProperty[] {
  const names = (watched[before.type] ?? '').split(' ').filter((name) => createOnlyOf(after.type).includes(name)).sort();
  return names.map((name) => ({ name, before: before.properties?.[name], after: after.properties?.[name] }))
    .filter((change) => !sameValue(change.before, change.after));
}

/** The added resource that takes the place of one that has gone: of the same type, the one that resembles it most. */
function successor(stack: LockedStack, id: string, added: ReadonlyArray<[id: string, resource: LockedResource]>): string | undefined {
  const gone = stack.resources[id];
  const candidates = added.filter(([, { type }]) => type === gone.type)
    .map(([newId, resource]) => ({ newId, score: resemblance(gone, resource) - changedProperties(gone, resource, stack.watched).length }))
    .sort((one, other) => other.score - one.score);
  return candidates[0]?.newId;
}

/** How much of their construct paths two resources share, 0 to 1. */
function resemblance(one: LockedResource, other: LockedResource): number {
  const [names, others] = [one.path.split('/'), other.path.split('/')];
  return names.filter((name) => others.includes(name)).length / Math.max(names.length, others.length);
}
