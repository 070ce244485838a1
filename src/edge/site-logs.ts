// [internal] Access logs of a distribution.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';

/** Regions whose buckets CloudFront delivers no logs to: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html */
const WITHOUT_DELIVERY = [
  'af-south-1', 'ap-east-1', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'ca-west-1', 'eu-central-2', 'eu-south-1', 'eu-south-2', 'il-central-1', 'me-central-1', 'me-south-1',
];

/** A bucket of its own for the logs of one distribution. */
export function logBucket(scope: Construct): s3.Bucket {
  const { region } = Stack.of(scope);
  if (WITHOUT_DELIVERY.includes(region)) {
    throw new Error(`'accessLogs' must be false in ${region}, to whose buckets CloudFront delivers no logs: leave them out, or put the stack of the site in another region`);
  }
  const bucket = new s3.Bucket(scope, 'Logs', {
    // logs are not delivered to buckets with a KMS key
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    // CloudFront writes as an account of its own, which it enters in the access control list of the bucket
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
    enforceSSL: true,
    // logs are written once: only what somebody overwrites or deletes has an older version, and a week to be missed
    versioned: true,
    lifecycleRules: [{
      transitions: [
        { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
        { storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) },
      ],
      noncurrentVersionExpiration: Duration.days(7),
      abortIncompleteMultipartUploadAfter: Duration.days(7),
    }],
    // in every environment: a bucket that holds logs cannot be deleted with its stack, and the deletion of the stack would fail
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const resource = bucket.node.defaultChild!;
  acknowledge(resource, ['AwsSolutions-S1', 'S3BucketLoggingEnabled'], 'this bucket holds access logs, and a log of access to logs would need a bucket of its own in turn; '
    + 'it is private, admits TLS only and is written to by CloudFront alone');
  acknowledge(resource, 'S3DefaultEncryptionKMS', 'CloudFront delivers to buckets with keys of S3; the objects are encrypted with those (AES-256)');
  acknowledge(resource, 'S3BucketReplicationEnabled', 'nothing is restored from access logs; S3 keeps each object in three zones, and for a week what is deleted or overwritten');
  acknowledge(resource, 'S3BucketDefaultLockEnabled', 'a lock would keep addresses of visitors that must be deleted on demand; '
    + 'what is deleted or overwritten stays for a week as an older version');
  return bucket;
}
