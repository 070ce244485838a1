// What the sandbox promises, seen on a small shop: a good deployment, each mistake with its reason, updates, and nothing left behind.
import assert from 'node:assert/strict';
import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeServicesCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { App } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Client } from 'pg';
import { clientConfig } from '../aws';
import { Sandbox } from '../sandbox';
import { ShopBase, ShopOptions, ShopService } from './shop-app';
import { eventually, isListening, processesThatKnow } from './traces';

const IMAGES = path.join(__dirname, 'sandbox.json');
const MISSING_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:nowhere-AbCdEf';

/** What is done wrong, and the reason that the deployment must fail with. */
const MISTAKES: { readonly [id: string]: [options: (base: ShopBase) => ShopOptions, reason: RegExp] } = {
  WrongPort: [
    () => ({ environment: { LISTEN_PORT: '9000' } }),
    /GET \/wrongport\/healthz on port 8000\): connection refused; the task listens on port 9000/,
  ],
  WrongPath: [
    () => ({ healthCheckPath: '/status' }),
    /GET \/status on port 8000\): answered 404, expected 200/,
  ],
  MissingSecret: [
    (base) => ({ secrets: { TOKEN: ecs.Secret.fromSecretsManager(Secret.fromSecretCompleteArn(base, 'Nowhere', MISSING_ARN)) } }),
    /ResourceInitializationError: unable to pull secrets: secret arn:\S+:nowhere-AbCdEf does not exist/,
  ],
  MissingJsonKey: [
    (base) => ({ secrets: { TOKEN: ecs.Secret.fromSecretsManager(base.database.secret!, 'token') } }),
    /ResourceInitializationError: unable to pull secrets: retrieved secret \S+ did not contain json key token/,
  ],
  MissingGrant: [
    () => ({ secretGrant: false }),
    /role \S+ is not authorized to perform secretsmanager:GetSecretValue on resource arn:\S+: no identity-based policy allows it/,
  ],
  MissingKeyGrant: [
    () => ({ keyGrant: false }),
    /role \S+ is not authorized to perform kms:Decrypt on resource arn:\S+: no identity-based policy allows it, nor does the policy of the key/,
  ],
  MissingDatabaseRule: [
    () => ({ databaseRule: false }),
    /container Migrate ended with exit code 1: .*no security group of database \S+ \(.*\) has an ingress rule for service MissingDatabaseRule\S* \(.*\) on port 5432/,
  ],
  MissingBalancerRule: [
    () => ({ balancerRule: false }),
    /no security group of service MissingBalancerRule\S* \(.*\) has an ingress rule for the load balancer \(.*\) on port 8000/,
  ],
  FailingMigration: [
    () => ({ migrationEnvironment: { BREAK_MIGRATION: 'yes' } }),
    /container Migrate ended with exit code 1: relation "customers" does not exist/,
  ],
  MissingPullGrant: [
    () => ({ image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/shop:v1' }),
    /CannotPullContainerError: role \S+ is not authorized to perform ecr:BatchGetImage on resource arn:\S+:repository\/shop:/,
  ],
  UnknownTag: [
    () => ({ image: 'shop:v9' }),
    /CannotPullContainerError: 'shop:v9' has no tag 'v9' in sandbox.json, it has: v1, v2/,
  ],
};

/** Synthesize the shop, in versions that differ by the service Good. */
function synthesize(name: string, good: ShopOptions): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), `shop-${name}-`));
  const app = new App({ outdir, analyticsReporting: false });
  const base = new ShopBase(app);
  const service = new ShopService(app, 'Good', base, 1, { autoScaled: true, discoveryName: 'good', ...good });
  new ShopService(app, 'Caller', base, 2, { callee: service, environment: { PEER_URL: 'http://good.shop.local:8000/version' } });
  new ShopService(app, 'Stranger', base, 3, { environment: { PEER_URL: 'http://good.shop.local:8000/version' } });
  new ShopService(app, 'Hanging', base, 4, { migrationEnvironment: { HANG_MIGRATION: 'yes' } });
  Object.entries(MISTAKES).forEach(([id, [options]], index) => new ShopService(app, id, base, 10 + index, options(base)));
  app.synth();
  return outdir;
}

