// What users may choose of a deployment.
import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Options of a rolling deployment. */
export interface RollingOptions {
  /** Tasks that stay healthy meanwhile, percent of the desired number, rounded up, 0 to 100. @default 100 */
  readonly minHealthyPercent?: number;
  /** Tasks that may run meanwhile, percent of the desired number, rounded down, 100 to 200. @default 200 */
  readonly maxHealthyPercent?: number;
  /**
   * Return to the last version when the deployment fails, rather than stop where it is.
   *
   * Switch off where migrations cannot be undone and the old code does not run on the new schema.
   *
   * @default true
   */
  readonly rollback?: boolean;
  /**
   * Give each route the second target group that the other strategies shift traffic to, and permit ECS to shift it.
   *
   * The step before a running service changes to `canary()`, `linear()` or `blueGreen()`, and the strategy to return to: it leaves the listener rule as it
   * is, whichever of the two target groups is in use. It costs nothing.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html
   */
  readonly alternateTargetGroup?: boolean;
}

/** A function that ECS asks at stages of a deployment whether to go on. */
export interface DeploymentHookOptions {
  /**
   * The function. It answers `{ "hookStatus": "SUCCEEDED" }` to go on, `FAILED` to roll back, `IN_PROGRESS` to be asked again after 30 s; an error or another
   * answer rolls back.
   */
  readonly handler: lambda.IFunction;
  /** When it is asked: one stage or more. */
  readonly stages: ecs.DeploymentLifecycleStage[];
}

/** Options of a blue/green deployment. */
export interface BlueGreenOptions {
  /** Time that the old tasks stay, for an instant rollback, after all traffic has shifted: whole minutes, up to 24 hours. @default Duration.minutes(10) */
  readonly bakeTime?: Duration;
  /**
   * Port of a listener of its own that leads to the new version before the public does, 1 to 65535, for tests by hand or by a hook.
   *
   * Not a port that routes are served on. Not behind an existing listener.
   *
   * @default - no test listener
   */
  readonly testPort?: number;
  /**
   * Who may connect to `testPort`. Services that share a port share those who may connect.
   *
   * @default - the address block of the VPC, which an internet-facing load balancer is not called from: in effect nobody
   */
  readonly testPeers?: ec2.IPeer[];
  /** Functions that are asked at stages of a deployment whether to go on. @default - ECS goes on when tasks are healthy */
  readonly hooks?: DeploymentHookOptions[];
}

/** Options of a canary deployment. */
export interface CanaryOptions extends BlueGreenOptions {
  /** Share of the requests that the new version gets first, percent, a multiple of 0.1 from 0.1 to 100. @default 10 */
  readonly percent?: number;
  /** How long the new version gets that share before it gets the rest, whole minutes, up to 24 hours. @default Duration.minutes(10) */
  readonly interval?: Duration;
}

/** Options of a linear deployment. */
export interface LinearOptions extends BlueGreenOptions {
  /** Share of the requests that each step adds, percent, a multiple of 0.1 from 3 to 100. @default 10 */
  readonly percent?: number;
  /** Time between two steps, whole minutes, up to 24 hours. @default Duration.minutes(1) */
  readonly interval?: Duration;
}
