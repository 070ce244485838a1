// The smallest service that a real one could be: it answers, checks its database, and writes to it.
const http = require('http');
const { Client } = require('pg');

const { DATABASE_URL, HOST, PORT, VERSION = '1' } = process.env;

async function query(text, values) {
  // node's client verifies certificates where libpq's sslmode=require does not
  const client = new Client({ connectionString: DATABASE_URL.replace('?sslmode=require', ''), ssl: { rejectUnauthorized: false }, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const routes = {
  '/healthz': async () => (DATABASE_URL ? query('SELECT 1') : []),
  '/version': async () => VERSION,
  '/write': async () => query('INSERT INTO orders DEFAULT VALUES RETURNING id'),
  '/count': async () => query('SELECT count(*)::int AS count FROM orders'),
  '/peer': async () => (await fetch(process.env.PEER_URL)).status,
};

const server = http.createServer(async (request, response) => {
  const route = Object.keys(routes).find((path) => request.url.endsWith(path));
  const [status, body] = route
    ? await routes[route]().then((value) => [200, value], (error) => [503, error.message])
    : [404, 'there is nothing here'];
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ body, proto: request.headers['x-forwarded-proto'], host: request.headers.host }));
});
server.listen(Number(process.env.LISTEN_PORT ?? PORT), HOST);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
