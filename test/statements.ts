// What the policies of a template allow, in an order of its own: without the flag about it the CDK keeps the order in which grants were made.
import { Template } from 'aws-cdk-lib/assertions';

/** One statement of a policy. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const sorted = <T>(value: T): T => (Array.isArray(value) ? [...value].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)) as T : value);

/** The statements of the policies whose logical id begins with `policy`, their actions and resources sorted. */
export function statementsOf(template: Template, policy = ''): Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(policy))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[])
    .map((statement) => ({ ...statement, Action: sorted(statement.Action), Resource: sorted(statement.Resource) }));
}
