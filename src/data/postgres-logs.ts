// [internal] The log groups of an instance, made before it, with retention and key.
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** What RDS for PostgreSQL can export. */
export const EXPORTED_LOGS = ['postgresql', 'upgrade'];

/** The groups to which an instance of this name exports its logs. */
export function exportedLogGroups(
  scope: Construct, identifier: string, key: kms.IKey, retention: logs.RetentionDays, removalPolicy: RemovalPolicy,
): { postgresql: logs.LogGroup; upgrade: logs.LogGroup } {
  // statements in the log hold data: the key of the data is theirs, where its policy can be made to admit CloudWatch Logs
  const encryptionKey = admitLogs(key) ? key : undefined;
  const logGroup = (id: string, log: string) => new logs.LogGroup(scope, id, {
    logGroupName: `/aws/rds/instance/${identifier}/${log}`,
    retention,
    encryptionKey,
    removalPolicy,
  });
  return { postgresql: logGroup('PostgresqlLogs', 'postgresql'), upgrade: logGroup('UpgradeLogs', 'upgrade') };
}

/** Let CloudWatch Logs use a key for the logs of databases. False where its policy is out of reach, as that of an imported key. */
function admitLogs(key: kms.IKey): boolean {
  const stack = Stack.of(key);
  // any instance: the logs of former generations stay readable, and a key of another stack does not depend on this one
  const logGroups = stack.formatArn({
    service: 'logs', resource: 'log-group', resourceName: '/aws/rds/instance/db-*', arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  })).statementAdded;
}
