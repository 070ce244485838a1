// Routes whose users sign in: at a provider that speaks OpenID Connect, and in a pool of Cognito.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { UnauthenticatedAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Readings } from './readings.js';
import { ContainerService, EnvironmentProfile, IContainerCluster, IWebEntry, Route, RouteAuthentication } from 'cdk-patternbook';

export function signInTour(app: App, profile: EnvironmentProfile, cluster: IContainerCluster, entry: IWebEntry): void {
  const stack = new Stack(app, 'SignIn');
  const service = (id: string): ContainerService =>
    new ContainerService(stack, id, { cluster, profile, image: ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1'), port: 80 });
  entry.addRoute('Staff', {
    route: Route.path('/staff/*'),
    service: service('Staff'),
    authentication: RouteAuthentication.oidc({
      issuer: 'https://login.example.com',
      authorizationEndpoint: 'https://login.example.com/authorize',
      tokenEndpoint: 'https://login.example.com/token',
      userInfoEndpoint: 'https://login.example.com/userinfo',
      clientId: 'tour',
      clientSecret: Secret.fromSecretNameV2(stack, 'ClientSecret', 'login'),
      clientSecretField: 'clientSecret',
      scope: 'openid email',
      sessionTimeout: Duration.hours(8),
      sessionCookieName: 'StaffSession',
      onUnauthenticated: UnauthenticatedAction.DENY,
    }),
  });

  const route = Route.path('/members/*');
  const callbackUrl = RouteAuthentication.callbackUrl(entry.urlOf(route));
  const userPool = new UserPool(stack, 'Pool');
  const userPoolClient = userPool.addClient('Client', { generateSecret: true, oAuth: { flows: { authorizationCodeGrant: true }, callbackUrls: [callbackUrl] } });
  const userPoolDomain = userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'tour-members' } });
  entry.addRoute('Members', { route, service: service('Members'), authentication: RouteAuthentication.cognito({ userPool, userPoolClient, userPoolDomain }) });
  new Readings(stack).text('CallbackUrl', callbackUrl);
}
