// Each path of a site ends in one place: the application, an API, or a file that is there or is not.
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import * as fc from 'fast-check';
import { configOf, Outcome, siteIn, visit } from './site';
import { AppDomain, StaticSiteProps } from '../../src';
import { restApiBehavior, webSocketBehavior } from '../../src/edge/api-origins';

function siteWithApis(props: StaticSiteProps = {}): Template {
  const { stack, site, template } = siteIn(props);
  const rest = new RestApi(stack, 'Rest');
  rest.root.addMethod('GET');
  const socket = new WebSocketStage(stack, 'Stage', { webSocketApi: new WebSocketApi(stack, 'Socket'), stageName: 'live' });
  site._addApi('/api/*', () => restApiBehavior('/api/*', rest.deploymentStage));
  site._addApi('/ws', (scope) => webSocketBehavior(scope, '/ws', socket));
  return template();
}

const template = siteWithApis();
const end = (uri: string): [string, string | undefined] => {
  const { origin, outcome } = visit(template, { uri });
  return [origin, outcome.uri];
};

describe('a path of a site', () => {
  test.each(['/', '/refuels', '/refuels/17', '/users/ann/', '/v1.2/cars', '/api', '/index', '//'])('%s is a page of the application', (uri) => {
    expect(end(uri)).toEqual(['Site', '/index.html']);
  });

  test.each(['/assets/app-1a2b3c4d.js', '/favicon.ico', '/index.html', '/old.html', '/users/ann.smith', '/.well-known/assetlinks.json',
    '/.well-known/apple-app-site-association'])('%s is a file, there or not', (uri) => {
    expect(end(uri)).toEqual(['Site', uri]);
  });

  test.each(['/api/', '/api/cars', '/api/cars/17.json'])('%s goes to the API as it is', (uri) => {
    expect(end(uri)).toEqual(['/api/*', uri]);
  });

  test('of a WebSocket goes to the one address of that API', () => {
    expect(end('/ws')).toEqual(['/ws', '/live']);
  });

  test('ends in one place, whatever it is', () => {
    const segment = fc.oneof(
      fc.constantFrom('api', 'ws', 'assets', 'index.html', '.well-known', 'app.js', '', '..', 'a.b', '%2e', 'API'),
      fc.string({ unit: fc.constantFrom(...'abcXYZ019._-~%!$&\'()+,;=:@'), maxLength: 12 }),
    );
    const paths = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => `/${segments.join('/')}`);
    fc.assert(fc.property(paths, (uri) => {
      const last = uri.slice(uri.lastIndexOf('/') + 1);
      const places = {
        api: uri.startsWith('/api/'),
        socket: uri === '/ws',
        file: !uri.startsWith('/api/') && (last.includes('.') || uri.startsWith('/.well-known/')),
        page: !uri.startsWith('/api/') && uri !== '/ws' && !last.includes('.') && !uri.startsWith('/.well-known/'),
      };
      const [[place], ...others] = Object.entries(places).filter(([, is]) => is);
      const ends = { api: ['/api/*', uri], socket: ['/ws', '/live'], file: ['Site', uri], page: ['Site', '/index.html'] };
      expect(others).toEqual([]);
      expect(end(uri)).toEqual(ends[place as keyof typeof ends]);
    }), { numRuns: 2000 });
  });

  test('is a file, whatever it is, without routing in the browser', () => {
    const plain = siteIn({ spaRouting: false }).template();
    plain.resourceCountIs('AWS::CloudFront::Function', 0);
    expect(visit(plain, { uri: '/refuels' }).outcome.uri).toBe('/refuels');
    expect(configOf(plain).DefaultRootObject).toBe('index.html');
  });
});

describe('a name that redirects', () => {
  const { stack } = siteIn();
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' });
  const domain = AppDomain.fromHostedZone(zone, 'www.example.com', { redirectFrom: ['example.com'], alternativeNames: ['m.example.com'] });

  test.each([true, false])('leads to the same page under the domain, with spaRouting %s', (spaRouting) => {
    const redirecting = siteIn({ domain, spaRouting }).template();
    const location = (host: string, query: string): Outcome => visit(redirecting, { uri: '/cars/17', host, query }).outcome;
    expect(location('example.com', 'a=1&a=2&b=%20')).toEqual({
      statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: 'https://www.example.com/cars/17?a=1&a=2&b=%20' } },
    });
    expect(location('EXAMPLE.com', '').headers!.location.value).toBe('https://www.example.com/cars/17');
    expect([location('www.example.com', ''), location('m.example.com', '')].map(({ statusCode }) => statusCode)).toEqual([undefined, undefined]);
  });
});

test('more names redirect than a listener rule would take', () => {
  const redirectFrom = Array.from({ length: 9 }, (_, index) => `w${index}.example.com`);
  const { stack } = siteIn();
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' });
  const redirecting = siteIn({ domain: AppDomain.fromHostedZone(zone, 'www.example.com', { redirectFrom }) }).template();
  expect(configOf(redirecting).Aliases).toEqual(['www.example.com', ...redirectFrom]);
  expect(redirectFrom.map((host) => visit(redirecting, { uri: '/', host }).outcome.statusCode)).toEqual(redirectFrom.map(() => 301));
});

test('the function is small enough for the edge and of its second runtime', () => {
  const [{ Properties }] = Object.values(siteIn().template().findResources('AWS::CloudFront::Function'));
  expect(Properties.FunctionCode.length).toBeLessThan(10_240);
  expect(Properties).toMatchObject({ AutoPublish: true, FunctionConfig: { Runtime: 'cloudfront-js-2.0' } });
});
