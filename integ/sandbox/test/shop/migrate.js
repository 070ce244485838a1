// Makes the table; fails or never ends when it is told to.
const { Client } = require('pg');

const { DATABASE_URL, BREAK_MIGRATION, HANG_MIGRATION } = process.env;

async function main() {
  if (BREAK_MIGRATION) throw new Error('relation "customers" does not exist');
  if (HANG_MIGRATION) return void setInterval(() => console.log('still waiting for a lock'), 1000);
  const client = new Client({ connectionString: DATABASE_URL.replace('?sslmode=require', ''), ssl: { rejectUnauthorized: false } });
  await client.connect();
  await client.query('SELECT pg_advisory_lock(1)');
  await client.query('CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY)');
  await client.end();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
