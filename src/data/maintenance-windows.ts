// [internal] The two windows of an instance: read, checked, and kept apart.
import { Token } from 'aws-cdk-lib';

const DAY = 24 * 60;
const WEEK = 7 * DAY;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const SHORTEST = 30;

/** A stretch of minutes on a circle, the day or the week. */
interface Window {
  readonly start: number;
  readonly length: number;
}

/**
 * Fail unless both windows are well formed, at least 30 minutes long, and apart from each other. Either may be a token.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
export function checkWindows(backupWindow: string, maintenanceWindow: string): void {
  const backup = Token.isUnresolved(backupWindow) ? undefined : parseBackupWindow(backupWindow);
  const maintenance = Token.isUnresolved(maintenanceWindow) ? undefined : parseMaintenanceWindow(maintenanceWindow);
  if (backup === undefined || maintenance === undefined) return;
  if (DAYS.some((_, day) => meet({ start: day * DAY + backup.start, length: backup.length }, maintenance))) {
    throw new Error(`'backupWindow' must not overlap 'maintenanceWindow', got '${backupWindow}' and '${maintenanceWindow}': `
      + 'RDS refuses such a pair, move one of them');
  }
}

function parseBackupWindow(text: string): Window {
  const [, start, end] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? [];
  return between(minuteOfDay(start), minuteOfDay(end), DAY,
    `'backupWindow' must be hh:mm-hh:mm in UTC and at least ${SHORTEST} minutes long, got '${text}': write such as '03:00-04:00'`);
}

function parseMaintenanceWindow(text: string): Window {
  const [, startDay, start, endDay, end] = /^([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)$/i.exec(text) ?? [];
  return between(minuteOfWeek(startDay, start), minuteOfWeek(endDay, end), WEEK,
    `'maintenanceWindow' must be ddd:hh:mm-ddd:hh:mm in UTC and at least ${SHORTEST} minutes long, got '${text}': write such as 'sun:04:00-sun:05:00'`);
}

/** The window between two minutes of a circle. One that ends before it starts runs past midnight, or past Sunday. */
function between(start: number, end: number, circle: number, message: string): Window {
  const length = (end - start + circle) % circle;
  // a malformed time is NaN, and so is any length made with it
  if (!(length >= SHORTEST)) throw new Error(message);
  return { start, length };
}

function minuteOfDay(time: string | undefined): number {
  const [hour, minute] = (time ?? '').split(':').map(Number);
  return hour < 24 && minute < 60 ? hour * 60 + minute : NaN;
}

function minuteOfWeek(day: string | undefined, time: string | undefined): number {
  const index = DAYS.indexOf((day ?? '').toLowerCase());
  return index >= 0 ? index * DAY + minuteOfDay(time) : NaN;
}

/** Whether two stretches of the week share a minute. One that starts when the other ends does not. */
function meet(one: Window, other: Window): boolean {
  const distance = (from: number, to: number) => (((to - from) % WEEK) + WEEK) % WEEK;
  return distance(one.start, other.start) < one.length || distance(other.start, one.start) < other.length;
}
