import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ApiFunction, EnvironmentProfile, FirewallLevel, FunctionCode, FunctionRestApi, FunctionRestApiProps } from '../../src';
import { circles, findings } from '../compute/app-tier';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

const STAGE = 'AWS::ApiGateway::Stage';
const METHOD = 'AWS::ApiGateway::Method';

function handlerIn(stack: Stack, id = 'Fn', timeout?: Duration): ApiFunction {
  return new ApiFunction(stack, id, { timeout, code: FunctionCode.zip(lambda.Code.fromInline('def handler(event, context): ...'), 'index.handler', lambda.Runtime.PYTHON_3_14) });
}

function apiIn(stack: Stack, props: Partial<FunctionRestApiProps> = {}, id = 'Rest'): FunctionRestApi {
  return new FunctionRestApi(stack, id, { ...props, handler: props.handler ?? handlerIn(stack, `${id}Fn`) });
}

function templateOf(props: Partial<FunctionRestApiProps> = {}, stack = testStack(inProfile('prod'))): Template {
  apiIn(stack, props);
  return Template.fromStack(stack);
}

const settingsOf = (template: Template): Array<Record<string, unknown>> => Object.values(template.findResources(STAGE))[0].Properties.MethodSettings;

describe.each(FLAG_SETS)('a REST API with %s', (_, context) => {
  const stack = new Stack(testApp({ ...context, ...inProfile('prod') }), 'Stack');
  const api = apiIn(stack);
  const template = Template.fromStack(stack);

  test('stands in its region and has a name of its own, since metrics bear it', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { EndpointConfiguration: { Types: ['REGIONAL'] }, Name: Match.stringLikeRegexp('^Stack-Rest-') });
  });

  test('passes every method of every path to the alias of the function, and nothing else', () => {
    const methods = Object.values(template.findResources(METHOD)).map(({ Properties }) => Properties);
    expect(methods.map(({ HttpMethod }) => HttpMethod)).toEqual(['ANY', 'ANY']);
    for (const { Integration } of methods) {
      expect(Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
      expect(JSON.stringify(Integration.Uri)).toContain('RestFnAlias');
    }
    template.hasResourceProperties('AWS::ApiGateway::Resource', { PathPart: '{proxy+}' });
  });

  test('may call the function, by this stage alone', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission')).map(({ Properties }) => Properties);
    expect(permissions).toHaveLength(2);
    for (const { FunctionName, SourceArn } of permissions) {
      expect(FunctionName).toEqual({ Ref: expect.stringMatching(/^RestFnAlias/) });
      expect(JSON.stringify(SourceArn)).toContain('RestApiDeploymentStagelive');
    }
  });

  test('takes 1,000 requests a second, 2,000 at once, and logs errors without the contents of requests', () => {
    expect(settingsOf(template)).toEqual([{
      ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000, LoggingLevel: 'ERROR', DataTraceEnabled: false, MetricsEnabled: false,
    }]);
  });

  test('keeps its access log and its log of errors for 14 days', () => {
    template.hasResourceProperties(STAGE, { StageName: 'live' });
    const { Format, DestinationArn } = Object.values(template.findResources(STAGE))[0].Properties.AccessLogSetting;
    // its attribute, or from a newer aws-cdk-lib on its name in an ARN
    expect(JSON.stringify(DestinationArn)).toContain('"RestAccessLogs3CF9040E"');
    expect(JSON.parse(Format as string)).toMatchObject({ requestId: '$context.requestId', status: '$context.status', ip: '$context.identity.sourceIp' });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: { 'Fn::Join': ['', ['API-Gateway-Execution-Logs_', { Ref: 'RestApi79D61EE8' }, '/live']] }, RetentionInDays: 14,
    });
    template.hasResource(STAGE, { DependsOn: Match.arrayWith(['RestExecutionLogs79716B6A']) });
    const retentions = Object.entries(template.findResources('AWS::Logs::LogGroup')).filter(([id]) => !id.startsWith('RestFn')).map(([, group]) => group);
    expect(retentions.map(({ Properties, DeletionPolicy }) => [Properties.RetentionInDays, DeletionPolicy])).toEqual([[14, 'RetainExceptOnCreate'], [14, 'RetainExceptOnCreate']]);
  });

  test('traces a tenth of the requests beyond the first of each second', () => {
    template.hasResourceProperties(STAGE, { TracingEnabled: true });
    const [name] = Object.values(template.findResources('AWS::ApiGateway::RestApi')).map(({ Properties }) => Properties.Name as string);
    template.hasResourceProperties('AWS::XRay::SamplingRule', {
      SamplingRule: { FixedRate: 0.1, ReservoirSize: 1, ServiceType: 'AWS::ApiGateway::Stage', ServiceName: `${name}/live`, RuleName: Match.stringLikeRegexp('^.{1,32}$') },
    });
  });

  test('answers errors of its own in the shape that the function has', () => {
    const types = ['DEFAULT_4XX', 'DEFAULT_5XX'];
    for (const ResponseType of types) {
      template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
        ResponseType,
        ResponseTemplates: {
          'application/json': '{"error":{"code":"$context.error.responseType","message":$context.error.messageString,"requestId":"$context.requestId","timestamp":"$context.requestTime"}}',
        },
        ResponseParameters: Match.absent(),
      });
    }
  });

  test('makes no role for the account, no output and no custom resource, and is open to no page', () => {
    template.resourceCountIs('AWS::ApiGateway::Account', 0);
    expect(template.toJSON().Outputs).toBeUndefined();
    expect(JSON.stringify(template.toJSON())).not.toMatch(/Custom::|CORS_ORIGINS|OPTIONS/);
  });

  test('has a URL, and resources that CloudFormation can put in an order', () => {
    expect(stack.resolve(api.url)).toEqual({ 'Fn::Join': ['', expect.arrayContaining(['.execute-api.'])] });
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('leaves cdk-nag to say that anyone may call, which its user decides', () => {
    expect(findings(stack, api).map((finding) => finding.split(' ')[0]).sort()).toEqual(['AwsSolutions-APIG4', 'AwsSolutions-APIG4', 'AwsSolutions-COG4', 'AwsSolutions-COG4']);
  });
});

