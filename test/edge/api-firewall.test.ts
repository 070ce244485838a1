// The firewall of an API behind a site: whom its limit is for, since visitors of the site come by addresses of CloudFront.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { configOf } from './site';
import { ApiFunction, EnvironmentProfile, FirewallLevel, FunctionCode, FunctionRestApi, FunctionRestApiProps, ServerlessPwaApp, StaticSite } from '../../src';
import { circles, findings } from '../compute/app-tier';
import { testApp } from '../harness';

const profile = EnvironmentProfile.DEV;
const firewall = { level: FirewallLevel.FULL };
const code = FunctionCode.zip(lambda.Code.fromInline('def handler(event, context): ...'), 'index.handler', lambda.Runtime.PYTHON_3_14);
const env = { region: 'us-east-1', account: '111111111111' };
const stackOf = (id = 'Stack', app = testApp()): Stack => new Stack(app, id, { env });

function apiIn(stack: Stack, props: Partial<FunctionRestApiProps> = {}): FunctionRestApi {
  return new FunctionRestApi(stack, 'Rest', { firewall, profile, createLogRole: true, ...props, handler: new ApiFunction(stack, 'Fn', { code, profile }) });
}

const siteIn = (stack: Stack, id = 'Site'): StaticSite => new StaticSite(stack, id, { profile, accessLogs: false });

interface Sent { readonly HeaderName: string; readonly HeaderValue: string }

const sentBy = (template: Template): Sent[] =>
  configOf(template).Origins.flatMap(({ OriginCustomHeaders }: { OriginCustomHeaders?: Sent[] }) => OriginCustomHeaders ?? []);

/** The rule of the limit of requests from one address, in the firewall of the API. */
function limitIn(template: Template): Record<string, any> {
  const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL', { Properties: { Scope: 'REGIONAL' } }));
  return (acl.Properties.Rules as Array<Record<string, any>>).find(({ Name }) => Name === 'RequestRate')!;
}

/** That it blocks all but what bears this header. */
const blocksOthersThan = ({ HeaderName, HeaderValue }: Sent): object => ({
  Action: { Block: {} },
  Statement: {
    RateBasedStatement: {
      Limit: 2000,
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
      ScopeDownStatement: {
        NotStatement: {
          Statement: {
            ByteMatchStatement: {
              FieldToMatch: { SingleHeader: { Name: HeaderName } },
              PositionalConstraint: 'EXACTLY',
              SearchString: HeaderValue,
              TextTransformations: [{ Priority: 0, Type: 'NONE' }],
            },
          },
        },
      },
    },
  },
});

test('the limit of an API without a site is for all requests', () => {
  const stack = stackOf();
  apiIn(stack);
  const { Action, Statement } = limitIn(Template.fromStack(stack));
  expect([Action, Statement]).toEqual([{ Block: {} }, { RateBasedStatement: { Limit: 2000, AggregateKeyType: 'IP', EvaluationWindowSec: 300 } }]);
});

test('that of an API behind a site is for those who call it directly: what the site sends bears a mark', () => {
  const stack = stackOf();
  const api = apiIn(stack);
  siteIn(stack).addRestApi('/api/*', api);
  const template = Template.fromStack(stack);
  const [mark, ...others] = sentBy(template);
  expect([mark.HeaderName, others]).toEqual(['x-site', []]);
  expect(limitIn(template)).toMatchObject(blocksOthersThan(mark));
  expect(circles(template.toJSON().Resources)).toEqual([]);
  expect(findings(stack, api.node.findChild('Firewall'))).toEqual([]);
});

test('several sites and paths of an API send one mark, and APIs of a site one each', () => {
  const stack = stackOf();
  const api = apiIn(stack);
  const site = siteIn(stack);
  site.addRestApi('/api/*', api);
  site.addRestApi('/reports', api);
  site.addRestApi('/v2/*', new FunctionRestApi(stack, 'Other', { firewall, profile, handler: new ApiFunction(stack, 'OtherFn', { code, profile }) }));
  expect(new Set(sentBy(Template.fromStack(stack)).map(({ HeaderValue }) => HeaderValue)).size).toBe(2);
  expect(sentBy(Template.fromStack(stack))).toHaveLength(3);
});

test('a site in another stack sends the mark too', () => {
  const app = testApp();
  const [apis, front] = ['Apis', 'Front'].map((id) => stackOf(id, app));
  siteIn(front).addRestApi('/api/*', apiIn(apis));
  app.synth();
  expect(limitIn(Template.fromStack(apis))).toMatchObject(blocksOthersThan(sentBy(Template.fromStack(front))[0]));
});

test('that of an app is for those who call its API directly', () => {
  const stack = stackOf();
  new ServerlessPwaApp(stack, 'Shop', { profile, api: { code, firewall, createLogRole: true } });
  const template = Template.fromStack(stack);
  expect(limitIn(template)).toMatchObject(blocksOthersThan(sentBy(template)[0]));
});

test('an API that is reached through its site alone is sent its key and the mark', () => {
  const stack = stackOf();
  siteIn(stack).addRestApi('/api/*', apiIn(stack, { onlyThroughSite: true }));
  const template = Template.fromStack(stack);
  expect(sentBy(template).map(({ HeaderName }) => HeaderName)).toEqual(['x-api-key', 'x-site']);
  expect(limitIn(template)).toMatchObject(blocksOthersThan(sentBy(template)[1]));
});

test('nothing is sent to an API without a firewall', () => {
  const stack = stackOf();
  siteIn(stack).addRestApi('/api/*', apiIn(stack, { firewall: { level: FirewallLevel.NONE } }));
  expect(sentBy(Template.fromStack(stack))).toEqual([]);
});
