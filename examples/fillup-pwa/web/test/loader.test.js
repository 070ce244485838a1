import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused, Unavailable } from '../src/client/api.js';
import { createLoader } from '../src/client/loader.js';

const day = (/** @type {number} */ total) => ({ day: '2026-11-30', goalMillilitres: 2000, totalMillilitres: total, drinks: [] });

test('a change during a load makes it load again, and the older answer is never shown', async () => {
  /** @type {((answer: any) => void)[]} */
  const answers = [];
  /** @type {number[]} */
  const shown = [];
  const load = createLoader({ fetchDay: () => new Promise((resolve) => answers.push(resolve)), onLoaded: ({ totalMillilitres }) => shown.push(totalMillilitres), onFailed: assert.fail });
  const first = load('2026-11-30');
  const second = load('2026-11-30');
  assert.equal(answers.length, 1);
  answers[0](day(1));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answers.length, 2);
  answers[1](day(2));
  await Promise.all([first, second]);
  assert.deepEqual(shown, [2]);
});

test('a change while an answer is being kept makes it load again', async () => {
  /** @type {((value?: any) => void)[]} */
  const kept = [];
  let loads = 0;
  const load = createLoader({ fetchDay: () => Promise.resolve(day(++loads)), onLoaded: () => new Promise((resolve) => kept.push(resolve)), onFailed: assert.fail });
  const first = load('2026-11-30');
  await new Promise((resolve) => setImmediate(resolve));
  const second = load('2026-11-30');
  kept[0]();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(loads, 2);
  kept[1]();
  await Promise.all([first, second]);
});

test('says why it failed, and loads the next time', async () => {
  /** @type {Error[]} */
  const failures = [];
  const reasons = [new Unavailable('away'), new Refused({ code: 'VALIDATION_FAILED', message: 'no day' })];
  const load = createLoader({ fetchDay: () => Promise.reject(reasons[failures.length]), onLoaded: () => assert.fail(), onFailed: (reason) => failures.push(reason) });
  await load('2026-11-30');
  await load('2026-11-30');
  assert.deepEqual(failures, reasons);
});
