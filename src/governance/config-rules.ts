// [internal] What an account is checked against. None of these rules mends anything.
import * as config from 'aws-cdk-lib/aws-config';
import { Construct, IDependable } from 'constructs';

/**
 * What AWS proposes, parameter of the rule → value.
 *
 * @see https://docs.aws.amazon.com/config/latest/developerguide/iam-password-policy.html
 */
const PASSWORDS = {
  RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true,
  RequireSymbols: true,
  RequireNumbers: true,
  MinimumPasswordLength: 14,
  PasswordReusePrevention: 24,
  MaxPasswordAge: 90,
};

/** Looked at when a resource changes, or once a day where the rule is about the account. A function, so that nothing of it is loaded in apps without guardrails. */
function rules(): Record<string, config.ManagedRuleProps> {
  const { ManagedRuleIdentifiers: Managed, MaximumExecutionFrequency: Frequency } = config;
  return {
    BucketsNotPublic: { identifier: Managed.S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED },
    DatabasesEncrypted: { identifier: Managed.RDS_STORAGE_ENCRYPTED },
    FunctionsInVpc: { identifier: Managed.LAMBDA_INSIDE_VPC },
    TrailInAllRegions: { identifier: Managed.CLOUDTRAIL_MULTI_REGION_ENABLED, maximumExecutionFrequency: Frequency.TWENTY_FOUR_HOURS },
    StrongPasswords: {
      identifier: Managed.IAM_PASSWORD_POLICY,
      maximumExecutionFrequency: Frequency.TWENTY_FOUR_HOURS,
      // the rule takes text only
      inputParameters: Object.fromEntries(Object.entries(PASSWORDS).map(([name, value]) => [name, `${value}`])),
    },
  };
}

/** The rules, each a child by its name, after the recorder that they need. */
export function addRules(scope: Construct, recorder: IDependable | undefined): void {
  for (const [id, props] of Object.entries(rules())) {
    const rule = new config.ManagedRule(scope, id, props);
    if (recorder) rule.node.addDependency(recorder);
  }
}

/** The command that gives an account the policy that the rule looks for. */
export function passwordPolicyCommand(): string {
  const { MinimumPasswordLength, PasswordReusePrevention, MaxPasswordAge } = PASSWORDS;
  return ['aws iam update-account-password-policy',
    '--require-uppercase-characters --require-lowercase-characters --require-symbols --require-numbers',
    `--minimum-password-length ${MinimumPasswordLength} --password-reuse-prevention ${PasswordReusePrevention} --max-password-age ${MaxPasswordAge}`,
    '--allow-users-to-change-password'].join(' ');
}
