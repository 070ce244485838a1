// How long a value that changes on a schedule holds in a week.
import { minutesOfWeek, MINUTES_PER_WEEK } from '../private/weekly-cron';

/** A change of a value whenever a schedule fires. */
export interface ScheduledChange {
  /** When: `cron(0 7 ? * MON-FRI *)`. */
  readonly schedule: string;
  /** The value from then on. */
  readonly value: number;
}

/**
 * The values that hold over a week, with the share of the week of each. Undefined if a schedule is not one that repeats weekly.
 *
 * Time zones do not matter to the shares, as long as all changes are in one.
 */
export function weeklyShares(changes: readonly ScheduledChange[]): ReadonlyArray<{ value: number; share: number }> | undefined {
  const firings: Array<{ minute: number; value: number }> = [];
  for (const { schedule, value } of changes) {
    const minutes = minutesOfWeek(schedule);
    if (minutes === undefined) return undefined;
    firings.push(...minutes.map((minute) => ({ minute, value })));
  }
  if (firings.length === 0) return undefined;
  firings.sort((a, b) => a.minute - b.minute);
  return firings.map(({ minute, value }, index) => {
    const until = index + 1 < firings.length ? firings[index + 1].minute : firings[0].minute + MINUTES_PER_WEEK;
    return { value, share: (until - minute) / MINUTES_PER_WEEK };
  });
}
