import { Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ApiFunction, EnvironmentProfile, FunctionCode, FunctionRestApi, FunctionWebSocketApi, FunctionWebSocketApiProps } from '../../src';
import { circles, findings } from '../compute/app-tier';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';
import { statementsOf } from '../statements';

const ROUTE = 'AWS::ApiGatewayV2::Route';
const STAGE = 'AWS::ApiGatewayV2::Stage';

function handlerIn(stack: Stack, id = 'Fn'): ApiFunction {
  const code = lambda.Code.fromInline('def handler(event, context): ...');
  return new ApiFunction(stack, id, { code: FunctionCode.zip(code, 'index.handler', lambda.Runtime.PYTHON_3_14) });
}

function apiIn(stack: Stack, props: Partial<FunctionWebSocketApiProps> = {}, id = 'Socket'): FunctionWebSocketApi {
  return new FunctionWebSocketApi(stack, id, { ...props, handler: props.handler ?? handlerIn(stack, `${id}Fn`) });
}

function templateOf(props: Partial<FunctionWebSocketApiProps> = {}, stack = testStack(inProfile('prod'))): Template {
  apiIn(stack, props);
  return Template.fromStack(stack);
}

describe.each(FLAG_SETS)('a WebSocket API with %s', (_, context) => {
  const stack = new Stack(testApp({ ...context, ...inProfile('prod') }), 'Stack');
  const api = apiIn(stack, { routes: ['sendMessage'] });
  const template = Template.fromStack(stack);

  test('passes connections and messages to the alias of the function, by one integration', () => {
    const routes = Object.values(template.findResources(ROUTE)).map(({ Properties }) => Properties.RouteKey as string);
    expect(routes.sort()).toEqual(['$connect', '$default', '$disconnect', 'sendMessage']);
    template.resourceCountIs('AWS::ApiGatewayV2::Integration', 1);
    expect(JSON.stringify(template.findResources('AWS::ApiGatewayV2::Integration'))).toContain('SocketFnAlias');
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' });
  });

  test('may call the function from each of its routes', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: { Ref: Match.stringLikeRegexp('^SocketFnAlias') },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Join': ['', Match.arrayWith([{ Ref: 'SocketApiF12253BF' }, '/live/*'])] },
    });
  });

  test('takes 500 messages a second, 1,000 at once, and keeps its access log for 14 days', () => {
    template.hasResourceProperties(STAGE, {
      StageName: 'live',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000, DetailedMetricsEnabled: false },
      AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['SocketAccessLogsD83244AC', 'Arn'] } },
    });
    const { Format } = Object.values(template.findResources(STAGE))[0].Properties.AccessLogSettings;
    expect(JSON.parse(Format as string)).toMatchObject({ connectionId: '$context.connectionId', route: '$context.routeKey', status: '$context.status' });
    const group = template.findResources('AWS::Logs::LogGroup').SocketAccessLogsD83244AC;
    expect([group.Properties.RetentionInDays, group.DeletionPolicy]).toEqual([14, 'RetainExceptOnCreate']);
  });

  test('lets the function push to connections of this stage, and tells it where', () => {
    const connections = { 'Fn::Join': ['', expect.arrayContaining([{ Ref: 'SocketApiF12253BF' }, '/live/*/@connections/*'])] };
    expect(statementsOf(template, 'SocketPushPolicy')).toEqual([{ Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource: connections }]);
    template.hasResourceProperties('AWS::IAM::Policy', { Roles: [{ Ref: Match.stringLikeRegexp('^SocketFnRole') }], PolicyName: Match.stringLikeRegexp('^SocketPush') });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { WEBSOCKET_CALLBACK_URL: { 'Fn::Join': ['', ['https://', { Ref: 'SocketApiF12253BF' }, '.execute-api.', Match.anyValue(), '.', Match.anyValue(), '/live']] } } },
    });
  });

  test('has a URL, no output, and resources that CloudFormation can put in an order', () => {
    expect(stack.resolve(api.url)).toEqual({ 'Fn::Join': ['', expect.arrayContaining(['wss://', '/live'])] });
    expect(stack.resolve(api.callbackUrl)).toEqual({ 'Fn::Join': ['', expect.arrayContaining(['https://', '/live'])] });
    expect(template.toJSON().Outputs).toBeUndefined();
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('leaves cdk-nag to say that anyone may connect, which its user decides', () => {
    expect(findings(stack, api)).toEqual(['AwsSolutions-APIG4 Stack/Socket/Api/$connect-Route/Resource']);
  });
});

test('has logical ids that are fixed', () => {
  const template = templateOf();
  expect(['AWS::ApiGatewayV2::Api', STAGE, 'AWS::ApiGatewayV2::Integration'].flatMap((type) => Object.keys(template.findResources(type)))).toEqual([
    'SocketApiF12253BF', 'SocketStage04D5B438', 'SocketApiconnectRouteIntegration1800C635',
  ]);
});

test('is as it is asked for', () => {
  const template = templateOf({ rateLimit: 5, burstLimit: 6, apiLogRetention: logs.RetentionDays.ONE_DAY, profile: EnvironmentProfile.DEV });
  template.hasResourceProperties(STAGE, { DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6 } });
  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 1 }, DeletionPolicy: 'Delete' });
  template.resourceCountIs(ROUTE, 3);
});

test('an authorizer decides who may connect, and leaves cdk-nag nothing to say', () => {
  const stack = testStack();
  const api = apiIn(stack, { authorizer: new WebSocketLambdaAuthorizer('Authorizer', handlerIn(stack, 'Check').handler), routes: ['sendMessage'] });
  const template = Template.fromStack(stack);
  const routes = Object.values(template.findResources(ROUTE)).map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]);
  expect(routes.sort()).toEqual([['$connect', 'CUSTOM'], ['$default', 'NONE'], ['$disconnect', 'NONE'], ['sendMessage', 'NONE']]);
  expect(findings(stack, api)).toEqual([]);
});

test('others may be let push', () => {
  const stack = testStack();
  apiIn(stack).grantManageConnections(new iam.Role(stack, 'Reports', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
  expect(statementsOf(Template.fromStack(stack), 'Reports')).toEqual([expect.objectContaining({ Action: 'execute-api:ManageConnections' })]);
});

test('its function may stand in another stack, where it reads the endpoint from its events', () => {
  const app = testApp();
  const functions = new Stack(app, 'Functions');
  const apis = new Stack(app, 'Apis');
  apiIn(apis, { handler: handlerIn(functions) });
  app.synth();
  expect(JSON.stringify(Template.fromStack(functions))).not.toContain('WEBSOCKET_CALLBACK_URL');
  Template.fromStack(apis).resourceCountIs('AWS::IAM::Policy', 1);
  expect(JSON.stringify(Template.fromStack(functions).findResources('AWS::IAM::Policy'))).not.toContain('execute-api');
});

test('a function answers one WebSocket API of its stack, as it is told one endpoint', () => {
  const stack = testStack();
  const handler = handlerIn(stack);
  apiIn(stack, { handler });
  expect(() => apiIn(stack, { handler }, 'Other')).toThrow("variable 'WEBSOCKET_CALLBACK_URL' is set already");
  const other = apiIn(stack, { handler, callbackVariable: 'OTHER_URL' }, 'Another');
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { OTHER_URL: stack.resolve(other.callbackUrl) } } });
});

describe('the role by which API Gateway writes logs', () => {
  const roleMaker = (stack: Stack): FunctionRestApi => new FunctionRestApi(stack, 'Rest', { handler: handlerIn(stack, 'RestFn'), createLogRole: true });

  test('is expected of the account, which a warning says', () => {
    const stack = testStack();
    apiIn(stack);
    Template.fromStack(stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Socket', Match.stringLikeRegexp("'Stack/Socket' writes logs by the role for API Gateway"));
  });

  test.each(['before', 'after'])('is waited for where a REST API of the stack makes it %s', (order) => {
    const stack = testStack();
    if (order === 'before') roleMaker(stack);
    apiIn(stack);
    if (order === 'after') roleMaker(stack);
    Template.fromStack(stack).hasResource(STAGE, { DependsOn: Match.arrayWith(['RestAccount8F800BB4']) });
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('createLogRole'));
  });
});

test.each<[Partial<FunctionWebSocketApiProps>, string]>([
  [{ rateLimit: 0 }, `'rateLimit' must be 1 to ${Number.MAX_SAFE_INTEGER}, got 0: choose a number of requests a second`],
  [{ burstLimit: 0 }, `'burstLimit' must be 1 to ${Number.MAX_SAFE_INTEGER}, got 0: choose a number of requests at once`],
  [{ routes: ['$connect'] }, "'routes' must be those beside $connect, $disconnect and $default, got '$connect': leave it out, it is made in any case"],
  [{ routes: ['send message'] }, "'routes' must be 1 to 128 letters, digits, '_', '.' and '-', got 'send message': rename it"],
  [{ routes: [''] }, "'routes' must be 1 to 128 letters, digits, '_', '.' and '-', got '': rename it"],
  [{ routes: ['x'.repeat(129)] }, "'routes' must be 1 to 128 letters, digits, '_', '.' and '-', got 'xxx"],
  [{ routes: ['send', 'send'] }, "'routes' must differ, got 'send' twice: leave one out"],
  [{ routes: [Lazy.string({ produce: () => 'late' })] }, "'routes' must be known at synthesis, since they are the ids of what is made for them, got a token: write the names out"],
])('fails: %#', (props, message) => {
  expect(() => templateOf(props)).toThrow(message);
});
