// Looks at the resources of a stack: properties, references, and who refers to whom.
import { StackResource } from '../made';

/** A value of a template. */
export type Value = unknown;

/** The resources of a stack, and the ways between them. */
export class TemplateView {
  private readonly byId: Map<string, StackResource>;
  private readonly users = new Map<string, StackResource[]>();

  constructor(public readonly resources: readonly StackResource[]) {
    this.byId = new Map(resources.map((resource) => [resource.id, resource]));
    for (const resource of resources) {
      for (const id of new Set(this.refsIn(resource.definition.Properties))) this.users.set(id, [...this.users.get(id) ?? [], resource]);
    }
  }

  /** Those of a type. */
  public ofType(type: string): StackResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one of an id. */
  public find(id: string): StackResource | undefined {
    return this.byId.get(id);
  }

  /** Those that refer to one. */
  public usersOf(id: string): readonly StackResource[] {
    return this.users.get(id) ?? [];
  }

  /** Ids of all resources that a value refers to, however deep. */
  public refsIn(value: Value): string[] {
    if (Array.isArray(value)) return value.flatMap((item) => this.refsIn(item));
    if (typeof value !== 'object' || value === null) return [];
    const named = [member(value, 'Ref'), member(member(value, 'Fn::GetAtt'), '0')];
    const direct = named.filter((id): id is string => typeof id === 'string' && this.byId.has(id));
    return [...direct, ...Object.values(value).flatMap((inner) => this.refsIn(inner))];
  }
}

/** A property at a path; indexes of lists are members like others. */
export function at(resource: StackResource | undefined, ...path: string[]): Value {
  return path.reduce<Value>((value, key) => member(value, key), resource?.definition.Properties);
}

/** A member of what may be an object. */
export function member(value: Value, key: string): Value {
  return typeof value === 'object' && value !== null ? (value as Record<string, Value>)[key] : undefined;
}

/** What may be a list, as one. */
export function listAt(resource: StackResource | undefined, ...path: string[]): Value[] {
  const value = at(resource, ...path);
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** A text, joined as far as it is known; what is known only when deployed is `…`. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const join = member(value, 'Fn::Join');
  return Array.isArray(join) ? (join[1] as Value[]).map(textOf).join(String(join[0])) : '…';
}
