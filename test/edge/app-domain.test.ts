import { CfnParameter, Fn } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { AppDomain } from '../../src';
import { testStack } from '../harness';

const zoneOf = (zoneName = 'example.com'): route53.IHostedZone =>
  route53.HostedZone.fromHostedZoneAttributes(testStack(), 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName });

const listToken = (): string[] => new CfnParameter(testStack(), 'Names', { type: 'CommaDelimitedList' }).valueAsList;

describe('a domain', () => {
  test('in a hosted zone has its names', () => {
    const domain = AppDomain.fromHostedZone(zoneOf(), 'api.example.com', { redirectFrom: ['www.example.com'], alternativeNames: ['*.example.com'] });
    expect([domain.domainName, domain.redirectFrom, domain.alternativeNames]).toEqual(['api.example.com', ['www.example.com'], ['*.example.com']]);
  });

  test('by certificate has its name alone', () => {
    const certificate = acm.Certificate.fromCertificateArn(testStack(), 'C', 'arn:aws:acm:eu-west-1:111111111111:certificate/abc');
    const domain = AppDomain.fromCertificate(certificate, 'api.example.org');
    expect([domain.domainName, domain.redirectFrom, domain.alternativeNames]).toEqual(['api.example.org', [], []]);
  });

  test('may be the zone itself, or known at deployment only', () => {
    expect(() => AppDomain.fromHostedZone(zoneOf('example.com.'), 'example.com')).not.toThrow();
    expect(() => AppDomain.fromHostedZone(zoneOf(Fn.importValue('Zone')), 'example.com')).not.toThrow();
    expect(() => AppDomain.fromHostedZone(zoneOf(), Fn.importValue('Name'))).not.toThrow();
  });

  test('gives its lists as copies', () => {
    const domain = AppDomain.fromHostedZone(zoneOf(), 'example.com', { redirectFrom: ['www.example.com'] });
    domain.redirectFrom.push('other.example.com');
    expect(domain.redirectFrom).toEqual(['www.example.com']);
  });

  test.each<[string, () => AppDomain, string]>([
    ['a name of another zone', () => AppDomain.fromHostedZone(zoneOf(), 'api.example.org'),
      "'domainName' must lie in the hosted zone 'example.com', got 'api.example.org': pass the zone of the name, or use AppDomain.fromCertificate()"],
    ['a name that only ends like the zone', () => AppDomain.fromHostedZone(zoneOf(), 'myexample.com'),
      "'domainName' must lie in the hosted zone 'example.com', got 'myexample.com': pass the zone of the name, or use AppDomain.fromCertificate()"],
    ['a redirect from another zone', () => AppDomain.fromHostedZone(zoneOf(), 'example.com', { redirectFrom: ['example.org'] }),
      "'redirectFrom' must lie in the hosted zone 'example.com', got 'example.org': pass the zone of the name, or use AppDomain.fromCertificate()"],
    ['a further name known at deployment only', () => AppDomain.fromHostedZone(zoneOf(), 'example.com', { alternativeNames: [Fn.importValue('Name')] }),
      "'alternativeNames' must be known at synthesis, since each name is the id of its record, got a token: write the name out"],
    ['a list of names known at deployment only', () => AppDomain.fromHostedZone(zoneOf(), 'example.com', { alternativeNames: listToken() }),
      "'alternativeNames' must be known at synthesis, since each name is the id of its record, got a token: write the names out"],
  ])('fails on %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
