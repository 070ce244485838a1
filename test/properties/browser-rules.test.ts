// Who may call from a browser, and how often anyone may call: any right value is passed on, any wrong one is refused, on both sides of each bound.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import { ApiFunction, EnvironmentProfile, FunctionCode, FunctionRestApi, FunctionRestApiOptions, FunctionWebSocketApi } from '../../src';
import { checkOrigins, checkThrottle } from '../../src/edge/rest-api-rules';
import { testStack } from '../harness';

const profile = EnvironmentProfile.DEV;
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const origins = fc.tuple(fc.constantFrom('https', 'http'), fc.array(label, { minLength: 1, maxLength: 3 }), fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }))
  .map(([scheme, labels, port]) => `${scheme}://${labels.join('.')}${port === undefined ? '' : `:${port}`}`);
const someOrigins = fc.uniqueArray(origins, { minLength: 1, maxLength: 4 });

function handlerIn(stack: Stack): ApiFunction {
  const code = lambda.Code.fromInline('def handler(event, context): ...');
  return new ApiFunction(stack, 'Fn', { profile, code: FunctionCode.zip(code, 'index.handler', lambda.Runtime.PYTHON_3_14) });
}

function templateOf(props: FunctionRestApiOptions): Template {
  const stack = testStack();
  new FunctionRestApi(stack, 'Rest', { createLogRole: true, ...props, profile, handler: handlerIn(stack) });
  return Template.fromStack(stack);
}

const propertiesOf = (template: Template, type: string, properties: object = {}): any[] =>
  Object.values(template.findResources(type, { Properties: properties })).map(({ Properties }) => Properties);

describe('any origins', () => {
  test('are told to the function, answered by preflight one by one, and stand before errors of API Gateway itself', () => {
    fc.assert(fc.property(someOrigins, (corsOrigins) => {
      const template = templateOf({ corsOrigins });
      const [{ Environment }] = propertiesOf(template, 'AWS::Lambda::Function');
      expect(Environment.Variables.CORS_ORIGINS).toBe(corsOrigins.join(','));
      const errors = propertiesOf(template, 'AWS::ApiGateway::GatewayResponse');
      expect(errors.map(({ ResponseParameters: parameters }) => [
        parameters['gatewayresponse.header.Access-Control-Allow-Origin'], parameters['gatewayresponse.header.Access-Control-Allow-Credentials'],
      ])).toEqual(errors.map(() => [`'${corsOrigins[0]}'`, "'true'"]));
      expect(errors.map(({ ResponseType }) => ResponseType).sort()).toEqual(['DEFAULT_4XX', 'DEFAULT_5XX']);
      for (const { Integration: { IntegrationResponses: [answer] } } of propertiesOf(template, 'AWS::ApiGateway::Method', { HttpMethod: 'OPTIONS' })) {
        const said = `${answer.ResponseParameters['method.response.header.Access-Control-Allow-Origin']} ${JSON.stringify(answer.ResponseTemplates ?? {})}`;
        expect(corsOrigins.filter((origin) => !said.includes(origin))).toEqual([]);
      }
    }), { numRuns: 8 });
  });

  test('are refused with a wildcard among them, wherever it stands', () => {
    fc.assert(fc.property(someOrigins, fc.nat(), (right, at) => {
      const among = [...right.slice(0, at % right.length), '*', ...right.slice(at % right.length)];
      expect(() => checkOrigins(among)).toThrow("'corsOrigins' must name origins, got '*': browsers refuse answers with credentials to any origin, so list those that may call");
    }));
  });

  test('are refused with one that no browser sends', () => {
    const broken = fc.tuple(origins, fc.constantFrom<(origin: string) => string>(
      (origin) => `${origin}/`, (origin) => `${origin}/path`, (origin) => origin.replace(/^https?:\/\//, ''), (origin) => origin.replace('//', '//*.'), (origin) => `${origin}?a`,
    (origin) => origin.replace(/^http/, 'ftp'), (origin) => `${origin} `, (origin) => origin.replace('//', '//A'), (origin) => `${origin}'`,
    )).map(([origin, spoil]) => spoil(origin));
    fc.assert(fc.property(broken, (origin) => {
      expect(() => checkOrigins(['https://app.example.com', origin])).toThrow(`'corsOrigins' must be origins such as https://app.example.com, in lower case and without a path, got '${origin}'`);
    }));
  });
});

describe('limits of requests', () => {
  const limits = fc.constantFrom('rateLimit', 'burstLimit');

  test('are those that are asked for, from 1 on, of a REST API and of a WebSocket API', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (rateLimit, burstLimit) => {
      const stack = testStack();
      const handler = handlerIn(stack);
      new FunctionRestApi(stack, 'Rest', { createLogRole: true, rateLimit, burstLimit, profile, handler });
      new FunctionWebSocketApi(stack, 'Socket', { rateLimit, burstLimit, profile, handler });
      const template = Template.fromStack(stack);
      const [{ MethodSettings: [rest] }] = propertiesOf(template, 'AWS::ApiGateway::Stage');
      const [{ DefaultRouteSettings: socket }] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
      const rendered = [rest, socket].map(({ ThrottlingRateLimit, ThrottlingBurstLimit }) => [ThrottlingRateLimit, ThrottlingBurstLimit]);
      expect(rendered).toEqual([[rateLimit, burstLimit], [rateLimit, burstLimit]]);
    }), { numRuns: 10 });
  });

  test('are refused below 1, and where they are no whole number', () => {
    const wrong = fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 0, max: 1000 }).map((whole) => whole + 0.5), fc.constantFrom(NaN, Infinity));
    fc.assert(fc.property(limits, wrong, (name, value) => {
      expect(() => checkThrottle({ rateLimit: 1, burstLimit: 1, [name]: value })).toThrow(`'${name}' must be 1 to ${Number.MAX_SAFE_INTEGER}, got ${value}: choose a number of requests`);
    }));
    expect(() => checkThrottle({ rateLimit: 1, burstLimit: 1 })).not.toThrow();
  });
});
