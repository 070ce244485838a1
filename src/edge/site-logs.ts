// [internal] Access logs of a distribution.
import { Duration, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { accessLogBucket } from './access-log-bucket';

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
  return accessLogBucket(scope, {
    writers: 'CloudFront',
    // CloudFront writes as an account of its own, which it enters in the access control list of the bucket
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
    lifecycle: {
      // S3 leaves files below 128 KB where they are: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
      transitions: [
        { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
        { storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) },
      ],
    },
    reasons: { encryption: 'CloudFront delivers to buckets with keys of S3', replication: 'nothing is restored from access logs' },
  });
}
