// How services reach each other by proxies, where they shall.
import * as ecs from 'aws-cdk-lib/aws-ecs';

/** How a task takes part in Service Connect. */
export interface ServiceConnectOptions {
  /**
   * Name at which others reach it through their proxies: lower-case letters, digits, hyphens and dots. Not for workers, which listen on no port.
   *
   * @default - its private name, so that addresses stay the same with and without a proxy
   */
  readonly alias?: string;
  /** Port at which others reach it there, 1 to 65535. Not for workers. @default - the port it listens on */
  readonly aliasPort?: number;
  /**
   * Protocol it speaks, by which the proxies count and retry requests instead of connections. HTTP requests are then ended after 15 s. Not for workers.
   *
   * @default - none: connections are passed on as they are
   */
  readonly protocol?: ecs.AppProtocol;
}
