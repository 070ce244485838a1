// The arithmetic of a working week: when work starts and ends, and how long it is quiet between.
import { shown } from '../private/validate';

export const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const HOUR = 60;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

/** A time on some days of every week, as cron expressions take it. */
export interface WeeklyTime {
  readonly hour: string;
  readonly minute: string;
  /** As in `MON,TUE`, or `*`. */
  readonly weekDay: string;
}

/** A quiet time. */
export interface QuietTime extends WeeklyTime {
  /** How long it lasts, minutes. */
  readonly minutes: number;
}

/** Minutes since Sunday midnight at which work starts, and at which it ends, which may be in the next week. */
export interface Shift {
  readonly start: number;
  readonly end: number;
}

export class WorkWeek {
  public readonly shifts: readonly Shift[];

  constructor(start: string, end: string, days: string) {
    const [from, to] = [minutesOf('start', start), minutesOf('end', end)];
    if (from === to) throw new Error(`'start' and 'end' must differ, got '${start}' for both: leave out work hours to be always on`);
    const length = (to - from + DAY) % DAY;
    this.shifts = weekdaysOf(days).map((day) => ({ start: day * DAY + from, end: day * DAY + from + length }));
    const shortest = Math.min(...this.shifts.map((shift) => this.quietAfter(shift.end)));
    if (shortest < HOUR) {
      throw new Error(`'start' and 'end' must leave an hour or more between shifts, got ${shortest} minutes between '${end}' and '${start}': `
        + 'a database takes that long to stop and start again, so move one of the two');
    }
  }

  /** When work ends. */
  public get end(): WeeklyTime {
    return weekly(this.shifts.map((shift) => shift.end));
  }

  /** When work starts, or some minutes before. */
  public start(minutesBefore = 0): WeeklyTime {
    return weekly(this.shifts.map((shift) => shift.start - minutesBefore));
  }

  /** When what may run goes to rest: when work ends, and at the same time on days off. */
  public get evening(): WeeklyTime {
    return weekly(this.evenings);
  }

  /** Evenings of days off, undefined where there are none. */
  public get eveningOff(): WeeklyTime | undefined {
    const ends = this.shifts.map(({ end }) => end % WEEK);
    const off = this.evenings.filter((evening) => !ends.includes(evening));
    return off.length === 0 ? undefined : weekly(off);
  }

  /** From each evening to the next start. */
  public get quietTimes(): QuietTime[] {
    return this.evenings.map((evening) => ({ ...weekly([evening]), minutes: this.quietAfter(evening) }));
  }

  /** Those that leave time to stop and start again. None lies inside work: a shift is shorter than a day, and all end at one time of day. */
  private get evenings(): number[] {
    const time = this.shifts[0].end % DAY;
    return WEEKDAYS.map((_, day) => day * DAY + time).filter((evening) => this.quietAfter(evening) >= HOUR);
  }

  private quietAfter(moment: number): number {
    return Math.min(...this.shifts.map(({ start }) => (start - moment + 2 * WEEK) % WEEK || WEEK));
  }
}

/** All moments have the same time of day: they differ by whole days. */
function weekly(moments: readonly number[]): WeeklyTime {
  const within = moments.map((moment) => (moment + WEEK) % WEEK);
  const time = within[0] % DAY;
  const days = within.map((moment) => Math.floor(moment / DAY)).sort((one, other) => one - other);
  const weekDay = days.length === WEEKDAYS.length ? '*' : days.map((day) => WEEKDAYS[day]).join();
  return { hour: String(Math.floor(time / HOUR)), minute: String(time % HOUR), weekDay };
}

function minutesOf(prop: string, time: string): number {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) {
    throw new Error(`'${prop}' must be a time of day as 'HH:MM', 00:00 to 23:59, got '${shown(time)}': write such as '08:30', schedules are calculated from it`);
  }
  return Number(hour) * HOUR + Number(minute);
}

function weekdaysOf(days: string): number[] {
  const chosen = days.split(',').flatMap((part) => {
    const [from, to] = part.split('-').map((day) => WEEKDAYS.indexOf(day));
    if (from === -1 || to === -1 || !/^\w{3}(-\w{3})?$/.test(part)) {
      throw new Error(`'days' must be days of the week such as 'MON-FRI' or 'MON,WED,SAT', got '${shown(days)}': use ${WEEKDAYS.join(' ')}`);
    }
    const length = to === undefined ? 1 : (to - from + 7) % 7 + 1;
    return Array.from({ length }, (_, index) => (from + index) % 7);
  });
  return [...new Set(chosen)].sort((one, other) => one - other);
}
