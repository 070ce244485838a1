// A page on port 80 and its API on port 8000: written on the primary, read from the replica, migrated under traffic, and a migration that fails.
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import { clientConfig } from '../../sandbox/aws';
import { Sandbox } from '../../sandbox/sandbox';
import { Answer, ErrorBody, ServiceClient } from '../client';
import { cyan, dim, green, line, red } from '../screen';
import { Stage, Story } from '../story';

/** A message as the service shows it. */
interface Message extends ErrorBody { readonly id: number; readonly author: string; readonly text: string; readonly topic?: string }

type Api = ServiceClient<Message>;

const listOf = ({ text }: Answer<Message>): Message[] => JSON.parse(text) as Message[];
const write = (api: Api, text: string, more: object = {}): Promise<Answer<Message>> => api.call('POST', '/messages', { author: 'Ada', text, ...more });

/** The door of a listener, by its port. */
async function doorOf(sandbox: Sandbox, port: number): Promise<{ readonly url: string; readonly dnsName: string }> {
  const door = (await sandbox.doors()).find(({ listenerPort }) => listenerPort === port);
  if (!door) throw new Error(`no listener on port ${port}`);
  return door;
}

/** What a browser does: the page, its script, and from its configuration the API, which must admit the page's origin. */
async function openPage(sandbox: Sandbox): Promise<string> {
  const [front, back] = [await doorOf(sandbox, 80), await doorOf(sandbox, 8000)];
  const page = await (await fetch(front.url)).text();
  const script = await (await fetch(`${front.url}/main.js`)).text();
  if (!page.includes('/main.js') || !script.includes('/config.json')) throw new Error(`the page is not the front end: ${page.slice(0, 200)}`);
  line(`GET :80/              ${green('200')} ${dim(`the page, and ${Math.round(script.length / 1024)} KB of script: React`)}`);
  const { apiUrl } = await (await fetch(`${front.url}/config.json`)).json() as { apiUrl: string };
  if (apiUrl !== `http://${back.dnsName}:8000`) throw new Error(`the page is told to call ${apiUrl}, and the API is at http://${back.dnsName}:8000`);
  line(`GET :80/config.json   ${green('200')} ${dim(JSON.stringify({ apiUrl }))}`);
  const origin = `http://${front.dnsName}`;
  const admitted = await fetch(`${back.url}/messages`, { headers: { origin } });
  if (admitted.headers.get('access-control-allow-origin') !== origin) throw new Error('the API does not admit the page of its own app');
  line(`GET :8000/messages    ${green(String(admitted.status))} ${dim(`as the page at ${origin} asks, which the API admits`)}`);
  return 'the page came by port 80 and found its API on port 8000 of the same load balancer';
}

/** The connection URLs of primary and replica, by what their variables are called. */
async function urlsOf(sandbox: Sandbox): Promise<string[]> {
  const secrets = new SecretsManagerClient(clientConfig(sandbox.endpoint));
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  const urls = SecretList.filter(({ Description = '' }) => Description.startsWith('Connection URL'));
  return Promise.all(urls.map(async ({ ARN }) => (await secrets.send(new GetSecretValueCommand({ SecretId: ARN }))).SecretString!));
}

/** Ask the replica something, as its operator would. */
async function askReplica(sandbox: Sandbox, statement: string): Promise<unknown> {
  const databases = await sandbox.databases();
  for (const url of await urlsOf(sandbox)) {
    const { hostname, username: user, password, pathname } = new URL(url);
    const { port } = databases.find(({ address }) => address === hostname)!;
    const client = new Client({ host: '127.0.0.1', port, user, password, database: pathname.slice(1), ssl: { rejectUnauthorized: false } });
    await client.connect();
    try {
      const isReplica = (await client.query('SELECT pg_is_in_recovery() AS answer')).rows[0].answer;
      if (isReplica) return (await client.query(statement)).rows[0];
    } finally {
      await client.end();
    }
  }
  throw new Error('none of the databases is a replica');
}

