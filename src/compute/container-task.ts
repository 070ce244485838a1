// What services and workers are made of: a Fargate task with roles, logs, variables, scaling, and the verbs that wire it to other rooms.
import { Names } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IDependable } from 'constructs';
import { admit } from '../data/admission';
import { secretsKeyStatement } from '../data/connection-secret';
import { IPrivatePostgres, UseDatabaseOptions } from '../data/private-postgres-options';
import { ISharedFiles } from '../data/shared-files';
import { EnvironmentProfile } from '../environment-profile';
import { ContainerCluster, IContainerCluster } from './container-cluster';
import { ContainerTaskProps, IPrivateService, MountFilesOptions, UseServiceOptions } from './container-task-options';
import { Deployment } from './deployment';
import { warnOfSlowRotation } from './deployment-rules';
import { logGroupName } from './log-group-name';
import { MigrationOptions, MigrationTask } from './migration-task';
import { OperableTask } from './operable-task';
import { permitQueue, QUEUE_URL, SENDING } from './queue-access';
import { onReader, ReaderSecret, readerVariableOf } from './reader-secret';
import { RedeployOnRotation } from './redeploy-on-rotation';
import { TaskLimits, taskLimits } from './service-scaling';
import { sessionsOf } from './session-logs';
import { StartOrder } from './start-order';
import { containerHealthCheck, taskContainer, TaskContainerShape } from './task-container';
import { TaskFiles } from './task-files';
import { tellNetworkOfSecret, tellNetworkOfSessions, tellNetworkOfTask } from './task-network';
import { allowExecuteCommand, fargateTask, taskLogGroup, taskRole, taskSecurityGroup } from './task-parts';
import { checkReach } from './task-reach';
import { checkExecuteCommand, checkMigration, gracePeriodOf, stopTimeoutOf } from './task-rules';
import { TaskService } from './task-service';
import { TaskVariables, urlVariableOf } from './task-variables';
import { IWorkQueue, UseQueueOptions } from './work-queue';
import { WORKFLOW_LOGS } from '../private/express-workflow';

/** The container of the application. Those of migrations bear their own ids. */
const APP = 'App';
/** The variable that tells the application where it runs. */
const ENVIRONMENT = 'ENVIRONMENT';

/** A Fargate task kept running: the common part of services and workers. */
export abstract class ContainerTask extends OperableTask implements iam.IGrantable, ec2.IConnectable {
  /** Its security groups, as other constructs see them. */
  public abstract readonly connections: ec2.Connections;

  /** Defaults that depend on the environment. */
  public readonly profile: EnvironmentProfile;
  /** Where it runs. */
  public readonly cluster: IContainerCluster;
  /** What a task is. Sidecars join by `taskDefinition.addContainer()`. */
  public readonly taskDefinition: ecs.FargateTaskDefinition;
  /** The container of the application. */
  public readonly container: ecs.ContainerDefinition;
  /** What keeps the tasks running. */
  public readonly fargateService: ecs.FargateService;
  /** The number of tasks. Further policies and schedules join here. */
  public readonly scalableTaskCount: ecs.ScalableTaskCount;
  /** What the application may do. Permissions to start it are its execution role's: `taskDefinition.executionRole`. */
  public readonly taskRole: iam.IRole;
  /** The task role. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** Security group of the tasks: admits nobody at first, reaches everything. */
  public readonly securityGroup: ec2.ISecurityGroup;
  /** Where output goes, `/ecs/<stack>-<environment>/<path>-<part of the stack's unique id>`, in streams named `task/App/<task>`. */
  public readonly logGroup: logs.ILogGroup;

  /** How a new version takes over. */
  public readonly deployment: Deployment;

  /** @internal */
  protected readonly _allowsSessions: boolean;
  /** Between how many tasks it is scaled; by what, its kinds decide. @internal */
  protected readonly _limits: TaskLimits;

  private readonly service: TaskService;
  private readonly shape: TaskContainerShape;
  private readonly variables = new TaskVariables();
  private readonly files: TaskFiles;
  private readonly migrations: Construct;
  private readonly logRetention: logs.RetentionDays;
  private readonly order = new StartOrder(this);
  private redeploy?: RedeployOnRotation;

