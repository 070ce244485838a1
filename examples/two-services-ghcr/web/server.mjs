// Serves the built page on HOST and PORT, and at /config.json where the API is: `node server.mjs dist`.
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };
/** The user without rights, by number, as groups are named differently. */
const NOBODY = 65534;
const { API_URL, HOST = '0.0.0.0', PORT = '80' } = process.env;
const [folder = 'dist'] = process.argv.slice(2);
if (!/^https?:\/\//.test(API_URL ?? '')) throw new Error(`API_URL must be the address of the API, such as https://www.example.com:8000, got '${API_URL ?? ''}'`);

const HEADERS = {
  'Cache-Control': 'no-cache',
  // the page calls its own server and the API, and nothing else
  'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ${new URL(API_URL).origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
};
// all of it is known and small: what is not in here cannot be asked for, whatever the path
const files = new Map(readdirSync(folder).map((name) => [`/${name}`, { type: TYPES[extname(name)] ?? 'application/octet-stream', body: readFileSync(join(folder, name)) }]));
files.set('/', files.get('/index.html'));
files.set('/config.json', { type: 'application/json', body: JSON.stringify({ apiUrl: API_URL }) });

const server = createServer(({ method, url = '/' }, response) => {
  const file = files.get(url.split('?', 1)[0]);
  if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { ...HEADERS, Allow: 'GET, HEAD' }).end();
  else if (!file) response.writeHead(404, { ...HEADERS, 'Content-Type': 'text/plain' }).end('Not found');
  else response.writeHead(200, { ...HEADERS, 'Content-Type': file.type, 'Content-Length': Buffer.byteLength(file.body) }).end(method === 'HEAD' ? undefined : file.body);
});
// longer than the 60 s after which the load balancer closes an idle connection, else it might send into one that is being closed
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), HOST, () => {
  // port 80 takes root to open and nobody to serve
  if (process.getuid?.() === 0) {
    process.setgid(NOBODY);
    process.setuid(NOBODY);
  }
});
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