test('has logical ids that are fixed', () => {
  const template = templateOf();
  expect(['AWS::ApiGateway::RestApi', STAGE, METHOD, 'AWS::XRay::SamplingRule'].flatMap((type) => Object.keys(template.findResources(type))).sort()).toEqual([
    'RestApi79D61EE8', 'RestApiANY0F0239C9', 'RestApiDeploymentStagelive2E578AB7', 'RestApiproxyANYC3AADC9F', 'RestSamplingF27E9357',
  ]);
});

test('is as it is asked for', () => {
  const apiLogRetention = logs.RetentionDays.ONE_DAY;
  const template = templateOf({ rateLimit: 10, burstLimit: 20, tracedPercent: 50, apiLogRetention, profile: EnvironmentProfile.DEV });
  expect(settingsOf(template)[0]).toMatchObject({ ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 });
  template.hasResourceProperties('AWS::XRay::SamplingRule', { SamplingRule: { FixedRate: 0.5 } });
  const groups = Object.entries(template.findResources('AWS::Logs::LogGroup')).filter(([id]) => !id.startsWith('RestFn')).map(([, group]) => group);
  expect(groups.map(({ Properties, DeletionPolicy }) => [Properties.RetentionInDays, DeletionPolicy])).toEqual([[1, 'Delete'], [1, 'Delete']]);
});

test.each([['dev', 1], ['staging', 0.1], ['prod', 0.1]] as const)('in %s X-Ray traces a share of %d', (profile, FixedRate) => {
  templateOf({}, testStack(inProfile(profile))).hasResourceProperties('AWS::XRay::SamplingRule', { SamplingRule: { FixedRate } });
});

test('its function may stand in another stack', () => {
  const app = testApp();
  const handler = handlerIn(new Stack(app, 'Functions'));
  apiIn(new Stack(app, 'Apis'), { handler, corsOrigins: ['https://app.example.com'] });
  expect(() => app.synth()).not.toThrow();
});

