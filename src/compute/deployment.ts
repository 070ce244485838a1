// How a new version of a service takes over.
import { Duration, Token } from 'aws-cdk-lib';
import { DeploymentStrategy } from 'aws-cdk-lib/aws-ecs';
import { BlueGreenOptions, CanaryOptions, LinearOptions, RollingOptions } from './deployment-options';
import { checkHooks, checkMinutes, checkPercent, checkTotal, stepsOf, TrafficShift } from './traffic-shift';
import { checkRange } from '../private/validate';

interface Settings {
  readonly strategy: DeploymentStrategy;
  readonly minHealthyPercent: number;
  readonly maxHealthyPercent: number;
  readonly rollback: boolean;
  readonly alternateTargetGroup: boolean;
  readonly shift?: TrafficShift;
}

/** How a new version takes over. */
export class Deployment {
  /**
   * Replace tasks in place, watched by a circuit breaker and by the alarms given to `rollbackOn()`.
   *
   * `{ minHealthyPercent: 0, maxHealthyPercent: 100 }` stops the old tasks first. ECS counts a task no longer once it was told to stop: while it ends, for up to
   * `stopTimeout`, a new one may run beside it. What must never run twice needs a lock of its own too.
   *
   * ECS rounds the minimum up and the maximum down: of one task, `{ minHealthyPercent: 50, maxHealthyPercent: 150 }` leaves none to stop and none to start.
   *
   * Fails on percents out of bounds and on two that leave no task to start or to stop; a service fails on those that do so at a number of tasks that its `scaling` allows.
   */
  public static rolling(options: RollingOptions = {}): Deployment {
    const { minHealthyPercent = 100, maxHealthyPercent = 200, rollback = true, alternateTargetGroup = false } = options;
    checkRange('minHealthyPercent', minHealthyPercent, 0, 100, 'choose a percentage of the desired number of tasks');
    checkRange('maxHealthyPercent', maxHealthyPercent, 100, 200, 'choose a percentage of the desired number of tasks');
    const known = !Token.isUnresolved(minHealthyPercent) && !Token.isUnresolved(maxHealthyPercent);
    if (known && minHealthyPercent >= maxHealthyPercent) {
      throw new Error(`'minHealthyPercent' must be below 'maxHealthyPercent', got ${minHealthyPercent} and ${maxHealthyPercent}: `
        + 'no task could be stopped before another starts, nor the other way round, so lower the one or raise the other');
    }
    return new Deployment({ strategy: DeploymentStrategy.ROLLING, minHealthyPercent, maxHealthyPercent, rollback, alternateTargetGroup });
  }

  /**
   * Start all new tasks beside the old ones, in a second target group, move the traffic at once, and keep the old tasks for a while.
   *
   * An alarm of `rollbackOn()` or a hook that fails moves the traffic back; there is no circuit breaker. Without a route ECS only keeps both versions running for the time: no traffic is shifted.
   *
   * Fails on times and ports out of bounds, and on a hook without a stage.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
   */
  public static blueGreen(options: BlueGreenOptions = {}): Deployment {
    return Deployment.shifting(DeploymentStrategy.BLUE_GREEN, options);
  }

  /**
   * Like `blueGreen()`, but the new version gets a small share of the traffic first, and after an interval the rest.
   *
   * Fails as `blueGreen()` does, on a share that ECS does not know, on times that CloudFormation does not wait for, and, at synthesis, without a route.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment-implementation.html
   */
  public static canary(options: CanaryOptions = {}): Deployment {
    const { percent = 10, interval = Duration.minutes(10) } = options;
    checkPercent(percent, 0.1);
    checkMinutes('interval', interval);
    return Deployment.shifting(DeploymentStrategy.CANARY, options, { stepPercent: percent, stepBakeTime: interval }, 1);
  }

  /**
   * Like `blueGreen()`, but traffic shifts in equal steps with an interval between them.
   *
   * Fails as `canary()` does.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/linear-deployment-implementation.html
   */
  public static linear(options: LinearOptions = {}): Deployment {
    const { percent = 10, interval = Duration.minutes(1) } = options;
    checkPercent(percent, 3);
    checkMinutes('interval', interval);
    return Deployment.shifting(DeploymentStrategy.LINEAR, options, { stepPercent: percent, stepBakeTime: interval }, stepsOf(percent));
  }

  private static shifting(strategy: DeploymentStrategy, options: BlueGreenOptions, step?: TrafficShift['step'], steps = 0): Deployment {
    const { bakeTime = Duration.minutes(10), testPort, testPeers, hooks = [] } = options;
    checkMinutes('bakeTime', bakeTime);
    if (step) checkTotal(bakeTime, step.stepBakeTime, steps);
    if (Token.isUnresolved(testPort)) throw new Error("'testPort' must be known at synthesis, since it is the id of its listener, got a token: write the number out");
    checkRange('testPort', testPort, 1, 65535, 'choose a TCP port');
    if (testPeers && testPort === undefined) {
      throw new Error("'testPeers' must come with the port that they may connect to, got no 'testPort': add it, or leave them out");
    }
    checkHooks(hooks);
    return new Deployment({
      strategy,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      rollback: true,
      alternateTargetGroup: true,
      shift: { bakeTime, step, testPort, testPeers, hooks },
    });
  }

  /** The strategy of ECS. */
  public readonly strategy: DeploymentStrategy;
  /** Tasks that stay healthy meanwhile, percent of the desired number. */
  public readonly minHealthyPercent: number;
  /** Tasks that may run meanwhile, percent of the desired number. */
  public readonly maxHealthyPercent: number;
  /** Whether a deployment that fails returns to the last version. */
  public readonly rollback: boolean;
  /** Whether routes have a second target group. */
  public readonly alternateTargetGroup: boolean;
  /** What rolling deployments do not have. @internal */
  public readonly _shift?: TrafficShift;

  private constructor(settings: Settings) {
    this.strategy = settings.strategy;
    this.minHealthyPercent = settings.minHealthyPercent;
    this.maxHealthyPercent = settings.maxHealthyPercent;
    this.rollback = settings.rollback;
    this.alternateTargetGroup = settings.alternateTargetGroup;
    this._shift = settings.shift;
  }
}