/** With the replica held still, what was written is not read; so reads come from there. */
async function readFromReplica(sandbox: Sandbox, api: Api): Promise<string> {
  const first = await write(api, 'the first');
  if (first.status !== 201) throw new Error(`POST /messages answered ${first.status}: ${first.text}`);
  line(`POST :8000/messages   ${green('201')} ${dim(first.text.slice(0, 90))}`);
  const seconds = await api.until((answer) => listOf(answer).some(({ id }) => id === first.body.id), '/messages');
  line(`GET  :8000/messages   ${green('200')} the same message from the replica, ${seconds.toFixed(1)} s later`);
  await askReplica(sandbox, 'SELECT pg_wal_replay_pause()');
  const second = await write(api, 'while the replica is held');
  const held = listOf(await api.call('GET', '/messages')).some(({ id }) => id === second.body.id);
  await askReplica(sandbox, 'SELECT pg_wal_replay_resume()');
  if (second.status !== 201 || held) throw new Error('a message was read that the replica cannot have: reads do not come from it');
  await api.until((answer) => listOf(answer).some(({ id }) => id === second.body.id), '/messages');
  line(`replay of the replica held: a write is answered ${green('201')} and not yet read; let go: it is`);
  const refusal = await askReplica(sandbox, "INSERT INTO messages (author, text) VALUES ('Eve', 'here')").then(() => undefined, (error: Error) => error.message);
  if (!refusal?.includes('read-only')) throw new Error('the replica took a write');
  line(`INSERT on the replica ${cyan(refusal)}`);
  return 'writes went to the primary by DATABASE_URL, reads came from a streaming replica by DATABASE_READER_URL';
}

interface Traffic { readonly reads: Array<Answer<Message>>; readonly writes: Array<Answer<Message>> }

/** Readers and writers at work while something else goes on; how it ended is the caller's to judge. */
async function underTraffic(api: Api, work: Promise<unknown>): Promise<Traffic & { readonly failure?: Error }> {
  let failure: Error | undefined;
  const done = work.catch((error: Error) => { failure = error; });
  const [reads, writes] = await Promise.all([
    api.during(() => api.call('GET', '/messages'), done, 4),
    api.during(() => write(api, 'meanwhile'), done, 2),
  ]);
  return { reads, writes, failure };
}

function refusedOf({ reads, writes }: Traffic): number {
  return reads.filter(({ status }) => status !== 200).length + writes.filter(({ status }) => status !== 201).length;
}

async function migrate({ deploy }: Stage, api: Api): Promise<string> {
  const traffic = await underTraffic(api, deploy('v2'));
  if (traffic.failure) throw traffic.failure;
  const refused = refusedOf(traffic);
  const total = traffic.reads.length + traffic.writes.length;
  line(`${traffic.reads.length} reads and ${traffic.writes.length} writes during the deployment, ${refused} refused`);
  const { status, body } = await write(api, 'with a topic', { topic: 'engines' });
  if (status !== 201 || body.topic !== 'engines') throw new Error(`version 2 answered ${status} without its new column`);
  await api.until((answer) => listOf(answer).some(({ topic }) => topic === 'engines'), '/messages');
  const old = listOf(await api.call('GET', '/messages?limit=100')).find(({ text }) => text === 'meanwhile');
  line(green(`a new message has the topic it was given, an old one the general one (${old?.topic})`));
  if (refused > 0) throw new Error(`${refused} of ${total} requests were refused while the schema changed`);
  return `version 2 changed the schema under ${total} requests, 0 refused`;
}

async function failToMigrate({ deploy }: Stage, api: Api): Promise<string> {
  const traffic = await underTraffic(api, deploy('broken'));
  if (!traffic.failure) throw new Error('a migration that fails was deployed');
  const [reason = traffic.failure.message] = /container Migrate ended[^\n]*/.exec(traffic.failure.message) ?? [];
  line(red(reason));
  const refused = refusedOf(traffic);
  line(`rolled back; ${traffic.reads.length} reads and ${traffic.writes.length} writes meanwhile, ${refused} refused`);
  const { body } = await write(api, 'still served by version 2', { topic: 'engines' });
  if (body.topic !== 'engines') throw new Error('version 2 does not serve any more');
  if (refused > 0) throw new Error(`${refused} requests were refused while a deployment failed`);
  return `a migration that failed was rolled back, version 2 kept serving: ${traffic.reads.length + traffic.writes.length} requests, 0 refused`;
}

export const story: Story = async (stage) => {
  const { sandbox } = stage;
  const api: Api = new ServiceClient<Message>((await doorOf(sandbox, 8000)).url);
  await stage.prove('Open the page on port 80, which calls the API on port 8000', () => openPage(sandbox));
  await stage.prove('Write to the primary, read from the replica', () => readFromReplica(sandbox, api));
  await stage.prove('Deploy version 2: a new column, under traffic', () => migrate(stage, api));
  await stage.prove('Deploy a version whose migration fails', () => failToMigrate(stage, api));
};
