// Work hours of the library, fired on command: the database process stops, services go to zero, all come back and answer.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { synthesizeResting } from './resting-app';
import { eventually, isListening } from './traces';
import { clientConfig } from '../aws';
import { Sandbox } from '../sandbox';

const IMAGES = path.join(__dirname, 'sandbox.json');

void describe('schedules that are fired on command', { timeout: 240_000 }, () => {
  let sandbox: Sandbox;
  let assembly: string;
  let door: string;

  const get = async (url: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(door + url);
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as { body: unknown }).body : text };
  };
  const statusOfInstance = async (): Promise<string | undefined> => {
    const { DBInstances } = await new RDSClient(clientConfig(sandbox.endpoint)).send(new DescribeDBInstancesCommand({}));
    return DBInstances?.[0].DBInstanceStatus;
  };
  const tasks = async (): Promise<number> => (await sandbox.status()).services[0].running;

  before(async () => {
    assembly = synthesizeResting();
    sandbox = await Sandbox.start({ images: IMAGES });
    await sandbox.deploy(assembly);
    [{ url: door }] = await sandbox.doors();
  });
  after(async () => {
    await sandbox?.stop();
    fs.rmSync(assembly, { recursive: true, force: true });
  });

  void test('the end of work: no task is left, and the load balancer says so', async () => {
    assert.equal((await get('/write')).status, 200);
    assert.deepEqual((await sandbox.fireSchedule('WorkHoursEnd')).map((done) => done.replace(/^.*\/\S+/, 'it')), ['it has 0 to 0 tasks']);
    assert.equal(await tasks(), 0);
    assert.equal((await get('/healthz')).status, 503);
  });

  void test('the database process stops, by the exact input of its schedule', async () => {
    const [{ id, port }] = await sandbox.databases();
    assert.deepEqual(await sandbox.fireSchedule('InstanceStop'), [`database ${id} was stopped`]);
    assert.equal(await statusOfInstance(), 'stopped');
    await eventually('nothing listens any more', 5, async () => !await isListening(port));
    assert.equal((await sandbox.databases())[0].running, false);
  });

  void test('an instance that is stopped cannot be stopped again: on days off that is an answer, not an event', async () => {
    await assert.rejects(sandbox.fireSchedule('InstanceStopAgain'), /InvalidDBInstanceState: instance \S+ is not in available state, it is stopped/);
  });

  void test('the database and the tasks come back with the data, and answer', async () => {
    await sandbox.fireSchedule('InstanceStart');
    assert.equal(await statusOfInstance(), 'available');
    await sandbox.fireSchedule('WorkHoursStart');
    assert.equal(await tasks(), 2);
    assert.deepEqual(await get('/count'), { status: 200, body: [{ count: 1 }] });
    await assert.rejects(sandbox.fireSchedule('InstanceStart'), /InvalidDBInstanceState: instance \S+ is not in stopped state, it is available/);
  });

  for (const [name, reason] of [
    ['Unpermitted', /AccessDeniedException: role \S+ is not authorized to perform rds:StopDBInstance on resource arn:aws:rds:\S+: no identity-based policy allows it/],
    ['Untrusting', /AccessDeniedException: role \S+ does not let scheduler.amazonaws.com assume it/],
    ['Misspelt', /ValidationException: the input of rds:stopDBInstance must be \{"DbInstanceIdentifier": …\}, got \{"DBInstanceIdentifier":/],
    ['Surplus', /ValidationException: .*"Force":true/],
    ['Elsewhere', /has a target that the sandbox cannot call: arn:aws:scheduler:::aws-sdk:sqs:sendMessage/],
    ['Paused', /schedule \S+ is disabled/],
    ['Nothing', /'Nothing' must name one schedule, 0 are named so of: .*InstanceStop.*WorkHoursEnd/],
    ['St', /'St' must name one schedule, 0 are named so of: /],
    ['t', /'t' must name one schedule, 2 are named so of: /],
  ] as const) {
    void test(`${name} is refused with its reason`, async () => {
      await assert.rejects(sandbox.fireSchedule(name), reason);
      assert.equal(await statusOfInstance(), 'available');
    });
  }
});
