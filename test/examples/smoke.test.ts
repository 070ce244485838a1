// The smoke test of fillup-pwa, against a site that stands in: it must pass where all is well, and fail where one thing is not.
import { execFile } from 'child_process';
import { createHash } from 'crypto';
import * as http from 'http';
import { AddressInfo } from 'net';
import { Duplex } from 'stream';
import { fileOf } from './workflow';

interface Answer { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
/** What a site does otherwise than it should. */
interface Faults {
  /** By method and path, in which days and ids are called so. */
  readonly answers?: Record<string, Answer>;
  /** The message in whose place it ends the connection. */
  readonly silent?: string;
}

/** First byte of a whole frame of text. */
const TEXT = 0x81;
const HTML = { 'content-type': 'text/html', 'cache-control': 'no-cache' };
const SCRIPT = { 'content-type': 'text/javascript', 'cache-control': 'public, max-age=31536000, immutable' };
const PAGE = { status: 200, body: '<script type="module" src="/assets/index-1.js"></script>', headers: HTML };
const error = (status: number, code: string): Answer => ({ status, body: { error: { code, message: 'no' } } });

/** A site, its API with one journal, and its WebSocket. */
class Site {
  public readonly asked: string[] = [];
  private readonly drinks = new Map<string, unknown>();
  private readonly listeners: Duplex[] = [];
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const name = `${request.method} ${request.url}`.replace(/[0-9a-f-]{36}/, 'id').replace(/\d{4}-\d\d-\d\d/, 'day');
      this.asked.push(name);
      const { status, body, headers } = this.faults.answers?.[name] ?? this.answer(request, name, Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
    });
  });

  constructor(private readonly faults: Faults) {
    this.server.on('upgrade', (request: http.IncomingMessage, socket: Duplex) => {
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      socket.on('error', () => socket.destroy()).on('data', (frame: Buffer) => this.take(socket, frame));
    });
  }

  public async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public close(): void {
    this.listeners.forEach((socket) => socket.destroy());
    this.server.close();
    this.server.closeAllConnections();
  }

  /** A frame of text is a greeting, since there is no other; what it says is masked, and not looked at. */
  private take(socket: Duplex, frame: Buffer): void {
    if (frame[0] !== TEXT) return void socket.end();
    this.listeners.push(socket);
    this.tell({ type: 'welcome' });
  }

  private tell(message: { type: string }): void {
    if (this.faults.silent === message.type) return this.listeners.forEach((socket) => socket.destroy());
    const text = Buffer.from(JSON.stringify(message));
    this.listeners.forEach((socket) => socket.write(Buffer.concat([Buffer.from([TEXT, text.length]), text])));
  }

  private answer({ url, headers }: http.IncomingMessage, name: string, body: string): Answer {
    if (name === 'GET /api/health') return { status: 200, body: { status: 'ok', database: 'ok', version: '1' } };
    if (name === 'GET /' || name === 'GET /some/day') return PAGE;
    if (name === 'GET /assets/index-1.js') return { status: 200, headers: SCRIPT };
    const [id] = /[0-9a-f-]{36}/.exec(url! + body) ?? [''];
    const known = this.drinks.has(id);
    if (name === 'GET /api/nothing') return error(404, 'NOT_FOUND');
    if (name === 'GET /api/days/today') return error(400, 'VALIDATION_FAILED');
    if (!/^Bearer [\w-]{43}$/.test(headers.authorization ?? '')) return error(401, 'UNAUTHORIZED');
    if (name === 'POST /api/drinks') {
      const drink = JSON.parse(body) as { day: string };
      this.drinks.set(id, drink);
      this.tell({ type: 'changed', days: [drink.day] } as { type: string });
      return { status: known ? 200 : 201, body: drink };
    }
    if (name === 'GET /api/days/day') return { status: 200, body: { totalMillilitres: 250, drinks: [...this.drinks.values()] } };
    if (!known) return error(404, 'NOT_FOUND');
    if (name === 'DELETE /api/drinks/id') this.drinks.delete(id);
    return { status: 204 };
  }
}

// Node.js 20 has WebSockets, too, if it is asked for them
const WITH = ['--experimental-websocket', '--no-warnings'];

async function smoke(faults: Faults = {}, args = (url: string): string[] => [url, '0'], options = WITH): Promise<{ status: number; output: string; asked: string[] }> {
  const site = new Site(faults);
  const url = await site.open();
  try {
    return await new Promise((resolve) => {
      execFile(process.execPath, [...options, fileOf('fillup-pwa', 'smoke.mjs'), ...args(url)], { timeout: 60_000 }, (failed, stdout, stderr) => {
        resolve({ status: failed ? Number(failed.code) : 0, output: `${stdout}${stderr}`, asked: site.asked });
      });
    });
  } finally {
    site.close();
  }
}

test('it passes where all is well, and leaves nothing behind', async () => {
  const { status, output, asked } = await smoke();
  expect(output.split('\n')).toEqual([
    'ok: the API answers, and so does its database',
    'ok: the page is there, and what it loads',
    'ok: what is wrong is refused by the API itself',
    'ok: a drink is written once, told to who listens, read and taken back',
    '',
  ]);
  expect(status).toBe(0);
  expect(asked.slice(-2)).toEqual(['DELETE /api/drinks/id', 'GET /api/drinks/id']);
});

test.each<[string, Faults, string]>([
  ['the database does not answer', { answers: { 'GET /api/health': error(503, 'DATABASE_UNAVAILABLE') } }, 'GET /api/health answered 503, not 200'],
  ['the page is kept by browsers', { answers: { 'GET /': { ...PAGE, headers: { ...HTML, 'cache-control': 'max-age=60' } } } }, '/ is kept: max-age=60'],
  ['its script was not uploaded', { answers: { 'GET /assets/index-1.js': { status: 404 } } }, '/assets/index-1.js answered 404'],
  ['its script is a page', { answers: { 'GET /assets/index-1.js': PAGE } }, '/assets/index-1.js is text/html'],
  ['another path has no page', { answers: { 'GET /some/day': error(404, 'NOT_FOUND') } }, '/some/day answered 404'],
  ['the site answers for the API', { answers: { 'GET /api/nothing': PAGE } }, 'GET /api/nothing answered 200, not 404'],
  ['it lets in who has no key', { answers: { 'GET /api/days/day': { status: 200, body: {} } } }, 'GET /api/days/'],
  ['a wrong request is an error of the server', { answers: { 'GET /api/days/today': error(500, 'INTERNAL_ERROR') } }, 'GET /api/days/today answered 500, not 400'],
  ['nobody is greeted', { silent: 'welcome' }, 'has not sent {"type":"welcome"}'],
  ['nobody is told of a change', { silent: 'changed' }, 'has not sent {"type":"changed","days":'],
  ['nothing is taken back', { answers: { 'DELETE /api/drinks/id': error(404, 'NOT_FOUND') } }, 'DELETE /api/drinks/'],
])('it fails where %s', async (_, faults, said) => {
  const { status, output } = await smoke(faults);
  expect(output).toContain(said);
  expect(status).toBe(1);
});

test('it says what it lacks', async () => {
  const usage = { status: 1, output: 'usage: node smoke.mjs URL [SECONDS IN WHICH IT MUST BEGIN TO ANSWER]\n', asked: [] };
  expect(await smoke({}, () => [])).toEqual(usage);
  expect(await smoke({}, () => ['undefined'])).toEqual(usage);
  const { status, output } = await smoke({}, (url) => [url], ['--no-experimental-websocket']);
  expect([status, output]).toEqual([1, `there is no WebSocket in Node.js ${process.version}: use 22 or newer\n`]);
});
