import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Refused, Unavailable } from '../src/client/api.js';
import { Flusher } from '../src/client/flusher.js';
import { Outbox } from '../src/model/outbox.js';
import { drink, memory, settled } from './support/fakes.js';

/** @param {any} [over] */
function atWork(over = {}) {
  /** @type {any[]} */
  const log = [];
  const outbox = new Outbox(memory(), () => {});
  const note = (/** @type {string} */ verb) => async (/** @type {any} */ what) => void log.push([verb, what?.id ?? what]);
  const socket = {
    live: false,
    async record(/** @type {any[]} */ drinks) {
      log.push(['batch', drinks.length, Date.now()]);
      return { ids: drinks.map(({ id }) => id), refused: [] };
    },
    ...over.socket,
  };
  const flusher = new Flusher({
    outbox,
    api: /** @type {any} */ ({ record: note('record'), remove: note('remove'), setGoal: note('goal'), ...over.api?.(log) }),
    socket,
    onKept: (entries) => log.push(['kept', ...entries.map(({ key }) => key)]),
    onRefused: (entry, { message }) => log.push(['refused', entry.key, message]),
    onTrouble: (text) => text && log.push(['trouble', text]),
    alone: (round) => round(),
    isOnline: over.isOnline ?? (() => true),
    random: () => 0,
  });
  return { log, outbox, socket, flusher };
}

test('sends by REST, in order, where there is no live connection, and forgets what is kept', async () => {
  const { log, outbox, flusher } = atWork();
  await outbox.record(drink('a'));
  await outbox.remove(drink('z'));
  await outbox.goal(1500);
  const goal = outbox.entries[2].key;
  await flusher.wake();
  assert.deepEqual(log, [['record', 'a'], ['kept', 'record a'], ['remove', 'z'], ['kept', 'remove z'], ['goal', 1500], ['kept', goal]]);
  assert.deepEqual(outbox.entries, []);
});

test('sends drinks live in batches of ten, 100 ms apart', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 5000 });
  try {
    const { log, outbox, socket, flusher } = atWork();
    socket.live = true;
    for (let number = 0; number < 23; number++) await outbox.record(drink(String(number)));
    const done = flusher.wake();
    for (let turn = 0; turn < 60; turn++) {
      await settled();
      mock.timers.tick(10);
    }
    await done;
    const batches = log.filter(([what]) => what === 'batch');
    assert.deepEqual(batches.map(([, size]) => size), [10, 10, 3]);
    for (const index of [1, 2]) assert.ok(batches[index][2] - batches[index - 1][2] >= 100);
  } finally {
    mock.timers.reset();
  }
});

test('keeps what was not acknowledged, and drops with a notice what was refused', async () => {
  const { log, outbox, flusher } = atWork({
    socket: { live: true, record: async () => ({ ids: ['good'], refused: [{ id: 'bad', message: 'too much' }] }) },
  });
  await outbox.record(drink('good'));
  await outbox.record(drink('bad'));
  await flusher.wake();
  assert.deepEqual(log, [['kept', 'record good'], ['refused', 'record bad', 'too much']]);
  assert.deepEqual(outbox.entries, []);
});

test('REST takes over those of a batch that the answer does not name', async () => {
  const { log, outbox, flusher } = atWork({ socket: { live: true, record: async () => ({ ids: ['a'], refused: [] }) } });
  await outbox.record(drink('a'));
  await outbox.record(drink('b'));
  await flusher.wake();
  assert.deepEqual(log, [['kept', 'record a'], ['record', 'b'], ['kept', 'record b']]);
});

test('REST takes over a batch that the live connection did not answer', async () => {
  const { log, outbox, flusher } = atWork({ socket: { live: true, record: () => Promise.reject(new Unavailable('closed')) } });
  await outbox.record(drink('a'));
  await flusher.wake();
  assert.deepEqual(log, [['record', 'a'], ['kept', 'record a']]);
});

test('keeps everything while the server cannot be reached, says so, and tries again', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    let down = true;
    const { log, outbox, flusher } = atWork({
      api: () => ({ record: () => down ? Promise.reject(new Unavailable('The database does not answer.', 3000)) : Promise.resolve() }),
    });
    await outbox.record(drink('a'));
    await flusher.wake();
    assert.deepEqual(log, [['trouble', 'The database does not answer.']]);
    assert.equal(outbox.entries.length, 1);
    down = false;
    mock.timers.tick(2999);
    await settled();
    assert.equal(outbox.entries.length, 1);
    mock.timers.tick(1);
    await settled();
    await settled();
    assert.deepEqual(outbox.entries, []);
  } finally {
    mock.timers.reset();
  }
});

test('tries nothing without a network, and is not troubled by that', async () => {
  const { log, outbox, flusher } = atWork({ isOnline: () => false });
  await outbox.record(drink('a'));
  await flusher.wake();
  assert.deepEqual(log, []);
  assert.equal(outbox.entries.length, 1);
});

test('what the API refuses is dropped with its words; what was deleted already counts as deleted', async () => {
  const { log, outbox, flusher } = atWork({
    api: () => ({
      record: () => Promise.reject(new Refused({ code: 'VALIDATION_FAILED', message: 'millilitres: at most 5000' })),
      remove: () => Promise.reject(new Refused({ code: 'NOT_FOUND', message: 'gone' })),
    }),
  });
  await outbox.record(drink('a'));
  await outbox.remove(drink('b'));
  await flusher.wake();
  assert.deepEqual(log, [['refused', 'record a', 'millilitres: at most 5000'], ['kept', 'remove b']]);
  assert.deepEqual(outbox.entries, []);
});

test('a deletion that the API refuses is dropped with its words', async () => {
  const { log, outbox, flusher } = atWork({ api: () => ({ remove: () => Promise.reject(new Refused({ code: 'VALIDATION_FAILED', message: 'id: not a UUID' })) }) });
  await outbox.remove(drink('b'));
  await flusher.wake();
  assert.deepEqual(log, [['refused', 'remove b', 'id: not a UUID']]);
});

test('what comes while it is at it goes out in the same turn', async () => {
  /** @type {any} */
  let work;
  work = atWork({
    api: (/** @type {any[]} */ log) => ({
      async record(/** @type {any} */ { id }) {
        log.push(['record', id]);
        if (id === 'a') {
          await work.outbox.record(drink('b'));
          void work.flusher.wake();
        }
      },
    }),
  });
  await work.outbox.record(drink('a'));
  await work.flusher.wake();
  assert.deepEqual(work.log.filter((/** @type {any[]} */ [what]) => what === 'record'), [['record', 'a'], ['record', 'b']]);
});
