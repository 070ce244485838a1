// Wiring only: which block is made, in which order, and what each is told of the others.
import { Construct, IConstruct } from 'constructs';
import {
  AppDatabaseOptions, AppQueueOptions, AppRedisOptions, AppServiceOptions, AppSharedFilesOptions, AppWorkerOptions,
} from './app-options';
import { ContainerCluster, IContainerCluster } from '../compute/container-cluster';
import { ContainerService } from '../compute/container-service';
import { ContainerWorker } from '../compute/container-worker';
import { OperableTask } from '../compute/operable-task';
import { RedisService } from '../compute/redis-service';
import { WorkQueue } from '../compute/work-queue';
import { PrivatePostgres } from '../data/private-postgres';
import { SharedFiles } from '../data/shared-files';
import { AppDomain } from '../edge/app-domain';
import { WebEntry } from '../edge/web-entry';
import { IWebEntry } from '../edge/web-entry-options';
import { EnvironmentProfile } from '../environment-profile';
import { AppNetwork, IAppNetwork } from '../network/app-network';
import { AlarmThresholds } from '../operations/alarm-threshold';
import { IAlertTopic } from '../operations/alert-topic';
import { OperationsDashboard } from '../operations/operations-dashboard';
import { StandardAlarms } from '../operations/standard-alarms';
import { WorkHours, WorkHoursOptions } from '../operations/work-hours';
import { refuseTwice } from '../private/refuse-twice';

/** Properties of `HaContainerWebApp`. */
export interface HaContainerWebAppProps {
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
  /** Where it runs. Beside a `cluster` it must be that cluster's own network. @default - that of the cluster, else a new AppNetwork */
  readonly network?: IAppNetwork;
  /** Cluster of its tasks. @default - a new ContainerCluster */
  readonly cluster?: IContainerCluster;
  /** Private DNS namespace, such as `shop.local`. Not together with `cluster`. @default - '<id in lower case>.local' */
  readonly dnsNamespace?: string;
  /** Load balancer. @default - a new WebEntry for the domain */
  readonly entry?: IWebEntry;
  /** Public name. Not together with `entry`, which has one of its own. @default - HTTP under the load balancer's own name */
  readonly domain?: AppDomain;
  /** Who is told about alarms. @default - nobody, with a warning at synthesis */
  readonly alerts?: IAlertTopic;
  /** Define the standard alarms for everything added. Deployments roll back on those of their routes. @default true */
  readonly alarms?: boolean;
  /** Thresholds of the alarms. @default - standard */
  readonly thresholds?: AlarmThresholds;
  /** Show everything added on a dashboard. @default - from the profile: true in prod */
  readonly dashboard?: boolean;
  /** Scale services down and stop databases outside working hours. @default - always on */
  readonly workHours?: WorkHoursOptions;
}

/**
 * A production web application in containers: VPC, load balancer, ECS Fargate services, PostgreSQL, alarms and dashboard.
 *
 * Every part is a block of its own, readable as a member and replaceable by one of yours: `network`, `cluster`, `entry`, `alerts`. To change more of a part
 * than the app offers, define the block and pass it in.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
 * @example
 * const web = new HaContainerWebApp(this, 'App', {
 *   domain: AppDomain.fromHostedZone(zone, 'api.example.com'),
 *   alerts: new AlertTopic(this, 'Alerts', { emails: ['ops@example.com'] }),
 * });
 * const api = web.addService('Api', { image, port: 8000, route: Route.path('/*'), healthCheckPath: '/healthz' });
 * api.useDatabase(web.addDatabase('Database'));
 */
export class HaContainerWebApp extends Construct {
  /** Defaults that depend on the environment. */
  public readonly profile: EnvironmentProfile;
  /** Where it runs. */
  public readonly network: IAppNetwork;
  /** Cluster of its tasks. */
  public readonly cluster: IContainerCluster;
  /** Load balancer in front of the services that have a route. */
  public readonly entry: IWebEntry;
  /** Its alarms. `monitor()` adds those of resources made elsewhere. Empty with `alarms: false`. */
  public readonly alarms: StandardAlarms;
  /** Its dashboard. `addMetrics()` adds metrics of the app's own. Without a resource while it has nothing to show. */
  public readonly dashboard: OperationsDashboard;

  private readonly watches: boolean;
  private readonly shows: boolean;
  private readonly services: Construct;
  private readonly workers: Construct;
  private readonly queues: Construct;
  private readonly databases: Construct;
  private readonly files: Construct;
  private readonly caches: Construct;
  private readonly workHours?: WorkHours;

  constructor(scope: Construct, id: string, props: HaContainerWebAppProps = {}) {
    super(scope, id);
    refuseTwoOwners(props);
    this.profile = props.profile ?? EnvironmentProfile.of(this);
    const profile = this.profile;
    this.watches = props.alarms ?? true;
    this.shows = props.dashboard ?? profile.dashboard;

    const network = props.network ?? props.cluster?.network;
    this.network = network ?? new AppNetwork(this, 'Network', { profile });
    this.cluster = props.cluster ?? new ContainerCluster(this, 'Cluster', { network: this.network, profile, dnsNamespace: props.dnsNamespace });
    this.services = new Construct(this, 'Services');
    this.workers = new Construct(this, 'Workers');
    this.queues = new Construct(this, 'Queues');
    this.databases = new Construct(this, 'Databases');
    this.files = new Construct(this, 'Files');
    this.caches = new Construct(this, 'Caches');
    this.alarms = new StandardAlarms(this, 'Alarms', { alerts: props.alerts, thresholds: props.thresholds });
    this.dashboard = new OperationsDashboard(this, 'Dashboard');
    this.workHours = props.workHours && new WorkHours(this, 'WorkHours', props.workHours);

    if (props.entry) {
      this.entry = props.entry;
    } else {
      const entry = new WebEntry(this, 'Entry', { network: this.network, profile, domain: props.domain });
      this.entry = entry;
      this.operate(entry, props.thresholds);
    }
    // the way out of a network that others may share is theirs to watch
    if (!network) this.operate(this.network.vpc);
    this.workHours?._whenStopping((deadLetters) => this.operate(deadLetters));
  }

