// [internal] What AWS Backup is asked to back up, by CloudFormation type: how each is named, and what its backup needs.
import { ArnFormat, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { isOfType, property, targetsOf } from '../private/resource-references';

/** A kind of resource that can be backed up. */
export interface BackupSource {
  arn(resource: CfnResource): string;
  /** Whether a resource holds data of its own. @default - every one does */
  holdsData?(resource: CfnResource): boolean;
  /** What AWS's own policy for it allows, limited to the one resource. */
  statements(resource: CfnResource): iam.PolicyStatement[];
}

/** A statement, shorter. */
export function allow(actions: string[], resources: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources });
}

const arnOf = (resource: CfnResource): string => resource.getAtt('Arn').toString();

/**
 * Backups that AWS Backup manages itself bear the tags of their resource, and without the permission to tag them their jobs fail, since 30 September 2025. They are named when
 * they are taken; limited to those of the account, as in AWS's own policy.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html
 */
function tagBackups(resource: CfnResource): iam.PolicyStatement {
  const backups = { service: 'backup', region: '*', account: '*', resource: 'recovery-point', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
  return new iam.PolicyStatement({
    actions: ['backup:TagResource'],
    resources: [Stack.of(resource).formatArn(backups)],
    conditions: { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
  });
}

const TABLE: BackupSource = {
  arn: arnOf,
  statements: (table) => [
    tagBackups(table),
    allow(['dynamodb:DescribeTable', 'dynamodb:CreateBackup', 'dynamodb:StartAwsBackupJob', 'dynamodb:ListTagsOfResource'], [arnOf(table)]),
    allow(['dynamodb:DescribeBackup', 'dynamodb:DeleteBackup'], [`${arnOf(table)}/backup/*`]),
  ],
};

const FILE_SYSTEM: BackupSource = {
  arn: arnOf,
  statements: (fileSystem) => [tagBackups(fileSystem), allow(['elasticfilesystem:Backup', 'elasticfilesystem:DescribeTags'], [arnOf(fileSystem)])],
};

/** Snapshots of AWS Backup, copies in other regions too. No partition or account in it: a role reaches those of its own account alone. */
const SNAPSHOTS = 'arn:*:rds:*:*:snapshot:awsbackup:*';

const DATABASE: BackupSource = {
  arn: (database) => database.getAtt('DBInstanceArn').toString(),
  // of a replica its source has the data, of Aurora the cluster
  holdsData: (database) => property(database, 'SourceDBInstanceIdentifier') === undefined && property(database, 'DBClusterIdentifier') === undefined,
  statements: (database) => [
    allow(['rds:DescribeDBInstances', 'rds:CreateDBSnapshot', 'rds:ListTagsForResource'], [DATABASE.arn(database)]),
    allow([
      'rds:AddTagsToResource', 'rds:CopyDBSnapshot', 'rds:CreateDBSnapshot', 'rds:DeleteDBSnapshot', 'rds:DescribeDBSnapshots', 'rds:ListTagsForResource',
      'rds:ModifyDBSnapshotAttribute',
    ], [SNAPSHOTS]),
  ],
};

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html */
export const BACKED_UP: Readonly<Record<string, BackupSource>> = {
  'AWS::EFS::FileSystem': FILE_SYSTEM,
  'AWS::DynamoDB::Table': TABLE,
  'AWS::DynamoDB::GlobalTable': TABLE,
  'AWS::RDS::DBInstance': DATABASE,
};

/** ARNs of the keys of one's own that a resource is encrypted with, as far as they are known. */
export function keysOf(resource: CfnResource): string[] {
  const said = ['KmsKeyId', 'SSESpecification', 'Replicas'].map((name) => property(resource, name));
  const inApp = targetsOf(resource, said).filter((target) => isOfType(target, 'AWS::KMS::Key'));
  const imported = JSON.stringify(Stack.of(resource).resolve(said)).match(/(?<=")arn:[^"]+:kms:[^"]+:key\/[^"]+/g) ?? [];
  return [...new Set([...inApp.map(arnOf), ...imported])];
}
