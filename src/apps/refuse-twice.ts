// [internal] Each part of an app has an id of its own, told in words of the app rather than of its tree.
import { Construct } from 'constructs';

/** Fail on a second part of an id, in the namespace of its kind. */
export function refuseTwice(kind: string, namespace: Construct, id: string): void {
  if (namespace.node.tryFindChild(id)) {
    throw new Error(`${kind} '${id}' exists already in '${namespace.node.scope!.node.path}': give each ${kind} an id of its own`);
  }
}
