// Deploys an example to the local sandbox as a real account would get it, calls it, breaks it, updates it, prices it.
import * as fs from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { BookingClient } from './client';
import { showAlarms, showCost, showInventory, showReference, templatesOf } from './report';
import { replaceTasks, rotatePassword } from './rotation';
import { bold, cyan, dim, green, line, moving, red, step } from './screen';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { exampleContext, exampleNames, loadExample } from '../example-app';
import { Outputs, Progress } from '../sandbox/deployment';
import { Sandbox } from '../sandbox/sandbox';

// the schema of the templates is validated by `synth:examples`
process.env.CDK_VALIDATION = 'false';

const ROOT = path.join(__dirname, '..', '..');
/** What is told when it is ready, since a reader waits for it. */
const WORTH_A_LINE = /^AWS::(EC2::VPC|RDS::DBInstance|ElasticLoadBalancingV2::LoadBalancer|ECS::Service|ECS::TaskDefinition|SNS::Topic|ECR::Repository|CloudWatch::Dashboard)$/;

function synthesize(example: string, imageTag: string): string {
  const out = path.join(ROOT, 'cdk.out', 'demo', example, imageTag);
  fs.rmSync(out, { recursive: true, force: true });
  loadExample(example, exampleContext(example, 'prod', { imageTag }), { outdir: out }).synth();
  return out;
}

/** Logical ids whose definition differs between two assemblies. */
function changedIds(before: string, after: string): Set<string> {
  const definitions = (folder: string): Map<string, string> =>
    new Map(templatesOf(folder).flatMap(({ Resources = {} }) => Object.entries(Resources)).map(([id, resource]) => [id, JSON.stringify(resource)]));
  const [old, now] = [definitions(before), definitions(after)];
  return new Set([...now].filter(([id, definition]) => old.get(id) !== definition).map(([id]) => id));
}

/** Tells what is ready; of an update only what it changes, as the emulator reports every resource. */
function progress(changed?: Set<string>): (event: Progress) => void {
  let finished = 0;
  return ({ logicalId, resourceType, status, reason }) => {
    if (changed && !changed.has(logicalId) && resourceType !== 'AWS::ECS::Service') return;
    if (status.endsWith('_COMPLETE') && resourceType !== 'AWS::CloudFormation::Stack') finished += 1;
    if (status.endsWith('_FAILED')) line(red(`✘ ${logicalId} ${resourceType}: ${reason ?? status}`));
    else if (/^(CREATE|UPDATE)_COMPLETE$/.test(status) && WORTH_A_LINE.test(resourceType)) line(`${green('✔')} ${resourceType.replace(/^AWS::/, '')} ${dim(logicalId)}`);
    else moving(`${finished} finished · ${resourceType} ${logicalId}`);
  };
}

const deploy = (sandbox: Sandbox, assembly: string, before?: string): Promise<Outputs> =>
  sandbox.deploy(assembly, undefined, progress(before === undefined ? undefined : changedIds(before, assembly)));

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

