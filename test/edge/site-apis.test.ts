// The verbs by which a site gets APIs; what CloudFront is told of them is in api-origins.test.ts.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { configOf, siteIn, visit } from './site';
import { ApiFunction, FunctionCode, FunctionRestApi, FunctionWebSocketApi, StaticSite } from '../../src';
import { circles, findings } from '../compute/app-tier';
import { FLAG_SETS, testApp } from '../harness';

const account = '111111111111';

function handlerIn(stack: Stack): ApiFunction {
  const code = lambda.Code.fromInline('def handler(event, context): ...');
  return new ApiFunction(stack, 'Fn', { code: FunctionCode.zip(code, 'index.handler', lambda.Runtime.PYTHON_3_14) });
}

describe.each(FLAG_SETS)('a site with two APIs, with %s', (_, context) => {
  const stack = new Stack(testApp(context), 'Stack', { env: { region: 'us-east-1' } });
  const { site } = siteIn({}, stack);
  const handler = handlerIn(stack);
  const rest = new FunctionRestApi(stack, 'Rest', { handler, createLogRole: true });
  const socket = new FunctionWebSocketApi(stack, 'Socket', { handler });
  site.addRestApi('/api/admin/*', rest);
  site.addRestApi('/api/*', rest);
  site.addWebSocketApi('/ws', socket);
  const template = Template.fromStack(stack);
  const origin = (id: string): Record<string, any> => configOf(template).Origins.find(({ Id }: { Id: string }) => Id === id);

  test('asks them by their paths, in the order in which these were added', () => {
    expect(configOf(template).CacheBehaviors!.map(({ PathPattern }) => PathPattern)).toEqual(['/api/admin/*', '/api/*', '/ws']);
    expect(visit(template, { uri: '/api/cars/7' })).toEqual({ origin: '/api/*', outcome: { uri: '/api/cars/7' } });
    expect(visit(template, { uri: '/api/admin/cars' }).origin).toBe('/api/admin/*');
    expect(visit(template, { uri: '/apiary' })).toMatchObject({ origin: 'Site', outcome: { uri: '/index.html' } });
  });

  test('asks the stage of the REST API', () => {
    expect(stack.resolve(rest.stage.stageName)).toEqual(origin('/api/*').OriginPath['Fn::Join'][1][1]);
    expect(JSON.stringify(origin('/api/*').DomainName)).toContain(`{"Ref":"${stack.resolve(rest.api.restApiId).Ref}"}`);
  });

  test('asks the WebSocket API at its one address, and shows it under its own', () => {
    expect(JSON.stringify(origin('/ws').DomainName)).toContain(`{"Ref":"${stack.resolve(socket.api.apiId).Ref}"}`);
    const { FunctionCode: code } = Object.values(template.findResources('AWS::CloudFront::Function'))
      .find(({ Properties }) => JSON.stringify(Properties.Name).includes('Address'))!.Properties;
    expect(JSON.stringify(code)).toContain("event.request.uri = '/");
  });

  test('has no circle, and leaves cdk-nag nothing to say but that the certificate is the own one of CloudFront', () => {
    expect(circles(template.toJSON().Resources)).toEqual([]);
    expect(findings(stack, site)).toEqual(['AwsSolutions-CFR4 Stack/Site/Distribution/Resource']);
  });
});

test('a path that an earlier one hides is refused, whatever the API', () => {
  const { stack, site } = siteIn();
  const handler = handlerIn(stack);
  site.addRestApi('/api/*', new FunctionRestApi(stack, 'Rest', { handler }));
  expect(() => site.addWebSocketApi('/api/ws', new FunctionWebSocketApi(stack, 'Socket', { handler }))).toThrow(
    "'pathPattern' must not be hidden by an earlier one, and '/api/ws' is by '/api/*': add the narrower one first, or choose another path");
  expect(() => site.addRestApi('/*', new FunctionRestApi(stack, 'Other', { handler }))).toThrow(
    "'pathPattern' must begin with '/', be known at synthesis and leave '/index.html' to the site, got '/*': write such as '/api/*'");
});

test('APIs may stand in another stack, which then comes first', () => {
  const app = testApp();
  const apis = new Stack(app, 'Apis', { env: { account, region: 'us-east-1' } });
  const front = new Stack(app, 'Front', { env: { account, region: 'us-east-1' } });
  const handler = handlerIn(apis);
  const site = new StaticSite(front, 'Site');
  site.addRestApi('/api/*', new FunctionRestApi(apis, 'Rest', { handler }));
  site.addWebSocketApi('/ws', new FunctionWebSocketApi(apis, 'Socket', { handler }));
  app.synth();
  expect(front.dependencies).toEqual([apis]);
});

test('an API may be in another region: the site asks it there', () => {
  const app = testApp();
  const apis = new Stack(app, 'Apis', { env: { account, region: 'eu-west-1' }, crossRegionReferences: true });
  const front = new Stack(app, 'Front', { env: { account, region: 'us-east-1' }, crossRegionReferences: true });
  const site = new StaticSite(front, 'Site');
  site.addRestApi('/api/*', new FunctionRestApi(apis, 'Rest', { handler: handlerIn(apis) }));
  app.synth();
  expect(JSON.stringify(configOf(Template.fromStack(front)).Origins)).toContain('.execute-api.eu-west-1.');
});
