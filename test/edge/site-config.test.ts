// What pages are told at /config.json, as the function at the edge answers when CloudFormation has filled in what it knows.
import { CfnParameter, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import { builtSite, configOf, Outcome, runFunction, siteIn, visit } from './site';
import { ApiFunction, FunctionCode, FunctionRestApi, StaticSite, StaticSiteProps } from '../../src';
import { configCode } from '../../src/edge/site-config';
import { testApp, testStack } from '../harness';

type Parameters = Record<string, string>;

/** A value of a template at deployment. */
function deployed(value: unknown, parameters: Parameters): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries(value as Record<string, unknown>);
  if (name === 'Fn::Base64') return Buffer.from(deployed(argument, parameters)).toString('base64');
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map((part) => deployed(part, parameters)).join((argument as [string])[0]);
  return parameters[argument as string];
}

/** What is answered at a path, when parameters have these values. */
function answerOf(template: Template, parameters: Parameters = {}): Outcome {
  const behavior = configOf(template).CacheBehaviors!.find(({ PathPattern }) => PathPattern === '/config.json')!;
  const id = behavior.FunctionAssociations![0].FunctionARN['Fn::GetAtt'][0];
  return runFunction(deployed(template.findResources('AWS::CloudFront::Function')[id].Properties.FunctionCode, parameters), { uri: '/config.json' });
}
const functionOf = (template: Template) => Object.entries(template.findResources('AWS::CloudFront::Function')).find(([id]) => id.startsWith('SiteConfig'))!;
const configIn = ({ body }: Outcome): object => JSON.parse(body!.data) as object;
const withConfig = (config: StaticSiteProps['config'], props: StaticSiteProps = {}) => siteIn({ ...props, config });

describe('the config of a site', () => {
  test('is answered as JSON that browsers ask for each time', () => {
    const answer = answerOf(withConfig({ environment: 'prod', version: 'v1' }).template());
    expect(answer).toMatchObject({ statusCode: 200, statusDescription: 'OK', body: { encoding: 'text', data: '{"environment":"prod","version":"v1"}' } });
    expect(answer.headers).toMatchObject({ 'content-type': { value: 'application/json' }, 'cache-control': { value: 'no-cache' } });
  });

  test('is the same function in whatever order its values come, as maps of other languages come in any', () => {
    const [one, other] = [{ region: 'eu-west-1', environment: 'prod' }, { environment: 'prod', region: 'eu-west-1' }].map((config) => functionOf(withConfig(config).template()));
    expect(one).toEqual(other);
  });

  test('has the security headers of the site', () => {
    const template = withConfig({}, { contentSecurityPolicy: "default-src 'self'" }).template();
    const [{ Properties }] = Object.values(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
    const { SecurityHeadersConfig: site } = Properties.ResponseHeadersPolicyConfig;
    const { 'content-type': _, 'cache-control': __, ...headers } = answerOf(template).headers!;
    expect(headers).toEqual({
      'strict-transport-security': { value: `max-age=${site.StrictTransportSecurity.AccessControlMaxAgeSec}` },
      'x-content-type-options': { value: 'nosniff' },
      'x-frame-options': { value: site.FrameOptions.FrameOption },
      'referrer-policy': { value: site.ReferrerPolicy.ReferrerPolicy },
      'content-security-policy': { value: site.ContentSecurityPolicy.ContentSecurityPolicy },
    });
    expect(Object.keys(site)).toHaveLength(5);
    expect(Object.keys(answerOf(withConfig({}).template()).headers!)).not.toContain('content-security-policy');
  });

  test('is nothing by default: the path is that of a file', () => {
    expect(visit(siteIn().template(), { uri: '/config.json' })).toMatchObject({ origin: 'Site', outcome: { uri: '/config.json' } });
  });

  test('is by HTTPS alone, to be read, and never of a cache', () => {
    expect(configOf(withConfig({}).template()).CacheBehaviors).toEqual([expect.objectContaining({
      PathPattern: '/config.json',
      TargetOriginId: 'Site',
      ViewerProtocolPolicy: 'redirect-to-https',
      AllowedMethods: ['GET', 'HEAD'],
      // Managed-CachingDisabled
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    })]);
  });

  test('takes neither upload nor custom resource, and one function that is published with each change', () => {
    const resources = (template: Template) => Object.values(template.toJSON().Resources as Record<string, { Type: string }>);
    const template = withConfig({ version: 'v1' }).template();
    const types = [template, siteIn().template()].map((each) => resources(each).map(({ Type }) => Type).sort());
    expect(types[0]).toEqual([...types[1], 'AWS::CloudFront::Function'].sort());
    const [[id, first], [sameId, second]] = [template, withConfig({ version: 'v2' }).template()].map(functionOf);
    expect(sameId).toBe(id);
    expect(second.Properties.FunctionCode).not.toBe(first.Properties.FunctionCode);
    expect(first.Properties).toMatchObject({ AutoPublish: true, FunctionConfig: { Runtime: 'cloudfront-js-2.0' } });
  });

  test('stands beside files that are uploaded on deployment', () => {
    expect(configIn(answerOf(withConfig({ a: 'b' }, { assets: builtSite('index.html') }).template()))).toEqual({ a: 'b' });
  });

  test('comes from another stack where that is known', () => {
    const app = testApp();
    const other = new Stack(app, 'Other');
    const stack = new Stack(app, 'Stack');
    new StaticSite(stack, 'Site', { accessLogs: false, config: { pool: new UserPool(other, 'Users').userPoolId } });
    app.synth();
    expect(stack.dependencies.map(({ node }) => node.id)).toContain('Other');
  });
});

describe('any values', () => {
  const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/);
  // letters that end strings, lines or scripts, and halves of letters
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('\'', '"', '`', '\\', '${', '\n', '\r', '\u2028', '\u2029', '\u0000', '</script>', 'ü', '🚀', '{', '}', '//'), maxLength: 12 }),
  );

  test('known at synthesis are those that the function answers, by code of ASCII', () => {
    fc.assert(fc.property(fc.dictionary(names, fc.oneof(texts, fc.constantFrom('\ud800', 'a\udc00b'))), (config) => {
      const code = configCode({ config, headers: {} });
      expect(code).toMatch(/^[\n\x20-\x7e]*$/);
      expect(configIn(runFunction(code, { uri: '/config.json' }))).toEqual({ ...config });
    }), { numRuns: 500 });
  });

  test('known at deployment alone are those that the function answers', () => {
    const stack = testStack({}, { region: 'us-east-1' });
    const [whole, part] = ['Whole', 'Part'].map((id) => new CfnParameter(stack, id).valueAsString);
    const policy = new CfnParameter(stack, 'Policy').valueAsString;
    const { template: make } = siteIn({ config: { whole, parts: `https://${part}/"\\ü`, known: '\u2028' }, contentSecurityPolicy: policy }, stack);
    const template = make();
    fc.assert(fc.property(texts, texts, (one, other) => {
      const answer = answerOf(template, { Whole: one, Part: other, Policy: one });
      expect(configIn(answer)).toEqual({ whole: one, parts: `https://${other}/"\\ü`, known: '\u2028' });
      expect(answer.headers!['content-security-policy'].value).toBe(one);
    }), { numRuns: 500 });
  });
});

