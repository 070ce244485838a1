import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import * as fc from 'fast-check';
import { Behavior, configOf, runFunction, siteIn } from './site';
import { StaticSite } from '../../src';
import { addressCode, restApiBehavior, takes, webSocketBehavior } from '../../src/edge/api-origins';

/** Managed policies of AWS: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
/** All that CloudFront may keep and lets itself be told about: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html#HTTPStatusCodes-cached-errors */
const UNKEPT_ERRORS = [500, 502, 503, 504, 400, 403, 404, 405, 414, 501].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 }));

function stageIn(stack: Stack): Stage {
  const api = new RestApi(stack, 'Rest', { deployOptions: { stageName: 'v1' } });
  api.root.addMethod('GET');
  return api.deploymentStage;
}

const addRest = (site: StaticSite, stage: Stage, pathPattern = '/api/*'): void => site._addApi(pathPattern, () => restApiBehavior(pathPattern, stage));
const partOf = (template: Template, pattern: string): { behavior: Behavior; origin: Record<string, any> } => {
  const { CacheBehaviors, Origins } = configOf(template);
  const behavior = CacheBehaviors!.find(({ PathPattern }) => PathPattern === pattern)!;
  return { behavior, origin: Origins.find(({ Id }: { Id: string }) => Id === behavior.TargetOriginId) };
};

describe('a REST API behind a site', () => {
  const { stack, site, template: templateOf } = siteIn();
  addRest(site, stageIn(stack));
  const template = templateOf();
  const { behavior, origin } = partOf(template, '/api/*');

  test('is never cached, and asked with all that the browser sends but the name of the site', () => {
    expect(behavior).toMatchObject({ CachePolicyId: CACHING_DISABLED, OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST, ViewerProtocolPolicy: 'redirect-to-https' });
    expect([...behavior.AllowedMethods as string[]].sort()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);
  });

  test('is asked at its stage, by TLS 1.2, with the path as it is', () => {
    expect(origin).toMatchObject({
      Id: '/api/*',
      OriginPath: { 'Fn::Join': ['', ['/', { Ref: expect.stringMatching(/^RestDeploymentStage/) }]] },
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'], OriginReadTimeout: 30 },
    });
    expect(JSON.stringify(origin.DomainName)).toMatch(/Rest\w+"},"\.execute-api\.us-east-1\."/);
  });

  test('answers for itself: no function of the site and none of its headers come between', () => {
    expect([behavior.FunctionAssociations, behavior.ResponseHeadersPolicyId]).toEqual([undefined, undefined]);
  });

  test('keeps what its errors say: CloudFront puts no page in their place', () => {
    expect(configOf(template).CustomErrorResponses.filter((response: object) => 'ResponsePagePath' in response || 'ResponseCode' in response)).toEqual([]);
  });

  test('keeps no error, which is an answer to one user', () => {
    expect(configOf(template).CustomErrorResponses).toEqual(UNKEPT_ERRORS);
  });

  test('shows the page of the site for statuses that are named', () => {
    const named = siteIn({ errorPageStatuses: [502, 503, 504] });
    addRest(named.site, stageIn(named.stack));
    const pages = configOf(named.template()).CustomErrorResponses.filter((response: object) => 'ResponsePagePath' in response);
    expect(pages).toEqual([502, 503, 504].map((status) => ({ ErrorCode: status, ErrorCachingMinTTL: 0, ResponseCode: status, ResponsePagePath: '/error.html' })));
  });
});

describe('a WebSocket API behind a site', () => {
  const { stack, site, template: templateOf } = siteIn();
  const stage = new WebSocketStage(stack, 'Stage', { webSocketApi: new WebSocketApi(stack, 'Socket'), stageName: 'live' });
  site._addApi('/ws', (scope) => webSocketBehavior(scope, '/ws', stage));
  const template = templateOf();
  const { behavior, origin } = partOf(template, '/ws');

  test('keeps no error either', () => {
    expect(configOf(template).CustomErrorResponses).toEqual(UNKEPT_ERRORS);
  });

  test('is asked with the headers of the handshake, by TLS alone', () => {
    expect(behavior).toMatchObject({ CachePolicyId: CACHING_DISABLED, OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST, ViewerProtocolPolicy: 'https-only' });
    expect(origin.OriginPath).toBeUndefined();
    expect(origin.CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] });
    expect(JSON.stringify(origin.DomainName)).toMatch(/Socket\w+"},"\.execute-api\.us-east-1\."/);
  });

  test('is asked at the address of its stage, whatever the path', () => {
    const [id] = behavior.FunctionAssociations![0].FunctionARN['Fn::GetAtt'];
    expect(id).toMatch(/^SiteApiswsAddress/);
    expect(template.findResources('AWS::CloudFront::Function')[id].Properties.FunctionCode).toContain("'/");
    expect(runFunction(addressCode('live'), { uri: '/ws' }).uri).toBe('/live');
  });
});

describe('the path of an API', () => {
  const add = (...patterns: string[]): Template => {
    const { stack, site, template } = siteIn();
    const stage = stageIn(stack);
    patterns.forEach((pattern) => addRest(site, stage, pattern));
    return template();
  };

  test('is asked in the order in which it was added', () => {
    expect(configOf(add('/api/admin/*', '/api/*', '/graphql')).CacheBehaviors!.map(({ PathPattern }) => PathPattern)).toEqual(['/api/admin/*', '/api/*', '/graphql']);
  });

  test('changes nothing for others: their origins keep their names', () => {
    const idsOf = (template: Template): string[] => configOf(template).Origins.map(({ Id }: { Id: string }) => Id);
    expect(idsOf(add('/api/*', '/graphql'))).toEqual(['Site', '/api/*', '/graphql']);
    expect(idsOf(add('/graphql', '/api/*'))).toEqual(['Site', '/graphql', '/api/*']);
  });

  test.each(['*', '/*', 'api/*', '/index.html', '/*.html', '/', '', '/ä', '/a b', `/${'x'.repeat(255)}`])('fails as %j', (pattern) => {
    expect(() => add(pattern)).toThrow(
      `'pathPattern' must begin with '/', be known at synthesis and leave '/index.html' to the site, got '${pattern}': write such as '/api/*'`);
  });

  test.each([['/api/*', '/api/ws'], ['/api/*', '/api/*'], ['/a?c', '/abc']])('fails where %j hides %j', (earlier, later) => {
    expect(() => add(earlier, later)).toThrow(
      `'pathPattern' must not be hidden by an earlier one, and '${later}' is by '${earlier}': add the narrower one first, or choose another path`);
  });

  test('is taken by a pattern with it, and by no other of the same letters', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab/.-+$'), maxLength: 8 }), fc.string({ unit: fc.constantFrom(...'ab/.'), maxLength: 6 }), (start, rest) => {
      expect(takes(`/${start}*`, `/${start}${rest}`)).toBe(true);
      expect(takes(`/${start}`, `/${start}${rest}`)).toBe(rest === '');
      expect(takes(`/${start}?`, `/${start}${rest}`)).toBe(rest.length === 1);
    }));
  });
});
