// [internal] Where the shell sessions of a cluster's tasks are logged, and who may read and write them.
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { logGroupName } from './log-group-name';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';

const SESSION_LOGS = '/ecs-sessions';

/** How sessions are logged. */
export interface SessionOptions {
  readonly profile: EnvironmentProfile;
  readonly retention: logs.RetentionDays;
  readonly key?: kms.IKey;
}

/** What a task that allows sessions must be permitted to use. */
export interface SessionLogs {
  /** None where sessions are not logged to CloudWatch. */
  readonly logGroup?: logs.ILogGroup;
  readonly key?: kms.IKey;
}

/**
 * A log group for the sessions of a cluster, apart from the output of its containers: who reads the one need not read the other.
 *
 * The agent records a session by `script` and `cat` of the image; without them there is a shell and no log.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging
 */
export function logSessions(scope: Construct, cluster: ecs.ICluster, { profile, retention, key }: SessionOptions): SessionLogs {
  const logGroup = new logs.LogGroup(scope, 'SessionLogs', {
    logGroupName: logGroupName(SESSION_LOGS, scope, profile),
    retention,
    encryptionKey: key,
    removalPolicy: profile._lastingRemovalPolicy,
  });
  if (key) {
    admitLogs(scope, key);
  } else {
    acknowledge(logGroup, 'CloudWatchLogGroupEncrypted', "CloudWatch Logs encrypts with a key of its own, or with yours by 'sessionKey'; apart from other logs, for fewer readers");
  }
  const resource = cluster.node.defaultChild as ecs.CfnCluster;
  resource.configuration = {
    ...resource.configuration as ecs.CfnCluster.ClusterConfigurationProperty | undefined,
    executeCommandConfiguration: {
      kmsKeyId: key?.keyArn,
      logging: ecs.ExecuteCommandLogging.OVERRIDE,
      // ECS then refuses to write to a group that has lost its key
      logConfiguration: { cloudWatchLogGroupName: logGroup.logGroupName, cloudWatchEncryptionEnabled: key !== undefined },
    },
  };
  return { logGroup, key };
}

/** What an existing cluster does with sessions: a log of its own, or, where it says nothing, that of the container. */
export function sessionsOf(cluster: ecs.ICluster, containerLogs: logs.ILogGroup): SessionLogs {
  const { logging = ecs.ExecuteCommandLogging.DEFAULT, logConfiguration, kmsKey: key } = cluster.executeCommandConfiguration ?? {};
  if (logging === ecs.ExecuteCommandLogging.DEFAULT) return { logGroup: containerLogs, key };
  return { logGroup: logConfiguration?.cloudWatchLogGroup as logs.ILogGroup | undefined, key };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function admitLogs(scope: Construct, key: kms.IKey): void {
  const stack = Stack.of(scope);
  // not the one name: it holds the id of its stack, which in the stack of the key would be another
  const groups = stack.formatArn({ service: 'logs', resource: 'log-group', resourceName: `${SESSION_LOGS}/*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  const admitted = key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
  }));
  if (!admitted.statementAdded) {
    Validations.of(scope).addWarning('cdk-patternbook:ContainerClusterSessionKeyPolicy',
      'the policy of the imported key of sessions cannot be changed from here: it must let CloudWatch Logs use the key for the log group of the sessions, '
      + 'else the log group cannot be made');
  }
}
