// [internal] Log groups of APIs, and what is in them.
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';

/** A log group that API Gateway writes to. */
export function apiLogGroup(
  scope: Construct, id: string, profile: EnvironmentProfile, retention: logs.RetentionDays, logGroupName?: string,
): logs.LogGroup {
  const logGroup = new logs.LogGroup(scope, id, {
    logGroupName,
    retention,
    removalPolicy: profile._lastingRemovalPolicy,
  });
  acknowledge(logGroup, 'CloudWatchLogGroupEncrypted', 'CloudWatch Logs encrypts with a key of its own; API Gateway is told to log addresses, paths and errors, no contents of requests');
  return logGroup;
}
