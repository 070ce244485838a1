// What RDS does not stop, and what a database that is stopped misses.
import { CfnResource, Stack } from 'aws-cdk-lib';
import { DB_INSTANCE, knownText, property, rendered, resourcesIn, targetsOf } from './monitored-resource';
import { WorkWindows } from './work-windows';
import { isOfType } from '../private/resource-references';
import { minutesOfWeek } from '../private/weekly-cron';

const SECRET_ATTACHMENT = 'AWS::SecretsManager::SecretTargetAttachment';
const ROTATION_SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const BACKUP_SELECTION = 'AWS::Backup::BackupSelection';
const BACKUP_PLAN = 'AWS::Backup::BackupPlan';

/** Why RDS does not stop an instance, if it does not. */
export function refusalsToStop(database: CfnResource): string[] {
  const engine = knownText(database, 'Engine') ?? '';
  const replica = resourcesIn(database.node.root, DB_INSTANCE)
    .find((other) => targetsOf(other, property(other, 'SourceDBInstanceIdentifier')).includes(database));
  const isReplica = property(database, 'SourceDBInstanceIdentifier') !== undefined;
  const reason = engine.startsWith('aurora') ? 'an Aurora instance' : isReplica ? 'a read replica' : replica && `the source of read replica '${replica.node.path}'`;
  return reason === undefined ? [] : [`'stopDatabases' cannot stop '${database.node.path}', ${reason}: set it to false`];
}

/** Whether a password is rotated when a rate opens its window: at midnight UTC. */
export function rotatesAtMidnight(database: CfnResource): boolean {
  return rotationsOf(database).some((schedule) => /^rate\(/.test(rotationExpressionOf(schedule)));
}

/** Schedules by which the password of an instance is rotated: on the secret that is attached to it, or on the attachment. */
function rotationsOf(database: CfnResource): CfnResource[] {
  const attachments = resourcesIn(Stack.of(database), SECRET_ATTACHMENT).filter((attachment) => targetsOf(attachment, property(attachment, 'TargetId')).includes(database));
  const secrets = attachments.flatMap((attachment) => [attachment, ...targetsOf(attachment, property(attachment, 'SecretId'))]);
  return resourcesIn(Stack.of(database), ROTATION_SCHEDULE)
    .filter((schedule) => targetsOf(schedule, property(schedule, 'SecretId')).some((secret) => secrets.includes(secret as CfnResource)));
}

/** `rate(30 days)`, whichever way it was said. */
function rotationExpressionOf(schedule: CfnResource): string {
  const rules = (rendered(schedule, 'RotationRules') ?? {}) as { readonly scheduleExpression?: unknown; readonly automaticallyAfterDays?: unknown };
  return rules.automaticallyAfterDays === undefined ? String(rules.scheduleExpression) : `rate(${String(rules.automaticallyAfterDays)} days)`;
}

/** A rule of a backup plan, as far as it says when. */
interface PlanRule { readonly scheduleExpression?: unknown; readonly scheduleExpressionTimezone?: unknown }

/**
 * What is wrong with plans of AWS Backup that find databases stopped whenever they begin: each of their jobs fails. Where a schedule is known at deployment alone, or in another
 * time zone than UTC, the plan is not ours to judge.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup.html
 */
export function missedBackups(databases: readonly CfnResource[], windows: WorkWindows, hours: string): string[] {
  if (databases.length === 0) return [];
  const remedy = windows.suggestedCopies === undefined ? "make the hours longer, or set 'stopDatabases' to false" : `set it to '${windows.suggestedCopies}'`;
  return resourcesIn(databases[0].node.root, BACKUP_SELECTION).flatMap((selection) => {
    const [plan] = targetsOf(selection, property(selection, 'BackupPlanId')).filter((target) => isOfType(target, BACKUP_PLAN));
    const selected = targetsOf(selection, (property(selection, 'BackupSelection') as { readonly resources?: unknown }).resources);
    const missed = databases.find((database) => selected.includes(database));
    const schedules = plan === undefined || missed === undefined ? [] : schedulesOf(plan);
    if (schedules.length === 0 || schedules.some((schedule) => schedule === undefined || windows.holdSome(momentsOf(schedule)))) return [];
    return [`'schedule' of '${plan.node.path}' must lie within the work hours, ${hours}, in summer and in winter, got '${schedules[0]}' UTC: `
      + `'${missed!.node.path}' is stopped then, and not backed up, so ${remedy}`];
  });
}

/** When the rules of a plan begin. Undefined for one that cannot be read. */
function schedulesOf(plan: CfnResource): Array<string | undefined> {
  const { backupPlanRule = [] } = (rendered(plan, 'BackupPlan') ?? {}) as { readonly backupPlanRule?: readonly PlanRule[] };
  return backupPlanRule.map(({ scheduleExpression, scheduleExpressionTimezone = 'Etc/UTC' }) =>
    (typeof scheduleExpression === 'string' && scheduleExpressionTimezone === 'Etc/UTC' ? scheduleExpression : undefined));
}

/** Minutes of the week at which a schedule begins. By days of the month it may be any day of the week. Undefined where it cannot be read. */
function momentsOf(schedule: string): number[] | undefined {
  return minutesOfWeek(schedule) ?? minutesOfWeek(schedule.replace(/^cron\((\S+) (\S+) .*\)$/, 'cron($1 $2 ? * * *)'));
}