void describe('a sandbox', { timeout: 240_000 }, () => {
  let sandbox: Sandbox;
  let door: string;
  const assemblies: { [name: string]: string } = {};

  const get = async (url: string) => {
    const response = await fetch(door + url);
    return { status: response.status, body: (await response.json() as { body: unknown }).body };
  };

  before(async () => {
    assemblies.v1 = synthesize('v1', {});
    assemblies.broken = synthesize('broken', { image: 'shop:v2', healthCheckPath: '/status' });
    assemblies.v2 = synthesize('v2', { image: 'shop:v2' });
    sandbox = await Sandbox.start({ images: IMAGES, startSeconds: 15 });
    await sandbox.deploy(assemblies.v1, ['Base', 'Good', 'Caller', 'Stranger']);
    [{ url: door }] = await sandbox.doors();
  });
  after(async () => {
    await sandbox?.stop();
    for (const folder of Object.values(assemblies)) fs.rmSync(folder, { recursive: true, force: true });
  });

  void test('runs a service with its database behind the door of its load balancer', async () => {
    assert.deepEqual(await get('/good/version'), { status: 200, body: '1' });
    assert.equal((await get('/good/write')).status, 200);
    assert.equal((await fetch(`${door}/nowhere`)).status, 404);
  });

  void test('runs as many tasks as the scalable target wants, each on an address of its own', async () => {
    const { services } = await sandbox.status();
    const good = services.find(({ name }) => name.startsWith('Good'))!;
    assert.equal(good.desired, 2);
    assert.equal(new Set(good.addresses).size, 2);
  });

  void test('shows what runs by the API of ECS', async () => {
    const client = new ECSClient(clientConfig(sandbox.endpoint));
    const { services } = await sandbox.status();
    const { arn } = services.find(({ name }) => name.startsWith('Good'))!;
    const [, cluster] = arn.split('/');
    const { services: described } = await client.send(new DescribeServicesCommand({ cluster, services: [arn] }));
    assert.equal(described![0].runningCount, 2);
    assert.equal(described![0].deployments![0].rolloutState, 'COMPLETED');
    assert.equal((await client.send(new ListTasksCommand({ cluster, serviceName: arn.split('/').pop() }))).taskArns!.length, 2);
  });

  void test('lets a service reach another by its private name where the security groups allow it, and nowhere else', async () => {
    assert.deepEqual(await get('/caller/peer'), { status: 200, body: 200 });
    assert.equal((await get('/stranger/peer')).status, 503);
  });

  void test('refuses database connections without TLS', async () => {
    const [{ port }] = await sandbox.databases();
    const client = new Client({ host: '127.0.0.1', port, user: 'owner', password: 'any', database: 'shop' });
    await assert.rejects(client.connect(), /no encryption/);
  });

  void test('brings a killed database back with everything that was acknowledged', async () => {
    const { body } = await get('/good/count');
    const [{ count }] = body as Array<{ count: number }>;
    for (let i = 0; i < 20; i++) assert.equal((await get('/good/write')).status, 200);
    const [{ id }] = await sandbox.databases();
    await sandbox.killDatabase(id);
    await eventually('the service answers again', 10, async () => (await get('/good/count')).status === 200);
    assert.deepEqual((await get('/good/count')).body, [{ count: count + 20 }]);
  });

  void test('replaces a task that was killed', async () => {
    const running = async () => (await sandbox.status()).services.find(({ name }) => name.startsWith('Good'))!.addresses;
    const earlier = await running();
    await sandbox.killTask('Good');
    await eventually('two tasks, one of them new', 20, async () => {
      const now = await running();
      return now.length === 2 && now.some((address) => !earlier.includes(address));
    });
  });

  for (const [id, [, reason]] of Object.entries(MISTAKES)) {
    void test(`fails the deployment of ${id} with the reason`, async () => {
      assert.match(await mistakes()[id], reason);
    });
  }

  // all at once: each waits for failed tasks most of the time
  let started: { [id: string]: Promise<string> } | undefined;
  function mistakes(): { [id: string]: Promise<string> } {
    started ??= Object.fromEntries(Object.keys(MISTAKES).map((id) => [
      id, sandbox.deploy(assemblies.v1, [id]).then(() => 'it was deployed', (error: Error) => error.message),
    ]));
    return started;
  }

  void test('rolls an update back that does not become healthy, while the old version serves every request', async () => {
    await whileCalling('/good/version', '1', async () => {
      await assert.rejects(sandbox.deploy(assemblies.broken, ['Good']), /Good is UPDATE_ROLLBACK_COMPLETE: .*GET \/status on port 8000\): answered 404/);
    });
  });

  void test('replaces a version without a failed request', async () => {
    await whileCalling('/good/version', undefined, async () => {
      await sandbox.deploy(assemblies.v2, ['Good']);
    });
    assert.deepEqual(await get('/good/version'), { status: 200, body: '2' });
  });

  void test('deletes stacks with their processes', async () => {
    await sandbox.destroy([...Object.keys(MISTAKES), 'Caller', 'Stranger', 'Good', 'Base']);
    assert.deepEqual(await sandbox.status(), { doors: [], databases: [], services: [], functions: [] });
  });

  /** Calls without a pause until the work is done; every answer must be good. */
  async function whileCalling(url: string, expected: string | undefined, work: () => Promise<void>): Promise<void> {
    let done = false;
    const calls = (async () => {
      let count = 0;
      for (; !done; count++) {
        const { status, body } = await get(url);
        assert.equal(status, 200);
        if (expected !== undefined) assert.equal(body, expected);
        await sleep(20);
      }
      return count;
    })();
    try {
      await work();
    } finally {
      done = true;
    }
    assert.ok(await calls > 10);
  }
});

