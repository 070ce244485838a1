// Who may pass a route: users of an identity provider, asked by the load balancer.
import { CfnResource, Duration, Token } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AuthenticateCognitoAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2-actions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { renderedProperties } from '../private/rendered';
import { checkSeconds } from '../private/validate';

/** What authentications have in common. */
export interface AuthenticationOptions {
  /** What is asked of the identity provider, words with blanks between, such as `openid email`. @default 'openid' */
  readonly scope?: string;
  /** How long a user stays signed in, 1 s to 7 days. @default Duration.days(7) */
  readonly sessionTimeout?: Duration;
  /** Name of the cookie that holds the session. Routes of one host that ask different providers need different ones. @default 'AWSELBAuthSessionCookie' */
  readonly sessionCookieName?: string;
  /** What becomes of a request without a session. @default - AUTHENTICATE: sent to sign in; DENY answers 401, ALLOW lets it pass */
  readonly onUnauthenticated?: elbv2.UnauthenticatedAction;
}

/** An identity provider that speaks OpenID Connect. Its addresses are in its document `/.well-known/openid-configuration`. */
export interface OidcAuthenticationOptions extends AuthenticationOptions {
  /** Identifier of the provider, as in its tokens, such as `https://login.example.com`. */
  readonly issuer: string;
  /** Where users sign in, `https://…`. */
  readonly authorizationEndpoint: string;
  /** Where the load balancer exchanges a code for tokens, `https://…`, by a name that public DNS knows. */
  readonly tokenEndpoint: string;
  /** Where the load balancer asks who a user is, `https://…`, by a name that public DNS knows. */
  readonly userInfoEndpoint: string;
  /** What the provider knows the application by. */
  readonly clientId: string;
  /** Secret of the application at the provider. CloudFormation reads it when it deploys the rule: a new value is taken when the rule changes. */
  readonly clientSecret: secretsmanager.ISecret;
  /** Field of the secret, where it is JSON. @default - its whole value */
  readonly clientSecretField?: string;
}

/** A user pool of Amazon Cognito. */
export interface CognitoAuthenticationOptions extends AuthenticationOptions {
  /** The pool. */
  readonly userPool: cognito.IUserPool;
  /** Its client for the load balancer: with a secret, the code grant, and the callback address of the route. */
  readonly userPoolClient: cognito.IUserPoolClient;
  /** Where its users sign in. */
  readonly userPoolDomain: cognito.IUserPoolDomain;
}

/** Path at which the load balancer takes users back from the provider. */
const CALLBACK_PATH = '/oauth2/idpresponse';

