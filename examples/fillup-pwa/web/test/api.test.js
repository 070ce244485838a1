import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi, Refused, Unavailable } from '../src/client/api.js';
import { drink } from './support/fakes.js';

/** @param {() => Response | Promise<Response>} answer */
function asked(answer) {
  /** @type {any[]} */
  const requests = [];
  const api = createApi({
    key: 'KEY',
    async fetch(path, { method, headers, body } = {}) {
      requests.push({ path, method, headers, body });
      return answer();
    },
  });
  return { api, requests };
}

/**
 * @param {number} status
 * @param {string} code
 * @param {Record<string, string>} [headers]
 */
const failure = (status, code, headers) => () => Response.json({ error: { code, message: 'Because.', requestId: 'r-1' } }, { status, headers });

test('asks with the journal key, and writes JSON', async () => {
  const { api, requests } = asked(() => Response.json({}, { status: 201 }));
  await api.record(drink('a'));
  await api.day('2026-11-30');
  assert.deepEqual(requests, [
    { path: '/api/drinks', method: 'POST', headers: { 'authorization': 'Bearer KEY', 'content-type': 'application/json' }, body: JSON.stringify(drink('a')) },
    { path: '/api/days/2026-11-30', method: 'GET', headers: { authorization: 'Bearer KEY' }, body: undefined },
  ]);
});

test('an answer without a body is an answer', async () => {
  const { api } = asked(() => new Response(null, { status: 204 }));
  assert.equal(await api.remove('a'), undefined);
});

test('what the API refuses comes with its code, words and reference', async () => {
  for (const [status, code] of /** @type {[number, string][]} */ ([[400, 'VALIDATION_FAILED'], [404, 'NOT_FOUND'], [409, 'CONFLICT']])) {
    const reason = await asked(failure(status, code)).api.record(drink('a')).catch((error) => error);
    assert.ok(reason instanceof Refused);
    assert.deepEqual([reason.code, reason.message, reason.requestId], [code, 'Because.', 'r-1']);
  }
});

test('a server that is ill, in a hurry or not sure who asks is asked again later', async () => {
  for (const [status, code] of /** @type {[number, string][]} */ ([[500, 'INTERNAL_ERROR'], [503, 'DATABASE_UNAVAILABLE'], [401, 'UNAUTHORIZED']])) {
    await assert.rejects(asked(failure(status, code)).api.record(drink('a')), Unavailable);
  }
  const reason = await asked(failure(503, 'DATABASE_UNAVAILABLE', { 'retry-after': '7' })).api.setGoal(1500).catch((error) => error);
  assert.equal(reason.retryAfter, 7000);
});

test('a page in place of an answer, or no network, is no answer', async () => {
  await assert.rejects(asked(() => new Response('<!doctype html>', { status: 200 })).api.day('2026-11-30'), new Unavailable('The server answered 200.'));
  await assert.rejects(asked(() => new Response('Forbidden', { status: 403 })).api.day('2026-11-30'), new Unavailable('The server answered 403.'));
  await assert.rejects(asked(() => Promise.reject(new TypeError('fetch failed'))).api.day('2026-11-30'), new Unavailable('The server cannot be reached.'));
});