void describe('a second sandbox beside the first', { timeout: 240_000 }, () => {
  void test('takes a deployment by the unmodified CDK CLI', async () => {
    const assembly = synthesize('cli', {});
    const [first, second] = await Promise.all([Sandbox.start({ images: IMAGES }), Sandbox.start({ images: IMAGES })]);
    try {
      await second.bootstrap();
      await Promise.all([
        first.deploy(assembly, ['Base', 'Good']),
        second.cdk('deploy', '--app', assembly, 'Base', 'Good', '--method', 'direct', '--require-approval', 'never', '--progress', 'events'),
      ]);
      for (const sandbox of [first, second]) {
        const [{ url }] = await sandbox.doors();
        assert.equal((await fetch(`${url}/good/write`)).status, 200);
      }
    } finally {
      await Promise.all([first.stop(), second.stop()]);
      fs.rmSync(assembly, { recursive: true });
    }
  });
});

void describe('the end of a sandbox', { timeout: 240_000, skip: process.platform === 'linux' ? false : 'processes are looked for in /proc' }, () => {
  let assembly: string;
  const owners: ChildProcess[] = [];

  before(() => { assembly = synthesize('owner', {}); });
  after(() => {
    owners.forEach((owner) => owner.kill('SIGKILL'));
    fs.rmSync(assembly, { recursive: true });
  });

  interface Owned {
    readonly owner: ChildProcess;
    readonly endpoint: string;
    readonly folder: string;
    readonly databasePort: number;
  }

  async function own(...args: string[]): Promise<Owned> {
    const words = ['--import', require.resolve('tsx'), path.join(__dirname, 'owner.ts'), assembly, ...args];
    const owner = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    owners.push(owner);
    for await (const line of createInterface(owner.stdout!)) return { owner, ...JSON.parse(line) };
    throw new Error('the owner ended without a word');
  }

  const isGone = ({ endpoint, folder, databasePort }: Owned) => eventually('everything is gone', 30, async () =>
    processesThatKnow(folder, endpoint).length === 0 && !await isListening(databasePort) && !await isListening(Number(new URL(endpoint).port)));

  void test('leaves nothing behind when its owner is killed', async () => {
    const owned = await own();
    assert.ok(processesThatKnow(owned.folder, owned.endpoint).length > 3);
    owned.owner.kill('SIGKILL');
    await isGone(owned);
    assert.equal(fs.existsSync(owned.folder), false);
  });

  void test('leaves nothing behind when its owner is killed while a deployment waits', async () => {
    const owned = await own('hang');
    await eventually('the migration waits', 20, () => processesThatKnow('HANG_MIGRATION').length > 0);
    owned.owner.kill('SIGKILL');
    await isGone(owned);
    assert.equal(fs.existsSync(owned.folder), false);
  });

  void test('leaves no process behind when its supervisor is killed', async () => {
    const owned = await own();
    process.kill(Number(fs.readFileSync(path.join(owned.folder, 'pid'), 'utf8')), 'SIGKILL');
    await isGone(owned);
  });

  void test('stays when it is kept, until it is stopped', async () => {
    const owned = await own('keep');
    await eventually('the owner has ended', 10, () => owned.owner.exitCode !== null);
    await sleep(500);
    const kept = (await Sandbox.kept()).find(({ endpoint }) => endpoint === owned.endpoint)!;
    assert.equal((await kept.status()).databases.length, 1);
    await kept.stop();
    await isGone(owned);
  });
});
