// Notes without a NAT gateway: a migration under traffic, one that fails, and a night in which nothing runs.
import { ServiceClient } from '../client';
import { cyan, dim, green, line, step } from '../screen';
import { Stage, Story } from '../story';

/** A note as the service shows it. */
interface Note { readonly id: string; readonly text: string; readonly done?: boolean; readonly path?: string; readonly version?: string }
type Client = ServiceClient<Note>;

async function call(client: Client): Promise<string> {
  const { status, body } = await client.call('POST', '/notes', { text: 'water the plants' });
  if (status !== 201) throw new Error(`POST /notes answered ${status}`);
  line(`POST /notes                 ${green(String(status))} ${dim(JSON.stringify(body).slice(0, 90))}`);
  const { body: { path } } = await client.call('GET', `/notes/${body.id}/link`);
  line(`GET  /notes/${body.id.slice(0, 8)}…/link    ${green('200')} signed with the secret LINK_KEY, under a key of ours`);
  await expectNote(client, path!);
  const { status: forged } = await client.call('GET', path!.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
  if (forged !== 403) throw new Error(`a forged link was answered ${forged}`);
  line(`GET  /shared/${body.id.slice(0, 8)}…        ${green('200')} and ${cyan(String(forged))} where one letter of the link differs`);
  return path!;
}

async function expectNote(client: Client, path: string): Promise<Note> {
  const { status, body } = await client.call('GET', path);
  if (status !== 200 || body.text !== 'water the plants') throw new Error(`GET ${path} answered ${status} ${JSON.stringify(body)}`);
  return body;
}

async function update({ deploy }: Stage, client: Client, shared: string): Promise<string> {
  const answers = await client.during(() => client.call('GET', shared), deploy('v2'));
  const refused = answers.filter(({ status }) => status !== 200).length;
  const old = await expectNote(client, shared);
  const { status, body } = await client.call('POST', '/notes', { text: 'sweep the hall', done: true });
  if (refused > 0 || status !== 201 || body.done !== true || old.done !== false) throw new Error(`${refused} refused; version 2 answered ${status} ${JSON.stringify(body)}`);
  line(green(`${answers.length} requests meanwhile, 0 refused; the old note has the new column (done ${old.done}), a new one uses it`));
  return `version 2 added a column while ${answers.length} requests were answered, 0 refused`;
}

async function fail({ deploy }: Stage, client: Client, shared: string): Promise<string> {
  let reason = '';
  const attempt = deploy('broken').then(() => undefined, (error: Error) => { reason = error.message; });
  const answers = await client.during(() => client.call('GET', shared), attempt);
  const [, cause] = /(check constraint "\w+" of relation "\w+" is violated by some row)/.exec(reason) ?? [];
  if (cause === undefined) throw new Error(`the deployment was to fail by its migration, it ended otherwise: ${reason || 'it succeeded'}`);
  line(`the migration of version 3 failed: ${cyan(cause)}`);
  const refused = answers.filter(({ status }) => status !== 200).length;
  const { body: { version } } = await client.call('GET', '/health');
  if (refused > 0 || version !== '2.0.0') throw new Error(`${refused} of ${answers.length} requests were refused, version ${version} serves`);
  line(green(`rolled back by the circuit breaker; version ${version} answered ${answers.length} requests meanwhile, 0 refused`));
  return `a migration that failed was rolled back: ${answers.length} requests answered by the old version, 0 refused`;
}

async function rest({ sandbox }: Stage, client: Client, shared: string): Promise<string> {
  const fire = async (name: string): Promise<void> => {
    for (const done of await sandbox.fireSchedule(name)) line(`${cyan(name.padEnd(14))} ${dim(done)}`);
  };
  line('19:00 in Rome, by the schedules in the template and their role:');
  await fire('WorkHoursEnd');
  await fire('InstanceStop');
  const night = await sandbox.status();
  const { status: asleep } = await client.call('GET', shared);
  if (night.services.some(({ running }) => running > 0) || night.databases.some(({ running }) => running)) throw new Error('something runs at night');
  line(`${green('nothing runs')}; the load balancer answers ${asleep}`);
  line('07:45 and 08:00 the next morning:');
  await fire('InstanceStart');
  await fire('WorkHoursStart');
  await client.until(({ status }) => status === 200, '/health');
  await expectNote(client, shared);
  const [{ running }] = (await sandbox.status()).services;
  line(green(`${running} tasks and the database are back; the link of the day before shows its note`));
  return 'two schedules put services and database to sleep, two woke them: notes and links are as they were';
}

export const story: Story = async (stage) => {
  const [door] = await stage.sandbox.doors();
  const client: Client = new ServiceClient<Note>(door.url);
  const shared = await step(`Call it through the load balancer, ${door.url}`, () => call(client));
  await stage.prove('Deploy version 2, with a migration, under traffic', () => update(stage, client, shared));
  await stage.prove('Deploy a version whose migration fails', () => fail(stage, client, shared));
  await stage.prove('Close for the night, and open again', () => rest(stage, client, shared));
};
