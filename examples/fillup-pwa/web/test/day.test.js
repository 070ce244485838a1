import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf, momentOn, nameOf, shift, weekUpTo } from '../src/model/day.js';

test('a day is the one of the clock on the wall', () => {
  assert.equal(dayOf(new Date(2026, 0, 5, 23, 59)), '2026-01-05');
  assert.equal(dayOf(new Date(2026, 0, 6, 0, 1)), '2026-01-06');
});

test('goes over the ends of months, years and summer time', () => {
  assert.equal(shift('2026-12-31', 1), '2027-01-01');
  assert.equal(shift('2028-03-01', -1), '2028-02-29');
  for (const zone of ['Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Apia']) {
    process.env.TZ = zone;
    assert.equal(shift('2026-03-28', 2), '2026-03-30', zone);
    assert.equal(shift('2026-10-24', 2), '2026-10-26', zone);
  }
  delete process.env.TZ;
});

test('a week is seven days, the shown one last', () => {
  assert.deepEqual(weekUpTo('2026-03-02'), ['2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
});

test('a drink of another day is said to be drunk at this time of that day', () => {
  const now = new Date(2026, 10, 30, 8, 15, 30);
  assert.equal(momentOn('2026-11-28', now), new Date(2026, 10, 28, 8, 15, 30).toISOString());
});

test('the days around now have names', () => {
  assert.equal(nameOf('2026-11-30', '2026-11-30'), 'Today');
  assert.equal(nameOf('2026-11-29', '2026-11-30'), 'Yesterday');
  assert.equal(nameOf('2026-11-27', '2026-11-30', 'en-GB'), 'Friday 27 November');
});
