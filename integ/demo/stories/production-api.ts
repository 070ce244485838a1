// One production API: booked, its database killed, its password rotated, its next version deployed under traffic.
import { ErrorBody, ServiceClient } from '../client';
import { replaceTasks, rotatePassword } from '../rotation';
import { cyan, dim, green, line, step } from '../screen';
import { Stage, Story } from '../story';

/** A booking as the service shows it. */
interface Booking extends ErrorBody { readonly id: string; readonly room: string; readonly bookedBy: string; readonly attendees?: number }

class BookingClient extends ServiceClient<Booking> {
  private made = 0;

  /** Book an hour that nobody else books. */
  public book(more: object = {}): ReturnType<BookingClient['call']> {
    const hour = new Date(Date.UTC(2030, 0, 1) + this.made++ * 3_600_000);
    const booking = { room: 'Galileo', bookedBy: 'ops@example.com', startsAt: hour.toISOString(), endsAt: new Date(hour.getTime() + 3_600_000).toISOString() };
    return this.call('POST', '/bookings', { ...booking, ...more });
  }
}

/** So that writes are under way when it happens. */
const afterAMoment = async (work: () => Promise<void>): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  await work();
};

async function call(client: BookingClient): Promise<string> {
  const { status, body } = await client.book();
  if (status !== 201) throw new Error(`POST /bookings answered ${status}: ${body.error?.message}`);
  line(`POST /bookings              ${green(String(status))} ${dim(JSON.stringify(body).slice(0, 90))}`);
  const read = await client.call('GET', `/bookings/${body.id}`);
  line(`GET  /bookings/${body.id.slice(0, 8)}…     ${green(String(read.status))} the same booking of ${read.body.room}`);
  const taken = await client.call('PUT', '/bookings/not-an-id', {});
  line(`PUT  /bookings/not-an-id    ${cyan(String(taken.status))} ${dim(JSON.stringify(taken.body).slice(0, 90))}`);
  return body.id;
}

async function breakDatabase({ sandbox }: Stage, client: BookingClient): Promise<string> {
  const [{ id }] = await sandbox.databases();
  line(`kill -9 PostgreSQL (${id}) while bookings are written …`);
  const answers = await client.during(() => client.book(), afterAMoment(() => sandbox.killDatabase(id)), 8);
  const back = await client.until(({ status }) => status === 200, '/healthz');
  const after = await client.book();
  const acknowledged = [...answers, after].filter(({ status }) => status === 201).map(({ body }) => body.id);
  const found = await Promise.all(acknowledged.map((booking) => client.call('GET', `/bookings/${booking}`)));
  const kept = found.filter(({ status }) => status === 200).length;
  const refused = answers.filter(({ status }) => status !== 201).length;
  line(`${answers.length - refused} bookings acknowledged, ${refused} refused; healthy again ${back.toFixed(1)} s after PostgreSQL was back`);
  if (after.status !== 201 || kept !== acknowledged.length) throw new Error(`${kept} of ${acknowledged.length} acknowledged bookings were found again`);
  line(green(`${kept} of ${acknowledged.length} acknowledged bookings are there`));
  return `${kept} of ${acknowledged.length} acknowledged bookings survived a kill -9 of the database`;
}

async function rotate({ sandbox }: Stage, client: BookingClient): Promise<string> {
  const { before, after } = await rotatePassword(sandbox);
  const userInfo = (url: string): string => url.replace(/@.*/, '@…');
  line(`the password changed in PostgreSQL and in its secret; a state machine composed ${cyan('DATABASE_URL')} anew:`);
  line(dim(`${userInfo(before).replace(/[^:]*@/, '…@')}  →  ${userInfo(after)}`));
  await replaceTasks(sandbox);
  const { status } = await client.book();
  if (status !== 201) throw new Error(`tasks with the new URL answered ${status}`);
  line(green('tasks started since connect with it'));
  return 'a rotated password reached new tasks through DATABASE_URL, percent-encoded';
}

async function update({ deploy }: Stage, client: BookingClient, booking: string): Promise<string> {
  const answers = await client.during(() => client.call('GET', `/bookings/${booking}`), deploy('v2'));
  const refused = answers.filter(({ status }) => status !== 200).length;
  line(`${answers.length} requests were answered during the deployment, ${refused} refused`);
  const { body } = await client.call('GET', `/bookings/${booking}`);
  const { status, body: created } = await client.book({ attendees: 12 });
  if (status !== 201 || created.attendees !== 12 || body.attendees === undefined) throw new Error(`version 2 answered ${status} without its new column`);
  line(green(`the old booking has the new column (attendees ${body.attendees}), a new one uses it (attendees ${created.attendees})`));
  return `version 2 migrated the database and took over: ${answers.length} requests meanwhile, ${refused} refused`;
}

export const story: Story = async (stage) => {
  const [door] = await stage.sandbox.doors();
  const client = new BookingClient(door.url);
  const booking = await step(`Call it through the load balancer, ${door.url}`, () => call(client));
  await stage.prove('Kill the database', () => breakDatabase(stage, client));
  await stage.prove('Rotate the password', () => rotate(stage, client));
  await stage.prove('Deploy version 2, with a migration', () => update(stage, client, booking));
};
