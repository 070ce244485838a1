// [internal] The log groups of an instance, made before it, with retention and key.
import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { WORKFLOW_LOGS } from '../private/express-workflow';
import { admitLogs } from '../private/log-key';

/** Where RDS Proxy writes, under the name of the proxy. */
export const PROXY_LOGS = '/aws/rds/proxy';

/** What RDS for PostgreSQL can export. */
export const EXPORTED_LOGS = ['postgresql', 'upgrade'];

/** The groups to which an instance of this name exports its logs. */
export function exportedLogGroups(
  scope: Construct, identifier: string, encryptionKey: kms.IKey | undefined, retention: logs.RetentionDays, removalPolicy: RemovalPolicy,
): { postgresql: logs.LogGroup; upgrade: logs.LogGroup } {
  const logGroup = (id: string, log: string) => new logs.LogGroup(scope, id, {
    logGroupName: `/aws/rds/instance/${identifier}/${log}`,
    retention,
    encryptionKey,
    removalPolicy,
  });
  return { postgresql: logGroup('PostgresqlLogs', 'postgresql'), upgrade: logGroup('UpgradeLogs', 'upgrade') };
}

/** The key of the data as that of the logs too, as statements in them hold data. None where its policy cannot be made to admit CloudWatch Logs, as that of an imported key. */
export function keyOfLogs(key: kms.IKey, proxied: boolean): kms.IKey | undefined {
  // any instance: the logs of former generations stay readable, and a key of another stack does not depend on this one
  return admitLogs(key, ['/aws/rds/instance/db-*', `${WORKFLOW_LOGS}/db-*`, ...(proxied ? [`${PROXY_LOGS}/db-*`] : [])]) ? key : undefined;
}
