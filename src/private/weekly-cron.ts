// [internal] When a cron expression of AWS fires in a week.

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MINUTES_PER_DAY = 24 * 60;

export const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

/** Minutes of a week, from Sunday 00:00, at which a schedule fires: `cron(0 7 ? * MON-FRI *)`. Undefined if it is not one that repeats weekly. */
export function minutesOfWeek(schedule: string): number[] | undefined {
  const fields = /^cron\((.*)\)$/.exec(schedule.trim())?.[1].trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (!['?', '*'].includes(dayOfMonth) || month !== '*' || year !== '*') return undefined;
  const minutes = values(minute, 0, 59);
  const hours = values(hour, 0, 23);
  // AWS counts the days of a week from 1, Sunday
  const days = values(dayOfWeek.toUpperCase().replace(/[A-Z]{3}/g, (name) => String(DAYS.indexOf(name) + 1)), 1, 7);
  if (!minutes || !hours || !days) return undefined;
  return days.flatMap((day) => hours.flatMap((h) => minutes.map((m) => (day - 1) * MINUTES_PER_DAY + h * 60 + m)));
}

/** What one field of a cron expression selects: `*`, `?`, `5`, `1-5`, `SAT-MON` round the end, `0/15`, and lists of these. */
function values(field: string, min: number, max: number): number[] | undefined {
  const result = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*|\?)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, all, first, last, step] = match;
    const from = all ? min : Number(first);
    const to = all || (step && last === undefined) ? max : Number(last ?? first);
    if (from < min || to > max || from > max || to < min || step === '0') return undefined;
    const length = to >= from ? to - from : to - from + (max - min + 1);
    for (let offset = 0; offset <= length; offset += Number(step ?? 1)) result.add(min + ((from - min + offset) % (max - min + 1)));
  }
  return [...result].sort((a, b) => a - b);
}
