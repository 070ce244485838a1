// How a load balancer treats a service: what users may choose of a route.
import { Duration } from 'aws-cdk-lib';
import { Route } from './route';
import { RouteAuthentication } from './route-authentication';
import { ContainerService } from '../compute/container-service';

/** How the load balancer treats a service. */
export interface WebRouteOptions {
  /** Path of the health check, up to 1024 characters. @default '/' */
  readonly healthCheckPath?: string;
  /**
   * Answers to a health check that are good: status codes of 200 to 499, single ones and ranges, such as `200,204` or `200-399`.
   *
   * @default '200'
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
   */
  readonly healthyHttpCodes?: string;
  /** Time between health checks, 5 to 300 s. @default Duration.seconds(30) */
  readonly healthCheckInterval?: Duration;
  /** Time an answer to a health check may take, 2 to 120 s and below the interval. @default Duration.seconds(5) */
  readonly healthCheckTimeout?: Duration;
  /** Good answers in a row that make a target healthy, 2 to 10. @default 2 */
  readonly healthyThreshold?: number;
  /** Bad answers in a row that make a target unhealthy, 2 to 10. @default 3 */
  readonly unhealthyThreshold?: number;
  /** Time a target has to finish its requests, up to 3600 s, before the task is told to stop. @default Duration.seconds(30) */
  readonly deregistrationDelay?: Duration;
  /** Time over which a new target takes its full share, 30 to 900 s. @default - at once */
  readonly slowStart?: Duration;
  /**
   * How long a client stays with a target, 1 s to 7 days. Needs `Deployment.rolling()` without a second target group.
   *
   * @default - not sticky
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html
   */
  readonly stickiness?: Duration;
  /** Requests a minute that are aimed at for a task, at least 1. @default - not scaled on requests */
  readonly requestsPerTask?: number;
  /**
   * Users sign in at an identity provider before their requests reach the service. Needs HTTPS, and `Deployment.rolling()` without a second target group.
   *
   * @default - whoever reaches the load balancer
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
   */
  readonly authentication?: RouteAuthentication;
}

/** A route to a service. */
export interface WebRouteProps extends WebRouteOptions {
  /** The service. */
  readonly service: ContainerService;
  /** Which requests reach it. */
  readonly route: Route;
}