describe('a config is refused', () => {
  test.each(['', '1st', '__proto__', 'a b', 'ü', 'a'.repeat(129)])('with the name %j', (name) => {
    expect(() => withConfig(Object.fromEntries([[name, 'value']]))).toThrow(
      `'config' must have names of up to 128 letters, digits, '_', '.' and '-' that begin with a letter, got '${name}': rename it`);
  });

  test('with a name that only deployment knows', () => {
    expect(() => withConfig({ [Lazy.string({ produce: () => 'a' })]: 'b' })).toThrow("got 'a token': rename it");
  });

  test('where the function would be larger than CloudFront takes it', () => {
    const [, { Properties }] = functionOf(withConfig({ a: '' }).template());
    const fits = 10_240 - (Properties.FunctionCode as string).length;
    expect(() => withConfig({ a: 'x'.repeat(fits) })).not.toThrow();
    expect(() => withConfig({ a: 'x'.repeat(fits + 1) })).toThrow(
      "'config' must fit into a function of 10240 bytes, got one of 10241: shorten the values, or keep them in a file of the site");
    expect(() => withConfig({ a: 'x'.repeat(fits - 20), b: Fn.importValue('Late') })).not.toThrow();
  });

  test('where the files have one too, which would never be served', () => {
    const assets = builtSite('index.html', 'config.json');
    expect(() => withConfig({}, { assets })).toThrow(
      `'assets' must have no config.json where 'config' is given, got one in '${assets}': it would never be served, so remove it, or leave 'config' out`);
    expect(() => siteIn({ assets })).not.toThrow();
  });

  test.each(['/config.json', '/*.json', '/conf*'])('with an API at %s, which would have to answer for it', (pathPattern) => {
    const add = ({ stack, site }: ReturnType<typeof siteIn>) => {
      const code = lambda.Code.fromInline('def handler(event, context): ...');
      const handler = new ApiFunction(stack, 'Fn', { code: FunctionCode.zip(code, 'index.handler', lambda.Runtime.PYTHON_3_14) });
      return () => site.addRestApi(pathPattern, new FunctionRestApi(stack, 'Rest', { handler }));
    };
    expect(add(withConfig({}))).toThrow(`'pathPattern' must leave '/config.json' to the 'config' of the site, got '${pathPattern}': choose another path, or leave 'config' out`);
    expect(add(siteIn())).not.toThrow();
  });
});
