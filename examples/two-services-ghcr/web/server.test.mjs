// The server, as it serves: `npm test`, after `npm run build`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const API_URL = 'https://www.example.com:8000';
const SERVER = join(import.meta.dirname, 'server.mjs');
const folder = mkdtempSync(join(tmpdir(), 'web-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Messages</title>');
writeFileSync(join(folder, 'main.js'), 'export {};');
let server;
let url;

before(async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  server = spawn(process.execPath, [SERVER, folder], { env: { PATH: process.env.PATH, API_URL, HOST: '127.0.0.1', PORT: String(port) }, stdio: 'inherit' });
  url = `http://127.0.0.1:${port}`;
  while (!await fetch(url).catch(() => undefined)) {
    assert.equal(server.exitCode, null);
    await sleep(50);
  }
});
after(() => server.kill());

test('serves the page, its script and where the API is', async () => {
  assert.match(await (await fetch(url)).text(), /<title>Messages/);
  assert.equal((await fetch(`${url}/main.js?v=1`)).headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.deepEqual(await (await fetch(`${url}/config.json`)).json(), { apiUrl: API_URL });
});

test('lets the page call the API and nothing else', async () => {
  assert.match((await fetch(url)).headers.get('content-security-policy'), /connect-src 'self' https:\/\/www\.example\.com:8000;/);
});

test('serves nothing else', async () => {
  for (const path of ['/missing', '/../server.mjs', '/%2e%2e/server.mjs', '/index.html/']) assert.equal((await fetch(url + path)).status, 404, path);
  assert.equal((await fetch(url, { method: 'POST' })).status, 405);
});

test('does not start without an API, and says why', async () => {
  const child = spawn(process.execPath, [SERVER, folder], { env: { PATH: process.env.PATH } });
  let said = '';
  child.stderr.on('data', (data) => { said += data; });
  const [code] = await once(child, 'exit');
  assert.equal(code, 1);
  assert.match(said, /API_URL must be the address of the API/);
});

test('ends on SIGTERM', async () => {
  server.kill('SIGTERM');
  const [code] = await once(server, 'exit');
  assert.equal(code, 0);
});
