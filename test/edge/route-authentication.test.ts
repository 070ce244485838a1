import { Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  AppDomain, AppNetwork, AuthenticationOptions, ContainerCluster, ContainerService, ContainerServiceProps, Deployment, Egress, EnvironmentProfile,
  HaContainerWebApp, OidcAuthenticationOptions, Route, RouteAuthentication, WebEntry, WebEntryProps,
} from '../../src';
import { circles } from '../compute/app-tier';
import { testApp, testStack } from '../harness';

const profile = EnvironmentProfile.DEV;
const domainIn = (stack: Stack): AppDomain =>
  AppDomain.fromCertificate(acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-central-1:111122223333:certificate/x'), 'api.example.com');

class Parts {
  public readonly network: AppNetwork;
  public readonly entry: WebEntry;
  private readonly cluster: ContainerCluster;

  constructor(
    public readonly stack: Stack = testStack(),
    props: Partial<WebEntryProps> = { domain: domainIn(stack) },
    entryStack = stack,
    egress = Egress.singleNat(),
  ) {
    this.network = new AppNetwork(entryStack, 'Network', { profile, egress });
    this.cluster = new ContainerCluster(entryStack, 'Cluster', { network: this.network });
    this.entry = new WebEntry(entryStack, 'Entry', { network: this.network, profile, ...props });
  }

  public service(id = 'Api', props: Partial<ContainerServiceProps> = {}): ContainerService {
    const image = ecs.ContainerImage.fromRegistry('111111111111.dkr.ecr.eu-west-1.amazonaws.com/api:1');
    return new ContainerService(this.stack, id, { cluster: this.cluster, profile, image, port: 8000, ...props });
  }

  public secret(): secretsmanager.ISecret {
    return secretsmanager.Secret.fromSecretCompleteArn(this.stack, 'ClientSecret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:oidc-abcdef');
  }

  public oidc(options: Partial<OidcAuthenticationOptions> = {}): RouteAuthentication {
    return RouteAuthentication.oidc({
      issuer: 'https://login.example.com',
      authorizationEndpoint: 'https://login.example.com/authorize',
      tokenEndpoint: 'https://login.example.com/token',
      userInfoEndpoint: 'https://login.example.com/userinfo',
      clientId: 'shop',
      clientSecret: this.stack.node.tryFindChild('ClientSecret') as secretsmanager.ISecret | undefined ?? this.secret(),
      ...options,
    });
  }

  public cognito(client: Partial<cognito.UserPoolClientOptions> = {}, options: AuthenticationOptions = {}): RouteAuthentication {
    const userPool = new cognito.UserPool(this.stack, 'Users');
    const userPoolClient = userPool.addClient('Web', {
      generateSecret: true,
      oAuth: { flows: { authorizationCodeGrant: true }, callbackUrls: [RouteAuthentication.callbackUrl(this.entry.url)] },
      ...client,
    });
    const userPoolDomain = userPool.addDomain('SignIn', { cognitoDomain: { domainPrefix: 'shop-example' } });
    return RouteAuthentication.cognito({ userPool, userPoolClient, userPoolDomain, ...options });
  }

  public template(authentication: RouteAuthentication, route = Route.path('/*')): Template {
    this.entry.addRoute('Web', { service: this.service(), route, authentication });
    return Template.fromStack(this.stack);
  }
}

const actionsOf = (template: Template): any[] => Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'))[0].Properties.Actions;

describe('a route with a provider of OpenID Connect', () => {
  const parts = new Parts();
  const template = parts.template(parts.oidc());

  test('lets users sign in, then forwards', () => {
    expect(actionsOf(template)).toEqual([
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: {
          Issuer: 'https://login.example.com',
          AuthorizationEndpoint: 'https://login.example.com/authorize',
          TokenEndpoint: 'https://login.example.com/token',
          UserInfoEndpoint: 'https://login.example.com/userinfo',
          ClientId: 'shop',
          ClientSecret: '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:oidc-abcdef:SecretString:::}}',
          Scope: 'openid',
          SessionTimeout: 604800,
          SessionCookieName: 'AWSELBAuthSessionCookie',
          OnUnauthenticatedRequest: 'authenticate',
        },
      },
      { Type: 'forward', Order: 2, TargetGroupArn: { Ref: expect.stringMatching('^ApiRoutesWebTargetGroup') } },
    ]);
  });

  test('has the place among the rules that it has without', () => {
    const without = new Parts();
    without.entry.addRoute('Web', { service: without.service(), route: Route.path('/*') });
    const [rule] = Object.values(Template.fromStack(without.stack).findResources('AWS::ElasticLoadBalancingV2::ListenerRule'));
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', { Priority: rule.Properties.Priority, Conditions: rule.Properties.Conditions });
  });

  test('opens the way from the load balancer to the provider, and no other', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Load balancer',
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', Description: 'Identity providers', FromPort: 443, IpProtocol: 'tcp', ToPort: 443 }],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
  });

  test('leaves cdk-nag nothing to say of its rule', () => {
    parts.stack.node.root.node.findAll();
    const { violations } = new AwsSolutionsChecks(parts.stack).validateScope(parts.stack);
    expect(violations.flatMap(({ violatingResources }) => violatingResources.map(({ constructPath }) => constructPath)).filter((path) => path?.includes('/Routes/'))).toEqual([]);
  });
});

