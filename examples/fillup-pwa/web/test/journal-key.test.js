import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKey, keyOf, linkTo, makeId, makeKey } from '../src/model/journal-key.js';

test('a key is 32 random bytes as base64url', () => {
  const key = makeKey();
  assert.match(key, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(Buffer.from(key, 'base64url').length, 32);
  assert.notEqual(makeKey(), key);
  assert.equal(makeKey((bytes) => bytes.fill(255)), Buffer.alloc(32, 255).toString('base64url'));
});

test('its link brings it back, and nothing else does', () => {
  const key = makeKey();
  assert.equal(linkTo('https://site', key), `https://site/#key=${key}`);
  assert.equal(keyOf(new URL(linkTo('https://site', key)).hash), key);
  for (const hash of ['', '#', '#key=', `#key=${key}x`, `#key=${key.slice(1)}`, `#other=${key}`, `#key=${'!'.repeat(43)}`]) assert.equal(keyOf(hash), undefined, hash);
});

test('what the API would not take is no key', () => {
  assert.equal(isKey('A'.repeat(43)), true);
  for (const other of ['A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}+`, '', null, undefined]) assert.equal(isKey(other), false);
});

test('an id is a random UUID', () => {
  assert.match(makeId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(makeId((bytes) => bytes.fill(0)), '00000000-0000-4000-8000-000000000000');
});