test('an authorizer decides on every call but preflight requests, and leaves cdk-nag nothing to say', () => {
  const stack = testStack();
  const authorizer = new apigateway.TokenAuthorizer(stack, 'Authorizer', { handler: handlerIn(stack, 'Check').handler });
  const api = apiIn(stack, { authorizer, corsOrigins: ['https://app.example.com'] });
  const template = Template.fromStack(stack);
  const methods = Object.values(template.findResources(METHOD)).map(({ Properties }) => [Properties.HttpMethod, Properties.AuthorizationType]);
  expect(methods.sort()).toEqual([['ANY', 'CUSTOM'], ['ANY', 'CUSTOM'], ['OPTIONS', 'NONE'], ['OPTIONS', 'NONE']]);
  expect(findings(stack, api)).toEqual([]);
});

describe('pages of other origins', () => {
  const origins = ['https://app.example.com', 'http://localhost:3000'];
  const template = templateOf({ corsOrigins: origins });

  test('are told by preflight what they may send, with credentials', () => {
    const preflights = Object.values(template.findResources(METHOD, { Properties: { HttpMethod: 'OPTIONS' } }));
    expect(preflights).toHaveLength(2);
    for (const { Properties: { Integration } } of preflights) {
      expect(Integration.Type).toBe('MOCK');
      const [response] = Integration.IntegrationResponses;
      expect(response.ResponseParameters).toEqual({
        'method.response.header.Access-Control-Allow-Origin': "'https://app.example.com'",
        'method.response.header.Access-Control-Allow-Methods': "'GET,POST,PUT,PATCH,DELETE,OPTIONS'",
        'method.response.header.Access-Control-Allow-Headers': "'Content-Type,Authorization'",
        'method.response.header.Access-Control-Allow-Credentials': "'true'",
        'method.response.header.Access-Control-Max-Age': "'3600'",
        'method.response.header.Vary': "'Origin'",
      });
      expect(JSON.stringify(response.ResponseTemplates)).toContain('http://localhost:3000');
    }
  });

  test('also read the errors of API Gateway itself, those of the first origin', () => {
    for (const ResponseType of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
      template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
        ResponseType,
        ResponseParameters: {
          'gatewayresponse.header.Access-Control-Allow-Origin': "'https://app.example.com'",
          'gatewayresponse.header.Access-Control-Allow-Credentials': "'true'",
          'gatewayresponse.header.Vary': "'Origin'",
        },
      });
    }
  });

  test('are told to the function, whose answers need the same headers', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { CORS_ORIGINS: 'https://app.example.com,http://localhost:3000' } } });
  });
});

describe('a cache', () => {
  const template = templateOf({ cacheTtl: Duration.seconds(60), cacheQueryKeys: ['page'] });

  test('keeps answers to GET alone, encrypted, apart by path, caller and query', () => {
    template.hasResourceProperties(STAGE, { CacheClusterEnabled: true, CacheClusterSize: '0.5' });
    const [all, ...cached] = settingsOf(template);
    expect(all).not.toHaveProperty('CachingEnabled');
    expect(cached.map(({ ResourcePath, HttpMethod }) => [ResourcePath, HttpMethod])).toEqual([['/', 'GET'], ['/~1{proxy+}', 'GET']]);
    for (const settings of cached) {
      expect(settings).toMatchObject({ CachingEnabled: true, CacheTtlInSeconds: 60, CacheDataEncrypted: true, ThrottlingRateLimit: 1000, LoggingLevel: 'ERROR' });
    }
    const keys = Object.values(template.findResources(METHOD, { Properties: { HttpMethod: 'GET' } })).map(({ Properties }) => Properties.Integration.CacheKeyParameters);
    expect(keys).toEqual(expect.arrayContaining([
      ['method.request.path.proxy', 'method.request.header.Authorization', 'method.request.querystring.page'],
      ['method.request.header.Authorization', 'method.request.querystring.page'],
    ]));
  });

  test('is not there unless asked for', () => {
    templateOf().hasResourceProperties(STAGE, { CacheClusterEnabled: Match.absent() });
  });
});