describe('a route with an Amazon Cognito pool', () => {
  test('lets its users sign in, then forwards', () => {
    const parts = new Parts();
    expect(actionsOf(parts.template(parts.cognito()))).toEqual([
      {
        Type: 'authenticate-cognito',
        Order: 1,
        AuthenticateCognitoConfig: {
          UserPoolArn: { 'Fn::GetAtt': [expect.stringMatching('^Users'), 'Arn'] },
          UserPoolClientId: { Ref: expect.stringMatching('^UsersWeb') },
          UserPoolDomain: { Ref: expect.stringMatching('^UsersSignIn') },
          Scope: 'openid',
          SessionTimeout: 604800,
          SessionCookieName: 'AWSELBAuthSessionCookie',
          OnUnauthenticatedRequest: 'authenticate',
        },
      },
      { Type: 'forward', Order: 2, TargetGroupArn: expect.anything() },
    ]);
  });

  const flows = { authorizationCodeGrant: true };
  const callbackUrls = ['https://api.example.com/oauth2/idpresponse'];
  test.each<[what: string, client: Partial<cognito.UserPoolClientOptions>, message: string]>([
    ['without a secret', { generateSecret: false }, "must have a secret, got none: set 'generateSecret' of the client"],
    ['without the code grant', { oAuth: { flows: { implicitCodeGrant: true }, callbackUrls } },
      "must have the code grant, got none: set 'authorizationCodeGrant' among the flows of the client"],
    ['without the callback address', { oAuth: { flows, callbackUrls: ['https://example.com'] } },
      'must have https://api.example.com/oauth2/idpresponse among its callback addresses, got https://example.com: '
      + "add RouteAuthentication.callbackUrl(entry.urlOf(route)) to 'callbackUrls' of the client"],
  ])('fails where its client is %s', (_, client, message) => {
    const parts = new Parts();
    expect(() => parts.template(parts.cognito(client))).toThrow(`'userPoolClient' of route 'Stack/Api/Routes/Web' ${message}`);
  });

  test.each<[string, string[], Route]>([
    ['of the host of the route', ['https://admin.example.com/oauth2/idpresponse'], Route.matching({ hosts: ['admin.example.com'] })],
    ['of the port of the route', ['https://api.example.com:8443/oauth2/idpresponse'], Route.port(8443)],
    ['in other letters', ['HTTPS://API.example.com/oauth2/idpresponse'], Route.path('/*')],
    ['known only at deployment', [Fn.importValue('Callback')], Route.path('/*')],
  ])('takes a callback address %s', (_, urls, route) => {
    const parts = new Parts(undefined, undefined);
    expect(() => parts.template(parts.cognito({ oAuth: { flows, callbackUrls: urls } }), route)).not.toThrow();
  });

  test('may be one that exists, of whose client nothing is known', () => {
    const parts = new Parts();
    const authentication = RouteAuthentication.cognito({
      userPool: cognito.UserPool.fromUserPoolId(parts.stack, 'Pool', 'eu-west-1_abc'),
      userPoolClient: cognito.UserPoolClient.fromUserPoolClientId(parts.stack, 'Client', 'abc'),
      userPoolDomain: cognito.UserPoolDomain.fromDomainName(parts.stack, 'Domain', 'shop-example'),
    });
    expect(actionsOf(parts.template(authentication))[0].AuthenticateCognitoConfig).toMatchObject({ UserPoolClientId: 'abc', UserPoolDomain: 'shop-example' });
  });
});