  protected constructor(scope: Construct, id: string, props: ContainerTaskProps) {
    super(scope, id);
    this.profile = props.profile ?? EnvironmentProfile.of(this);
    this.cluster = props.cluster;
    this.deployment = props.deployment ?? Deployment.rolling();
    this.logRetention = props.logRetention ?? this.profile.logRetention;
    checkExecuteCommand(props);

    this.logGroup = taskLogGroup(this, this.profile, this.logRetention);
    this.securityGroup = taskSecurityGroup(this, this.cluster.network.vpc);
    const role = taskRole(this);
    this.taskRole = role;
    this.grantPrincipal = role.grantPrincipal;
    this.taskDefinition = fargateTask(this, props, role);
    this.shape = {
      taskDefinition: this.taskDefinition,
      image: props.image,
      logGroup: this.logGroup,
      stopTimeout: stopTimeoutOf(props),
      readonlyRootFilesystem: props.readonlyRootFilesystem ?? false,
    };
    this.container = taskContainer(this, this.shape, {
      containerName: APP,
      essential: true,
      command: props.command,
      healthCheck: props.healthCheckCommand && containerHealthCheck(props.healthCheckCommand, gracePeriodOf(props)),
    });
    this.files = new TaskFiles(this, 'Files', this.shape);
    this.files.join(this.container);
    this.migrations = new Construct(this, 'Migrations');

    this._limits = taskLimits(props.scaling ?? {}, this.profile);
    this.service = new TaskService(this, 'Service', {
      options: props,
      cluster: this.cluster,
      taskDefinition: this.taskDefinition,
      securityGroup: this.securityGroup,
      limits: this._limits,
      spot: props.spot ?? this.profile.spot,
      deployment: this.deployment,
    });
    this.fargateService = this.service;
    this.scalableTaskCount = this.service.autoScaleTaskCount({ minCapacity: this._limits.minTasks, maxCapacity: this._limits.maxTasks });
    this.setVariables(props);
    tellNetworkOfTask(this, props.image);
    checkReach(this, this.cluster.network, role);
    this._allowsSessions = props.enableExecuteCommand ?? false;
    if (this._allowsSessions) this.allowSessions(role);
  }

  /**
   * Set an environment variable of the application and its migrations. Values are readable by whoever may describe the task: secrets go by `addSecret()`.
   *
   * Fails if the variable is set already, by whichever way, and on names that no program could read.
   */
  public addEnvironment(name: string, value: string): void {
    this.variables.addValue(name, value);
  }

  /**
   * Set an environment variable from a secret or parameter, and permit reading it when a task starts.
   *
   * A new value reaches tasks that start afterwards. Fails as `addEnvironment()` does.
   */
  public addSecret(name: string, secret: ecs.Secret): void {
    this.variables.addSecret(name, secret);
    tellNetworkOfSecret(this, secret);
  }

  /**
   * Hand over a database: its URL as `DATABASE_URL`, that of a read replica as `DATABASE_READER_URL`, permission to read them when a task starts, and the way through
   * the security groups.
   *
   * Where the database rotates its password, a new deployment follows each rotation. IAM authentication is apart: `database.grantConnect(service)`.
   *
   * Fails if a variable is set already: a second database needs another.
   */
  public useDatabase(database: IPrivatePostgres, options: UseDatabaseOptions = {}): void {
    const { variable = 'DATABASE_URL', readerVariable } = options;
    this.addSecret(variable, ecs.Secret.fromSecretsManager(database.urlSecret));
    this.follow(database, database.urlSecret);
    this.enter(database);
    if (readerVariable !== undefined) this.addSecret(readerVariable, new ReaderSecret(database));
    onReader(database, (readerUrl) => {
      if (readerVariable === undefined) this.addSecret(readerVariableOf(variable), ecs.Secret.fromSecretsManager(readerUrl));
      this.follow(database, readerUrl);
    });
  }

  /**
   * Hand over a service by its private name: its URL as `<NAME>_URL`, the way through the security groups, and the start order.
   *
   * Fails if the variable is set already, if the service has no private name, and if the two would start after each other.
   */
  public useService(service: IPrivateService, options: UseServiceOptions = {}): void {
    this.addEnvironment(options.variable ?? urlVariableOf(service), service.privateUrl);
    this.enter(new ec2.Connections({ securityGroups: service.connections.securityGroups, defaultPort: ec2.Port.tcp(service.port) }));
    if (options.startAfter ?? true) this.startAfter(service);
  }

  /**
   * Hand over a queue to send to: its URL as `QUEUE_URL` and the permission to send. A worker that takes from the queue has it as `queue`.
   *
   * Fails if the variable is set already: a second queue needs another.
   */
  public useQueue(queue: IWorkQueue, options: UseQueueOptions = {}): void {
    this.addEnvironment(options.variable ?? QUEUE_URL, queue.queue.queueUrl);
    permitQueue({ construct: this, role: this.taskRole, network: this.cluster.network }, queue.queue, SENDING);
  }

