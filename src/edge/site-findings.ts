// [internal] What rule packs find on the distribution of a site and the library accepts.
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { StaticSiteProps } from './static-site-options';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';

/** TLS below 1.2 is not among them: without a domain the finding stays, as the certificate is CloudFront's own. */
export function acceptFindings(distribution: cloudfront.Distribution, { firewall }: StaticSiteProps, profile: EnvironmentProfile): void {
  const resource = distribution.node.defaultChild!;
  acknowledge(resource, 'AwsSolutions-CFR1', 'a site is for visitors of all countries; who shall not come is kept out by the firewall');
  if (firewall?.level === undefined && profile._doesWithout('firewall')) {
    acknowledge(resource, 'AwsSolutions-CFR2', `${profile.name}: no firewall; behind the distribution are files that anyone may read`);
  }
}
