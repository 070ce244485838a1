// Reads synthesized CloudFormation templates: resources by type, values behind parameters, references.

/** A resource of a template. */
export interface TemplateResource {
  /** CloudFormation type. */
  readonly Type: string;
  /** Properties as synthesized, functions unresolved. */
  readonly Properties?: Record<string, unknown>;
}

/** A synthesized CloudFormation template. */
export interface Template {
  /** Resources by logical id. */
  readonly Resources?: Record<string, TemplateResource>;
  /** Parameters by logical id. */
  readonly Parameters?: Record<string, { readonly Default?: unknown }>;
}

/** A resource together with where it is. */
export class Resource {
  constructor(
    public readonly id: string,
    private readonly template: Template,
    private readonly definition: TemplateResource,
  ) {}

  /** CloudFormation type. */
  public get type(): string {
    return this.definition.Type;
  }

  /** A property at a path, a reference to a parameter replaced by its default. */
  public value(...path: string[]): unknown {
    const found = path.reduce<unknown>((value, key) => property(value, key), this.definition.Properties);
    const parameter = this.template.Parameters?.[String(property(found, 'Ref'))];
    return parameter ? parameter.Default : found;
  }

  /** A property that is a number, or a string of one. */
  public number(...path: string[]): number | undefined {
    const value = this.value(...path);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
  }

  /** A property that is true or 'true'. */
  public flag(...path: string[]): boolean {
    return String(this.value(...path)) === 'true';
  }

  /** A property that is a list. Undefined if it is known only at deployment. */
  public list(...path: string[]): readonly unknown[] | undefined {
    const value = this.value(...path);
    return Array.isArray(value) ? value : undefined;
  }

  /** Whether a property mentions another resource, however deep. */
  public mentions(other: Resource, ...path: string[]): boolean {
    return this.template === other.template && JSON.stringify(this.value(...path) ?? null).includes(`"${other.id}"`);
  }

  /** The resource of the same template that a property refers to. */
  public referred(...path: string[]): Resource | undefined {
    const value = this.value(...path);
    const id = property(value, 'Ref') ?? (property(value, 'Fn::GetAtt') as unknown[] | undefined)?.[0];
    const definition = this.template.Resources?.[String(id)];
    return definition && new Resource(String(id), this.template, definition);
  }
}

/** All resources of some templates. */
export function resourcesOf(templates: readonly Template[]): Resource[] {
  return templates.flatMap((template) =>
    Object.entries(template.Resources ?? {}).map(([id, definition]) => new Resource(id, template, definition)));
}

/** A member of what may be an object. */
export function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
