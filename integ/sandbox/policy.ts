// Decides what a role may do, from policy documents as IAM keeps them; what it cannot decide counts as not allowed.

/** A policy document as JSON. */
export interface PolicyDocument {
  readonly Statement?: Statement | Statement[];
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: string | { readonly [kind: string]: string | string[] };
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: string | string[];
  readonly NotResource?: string | string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | boolean | string[] } };
}

/** What somebody wants to do. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys, such as `kms:ViaService`. */
  readonly context?: { readonly [key: string]: string };
}

/** Whether the documents allow the request: some statement allows it, none denies it. */
export function isAllowed(documents: readonly PolicyDocument[], request: AccessRequest): boolean {
  const matching = documents.flatMap((document) => listOf(document.Statement)).filter((statement) => applies(statement, request));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

/** The statements of a resource's policy that are about everybody, as a document. */
export function forAnybody(document: PolicyDocument): PolicyDocument {
  return forPrincipals(document, []);
}

/** The statements of a resource's policy that name one of the principals, as a document. */
export function forPrincipals(document: PolicyDocument, principals: readonly string[]): PolicyDocument {
  const named = ({ Principal }: Statement): boolean => {
    const allowed = listOf(typeof Principal === 'string' ? Principal : Principal?.AWS);
    return allowed.some((principal) => principal === '*' || principals.includes(principal));
  };
  return { Statement: listOf(document.Statement).filter(named) };
}

/** The statements of a role's trust policy that name a service of AWS, as a document about any role. */
export function forService(document: PolicyDocument, service: string): PolicyDocument {
  const named = listOf(document.Statement).filter(({ Principal }) => typeof Principal === 'object' && listOf(Principal.Service).includes(service));
  return { Statement: named.map((statement) => ({ ...statement, Resource: '*' })) };
}

/** Whether a text matches a pattern in which `*` is any text and `?` any character. */
export function matches(pattern: string, text: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const named = (patterns: string | string[] | undefined, text: string) => listOf(patterns).some((pattern) => matches(pattern, text));
  const action = request.action.toLowerCase();
  const lower = (patterns: string | string[] | undefined) => listOf(patterns).map((pattern) => pattern.toLowerCase());
  const byAction = statement.NotAction === undefined ? named(lower(statement.Action), action) : !named(lower(statement.NotAction), action);
  const byResource = statement.NotResource === undefined
    ? named(statement.Resource, request.resource)
    : !named(statement.NotResource, request.resource);
  return byAction && byResource && Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, listOf(values).map(String), valueOf(request, key)) ?? statement.Effect === 'Deny'));
}

function valueOf(request: AccessRequest, key: string): string | undefined {
  return Object.entries(request.context ?? {}).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

/** Whether a condition is met; undefined for an operator that is not known here. */
function holds(operator: string, expected: string[], actual: string | undefined): boolean | undefined {
  switch (operator) {
    case 'StringEquals': return actual !== undefined && expected.includes(actual);
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals': return actual !== undefined && expected.some((pattern) => matches(pattern, actual));
    case 'Bool': return actual !== undefined && expected.some((value) => value.toLowerCase() === actual.toLowerCase());
    default: return undefined;
  }
}

function listOf<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