/**
 * A sign-in that the load balancer asks for before a request reaches the service. It passes on who the user is, signed, as the header `x-amzn-oidc-data`.
 *
 * The provider must know the route's callback address, `RouteAuthentication.callbackUrl(entry.urlOf(route))`. Paths that need no sign-in are routes of their own.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
export class RouteAuthentication {
  /**
   * Users of a provider that speaks OpenID Connect, such as Okta, Entra ID, Google or Keycloak.
   *
   * Fails on an address that is not HTTPS, and on a session time out of bounds.
   */
  public static oidc(options: OidcAuthenticationOptions): RouteAuthentication {
    const { issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint, clientId, clientSecret, clientSecretField: field } = options;
    Object.entries({ issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint }).forEach(([prop, url]) => checkAddress(prop, url));
    return new RouteAuthentication(options, (next, common) => elbv2.ListenerAction.authenticateOidc({
      ...common,
      next,
      issuer,
      authorizationEndpoint,
      tokenEndpoint,
      userInfoEndpoint,
      clientId,
      clientSecret: field === undefined ? clientSecret.secretValue : clientSecret.secretValueFromJson(field),
    }));
  }

  /**
   * Users of an Amazon Cognito pool.
   *
   * Fails on a session time out of bounds, and at synthesis where the client could not serve a load balancer: without a secret, without the code grant, or without
   * the route's callback address.
   */
  public static cognito(options: CognitoAuthenticationOptions): RouteAuthentication {
    const { userPool, userPoolClient, userPoolDomain } = options;
    return new RouteAuthentication(
      options, (next, common) => new AuthenticateCognitoAction({ ...common, next, userPool, userPoolClient, userPoolDomain }), userPoolClient,
    );
  }

  /**
   * The address that a provider sends users back to, which it must know: `https://api.example.com/oauth2/idpresponse` for any address there.
   *
   * @param url address of a route, as by `entry.urlOf(route)`
   */
  public static callbackUrl(url: string): string {
    return url.replace(/^(https?:\/\/[^/]+).*$/, '$1') + CALLBACK_PATH;
  }

  private readonly common: CommonOptions;

  private constructor(options: AuthenticationOptions, private readonly action: Authenticate, private readonly client?: cognito.IUserPoolClient) {
    checkSeconds('sessionTimeout', options.sessionTimeout, 1, 604800);
    this.common = {
      scope: options.scope ?? 'openid',
      sessionTimeout: options.sessionTimeout ?? Duration.days(7),
      sessionCookieName: options.sessionCookieName ?? 'AWSELBAuthSessionCookie',
      onUnauthenticatedRequest: options.onUnauthenticated ?? elbv2.UnauthenticatedAction.AUTHENTICATE,
      // by the entry, once for all routes: the rules of two services would be the same one twice, which EC2 refuses
      allowHttpsOutbound: false,
    };
  }

  /** Authenticate, then do what comes next. @internal */
  public _before(next: elbv2.ListenerAction): elbv2.ListenerAction {
    return this.action(next, this.common);
  }

  /**
   * What of the user pool's client would not do.
   *
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#cognito-requirements
   * @internal
   */
  public _refused(route: string, url: string): string[] {
    const callbackUrl = RouteAuthentication.callbackUrl(url);
    const resource = this.client?.node.defaultChild;
    if (!resource || !CfnResource.isCfnResource(resource)) return [];
    const { GenerateSecret, AllowedOAuthFlows = [], CallbackURLs = [] } = renderedProperties(resource) as RenderedClient;
    const refuse = (what: string, remedy: string): string => `'userPoolClient' of route '${route}' must have ${what}: ${remedy}`;
    const callbacks = CallbackURLs.map((address) => String(address).toLowerCase());
    return [
      ...GenerateSecret === true ? [] : [refuse('a secret, got none', "set 'generateSecret' of the client")],
      ...AllowedOAuthFlows.includes('code') ? [] : [refuse('the code grant, got none', "set 'authorizationCodeGrant' among the flows of the client")],
      ...Token.isUnresolved(callbackUrl) || CallbackURLs.some((address) => typeof address !== 'string') || callbacks.includes(callbackUrl.toLowerCase())
        ? []
        : [refuse(`${callbackUrl} among its callback addresses, got ${callbacks.join(', ')}`, "add RouteAuthentication.callbackUrl(entry.urlOf(route)) to 'callbackUrls' of the client")],
    ];
  }
}

interface CommonOptions {
  readonly scope: string;
  readonly sessionTimeout: Duration;
  readonly sessionCookieName: string;
  readonly onUnauthenticatedRequest: elbv2.UnauthenticatedAction;
  readonly allowHttpsOutbound: boolean;
}

type Authenticate = (next: elbv2.ListenerAction, common: CommonOptions) => elbv2.ListenerAction;

interface RenderedClient { readonly GenerateSecret?: unknown; readonly AllowedOAuthFlows?: unknown[]; readonly CallbackURLs?: unknown[] }

function checkAddress(prop: string, url: string): void {
  if (!Token.isUnresolved(url) && !/^https:\/\/[^/\s]+/.test(url)) {
    throw new Error(`'${prop}' must be an address that begins with https://, got '${url}': take it from the provider's /.well-known/openid-configuration`);
  }
}
