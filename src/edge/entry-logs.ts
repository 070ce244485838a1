// [internal] Access and connection logs of a load balancer, also in stacks whose region is not known at synthesis.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';

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
  const bucket = new s3.Bucket(scope, 'Logs', {
    // logs are not delivered to buckets with a KMS key
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    // logs are written once: only what somebody overwrites or deletes has an older version, and a week to be missed
    versioned: true,
    lifecycleRules: [{
      expiration: Duration.days(90),
      noncurrentVersionExpiration: Duration.days(7),
      abortIncompleteMultipartUploadAfter: Duration.days(7),
    }],
    // in every environment: a bucket that holds logs cannot be deleted with its stack, and the deletion of the stack would fail
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acknowledge(bucket.node.defaultChild!, ['AwsSolutions-S1', 'S3BucketLoggingEnabled'], 'this bucket holds access logs, and a log of access to logs would need a bucket of its own in turn; '
    + 'it is private, admits TLS only and is written to by the load balancers of this account alone');
  acknowledge(bucket.node.defaultChild!, 'S3DefaultEncryptionKMS', 'load balancers deliver to buckets with keys of S3 alone; the objects are encrypted with those (AES-256)');
  acknowledge(bucket.node.defaultChild!, 'S3BucketReplicationEnabled', 'nothing is restored from logs of 90 days; '
    + 'S3 keeps each object in three zones, and for a week what is deleted or overwritten');
  acknowledge(bucket.node.defaultChild!, 'S3BucketDefaultLockEnabled', 'a lock would keep addresses of visitors that must be deleted on demand; '
    + 'what is deleted or overwritten stays for a week as an older version');
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