describe('of its options', () => {
  const configOf = (options: Partial<OidcAuthenticationOptions>): Record<string, unknown> => {
    const parts = new Parts();
    return actionsOf(parts.template(parts.oidc(options)))[0].AuthenticateOidcConfig;
  };

  test('scope, cookie, session and what becomes of strangers may be others', () => {
    expect(configOf({ scope: 'openid email', sessionCookieName: 'Admin', sessionTimeout: Duration.hours(1), onUnauthenticated: elbv2.UnauthenticatedAction.DENY })).toMatchObject({
      Scope: 'openid email', SessionCookieName: 'Admin', SessionTimeout: 3600, OnUnauthenticatedRequest: 'deny',
    });
  });

  test('the secret may be a field of JSON', () => {
    expect(configOf({ clientSecretField: 'secret' }).ClientSecret).toContain(':SecretString:secret::}}');
  });

  test('a session lasts 1 s to 7 days', () => {
    expect(configOf({ sessionTimeout: Duration.seconds(1) }).SessionTimeout).toBe(1);
    expect(() => configOf({ sessionTimeout: Duration.seconds(0) })).toThrow("'sessionTimeout' must be 1 to 604800, got 0: choose whole seconds within these");
    expect(() => configOf({ sessionTimeout: Duration.days(8) })).toThrow("'sessionTimeout' must be 1 to 604800, got 691200: choose whole seconds within these");
  });

  test.each(['issuer', 'authorizationEndpoint', 'tokenEndpoint', 'userInfoEndpoint'])('%s must be HTTPS', (prop) => {
    expect(() => configOf({ [prop]: 'http://login.example.com' })).toThrow(
      `'${prop}' must be an address that begins with https://, got 'http://login.example.com': take it from the provider's /.well-known/openid-configuration`,
    );
    expect(() => configOf({ [prop]: Lazy.string({ produce: () => 'https://login.example.com' }) })).not.toThrow();
  });
});

describe('the callback address', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com/oauth2/idpresponse'],
    ['https://api.example.com/api/v1', 'https://api.example.com/oauth2/idpresponse'],
    ['https://api.example.com:8443/', 'https://api.example.com:8443/oauth2/idpresponse'],
  ])('of %s is %s', (url, callback) => {
    expect(RouteAuthentication.callbackUrl(url)).toBe(callback);
  });

  test('may have a name known only at deployment', () => {
    const stack = testStack();
    expect(stack.resolve(RouteAuthentication.callbackUrl(`https://${stack.stackId}/api`)))
      .toEqual({ 'Fn::Join': ['', ['https://', { Ref: 'AWS::StackId' }, '/oauth2/idpresponse']] });
  });
});

describe('authentication fails', () => {
  const prefix = "'authentication' of route 'Stack/Api/Routes/Web' must";

  test('without HTTPS', () => {
    const parts = new Parts(testStack(), {});
    expect(() => parts.template(parts.oidc())).toThrow(`${prefix} have HTTPS, got a listener without: Elastic Load Balancing asks users to sign in over HTTPS alone, `
      + "so give the entry a 'domain'");
  });

  test('where the load balancer does not reach the provider', () => {
    const stack = testStack();
    const parts = new Parts(stack, { domain: domainIn(stack), internetFacing: false }, stack, Egress.endpointsOnly());
    expect(() => parts.template(parts.oidc())).toThrow(`${prefix} have a way from the load balancer to the provider, got one inside of a network without internet: `
      + 'the load balancer exchanges codes for tokens there, so add a NAT gateway, or authenticate in the application');
  });

  test.each([Deployment.canary(), Deployment.blueGreen(), Deployment.rolling({ alternateTargetGroup: true })])('with a second target group, whose rule ECS rewrites', (deployment) => {
    const parts = new Parts();
    expect(() => parts.entry.addRoute('Web', { service: parts.service('Api', { deployment }), route: Route.path('/*'), authentication: parts.oidc() })).toThrow(
      `${prefix} not be combined with a second target group, got ${deployment.strategy}: ECS rewrites the rule when it shifts traffic, and does so for rules that forward `
      + 'and nothing else; one without its authentication would let anyone in, so use Deployment.rolling()',
    );
  });

  test('without a route', () => {
    const web = new HaContainerWebApp(testStack(), 'App');
    const authentication = new Parts().oidc();
    expect(() => web.addService('Api', { image: ecs.ContainerImage.fromRegistry('nginx'), port: 80, authentication })).toThrow(
      "'authentication' of service 'Api' must come with a route, got none: the load balancer asks for it, so add 'route', or leave it out",
    );
  });
});

