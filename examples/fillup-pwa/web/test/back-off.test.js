import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOff, LONGEST, SHORTEST } from '../src/model/back-off.js';

test('waits between 1 s and 30 s, whatever the attempt and the chance', () => {
  for (const attempt of [0, 1, 4, 5, 10, 1000]) {
    for (const chance of [0, 0.5, 0.999_999]) {
      const wait = backOff(attempt, () => chance);
      assert.ok(wait >= SHORTEST && wait <= LONGEST, `${wait} ms at attempt ${attempt}`);
    }
  }
});

test('may wait twice as long each time', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((attempt) => backOff(attempt, () => 1)), [2000, 4000, 8000, 16_000, 30_000, 30_000]);
});
