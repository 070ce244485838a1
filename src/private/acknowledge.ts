// The one door through which the library accepts a finding of cdk-nag; docs/security.md lists what went through it.
import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Accept one finding on one construct: `acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'the action takes no resource; …')`.
 *
 * It covers everything below the construct, so it goes on the narrowest child. The reason names the control that makes the finding acceptable.
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}