describe('API keys', () => {
  test('are needed for every call, and have limits of their own', () => {
    const stack = testStack();
    const api = apiIn(stack, { apiKeyRequired: true, corsOrigins: ['https://app.example.com'] });
    api.addApiKey('Acme');
    api.addApiKey('Other', { rateLimit: 5, burstLimit: 6, dailyQuota: 1000 });
    const template = Template.fromStack(stack);
    const needs = Object.values(template.findResources(METHOD)).map(({ Properties: { HttpMethod, ApiKeyRequired } }) => [HttpMethod, ApiKeyRequired]);
    expect(needs.sort()).toEqual([['ANY', true], ['ANY', true], ['OPTIONS', false], ['OPTIONS', false]]);
    template.resourceCountIs('AWS::ApiGateway::ApiKey', 2);
    template.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 2);
    const apiStages = Match.arrayWith([Match.objectLike({ Stage: { Ref: Match.stringLikeRegexp('Stagelive') } })]);
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', { ApiStages: apiStages, Throttle: { RateLimit: 100, BurstLimit: 200 }, Quota: Match.absent() });
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Throttle: { RateLimit: 5, BurstLimit: 6 }, Quota: { Limit: 1000, Period: 'DAY' } });
    expect(JSON.stringify(template.findResources(METHOD))).toContain("'Content-Type,Authorization,X-Api-Key'");
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('are added where they are asked for, each once', () => {
    const stack = testStack();
    expect(() => apiIn(stack).addApiKey('Acme')).toThrow(
      "'apiKeyRequired' of 'Stack/Rest' must be true for addApiKey(), got false: requests without a key would be answered as well, so set it to true");
    const api = apiIn(stack, { apiKeyRequired: true }, 'Other');
    api.addApiKey('Acme');
    expect(() => api.addApiKey('Acme')).toThrow("API key 'Acme' exists already in 'Stack/Other': give each an id of its own");
    expect(() => api.addApiKey('Zero', { rateLimit: 0 })).toThrow("'rateLimit' must be 1 to");
    expect(() => api.addApiKey('Zero', { dailyQuota: 0 })).toThrow("'dailyQuota' must be 1 to");
  });

  test('that nobody has are refused', () => {
    const stack = testStack();
    apiIn(stack, { apiKeyRequired: true });
    expect(() => Template.fromStack(stack)).toThrow(
      "'apiKeyRequired' of 'Stack/Rest' must come with a key, got none, and every request would be refused: add one by addApiKey(), or leave it out");
  });
});

