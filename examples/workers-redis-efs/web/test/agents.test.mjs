import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newestAgents, planOf } from '../lib/agents.mjs';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
let FILES;

before(async () => {
  FILES = await mkdtemp(join(tmpdir(), 'web-'));
  await mkdir(join(FILES, 'plans'));
  await writeFile(join(FILES, 'plans', `${ID}.md`), '# Scout');
  await writeFile(join(FILES, 'secret.md'), 'no');
});
after(() => rm(FILES, { recursive: true }));

test('lists what the API answers', async () => {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    return { ok: true, json: async () => [{ id: ID }] };
  };
  assert.deepEqual(await newestAgents({ API_URL: 'http://api.nexus-ai.local:8000', fetch }), [{ id: ID }]);
  assert.deepEqual(asked, ['http://api.nexus-ai.local:8000/api/agents']);
});

test('goes on without an API', async () => {
  assert.equal(await newestAgents({ API_URL: 'http://x', fetch: async () => ({ ok: false }) }), undefined);
  assert.equal(await newestAgents({ API_URL: 'http://x', fetch: async () => { throw new Error('refused'); } }), undefined);
});

test('reads a plan from the shared files', async () => {
  assert.equal(await planOf(ID, { FILES }), '# Scout');
  assert.equal(await planOf(ID.replace('0', '1'), { FILES }), undefined);
});

test('reads nothing but plans', async () => {
  for (const id of ['../secret', '', `${ID}/../../secret`, '%2e%2e']) assert.equal(await planOf(id, { FILES }), undefined);
});
