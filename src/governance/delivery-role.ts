// How a pipeline comes into the account: a role that GitHub Actions takes on by a token of its own, without keys that somebody keeps.
import { DefaultStackSynthesizer, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { AUDIENCE, gitHubTokens, issuerOf } from './github-tokens';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { outermostStack } from '../private/outermost';
import { checkSeconds } from '../private/validate';

/** What `cdk bootstrap` makes for those who deploy. CloudFormation's own role is not among them. */
const BOOTSTRAP_ROLES = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];

/** Properties of `GitHubDeliveryRole`. */
export interface GitHubDeliveryRoleProps {
  /**
   * The repository as its tokens name it: 'owner@id/name@id', or 'owner/name' for one that is older than 15 July 2026 and was not renamed or moved since.
   *
   * `gh api repos/acme/api --jq '"\(.owner.login)@\(.owner.id)/\(.name)@\(.id)"'` prints the first. With ids nobody can come in who takes the name over later.
   *
   * @see https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
   */
  readonly repository: string;
  /**
   * GitHub environment whose jobs may use the role, not together with `branch`. Who may run them, and from which branch, is set at GitHub in the environment.
   *
   * @default - none: the branch decides
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly environment?: string;
  /** Branch whose jobs may use the role, as far as they have no environment. Not together with `environment`. @default 'main' */
  readonly branch?: string;
  /**
   * The account's provider of GitHub's tokens: the `provider` of another role, or `OidcProviderNative.fromOidcProviderArn()`.
   *
   * @default - one is made, for all roles of the stack; an account has only one
   */
  readonly provider?: iam.IOidcProvider;
  /** May take on the roles that `cdk bootstrap` made, and so deploy. @default true */
  readonly deploysCdk?: boolean;
  /** Regions it deploys to, as far as `deploysCdk` is on. @default - that of its stack */
  readonly regions?: string[];
  /** How long the credentials of a job are valid at most, 1 to 12 hours. Those of the roles of `cdk bootstrap` always end after one. @default Duration.hours(1) */
  readonly maxSessionDuration?: Duration;
}

/**
 * A role for GitHub Actions, for jobs of one repository in one environment or on one branch: `aws-actions/configure-aws-credentials` takes it on with the job's token.
 *
 * It deploys by the roles of `cdk bootstrap`, and has no other permission but those that it is granted: `images.grantPullPush(delivery)`.
 *
 * Fails on a repository, environment or branch that no token could name, on patterns, on environment and branch together, and at synthesis where the app makes the
 * account's provider twice.
 *
 * @see https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub
 */
export class GitHubDeliveryRole extends Construct implements iam.IGrantable {
  /** The role. Its ARN is what a workflow needs to know. */
  public readonly role: iam.Role;
  /** The account's provider of GitHub's tokens, for further roles. */
  public readonly provider: iam.IOidcProvider;
  /** The role. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** Whom a token must be about: `repo:acme@123456/api@456789:environment:production`. A job that is turned away has another `sub`. */
  public readonly subject: string;

  constructor(scope: Construct, id: string, props: GitHubDeliveryRoleProps) {
    super(scope, id);
    checkRepository(props.repository);
    this.subject = `repo:${props.repository}:${contextOf(props)}`;
    this.provider = props.provider ?? gitHubTokens(this);
    const issuer = issuerOf(this.provider);
    checkSeconds('maxSessionDuration', props.maxSessionDuration, 3600, 43200);
    this.role = new DeliveryRole(this, 'Role', {
      description: 'For GitHub Actions: see the condition on sub for which repository, and which of its jobs',
      assumedBy: new iam.WebIdentityPrincipal(this.provider.oidcProviderArn, {
        StringEquals: { [`${issuer}:aud`]: AUDIENCE, [`${issuer}:sub`]: this.subject },
      }),
    });
    // the L2 holds what only deployment knows against its bounds, too
    (this.role.node.defaultChild as iam.CfnRole).maxSessionDuration = (props.maxSessionDuration ?? Duration.hours(1)).toSeconds();
    this.grantPrincipal = this.role;
    acknowledgeInlinePolicies(this.role);
    if (props.deploysCdk ?? true) this.allowDeployments(props.regions ?? [Stack.of(this).region]);
    if (WITHOUT_IDS.test(props.repository)) {
      Validations.of(this).addWarning('cdk-patternbook:GitHubDeliveryRoleRepositoryWithoutIds',
        `'${props.repository}' of '${this.node.path}' is named without ids: repositories that were made, renamed or moved since 15 July 2026 name theirs, and are turned away; `
        + "write 'owner@id/name@id', or acknowledge this warning for an older one");
    }
  }

