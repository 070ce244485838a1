// A PWA without servers: used in a browser, offline too, by a hundred users at once, its database killed under them, its next version shifted in.
import { randomBytes, randomUUID } from 'crypto';
import { cpus } from 'os';
import * as path from 'path';
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { during } from '../../during';
import { Aws } from '../../sandbox/aws';
import { Sandbox } from '../../sandbox/sandbox';
import { DemoBrowser, DESKTOP, PHONE, Window } from '../browser';
import { ErrorBody } from '../client';
import { Crowd, LoadReport, TURN } from '../load';
import { cyan, dim, green, line, table } from '../screen';
import { buildSite, runAws } from '../site';
import { Stage, Story } from '../story';

const USERS = 100;
/** While functions of two versions start. */
const FEW_USERS = 5;
const MOST_MILLISECONDS = 500;
const MOST_ERRORS = 0.01;
// ten runs at once are reserved, and where all of it shares a few CPUs a start of the function may take seconds: told, and no fault of the app
const MOST_THROTTLES = 0.25;
/** In how long users come: while functions start for them, and when these are there. */
const [ARRIVAL_SECONDS, QUICK_ARRIVAL_SECONDS] = [20, 8];
/** How long users work before the database is killed, and after it is back. */
const [BEFORE_OUTAGE_SECONDS, AFTER_OUTAGE_SECONDS] = [10, 5];

const seconds = (number: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, number * 1000));

async function upload({ sandbox, outputs }: Stage, site: string): Promise<string> {
  const folder = await buildSite('fillup-pwa');
  const commands = Object.values(outputs).find(({ Upload }) => Upload)!.Upload.split('\n');
  await runAws(sandbox, commands, folder);
  for (const command of commands) line(`${green('✔')} ${dim(command.replace(/s3:\/\/[\w-]+/, 's3://…').slice(0, 130))}`);
  const page = await fetch(site);
  const policy = page.headers.get('content-security-policy') ?? '';
  if (!(await page.text()).includes('<div id="root">') || !policy.includes("default-src 'self'")) throw new Error('the page was not found, or without its policy');
  line(`GET /                 ${green('200')} ${dim(`the page, by CloudFront from a private bucket, under the policy ${policy.slice(0, 60)}…`)}`);
  await expectPage(site, '/a/path/of/the/app', 200, 'the same page: its script knows what to show');
  await expectPage(site, '/assets/missing.js', 404, 'and not the page in its place');
  line(`GET /config.json      ${green('200')} ${dim(JSON.stringify(await configOf(site)))}`);
  return "the site was uploaded by the AWS command line, with the commands in the stack's output";
}

/** What the distribution itself tells the page. */
async function configOf(site: string): Promise<{ readonly environment: string; readonly version: string }> {
  return await (await fetch(`${site}/config.json`)).json() as { environment: string; version: string };
}

async function expectPage(site: string, where: string, status: number, why: string): Promise<void> {
  const response = await fetch(site + where);
  if (response.status !== status) throw new Error(`GET ${where} answered ${response.status}`);
  line(`GET ${where.padEnd(18)} ${green(String(status))} ${dim(why)}`);
}

/** Wait until all that was done in a window has been acknowledged. */
const sent = (window: Window): Promise<number> => window.until('pending', 'sent', (texts) => texts.length === 0);

