// What the sandbox promises of a read replica: it is a real one, and refuses what a replica refuses.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { Databases } from '../databases';
import { Network } from '../network';
import { findPostgres, removeRun } from '../postgres-binaries';
import { emulatorPython } from '../python';
import { eventually } from './traces';

const ROOT = path.join(__dirname, '..', '..', '..');
const PASSWORD = 'as-generated';

let folder: string;
let databases: Databases;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'replica-test-'));
  fs.mkdirSync(path.join(folder, 'logs'));
  databases = new Databases(await emulatorPython(ROOT), findPostgres(folder), path.join(folder, 'logs'), undefined as unknown as Network);
  const request = { username: 'postgres', password: PASSWORD, database: 'app', port: 5432 };
  await databases.put({ ...request, id: 'primary', address: 'primary.example' });
  await ask('primary', 'CREATE TABLE items (name text)');
  await ask('primary', "INSERT INTO items VALUES ('before')");
  await databases.put({ ...request, id: 'reader', address: 'reader.example', source: 'primary' });
});

after(async () => {
  await databases?.remove('reader');
  await databases?.remove('primary');
  if (folder) removeRun(folder);
});

async function ask(id: string, statement: string): Promise<string[]> {
  const { port } = databases.list().find((database) => database.id === id)!;
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', password: PASSWORD, database: 'app', ssl: { rejectUnauthorized: false } });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query({ text: statement, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const onReader = (): Promise<string[]> => ask('reader', 'SELECT name FROM items ORDER BY name');

void test('it has what was there before, and what is written after', async () => {
  assert.deepEqual(await onReader(), ['before']);
  await ask('primary', "INSERT INTO items VALUES ('later')");
  await eventually('the later row', 10, async () => String(await onReader()) === 'before,later');
});

void test('it refuses writes', async () => {
  await assert.rejects(ask('reader', "INSERT INTO items VALUES ('here')"), /cannot execute INSERT in a read-only transaction/);
});

void test('it follows its primary again after either was killed', async () => {
  await databases.kill('primary');
  await databases.kill('reader');
  await ask('primary', "INSERT INTO items VALUES ('zuletzt')");
  await eventually('the last row', 10, async () => String(await onReader()) === 'before,later,zuletzt');
});

void test('a replica of what does not run is refused', async () => {
  await assert.rejects(databases.put({ id: 'lost', address: 'lost.example', port: 5432, username: 'postgres', password: PASSWORD, database: 'app', source: 'gone' }),
    /database lost is to be a replica of gone, which does not run/);
});
