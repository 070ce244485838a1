import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextOf, Outbox } from '../src/model/outbox.js';
import { drink, memory } from './support/fakes.js';

const opened = () => {
  const storage = memory();
  return { storage, outbox: new Outbox(storage, () => {}, () => 1000) };
};
const keys = (/** @type {Outbox} */ outbox) => outbox.entries.map(({ key }) => key);

test('keeps the order in which things were done, also within one millisecond', async () => {
  const { outbox } = opened();
  for (const id of ['b', 'a', 'c']) await outbox.record(drink(id));
  await outbox.goal(1500);
  assert.deepEqual(keys(outbox), ['record b', 'record a', 'record c', 'goal 1003']);
});

test('is shown at once and found again after the page', async () => {
  const { storage, outbox } = opened();
  const written = outbox.record(drink('a'));
  assert.deepEqual(keys(outbox), ['record a']);
  await written;
  const next = new Outbox(storage, () => {});
  await next.load();
  assert.deepEqual(keys(next), ['record a']);
});

test('what is done while it is being read is not lost', async () => {
  const { outbox } = opened();
  const loading = outbox.load();
  await outbox.record(drink('a'));
  await loading;
  assert.deepEqual(keys(outbox), ['record a']);
});

test('forgets a deleted drink that was never sent', async () => {
  const { storage, outbox } = opened();
  await outbox.record(drink('a'));
  await outbox.remove(drink('a'));
  assert.deepEqual(keys(outbox), []);
  assert.deepEqual(await storage.all(), []);
});

test('deletes after recording where the drink may have been sent', async () => {
  const { outbox } = opened();
  await outbox.record(drink('a'));
  await outbox.markSent(outbox.entries);
  await outbox.remove(drink('a'));
  assert.deepEqual(keys(outbox), ['record a', 'remove a']);
});

test('takes a deletion back until it is sent', async () => {
  const { outbox } = opened();
  await outbox.remove(drink('a'));
  assert.equal(outbox.keep('a'), true);
  assert.deepEqual(keys(outbox), []);
  await outbox.remove(drink('b'));
  await outbox.markSent(outbox.entries);
  assert.equal(outbox.keep('b'), false);
  assert.deepEqual(keys(outbox), ['remove b']);
});

test('a new goal takes the place of one that was not sent, not of one on its way', async () => {
  const { outbox } = opened();
  await outbox.goal(1500);
  await outbox.goal(1750);
  assert.deepEqual(outbox.entries.map((entry) => entry.does === 'goal' && entry.millilitres), [1750]);
  await outbox.markSent(outbox.entries);
  await outbox.goal(2500);
  assert.deepEqual(outbox.entries.map((entry) => entry.does === 'goal' && entry.millilitres), [1750, 2500]);
});

test('goes out as up to ten drinks together, or one other thing, and never out of order', async () => {
  const { outbox } = opened();
  for (let number = 0; number < 12; number++) await outbox.record(drink(String(number)));
  await outbox.remove(drink('x'));
  await outbox.goal(1500);
  await outbox.record(drink('last'));
  const rounds = [];
  while (outbox.entries.length > 0) {
    const next = nextOf(outbox.entries);
    rounds.push(next.length === 1 ? next[0].does : next.length);
    await outbox.acknowledge(next.map(({ key }) => key));
  }
  assert.deepEqual(rounds, [10, 2, 'remove', 'goal', 'record']);
});