  /** @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html#bootstrapping-env-roles */
  private allowDeployments(regions: string[]): void {
    if (regions.length === 0) throw new Error("'regions' must name at least one, got none: leave it out for that of the stack, or set 'deploysCdk' to false");
    const { account } = Stack.of(this);
    const qualifier = outermostStack(this).synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    this.role.addToPolicy(new iam.PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: regions.flatMap((region) => BOOTSTRAP_ROLES.map((name) => Stack.of(this).formatArn({
        service: 'iam', region: '', resource: 'role', resourceName: `cdk-${qualifier}-${name}-role-${account}-${region}`,
      }))),
    }));
  }
}

/** A role that logs in to ECR by a policy of its own: no other statement is then accepted together with that one, which takes no resource. */
class DeliveryRole extends iam.Role {
  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    if (statement.actions.join() !== 'ecr:GetAuthorizationToken') return super.addToPrincipalPolicy(statement);
    const existing = this.node.tryFindChild('RegistryLogin') as iam.Policy | undefined;
    const policy = existing ?? new iam.Policy(this, 'RegistryLogin', { statements: [statement], roles: [this] });
    if (!existing) {
      acknowledge(policy, 'AwsSolutions-IAM5[Resource::*]', 'ecr:GetAuthorizationToken has no resource level; which images may be pulled or pushed is limited by grants on repositories');
    }
    return { statementAdded: true, policyDependable: policy };
  }
}

/** Owners of enterprises have an underscore in their names. */
const OWNER = '[A-Za-z0-9][A-Za-z0-9_-]{0,99}';
const NAME = '[A-Za-z0-9._-]{1,100}';
const WITHOUT_IDS = new RegExp(`^${OWNER}/${NAME}$`);
const WITH_IDS = new RegExp(`^${OWNER}@\\d+/${NAME}@\\d+$`);

function checkRepository(repository: string): void {
  if (Token.isUnresolved(repository) || WITHOUT_IDS.test(repository) || WITH_IDS.test(repository)) return;
  throw new Error(`'repository' must be 'owner@id/name@id' or 'owner/name', got '${repository}': name one repository, without patterns, with both ids or with none`);
}

/** What the second half of a subject says. A colon within it is written %3A. */
function contextOf({ environment, branch }: GitHubDeliveryRoleProps): string {
  if (environment !== undefined && branch !== undefined) {
    throw new Error(`'environment' must not be combined with 'branch', got '${environment}' and '${branch}': `
      + 'the token of a job names its environment if it has one, so leave the branch out, and set at GitHub which branches the environment takes');
  }
  if (environment !== undefined) {
    checkName('environment', environment);
    return `environment:${environment.replace(/:/g, '%3A')}`;
  }
  const name = branch ?? 'main';
  checkName('branch', name);
  if (/^refs\/|[\s~^:[\\]|\.\./.test(name) && !Token.isUnresolved(name)) {
    throw new Error(`'branch' must be a name as git has it, without 'refs/heads/', got '${name}': write 'main' for refs/heads/main`);
  }
  return `ref:refs/heads/${name}`;
}

function checkName(prop: string, name: string): void {
  if (Token.isUnresolved(name)) return;
  if (name.trim() === '' || name.length > 255 || /[*?]/.test(name)) {
    throw new Error(`'${prop}' must be one name of 1 to 255 characters, without patterns, got '${name}': define a role for each`);
  }
}
