// [internal] Whether a schedule ever comes to a date.
import { Token } from 'aws-cdk-lib';

const FORMS = /^(?:rate\([1-9]\d* (?:minute|hour|day)s?\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?\)|cron\(\S+(?: \S+){5}\))$/;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY = 24 * 60 * 60 * 1000;

/** When a schedule is in force. */
export interface ScheduleBounds {
  readonly start?: Date;
  readonly end?: Date;
}

/** A field of a cron expression: the least and the most, and names that stand for numbers. */
interface Field { readonly min: number; readonly max: number; readonly names?: string[] }

const FIELDS: Record<'minute' | 'hour' | 'day' | 'month' | 'weekday' | 'year', Field> = {
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  day: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: MONTHS },
  weekday: { min: 1, max: 7, names: WEEKDAYS },
  year: { min: 1970, max: 2199 },
};

/**
 * Fail on an expression that EventBridge Scheduler would refuse, and on one that never comes to a date within its bounds.
 *
 * Says nothing of the present: the same code must come to the same template tomorrow.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function checkSchedule(expression: string, { start, end }: ScheduleBounds): void {
  if (start && end && start >= end) {
    throw new Error(`'start' must be before 'end', got ${shownDate(start)} and ${shownDate(end)}: the schedule would never start anything, so exchange or drop one of the two`);
  }
  if (Token.isUnresolved(expression)) return;
  if (!FORMS.test(expression)) throw malformed(expression, 'cron(…) with six fields, rate(…) or at(…)');
  if (expression.startsWith('at(') && (start ?? end)) {
    throw new Error(`'start' and 'end' must not be set for a schedule of one time, got '${expression}': EventBridge Scheduler ignores them there, so leave them out`);
  }
  if (!expression.startsWith('cron(')) return;
  const [minute, hour, day, month, weekday, year] = expression.slice('cron('.length, -1).split(' ');
  if ((day === '?') === (weekday === '?')) throw malformed(expression, "'?' for either the day of the month or the day of the week");
  numbersOf(expression, minute, FIELDS.minute);
  numbersOf(expression, hour, FIELDS.hour);
  const dates = {
    years: numbersOf(expression, year, FIELDS.year),
    months: numbersOf(expression, month, FIELDS.month),
    days: daysOf(expression, day, FIELDS.day),
    weekdays: daysOf(expression, weekday, FIELDS.weekday),
  };
  if (!comesToADate(dates, { start, end })) {
    const within = start ?? end ? ' within its start and end' : '';
    throw new Error(`'schedule' must come to a date${within}, got '${expression}', which never does: it would never start anything, so choose days that the months have`);
  }
}

interface Dates {
  readonly years: number[];
  readonly months: number[];
  /** None for any. */
  readonly days?: number[];
  readonly weekdays?: number[];
}

function comesToADate({ years, months, days, weekdays }: Dates, { start, end }: ScheduleBounds): boolean {
  // a day more on both sides: the bounds are in UTC, and the schedule may be in any time zone
  const [from, to] = [(start?.getTime() ?? -Infinity) - DAY, (end?.getTime() ?? Infinity) + DAY];
  return years.some((year) => months.some((month) => {
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return Array.from({ length }, (_, index) => index + 1).some((day) => {
      if (days && !days.includes(day)) return false;
      const date = new Date(Date.UTC(year, month - 1, day));
      const inTime = date.getTime() + DAY > from && date.getTime() < to;
      return inTime && (weekdays === undefined || weekdays.includes(date.getUTCDay() + 1));
    });
  }));
}

/** Days as numbers. None where every month has some: any, the last, or the nth weekday. */
function daysOf(expression: string, text: string, field: Field): number[] | undefined {
  if (text === '?' || /^(L|LW|L-\d{1,2}|\w+L|\w+#[1-5])$/.test(text)) return undefined;
  return numbersOf(expression, text.replace(/^(\d{1,2})W$/, '$1'), field);
}

/** `MON-FRI`, `1,15`, `*`, `0/15`, `10-20/5` as numbers. */
function numbersOf(expression: string, text: string, { min, max, names = [] }: Field): number[] {
  return text.split(',').flatMap((part) => {
    const [, from, to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const numberOf = (word = ''): number => (names.includes(word.toUpperCase()) ? names.indexOf(word.toUpperCase()) + min : word === '' ? NaN : Number(word));
    const first = from === '*' ? min : numberOf(from);
    const last = to !== undefined ? numberOf(to) : from === '*' || step !== undefined ? max : first;
    const by = Number(step ?? 1);
    const legal = [first, last].every((number) => number >= min && number <= max) && first <= last && by > 0;
    if (!legal) throw malformed(expression, `${min} to ${max} where it has '${part}'`);
    return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
  });
}

function malformed(expression: string, rule: string): Error {
  return new Error(`'schedule' must be an expression of EventBridge Scheduler, ${rule}, got '${expression}': write it as in `
    + 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html');
}

function shownDate(date: Date): string {
  return date.toISOString();
}
