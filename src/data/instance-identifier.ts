// [internal] The name of an instance, known before the instance is made, so that its log groups can be made first.
import { createHash } from 'crypto';
import { CfnElement, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * `db-<GUID of the stack>-<hash of the instance's logical id>`, 48 characters of lower-case letters, digits and single hyphens.
 *
 * The GUID is the last part of the stack's id, which AWS makes anew for every stack. So the same app deployed twice, under two stack names, in
 * two regions or as a nested stack never meets itself, and a stack made again after its deletion does not meet the log groups and backups
 * that the deleted one left. The hash tells the databases of a stack apart. It is taken of the final logical id, so that a move in the tree
 * that keeps the logical id keeps the name: another name would replace the instance.
 */
export function identifierBase(scope: IConstruct, cfnInstance: () => CfnElement): string {
  const stack = Stack.of(scope);
  const guid = Fn.select(2, Fn.split('/', stack.stackId));
  return `db-${guid}-${Lazy.uncachedString({ produce: () => shortHash(`${stack.resolve(cfnInstance().logicalId)}`) })}`;
}

/**
 * The identifier of one generation. The first bears the plain name.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.Constraints
 */
export function instanceIdentifier(base: string, generation: number): string {
  return generation === 1 ? base : `${base}-${generation}`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
