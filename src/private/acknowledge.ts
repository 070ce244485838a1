// The one door through which the library accepts a finding of cdk-nag; docs/security.md lists what went through it.
//
// The rule of the house: a finding is accepted only where a control stands in for what is missing, and only where the library itself left it out.
// What a prop or an extended profile of the user switches off is the user's decision: the finding stays, for the user to see.
import { Stack, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Packs that name the rules they share alike. */
const COMPLIANCE_PACKS = ['NIST.800.53.R4', 'NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

/**
 * Accept one finding on one construct: `acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'the action takes no resource; …')`.
 *
 * A rule without a pack before its name, such as `RDSMultiAZSupport`, is accepted in all compliance packs; several rules that say the same are accepted together.
 * It covers everything below the construct, so it goes on the narrowest child. The reason names the control that makes the finding acceptable.
 */
export function acknowledge(construct: IConstruct, rules: string | string[], reason: string): void {
  const ids = [rules].flat().flatMap((rule) => (rule.includes('-') ? [rule] : COMPLIANCE_PACKS.map((pack) => `${pack}-${rule}`)));
  accept(construct, ids, reason);
}

/**
 * What `Validations.acknowledge()` writes, all rules at once. That one writes each for itself with the stack of its call, also looks for warnings of that name in all
 * constructs below, which took a twentieth of a synthesis, and refuses a second '::', which the names of AWS's parameters have.
 */
function accept(construct: IConstruct, ids: string[], reason: string): void {
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, Object.fromEntries(ids.map((id) => [id, reason])));
}

/** Accept that the policies of a role are part of it: CDK's grants add to the role's own, and a policy that stood alone could be attached to others. */
export function acknowledgeInlinePolicies(role: IConstruct): void {
  acknowledge(role, 'IAMNoInlinePolicy', 'made for this one role, where nobody else can use it and no version of it outlives the role; its versions are those of the code');
}

/**
 * Accept a resource with a wildcard in a policy, where the rest of its name refers to other resources: what it reads as in the template, and so in the finding,
 * is known when references between stacks are settled.
 */
export function acknowledgeWildcard(policy: IConstruct, resource: string, reason: string): void {
  let accepted = false;
  const validate = (): string[] => {
    const finding = `AwsSolutions-IAM5[Resource::${flattened(Stack.of(policy).resolve(resource))}]`;
    if (!accepted) accept(policy, [finding], reason);
    accepted = true;
    return [];
  };
  // validation comes between that and the rule packs
  policy.node.addValidation({ validate });
}

/** A value of a template as cdk-nag writes it: `arn:<AWS::Partition>:ecs:…`. */
function flattened(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries(value as Record<string, unknown>);
  if (name === 'Fn::Join') {
    const [delimiter, parts] = argument as [string, unknown[]];
    return parts.map(flattened).join(delimiter);
  }
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name === 'Fn::ImportValue') return flattened(argument);
  return name === 'Ref' ? `<${argument as string}>` : JSON.stringify(value);
}
