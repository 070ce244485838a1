// [internal] The certificate of a site: CloudFront takes it from us-east-1.
import { Token } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import { AppDomain } from './app-domain';
import { EDGE_REGION } from './edge-region';
import { placeIn } from '../private/other-region';

/** That of the domain if it brings one, else one made in us-east-1. */
export function siteCertificate(scope: Construct, domain: AppDomain): acm.ICertificate {
  const given = domain._givenCertificate;
  if (given) {
    checkRegion(given);
    return given;
  }
  const place = placeIn(scope, EDGE_REGION);
  if (place.scope === scope) return domain._certificateIn(scope);
  if (Token.isUnresolved(domain._zone?.hostedZoneId)) {
    throw new Error(`'domain' must come with a certificate in ${EDGE_REGION}, or in a hosted zone whose id is known at synthesis, `
      + 'since its certificate is made in a stack of that region: '
      + 'bring the zone by HostedZone.fromHostedZoneAttributes() or fromLookup(), or give a certificate');
  }
  place.refuseTokens({ domain: domain.domainName });
  const { certificateArn } = domain._certificateIn(place.scope);
  return acm.Certificate.fromCertificateArn(scope, 'Certificate', place.read('CertificateArn', certificateArn));
}

function checkRegion(certificate: acm.ICertificate): void {
  const region = regionOf(certificate);
  if (Token.isUnresolved(region) || region === EDGE_REGION) return;
  throw new Error(`'domain' must come with a certificate in ${EDGE_REGION}, where CloudFront takes them from, got one in ${region}: `
    + 'make it in a stack of that region, or leave it out');
}

/** By its ARN, or by the stack that makes it: one that is imported by a token may be of any region. */
function regionOf({ certificateArn, env, node }: acm.ICertificate): string {
  if (!Token.isUnresolved(certificateArn)) return certificateArn.split(':')[3];
  return node.defaultChild ? env.region : certificateArn;
}