async function useOnTwoDevices(stage: Stage, phone: Window, browser: DemoBrowser): Promise<[desktop: Window, fact: string]> {
  await phone.shows('status', 'live');
  await phone.click('add-water');
  await phone.shows('total', '250 ml');
  line(`on a phone            ${green('250 ml')} ${dim('of water, sent over a WebSocket')}`);
  const desktop = await browser.open(await phone.linkOf('share'), DESKTOP);
  await desktop.shows('total', '250 ml');
  await desktop.shows('status', 'live');
  line(`on a second device    ${green('250 ml')} ${dim('by the link that the phone shows')}`);
  await phone.click('add-tea');
  const milliseconds = await desktop.shows('total', '450 ml');
  line(`tea on the phone      ${green('450 ml')} on the other ${milliseconds} ms later, by itself`);
  for (const drink of ['add-coffee', 'add-water', 'add-juice']) await desktop.click(drink);
  await phone.shows('total', '1050 ml');
  await Promise.all([sent(phone), sent(desktop)]);
  await phone.picture(path.join(stage.pictures, 'phone.png'));
  await desktop.picture(path.join(stage.pictures, 'desktop.png'));
  const barriers = [...await phone.barriers(), ...await desktop.barriers()];
  if (barriers.length > 0) throw new Error(`axe found barriers: ${barriers.join('; ')}`);
  return [desktop, `two devices shared a journal, a drink on one was on the other ${milliseconds} ms later; axe found no barrier`];
}

async function goOffline(stage: Stage, phone: Window, desktop: Window): Promise<string> {
  await phone.isKept();
  await phone.goOffline();
  if (await phone.isAnswered('/api/health')) throw new Error('the phone is not offline');
  await phone.reload();
  await phone.shows('total', '1050 ml');
  line(`offline, page loaded anew   ${green('1050 ml')} ${dim('kept by its service worker')}`);
  await phone.click('add-milk');
  await phone.shows('pending', '1');
  await phone.shows('status', 'offline');
  await phone.picture(path.join(stage.pictures, 'offline.png'));
  await desktop.shows('total', '1050 ml');
  line(`milk                        ${cyan('1 pending')} ${dim('and nothing of it on the other device')}`);
  await phone.goOnline();
  const milliseconds = await sent(phone);
  await desktop.shows('total', '1250 ml');
  line(`online again                ${green('1250 ml')} on both, sent ${milliseconds} ms later`);
  const complaints = [...phone.complaints, ...desktop.complaints];
  if (complaints.length > 0) throw new Error(`the browser complained: ${complaints.join('; ')}`);
  return 'without a network the page opened and took a drink, which was sent when the network was back; no complaint in any console';
}

/** A request, and what it must be answered. */
interface Question {
  readonly method: string;
  readonly where: string;
  readonly status: number;
  readonly code?: string;
  readonly body?: object;
  readonly key?: string;
}

async function ask(site: string): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  const [id, key] = [randomUUID(), randomBytes(32).toString('base64url')];
  const content = { kind: 'tea', millilitres: 200, day, drunkAt: new Date().toISOString() };
  const drink = `/api/drinks/${id}`;
  const questions: Question[] = [
    { method: 'GET', where: '/api/health', status: 200 },
    { method: 'POST', where: '/api/drinks', status: 201, body: { id, ...content }, key },
    { method: 'POST', where: '/api/drinks', status: 200, body: { id, ...content }, key },
    { method: 'POST', where: '/api/drinks', status: 409, code: 'CONFLICT', body: { id, ...content, kind: 'milk' }, key },
    { method: 'PUT', where: drink, status: 200, body: { ...content, millilitres: 300 }, key },
    { method: 'POST', where: '/api/drinks', status: 400, code: 'VALIDATION_FAILED', body: { id, ...content, millilitres: 0 }, key },
    { method: 'GET', where: `/api/days/${day}`, status: 401, code: 'UNAUTHORIZED' },
    { method: 'GET', where: drink, status: 404, code: 'NOT_FOUND', key: randomBytes(32).toString('base64url') },
    { method: 'DELETE', where: drink, status: 204, key },
    { method: 'GET', where: drink, status: 404, code: 'NOT_FOUND', key },
    { method: 'GET', where: '/api/nothing', status: 404, code: 'NOT_FOUND' },
    { method: 'DELETE', where: '/api/goal', status: 405, code: 'METHOD_NOT_ALLOWED', key },
  ];
  for (const question of questions) await expectAnswer(site, question);
  return `the API answered ${questions.length} requests as it promises, from 200 to 409, through CloudFront and API Gateway`;
}

