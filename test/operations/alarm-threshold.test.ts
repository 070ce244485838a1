import { CfnParameter, Duration, Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { AlarmThreshold } from '../../src';
import { testStack } from '../harness';

const STANDARD = AlarmThreshold.percent(80, { period: Duration.minutes(1), periods: 5, datapoints: 3 });
const settled = (given: AlarmThreshold): unknown[] => {
  const { value, unit, period, periods, datapoints } = given._over(STANDARD);
  return [value, unit, period.toMinutes(), periods, datapoints];
};

describe('what a threshold leaves open is the rule\'s', () => {
  test.each([
    ['a value alone', AlarmThreshold.percent(60), [60, 'percent', 1, 5, 3]],
    ['another period', AlarmThreshold.percent(60, { period: Duration.minutes(5) }), [60, 'percent', 5, 5, 3]],
    ['other periods, all of which must pass', AlarmThreshold.percent(60, { periods: 2 }), [60, 'percent', 1, 2, 2]],
    ['other datapoints', AlarmThreshold.percent(60, { datapoints: 5 }), [60, 'percent', 1, 5, 5]],
    ['the rule\'s value, evaluated otherwise', AlarmThreshold.standard({ periods: 10, datapoints: 8 }), [80, 'percent', 1, 10, 8]],
    ['another unit', AlarmThreshold.count(7), [7, 'count', 1, 5, 3]],
    ['seconds with a fraction', AlarmThreshold.seconds(0.5), [0.5, 'seconds', 1, 5, 3]],
    ['a size', AlarmThreshold.gibibytes(2), [2, 'gibibytes', 1, 5, 3]],
  ])('%s', (_, given, expected) => {
    expect(settled(given)).toEqual(expected);
  });

  test('an evaluation is always one CloudWatch takes: datapoints of periods, a day or less', () => {
    const count = fc.integer({ min: 1, max: 24 });
    fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), count, count, (minutes, periods, datapoints) => {
      fc.pre(datapoints <= periods);
      const { period, ...evaluation } = AlarmThreshold.standard({ period: Duration.minutes(minutes), periods, datapoints })._over(STANDARD);
      expect(evaluation.datapoints).toBeLessThanOrEqual(evaluation.periods);
      expect(period.toSeconds() * evaluation.periods).toBeLessThanOrEqual(86_400);
    }));
  });
});

describe('bad input', () => {
  test.each([
    [() => AlarmThreshold.percent(101), "'percent' of an alarm threshold must be 0 to 100, got 101: give a share, or the number itself as AlarmThreshold.count()"],
    [() => AlarmThreshold.percent(-1), "'percent' of an alarm threshold must be 0 to 100, got -1: give a share, or the number itself as AlarmThreshold.count()"],
    [() => AlarmThreshold.percent(NaN), "'percent' of an alarm threshold must be 0 to 100, got NaN: give a share, or the number itself as AlarmThreshold.count()"],
    [() => AlarmThreshold.count(-1), "'count' of an alarm threshold must be 0 or more, got -1: a metric below zero does not exist, so choose 0 or more"],
    [() => AlarmThreshold.seconds(Infinity), "'seconds' of an alarm threshold must be 0 or more, got Infinity: a metric below zero does not exist, so choose 0 or more"],
    [() => AlarmThreshold.gibibytes(-2), "'gibibytes' of an alarm threshold must be 0 or more, got -2: a metric below zero does not exist, so choose 0 or more"],
    [() => AlarmThreshold.count(1, { periods: 0 }), "'periods' must be 1 to 1440, got 0: choose a whole number of periods, a day of minutes at most"],
    [() => AlarmThreshold.count(1, { periods: 2, datapoints: 3 }),
      "'datapoints' must be 1 to 2, got 3: no more periods can pass the threshold than 'periods' looks at, so lower it or raise 'periods'"],
    [() => AlarmThreshold.count(1, { period: Duration.seconds(90) }),
      "'period' must be whole minutes, at most a day, got 90 seconds: AWS services publish their metrics every minute, so choose whole minutes"],
    [() => AlarmThreshold.count(1, { period: Duration.seconds(30) }),
      "'period' must be whole minutes, at most a day, got 30 seconds: AWS services publish their metrics every minute, so choose whole minutes"],
    [() => AlarmThreshold.count(1, { period: Duration.millis(60001) }),
      "'period' must be whole minutes, at most a day, got 60.001 seconds: AWS services publish their metrics every minute, so choose whole minutes"],
    // what encodes a token is a number, and now and then a multiple of 60: then it would have passed
    [() => AlarmThreshold.count(1, { period: Duration.seconds(Token.asNumber({ Ref: 'Seconds' })) }),
      "'period' must be known at synthesis, since a metric is asked for by it, got a token: write the time out"],
    [() => AlarmThreshold.standard({ datapoints: 6 })._over(STANDARD), "'datapoints' must be 1 to 5, got 6: of 5 periods no more can pass the threshold, so lower it or raise 'periods'"],
    [() => AlarmThreshold.standard({ period: Duration.minutes(30), periods: 49 })._over(STANDARD),
      "'period' times 'periods' must be at most a day, got 49 x 1800 seconds: CloudWatch looks back no further, so lower either"],
    [() => AlarmThreshold.standard({ period: Duration.hours(1), periods: 169 })._over(STANDARD),
      "'period' times 'periods' must be at most 7 days, got 169 x 3600 seconds: CloudWatch looks back no further, so lower either"],
  ])('fails: %#', (make, message) => {
    expect(make).toThrow(new Error(message));
  });

  test.each([
    ['0 and 100 %', () => [AlarmThreshold.percent(0), AlarmThreshold.percent(100)]],
    ['7 days of hours', () => AlarmThreshold.standard({ period: Duration.hours(1), periods: 168 })._over(STANDARD)],
    ['periods that are a token', () => AlarmThreshold.standard({ periods: new CfnParameter(testStack(), 'N', { type: 'Number' }).valueAsNumber, datapoints: 3 })
      ._over(STANDARD)],
    ['a token', () => AlarmThreshold.percent(new CfnParameter(testStack(), 'Limit', { type: 'Number' }).valueAsNumber)],
  ])('passes: %s', (_, make) => {
    expect(make).not.toThrow();
  });
});
