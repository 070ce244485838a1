// [internal] A resource as CloudFormation will get it.
import { CfnResource, Stack } from 'aws-cdk-lib';

interface Rendering {
  _toCloudFormation(): object;
}

/**
 * Properties as in the template, overrides included: those do not show in the members of a resource, so that a rule that reads the members could be got round.
 *
 * For `node.addValidation()`, when all is in place.
 */
export function renderedProperties(resource: CfnResource): Record<string, unknown> {
  // aws-cdk-lib renders templates by this method and has no public one
  const { Resources } = Stack.of(resource).resolve((resource as unknown as Rendering)._toCloudFormation()) as { Resources: object };
  const [{ Properties }] = Object.values(Resources) as Array<{ Properties?: Record<string, unknown> }>;
  return Properties ?? {};
}
