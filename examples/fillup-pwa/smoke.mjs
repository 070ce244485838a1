// Tries what was deployed, as its page would: node smoke.mjs https://fillup.example.com (Node.js 22 or newer)
//
// It writes to a journal of its own, whose key nobody else knows, and takes back what it wrote. The dashboard counts one more active drinker.
import { strict as assert } from 'node:assert';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const [site = '', seconds = '120'] = process.argv.slice(2);
if (!URL.canParse(site)) {
  console.error('usage: node smoke.mjs URL [SECONDS IN WHICH IT MUST BEGIN TO ANSWER]');
  process.exit(1);
}
if (!globalThis.WebSocket) {
  console.error(`there is no WebSocket in Node.js ${process.version}: use 22 or newer`);
  process.exit(1);
}
const ANSWER_WITHIN = 10_000;
const key = randomBytes(32).toString('base64url');
const now = new Date().toISOString();
const day = now.slice(0, 10);
const { id, ...content } = { id: randomUUID(), kind: 'water', millilitres: 250, day, drunkAt: now };

const request = (path, init) => fetch(new URL(path, site), { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN), ...init });

/** Ask the API with the key of the journal, and expect a status. */
async function ask(method, path, expected, body, headers = { authorization: `Bearer ${key}` }) {
  const json = body && { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await request(`/api/${path}`, { method, headers, ...json });
  const text = await response.text();
  assert.equal(response.status, expected, `${method} /api/${path} answered ${response.status}, not ${expected}: ${text.slice(0, 500)}`);
  return text && JSON.parse(text);
}

async function refused(method, path, expected, code, headers) {
  const { error } = await ask(method, path, expected, undefined, headers);
  assert.equal(error.code, code);
}

async function file(path, type, cacheControl) {
  const response = await request(path);
  const shown = (name) => response.headers.get(name) ?? '';
  assert.equal(response.status, 200, `${path} answered ${response.status}`);
  assert.match(shown('content-type'), type, `${path} is ${shown('content-type')}`);
  assert.match(shown('cache-control'), cacheControl, `${path} is kept: ${shown('cache-control')}`);
  return response.text();
}

/** Open a WebSocket, which is closed at the end whatever comes. */
async function connected(use) {
  const url = new URL('/ws', site);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  const messages = [];
  socket.onmessage = ({ data }) => messages.push(JSON.parse(data));
  const until = async (found, what) => {
    for (const end = Date.now() + ANSWER_WITHIN; !found(); await pause(50)) {
      const waiting = socket.readyState <= WebSocket.OPEN && Date.now() < end;
      assert(waiting, `${url} has not ${what}, but sent ${JSON.stringify(messages)}`);
    }
  };
  try {
    await until(() => socket.readyState === WebSocket.OPEN, 'opened');
    await use({
      send: (message) => socket.send(JSON.stringify({ action: 'sendMessage', ...message })),
      receives: (message) => until(() => messages.some((other) => JSON.stringify(other) === JSON.stringify(message)), `sent ${JSON.stringify(message)}`),
    });
  } finally {
    socket.close();
  }
}

async function health() {
  for (const end = Date.now() + Number(seconds) * 1000; ; await pause(5_000)) {
    try {
      const { status, database } = await ask('GET', 'health', 200, undefined, {});
      return assert.deepEqual({ status, database }, { status: 'ok', database: 'ok' });
    } catch (error) {
      // a name may not be known everywhere yet
      if (Date.now() > end) throw error;
    }
  }
}

async function pages() {
  const page = await file('/', /^text\/html/, /no-cache/);
  const [script] = /\/assets\/[^"]+\.js/.exec(page) ?? assert.fail('/ names no script of the site');
  await file(script, /javascript/, /immutable/);
  assert.equal(await file('/some/day', /^text\/html/, /no-cache/), page, 'another path is not answered with the page');
}

async function refusals() {
  await refused('GET', 'nothing', 404, 'NOT_FOUND');
  await refused('GET', `drinks/${id}`, 404, 'NOT_FOUND');
  await refused('GET', 'days/today', 400, 'VALIDATION_FAILED');
  await refused('GET', `days/${day}`, 401, 'UNAUTHORIZED', {});
}

async function journal() {
  await connected(async ({ send, receives }) => {
    send({ type: 'hello', key });
    await receives({ type: 'welcome' });
    await ask('POST', 'drinks', 201, { id, ...content });
    await receives({ type: 'changed', days: [day] });
  });
  await ask('POST', 'drinks', 200, { id, ...content });
  const { totalMillilitres, drinks } = await ask('GET', `days/${day}`, 200);
  assert.deepEqual([totalMillilitres, drinks.map((drink) => drink.id)], [250, [id]]);
  await ask('DELETE', `drinks/${id}`, 204);
  await refused('GET', `drinks/${id}`, 404, 'NOT_FOUND');
}

for (const [what, step] of Object.entries({
  'the API answers, and so does its database': health,
  'the page is there, and what it loads': pages,
  'what is wrong is refused by the API itself': refusals,
  'a drink is written once, told to who listens, read and taken back': journal,
})) {
  try {
    await step();
    console.log(`ok: ${what}`);
  } catch (error) {
    console.error(`not true: ${what}\n${error.message}${error.cause ? `\n${error.cause}` : ''}`);
    process.exit(1);
  }
}
