// An API that is reached through its site alone: what the site sends, what the API asks for, and where both may stand.
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { configOf } from './site';
import { ApiFunction, EnvironmentProfile, FunctionCode, FunctionRestApi, FunctionRestApiProps, ServerlessPwaApp, StaticSite } from '../../src';
import { circles, findings } from '../compute/app-tier';
import { FLAG_SETS, testApp } from '../harness';

const profile = EnvironmentProfile.DEV;
const code = FunctionCode.zip(lambda.Code.fromInline('def handler(event, context): ...'), 'index.handler', lambda.Runtime.PYTHON_3_14);

function apiIn(stack: Stack, props: Partial<FunctionRestApiProps> = {}): FunctionRestApi {
  return new FunctionRestApi(stack, 'Rest', { onlyThroughSite: true, profile, createLogRole: true, ...props, handler: new ApiFunction(stack, 'Fn', { code, profile }) });
}

function siteBefore(api: FunctionRestApi, stack: Stack = Stack.of(api)): StaticSite {
  const site = new StaticSite(stack, 'Site', { profile, accessLogs: false });
  site.addRestApi('/api/*', api);
  return site;
}

const stackOf = (context: Record<string, unknown> = {}, env = { region: 'us-east-1', account: '111111111111' }): Stack => new Stack(testApp(context), 'Stack', { env });
const headersOf = (template: Template): Array<{ HeaderName: string; HeaderValue: unknown }> =>
  configOf(template).Origins.flatMap(({ OriginCustomHeaders }: { OriginCustomHeaders?: unknown[] }) => OriginCustomHeaders ?? []);
const methodsOf = (template: Template): unknown[] =>
  Object.values(template.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => [Properties.HttpMethod, Properties.ApiKeyRequired ?? false, Properties.AuthorizationType]).sort();

describe.each(FLAG_SETS)('an API that is reached through its site alone, with %s', (_, context) => {
  const stack = stackOf(context);
  const api = apiIn(stack);
  siteBefore(api);
  const template = Template.fromStack(stack);
  const [secret] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
  const reference = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:::}}']] };

  test('asks for a key that the site adds, and no template holds it', () => {
    expect(headersOf(template)).toEqual([{ HeaderName: 'x-api-key', HeaderValue: reference }]);
    template.hasResourceProperties('AWS::ApiGateway::ApiKey', { Value: reference, Enabled: true });
    template.hasResourceProperties('AWS::SecretsManager::Secret', { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } });
    expect(methodsOf(template)).toEqual([['ANY', true, 'NONE'], ['ANY', true, 'NONE']]);
  });

  test('takes that key for its stage alone, without limits of its own', () => {
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      ApiStages: [{ ApiId: { Ref: Match.stringLikeRegexp('^RestApi') }, Stage: { Ref: Match.stringLikeRegexp('Stagelive') } }], Throttle: Match.absent(), Quota: Match.absent(),
    });
    template.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 1);
  });

  test('takes no custom resource, has no circle, and leaves cdk-nag nothing to say of the key', () => {
    expect(Object.values(template.toJSON().Resources as Record<string, { Type: string }>).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
    expect(circles(template.toJSON().Resources)).toEqual([]);
    expect(findings(stack, api.node.findChild('SiteKey'))).toEqual([]);
  });
});

describe('an API of a site', () => {
  test('is reached by its own URL too, unless it is told otherwise', () => {
    const stack = stackOf();
    siteBefore(apiIn(stack, { onlyThroughSite: false }));
    const template = Template.fromStack(stack);
    expect(headersOf(template)).toEqual([]);
    expect(methodsOf(template)).toEqual([['ANY', false, 'NONE'], ['ANY', false, 'NONE']]);
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('answers preflight requests without a key, and lets its authorizer judge those with one', () => {
    const stack = stackOf();
    const authorizer = new apigateway.CognitoUserPoolsAuthorizer(stack, 'Authorizer', { cognitoUserPools: [new cognito.UserPool(stack, 'Users')] });
    siteBefore(apiIn(stack, { authorizer, corsOrigins: ['https://other.example.com'] }));
    const template = Template.fromStack(stack);
    expect(methodsOf(template)).toEqual([['ANY', true, 'COGNITO_USER_POOLS'], ['ANY', true, 'COGNITO_USER_POOLS'], ['OPTIONS', false, 'NONE'], ['OPTIONS', false, 'NONE']]);
    expect(JSON.stringify(template.findResources('AWS::ApiGateway::Method'))).not.toContain('X-Api-Key');
  });

  test('is one of several paths and sites, which send one key', () => {
    const stack = stackOf();
    const api = apiIn(stack);
    siteBefore(api).addRestApi('/reports', api);
    new StaticSite(stack, 'Other', { profile, accessLogs: false }).addRestApi('/api/*', api);
    const template = Template.fromStack(stack);
    const sent = Object.values(template.findResources('AWS::CloudFront::Distribution'))
      .flatMap(({ Properties }) => Properties.DistributionConfig.Origins).flatMap(({ OriginCustomHeaders = [] }) => OriginCustomHeaders);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((header) => JSON.stringify(header))).size).toBe(1);
  });

  test('stands in another stack, which keeps the key', () => {
    const app = testApp();
    const env = { region: 'us-east-1', account: '111111111111' };
    const [apis, front] = ['Apis', 'Front'].map((id) => new Stack(app, id, { env }));
    siteBefore(apiIn(apis), front);
    app.synth();
    expect(front.dependencies).toEqual([apis]);
    Template.fromStack(apis).resourceCountIs('AWS::SecretsManager::Secret', 1);
    expect(JSON.stringify(headersOf(Template.fromStack(front)))).toMatch(/resolve:secretsmanager:.*"Apis[":].*RestSiteKeySecret/);
  });

  test('of an app comes through the site of the app', () => {
    const stack = stackOf();
    new ServerlessPwaApp(stack, 'Shop', { profile, api: { code, onlyThroughSite: true, createLogRole: true } });
    expect(headersOf(Template.fromStack(stack))).toHaveLength(1);
  });
});

describe('an API that is reached through its site alone fails', () => {
  test('without a site', () => {
    const stack = stackOf();
    apiIn(stack);
    expect(() => Template.fromStack(stack)).toThrow("'onlyThroughSite' of 'Stack/Rest' must come with a site, got none, and every request would be refused: add the API to one by "
      + 'site.addRestApi(), or leave it out');
  });

  test('with keys of callers, which the site would replace', () => {
    expect(() => apiIn(stackOf(), { apiKeyRequired: true })).toThrow(
      "'apiKeyRequired' must be left out with 'onlyThroughSite', got both: the site sends a key of its own in the place of the caller's, so choose one of them");
  });

  test.each([
    ['region', { region: 'eu-west-1', account: '111111111111' }, 'us-east-1', 'eu-west-1'],
    ['account', { region: 'us-east-1', account: '222222222222' }, '111111111111', '222222222222'],
  ])('with a site in another %s', (what, env, here, there) => {
    const api = apiIn(stackOf());
    const front = new Stack(api.node.root as never, 'Front', { env });
    expect(() => siteBefore(api, front)).toThrow(`'onlyThroughSite' of 'Stack/Rest' must come with a site in the same ${what}, whose stack reads the key there, `
      + `got '${there}' for '${here}': put both into stacks of one ${what}, or leave it out`);
  });

  test('with nothing that only deployment knows', () => {
    const api = apiIn(new Stack(testApp(), 'Stack'));
    expect(() => siteBefore(api)).not.toThrow();
  });
});
