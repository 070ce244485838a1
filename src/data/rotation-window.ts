// [internal] When a password is rotated: at midnight, or in a window of one weekday, for databases that do not run at night.
import { Duration, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';

/** Days from which on a window is used once a month: between two first weekdays of months lie 28 or 35. */
const MONTH = 28;
const WEEK = 7;
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** What a schedule of Secrets Manager is told. */
export interface RotationTimes {
  readonly scheduleExpression: string;
  readonly duration: string;
}

/**
 * The times of a rotation. Fails on a window that Secrets Manager does not take, and on one that opens less often than the password is to be rotated.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function rotationTimes(every: Duration, window?: string): RotationTimes {
  // a rate opens its window at midnight; unlimited, it would stay open all day
  if (window === undefined) return { scheduleExpression: events.Schedule.rate(every).expressionString, duration: '1h' };
  const { day, from, hours } = readWindow(window);
  // of a number that is known only at deployment, rather too often
  const days = every.isUnresolved() ? WEEK : every.toDays();
  if (days < WEEK) throw new Error(`'secretRotation' must be ${WEEK} days or more beside 'rotationWindow', which opens once a week, got ${days}: leave the window out`);
  const weekDay = days < MONTH ? day : `${WEEKDAYS.indexOf(day) + 1}#1`;
  return { scheduleExpression: `cron(0 ${from} ? * ${weekDay} *)`, duration: `${hours}h` };
}

/** The window and the hour after it, as cron expressions take them. */
export function hoursToLook(window?: string): { readonly hour: string; readonly weekDay?: string } {
  if (window === undefined) return { hour: '0-1' };
  const { day, from, hours } = readWindow(window);
  return { hour: `${from}-${Math.min(from + hours, 23)}`, weekDay: day };
}

function readWindow(window: string): { readonly day: string; readonly from: number; readonly hours: number } {
  if (Token.isUnresolved(window)) throw new Error("'rotationWindow' must be known at synthesis, got a token: schedules are calculated from it, so write it out");
  const [, day, from, lastDay, to] = /^([a-z]{3}):(\d\d):00-([a-z]{3}):(\d\d):00$/i.exec(window)?.map((part) => part.toUpperCase()) ?? [];
  const hours = Number(to) - Number(from);
  if (WEEKDAYS.includes(day) && day === lastDay && hours > 0 && Number(to) < 24) return { day, from: Number(from), hours };
  throw new Error(`'rotationWindow' must be ddd:hh:00-ddd:hh:00 in UTC, one or more whole hours within a day, got '${window}': write such as 'mon:08:00-mon:09:00'`);
}
