import { Lazy } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { checkWindows } from '../../src/data/maintenance-windows';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = 1440;
const WEEK = 7 * DAY;

const two = (value: number) => `${value}`.padStart(2, '0');
const time = (minute: number) => `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`;
const moment = (minute: number) => `${DAYS[Math.floor((minute % WEEK) / DAY)]}:${time(minute)}`;
const daily = (start: number, length: number) => `${time(start)}-${time(start + length)}`;
const weekly = (start: number, length: number) => `${moment(start)}-${moment(start + length)}`;

const backups = fc.record({ start: fc.integer({ min: 0, max: DAY - 1 }), length: fc.integer({ min: 30, max: DAY - 1 }) });
const maintenances = fc.record({ start: fc.integer({ min: 0, max: WEEK - 1 }), length: fc.integer({ min: 30, max: WEEK - 1 }) });

/** The slow way: every minute of the week, looked at. */
function share(backup: { start: number; length: number }, maintenance: { start: number; length: number }): boolean {
  for (let offset = 0; offset < maintenance.length; offset++) {
    const ofDay = (maintenance.start + offset) % DAY;
    if ((ofDay - backup.start + DAY) % DAY < backup.length) return true;
  }
  return false;
}

describe('the two windows', () => {
  test('are refused exactly where they share a minute, past midnight and past Sunday too', () => {
    fc.assert(fc.property(backups, maintenances, (backup, maintenance) => {
      const check = () => checkWindows(daily(backup.start, backup.length), weekly(maintenance.start, maintenance.length));
      if (share(backup, maintenance)) expect(check).toThrow("'backupWindow' must not overlap 'maintenanceWindow'");
      else expect(check).not.toThrow();
    }), { numRuns: 500 });
  });

  test.each([
    ['03:00-04:00', 'sun:04:00-sun:05:00'],
    ['23:30-00:30', 'mon:00:30-mon:01:00'],
    ['00:00-00:30', 'Sun:23:00-Mon:00:00'],
    ['01:00-01:30', 'mon:02:00-tue:01:00'],
  ])('%s and %s may stand side by side', (backup, maintenance) => {
    expect(() => checkWindows(backup, maintenance)).not.toThrow();
  });

  test.each([
    ['03:00-04:00', 'sun:03:30-sun:04:30'],
    ['23:30-00:30', 'mon:00:00-mon:00:30'],
    ['00:00-00:30', 'sun:23:30-mon:00:15'],
    ['12:00-12:30', 'mon:00:00-tue:00:00'],
  ])('%s and %s meet', (backup, maintenance) => {
    expect(() => checkWindows(backup, maintenance)).toThrow(
      `'backupWindow' must not overlap 'maintenanceWindow', got '${backup}' and '${maintenance}': RDS refuses such a pair, move one of them`,
    );
  });

  test.each(['3:00-4:00', '03:00', '24:00-01:00', '03:60-04:30', '03:00-03:29', '03:00-03:00', 'sun:03:00-sun:04:00', ''])('fails on backup window %p', (window) => {
    expect(() => checkWindows(window, 'sun:04:00-sun:05:00')).toThrow(
      `'backupWindow' must be hh:mm-hh:mm in UTC and at least 30 minutes long, got '${window}': write such as '03:00-04:00'`,
    );
  });

  test.each(['04:00-05:00', 'sun:04:00-sun:04:29', 'sun:04:00-sun:04:00', 'son:04:00-son:05:00', 'sun:04:00-sun:25:00', ''])('fails on maintenance window %p', (window) => {
    expect(() => checkWindows('03:00-04:00', window)).toThrow(
      `'maintenanceWindow' must be ddd:hh:mm-ddd:hh:mm in UTC and at least 30 minutes long, got '${window}': write such as 'sun:04:00-sun:05:00'`,
    );
  });

  test('tokens pass, and the other is still read', () => {
    const token = Lazy.string({ produce: () => 'later' });
    expect(() => checkWindows(token, token)).not.toThrow();
    expect(() => checkWindows(token, 'never')).toThrow("'maintenanceWindow' must be");
    expect(() => checkWindows('never', token)).toThrow("'backupWindow' must be");
  });
});
