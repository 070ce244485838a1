import { ContainerServiceOptions } from '../compute/container-service';
import { ContainerWorkerOptions } from '../compute/container-worker-options';
import { RedisServiceOptions } from '../compute/redis-service';
import { WorkQueueOptions } from '../compute/work-queue';
import { PrivatePostgresOptions } from '../data/private-postgres-options';
import { SharedFilesOptions } from '../data/shared-files';
import { Route } from '../edge/route';
import { WebRouteOptions } from '../edge/web-route';
import { AlarmThresholds } from '../operations/alarm-threshold';

/** Options of a service of the app. */
export interface AppServiceOptions extends ContainerServiceOptions, WebRouteOptions {
  /** Which public requests reach it. @default - none: it is private, reached by its private name */
  readonly route?: Route;
  /** Thresholds of its alarms. @default - those of the app */
  readonly thresholds?: AlarmThresholds;
}

/** Options of a worker of the app. */
export interface AppWorkerOptions extends ContainerWorkerOptions {
  /** Thresholds of its alarms. @default - those of the app */
  readonly thresholds?: AlarmThresholds;
}

/** Options of a queue of the app. */
export interface AppQueueOptions extends WorkQueueOptions {
  /** Thresholds of its alarms. @default - those of the app */
  readonly thresholds?: AlarmThresholds;
}

/** Options of a database of the app. */
export interface AppDatabaseOptions extends PrivatePostgresOptions {
  /** Thresholds of its alarms. @default - those of the app */
  readonly thresholds?: AlarmThresholds;
}

/** Options of shared files of the app. */
export interface AppSharedFilesOptions extends SharedFilesOptions {
  /** Thresholds of their alarms. @default - those of the app */
  readonly thresholds?: AlarmThresholds;
}

/** Options of Redis in the app. */
export interface AppRedisOptions extends RedisServiceOptions {
  /** Thresholds of its alarms. @default - those of the app */
  readonly thresholds?: AlarmThresholds;
}
