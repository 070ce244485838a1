// Who signs in at a route.
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as fc from 'fast-check';
import { durations, rarely, texts, User, weighted } from './values';
import {
  AuthenticationOptions, CognitoAuthenticationOptions, HaContainerWebApp, OidcAuthenticationOptions, Route, RouteAuthentication,
} from '../../../src';
import { call, Fields, jointly, memberOf, provided, Some, struct, verb, written, Written } from '../written';

const NO_ADDRESSES = ['', 'http://login.example.com', 'login.example.com', 'https://'];

const common = (user: User): Fields<AuthenticationOptions> => ({
  scope: texts(user, ['openid', 'openid email'], ['openid profile']),
  sessionTimeout: durations(user, 1, 604800),
  sessionCookieName: texts(user, ['AWSELBAuthSessionCookie', 'shop'], ['other']),
  onUnauthenticated: memberOf('UnauthenticatedAction', elbv2.UnauthenticatedAction, 'AUTHENTICATE', 'DENY', 'ALLOW'),
});

const secrets: Some<secretsmanager.ISecret> = fc.constantFrom(
  written<secretsmanager.ISecret>('new Secret(this, …)', (site) => new secretsmanager.Secret(site.stack, site.id('ClientSecret'))),
  written<secretsmanager.ISecret>("Secret.fromSecretNameV2('login')", (site) => secretsmanager.Secret.fromSecretNameV2(site.stack, site.id('ClientSecret'), 'login')),
);

const oidc = (user: User): Some<RouteAuthentication> => struct<OidcAuthenticationOptions>('OidcAuthenticationOptions', {
  ...common(user),
  issuer: texts(user, ['https://login.example.com'], NO_ADDRESSES),
  authorizationEndpoint: texts(user, ['https://login.example.com/authorize'], NO_ADDRESSES),
  tokenEndpoint: texts(user, ['https://login.example.com:8443/token'], NO_ADDRESSES),
  userInfoEndpoint: texts(user, ['https://login.example.com/userinfo?x=y'], NO_ADDRESSES),
  clientId: texts(user, ['shop'], ['']),
  clientSecret: secrets,
  clientSecretField: texts(user, ['secret'], ['other']),
}).map((options) => call(RouteAuthentication, 'oidc', options));

type Pool = Pick<{ readonly [K in keyof CognitoAuthenticationOptions]: Written<CognitoAuthenticationOptions[K]> }, 'userPool' | 'userPoolClient' | 'userPoolDomain'>;

/** A pool with all that belongs to it, made here for the address of a route, or existing; or for those who slip one whose client does not serve a load balancer. */
function poolOf(kind: 'new' | 'existing' | 'without secret' | 'of other addresses', address: Written<string>): Pool {
  if (kind === 'existing') {
    const client = 'abcdefghijklmnopqrstuvwxyz';
    return {
      userPool: written('UserPool.fromUserPoolId(…)', (site) => cognito.UserPool.fromUserPoolId(site.stack, site.id('Users'), 'eu-west-1_Abcdefghi')),
      userPoolClient: written('UserPoolClient.fromUserPoolClientId(…)', (site) => cognito.UserPoolClient.fromUserPoolClientId(site.stack, site.id('Client'), client)),
      userPoolDomain: written('UserPoolDomain.fromDomainName(…)', (site) => cognito.UserPoolDomain.fromDomainName(site.stack, site.id('Domain'), 'shop')),
    };
  }
  const pool = written<cognito.IUserPool>('new UserPool(this, …)', ({ stack }) =>
    stack.node.tryFindChild('Users') as cognito.UserPool | undefined ?? new cognito.UserPool(stack, 'Users'));
  const callbacks = kind === 'of other addresses' ? written('callback', () => 'https://other.example.com/oauth2/idpresponse') : call(RouteAuthentication, 'callbackUrl', address);
  return {
    userPool: pool,
    userPoolClient: written(`UserPoolClient (${kind}, ${callbacks.code})`, (site) => new cognito.UserPoolClient(site.stack, site.id('Client'), {
      userPool: pool.make(site), generateSecret: kind !== 'without secret', oAuth: { flows: { authorizationCodeGrant: true }, callbackUrls: [callbacks.make(site)] },
    })),
    userPoolDomain: written('UserPoolDomain', (site) => new cognito.UserPoolDomain(site.stack, site.id('Domain'), {
      userPool: pool.make(site), cognitoDomain: { domainPrefix: site.id('d').toLowerCase().replace(/[^a-z0-9]/g, '') },
    })),
  };
}

/** Whether a load balancer can ask for a sign-in: by HTTPS, with a way to the provider. */
const asksForUsers = ({ entry, network }: HaContainerWebApp): boolean => /^https:/.test(entry.url) && network.internetEgress;

/** Sign-in at a route of an app whose load balancer can ask for it, and for those who slip at any. */
export function authentications(
  user: User, web: Written<HaContainerWebApp>,
): fc.Arbitrary<(route: Written<Route>) => Written<RouteAuthentication | undefined>> {
  const ofPool = fc.tuple(
    struct<CognitoAuthenticationOptions>('CognitoAuthenticationOptions', { ...common(user), userPool: jointly, userPoolClient: jointly, userPoolDomain: jointly }),
    weighted([4, fc.constantFrom('new' as const, 'existing' as const)], [user.slips ? 1 : 0, fc.constantFrom('without secret' as const, 'of other addresses' as const)]),
  ).map(([options, kind]) => (route: Written<Route>) => {
    const entry = written(`${web.code}.entry`, (site) => web.make(site).entry);
    return call(RouteAuthentication, 'cognito', options.with(poolOf(kind, verb(entry, 'urlOf', route))));
  });
  const any = fc.oneof(oidc(user).map((authentication) => () => authentication), ofPool);
  return fc.tuple(any, rarely(user)).map(([authenticate, anyway]) => (route) =>
    provided(authenticate(route), (site) => anyway || asksForUsers(web.make(site))));
}
