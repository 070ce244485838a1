import * as fc from 'fast-check';
import { WeeklyTime, WEEKDAYS, WorkWeek } from '../../src/operations/work-week';

const MINUTES_OF_WEEK = 7 * 24 * 60;
const text = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const moments = ({ hour, minute, weekDay }: WeeklyTime): number[] => weekDay.split(',').map((day) => (WEEKDAYS.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute));

const weeks = fc.record({
  start: fc.integer({ min: 0, max: 1439 }), length: fc.integer({ min: 1, max: 23 * 60 }), days: fc.subarray(WEEKDAYS, { minLength: 1 }),
}).map(({ start, length, days }) => {
  const firsts = days.map((day) => WEEKDAYS.indexOf(day) * 1440 + start);
  /** Whether work is on at a minute of the week, told minute by minute. */
  const works = (minute: number): boolean => firsts.some((first) => (minute - first + MINUTES_OF_WEEK) % MINUTES_OF_WEEK < length);
  return { works, week: new WorkWeek(text(start), text((start + length) % 1440), days.join()) };
});

test('work is on from a start, and off from an end', () => {
  fc.assert(fc.property(weeks, ({ week, works }) => {
    for (const start of moments(week.start())) expect([works((start + MINUTES_OF_WEEK - 1) % MINUTES_OF_WEEK), works(start)]).toEqual([false, true]);
    for (const end of moments(week.end)) expect([works((end + MINUTES_OF_WEEK - 1) % MINUTES_OF_WEEK), works(end)]).toEqual([true, false]);
  }));
});

test('databases are started before work, never inside another shift', () => {
  fc.assert(fc.property(weeks, ({ week, works }) => {
    for (const start of moments(week.start(15))) expect([works(start), works((start + 15) % MINUTES_OF_WEEK)]).toEqual([false, true]);
  }));
});

test('quiet times are all of the week but work, and no alarm is muted inside work', () => {
  fc.assert(fc.property(weeks, ({ week, works }) => {
    const quiet = new Set(week.quietTimes.flatMap((time) => moments(time).flatMap((from) =>
      Array.from({ length: time.minutes }, (_, index) => (from + index) % MINUTES_OF_WEEK))));
    for (let minute = 0; minute < MINUTES_OF_WEEK; minute += 1) if (quiet.has(minute) === works(minute)) throw new Error(`minute ${minute}`);
  }), { numRuns: 30 });
});

test('a night shift ends on the next day', () => {
  const week = new WorkWeek('22:00', '06:00', 'MON-FRI');
  expect([week.start().weekDay, week.end.weekDay]).toEqual(['MON,TUE,WED,THU,FRI', 'TUE,WED,THU,FRI,SAT']);
});

test('a database is started on the day before where work starts at midnight', () => {
  expect(new WorkWeek('00:05', '12:00', 'SUN').start(15)).toEqual({ hour: '23', minute: '50', weekDay: 'SAT' });
});
