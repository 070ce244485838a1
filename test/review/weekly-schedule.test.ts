import * as fc from 'fast-check';
import { weeklyShares } from '../../src/review/weekly-schedule';

/** Hours of a week at each value. */
const hours = (...changes: Array<[schedule: string, value: number]>): Record<number, number> | undefined => {
  const shares = weeklyShares(changes.map(([schedule, value]) => ({ schedule, value })));
  const sums: Record<number, number> = {};
  for (const { value, share } of shares ?? []) sums[value] = (sums[value] ?? 0) + Math.round(share * 168 * 60) / 60;
  return shares && sums;
};

test('working hours on working days', () => {
  expect(hours(['cron(0 7 ? * MON-FRI *)', 2], ['cron(0 21 ? * MON-FRI *)', 1])).toEqual({ 2: 70, 1: 98 });
});

test('every day, with minutes', () => {
  expect(hours(['cron(30 8 * * ? *)', 1], ['cron(45 17 * * ? *)', 0])).toEqual({ 1: 7 * 9.25, 0: 7 * 14.75 });
});

test('days by number, by list, and round the end of the week', () => {
  expect(hours(['cron(0 0 ? * 2 *)', 1], ['cron(0 0 ? * 7 *)', 0])).toEqual({ 1: 120, 0: 48 });
  expect(hours(['cron(0 0 ? * MON,WED *)', 1], ['cron(0 0 ? * TUE,THU *)', 0])).toEqual({ 1: 48, 0: 120 });
  expect(hours(['cron(0 0 ? * SAT-SUN *)', 1], ['cron(0 12 ? * SAT-SUN *)', 0])).toEqual({ 1: 24, 0: 144 });
});

test('steps', () => {
  expect(hours(['cron(0 0/12 * * ? *)', 1], ['cron(0 6/12 * * ? *)', 0])).toEqual({ 1: 84, 0: 84 });
});

test('a single change holds all week', () => {
  expect(hours(['cron(0 7 ? * MON *)', 3])).toEqual({ 3: 168 });
});

test.each(['rate(1 hour)', 'at(2030-01-01T00:00:00)', 'cron(0 7 1 * ? *)', 'cron(0 7 ? 6 MON *)', 'cron(0 7 ? * MON#1 *)', 'cron(0 7 ? * XXX *)',
  'cron(0 25 ? * MON *)', 'cron(0/0 7 ? * MON *)', 'cron(0 7 ? * MON)', ''])('%p does not repeat weekly', (schedule) => {
  expect(hours([schedule, 1])).toBeUndefined();
});

test('nothing scheduled is no schedule', () => {
  expect(weeklyShares([])).toBeUndefined();
});

test('the shares always make a whole week', () => {
  const change = fc.record({
    schedule: fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }), fc.subarray(['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'], { minLength: 1 }))
      .map(([minute, hour, days]) => `cron(${minute} ${hour} ? * ${days.join(',')} *)`),
    value: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
    const shares = weeklyShares(changes)!;
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(shares.every(({ share }) => share >= 0)).toBe(true);
  }));
});
