// [internal] What is refused of a task, because it could not work when deployed.
import { Duration, Token } from 'aws-cdk-lib';
import { ContainerTaskOptions } from './container-task-options';
import { MigrationOptions } from './migration-task';
import { checkTokenUnit } from '../private/validate';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations */
export function checkExecuteCommand(options: ContainerTaskOptions): void {
  if (options.enableExecuteCommand && options.readonlyRootFilesystem) {
    throw new Error("'enableExecuteCommand' must not be combined with 'readonlyRootFilesystem', got both: "
      + 'a session writes to the root file system, so switch one of them off');
  }
}

/** Time a new task has before failed health checks count. */
export function gracePeriodOf(options: ContainerTaskOptions): Duration {
  const gracePeriod = options.healthCheckGracePeriod ?? Duration.seconds(60);
  checkSeconds('healthCheckGracePeriod', gracePeriod, 0, 300, 'choose a time within these, what takes longer to start belongs in a migration or in the image');
  return gracePeriod;
}

/** Time a container has to stop. */
export function stopTimeoutOf(options: ContainerTaskOptions): Duration {
  const stopTimeout = options.stopTimeout ?? Duration.seconds(30);
  checkSeconds('stopTimeout', stopTimeout, 2, 120, 'choose a time within these, Fargate waits no longer for work to be finished or handed back');
  return stopTimeout;
}

/** What a container of a migration cannot be called, or run. */
export function checkMigration(id: string, options: MigrationOptions): void {
  if (!Token.isUnresolved(id) && !/^[A-Za-z0-9_-]{1,255}$/.test(id)) {
    throw new Error(`id of a migration must be letters, digits, '-' and '_', got '${id}': its container is named by it, so choose such an id`);
  }
  if (options.command.length === 0) {
    throw new Error(`'command' of migration '${id}' must have at least one element, got none: name a program of the image`);
  }
}

function checkSeconds(prop: string, duration: Duration, min: number, max: number, remedy: string): void {
  checkTokenUnit(prop, duration, 'seconds');
  if (duration.isUnresolved()) return;
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw new Error(`'${prop}' must be ${min} to ${max} whole seconds, got ${seconds}: ${remedy}`);
  }
}