  /**
   * Add a service: tasks of one image that listen on a port, public by `route`, else private.
   *
   * Its alarms, its part of the dashboard and its rollback come with it. Fails if the app has a service of this id.
   */
  public addService(id: string, options: AppServiceOptions): ContainerService {
    refuseTwice('service', this.services, id);
    if (options.authentication && !options.route) {
      throw new Error(`'authentication' of service '${id}' must come with a route, got none: the load balancer asks for it, so add 'route', or leave it out`);
    }
    const service = new ContainerService(this.services, id, { ...options, cluster: this.cluster, profile: this.profile });
    if (options.route) {
      const targets = this.entry.addRoute(id, { ...options, service, route: options.route });
      // those of both target groups, where there are two; alarms on the service's own metrics would refer back to the service that is to roll back on them
      if (this.watches) service.rollbackOn(...this.alarms.monitor(targets.node.scope!, { thresholds: options.thresholds }));
    }
    this.operate(service, options.thresholds);
    return service;
  }

  /**
   * Add a worker: tasks of one image that listen on no port, take work from a queue and are as many as it needs.
   *
   * Its alarms and its part of the dashboard come with it. Fails if the app has a worker of this id.
   */
  public addWorker(id: string, options: AppWorkerOptions): ContainerWorker {
    refuseTwice('worker', this.workers, id);
    const worker = new ContainerWorker(this.workers, id, { ...options, cluster: this.cluster, profile: this.profile });
    this.operate(worker, options.thresholds);
    return worker;
  }

  /**
   * Add a queue with dead letters. Services send to it by `useQueue()`, a worker takes from it as its `queue`.
   *
   * Fails if the app has a queue of this id.
   */
  public addQueue(id: string, options: AppQueueOptions = {}): WorkQueue {
    refuseTwice('queue', this.queues, id);
    const queue = new WorkQueue(this.queues, id, { ...options, profile: this.profile });
    this.operate(queue, options.thresholds);
    return queue;
  }

  /**
   * Add a PostgreSQL database in the data tier. Services get it by `useDatabase()`. Its read replicas, by `addReadReplica()`, are watched and shown as it is.
   *
   * Where work hours stop it, its windows are within them by default.
   *
   * Fails if the app has a database of this id.
   */
  public addDatabase(id: string, options: AppDatabaseOptions = {}): PrivatePostgres {
    refuseTwice('database', this.databases, id);
    const database = new PrivatePostgres(this.databases, id, {
      ...options,
      // an instance that is stopped in its windows is neither backed up nor maintained
      backupWindow: options.backupWindow ?? this.workHours?._windows?.backupWindow,
      maintenanceWindow: options.maintenanceWindow ?? this.workHours?._windows?.maintenanceWindow,
      rotationWindow: options.rotationWindow ?? this.workHours?._windows?.rotationWindow,
      network: this.network,
      profile: this.profile,
    });
    this.operate(database, options.thresholds);
    database._onReadReplica((replica) => this.operate(replica, options.thresholds));
    return database;
  }

  /**
   * Add files that tasks share. Services get them by `mountFiles()`, Redis by its option `files`.
   *
   * Fails if the app has shared files of this id.
   */
  public addSharedFiles(id: string, options: AppSharedFilesOptions = {}): SharedFiles {
    refuseTwice('file system', this.files, id);
    const files = new SharedFiles(this.files, id, { ...options, network: this.network, profile: this.profile });
    this.operate(files, options.thresholds);
    return files;
  }

  /**
   * Add Redis in one task. Services get it by `useService()`.
   *
   * Fails if the app has a Redis of this id.
   */
  public addRedis(id: string, options: AppRedisOptions = {}): RedisService {
    refuseTwice('Redis', this.caches, id);
    const redis = new RedisService(this.caches, id, { ...options, cluster: this.cluster, profile: this.profile });
    this.operate(redis, options.thresholds);
    return redis;
  }

  /** Alarms, dashboard and hours of what was just added. */
  private operate(part: IConstruct, thresholds?: AlarmThresholds): void {
    if (this.watches) this.alarms.monitor(part, { thresholds });
    if (this.shows) this.dashboard.show(part);
    this.workHours?.include(part);
    // what comes with its first scheduled task, and with the first database whose password rotates
    if (part instanceof OperableTask) part._whenJoined((joined) => this.operate(joined, thresholds));
  }
}

function refuseTwoOwners(props: HaContainerWebAppProps): void {
  if (props.entry && props.domain) {
    throw new Error("'domain' belongs to the load balancer, and 'entry' brings one of its own: pass the domain to new WebEntry()");
  }
  if (props.cluster && props.dnsNamespace !== undefined) {
    throw new Error("'dnsNamespace' belongs to the cluster, and 'cluster' brings one of its own: pass it to new ContainerCluster()");
  }
  if (props.cluster && props.network && props.cluster.network !== props.network) {
    throw new Error("'network' must be the network of 'cluster': leave it out, or pass the same one to both");
  }
}
