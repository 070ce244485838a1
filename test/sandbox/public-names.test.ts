// Functions on Node reach distributions and APIs by their names, at the emulator.
import { execFile } from 'child_process';
import * as http from 'http';
import { AddressInfo } from 'net';
import * as path from 'path';
import { promisify } from 'util';

const HOOK = path.join(__dirname, '..', '..', 'integ', 'sandbox', 'emulator', 'function_path', 'public-names.cjs');

/** What the emulator is asked when a program runs as a function does; it ends with the answer. */
async function asked(program: string, type: 'commonjs' | 'module' = 'commonjs'): Promise<Record<string, unknown>> {
  const emulator = http.createServer((request, response) => {
    const { method, url, headers: { host, 'x-forwarded-proto': scheme, accept } } = request;
    response.end(JSON.stringify({ method, url, host, scheme, accept }));
  });
  await new Promise<void>((resolve) => emulator.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', HOOK, `--input-type=${type}`, '--eval', program], {
      env: { ...process.env, AWS_ENDPOINT_URL: endpoint, NODE_OPTIONS: '' },
    });
    return JSON.parse(stdout);
  } finally {
    emulator.close();
  }
}

const SHOW = 'async (response) => { for await (const data of response) process.stdout.write(data); }';

describe('a function on Node', () => {
  test.each([
    ['a distribution', 'd1.cloudfront.net'],
    ['an API', 'a1b2c3.execute-api.eu-west-1.amazonaws.com'],
  ])('reaches %s by its name, as by TLS', async (_, host) => {
    expect(await asked(`require('https').get('https://${host}/notes?page=2', { headers: { accept: 'text/html' } }, ${SHOW})`))
      .toEqual({ method: 'GET', url: '/notes?page=2', host, scheme: 'https', accept: 'text/html' });
  });

  test.each([
    ['options', "{ protocol: 'https:', hostname: 'd1.cloudfront.net', port: 443, path: '/notes', method: 'POST' }"],
    ['a URL and options', "new URL('https://d1.cloudfront.net/notes'), { method: 'POST' }"],
  ])('may ask by %s', async (_, words) => {
    expect(await asked(`require('https').request(${words}, ${SHOW}).end('{}')`))
      .toEqual({ method: 'POST', url: '/notes', host: 'd1.cloudfront.net', scheme: 'https' });
  });

  test('may be a module', async () => {
    expect(await asked(`import { get } from 'node:https'; get('https://d1.cloudfront.net/', ${SHOW})`, 'module')).toMatchObject({ host: 'd1.cloudfront.net' });
  });

  test('does so whatever the emulator puts in the place of it later, which gets all other names', async () => {
    const replace = 'const https = require("https"); const before = https.request; const others = []; '
      + 'https.request = (options, ...further) => { others.push(options.hostname); return before(options, ...further); };';
    const other = "https.request({ hostname: 'shop.invalid' }).on('error', () => undefined).end()";
    const show = 'async (response) => { for await (const data of response) process.stdout.write(JSON.stringify({ ...JSON.parse(data), others })); }';
    expect(await asked(`${replace} ${other}; https.request({ hostname: 'a1b2c3.execute-api.eu-west-1.amazonaws.com' }, ${show}).end()`))
      .toMatchObject({ host: 'a1b2c3.execute-api.eu-west-1.amazonaws.com', others: ['shop.invalid'] });
  });

  test('reaches other names where they are', async () => {
    const program = "require('https').get('https://cloudfront.net.invalid/').once('error', ({ code }) => process.stdout.write(JSON.stringify({ code })))";
    expect((await asked(program)).code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });
});
