// In what the templates of an example may differ between feature flags and between versions of the CDK, with the reason why each is harmless.
//
// An entry does not hide a place: it rewrites both sides to one meaning, and what is then left differs in earnest.
import { rewritten, System } from './system';

/** Which two systems are compared: the recommended flags with none, or the oldest aws-cdk-lib with the newest. */
export type Comparison = 'flags' | 'versions';

/** A difference without consequence. */
export interface AcceptedDifference {
  readonly between: Comparison;
  /** The flag, or the change in the CDK, that makes it. */
  readonly cause: string;
  /** Why nobody is hurt by it. */
  readonly reason: string;
  /** The system in a form that is the same on both sides. */
  readonly rewrite: (system: System) => System;
}

type Statement = Record<string, unknown>;

const listOf = (value: unknown): unknown[] => (value === undefined ? [undefined] : [value].flat());

/** What a policy says, as one statement for each action, resource and principal. */
function singleStatements(statements: Statement[]): Statement[] {
  // topic policies number their statements
  const withoutNumber = ({ Sid, ...statement }: Statement): Statement => (/^\d+$/.test(String(Sid)) ? statement : { Sid, ...statement });
  const principalsOf = (statement: Statement): unknown[] => {
    const { Principal: principal } = statement;
    if (typeof principal !== 'object' || principal === null) return [principal];
    return Object.entries(principal).flatMap(([kind, names]) => listOf(names).map((name) => ({ [kind]: name })));
  };
  const single = statements.map(withoutNumber).flatMap((statement) => listOf(statement.Action).flatMap((Action) =>
    listOf(statement.Resource).flatMap((Resource) => principalsOf(statement).map((Principal) => ({ ...statement, Action, Resource, Principal })))));
  const texts = single.map((statement) => JSON.stringify(Object.fromEntries(Object.entries(statement).sort(([a], [b]) => (a < b ? -1 : 1)))));
  return [...new Set(texts)].sort().map((text) => JSON.parse(text));
}

/** A system in which a value of another stack is what it is there, however it gets here. */
function withoutExports(system: System): System {
  const stacks = Object.values(system);
  const outputs = stacks.flatMap(({ Outputs = {} }) => Object.entries(Outputs).map(([name, output]) => ({ name, ...output })));
  const made = (name: string): boolean => /^(PublishOutput|ExportsOutput)/.test(name);
  const resolved = rewritten(system, (object) => {
    const strong = object['Fn::ImportValue'];
    const weak = object['Fn::GetStackOutput'] as { OutputName: string } | undefined;
    const sources = outputs.filter(({ name, Export }) => (strong === undefined ? name === weak?.OutputName : Export?.Name === strong));
    if (sources.length > 1) throw new Error(`${sources.length} stacks have an output '${sources[0].name}': which of them is read cannot be told here`);
    return sources.length === 1 ? { 'Of another stack': sources[0].Value } : object;
  }) as System;
  return Object.fromEntries(Object.entries(resolved).map(([id, { Outputs = {}, ...template }]) =>
    [id, { ...template, Outputs: Object.fromEntries(Object.entries(Outputs).filter(([name]) => !made(name))) }]));
}

/** The log group that an ARN names, which ends in ':*' or does not. */
function logGroupOf(arn: unknown): unknown {
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = Object(arn) as { 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, Array<{ Ref?: string }>] };
  return attribute?.[0] ?? join?.[1].at(-1)?.Ref ?? arn;
}

const ACCESS_LOG_REASON = "API Gateway takes both for the same log group: 'arn:…:log-group:name:*' and 'arn:…:log-group:name'";

/** A system in which access logs go to a log group, by whichever ARN. */
function withAccessLogGroups(system: System): System {
  return rewritten(system, (object) =>
    ('DestinationArn' in object && 'Format' in object ? { ...object, DestinationArn: logGroupOf(object.DestinationArn) } : object)) as System;
}

/** A text whose partition is written out, in as few parts as it then has. */
function withPartition(object: Record<string, unknown>): unknown {
  if (object.Ref === 'AWS::Partition') return 'aws';
  const [delimiter, parts] = (object['Fn::Join'] ?? []) as [string?, unknown[]?];
  if (delimiter !== '' || !Array.isArray(parts)) return object;
  const merged = parts.reduce<unknown[]>((before, part) => {
    const last = before.at(-1);
    return typeof last === 'string' && typeof part === 'string' ? [...before.slice(0, -1), last + part] : [...before, part];
  }, []);
  return { 'Fn::Join': ['', merged] };
}

/** A system without resources of some kind. */
function withoutResources(system: System, left: (id: string, type: string) => boolean): System {
  return Object.fromEntries(Object.entries(system).map(([stack, template]) =>
    [stack, { ...template, Resources: Object.fromEntries(Object.entries(template.Resources).filter(([id, { Type }]) => !left(id, Type))) }]));
}

/** The list. An entry that no example needs is refused. */
export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    between: 'flags',
    cause: '@aws-cdk/core:enablePartitionLiterals',
    reason: 'in a region that is known, ARNs name its partition in place of a reference to it; it is the same partition',
    rewrite: (system) => rewritten(system, withPartition) as System,
  },
  {
    between: 'flags',
    cause: '@aws-cdk/aws-iam:minimizePolicies',
    reason: 'statements are merged, their actions sorted and their numbers other ones; what they allow and deny is the same, action by action',
    rewrite: (system) => rewritten(system, (object) =>
      (Array.isArray(object.Statement) ? { ...object, Statement: singleStatements(object.Statement as Statement[]) } : object)) as System,
  },
  {
    between: 'flags',
    cause: '@aws-cdk/core:defaultCrossStackReferences',
    reason: 'a value of another stack comes by Fn::GetStackOutput in place of an export and its import; it is the same value',
    rewrite: withoutExports,
  },
  {
    between: 'flags',
    cause: '@aws-cdk/aws-lambda:recognizeLayerVersion',
    reason: 'the ids of a function version and of its migrations end in a hash over what the function is made of, which the flag reckons otherwise: changing it releases the same code once more',
    rewrite: (system) => JSON.parse(JSON.stringify(system).replace(/((?:CurrentVersion|Run)[0-9A-F]{8})[0-9a-f]{32}/g, '$1')),
  },
  {
    between: 'flags',
    cause: '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard',
    reason: ACCESS_LOG_REASON,
    rewrite: withAccessLogGroups,
  },
  {
    between: 'versions',
    cause: 'the same flag, which the oldest CDK does not know',
    reason: ACCESS_LOG_REASON,
    rewrite: withAccessLogGroups,
  },
  {
    between: 'versions',
    cause: 'a permission for each route of a WebSocket API',
    reason: 'the library permits all routes of the API to call the function; those of the newest CDK come on top and permit nothing more',
    rewrite: (system) => withoutResources(system, (id, type) => type === 'AWS::Lambda::Permission' && /WebSocketApi\w+RouteIntegrationPermission/.test(id)),
  },
  {
    between: 'versions',
    cause: 'tags of budgets',
    reason: 'the newest CDK tags them as all else; a budget without tags counts and tells the same',
    rewrite: (system) => rewritten(system, (object) => {
      const { ResourceTags: _, ...budget } = object;
      return 'NotificationsWithSubscribers' in object ? budget : object;
    }) as System,
  },
];
