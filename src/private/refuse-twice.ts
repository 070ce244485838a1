// [internal] Each part has an id of its own, told in words of its owner rather than of the tree.
import { IConstruct } from 'constructs';

/** Fail on a second part of an id, in the namespace of its kind. */
export function refuseTwice(kind: string, namespace: IConstruct, id: string): void {
  if (namespace.node.tryFindChild(id)) {
    throw new Error(`${kind} '${id}' exists already in '${namespace.node.scope!.node.path}': give each ${kind} an id of its own`);
  }
}
