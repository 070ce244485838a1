// [internal] Parts of a construct in another region: in a stack beside its own, read from there by that stack's outputs. No custom resource.
import { CfnOutput, Duration, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { outermostStack } from './outermost';

/** Where parts of a construct are made. */
export interface Place {
  /** Scope of the parts: has the path of the construct, so that their ids do not meet. */
  readonly scope: Construct;
  /** Fail on values for parts that are known only at deployment: elsewhere they would have to come from the stack that waits for the parts. By prop. */
  refuseTokens(values: Record<string, unknown>): void;
  /** A value of a part, for use in the construct's own stack. */
  read(id: string, value: string): string;
}

/**
 * The place of a construct in a region. In the region of its stack that is the construct itself. Elsewhere, and where the region of the stack is known only at deployment, it is
 * in a stack of that region, `<id of the stack>-<region>`, made on demand and deployed before the construct's own.
 *
 * Weak references that aws-cdk-lib makes by itself need a stack whose region is known; those written here do not.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
 */
export function placeIn(construct: Construct, region: string): Place {
  const own = outermostStack(construct);
  if (own.region === region) return ownPlace(construct);
  const stack = siblingOf(own, region);
  own.addStackDependency(stack);
  const below = construct.node.scopes.slice(own.node.scopes.length);
  const scope = below.reduce<Construct>((parent, { node: { id } }) => childOf(parent, id), stack);
  return {
    scope,
    refuseTokens: (values) => {
      const [unknown] = Object.entries(values).find(([, value]) => isToken(value) || [value].flat().some(isToken)) ?? [];
      if (unknown === undefined) return;
      throw new Error(`'${unknown}' must be known at synthesis, since it is for a part in ${region}, got a token: write it out`);
    },
    read: (id, value) => {
      const output = new CfnOutput(scope, id, { value });
      // late, since ids can be renamed
      return Fn.getStackOutput(stack.stackName, Lazy.string({ produce: () => stack.resolve(output.logicalId) as string }), region);
    },
  };
}

/** The place of a construct in its own stack. */
export function ownPlace(construct: Construct): Place {
  return { scope: construct, refuseTokens: () => undefined, read: (_, value) => value };
}

function isToken(value: unknown): boolean {
  const { isUnresolved } = Object(value) as Partial<Duration>;
  return isUnresolved ? isUnresolved.call(value) : Token.isUnresolved(value);
}

function childOf(parent: Construct, id: string): Construct {
  return (parent.node.tryFindChild(id) as Construct | undefined) ?? new Construct(parent, id);
}

function siblingOf(own: Stack, region: string): Stack {
  const parent = own.node.scope!;
  const id = `${own.node.id}-${region}`;
  const existing = parent.node.tryFindChild(id) as Stack | undefined;
  return existing ?? new Stack(parent, id, {
    stackName: `${own.stackName}-${region}`,
    description: `Parts of ${own.stackName} that must be in ${region}`,
    env: { account: Token.isUnresolved(own.account) ? undefined : own.account, region },
    terminationProtection: own.terminationProtection,
    tags: own.tags.tagValues(),
  });
}
