// What the sandbox promises of volumes, Redis, workers and task roles, seen on a small base and clients that each do one thing wrong.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Sandbox } from '../sandbox';
import { ClientOptions, StorageBase, StorageClient } from './storage-app';
import { eventually } from './traces';

const PYTHON = path.join(__dirname, '..', '..', '..', '.sandbox', 'venv', 'bin', 'python');

/** What is done wrong, and the reason that the deployment must fail with. */
const MISTAKES: { readonly [id: string]: [options: (base: StorageBase) => ClientOptions, reason: RegExp] } = {
  NoMountGrant: [
    () => ({ actions: [] }),
    /ResourceInitializationError: failed to invoke EFS utils commands .* access denied by server .*role \S+ is not authorized to perform elasticfilesystem:ClientMount on fs-\w+ through fsap-/,
  ],
  NoWriteGrant: [
    () => ({ actions: ['ClientMount'] }),
    /Essential container in task exited: Worker with exit code 1: OSError: .*Read-only file system/,
  ],
  ReadOnlyMountPoint: [
    () => ({ readOnly: true }),
    /Essential container in task exited: Worker with exit code 1: OSError: .*Read-only file system/,
  ],
  NoNfsRule: [
    () => ({ nfsRule: false }),
    /mount.nfs4: Connection timed out \(no security group of file system \S+ \(.*\) has an ingress rule for service NoNfsRule\S* \(.*\) on port 2049\)/,
  ],
  NoTransitEncryption: [
    () => ({ volume: { transitEncryption: undefined } }),
    /ClientException: transit encryption must be enabled if an EFS access point or IAM authorization is used/,
  ],
  Anonymous: [
    () => ({ volume: { authorizationConfig: undefined } }),
    /access denied by server .*an anonymous client is not authorized to perform elasticfilesystem:ClientMount/,
  ],
  RootBesideAccessPoint: [
    () => ({ volume: { rootDirectory: '/elsewhere' } }),
    /ClientException: with an EFS access point the root directory must be omitted or '\/', got '\/elsewhere'/,
  ],
  MissingFolder: [
    () => ({ volume: { rootDirectory: '/nowhere', authorizationConfig: { iam: 'ENABLED' } } }),
    /mounting fs-\w+\.efs\.us-east-1\.amazonaws\.com:\/nowhere failed, reason given by server: No such file or directory/,
  ],
  OtherZone: [
    (base) => ({ subnets: { subnets: [base.vpc.privateSubnets[1]] } }),
    /Failed to resolve "fs-\w+\.efs\.us-east-1\.amazonaws\.com" - The file system mount target ip address cannot be found: it has no mount target in us-east-1\w/,
  ],
  NoQueueGrant: [
    () => ({ mayQueue: false }),
    /AccessDenied.*assumed-role\/NoQueueGrant\S* is not authorized to perform: sqs:SendMessage because no identity-based policy allows/,
  ],
  UntrustedRole: [
    () => ({ trusted: 'ec2.amazonaws.com' }),
    /ECS was unable to assume the role 'arn:\S+' that was provided for this task: its trust policy does not name ecs-tasks\.amazonaws\.com/,
  ],
};

function synthesize(): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'storage-'));
  const app = new App({ outdir, analyticsReporting: false });
  const base = new StorageBase(app);
  new StorageClient(app, 'Good', base);
  for (const [id, [options]] of Object.entries(MISTAKES)) new StorageClient(app, id, base, options(base));
  app.synth();
  return outdir;
}

void describe('volumes, Redis and workers in a sandbox', { timeout: 240_000, skip: process.platform === 'linux' ? false : 'mounts are of Linux' }, () => {
  let sandbox: Sandbox;
  let assembly: string;

  before(async () => {
    assembly = synthesize();
    sandbox = await Sandbox.start({ images: path.join(__dirname, 'sandbox.json') });
    await sandbox.deploy(assembly, ['Storage', 'Good']);
  });
  after(async () => {
    await sandbox?.stop();
    fs.rmSync(assembly, { recursive: true, force: true });
  });

  const running = async (name: string) => (await sandbox.status()).services.find((service) => service.name.includes(name))!;
  const redis = async (...words: string[]) => {
    const { addresses: [host] } = await running('Redis');
    const { stdout } = await promisify(execFile)(path.join(path.dirname(PYTHON), 'redis-cli'), ['-h', host, ...words]);
    return stdout.trim();
  };

  void test('runs workers without port or load balancer, healthy by their own check', async () => {
    assert.equal((await running('Good')).running, 2);
    assert.equal(await redis('GET', 'starts'), '2');
  });

  void test('shares a file system among tasks at the path of the container, and nothing of it with this machine', async () => {
    assert.equal(fs.existsSync('/mnt/efs/starts'), false);
    const files = path.join(sandbox.logFolder, '..', 'file-systems');
    const [id] = fs.readdirSync(files);
    assert.equal(fs.readFileSync(path.join(files, id, 'shared', 'starts'), 'utf8'), 'started\nstarted\n');
  });

  void test('runs a real Redis whose data survives the end of its task', async () => {
    assert.match(await redis('INFO', 'server'), /redis_version:/);
    await redis('SET', 'order', 'kept');
    const { addresses: [before_] } = await running('Redis');
    await sandbox.killTask('Redis');
    await eventually('another Redis', 20, async () => {
      const { addresses: [now] } = await running('Redis');
      return now !== undefined && now !== before_;
    });
    assert.equal(await redis('GET', 'order'), 'kept');
  });

  void test('leads tasks to the Redis that runs by its private name', async () => {
    const starts = Number(await redis('GET', 'starts'));
    await sandbox.killTask('Good');
    await eventually('the task that took its place has counted', 20, async () => Number(await redis('GET', 'starts')) === starts + 1);
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
      id, sandbox.deploy(assembly, [id]).then(() => 'it was deployed', (error: Error) => error.message),
    ]));
    return started;
  }
});
