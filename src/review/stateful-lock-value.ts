// Values of a template in one form, so that two ways of writing the same value compare as equal.

/** A value in one form: text, lists, and objects with their keys in order. */
export type CanonicalValue = string | readonly CanonicalValue[] | { readonly [key: string]: CanonicalValue };

/**
 * Bring a value into its form.
 *
 * CloudFormation takes numbers and booleans as text and text as them, so all are text here. `Fn::Sub` and nested `Fn::Join` come to one flat `Fn::Join`,
 * since the CDK writes now one and now the other.
 */
export function canonicalValue(value: unknown): CanonicalValue {
  if (Array.isArray(value)) return value.map(canonicalValue);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [[name, argument]] = entries;
    if (name === 'Fn::Join') return joined(argument) ?? sorted(entries);
    if (name === 'Fn::Sub') return substituted(argument) ?? sorted(entries);
    if (name === 'Fn::GetAtt' && typeof argument === 'string') return { 'Fn::GetAtt': attributePath(argument) };
  }
  return sorted(entries);
}

/** Whether two canonical values are the same. */
export function sameValue(one: CanonicalValue | undefined, other: CanonicalValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * What stands at a path in the properties of a resource.
 *
 * @param path names with slashes between, such as `EncryptionInfo/EncryptionAtRest`
 */
export function valueAt(properties: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), properties);
}

function sorted(entries: ReadonlyArray<[key: string, value: unknown]>): CanonicalValue {
  const order = [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(order.map(([key, value]) => [key, canonicalValue(value)]));
}

function joined(argument: unknown): CanonicalValue | undefined {
  if (!Array.isArray(argument) || typeof argument[0] !== 'string' || !Array.isArray(argument[1])) return undefined;
  const [delimiter, parts] = argument as [string, unknown[]];
  return flat(parts.flatMap((part, index) => (index === 0 ? [part] : [delimiter, part])).map(canonicalValue));
}

function substituted(argument: unknown): CanonicalValue | undefined {
  const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string' || typeof given !== 'object' || given === null) return undefined;
  const values = given as Record<string, unknown>;
  // every second piece is what stood in ${}
  const pieces = text.split(/\$\{([^}]*)\}/).map((piece, index): CanonicalValue => {
    if (index % 2 === 0) return piece;
    if (piece.startsWith('!')) return `\${${piece.slice(1)}}`;
    const name = piece.trim();
    if (Object.hasOwn(values, name)) return canonicalValue(values[name]);
    return name.includes('.') ? { 'Fn::GetAtt': attributePath(name) } : { Ref: name };
  });
  return flat(pieces);
}

/** Resource and attribute; the attribute of a nested stack has a dot of its own. */
function attributePath(text: string): string[] {
  const [resource, ...attribute] = text.split('.');
  return [resource, attribute.join('.')];
}

function flat(parts: readonly CanonicalValue[]): CanonicalValue {
  const pieces: CanonicalValue[] = [];
  for (const part of parts.flatMap((one) => joinedParts(one) ?? [one])) {
    const last = pieces[pieces.length - 1];
    if (typeof part === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + part;
    else if (part !== '') pieces.push(part);
  }
  if (pieces.length === 0) return '';
  return pieces.length === 1 ? pieces[0] : { 'Fn::Join': ['', pieces] };
}

/** The pieces of a value that `flat` made. */
function joinedParts(value: CanonicalValue): readonly CanonicalValue[] | undefined {
  const argument = typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, CanonicalValue>)['Fn::Join'] : undefined;
  return Array.isArray(argument) && argument[0] === '' && Array.isArray(argument[1]) ? argument[1] : undefined;
}
