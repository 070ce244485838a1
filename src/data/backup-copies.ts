// Backups beside those that services keep themselves: weekly, in a vault, and in another region if wanted.
import { Aws, CfnResource, Duration, Fn, Lazy, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { BackupRole } from './backup-role';
import { BACKED_UP, BackupSource } from './backup-sources';
import { wholeDays } from './postgres-rules';
import { placeIn } from '../private/other-region';

/** Properties of `BackupCopies`. */
export interface BackupCopiesProps {
  /** When backups are taken, in UTC: a cron expression. @default - Sundays at 05:00 */
  readonly schedule?: events.Schedule;
  /** How long backups and their copies are kept, whole days, 1 to 36500. @default Duration.days(30) */
  readonly retention?: Duration;
  /** Region that receives a copy of each backup, other than that of the stack, in a vault made there by a stack beside that of the backups. @default - no copies */
  readonly copyRegion?: string;
  /**
   * Key of the vault, for backups of files and tables. Those of databases keep the key of their database. A change replaces the vault. Copies are encrypted with the key of
   * AWS Backup in their region.
   *
   * @default - the key of AWS Backup in this account, managed by AWS
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * What becomes of the vaults on deletion. AWS Backup deletes none that still holds a backup. Where they are retained nobody can delete a backup before its time.
   *
   * @default - from the profile: DESTROY in dev, RETAIN_ON_UPDATE_OR_DELETE in staging and prod
   */
  readonly removalPolicy?: RemovalPolicy;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/**
 * A backup plan of AWS Backup over file systems, tables and databases: weekly, kept for 30 days, with copies in another region if wanted.
 *
 * It stands beside the backups that the services keep themselves, out of reach of who deletes a resource together with those.
 *
 * Fails at synthesis if nothing is ever included, on schedules that are no cron expression, and on times out of bounds.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/whatisbackup.html
 */
export class BackupCopies extends Construct {
  /** The plan. Further selections join here. */
  public readonly plan: backup.BackupPlan;
  /** Where the backups are kept. */
  public readonly vault: backup.BackupVault;

  private readonly role: BackupRole;
  private readonly included = new Set<CfnResource>();

  constructor(scope: Construct, id: string, props: BackupCopiesProps = {}) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    const removalPolicy = removalPolicyOf(props, profile);
    const retention = props.retention ?? Duration.days(30);
    const schedule = props.schedule ?? events.Schedule.cron({ weekDay: 'SUN', hour: '5', minute: '0' });
    wholeDays('retention', retention, 1, 36500, 'choose whole days within these, AWS Backup keeps backups that long');
    checkSchedule(schedule);

    this.vault = this.makeVault(this, removalPolicy, props.encryptionKey);
    const copies = props.copyRegion === undefined ? undefined : this.makeCopyVault(props.copyRegion, removalPolicy);
    this.plan = new backup.BackupPlan(this, 'Plan', {
      backupPlanRules: [new backup.BackupPlanRule({
        ruleName: 'Copies',
        backupVault: this.vault,
        scheduleExpression: schedule,
        deleteAfter: retention,
        copyActions: copies && [{ destinationBackupVault: copies, deleteAfter: retention }],
      })],
    });
    this.role = new BackupRole(this, 'Role', { vault: this.vault, copyVault: copies, key: props.encryptionKey?.keyArn });
    this.select();
    this.node.addValidation({
      validate: () => (this.included.size === 0 ? [`nothing is backed up by '${this.node.path}': call include() with a scope that has file systems, tables or databases`] : []),
    });
  }

  /**
   * Back up the EFS file systems, DynamoDB tables and RDS instances in a scope as it is now. What is included already is skipped, and so are read replicas, whose source has the
   * data, and instances of Aurora.
   *
   * Fails if the scope has none.
   */
  public include(scope: IConstruct): void {
    const found = scope.node.findAll().filter((construct): construct is CfnResource => CfnResource.isCfnResource(construct))
      .filter(isBackedUp);
    if (found.length === 0) {
      throw new Error(`nothing to back up in '${scope.node.path}': it contains no EFS file system, DynamoDB table or RDS instance, define its resources first`);
    }
    for (const resource of found.filter((candidate) => !this.included.has(candidate))) {
      this.included.add(resource);
      this.role.permit(resource);
    }
  }

  private select(): void {
    const byPath = (): CfnResource[] => [...this.included].sort((one, other) => (one.node.path < other.node.path ? -1 : 1));
    new backup.CfnBackupSelection(this, 'Selection', {
      backupPlanId: this.plan.backupPlanId,
      backupSelection: {
        selectionName: 'Included',
        iamRoleArn: this.role.roleArn,
        resources: Lazy.list({ produce: () => byPath().map((resource) => BACKED_UP[resource.cfnResourceType].arn(resource)) }),
      },
    });
  }

  private makeVault(scope: Construct, removalPolicy: RemovalPolicy, encryptionKey?: kms.IKey): backup.BackupVault {
    return new backup.BackupVault(scope, 'Vault', {
      backupVaultName: nameOf(scope),
      encryptionKey,
      blockRecoveryPointDeletion: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
  }

  private makeCopyVault(region: string, removalPolicy: RemovalPolicy): backup.IBackupVault {
    if (Token.isUnresolved(region) || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) || region === Stack.of(this).region) {
      throw new Error(`'copyRegion' must be a region other than that of the stack, got ${Token.isUnresolved(region) ? 'a token' : `'${region}'`}: name one, such as 'eu-central-1'`);
    }
    const { scope, read } = placeIn(this, region);
    const vault = this.makeVault(scope, removalPolicy);
    return backup.BackupVault.fromBackupVaultArn(this, 'CopyVault', read('CopyVaultArn', vault.backupVaultArn));
  }
}

function isBackedUp(resource: CfnResource): boolean {
  const source: BackupSource | undefined = BACKED_UP[resource.cfnResourceType];
  return source !== undefined && (source.holdsData?.(resource) ?? true);
}

/** A vault must have a name. With the unique id of the stack in it, a vault that was retained is not in the way of the next deployment. */
function nameOf(scope: Construct): string {
  const unique = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return `${Names.uniqueResourceName(scope, { maxLength: 41, separator: '-' })}-${unique}`;
}

function removalPolicyOf(props: BackupCopiesProps, profile: EnvironmentProfile): RemovalPolicy {
  if (props.removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new Error("'removalPolicy' must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got SNAPSHOT: there is none of a vault, so retain it");
  }
  return props.removalPolicy ?? profile._lastingRemovalPolicy;
}

function checkSchedule({ expressionString }: events.Schedule): void {
  if (!Token.isUnresolved(expressionString) && !expressionString.startsWith('cron(')) {
    throw new Error(`'schedule' must be a cron expression, got '${expressionString}': AWS Backup knows no rates, use Schedule.cron()`);
  }
}
