// [internal] The bucket that the records of an account are delivered to, and its key.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';
import { ownKey } from '../private/own-key';
import { fromThisAccount } from '../private/service-principal';

/** What records of an account are kept in. */
export interface Records {
  readonly bucket: s3.Bucket;
  readonly key: kms.Key;
}

/** A private bucket, kept in every environment, that admits those who deliver to it and nobody else. */
export function recordBucket(scope: Construct, writers: { trail: boolean; config: boolean }): Records {
  const key = ownKey(scope, 'Key', { description: `Records of the account by ${scope.node.path}`, removalPolicy: RemovalPolicy.RETAIN });
  const bucket = new s3.Bucket(scope, 'Records', {
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: key,
    // CloudTrail would have to be let decrypt, too
    bucketKeyEnabled: false,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    // records are written once: only what somebody overwrites or deletes has an older version, and a month to be missed
    versioned: true,
    lifecycleRules: [{
      // S3 leaves those below 128 KB where they are: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
      transitions: [{ storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) }],
      expiration: Duration.days(365),
      noncurrentVersionExpiration: Duration.days(30),
      abortIncompleteMultipartUploadAfter: Duration.days(7),
    }],
    // in every environment: a bucket that holds records cannot be deleted with its stack, and the deletion of the stack would fail
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const resource = bucket.node.defaultChild!;
  acknowledge(resource, ['AwsSolutions-S1', 'S3BucketLoggingEnabled'], 'a log of access to records would need a bucket of its own in turn; '
    + 'it is private, admits TLS only and is written to by services for this account alone');
  acknowledge(resource, 'S3BucketReplicationEnabled', 'nothing is restored from records; S3 keeps each object in three zones, and for a month what is deleted or overwritten');
  acknowledge(resource, 'S3BucketDefaultLockEnabled', 'records hold names and addresses of people, which a lock would keep when they must be deleted; '
    + 'what is deleted or overwritten stays for a month as an older version, and the digests of a trail show what is missing');
  if (writers.trail) admitTrail(scope, { bucket, key });
  if (writers.config) admitConfig(scope, { bucket, key });
  return { bucket, key };
}

/**
 * Its name is generated, so that any trail of the account in this region is admitted.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
 */
function admitTrail(scope: Construct, { bucket, key }: Records): void {
  const stack = Stack.of(scope);
  const principals = [new iam.ServicePrincipal('cloudtrail.amazonaws.com')];
  const trails = (region?: string): string => stack.formatArn({ service: 'cloudtrail', region, resource: 'trail', resourceName: '*' });
  const ArnLike = { 'aws:SourceArn': trails() };
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'TrailLooks', principals, actions: ['s3:GetBucketAcl'], resources: [bucket.bucketArn], conditions: { ArnLike },
  }));
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'TrailWrites',
    principals,
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`AWSLogs/${stack.account}/*`)],
    conditions: { ArnLike, StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
  }));
  key.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'TrailEncrypts',
    principals,
    actions: ['kms:GenerateDataKey*'],
    resources: ['*'],
    conditions: { ArnLike, StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': trails('*') } },
  }));
  key.addToResourcePolicy(new iam.PolicyStatement({ sid: 'TrailDescribes', principals, actions: ['kms:DescribeKey'], resources: ['*'], conditions: { ArnLike } }));
}

/**
 * The service-linked role may neither write to a bucket nor use a key: AWS Config does both as itself.
 *
 * @see https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
 * @see https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html
 */
function admitConfig(scope: Construct, { bucket, key }: Records): void {
  const principals = [fromThisAccount(scope, 'config.amazonaws.com')];
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'ConfigLooks', principals, actions: ['s3:GetBucketAcl', 's3:ListBucket'], resources: [bucket.bucketArn],
  }));
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'ConfigWrites',
    principals,
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(scope).account}/Config/*`)],
    conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
  }));
  key.addToResourcePolicy(new iam.PolicyStatement({ sid: 'ConfigEncrypts', principals, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'] }));
}