  /**
   * Mount shared files in the containers of the application and its migrations: an access point of the task's own, TLS, permission by IAM for the task role alone, the
   * way through the security groups, and the start order. A sidecar joins by `addMountPoints()`: the volume is named after the path, `mnt-efs` for `/mnt/efs`.
   *
   * Fails on a path that is not absolute or is taken, on numbers and directories that EFS does not know, and where another task mounts the directory as another user.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-best-practices.html
   */
  public mountFiles(files: ISharedFiles, containerPath: string, options: MountFilesOptions = {}): void {
    this.files.mount(files.fileSystem, containerPath, options);
    this.enter(files.fileSystem);
    this.service.startAfter(files.fileSystem.mountTargetsAvailable);
    this.cluster.network.requires(ec2.InterfaceVpcEndpointAwsService.ELASTIC_FILESYSTEM, this);
  }

  /**
   * Run a command of the same image, with the same variables and files, in each task before the application starts. Several run in the order in which they are added.
   *
   * Every new task runs it, also on scale-out, and several may at once: it must do nothing when there is nothing to do, and wait for its like, as
   * migration tools do by an advisory lock.
   *
   * Fails on an id that is no name of a container, is taken, or is that of the application, and on a command without elements.
   */
  public addMigration(id: string, options: MigrationOptions): MigrationTask {
    checkMigration(id, options);
    if (id === APP || this.migrations.node.tryFindChild(id)) {
      throw new Error(`container '${id}' exists already in '${this.node.path}': give the migration an id of its own`);
    }
    const earlier = this.migrations.node.children as MigrationTask[];
    const migration = MigrationTask._inTask(this.migrations, id, this.shape, options);
    this.variables.join(migration.container);
    this.files.join(migration.container);
    const condition = ecs.ContainerDependencyCondition.SUCCESS;
    migration.container.addContainerDependencies(...earlier.map(({ container }) => ({ container, condition })));
    this.container.addContainerDependencies({ container: migration.container, condition });
    return migration;
  }

  /**
   * Start only when the others are deployed and stable.
   *
   * Fails if one of the others is a service that starts after this one.
   */
  public startAfter(...others: IDependable[]): void {
    for (const other of others) {
      if (other instanceof ContainerTask) this.order.startAfter(other.order);
      this.service.startAfter(other instanceof ContainerTask ? other.service.node.defaultChild! : other);
    }
  }

  /**
   * Roll a deployment back when one of the alarms fires. Of several calls all alarms count. An alarm that fires already when a deployment begins is ignored by ECS.
   *
   * Alarms on the load balancer, its targets or a database will do. One on the metrics of this very service refers to the service that would refer to it:
   * give it an `alarmName` and pass `Alarm.fromAlarmName()` of that name.
   *
   * Under `Deployment.rolling({ rollback: false })` the deployment ends, and nothing is rolled back.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
   */
  public rollbackOn(...alarms: cloudwatch.IAlarm[]): void {
    if (alarms.length === 0) return;
    this.service.addDeploymentAlarms(alarms.map(({ alarmName }) => alarmName), this.deployment.rollback);
  }

  private allowSessions(role: iam.Role): void {
    const sessions = this.cluster instanceof ContainerCluster ? this.cluster._sessions() : sessionsOf(this.cluster.cluster, this.logGroup);
    allowExecuteCommand(role, sessions);
    tellNetworkOfSessions(this, sessions);
  }

  private setVariables(props: ContainerTaskProps): void {
    const { environment = {}, secrets = {} } = props;
    this.variables.join(this.container);
    if (!(ENVIRONMENT in environment) && !(ENVIRONMENT in secrets)) this.addEnvironment(ENVIRONMENT, this.profile.name);
    // by name: maps of Java come in an order that differs from run to run, and another order would be another task definition
    Object.keys(environment).sort().forEach((name) => this.addEnvironment(name, environment[name]));
    Object.keys(secrets).sort().forEach((name) => this.addSecret(name, secrets[name]));
  }

  /** Permit the key of a URL, and start anew when the URL has changed. */
  private follow({ rotatesSecret }: IPrivatePostgres, url: secretsmanager.ISecret): void {
    if (url.encryptionKey) this.taskDefinition.addToExecutionRolePolicy(secretsKeyStatement(this, url.encryptionKey, 'kms:Decrypt'));
    if (!rotatesSecret) return;
    if (!this.redeploy) warnOfSlowRotation(this, this.deployment);
    this.redeploy ??= new RedeployOnRotation(this, 'RedeployOnRotation', {
      service: this.service,
      logGroupName: logGroupName(WORKFLOW_LOGS, this, this.profile),
      logRetention: this.logRetention,
    });
    this.redeploy.watch(url);
    this._join(this.redeploy);
  }

  /** Through the security groups of a target. A first task that came before the rules would be turned away, and count as failed. */
  private enter(target: ec2.IConnectable): void {
    admit(this, target, `from ${Names.uniqueId(this)}`);
    this.service.startAfter(this.securityGroup, ...target.connections.securityGroups);
  }
}
