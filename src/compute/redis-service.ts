// Redis in one task, its data on shared files or in memory.
import { CfnResource, Duration, Size, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, Dependable } from 'constructs';
import { ISharedFiles } from '../data/shared-files';
import { EnvironmentProfile } from '../environment-profile';
import { IContainerCluster } from './container-cluster';
import { ContainerService } from './container-service';
import { IPrivateService } from './container-task-options';
import { Deployment } from './deployment';
import { checkDirectory, claimDirectory, redisCommand, refusedRedis } from './redis-rules';

const IMAGE = 'public.ecr.aws/docker/library/redis:7.4-alpine';
const PORT = 6379;
/** Where the images keep their data, and as whom: https://github.com/redis/docker-library-redis */
const DATA = '/data';
const USER = 999;

/** Options of Redis, the same for `new RedisService()` and `addRedis()`. */
export interface RedisServiceOptions {
  /** Where it keeps its data: every write is on it within a second. @default - in memory: lost with the task, so with every deployment and whenever AWS replaces the task */
  readonly files?: ISharedFiles;
  /**
   * Directory of `files`: up to four names, each after a `/`. It is Redis's alone: two on one directory are refused. A change leaves the data behind.
   *
   * @default '/redis'
   */
  readonly directory?: string;
  /**
   * The image. One of your own holds `redis-server` and `redis-cli`, and runs the server as user 999, as the official images do; Valkey's do too.
   *
   * One from elsewhere than ECR is pulled over the internet, the default one as well, and refused in a network whose app tier does not reach it.
   *
   * @default - redis 7.4 from the public gallery of ECR, `public.ecr.aws/docker/library/redis`
   */
  readonly image?: ecs.ContainerImage;
  /** CPU units, 1024 to a virtual CPU: 256, 512, 1024, 2048, 4096, 8192 or 16384. Redis itself uses one virtual CPU at most. @default 256 */
  readonly cpu?: number;
  /** Memory of the task, 512 MiB to 120 GiB, three quarters of it for data. Fargate offers certain amounts for each CPU size. @default Size.mebibytes(512) */
  readonly memory?: Size;
  /** Name in the private DNS namespace: up to 63 lower-case letters, digits and hyphens. @default 'redis' */
  readonly discoveryName?: string;
  /**
   * Further settings by their names in redis.conf, such as `timeout` or `maxmemory-policy`. Those about port, directory, persistence and replication are refused.
   *
   * @default - `maxmemory` three quarters of the memory, `maxmemory-policy` volatile-lru: what has an expiry gives way, what has none, such as queued jobs, stays
   * @see https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/
   */
  readonly parameters?: { [name: string]: string };
  /** How long logs are kept. @default - from the profile: 7, 14 or 30 days */
  readonly logRetention?: logs.RetentionDays;
}

/** Properties of `RedisService`. */
export interface RedisServiceProps extends RedisServiceOptions {
  /** Where it runs. */
  readonly cluster: IContainerCluster;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/**
 * Redis in one task: as a cache, as the broker of a task queue, or both. Services and workers get it by `useService()`, and start when it answers.
 *
 * A deployment stops it before the next one starts, and so interrupts it for a minute. ECS starts the next once it has told the first to stop: while that one ends,
 * at once as a rule and within 30 s, the two may meet. With `files` its data is there again afterwards.
 *
 * Fails at synthesis on what would make it two, on settings that are the construct's own, and as `ContainerService` does.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
export class RedisService extends Construct implements IPrivateService {
  /** Its security group and port. */
  public readonly connections: ec2.Connections;
  /** What keeps the task running. */
  public readonly fargateService: ecs.FargateService;
  /** What the task is. */
  public readonly taskDefinition: ecs.FargateTaskDefinition;
  /** The container of Redis. */
  public readonly container: ecs.ContainerDefinition;
  /** Where its output goes. */
  public readonly logGroup: logs.ILogGroup;
  /** Security group of the task: admits its users alone. */
  public readonly securityGroup: ec2.ISecurityGroup;

  private readonly server: ContainerService;

  constructor(scope: Construct, id: string, props: RedisServiceProps) {
    super(scope, id);
    checkDirectory(props);
    const memory = props.memory ?? Size.mebibytes(512);
    this.server = new ContainerService(this, 'Server', {
      cluster: props.cluster,
      profile: props.profile,
      image: props.image ?? ecs.ContainerImage.fromRegistry(IMAGE),
      command: redisCommand({ directory: DATA, keeps: props.files !== undefined, memory, parameters: props.parameters }),
      port: PORT,
      discoveryName: props.discoveryName ?? 'redis',
      cpu: props.cpu ?? 256,
      memory,
      // while it reads its file it answers too, that it is loading; redis-cli counts that as success
      healthCheckCommand: ['CMD-SHELL', 'redis-cli ping | grep -q PONG'],
      // the time it takes to read a large file
      healthCheckGracePeriod: Duration.seconds(props.files ? 300 : 60),
      // it flushes the last second or two of its file and ends; the next one, which ECS does not hold back for it, takes longer than this to start, and would read that file:
      // https://redis.io/docs/latest/operate/reference/signals/
      stopTimeout: Duration.seconds(30),
      scaling: { minTasks: 1, maxTasks: 1 },
      spot: false,
      // two on one file would destroy it: ECS starts the next when this one was told to stop
      deployment: Deployment.rolling({ minHealthyPercent: 0, maxHealthyPercent: 100 }),
      logRetention: props.logRetention,
    });
    this.connections = this.server.connections;
    this.fargateService = this.server.fargateService;
    this.taskDefinition = this.server.taskDefinition;
    this.container = this.server.container;
    this.logGroup = this.server.logGroup;
    this.securityGroup = this.server.securityGroup;
    if (props.files) this.keepData(props.files, props.directory);
    const scalableTarget = this.holdAtOne(props.files !== undefined);
    const service = this.fargateService.node.defaultChild as CfnResource;
    // who starts after it waits for the service to be stable, and for nothing of what comes besides
    Dependable.implement(this, { dependencyRoots: [service] });
    this.node.addValidation({ validate: () => refusedRedis(this.node.path, service, scalableTarget) });
  }

  /** Its private DNS name, such as `redis.shop.local`. Fails where the cluster has no DNS namespace. */
  public get hostName(): string {
    return this.server.hostName;
  }

  /** The port it listens on, 6379. */
  public get port(): number {
    return this.server.port;
  }

  /** Its private address, such as `redis://redis.shop.local:6379`. Fails where the cluster has no DNS namespace. */
  public get privateUrl(): string {
    return `redis://${this.hostName}:${Tokenization.stringifyNumber(this.port)}`;
  }

  private keepData(files: ISharedFiles, directory = '/redis'): void {
    claimDirectory(files.fileSystem, directory, this);
    this.server.mountFiles(files, DATA, { directory, uid: USER });
  }

  /**
   * One task is not scaled by load. With data on files it may be stopped by a schedule, as `WorkHours` does; what is in memory would be lost each time, so
   * there nothing is left that could.
   */
  private holdAtOne(mayStop: boolean): CfnResource | undefined {
    const taskCount = this.server.scalableTaskCount.node;
    if (!mayStop) {
      taskCount.scope!.node.tryRemoveChild(taskCount.id);
      return undefined;
    }
    const target = taskCount.findChild('Target');
    const resource = target.node.defaultChild as CfnResource;
    target.node.children.filter((child) => child !== resource).forEach(({ node }) => target.node.tryRemoveChild(node.id));
    return resource;
  }
}
