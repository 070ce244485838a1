// How a new version of a service takes over.
import { Token } from 'aws-cdk-lib';
import { checkRange } from '../private/validate';

/** Options of a rolling deployment. */
export interface RollingOptions {
  /** Tasks that stay healthy meanwhile, percent of the desired number, 0 to 100. @default 100 */
  readonly minHealthyPercent?: number;
  /** Tasks that may run meanwhile, percent of the desired number, 100 to 200. @default 200 */
  readonly maxHealthyPercent?: number;
  /**
   * Return to the last version when the deployment fails, rather than stop where it is.
   *
   * Switch off where migrations cannot be undone and the old code does not run on the new schema.
   *
   * @default true
   */
  readonly rollback?: boolean;
}

/** How a new version takes over. */
export class Deployment {
  /**
   * Replace tasks in place, watched by a circuit breaker and by the alarms given to `rollbackOn()`.
   *
   * `{ minHealthyPercent: 0, maxHealthyPercent: 100 }` stops the old tasks first, for what must never run twice.
   *
   * Fails on percents out of bounds, and on two that leave no task to start or to stop.
   */
  public static rolling(options: RollingOptions = {}): Deployment {
    const { minHealthyPercent = 100, maxHealthyPercent = 200, rollback = true } = options;
    checkRange('minHealthyPercent', minHealthyPercent, 0, 100, 'it is a percentage of the desired number of tasks');
    checkRange('maxHealthyPercent', maxHealthyPercent, 100, 200, 'it is a percentage of the desired number of tasks');
    const known = !Token.isUnresolved(minHealthyPercent) && !Token.isUnresolved(maxHealthyPercent);
    if (known && minHealthyPercent >= maxHealthyPercent) {
      throw new Error(`'minHealthyPercent' must be below 'maxHealthyPercent', got ${minHealthyPercent} and ${maxHealthyPercent}: `
        + 'no task could be stopped before another starts, nor the other way round');
    }
    return new Deployment(minHealthyPercent, maxHealthyPercent, rollback);
  }

  private constructor(
    /** Tasks that stay healthy meanwhile, percent of the desired number. */
    public readonly minHealthyPercent: number,
    /** Tasks that may run meanwhile, percent of the desired number. */
    public readonly maxHealthyPercent: number,
    /** Whether a deployment that fails returns to the last version. */
    public readonly rollback: boolean,
  ) {}
}
