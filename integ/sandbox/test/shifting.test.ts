// Canary, linear and blue/green deployments of the library, seen from the other side of the load balancer: who answers, and when.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { Duration } from 'aws-cdk-lib';
import { Deployment } from '../../../src';
import { clientConfig } from '../aws';
import { Sandbox } from '../sandbox';
import { ALARM, ANYBODY, synthesizeVersion, Version } from './shifting-app';

const IMAGES = path.join(__dirname, 'sandbox.json');
/** A minute of AWS here. */
const MINUTE = 300;
const TEST_PORT = 9000;

interface Answer {
  readonly at: number;
  readonly status: number;
  readonly version: string;
}

void describe('a deployment that shifts traffic', { timeout: 300_000, skip: process.platform === 'linux' ? false : 'two versions need two addresses' }, () => {
  let sandbox: Sandbox;
  let door: string;
  const folders: string[] = [];

  const deploy = async (version: Version): Promise<void> => {
    folders.push(synthesizeVersion(version));
    await sandbox.deploy(folders.at(-1)!);
  };
  const ask = async (url = door): Promise<Answer> => {
    const at = Date.now();
    const response = await fetch(`${url}/version`);
    const body = await response.text();
    return { at, status: response.status, version: response.ok ? (JSON.parse(body) as { body: string }).body : body };
  };
  const setAlarm = (StateValue: 'OK' | 'ALARM') =>
    new CloudWatchClient(clientConfig(sandbox.endpoint)).send(new SetAlarmStateCommand({ AlarmName: ALARM, StateValue, StateReason: 'a test' }));
  /** Everything that was answered while something was done. */
  const whileAsking = async (work: () => Promise<unknown>): Promise<Answer[]> => {
    let done = false;
    const answers: Answer[] = [];
    const asking = Promise.all(Array.from({ length: 4 }, async () => {
      while (!done) {
        answers.push(await ask());
        await sleep(4);
      }
    }));
    try {
      await work();
    } finally {
      done = true;
      await asking;
    }
    assert.deepEqual(answers.filter(({ status }) => status !== 200), [], 'every request is answered');
    return answers.sort((one, other) => one.at - other.at);
  };
  const lastOf = (version: string, answers: Answer[]): number =>
    Math.max(...answers.filter((answer) => answer.version === version).map(({ at }) => at));
  const shareOf = (version: string, answers: Answer[]): number => answers.filter((answer) => answer.version === version).length / answers.length;
  const running = async (): Promise<readonly string[]> => (await sandbox.status()).services[0].addresses;
  const canary = (): Deployment => Deployment.canary({ percent: 10, interval: Duration.minutes(12), bakeTime: Duration.minutes(4) });

  before(async () => {
    sandbox = await Sandbox.start({ images: IMAGES, startSeconds: 15, minuteMilliseconds: MINUTE });
    await deploy({ deployment: () => Deployment.rolling() });
    door = (await sandbox.doors()).find(({ listenerPort }) => listenerPort === 80)!.url;
  });
  after(async () => {
    await sandbox?.stop();
    for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  });

  void test('a rolling service gets its second target group without a failed request', async () => {
    await whileAsking(() => deploy({ deployment: () => Deployment.rolling({ alternateTargetGroup: true }) }));
    assert.equal((await ask()).version, '1');
  });

  void test('a canary gets a tenth of the requests for its interval, then all, and the old tasks go after the bake time', async () => {
    const before_ = await running();
    let together = 0;
    const watching = setInterval(() => void running().then((addresses) => { together = Math.max(together, addresses.length); }), 100);
    const answers = await whileAsking(() => deploy({ deployment: canary, image: 'shop:v2' })).finally(() => clearInterval(watching));
    const first = answers.find(({ version }) => version === '2')!.at;
    const last = lastOf('1', answers);
    const share = shareOf('2', answers.filter(({ at }) => at >= first && at <= last));
    assert.ok(Math.abs(last - first - 12 * MINUTE) < 1.5 * MINUTE, `the interval took ${last - first} ms`);
    assert.ok(share > 0.05 && share < 0.16, `the canary got ${share}`);
    assert.ok(answers.at(-1)!.at - last > 3 * MINUTE, 'the old tasks stay for the bake time');
    assert.equal(together, 4);
    const now = await running();
    assert.equal(now.length, 2);
    assert.deepEqual(now.filter((address) => before_.includes(address)), []);
  });

  void test('a later deployment that does not touch the service leaves the traffic where ECS moved it', async () => {
    await whileAsking(() => deploy({ deployment: canary, image: 'shop:v2', hookStatus: 'FAILED' }));
    assert.equal((await ask()).version, '2');
  });

  void test('a version that does not become healthy gets no request', async () => {
    const answers = await whileAsking(async () => {
      await assert.rejects(deploy({ deployment: canary, environment: { LISTEN_PORT: '9999' } }), /CANARY deployments have no circuit breaker, .* the task listens on port 9999/);
    });
    assert.equal(shareOf('2', answers), 1);
    assert.equal((await running()).length, 2);
  });

  void test('an alarm in the interval takes the traffic back within moments', async () => {
    let red = 0;
    const answers = await whileAsking(async () => {
      const deployed = assert.rejects(deploy({ deployment: canary }), /ECS deployment failed: alarm detected: shop-errors/);
      while ((await ask()).version !== '1') await sleep(5);
      await setAlarm('ALARM');
      red = Date.now();
      await deployed;
    });
    const last = lastOf('1', answers);
    assert.ok(last - red < 2 * MINUTE, `the new version answered for ${last - red} ms after the alarm`);
    assert.equal((await ask()).version, '2');
    assert.equal((await running()).length, 2);
  });

  void test('an alarm that is red already is ignored, and a linear deployment shifts in steps', async () => {
    const linear = (): Deployment => Deployment.linear({ percent: 25, interval: Duration.minutes(5), bakeTime: Duration.minutes(1) });
    const answers = await whileAsking(() => deploy({ deployment: linear }));
    await setAlarm('OK');
    const start = answers.find(({ version }) => version === '1')!.at;
    const shares = [0, 1, 2, 3].map((step) => shareOf('1', answers.filter(({ at }) => at > start + step * 5 * MINUTE + 100 && at < start + (step + 1) * 5 * MINUTE - 100)));
    [0.25, 0.5, 0.75].forEach((expected, step) => assert.ok(Math.abs(shares[step] - expected) < 0.12, `step ${step} of ${JSON.stringify(shares)}`));
    assert.equal((await ask()).version, '1');
  });

  void test('blue/green shows the new version at the test port first, and asks a hook before the public sees it', async () => {
    const seen: string[] = [];
    const blueGreen: Version['deployment'] = (hook) => Deployment.blueGreen({ bakeTime: Duration.minutes(2), testPort: TEST_PORT, testPeers: ANYBODY, hooks: [hook] });
    await deploy({ deployment: blueGreen });
    const test_ = (await sandbox.doors()).find(({ listenerPort }) => listenerPort === TEST_PORT)!.url;
    const answers = await whileAsking(async () => {
      let done = false;
      const deployed = assert.rejects(deploy({ deployment: blueGreen, image: 'shop:v2', hookStatus: 'FAILED' }), /hook \S+ answered FAILED at POST_TEST_TRAFFIC_SHIFT/)
        .finally(() => { done = true; });
      while (!done) {
        seen.push((await ask(test_)).version);
        await sleep(2);
      }
      await deployed;
    });
    assert.equal(shareOf('1', answers), 1, 'the public never saw it');
    assert.ok(seen.includes('2'), 'the test port led to it');
    const passed = await whileAsking(() => deploy({ deployment: blueGreen, image: 'shop:v2' }));
    const first = passed.find(({ version }) => version === '2')!.at;
    assert.ok(passed.filter(({ at, version }) => at > first + 100 && version === '1').length === 0, 'all traffic moved at once');
  });

  void test('a role that may not change the rule is told so before anything starts', async () => {
    await assert.rejects(deploy({ deployment: canary, withoutModifyRule: true }), /role \S+ is not authorized to perform elasticloadbalancing:ModifyRule on resource \S+:listener-rule/);
    assert.equal((await ask()).version, '2');
  });

  void test('other conditions of a route come as a route of another id, and the old one goes afterwards', async () => {
    const both = { Web: '/*', Moved: '/moved/*' };
    await whileAsking(() => deploy({ deployment: canary, image: 'shop:v2', routes: both }));
    const moved = await ask(`${door}/moved`);
    assert.deepEqual([moved.status, moved.version], [200, '2']);
    await deploy({ deployment: canary, image: 'shop:v2', routes: { Moved: '/moved/*' } });
    assert.equal((await ask(`${door}/moved`)).status, 200);
    assert.equal((await ask()).status, 404);
    await deploy({ deployment: canary, image: 'shop:v2', routes: { Web: '/*' } });
  });

  void test('the way back to rolling deployments leaves the traffic where it is, too', async () => {
    await whileAsking(() => deploy({ deployment: () => Deployment.rolling({ alternateTargetGroup: true }), image: 'shop:v2' }));
    await whileAsking(() => deploy({ deployment: () => Deployment.rolling({ alternateTargetGroup: true }), image: 'shop:v1' }));
    assert.equal((await ask()).version, '1');
  });
});
