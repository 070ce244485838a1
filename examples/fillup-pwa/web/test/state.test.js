import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, reduce, viewOf } from '../src/model/state.js';
import { drink } from './support/fakes.js';

const TODAY = '2026-11-30';
const loaded = (/** @type {any[]} */ ...drinks) => reduce(initialState(TODAY), {
  type: 'loaded',
  days: [{ day: TODAY, goalMillilitres: 1800, totalMillilitres: 0, drinks }],
});
const record = (/** @type {any} */ one, order = 1) => /** @type {const} */ ({ key: `record ${one.id}`, order, does: 'record', drink: one });
const remove = (/** @type {any} */ one, order = 1) => /** @type {const} */ ({ key: `remove ${one.id}`, order, does: 'remove', drink: one });
const at = (/** @type {any} */ one, /** @type {string} */ time) => ({ ...one, drunkAt: `${TODAY}T${time}:00Z` });

test('shows what is being recorded and not what is being deleted, the newest first', () => {
  const state = reduce(loaded(at(drink('old'), '08:00'), at(drink('gone'), '09:00')), {
    type: 'outbox',
    entries: [remove(drink('gone')), record(at(drink('new', 330), '10:00'), 2), record(drink('elsewhere', 100, '2026-11-29'), 3)],
  });
  const { drinks, total, goal } = viewOf(state);
  assert.deepEqual(drinks.map(({ id, pending }) => [id, pending]), [['new', true], ['old', false]]);
  assert.deepEqual([total, goal], [580, 1800]);
  assert.equal(viewOf(state, '2026-11-29').total, 100);
});

test('counts a drink once while both the server and the outbox have it', () => {
  const state = reduce(loaded(drink('a')), { type: 'outbox', entries: [record(drink('a'))] });
  assert.deepEqual([viewOf(state).total, viewOf(state).drinks.length], [250, 1]);
});

test('what the server took stays shown before the day is loaded again', () => {
  let state = loaded(drink('b'));
  state = reduce(state, { type: 'kept', entries: [record(drink('a')), remove(drink('b')), { key: 'goal 1', order: 3, does: 'goal', millilitres: 2500 }] });
  assert.deepEqual(viewOf(state).drinks.map(({ id }) => id), ['a']);
  assert.deepEqual([state.days[TODAY].totalMillilitres, viewOf(state).goal, state.goal], [250, 2500, 2500]);
});

test('a wished goal counts at once, the last one if there are two', () => {
  const goals = [1500, 2250].map((millilitres, order) => /** @type {const} */ ({ key: `goal ${order}`, order, does: 'goal', millilitres }));
  assert.equal(viewOf(reduce(loaded(), { type: 'outbox', entries: goals })).goal, 2250);
});

test('a day that was never loaded has the goal that is known, and says so', () => {
  assert.deepEqual(viewOf(loaded(), '2026-11-01'), { day: '2026-11-01', known: false, drinks: [], goal: 1800, total: 0 });
});

test('who looks at today looks at the new day after midnight; who looks at another day stays', () => {
  assert.equal(reduce(loaded(), { type: 'today', today: '2026-12-01' }).day, '2026-12-01');
  const past = reduce(loaded(), { type: 'selected', day: '2026-11-28' });
  assert.equal(reduce(past, { type: 'today', today: '2026-12-01' }).day, '2026-11-28');
});

test('there is no tomorrow', () => {
  assert.equal(reduce(loaded(), { type: 'selected', day: '2026-12-01' }).day, TODAY);
});

test('shows three notices at most, and of deletions the last', () => {
  let state = loaded();
  for (const id of [1, 2, 3, 4]) state = reduce(state, { type: 'notice', notice: { id, tone: 'trouble', text: '' } });
  for (const id of [5, 6]) state = reduce(state, { type: 'notice', notice: { id, tone: 'info', text: '', drink: drink(String(id)) } });
  assert.deepEqual(state.notices.map(({ id }) => id), [3, 4, 6]);
  assert.deepEqual(reduce(state, { type: 'dismissed', id: 6 }).notices.some(({ id }) => id === 6), false);
});
