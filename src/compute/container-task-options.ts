// How a task is asked for, and what other rooms know of one.
import { Duration, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { IContainerCluster } from './container-cluster';
import { Deployment } from './deployment';
import { ServiceConnectOptions } from './service-connect-options';

/** How the number of tasks follows the load. */
export interface TaskScaling {
  /** Tasks at least, 0 to 5000. 0 where `maxTasks` is 0 too, which switches off, and on workers that scale by their work. @default - from the profile: 1 in dev, 2 in staging and prod, never above `maxTasks` */
  readonly minTasks?: number;
  /** Tasks at most, 0 to 5000. @default - from the profile: 2 in dev, 4 in staging, 6 in prod, never below `minTasks` */
  readonly maxTasks?: number;
  /** CPU use that is aimed at, percent, 1 to 100. @default - 70; off on workers that scale by their work */
  readonly cpuPercent?: number;
  /** Memory use that is aimed at, percent, 1 to 100. @default - 80; off on workers that scale by their work */
  readonly memoryPercent?: number;
  /**
   * Time after a scale-out before the next, 0 s to a day. On workers that scale by their work more than a first task needs until it runs: one that takes longer (a large image, a long
   * migration) is not counted yet, and as many may be started again, up to `maxTasks`.
   *
   * @default - 60 s; 180 s on workers that scale by their work, until new tasks show in its metrics
   */
  readonly scaleOutCooldown?: Duration;
  /** Time after a scale-in before the next, 0 s to a day. @default Duration.seconds(300) */
  readonly scaleInCooldown?: Duration;
}

/** What services and workers have in common. */
export interface ContainerTaskOptions {
  /**
   * The image. One in ECR by `ContainerImage.fromEcrRepository()`, which also gives the permission to pull it.
   *
   * One from elsewhere is pulled over the internet, and refused in a network whose app tier does not reach it: a private one by `ContainerImage.fromRegistry()` with
   * `credentials`, a secret with the keys `username` and `password`; one of the GitHub container registry also through ECR, by `GhcrMirror`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
   */
  readonly image: ecs.ContainerImage;
  /** Command. @default - that of the image */
  readonly command?: string[];
  /** CPU units, 1024 to a virtual CPU: 256, 512, 1024, 2048, 4096, 8192 or 16384. @default 512 */
  readonly cpu?: number;
  /**
   * Memory of a task, 512 MiB to 120 GiB. Fargate offers certain amounts for each CPU size.
   *
   * @default Size.gibibytes(1)
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
   */
  readonly memory?: Size;
  /** Disk of a task, whole GiB, 21 to 200, which is gone with the task. @default - the 20 GiB that every task has */
  readonly ephemeralStorage?: Size;
  /** Processor architecture. @default ecs.CpuArchitecture.X86_64 */
  readonly architecture?: ecs.CpuArchitecture;
  /** Environment variables. @default - `ENVIRONMENT` alone, the name of the profile */
  readonly environment?: { [name: string]: string };
  /** Environment variables from Secrets Manager or Parameter Store, read when a task starts. @default - no secrets */
  readonly secrets?: { [name: string]: ecs.Secret };
  /**
   * Command, run in the container every 30 s without a shell, that tells whether it is healthy.
   *
   * A run that takes more than 5 s counts as a failure; three in a row replace the task. The image must hold the program. A command that begins with `CMD-SHELL` is run by the image's shell.
   *
   * @default - none: the load balancer alone checks
   */
  readonly healthCheckCommand?: string[];
  /** Time a new task has before failed health checks count, of the container and of a load balancer, 0 to 300 s. @default Duration.seconds(60) */
  readonly healthCheckGracePeriod?: Duration;
  /** Number of tasks. @default - scaled between the profile's limits by CPU and memory, workers with a queue by its messages */
  readonly scaling?: TaskScaling;
  /** Run tasks beyond the minimum on Fargate Spot, which AWS may stop with two minutes' notice. @default - from the profile: true in dev and staging */
  readonly spot?: boolean;
  /** How a new version takes over. @default Deployment.rolling() */
  readonly deployment?: Deployment;
  /** Time between SIGTERM and SIGKILL when a container is stopped, 2 to 120 s. @default - 30 s; of a worker 120 s */
  readonly stopTimeout?: Duration;
  /**
   * No writes to the container's file system but to /tmp, which is then 128 MiB of the task's memory, writable by every user.
   *
   * Not together with `enableExecuteCommand`.
   *
   * @default false
   * @see https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/
   */
  readonly readonlyRootFilesystem?: boolean;
  /**
   * Allow `aws ecs execute-command`: a shell in a running container. Sessions are logged to a log group of the cluster's own, those in an existing cluster as that
   * cluster says, else with the container.
   *
   * The image must hold `script` (of util-linux) and `cat`: without them there is a shell and no log of it. In Alpine `apk add util-linux-misc` brings them, elsewhere the
   * distribution's package. Who opened a session is told by the event `ExecuteCommand` of CloudTrail in any case.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
   */
  readonly enableExecuteCommand?: boolean;
  /**
   * Connect to other services of the cluster that say so by a proxy in each task, which balances, retries and counts requests. `{}` for the defaults.
   *
   * The private name stays, for whoever has no proxy. The proxy takes some of the task's CPU and memory: AWS recommends 256 CPU units and 64 MiB more.
   *
   * @default - no proxy: services reach each other by their private DNS names
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
   */
  readonly serviceConnect?: ServiceConnectOptions;
  /** How long logs are kept. @default - from the profile: 7, 14 or 30 days */
  readonly logRetention?: logs.RetentionDays;
}

/** Properties of a `ContainerTask`. */
export interface ContainerTaskProps extends ContainerTaskOptions {
  /** Where it runs. */
  readonly cluster: IContainerCluster;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/** Something with a private name that tasks can connect to: a `ContainerService`. */
export interface IPrivateService extends ec2.IConnectable, IConstruct {
  /** Its private DNS name, such as `api.shop.local`. */
  readonly hostName: string;
  /** The port it listens on. */
  readonly port: number;
  /** Its private address, such as `http://api.shop.local:8000`. */
  readonly privateUrl: string;
}

/** How a task is told the address of a service. */
export interface UseServiceOptions {
  /** Name of the environment variable. @default - from the discovery name: API_URL, REDIS_URL */
  readonly variable?: string;
  /** Start after the service is deployed and stable. Switch off on one side where two use each other. @default true */
  readonly startAfter?: boolean;
}

/** How a task mounts shared files. */
export interface MountFilesOptions {
  /**
   * Directory of the file system that is mounted: `/`, or up to four names, each after a `/`. Tasks that name the same one see the same files. One that is not there
   * yet is made, and belongs to `uid` and `gid`.
   *
   * @default '/shared'
   */
  readonly directory?: string;
  /**
   * POSIX user as whom all is read and written, whoever the process is in its container: 0 to 4294967295. All tasks that mount one directory must name the same.
   * 0 is root, which is then permitted by IAM too.
   *
   * @default 1000
   * @see https://docs.aws.amazon.com/efs/latest/ug/enforce-identity-access-points.html
   */
  readonly uid?: number;
  /** POSIX group, 0 to 4294967295. @default - the number of `uid` */
  readonly gid?: number;
  /** No writes, by IAM and in the containers. @default false */
  readonly readOnly?: boolean;
}
