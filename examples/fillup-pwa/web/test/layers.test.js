import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOTTOM, BRIM, layersOf, MARK } from '../src/model/layers.js';

const drunk = (/** @type {[string, number][]} */ ...drinks) => drinks.map(([kind, millilitres]) => ({ kind, millilitres })).reverse();

test('the layers lie as they were drunk; neighbours of a kind are one', () => {
  const layers = layersOf(drunk(['water', 250], ['water', 250], ['tea', 500], ['water', 500]), 2000);
  assert.deepEqual(layers.map(({ kind }) => kind), ['water', 'tea', 'water']);
  assert.equal(layers[0].level, BOTTOM - (BOTTOM - MARK) / 4);
});

test('the goal is at the mark, and more than fits stops at the brim', () => {
  assert.equal(layersOf(drunk(['water', 2000]), 2000)[0].level, MARK);
  assert.equal(layersOf(drunk(['water', 3000], ['tea', 6000]), 2000).at(-1)?.level, BRIM);
});

test('an empty glass has no layers', () => {
  assert.deepEqual(layersOf([], 2000), []);
});
