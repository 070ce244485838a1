// [internal] The stack with which a construct is deployed.
import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The stack of a construct, or the one around it if that is nested: a nested stack has no name of its own, and is deployed as part of the other. */
export function outermostStack(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? outermostStack(stack.nestedStackParent) : stack;
}
