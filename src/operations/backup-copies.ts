// Backups beside those that services keep themselves: weekly, in a vault, and in another region if wanted.
import { Aws, CfnResource, Duration, Fn, Lazy, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventTargets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { IAlertTopic } from './alert-topic';
import { BackupRole, CopyPlace } from './backup-role';
import { BACKED_UP, BackupSource } from './backup-sources';
import { wholeDays } from '../data/postgres-rules';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';
import { placeIn } from '../private/other-region';
import { ownKey } from '../private/own-key';
import { resourcesIn } from '../private/resource-references';

/** Properties of `BackupCopies`. */
export interface BackupCopiesProps {
  /** When backups are taken, in UTC: a cron expression. @default - Sundays at 05:00 */
  readonly schedule?: events.Schedule;
  /** How long backups and their copies are kept, whole days, 1 to 36500. @default Duration.days(30) */
  readonly retention?: Duration;
  /**
   * Region that receives a copy of each backup, other than that of the stack, in a vault made there by a stack beside that of the backups. The vault has a key of its own there:
   * AWS Backup copies no database into a vault that is encrypted with its own.
   *
   * @default - no copies
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html#copy-encryption
   */
  readonly copyRegion?: string;
  /**
   * Key of the vault, for backups of files and tables. Those of databases keep the key of their database. A change replaces the vault. Copies in another region are encrypted
   * with the key of the vault there.
   *
   * @default - the key of AWS Backup in this account, managed by AWS
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Who is told about backups and copies that fail, expire before they begin, or are stopped. The topic must be in the region of the backups and admit `events.amazonaws.com`, as
   * an `AlertTopic` does; one that is known to be elsewhere is refused.
   *
   * @default - nobody
   */
  readonly alerts?: IAlertTopic;
  /**
   * What becomes of the vaults, and of the key of the copies, on deletion. AWS Backup deletes none that still holds a backup. Where they are retained nobody can delete a backup before its time.
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
    const copies = props.copyRegion === undefined ? undefined : this.placeCopies(props.copyRegion, removalPolicy);
    this.plan = new backup.BackupPlan(this, 'Plan', {
      backupPlanRules: [new backup.BackupPlanRule({
        ruleName: 'Copies',
        backupVault: this.vault,
        scheduleExpression: schedule,
        deleteAfter: retention,
        copyActions: copies && [{ destinationBackupVault: copies.vault, deleteAfter: retention }],
      })],
    });
    this.role = new BackupRole(this, 'Role', { vault: this.vault, key: props.encryptionKey?.keyArn, copies });
    this.select();
    if (props.alerts) this.tellOfFailures(props.alerts);
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
    const found = resourcesIn(scope).filter(isBackedUp);
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

  private placeCopies(region: string, removalPolicy: RemovalPolicy): CopyPlace {
    if (Token.isUnresolved(region) || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) || region === Stack.of(this).region) {
      throw new Error(`'copyRegion' must be a region other than that of the stack, got ${Token.isUnresolved(region) ? 'a token' : `'${region}'`}: name one, such as 'eu-central-1'`);
    }
    const { scope, read } = placeIn(this, region);
    const key = ownKey(scope, 'Key', { description: `Copies of ${this.node.path}`, removalPolicy });
    const vault = this.makeVault(scope, removalPolicy, key);
    return {
      vault: backup.BackupVault.fromBackupVaultArn(this, 'CopyVault', read('CopyVaultArn', vault.backupVaultArn)),
      key: read('CopyKeyArn', key.keyArn),
    };
  }

  /** By the role, which is in the events of every job that it was taken for. @see https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html */
  private tellOfFailures(alerts: IAlertTopic): void {
    checkTopic(Stack.of(this), alerts);
    const rule = new events.Rule(this, 'Failures', {
      description: `Failed backups and copies of ${this.node.path}`.slice(0, 512),
      eventPattern: {
        source: ['aws.backup'],
        detailType: ['Backup Job State Change', 'Copy Job State Change'],
        detail: { state: ['ABORTED', 'EXPIRED', 'FAILED'], iamRoleArn: [this.role.roleArn] },
      },
      // without its resource, of which the CDK asks that it is known to be in this account and region: of an imported one that may be known at deployment alone
      targets: [{ bind: (binding) => ({ ...new eventTargets.SnsTopic(alerts.topic).bind(binding), targetResource: undefined }) }],
    });
    acknowledge(rule, 'Serverless-EventBusDLQ', 'its target is a topic of this account, to which delivery is retried for a day; AWS Backup lists the failed job in any case');
  }
}

/** Fail on a topic that is known to be somewhere else. */
function checkTopic({ region, account }: Stack, { topic: { env } }: IAlertTopic): void {
  for (const [what, here, there] of [['region', region, env.region], ['account', account, env.account]]) {
    if ([here, there].some((value) => Token.isUnresolved(value)) || here === there) continue;
    throw new Error(`'alerts' must be in the ${what} of the backups, ${here}, got a topic in ${there}: EventBridge hands events to none there, so make an AlertTopic beside the backups`);
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
