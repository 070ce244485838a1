// What API Gateway writes: texts with variables in them, which it fills in as they are, whatever stands around them.
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ApiFunction, FunctionCode, FunctionRestApi, FunctionWebSocketApi } from '../../src';
import { testStack } from '../harness';

/** Those that bring their quotes along: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
const QUOTED = ['$context.error.messageString'];
/** What API Gateway writes for a variable of which it knows nothing. */
const UNKNOWN = '-';

const stack = testStack();
const handler = new ApiFunction(stack, 'Fn', { code: FunctionCode.zip(Code.fromInline('def handler(event, context): ...'), 'index.handler', Runtime.PYTHON_3_14) });
new FunctionRestApi(stack, 'Rest', { handler });
new FunctionWebSocketApi(stack, 'Socket', { handler });
const template = Template.fromStack(stack);

function textsOf(type: string, text: (properties: Record<string, any>) => string): string[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => text(Properties));
}

const filled = (text: string, plain: string, quoted: string): string => text.replace(/\$context\.[A-Za-z.]*\w/g, (name) => (QUOTED.includes(name) ? quoted : plain));

const accessLogs = [
  ...textsOf('AWS::ApiGateway::Stage', ({ AccessLogSetting }) => AccessLogSetting.Format),
  ...textsOf('AWS::ApiGatewayV2::Stage', ({ AccessLogSettings }) => AccessLogSettings.Format),
];
const errors = textsOf('AWS::ApiGateway::GatewayResponse', ({ ResponseTemplates }) => ResponseTemplates['application/json']);

test('each access log is JSON, of a request that failed too', () => {
  expect(accessLogs).toHaveLength(2);
  for (const format of accessLogs) {
    expect(() => JSON.parse(filled(format, UNKNOWN, UNKNOWN))).not.toThrow();
    const { error } = JSON.parse(filled(format, 'INTEGRATION_FAILURE', '"Internal server error"')) as { error: string };
    expect(error).toBe('INTEGRATION_FAILURE');
  }
});

test('each error of API Gateway itself is JSON', () => {
  expect(errors).toHaveLength(2);
  for (const text of errors) {
    expect(JSON.parse(filled(text, 'THROTTLED', '"Too many"'))).toEqual({ error: { code: 'THROTTLED', message: 'Too many', requestId: 'THROTTLED', timestamp: 'THROTTLED' } });
  }
});
