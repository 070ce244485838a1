// What the sandbox promises of the migrations of a function: the CDK's own trigger runs, its function calls the migration in the VPC, and CloudFormation heeds the answer.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Aws } from '../aws';
import { Progress } from '../deployment';
import { Sandbox } from '../sandbox';
import { synthesizeVersion, Version } from './migration-app';

interface Answer { readonly version: string; readonly columns: string[]; readonly runs: string[] }

void describe('migrations of a function in a sandbox', { timeout: 480_000 }, () => {
  let sandbox: Sandbox;
  let aws: Aws;
  let alias: string;
  const folders: string[] = [];
  const events: Progress[] = [];

  before(async () => {
    process.env.CDK_VALIDATION = 'false';
    sandbox = await Sandbox.start({ images: path.join(__dirname, 'sandbox.json') });
    aws = new Aws(sandbox.endpoint);
    alias = (await deploy({ name: 'one', steps: 1 })).Notes.Alias;
  });
  after(async () => {
    await sandbox?.stop();
    for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  });

  const deploy = (version: Version) => {
    const folder = synthesizeVersion(version);
    folders.push(folder);
    events.length = 0;
    return sandbox.deploy(folder, undefined, (event) => events.push(event));
  };
  const ask = () => aws.invoke<Answer>(alias, {});
  const finished = (type: string) => events.findIndex(({ resourceType, status }) => resourceType === type && status === 'CREATE_COMPLETE');

  void test('run before the function is called for the first time: the alias is made after them', async () => {
    const [run, made] = ['Custom::Trigger', 'AWS::Lambda::Alias'].map(finished);
    assert.ok(run >= 0 && run < made, `the run is event ${run}, the alias ${made}`);
    assert.deepEqual(await ask(), { version: 'one', columns: ['content'], runs: ['one'] });
  });

  void test('do not run where nothing has changed', async () => {
    await deploy({ name: 'one', steps: 1 });
    assert.deepEqual((await ask()).runs, ['one']);
  });

  void test('fail the deployment with their own reason, and the old version keeps answering', async () => {
    await assert.rejects(deploy({ name: 'broken', steps: 2 }), /Notes is UPDATE_ROLLBACK_COMPLETE: ApiMigrationsMigrateRun\w+: .*as it was asked to/s);
    assert.deepEqual(await ask(), { version: 'one', columns: ['content'], runs: ['one', 'broken'] });
  });

  void test('run before a new version is called', async () => {
    await deploy({ name: 'two', steps: 2 });
    assert.deepEqual(await ask(), { version: 'two', columns: ['content', 'author'], runs: ['one', 'broken', 'two'] });
  });

  void test('are not undone by a rollback, which calls neither their old version nor their new one', async () => {
    await assert.rejects(deploy({ name: 'three', steps: 3, failsLater: true }), /Notes is UPDATE_ROLLBACK_COMPLETE: Later/);
    assert.deepEqual(await ask(), { version: 'two', columns: ['content', 'author', 'place'], runs: ['one', 'broken', 'two', 'three'] });
  });

  void test('run on a newer schema where older code is deployed again', async () => {
    await deploy({ name: 'one', steps: 1 });
    assert.deepEqual(await ask(), { version: 'one', columns: ['content', 'author', 'place'], runs: ['one', 'broken', 'two', 'three', 'one'] });
  });
});
