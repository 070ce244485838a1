import { REFUSALS } from '../../../src/operations/alarm-rules/database-rules';

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
