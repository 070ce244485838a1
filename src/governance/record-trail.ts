// [internal] The trail of an account.
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Records } from './record-bucket';
import { acknowledge } from '../private/acknowledge';

/** A trail over all regions. */
export function recordTrail(scope: Construct, { bucket, key }: Records, dataEvents: boolean): cloudtrail.Trail {
  const trail = new cloudtrail.Trail(scope, 'Trail', {
    // by name only: the L2 would admit trails of other accounts
    bucket: s3.Bucket.fromBucketName(scope, 'TrailBucket', bucket.bucketName),
    encryptionKey: key,
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableFileValidation: true,
    managementEvents: cloudtrail.ReadWriteType.ALL,
    sendToCloudWatchLogs: false,
  });
  if (dataEvents) {
    // the trail's first selector has what is managed
    trail.logAllS3DataEvents({ includeManagementEvents: false, readWriteType: cloudtrail.ReadWriteType.ALL });
    trail.logAllLambdaDataEvents({ includeManagementEvents: false, readWriteType: cloudtrail.ReadWriteType.ALL });
  }
  // creating a trail writes a test object: it is refused until the policy admits it
  trail.node.addDependency(bucket.policy!);
  acknowledge(trail.node.defaultChild!, 'CloudTrailCloudWatchLogsEnabled', 'events are in the bucket, validated and encrypted, where Athena searches them, and EventBridge tells of them as they come; '
    + 'a copy in CloudWatch Logs would cost more than the trail');
  return trail;
}
