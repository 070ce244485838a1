// [internal] The recorder of AWS Config in a region.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IDependable } from 'constructs';
import { Records } from './record-bucket';

/** A recorder of all resources, with the channel that delivers what it records. Rules may come after it. */
export function configRecorder(scope: Construct, { bucket, key }: Records, makesRole: boolean): IDependable {
  const recorder = new config.CfnConfigurationRecorder(scope, 'Recorder', {
    roleArn: Stack.of(scope).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: 'aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
    recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
  });
  // neither waits for the other: a recorder is complete when it has started, for which it needs the channel, and the channel needs the recorder
  const channel = new config.CfnDeliveryChannel(scope, 'Channel', {
    s3BucketName: bucket.bucketName,
    s3KmsKeyArn: key.keyArn,
    configSnapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
  });
  // making a channel writes a test object: it is refused until the policy admits it
  channel.node.addDependency(bucket.policy!);
  if (makesRole) {
    const role = new iam.CfnServiceLinkedRole(scope, 'ConfigRole', { awsServiceName: 'config.amazonaws.com' });
    recorder.node.addDependency(role);
    channel.node.addDependency(role);
  }
  return recorder;
}
