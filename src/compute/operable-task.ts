// What operators do with a task: read its log, open a shell or a tunnel, run it at other times and with other words.
import { Names } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import { IContainerCluster } from './container-cluster';
import { ScheduledTask, ScheduledTaskOptions } from './scheduled-task';
import { shellCommand, tailCommand, tunnelEnd, tunnelThrough } from './task-commands';
import { runCommand } from './task-run';
import { admit } from '../data/admission';
import { IPrivatePostgres } from '../data/private-postgres-options';

/** A Fargate task as its operators see it: the base of services and workers. Commands are for the AWS CLI. */
export abstract class OperableTask extends Construct {
  /** Where it runs. */
  public abstract readonly cluster: IContainerCluster;
  /** What a task is. Sidecars join by `taskDefinition.addContainer()`. */
  public abstract readonly taskDefinition: ecs.FargateTaskDefinition;
  /** The container of the application. */
  public abstract readonly container: ecs.ContainerDefinition;
  /** What keeps the tasks running. */
  public abstract readonly fargateService: ecs.FargateService;
  /** Security group of the tasks: admits nobody at first, reaches everything. */
  public abstract readonly securityGroup: ec2.ISecurityGroup;
  /** Where output goes, `/ecs/<stack>-<environment>/<path>-<part of the stack's unique id>`, in streams named `task/App/<task>`. */
  public abstract readonly logGroup: logs.ILogGroup;

  /** Whether sessions may be opened in its containers. @internal */
  protected abstract readonly _allowsSessions: boolean;

  private readonly watchers: Array<(part: IConstruct) => void> = [];
  private readonly joined = new Set<IConstruct>();

  /**
   * The command that opens a shell in one of the running tasks, with the CLI's Session Manager plugin. Fails where `enableExecuteCommand` is not set.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec-run.html
   */
  public get execCommand(): string {
    if (!this._allowsSessions) throw new Error(`'${this.node.path}' has no command for a shell: set 'enableExecuteCommand'`);
    return shellCommand(this.fargateService, this.container.containerName);
  }

  /** The command that shows the log of the last hour and what is written from then on. */
  public get logsCommand(): string {
    return tailCommand(this.logGroup);
  }

  /**
   * Open the way to a database, and get the command that leads a port of one's own computer there through one of the running tasks, with the CLI's Session Manager
   * plugin. Who has the tunnel still needs a user and a password.
   *
   * Fails where `enableExecuteCommand` is not set: an `SsmBastion` does without.
   *
   * @param database where the tunnel ends
   * @param localPort of one's own computer, 1 to 65535; default 5432
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html#sessions-remote-port-forwarding
   */
  public tunnelCommand(database: IPrivatePostgres, localPort: number = 5432): string {
    if (!this._allowsSessions) throw new Error(`'${this.node.path}' has no command for a tunnel: set 'enableExecuteCommand', or add an SsmBastion`);
    admit(this.securityGroup, database, `tunnel through ${Names.uniqueId(this)}`);
    return tunnelThrough(this.fargateService, this.container.containerName, tunnelEnd(database), localPort);
  }

  /**
   * The command that runs one more task apart from the service, in the same network, with other words for its command: `runTaskCommand('rake', 'db:seed')`. Without
   * words it runs the application's own.
   *
   * The task has image, variables, secrets, roles and tags of the service as it is deployed, and runs its migrations first. Who uses it needs `ecs:RunTask`,
   * `ecs:TagResource` and `iam:PassRole`.
   */
  public runTaskCommand(...command: string[]): string {
    return runCommand(this, { command: command.length > 0 ? command : undefined });
  }

  /**
   * Run the task at set times with another command, apart from the service: `{ command: ['rake', 'reports'], schedule }`.
   *
   * A job that belongs to no service is that of one that is switched off by `scaling: { minTasks: 0, maxTasks: 0 }`.
   *
   * Fails on an id that is taken, on sizes Fargate does not offer, and on a schedule that never starts anything.
   */
  public addScheduledTask(id: string, options: ScheduledTaskOptions): ScheduledTask {
    const task = ScheduledTask._of(this, id, options);
    this._join(task.failedRuns);
    return task;
  }

  /** Be told of each part that is to be watched and comes later: the queue of failed runs, the redeployment after a rotation. @internal */
  public _whenJoined(watch: (part: IConstruct) => void): void {
    this.watchers.push(watch);
  }

  /** Tell of such a part, once. @internal */
  protected _join(part: IConstruct): void {
    if (this.joined.has(part)) return;
    this.joined.add(part);
    this.watchers.forEach((watch) => watch(part));
  }
}
