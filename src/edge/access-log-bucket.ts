// [internal] Buckets for access logs, of load balancers and of distributions.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';

/** What differs with who delivers the logs. */
export interface AccessLogs {
  /** Who writes to the bucket, as findings name them. */
  readonly writers: string;
  readonly objectOwnership: s3.ObjectOwnership;
  /** How long logs are kept, and where. */
  readonly lifecycle: s3.LifecycleRule;
  /** Why the objects are encrypted by S3 alone, and why they are nowhere else. */
  readonly reasons: { readonly encryption: string; readonly replication: string };
}

/** A private bucket of its own, `Logs`, kept in every environment. */
export function accessLogBucket(scope: Construct, { writers, objectOwnership, lifecycle, reasons }: AccessLogs): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Logs', {
    // logs are not delivered to buckets with a KMS key
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership,
    enforceSSL: true,
    // logs are written once: only what somebody overwrites or deletes has an older version, and a week to be missed
    versioned: true,
    lifecycleRules: [{ ...lifecycle, noncurrentVersionExpiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    // in every environment: a bucket that holds logs cannot be deleted with its stack, and the deletion of the stack would fail
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const resource = bucket.node.defaultChild!;
  acknowledge(resource, ['AwsSolutions-S1', 'S3BucketLoggingEnabled'], 'this bucket holds access logs, and a log of access to logs would need a bucket of its own in turn; '
    + `it is private, admits TLS only and is written to by ${writers} alone`);
  acknowledge(resource, 'S3DefaultEncryptionKMS', `${reasons.encryption}; the objects are encrypted with those (AES-256)`);
  acknowledge(resource, 'S3BucketReplicationEnabled', `${reasons.replication}; S3 keeps each object in three zones, and for a week what is deleted or overwritten`);
  acknowledge(resource, 'S3BucketDefaultLockEnabled', 'a lock would keep addresses of visitors that must be deleted on demand; '
    + 'what is deleted or overwritten stays for a week as an older version');
  return bucket;
}
