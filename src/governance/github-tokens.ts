// [internal] The provider of GitHub's tokens: an account has one for each issuer, so that an app must not make two.
import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { Namesakes } from '../private/namesakes';
import { resourcesIn } from '../private/resource-references';

/** Who issues the tokens of github.com, as conditions of IAM write it. */
const ISSUER = 'token.actions.githubusercontent.com';
/** For whom they are issued when an action of AWS asks: https://github.com/aws-actions/configure-aws-credentials#oidc */
export const AUDIENCE = 'sts.amazonaws.com';
/** Below the stack, as it is nobody's own: whichever role is defined first, or removed, changes nothing about it. */
const ID = 'GitHubTokens';

/** Providers made here, by their app. */
const PROVIDERS = new Namesakes<iam.OidcProviderNative>();

/** The provider of a stack, made when it is first asked for. Fails at synthesis where the account has it from another stack already. */
export function gitHubTokens(scope: Construct): iam.IOidcProvider {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild(ID) as iam.OidcProviderNative | undefined;
  if (existing) return existing;
  const provider = new iam.OidcProviderNative(stack, ID, { url: `https://${ISSUER}`, clientIds: [AUDIENCE] });
  PROVIDERS.enter(stack.node.root, provider);
  provider.node.addValidation({ validate: () => othersOfSameAccount(provider) });
  return provider;
}

/**
 * Who issues the tokens of a provider, as conditions write it: in their keys nothing can stand that is known only at deployment.
 *
 * Fails on a provider of something else than GitHub. Those of GitHub Enterprise have issuers of their own.
 *
 * @see https://docs.github.com/en/enterprise-cloud@latest/actions/reference/security/oidc
 */
export function issuerOf({ oidcProviderIssuer: issuer }: iam.IOidcProvider): string {
  if (Token.isUnresolved(issuer)) return ISSUER;
  if (issuer !== ISSUER && !/^token\.actions\.[a-z0-9-]+\.ghe\.com$|\/_services\/token$/.test(issuer)) {
    throw new Error(`'provider' must be one of tokens of GitHub Actions, got one of '${issuer}': pass that of '${ISSUER}'`);
  }
  return issuer;
}

function othersOfSameAccount(provider: iam.OidcProviderNative): string[] {
  const accountOf = (construct: IConstruct): string => Stack.of(construct).account;
  return [...PROVIDERS.others(provider.node.root, provider), ...foreign(provider)]
    .filter((other) => accountOf(other) === accountOf(provider))
    .map((other) => `'provider' must be given in '${Stack.of(provider).node.path}', as an account has one provider of GitHub's tokens, and '${other.node.path}' is it: `
      + "pass that one, the 'provider' of a GitHubDeliveryRole, or tell the accounts apart by 'env' of their stacks");
}

/** Those that the app made by other ways. */
function foreign(provider: iam.OidcProviderNative): IConstruct[] {
  const providers = resourcesIn(provider.node.root, iam.CfnOIDCProvider.CFN_RESOURCE_TYPE_NAME) as iam.CfnOIDCProvider[];
  return providers.filter(({ node, url }) => node.scope?.node.id !== ID && url === `https://${ISSUER}`);
}