test('an internal load balancer authenticates by NAT', () => {
  const stack = testStack();
  const parts = new Parts(stack, { domain: domainIn(stack), internetFacing: false });
  expect(actionsOf(parts.template(parts.oidc()))[0].Type).toBe('authenticate-oidc');
});

test('two services of one load balancer share the way to the provider, also from other stacks', () => {
  const app = testApp();
  const [base, main] = ['Base', 'Main'].map((id) => new Stack(app, id));
  const parts = new Parts(main, { domain: domainIn(base) }, base);
  const authentication = parts.oidc();
  for (const id of ['Api', 'Admin']) parts.entry.addRoute(id, { service: parts.service(id), route: Route.path(`/${id}/*`), authentication });
  const [baseTemplate, mainTemplate] = [base, main].map((stack) => Template.fromStack(stack));
  baseTemplate.hasResourceProperties('AWS::EC2::SecurityGroup', { GroupDescription: 'Load balancer', SecurityGroupEgress: [Match.objectLike({ FromPort: 443 })] });
  expect(Object.values(mainTemplate.findResources('AWS::EC2::SecurityGroupEgress')).filter(({ Properties }) => Properties.FromPort === 443)).toEqual([]);
  expect(circles(mainTemplate.toJSON().Resources)).toEqual([]);
});

test('a path without sign-in is a route of its own', () => {
  const parts = new Parts();
  const service = parts.service();
  parts.entry.addRoute('Web', { service, route: Route.path('/*'), authentication: parts.oidc() });
  parts.entry.addRoute('Health', { service, route: Route.path('/status') });
  const rules = Object.values(Template.fromStack(parts.stack).findResources('AWS::ElasticLoadBalancingV2::ListenerRule'))
    .map(({ Properties }) => ({ priority: Properties.Priority, types: Properties.Actions.map(({ Type }: { Type: string }) => Type) }));
  const [open, closed] = rules.sort((one, other) => one.priority - other.priority);
  expect([open.types, closed.types]).toEqual([['forward'], ['authenticate-oidc', 'forward']]);
});

describe('behind an existing listener', () => {
  const shared = (parts: Parts, url: string, allowAllOutbound = false): Template => {
    const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(parts.stack, 'SharedGroup', 'sg-1', { allowAllOutbound });
    const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(parts.stack, 'SharedListener', { listenerArn: 'arn:listener', securityGroup });
    const entry = WebEntry.fromListener(parts.stack, 'Shared', { listener, url });
    for (const id of ['Api', 'Admin']) entry.addRoute(id, { service: parts.service(id), route: Route.path(`/${id}/*`), authentication: parts.oidc() });
    return Template.fromStack(parts.stack);
  };

  test('the way to the provider is opened once where the group limits it', () => {
    const closed = shared(new Parts(), 'https://shop.example.com').findResources('AWS::EC2::SecurityGroupEgress', { Properties: { FromPort: 443, GroupId: 'sg-1' } });
    const open = shared(new Parts(), 'https://shop.example.com', true).findResources('AWS::EC2::SecurityGroupEgress', { Properties: { FromPort: 443, GroupId: 'sg-1' } });
    expect([closed, open].map((rules) => Object.keys(rules).length)).toEqual([1, 0]);
  });

  test('it fails without HTTPS', () => {
    expect(() => shared(new Parts(), 'http://shop.example.com')).toThrow('must have HTTPS, got a listener without');
  });
});