async function expectAnswer(site: string, { method, where, status, code, body, key }: Question): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  const response = await fetch(site + where, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  const { error } = (text.startsWith('{') ? JSON.parse(text) : {}) as ErrorBody;
  if (response.status !== status || error?.code !== code || response.headers.get('cache-control') !== 'no-store') {
    throw new Error(`${method} ${where} was to answer ${status} ${code ?? ''}, and answered ${response.status}: ${text.slice(0, 200)}`);
  }
  const shown = where.replace(/([0-9a-f]{8})[0-9a-f-]{28}/, '$1…');
  line(`${method.padEnd(6)} ${shown.padEnd(24)} ${(status < 400 ? green : cyan)(String(status))} ${dim(error ? `${error.code}: ${error.message}` : text.slice(0, 80))}`);
}

function showFailures({ failures }: LoadReport): void {
  for (const [failure, count] of failures) line(`${cyan(String(count))} × ${dim(failure)}`);
}

function show(report: LoadReport): void {
  const milliseconds = (number: number): string => number.toFixed(0);
  const kinds = [...new Set(report.calls.map(({ kind }) => kind))].sort();
  table([
    ['', 'calls', 'median', '95 %', '99 %', 'slowest'],
    ...kinds.map((kind) => [
      kind,
      String(report.calls.filter((call) => call.kind === kind).length),
      ...[0.5, 0.95, 0.99, 1].map((share) => milliseconds(report.within(share, kind))),
    ]),
  ]);
  showFailures(report);
}

/** How often Lambda has refused to run a function, as CloudWatch counts it. */
async function throttles(sandbox: Sandbox): Promise<number> {
  const { cloudWatch } = new Aws(sandbox.endpoint);
  const { functions } = await sandbox.status();
  const sums = await Promise.all(functions.map(async ({ name: Value }) => {
    const [StartTime, EndTime] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 60_000)];
    const asked = { Namespace: 'AWS/Lambda', MetricName: 'Throttles', Dimensions: [{ Name: 'FunctionName', Value }], Statistics: ['Sum' as const], Period: 86_400 };
    const { Datapoints = [] } = await cloudWatch.send(new GetMetricStatisticsCommand({ ...asked, StartTime, EndTime }));
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }));
  return sums.reduce((sum, count) => sum + count, 0);
}

async function load({ sandbox, loadSeconds }: Stage, site: string): Promise<string> {
  line(`each of ${USERS} users, ${TURN}`);
  const throttledBefore = await throttles(sandbox);
  const crowd = new Crowd(site, USERS, ARRIVAL_SECONDS);
  await seconds(ARRIVAL_SECONDS + loadSeconds);
  const report = await crowd.leave();
  show(report);
  const [p95, throttled] = [report.within(0.95), await throttles(sandbox) - throttledBefore];
  const share = (failed: number): number => failed / report.calls.length;
  const perSecond = report.calls.length / report.seconds;
  const { acknowledged, found, twice } = await crowd.check();
  const said = `${USERS} users for ${report.seconds.toFixed(0)} s: ${perSecond.toFixed(0)} calls/s, 95 % within ${p95.toFixed(0)} ms, ${(share(report.failed) * 100).toFixed(2)} % errors, ${throttled} throttles`;
  line(green(`${found} of ${acknowledged} drinks that were acknowledged are there, none twice`));
  if (found !== acknowledged || twice > 0) throw new Error(`${found} of ${acknowledged} acknowledged drinks were found, ${twice} twice`);
  // more runs at once than are reserved: a machine that is slow for other reasons meets that sooner than Lambda
  if (throttled > 0) line(`${cyan(String(throttled))} runs were turned away: more at once than are reserved, on ${cpus().length} CPUs for everything`);
  if (p95 > MOST_MILLISECONDS || share(report.failed - throttled) > MOST_ERRORS || share(throttled) > MOST_THROTTLES) {
    throw new Error(`${said}: more than ${MOST_MILLISECONDS} ms, ${MOST_ERRORS * 100} % errors or ${MOST_THROTTLES * 100} % throttles`);
  }
  return said;
}

