// [internal] Names of log groups: readable, as the documents want them, and yet never in the way of another deployment.
import { Aws, Fn, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { Namesakes } from '../private/namesakes';
import { outermostStack } from '../private/outermost';

/**
 * `<prefix>/<stack>-<environment>/<path within the stack>-<first part of the stack's unique id>`, such as
 * `/ecs/shop-prod/app/services/api-4f6a1c20`.
 *
 * Logs are retained when their stack is deleted; by its unique id a stack of the same name, deployed afterwards, does not meet them.
 *
 * Fails at synthesis where two constructs of a stack come to one name.
 */
export function logGroupName(prefix: string, scope: IConstruct, profile: EnvironmentProfile): string {
  // the name of a nested stack is known only at deployment, and that of the stack around it says more
  const stack = outermostStack(scope);
  const path = scope.node.scopes.slice(scope.node.scopes.indexOf(stack) + 1).map(({ node }) => word(node.id)).join('/');
  claim(scope, `${prefix}/${path}`);
  const unique = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return `${prefix}/${word(stack.stackName)}-${profile.name}/${path}-${unique}`;
}

function word(name: string): string {
  return Token.isUnresolved(name) ? name : name.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-');
}

/** Constructs whose log groups bear one name. */
const OWNERS = new Namesakes<IConstruct>();
const NAMES = new WeakMap<Stack, Map<string, object>>();

function claim(scope: IConstruct, name: string): void {
  const stack = Stack.of(scope);
  const names = NAMES.get(stack) ?? new Map<string, object>();
  const place = names.get(name) ?? {};
  NAMES.set(stack, names.set(name, place));
  OWNERS.enter(place, scope);
  scope.node.addValidation({
    validate: () => OWNERS.others(place, scope).map((other) => `id of '${scope.node.path}' must differ from that of '${other.node.path}' in more than case and signs, `
      + `got log groups of one name, '${name}': rename one of the two`),
  });
}
