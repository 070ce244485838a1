// What two systems consist of, side by side: resources by type, and the properties in which resources of one type differ.

/** A template, as far as it is compared. */
export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, { readonly Value: unknown }>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

/** How many resources of a type each of two systems has. */
export interface CountDifference { readonly type: string; readonly ours: number; readonly theirs: number }

/** How many resources there are of each type. */
export function resourceCounts(templates: readonly Template[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { Type } of templates.flatMap(({ Resources }) => Object.values(Resources))) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return counts;
}

/** What custom resources a system has functions for beside its own: the type of one for each function. */
export function helperFunctions(templates: readonly Template[]): string[] {
  return templates.flatMap(({ Resources }) => {
    const types = new Map(Object.values(Resources).map(({ Type, Properties }) => [JSON.stringify(Properties?.ServiceToken), Type]));
    return Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .flatMap(([id]) => types.get(JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] })) ?? []);
  });
}

/** Types of which two systems have not the same number. */
export function countDifferences(ours: readonly Template[], theirs: readonly Template[]): CountDifference[] {
  const [one, other] = [resourceCounts(ours), resourceCounts(theirs)];
  return [...new Set([...one.keys(), ...other.keys()])].sort()
    .map((type) => ({ type, ours: one.get(type) ?? 0, theirs: other.get(type) ?? 0 }))
    .filter((difference) => difference.ours !== difference.theirs);
}

/** Fails where two systems have not the same resources: no comparison of the two would be fair. */
export function expectSameSystem(name: string, ours: readonly Template[], theirs: readonly Template[]): void {
  const differences = countDifferences(ours, theirs).map((difference) => `${difference.type}: ${difference.ours} against ${difference.theirs}`);
  if (differences.length > 0) throw new Error(`'${name}' and its twin must have the same resources, got:\n  ${differences.join('\n  ')}`);
}

/**
 * Properties in which the resources of two systems differ, as `AWS::RDS::DBInstance DBInstanceIdentifier`.
 *
 * Logical ids stand for their types, outputs of other stacks for what they hand over, and tags are left out. Of several resources of one type, those are compared that are
 * most alike.
 */
export function propertyDifferences(ours: readonly Template[], theirs: readonly Template[]): string[] {
  const [one, other] = [leavesByType(ours), leavesByType(theirs)];
  const differences = new Set<string>();
  for (const [type, resources] of one) {
    const rest = [...other.get(type) ?? []];
    // the surest pairs first: a resource that has its like must not be taken by another
    const pairs = resources.flatMap((our) => rest.map((their) => ({ our, their, paths: differingPaths(our, their) })))
      .sort((a, b) => a.paths.length - b.paths.length);
    const paired = new Set<Leaves>();
    for (const { our, their, paths } of pairs) {
      if (paired.has(our) || paired.has(their)) continue;
      paired.add(our).add(their);
      for (const path of paths) differences.add(`${type} ${path}`);
    }
  }
  return [...differences].sort();
}

/** Titles of what the dashboards show, in their order. */
export function dashboardTitles(templates: readonly Template[]): string[] {
  const dashboards = templates.flatMap(({ Resources }) => Object.values(Resources)).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  // the body is a text in pieces, with references between them
  return dashboards.flatMap(({ Properties }) => [...JSON.stringify(Properties).matchAll(/\\"title\\":\\"(.*?)\\"/g)].map(([, title]) => title));
}

type Leaves = ReadonlyMap<string, string>;

function leavesByType(templates: readonly Template[]): Map<string, Leaves[]> {
  const byType = new Map<string, Leaves[]>();
  for (const template of templates) {
    for (const { Type, Properties, DeletionPolicy = 'Delete' } of Object.values(template.Resources)) {
      const leaves = new Map<string, string>([['DeletionPolicy', DeletionPolicy]]);
      for (const [name, value] of Object.entries(Properties ?? {})) {
        if (name !== 'Tags') leaves.set(name, JSON.stringify(comparable(value, template, templates)));
      }
      byType.set(Type, [...byType.get(Type) ?? [], leaves]);
    }
  }
  return byType;
}

function differingPaths(one: Leaves, other: Leaves): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path));
}

/** A value without logical ids and names of outputs, what is a set in any order. */
function comparable(value: unknown, template: Template, templates: readonly Template[]): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => comparable(item, template, templates));
    return items.every((item) => typeof item === 'object') ? items.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) : items;
  }
  if (typeof value === 'string') return template.Resources[value] ? `<${template.Resources[value].Type}>` : value;
  if (typeof value !== 'object' || value === null) return value;
  const name = (value as { 'Fn::GetStackOutput'?: { OutputName: string } })['Fn::GetStackOutput']?.OutputName;
  const other = name === undefined ? undefined : templates.find(({ Outputs = {} }) => name in Outputs);
  if (other) return comparable(other.Outputs![name!].Value, other, templates);
  const byName = Object.entries(value).sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(byName.map(([key, item]) => [key, comparable(item, template, templates)]));
}