async function breakDatabase({ sandbox }: Stage, site: string): Promise<string> {
  const [{ id }] = await sandbox.databases();
  const crowd = new Crowd(site, USERS, QUICK_ARRIVAL_SECONDS);
  await seconds(BEFORE_OUTAGE_SECONDS);
  line(`kill -9 PostgreSQL (${id}) under ${USERS} users …`);
  const killed = Date.now();
  await sandbox.killDatabase(id);
  line(`it was back ${((Date.now() - killed) / 1000).toFixed(1)} s later`);
  await seconds(AFTER_OUTAGE_SECONDS);
  const report = await crowd.leave();
  showFailures(report);
  line(`${report.failed} of ${report.calls.length} calls failed; what was not acknowledged was sent again, under the same ids`);
  const { acknowledged, found, twice, unsent } = await crowd.check();
  if (found !== acknowledged || twice > 0 || unsent > 0) throw new Error(`${found} of ${acknowledged} acknowledged drinks were found, ${twice} twice, ${unsent} could not be sent`);
  line(green(`${found} of ${acknowledged} acknowledged drinks are there, none twice`));
  return `${found} of ${acknowledged} acknowledged drinks survived a kill -9 of the database under ${USERS} users, none is there twice`;
}

async function update({ deploy }: Stage, site: string, phone: Window): Promise<string> {
  const version = async (): Promise<string> => (await (await fetch(`${site}/api/health`)).json() as { version: string }).version;
  const before = await version();
  const crowd = new Crowd(site, FEW_USERS, 1);
  await seconds(2);
  const answered: string[] = [];
  await during(deploy('v2'), async () => {
    answered.push(await version());
    await seconds(0.1);
  });
  const after = await version();
  await seconds(1);
  const report = await crowd.leave();
  showFailures(report);
  const early = answered.filter((one) => one === after).length;
  line(`version ${before} answered ${answered.length - early} times and version ${green(after)} ${early} times, while CodeDeploy gave it a tenth, then all`);
  line(`${report.calls.length} calls of ${FEW_USERS} users meanwhile, ${report.failed} failed; the page is told ${JSON.stringify(await configOf(site))}`);
  if (before === after) throw new Error(`version ${after} still answers`);
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.calls.length} calls failed while the version changed`);
  await phone.shows('status', 'live');
  await phone.click('add-water');
  await phone.shows('total', '1500 ml');
  await sent(phone);
  return `version ${after} took over from version ${before} by a canary: ${report.calls.length} calls meanwhile, ${report.failed} failed, and the open page went on`;
}

export const story: Story = async (stage) => {
  const site = (await stage.sandbox.doors()).find(({ kind }) => kind === 'Distribution')!.url;
  await stage.prove('Build the site, upload it as a pipeline does', () => upload(stage, site));
  const browser = await DemoBrowser.start();
  try {
    const phone = await browser.open(site, PHONE);
    let desktop: Window;
    await stage.prove(`Open it in a browser, ${site}`, async () => {
      const [opened, fact] = await useOnTwoDevices(stage, phone, browser);
      desktop = opened;
      return fact;
    });
    await stage.prove('Go offline', () => goOffline(stage, phone, desktop));
    await desktop!.close();
    await stage.prove('Ask the API, also what it must refuse', () => ask(site));
    await stage.prove(`${USERS} users at once`, () => load(stage, site));
    await stage.prove('Kill the database under load', () => breakDatabase(stage, site));
    await stage.prove('Deploy version 2 under load', () => update(stage, site, phone));
  } finally {
    await browser.stop();
  }
};
