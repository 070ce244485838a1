import * as fc from 'fast-check';
import { admitsInternet, ConnectionEnd, contains, GroupRule, refusal, SecurityGroup } from '../../integ/sandbox/security-groups';

const ANYWHERE: GroupRule = { protocol: '-1', cidrs: ['0.0.0.0/0'], groupIds: [] };
const rule = (port: number, source: Partial<GroupRule>): GroupRule => ({ protocol: 'tcp', fromPort: port, toPort: port, cidrs: [], groupIds: [], ...source });
const group = (id: string, ingress: GroupRule[], egress: GroupRule[] = [ANYWHERE]): SecurityGroup => ({ id: `sg-${id}`, name: id, ingress, egress });
const end = (name: string, groups: SecurityGroup[], cidr = '10.0.11.0/24'): ConnectionEnd => ({ name, groups, cidrs: [cidr] });

const tasks = end('tasks', [group('tasks', [])]);

describe('a connection', () => {
  test("passes by a rule for the other side's group", () => {
    expect(refusal(tasks, end('database', [group('database', [rule(5432, { groupIds: ['sg-tasks'] })])]), 5432)).toBeUndefined();
  });

  test("passes by a rule for the other side's subnets", () => {
    expect(refusal(tasks, end('database', [group('database', [rule(5432, { cidrs: ['10.0.0.0/16'] })])]), 5432)).toBeUndefined();
  });

  test('passes by one of several groups', () => {
    const database = end('database', [group('one', []), group('two', [rule(5432, { groupIds: ['sg-tasks'] })])]);
    expect(refusal(tasks, database, 5432)).toBeUndefined();
  });

  test.each([
    ['another port', [rule(5433, { groupIds: ['sg-tasks'] })]],
    ['another group', [rule(5432, { groupIds: ['sg-others'] })]],
    ['other addresses', [rule(5432, { cidrs: ['10.0.12.0/24'] })]],
    ['another protocol', [rule(5432, { groupIds: ['sg-tasks'], protocol: 'udp' })]],
    ['nobody', []],
  ])('is dropped by a group whose rule is for %s', (_, ingress) => {
    expect(refusal(tasks, end('database', [group('database', ingress)]), 5432))
      .toBe('no security group of database (database sg-database) has an ingress rule for tasks (tasks sg-tasks) on port 5432');
  });

  test('is dropped when the side that opens it may not send', () => {
    const silent = end('tasks', [group('tasks', [], [rule(443, { cidrs: ['0.0.0.0/0'] })])]);
    expect(refusal(silent, end('database', [group('database', [ANYWHERE])]), 5432))
      .toBe('no security group of tasks (tasks sg-tasks) has an egress rule to database on port 5432');
  });

  test('is dropped by an end without groups', () => {
    expect(refusal(tasks, end('database', []), 5432)).toMatch(/^no security group of database \(none\)/);
  });
});

test('everybody is admitted by a rule for all addresses alone', () => {
  expect(admitsInternet([group('balancer', [rule(80, { cidrs: ['0.0.0.0/0'] })])], 80)).toBe(true);
  expect(admitsInternet([group('balancer', [rule(80, { cidrs: ['10.0.0.0/8'] })])], 80)).toBe(false);
  expect(admitsInternet([group('balancer', [rule(443, { cidrs: ['0.0.0.0/0'] })])], 80)).toBe(false);
});

describe('a block of addresses', () => {
  const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));

  test('lies in itself and in every block', () => {
    fc.assert(fc.property(address, fc.nat(32), (base, length) => {
      expect(contains(`${base}/${length}`, `${base}/${length}`)).toBe(true);
      expect(contains('0.0.0.0/0', `${base}/${length}`)).toBe(true);
    }));
  });

  test('does not lie in a smaller one', () => {
    expect(contains('10.0.1.0/25', '10.0.1.0/24')).toBe(false);
    expect(contains('10.0.1.0/24', '10.0.2.0/24')).toBe(false);
    expect(contains('192.168.0.0/16', '192.168.255.255')).toBe(true);
  });
});