describe('the role by which API Gateway writes logs', () => {
  test('is made for the account where that is asked for, without a policy of AWS, kept, and there before the stage', () => {
    const template = templateOf({ createLogRole: true });
    template.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    template.hasResource('AWS::IAM::Role', {
      Properties: { Description: 'Logs of all APIs of this account and region', ManagedPolicyArns: Match.absent(), Policies: Match.anyValue() }, DeletionPolicy: 'Retain',
    });
    template.hasResource(STAGE, { DependsOn: Match.arrayWith(['RestAccount8F800BB4']) });
  });

  const WARNING = Match.stringLikeRegexp("'Stack/Rest' writes logs by the role for API Gateway that its account has in this region, or its deployment fails: set createLogRole: true");

  test('is expected of the account otherwise, which a warning says', () => {
    const stack = testStack();
    apiIn(stack);
    Template.fromStack(stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Rest', WARNING);
  });

  test('of another API of the app does, and no warning is given', () => {
    const stack = testStack();
    apiIn(stack);
    apiIn(stack, { createLogRole: true }, 'Other');
    Template.fromStack(stack);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('createLogRole'));
  });

  test('is made once', () => {
    const stack = testStack();
    apiIn(stack, { createLogRole: true });
    apiIn(stack, { createLogRole: true }, 'Other');
    expect(() => Template.fromStack(stack)).toThrow(
      "'createLogRole' must be true once an account and region, got it at 'Stack/Rest/Account' and 'Stack/Other/Account': leave it out at one of the two");
  });

  test('is made in each region', () => {
    const app = testApp();
    for (const region of ['eu-west-1', 'us-east-1']) apiIn(new Stack(app, region, { env: { region, account: '111111111111' } }), { createLogRole: true });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('a firewall', () => {
  test('stands before the stage where it is asked for', () => {
    const template = templateOf({ firewall: { level: FirewallLevel.FULL } });
    template.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'REGIONAL' });
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
  });

  test.each([undefined, { level: FirewallLevel.NONE }])('is not made for %j', (firewall) => {
    templateOf({ firewall }).resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  test('follows the profile', () => {
    const stack = testStack(inProfile('dev'));
    const api = apiIn(stack, { firewall: {} });
    Template.fromStack(stack).resourceCountIs('AWS::WAFv2::WebACL', 0);
    expect(findings(stack, api).filter((finding) => finding.startsWith('AwsSolutions-APIG3'))).toEqual([]);
  });
});

test('a function that may run for longer than the API waits gives a warning, one that may run for the default time does not', () => {
  const stack = testStack();
  apiIn(stack, { handler: handlerIn(stack, 'Slow', Duration.seconds(31)), createLogRole: true });
  apiIn(stack, { handler: handlerIn(stack, 'Quick') }, 'Other');
  Annotations.fromStack(stack).hasWarning('/Stack/Rest', Match.stringLikeRegexp("'Stack/Slow' may run for 31 s, and API Gateway answers 504 after 29 s"));
  Annotations.fromStack(stack).hasNoWarning('/Stack/Other', Match.anyValue());
});

test.each<[Partial<FunctionRestApiProps>, string]>([
  [{ rateLimit: 0 }, `'rateLimit' must be 1 to ${Number.MAX_SAFE_INTEGER}, got 0: choose a number of requests a second`],
  [{ burstLimit: 0 }, `'burstLimit' must be 1 to ${Number.MAX_SAFE_INTEGER}, got 0: choose a number of requests at once`],
  [{ tracedPercent: 101 }, "'tracedPercent' must be 0 to 100, got 101: choose a percentage of the requests"],
  [{ tracedPercent: Token.asNumber({ Ref: 'Percent' }) }, "'tracedPercent' must be known at synthesis, since X-Ray is told a share of 1, got a token: write the number"],
  [{ corsOrigins: ['*'] }, "'corsOrigins' must name origins, got '*': browsers refuse answers with credentials to any origin, so list those that may call"],
  [{ corsOrigins: ['https://app.example.com/'] },
    "'corsOrigins' must be origins such as https://app.example.com, in lower case and without a path, got 'https://app.example.com/': write it as browsers send it"],
  [{ corsOrigins: ['app.example.com'] }, "'corsOrigins' must be origins such as https://app.example.com, in lower case and without a path, got 'app.example.com'"],
  [{ cacheTtl: Duration.seconds(0), cacheQueryKeys: [] }, "'cacheTtl' must be 1 to 3600, got 0: choose whole seconds within these"],
  [{ cacheTtl: Duration.hours(2), cacheQueryKeys: [] }, "'cacheTtl' must be 1 to 3600, got 7200: choose whole seconds within these"],
  [{ cacheTtl: Duration.seconds(5) }, "'cacheQueryKeys' must be given with 'cacheTtl', got none: name the query parameters that answers depend on, [] for none, "
    + 'for those that differ in others get the same answer'],
  [{ cacheQueryKeys: [] }, "'cacheTtl' must be given with 'cacheQueryKeys', got none: say how long answers are cached, or leave both out"],
  [{ cacheTtl: Duration.seconds(5), cacheQueryKeys: ['a=b'] }, "'cacheQueryKeys' must be names of query parameters, got 'a=b': write the name alone"],
])('fails: %#', (props, message) => {
  expect(() => templateOf(props)).toThrow(message);
});
