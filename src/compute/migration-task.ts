// Database migrations: a run before new code starts.
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { TaskContainerShape, taskContainer } from './task-container';

/** Options of database migrations. */
export interface MigrationOptions {
  /**
   * The command, run in the container without a shell.
   *
   * ECS bounds what a container waits for by two minutes at most, too short for migrations, so there is no bound but the command's own:
   * `['timeout', '600', 'alembic', 'upgrade', 'head']`.
   */
  readonly command: string[];
}

/**
 * A run of database migrations before new code starts. Made by `addMigration()`.
 *
 * Exit code 0 lets the application start. Any other stops the task, so that the deployment fails and the old version keeps serving.
 */
export class MigrationTask extends Construct {
  /**
   * Define the container that runs them.
   *
   * @internal
   */
  public static _inTask(scope: Construct, id: string, shape: TaskContainerShape, options: MigrationOptions): MigrationTask {
    return new MigrationTask(scope, id, shape, options);
  }

  /** Where its output goes: the log group of the service, in streams named `task/<id>/<task>`. */
  public readonly logGroup: logs.ILogGroup;
  /** The container that runs the command. */
  public readonly container: ecs.ContainerDefinition;

  private constructor(scope: Construct, id: string, shape: TaskContainerShape, options: MigrationOptions) {
    super(scope, id);
    this.logGroup = shape.logGroup;
    this.container = taskContainer(this, shape, { containerName: id, command: options.command, essential: false });
  }
}
