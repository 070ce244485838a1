import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Unavailable } from '../src/client/api.js';
import { LiveSocket } from '../src/client/socket.js';
import { drink } from './support/fakes.js';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }));
afterEach(() => mock.timers.reset());

/** @param {{ isOnline?: () => boolean, random?: () => number }} [options] */
function connected(options = {}) {
  /** @type {any[]} */
  const opened = [];
  /** @type {string[]} */
  const statuses = [];
  /** @type {string[][]} */
  const changes = [];
  const socket = new LiveSocket({
    url: 'wss://site/ws',
    key: 'KEY',
    onStatus: (status) => statuses.push(status),
    onSettled: () => statuses.push('settled'),
    onChanged: (days) => changes.push(days),
    open(url) {
      const fake = { url, sent: /** @type {any[]} */ ([]), closed: false, send: (/** @type {string} */ text) => fake.sent.push(JSON.parse(text)), close: () => (fake.closed = true) };
      opened.push(fake);
      return /** @type {any} */ (fake);
    },
    isOnline: () => true,
    random: () => 0,
    ...options,
  });
  const say = (/** @type {object} */ message) => opened.at(-1).onmessage({ data: JSON.stringify(message) });
  const welcome = () => {
    opened.at(-1).onopen();
    say({ type: 'welcome' });
  };
  socket.wake();
  return { socket, opened, statuses, changes, say, welcome };
}

test('says hello with the key, and is live when it is welcome', () => {
  const { socket, opened, statuses, welcome } = connected();
  welcome();
  assert.deepEqual(opened[0].sent, [{ action: 'sendMessage', type: 'hello', key: 'KEY' }]);
  assert.deepEqual(statuses, ['connecting', 'live', 'settled']);
  assert.equal(socket.live, true);
});

test('pings every 30 s and gives up 10 s after a ping without a pong', () => {
  const { opened, socket, welcome, say } = connected();
  welcome();
  mock.timers.tick(30_000);
  say({ type: 'pong' });
  mock.timers.tick(30_000);
  assert.deepEqual(opened[0].sent.slice(1), Array(2).fill({ action: 'sendMessage', type: 'ping' }));
  mock.timers.tick(9999);
  assert.equal(opened[0].closed, false);
  mock.timers.tick(1);
  assert.equal(opened[0].closed, true);
  assert.equal(socket.live, false);
});

test('when the page is looked at again it asks at once whether the connection lives, and one answer is enough', () => {
  const { socket, opened, welcome, say } = connected();
  welcome();
  socket.wake();
  socket.wake();
  assert.equal(opened[0].sent.length, 3);
  say({ type: 'pong' });
  mock.timers.tick(10_000);
  assert.equal(opened[0].closed, false);
});

test('comes back after a while, says that nobody is there after the second failure, and starts over once welcome', () => {
  const { opened, statuses, welcome } = connected({ random: () => 1 });
  const waits = [];
  for (let failures = 1; failures <= 6; failures++) {
    opened.at(-1).onclose();
    let waited = 0;
    for (; opened.length === failures; waited += 1000) mock.timers.tick(1000);
    waits.push(waited);
  }
  assert.deepEqual(waits, [2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.deepEqual(statuses.slice(0, 6), ['connecting', 'connecting', 'settled', 'connecting', 'offline', 'settled']);
  welcome();
  opened.at(-1).onclose();
  mock.timers.tick(2000);
  assert.equal(opened.length, 8);
});

test('gives up on a server that opens and does not say welcome', () => {
  const { opened } = connected();
  opened[0].onopen();
  mock.timers.tick(10_000);
  assert.equal(opened[0].closed, true);
});

test('a batch is done when the server names it', async () => {
  const { socket, opened, welcome, say } = connected();
  welcome();
  const recorded = socket.record([drink('a'), drink('b')]);
  assert.deepEqual(opened[0].sent[1], { action: 'sendMessage', type: 'record', drinks: [drink('a'), drink('b')] });
  say({ type: 'recorded', ids: ['of another time'] });
  say({ type: 'recorded', ids: ['a'], refused: [{ id: 'b', message: 'too much' }] });
  assert.deepEqual(await recorded, { ids: ['a'], refused: [{ id: 'b', message: 'too much' }] });
});

test('a batch fails when the connection breaks, the server complains, or 10 s pass', async () => {
  const { socket, opened, welcome, say } = connected();
  welcome();
  const complained = socket.record([drink('a')]);
  say({ message: 'Internal server error', connectionId: 'x' });
  await assert.rejects(complained, new Unavailable('Internal server error'));
  const late = socket.record([drink('a')]);
  mock.timers.tick(10_000);
  await assert.rejects(late, new Unavailable('The server did not answer.'));
  mock.timers.tick(1000);
  welcome();
  const broken = socket.record([drink('a')]);
  opened.at(-1).onclose();
  await assert.rejects(broken, new Unavailable('The connection was closed.'));
});

test('passes on which days have changed', () => {
  const { changes, welcome, say } = connected();
  welcome();
  say({ type: 'changed', days: ['2026-11-30'] });
  say({ type: 'changed' });
  assert.deepEqual(changes, [['2026-11-30'], []]);
});

test('does not try without a network, and at once when it is back', () => {
  let online = false;
  const { socket, opened, statuses } = connected({ isOnline: () => online });
  assert.deepEqual([opened.length, statuses], [0, ['offline']]);
  online = true;
  socket.wake();
  assert.equal(opened.length, 1);
});

test('drops the connection when the network goes, and does not try again by itself', () => {
  const { socket, opened, statuses, welcome } = connected();
  welcome();
  socket.sleep();
  mock.timers.tick(60_000);
  assert.deepEqual([opened.length, opened[0].closed, statuses.at(-1)], [1, true, 'offline']);
});
