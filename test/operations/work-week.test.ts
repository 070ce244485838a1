import * as fc from 'fast-check';
import { WeeklyTime, WEEKDAYS, WorkWeek } from '../../src/operations/work-week';

const MINUTES_OF_WEEK = 7 * 24 * 60;
const text = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const moments = ({ hour, minute, weekDay }: WeeklyTime): number[] => weekDay.replace('*', WEEKDAYS.join()).split(',').map((day) => (WEEKDAYS.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute));

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

test('what may run goes to rest every evening, outside of work and an hour or more before it', () => {
  fc.assert(fc.property(weeks, ({ week, works }) => {
    const evenings = moments(week.evening);
    expect(evenings).toEqual(expect.arrayContaining(moments(week.end)));
    for (const evening of evenings) {
      for (let minute = 0; minute < 60; minute += 1) if (works((evening + minute) % MINUTES_OF_WEEK)) throw new Error(`evening ${evening} is at work`);
    }
    const off = week.eveningOff ? moments(week.eveningOff) : [];
    expect([...off, ...moments(week.end)].sort()).toEqual([...evenings].sort());
  }));
});

test('an instance is never stopped for seven days, and one that is started on a day off runs for little more than a day', () => {
  // what RDS does to an instance that is stopped for as long: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
  const SEVEN_DAYS = 7 * 24 * 60;
  fc.assert(fc.property(weeks, fc.integer({ min: 0, max: MINUTES_OF_WEEK - 1 }), ({ week, works }, startedByHand) => {
    const starts = new Set(moments(week.start(15)));
    const stops = new Set([...moments(week.end), ...(week.eveningOff ? moments(week.eveningOff) : [])]);
    let [runs, stoppedSince, idleSince] = [false, Number.NaN, Number.NaN];
    for (let minute = 0; minute < 4 * MINUTES_OF_WEEK; minute += 1) {
      const now = minute % MINUTES_OF_WEEK;
      if (stops.has(now) && (runs || Number.isNaN(stoppedSince))) [runs, stoppedSince] = [false, minute];
      if (starts.has(now) || minute === startedByHand + MINUTES_OF_WEEK) runs = true;
      if (!runs && minute - stoppedSince >= SEVEN_DAYS) throw new Error(`RDS would start it in minute ${minute}`);
      if (works(now) && !runs && minute > MINUTES_OF_WEEK) throw new Error(`it does not run at work, in minute ${minute}`);
      if (works(now) || !runs) idleSince = minute;
      // the hour before work belongs to no evening
      if (minute - idleSince > 25 * 60) throw new Error(`it runs for nothing in minute ${minute}`);
    }
  }), { numRuns: 40 });
});

test('a night shift ends on the next day', () => {
  const week = new WorkWeek('22:00', '06:00', 'MON-FRI');
  expect([week.start().weekDay, week.end.weekDay]).toEqual(['MON,TUE,WED,THU,FRI', 'TUE,WED,THU,FRI,SAT']);
});

test('a database is started on the day before where work starts at midnight', () => {
  expect(new WorkWeek('00:05', '12:00', 'SUN').start(15)).toEqual({ hour: '23', minute: '50', weekDay: 'SAT' });
});
