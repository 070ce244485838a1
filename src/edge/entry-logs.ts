// [internal] Access and connection logs of a load balancer, also in stacks whose region is not known at synthesis.
import { Duration, Stack } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { accessLogBucket } from './access-log-bucket';

/** Folders of the bucket by the attributes that turn each kind of log on. */
const LOGS = { access_logs: 'access', connection_logs: 'connections' };

/**
 * A bucket of its own for the logs of one load balancer.
 *
 * `loadBalancer.logAccessLogs()` needs a region, since it names the account of Elastic Load Balancing there; the service's principal works in all regions.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function keepLogs(scope: Construct, loadBalancer: elbv2.ApplicationLoadBalancer): void {
  const bucket = accessLogBucket(scope, {
    writers: 'the load balancers of this account',
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycle: { expiration: Duration.days(90) },
    reasons: { encryption: 'load balancers deliver to buckets with keys of S3 alone', replication: 'nothing is restored from logs of 90 days' },
  });
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
    actions: ['s3:PutObject'],
    // the account in the path keeps load balancers of others out
    resources: Object.values(LOGS).map((folder) => bucket.arnForObjects(`${folder}/AWSLogs/${Stack.of(scope).account}/*`)),
  }));
  for (const [attribute, folder] of Object.entries(LOGS)) {
    loadBalancer.setAttribute(`${attribute}.s3.enabled`, 'true');
    loadBalancer.setAttribute(`${attribute}.s3.bucket`, bucket.bucketName);
    loadBalancer.setAttribute(`${attribute}.s3.prefix`, folder);
  }
  // turning logs on writes a test object: the load balancer is refused until the policy admits it
  loadBalancer.node.addDependency(bucket.policy!);
}
