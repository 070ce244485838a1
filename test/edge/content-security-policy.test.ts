// Policies that protect pages reach the browser as they are; those that only look as if they did are refused.
import { Fn } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { siteIn } from './site';
import { checkContentSecurityPolicy } from '../../src/edge/content-security-policy';

const NAMES = ['default-src', 'script-src', 'style-src', 'img-src', 'connect-src', 'font-src', 'frame-ancestors', 'base-uri', 'form-action'];
const SOURCES = ["'self'", "'none'", "'unsafe-inline'", "'SELF'", "'nonce-abc123=='", "'sha256-bm90aGluZw=='", 'https:', 'data:', '*', 'https://cdn.example.com', '*.example.com:8443', 'wss://x.example/a'];
const someSources = fc.array(fc.constantFrom(...SOURCES), { minLength: 1, maxLength: 4 });
const directives = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), someSources), { minLength: 1, selector: ([name]) => name });
const policies = directives.map((all) => all.map(([name, sources]) => `${name} ${sources.join(' ')}`).join('; '));

describe('a content security policy', () => {
  test('is sent as it is', () => {
    const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; report-to self; sandbox allow-scripts; upgrade-insecure-requests;";
    siteIn({ contentSecurityPolicy: policy }).template().hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: { SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: policy, Override: true } } },
    });
    expect(() => siteIn({ contentSecurityPolicy: Fn.importValue('Policy') })).not.toThrow();
  });

  test('of known directives and sources is none to refuse, whatever their order and case', () => {
    fc.assert(fc.property(policies, fc.boolean(), (policy, loud) => {
      expect(() => checkContentSecurityPolicy(loud ? policy.replace(/[a-z-]+-src/g, (name) => name.toUpperCase()) : policy)).not.toThrow();
    }));
  });

  test('with one letter less in the name of a directive is refused', () => {
    fc.assert(fc.property(directives, fc.nat(), fc.nat(), (all, which, where) => {
      const wrong = all.map(([name, sources], index) => {
        const at = where % name.length;
        return `${index === which % all.length ? name.slice(0, at) + name.slice(at + 1) : name} ${sources.join(' ')}`;
      });
      expect(() => checkContentSecurityPolicy(wrong.join('; '))).toThrow("'contentSecurityPolicy' must be made of directives that browsers know");
    }));
  });

  test('with one word that lacks its quotes is refused', () => {
    fc.assert(fc.property(directives, fc.constantFrom('self', 'none', 'unsafe-inline', 'nonce-abc', 'sha256-abc='), (all, word) => {
      const [[name, sources], ...others] = all;
      const policy = [[name, [...sources, word]] as const, ...others].map(([each, values]) => `${each} ${values.join(' ')}`).join(';');
      expect(() => checkContentSecurityPolicy(policy)).toThrow(`got '${word}' in '${name} `);
    }));
  });

  test.each([
    [' ', "'contentSecurityPolicy' must be one line with directives, got ' ': write such as \"default-src 'self'\", or leave it out"],
    [';', "must be one line with directives, got ';'"],
    ["default-src 'self'\nimg-src *", 'must be one line with directives'],
    ["defaul-src 'self'", "'contentSecurityPolicy' must be made of directives that browsers know, got 'defaul-src': they pass over others, so check the spelling, such as default-src"],
    ['default-src self', "'contentSecurityPolicy' must be given with quotes around words that are no hosts, got 'self' in 'default-src self': write 'self'"],
    ['object-src none', "got 'none' in 'object-src none': write 'none'"],
    ["default-src 'slef'", "'contentSecurityPolicy' must be made of words that browsers know, got \"'slef'\" in \"default-src 'slef'\": check the spelling, such as 'self', and that spaces alone "
      + 'stand between two'],
    ["default-src 'self', img-src *", "got \"'self',\" in \"default-src 'self', img-src *\""],
    ["script-src 'self'; script-src 'unsafe-inline'", "'contentSecurityPolicy' must be made of different directives, got 'script-src' twice, as in 'script-src 'self'; script-src 'unsafe-inline'': "
      + 'browsers pass over all but the first, so put the sources into one'],
  ])('%j is refused', (contentSecurityPolicy, message) => {
    expect(() => siteIn({ contentSecurityPolicy })).toThrow(message);
  });
});