async function breakDatabase(sandbox: Sandbox, client: BookingClient): Promise<string> {
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

async function rotate(sandbox: Sandbox, client: BookingClient): Promise<string> {
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

async function update(sandbox: Sandbox, client: BookingClient, example: string, before: string, booking: string): Promise<string> {
  const assembly = synthesize(example, 'v2');
  const answers = await client.during(() => client.call('GET', `/bookings/${booking}`), deploy(sandbox, assembly, before));
  const refused = answers.filter(({ status }) => status !== 200).length;
  line(`${answers.length} requests were answered during the deployment, ${refused} refused`);
  const { body } = await client.call('GET', `/bookings/${booking}`);
  const { status, body: created } = await client.book({ attendees: 12 });
  if (status !== 201 || created.attendees !== 12 || body.attendees === undefined) throw new Error(`version 2 answered ${status} without its new column`);
  line(green(`the old booking has the new column (attendees ${body.attendees}), a new one uses it (attendees ${created.attendees})`));
  return `version 2 migrated the database and took over: ${answers.length} requests meanwhile, ${refused} refused`;
}

/** Lines of an example's app that are neither blank nor comment. */
function linesOf(example: string): number {
  return fs.readFileSync(path.join(ROOT, 'examples', example, 'app.ts'), 'utf8').split('\n').filter((text) => !/^\s*(\/\/.*)?$/.test(text)).length;
}

async function stopKept(): Promise<void> {
  const kept = await Sandbox.kept();
  for (const sandbox of kept) await sandbox.stop();
  console.log(`${kept.length} kept ${kept.length === 1 ? 'sandbox' : 'sandboxes'} stopped`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean', default: false }, stop: { type: 'boolean', default: false }, example: { type: 'string', default: 'production-api' } },
  });
  if (values.stop) return stopKept();
  const { keep, example } = values;
  if (!exampleNames().includes(example)) throw new Error(`'--example' must be one of ${exampleNames().join(', ')}, got '${example}'`);

  const start = Date.now();
  const facts: string[] = [];
  console.log(bold(`cdk-patternbook: ${example} in prod, deployed on this machine`));
  console.log(dim('An emulated AWS account with real processes behind it: PostgreSQL with TLS, the service itself, health checks, rollbacks.'));
  const assembly = await step('Synthesize', async () => {
    const out = synthesize(example, 'v1');
    facts.push(`${linesOf(example)} lines of examples/${example}/app.ts became ${showInventory(templatesOf(out))} resources`);
    return out;
  });
  const sandbox = await step('Start the sandbox', async () => {
    const started = await Sandbox.start({ images: path.join(ROOT, 'examples', example, 'sandbox.json') });
    line(`an AWS endpoint of its own at ${started.endpoint}`);
    return started;
  });
  let kept = false;
  try {
    await step('Deploy version 1', () => deploy(sandbox, assembly));
    const [door] = await sandbox.doors();
    const client = new BookingClient(door.url);
    const booking = await step(`Call it through the load balancer, ${door.url}`, () => call(client));
    facts.push(await step('Kill the database', () => breakDatabase(sandbox, client)));
    facts.push(await step('Rotate the password', () => rotate(sandbox, client)));
    facts.push(await step('Deploy version 2, with a migration', () => update(sandbox, client, example, assembly, booking)));
    const templates = templatesOf(assembly);
    await step('Alarms, and whom they reach', async () => {
      const alarms = await sandbox.alarms();
      showAlarms(templates);
      const mute = alarms.filter(({ actions }) => actions.length === 0);
      const topics = [...new Set(alarms.flatMap(({ actions }) => actions))];
      line(`${alarms.length} alarms, ${mute.length} without an action; all act on ${topics.join(', ')}`);
      line('→ e-mail to ops@example.com, who would confirm the subscription once');
      facts.push(`${alarms.length} alarms watch it, ${alarms.length - mute.length} of them tell somebody`);
    });
    await step('What a real account would pay', async () => {
      const cost = estimateMonthlyCost(templates);
      showCost(cost);
      facts.push(`$${cost.total.toFixed(0)} a month in prod on a real account, each line above with its source`);
      line();
      showReference();
    });
    if (keep) {
      await sandbox.keep();
      kept = true;
    }
    console.log(`\n${green(bold('All of it worked'))} in ${((Date.now() - start) / 1000).toFixed(0)} s:`);
    for (const fact of facts) line(`${green('✔')} ${fact}`);
    console.log(keep
      ? `\nIt runs on at ${bold(door.url)} (try GET /bookings). Stop it: ${bold('npm run demo -- --stop')}`
      : `\nKeep it running: ${bold('npm run demo -- --keep')}    Your own: copy ${bold(`examples/${example}`)}, its README has the commands for a real account.`);
  } finally {
    if (!kept) await sandbox.stop();
  }
}

main().catch((error: Error) => {
  console.error(`\n${red('The demo stopped:')} ${error.message}`);
  process.exitCode = 1;
});
