// [internal] Names of what CloudFront keeps for an account, whatever the region of the stack.
import { Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The longest name of a region. */
const REGION_LENGTH = 14;

/** A name for a part of a construct: of the path, as CDK's own, and of the region, so that the same stack can be in two of them. */
export function globalName(scope: Construct, part: string, maxLength: number): string {
  const stem = Names.uniqueResourceName(scope, { maxLength: maxLength - part.length - REGION_LENGTH - 2, separator: '-' });
  return `${stem}-${part}-${Stack.of(scope).region}`;
}
