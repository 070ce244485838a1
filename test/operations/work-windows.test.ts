import { TimeZone } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { WEEKDAYS, WorkWeek } from '../../src/operations/work-week';
import { WorkWindows } from '../../src/operations/work-windows';

const windows = (start: string, end: string, zone: TimeZone, days = 'MON-FRI'): WorkWindows => new WorkWindows(new WorkWeek(start, end, days).shifts, zone);

test.each<[string, string, TimeZone, string, string, string]>([
  ['08:00', '19:00', TimeZone.EUROPE_ROME, '07:00-08:00', 'fri:16:00-fri:17:00', 'mon:08:00-mon:09:00'],
  ['08:00', '19:00', TimeZone.ETC_UTC, '08:00-09:00', 'fri:18:00-fri:19:00', 'mon:09:00-mon:10:00'],
  ['09:00', '17:00', TimeZone.AMERICA_NEW_YORK, '14:00-15:00', 'fri:20:00-fri:21:00', 'mon:15:00-mon:16:00'],
  // half an hour off, on the day before
  ['05:00', '15:00', TimeZone.ASIA_KOLKATA, '23:30-00:30', 'fri:08:30-fri:09:30', 'mon:01:00-mon:02:00'],
  ['22:00', '06:00', TimeZone.EUROPE_ROME, '21:00-22:00', 'sat:03:00-sat:04:00', 'mon:22:00-mon:23:00'],
  // no window of Secrets Manager ends at midnight
  ['21:00', '06:00', TimeZone.ETC_UTC, '21:00-22:00', 'sat:05:00-sat:06:00', 'mon:22:00-mon:23:00'],
  ['22:00', '06:00', TimeZone.ETC_UTC, '22:00-23:00', 'sat:05:00-sat:06:00', 'tue:00:00-tue:01:00'],
])('%s to %s %s: backups in the first hour, maintenance in the last of the week, the password between', (start, end, zone, backupWindow, maintenanceWindow, rotationWindow) => {
  expect(windows(start, end, zone).suggested).toEqual({ backupWindow, maintenanceWindow, rotationWindow });
});

test('work that is too short for both has none', () => {
  expect(windows('08:00', '10:00', TimeZone.EUROPE_ROME).suggested).toBeUndefined();
});

test.each<[string, string, TimeZone, string | undefined, string]>([
  ['08:00', '19:00', TimeZone.EUROPE_ROME, 'cron(0 8 ? * MON *)', 'MON-FRI'],
  ['05:00', '15:00', TimeZone.ASIA_KOLKATA, 'cron(0 1 ? * MON *)', 'MON-FRI'],
  ['22:00', '06:00', TimeZone.ETC_UTC, 'cron(0 0 ? * TUE *)', 'MON-FRI'],
  // on one day: an hour for backups, one for the copies, one that RDS keeps free before maintenance, and that
  ['08:00', '12:00', TimeZone.ETC_UTC, 'cron(0 9 ? * MON *)', 'MON'],
  ['08:00', '11:00', TimeZone.ETC_UTC, undefined, 'MON'],
  ['08:00', '09:00', TimeZone.ETC_UTC, undefined, 'MON-FRI'],
])('%s to %s %s: copies by AWS Backup at %s', (start, end, zone, schedule, days) => {
  expect(windows(start, end, zone, days).suggestedCopies).toBe(schedule);
});

test('a window is judged by both halves of the year', () => {
  const rome = windows('08:00', '19:00', TimeZone.EUROPE_ROME);
  expect(['06:59-07:59', '07:00-08:00', '16:00-17:00', '16:01-17:01', '03:00-04:00', '23:00-08:00'].map((window) => rome.holdBackup(window)))
    .toEqual([false, true, true, false, false, false]);
  expect(['mon:07:00-mon:08:00', 'sat:07:00-sat:08:00', 'MON:07:00-MON:08:00', 'mon:12:00-tue:08:00'].map((window) => rome.holdWeekly(window)))
    .toEqual([true, false, true, false]);
});

test('what is suggested holds, for any hours in any zone', () => {
  const text = (quarter: number): string => `${String(Math.floor(quarter / 4) % 24).padStart(2, '0')}:${String(quarter % 4 * 15).padStart(2, '0')}`;
  // with the least that a zone is before UTC, in quarters of an hour
  const zone = fc.constantFrom<readonly [TimeZone, number]>(
    [TimeZone.EUROPE_ROME, 4], [TimeZone.AMERICA_SAO_PAULO, -12], [TimeZone.AUSTRALIA_ADELAIDE, 38],
    [TimeZone.PACIFIC_AUCKLAND, 48], [TimeZone.ASIA_KATHMANDU, 23],
  );
  const quarters = fc.record({ start: fc.integer({ min: 0, max: 95 }), length: fc.integer({ min: 1, max: 92 }) });
  fc.assert(fc.property(quarters, zone, ({ start, length }, [where, least]) => {
    const own = windows(text(start), text(start + length), where);
    const { suggested } = own;
    if (own.suggestedCopies !== undefined) {
      const [, hour, weekDay] = /^cron\(0 (\d+) \? \* (\w+) \*\)$/.exec(own.suggestedCopies)!;
      expect(own.holdSome([WEEKDAYS.indexOf(weekDay) * 24 * 60 + Number(hour) * 60])).toBe(true);
    }
    if (suggested) {expect([own.holdBackup(suggested.backupWindow), own.holdWeekly(suggested.maintenanceWindow)]).toEqual([true, true]);} else {
      const afterBackup = (start - least + 4 + 2 * 96) % 96;
      // in the hour before midnight UTC no window of Secrets Manager may begin, so that it is an hour later
      const waits = afterBackup > 88 && afterBackup <= 92 ? 4 : 0;
      // two hours apart, one that the clock is changed by, and up to three quarters until the hour at which windows begin
      expect(length).toBeLessThan(15 + waits);
    }
  }), { examples: [[{ start: 89, length: 15 }, [TimeZone.EUROPE_ROME, 4]], [{ start: 89, length: 18 }, [TimeZone.EUROPE_ROME, 4]]] });
});
