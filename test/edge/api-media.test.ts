// Requests and answers of a REST API that are not text.
import { Fn } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ApiFunction, FunctionCode, FunctionRestApi, FunctionRestApiOptions, ServerlessPwaApp } from '../../src';
import { testStack } from '../harness';

const API = 'AWS::ApiGateway::RestApi';
const METHOD = 'AWS::ApiGateway::Method';
const code = FunctionCode.zip(Code.fromInline('def handler(event, context): ...'), 'index.handler', Runtime.PYTHON_3_14);

function templateOf(options: FunctionRestApiOptions): Template {
  const stack = testStack();
  new FunctionRestApi(stack, 'Rest', { handler: new ApiFunction(stack, 'Fn', { code }), ...options });
  return Template.fromStack(stack);
}

test('are told to API Gateway where they are named, and in no other case', () => {
  templateOf({ binaryMediaTypes: ['image/*', 'application/pdf'] }).hasResourceProperties(API, { BinaryMediaTypes: ['image/*', 'application/pdf'] });
  templateOf({}).hasResourceProperties(API, { BinaryMediaTypes: Match.absent() });
});

test('of an app are named in its api', () => {
  const stack = testStack();
  new ServerlessPwaApp(stack, 'Shop', { api: { code, binaryMediaTypes: ['*/*'], createLogRole: true } });
  Template.fromStack(stack).hasResourceProperties(API, { BinaryMediaTypes: ['*/*'] });
});

test('come with a new deployment, which alone lets them count', () => {
  const deployment = (binaryMediaTypes?: string[]): string => Object.keys(templateOf({ binaryMediaTypes }).findResources('AWS::ApiGateway::Deployment'))[0];
  expect(new Set([deployment(), deployment(['*/*']), deployment(['image/png'])]).size).toBe(3);
});

test('leave preflight requests text, which API Gateway answers itself', () => {
  const handling = (options: FunctionRestApiOptions): unknown[] => Object.values(templateOf({ corsOrigins: ['https://app.example.com'], ...options }).findResources(METHOD))
    .map(({ Properties: { HttpMethod, Integration } }) => [HttpMethod, Integration.ContentHandling]).sort();
  expect(handling({ binaryMediaTypes: ['*/*'] })).toEqual([['ANY', undefined], ['ANY', undefined], ['OPTIONS', 'CONVERT_TO_TEXT'], ['OPTIONS', 'CONVERT_TO_TEXT']]);
  expect(handling({})).toEqual([['ANY', undefined], ['ANY', undefined], ['OPTIONS', undefined], ['OPTIONS', undefined]]);
});

test.each(['png', '', '/png', 'image/', 'image/png, image/gif', 'image/gif'])('fail where one is %j', (type) => {
  expect(() => templateOf({ binaryMediaTypes: ['image/gif', type] })).toThrow(
    `'binaryMediaTypes' must hold media types, each once, got '${type}': write such as 'image/png', or '*/*' for all`);
});

test('may be known at deployment alone, all of them or one', () => {
  expect(() => templateOf({ binaryMediaTypes: Fn.split(',', Fn.importValue('Types')) })).not.toThrow();
  expect(() => templateOf({ binaryMediaTypes: ['image/png', Fn.importValue('Type')] })).not.toThrow();
});
