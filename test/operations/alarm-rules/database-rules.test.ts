import { CfnResource } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import * as fc from 'fast-check';
import { StandardAlarms } from '../../../src';
import { REFUSALS } from '../../../src/operations/alarm-rules/database-rules';
import { testStack } from '../../harness';

/** What a filter of quoted phrases, each with a question mark, matches: lines that contain any of them. */
const matches = (line: string): boolean => REFUSALS.some((phrase) => line.includes(phrase));
const line = (text: string): string => `2026-01-05 09:12:44 UTC:10.0.11.87(51422):app@shop:[4711]:${text}`;

test.each([
  'FATAL:  password authentication failed for user "app"',
  'FATAL:  PAM authentication failed for user "reporting"',
  'FATAL:  no pg_hba.conf entry for host "10.0.11.87", user "app", database "shop", no encryption',
  'FATAL:  sorry, too many clients already',
  'FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute',
  'FATAL:  remaining connection slots are reserved for non-replication superuser connections',
  'FATAL:  too many connections for role "app"',
  'FATAL:  too many connections for database "shop"',
])('a refused connection is counted: %s', (text) => {
  expect(matches(line(text))).toBe(true);
});

test.each([
  'FATAL:  terminating connection due to administrator command',
  'FATAL:  terminating connection due to idle-in-transaction timeout',
  'FATAL:  connection to client lost',
  'LOG:  could not receive data from client: Connection reset by peer',
  'DETAIL:  Connection matched pg_hba.conf line 13: "hostssl all all all md5"',
  'LOG:  duration: 1201.772 ms  statement: SELECT count(*) FROM orders',
  'ERROR:  duplicate key value violates unique constraint "orders_pkey"',
])('what is none is not: %s', (text) => {
  expect(matches(line(text))).toBe(false);
});

test('the phrases hold no quotation mark, which would end them in the filter pattern', () => {
  expect(REFUSALS.filter((phrase) => /["\\]/.test(phrase))).toEqual([]);
});

describe('the lag of a read replica', () => {
  const stack = testStack();
  const replica = new CfnResource(stack, 'Replica', { type: 'AWS::RDS::DBInstance', properties: { SourceDBInstanceIdentifier: 'primary' } });
  const alarm = new StandardAlarms(stack, 'Alarms').monitor(replica).find(({ node }) => node.id === 'ReplicaLag')!.node.defaultChild as CfnAlarm;

  /** Whether the alarm fires within some hours of a lag, which RDS measures every minute. */
  const fires = (lagAt: (second: number) => number, firstMeasure: number): boolean => {
    const minutes = Array.from({ length: 240 }, (_, minute) => lagAt(firstMeasure + minute * 60));
    const perPeriod = alarm.period! / 60;
    const breaching = Array.from({ length: minutes.length / perPeriod }, (_, index) => minutes.slice(index * perPeriod, (index + 1) * perPeriod))
      .map((measured) => (alarm.statistic === 'Minimum' ? Math.min(...measured) : measured.reduce((sum, lag) => sum + lag, 0) / measured.length) > alarm.threshold!);
    return breaching.some((_, index) => breaching.slice(index, index + alarm.evaluationPeriods!).filter(Boolean).length >= alarm.datapointsToAlarm!);
  };

  test('that only seems to be one, since nothing is written between two segments of the log, is no alarm', () => {
    const phases = fc.integer({ min: 0, max: 320 });
    fc.assert(fc.property(fc.integer({ min: 300, max: 320 }), phases, fc.integer({ min: 0, max: 59 }), (every, phase, firstMeasure) => {
      expect(fires((second) => (second + phase) % every, firstMeasure)).toBe(false);
    }));
  });

  test('of a replica that is behind all the time is one, also where nothing else is written', () => {
    fc.assert(fc.property(fc.integer({ min: 91, max: 3600 }), fc.integer({ min: 0, max: 320 }), (behind, phase) => {
      expect(fires((second) => behind + (second + phase) % 300, 0)).toBe(true);
      expect(fires(() => behind, 0)).toBe(true);
    }));
  });

  test('of a replica that no longer follows is one', () => {
    expect(fires((second) => second, 0)).toBe(true);
  });
});
