import { Duration, Lazy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { databaseStack } from './plain-network';
import { hoursToLook, rotationTimes } from '../../src/data/rotation-window';

test('without a window the password is rotated at midnight, with one on its weekday: once a week, from 28 days on once a month', () => {
  expect(rotationTimes(Duration.days(30))).toEqual({ scheduleExpression: 'rate(30 days)', duration: '1h' });
  expect(rotationTimes(Duration.days(30), 'mon:08:00-mon:09:00')).toEqual({ scheduleExpression: 'cron(0 8 ? * 2#1 *)', duration: '1h' });
  expect(rotationTimes(Duration.days(28), 'SAT:20:00-SAT:23:00')).toEqual({ scheduleExpression: 'cron(0 20 ? * 7#1 *)', duration: '3h' });
  expect(rotationTimes(Duration.days(27), 'sun:00:00-sun:01:00')).toEqual({ scheduleExpression: 'cron(0 0 ? * SUN *)', duration: '1h' });
  expect(rotationTimes(Duration.days(Lazy.number({ produce: () => 90 })), 'tue:08:00-tue:09:00').scheduleExpression).toBe('cron(0 8 ? * TUE *)');
  expect([undefined, 'mon:08:00-mon:09:00', 'SAT:20:00-SAT:23:00'].map((window) => hoursToLook(window))).toEqual([
    { hour: '0-1' }, { hour: '8-9', weekDay: 'MON' }, { hour: '20-23', weekDay: 'SAT' },
  ]);
});

test.each(['', 'mon:08:00', 'mon:08:30-mon:09:30', 'mon:23:00-tue:00:00', 'mon:09:00-mon:08:00', 'mon:08:00-mon:08:00', 'xyz:08:00-xyz:09:00', 'mon:08:00-mon:24:00'])(
  "fails on '%s'", (window) => {
    expect(() => rotationTimes(Duration.days(30), window)).toThrow(
      `'rotationWindow' must be ddd:hh:00-ddd:hh:00 in UTC, one or more whole hours within a day, got '${window}': write such as 'mon:08:00-mon:09:00'`);
  });

test('fails on a window that opens less often than the password is to be rotated, and on one known only at deployment', () => {
  expect(() => rotationTimes(Duration.days(6), 'mon:08:00-mon:09:00')).toThrow(
    "'secretRotation' must be 7 days or more beside 'rotationWindow', which opens once a week, got 6: leave the window out");
  expect(() => rotationTimes(Duration.days(30), Lazy.string({ produce: () => 'x' }))).toThrow("'rotationWindow' must be known at synthesis, got a token");
});

test('the URL is looked at in and after the window', () => {
  const template = Template.fromStack(databaseStack({ rotationWindow: 'mon:08:00-mon:09:00' }, 'prod').stack);
  template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', { RotationRules: { ScheduleExpression: 'cron(0 8 ? * 2#1 *)', Duration: '1h' } });
  template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(0/15 8-9 ? * MON *)' });
  expect(() => databaseStack({ rotationWindow: 'mon:08:00-mon:09:00' }, 'dev')).not.toThrow();
  Template.fromStack(databaseStack({ rotationWindow: 'mon:08:00-mon:09:00' }, 'dev').stack).hasResourceProperties('AWS::RDS::DBInstance', Match.anyValue());
});
