// [internal] The role that AWS Backup takes, limited to what is backed up.
import { CfnResource } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow, BACKED_UP, keysOf } from './backup-sources';
import { acknowledge, acknowledgeInlinePolicies, acknowledgeWildcard } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';

/** What the role may do besides backing up. */
export interface BackupRoleProps {
  readonly vault: backup.IBackupVault;
  /** Key of the vault, if it has one of its own. */
  readonly key?: string;
  /** Where copies go, if there are any. */
  readonly copies?: CopyPlace;
}

/** A vault in another region, and the ARN of its key. */
export interface CopyPlace {
  readonly vault: backup.IBackupVault;
  readonly key: string;
}

/** A role with statements of its own in place of the policies that AWS has for it, which reach everything of a kind. */
export class BackupRole extends iam.Role {
  private readonly keys = new Set<string>();
  private readonly wildcards = new Set<string>();

  constructor(scope: Construct, id: string, props: BackupRoleProps) {
    super(scope, id, { description: 'Takes backups of what they are asked for', assumedBy: fromThisAccount(scope, 'backup.amazonaws.com') });
    const { vault, key, copies } = props;
    this.addToPolicy(allow(['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'], [vault.backupVaultArn, ...copies ? [copies.vault.backupVaultArn] : []]));
    // AWS Backup looks up by it what it backs up
    this.addToPolicy(allow(['tag:GetResources'], ['*']));
    if (key) this.use(key);
    if (copies) this.copyTo(copies);
    acknowledgeInlinePolicies(this);
    acknowledge(this.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
      'tag:GetResources has no resource level and reads tags alone; copies, whose ARNs are those of other services, go to the one other vault; of the key of AWS Backup '
      + 'no more than its description is read');
  }

  /** Let it back up a resource. */
  public permit(resource: CfnResource): void {
    const source = BACKED_UP[resource.cfnResourceType];
    for (const statement of source.statements(resource)) {
      this.addToPolicy(statement);
      statement.resources.filter((arn) => arn.includes('*') && !this.wildcards.has(arn)).forEach((arn) => this.acceptWildcard(arn));
    }
    keysOf(resource).forEach((key) => this.use(key));
  }

  /** The last two as AWS asks for copies into another region, and as keys of RDS's snapshots are changed on the way. */
  private copyTo({ vault, key }: CopyPlace): void {
    this.addToPolicy(new iam.PolicyStatement({
      actions: ['backup:CopyFromBackupVault'],
      resources: ['*'],
      conditions: { 'ForAllValues:ArnEquals': { 'backup:CopyTargets': [vault.backupVaultArn] } },
    }));
    this.addToPolicy(new iam.PolicyStatement({
      actions: ['kms:DescribeKey'],
      resources: ['*'],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/backup' } },
    }));
    this.use(key);
    this.addToPolicy(allow(['kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], [key]));
  }

  private acceptWildcard(arn: string): void {
    this.wildcards.add(arn);
    acknowledgeWildcard(this.node.findChild('DefaultPolicy'), arn,
      'backups are named when they are taken; limited to those of this table, for databases to those that AWS Backup took, and for tags to those of this account');
  }

  /** Backups are written, and copied, with the keys of their resource and of their vault, which neither's policy hands out. */
  private use(key: string): void {
    if (this.keys.has(key)) return;
    this.keys.add(key);
    this.addToPolicy(allow(['kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey'], [key]));
    this.addToPolicy(new iam.PolicyStatement({ actions: ['kms:CreateGrant'], resources: [key], conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }));
  }
}
