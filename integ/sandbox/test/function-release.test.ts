// What the sandbox promises of an `ApiFunction` that is released in steps: the alarm on the new version's own runs watches it before it is called.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ApiFunction, EnvironmentProfile, FunctionCode } from '../../../src';
import { during } from '../../during';
import { Aws } from '../aws';
import { Sandbox } from '../sandbox';

const CODE = 'import os\ndef handler(event, context):\n    return os.environ["VERSION"]';

function synthesize(version: string): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'release-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Released');
  const fn = new ApiFunction(stack, 'Api', {
    profile: EnvironmentProfile.PROD,
    code: FunctionCode.zip(Code.fromInline(CODE), 'index.handler', Runtime.PYTHON_3_12),
    environment: { VERSION: version },
  });
  new CfnOutput(stack, 'Arn', { value: fn.alias.functionArn });
  new CfnOutput(stack, 'AlarmName', { value: (fn.node.findChild('ReleaseErrors') as Alarm).alarmName });
  app.synth();
  return outdir;
}

void describe('a release of a function in steps', { timeout: 120_000 }, () => {
  const assemblies: { [version: string]: string } = {};
  let sandbox: Sandbox;
  let aws: Aws;
  let arn: string;
  let alarm: string;

  before(async () => {
    process.env.CDK_VALIDATION = 'false';
    for (const version of ['1', '2', '3']) assemblies[version] = synthesize(version);
    // ten minutes are three seconds
    sandbox = await Sandbox.start({ minuteMilliseconds: 300 });
    aws = new Aws(sandbox.endpoint);
    const { Released } = await sandbox.deploy(assemblies['1']);
    [arn, alarm] = [Released.Arn, Released.AlarmName];
  });
  after(async () => {
    await sandbox?.stop();
    for (const folder of Object.values(assemblies)) fs.rmSync(folder, { recursive: true, force: true });
  });

  const watched = async (): Promise<string | undefined> => {
    const { MetricAlarms = [] } = await aws.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [alarm] }));
    const dimensions = MetricAlarms[0]?.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric?.Dimensions ?? []);
    return dimensions?.find(({ Name }) => Name === 'ExecutedVersion')?.Value;
  };

  /** Which version answered while the alarm watched which, as `1 while 2`, as long as something is going on. */
  const answersDuring = async (work: Promise<unknown>, seen: (version: string) => unknown = () => undefined): Promise<Set<string>> => {
    const answers = new Set<string>();
    await during(work, async () => {
      const version = await aws.invoke<string>(arn, {});
      answers.add(`${version} while ${await watched()}`);
      await seen(version);
    });
    return answers;
  };

  void test('has an alarm that watches the new version before it is called, and after', async () => {
    const answers = await answersDuring(sandbox.deploy(assemblies['2']));
    assert.ok(answers.has('2 while 2'));
    assert.ok(!answers.has('2 while 1'), [...answers].join());
    assert.deepEqual([await aws.invoke<string>(arn, {}), await watched()], ['2', '2']);
  });

  void test('is rolled back when that alarm goes off, which then watches the old version again', async () => {
    const ring = { AlarmName: alarm, StateValue: 'ALARM' as const, StateReason: 'as a test wants it' };
    let reason = '';
    const deployment = sandbox.deploy(assemblies['3']).catch((error: Error) => { reason = error.message; });
    await answersDuring(deployment, (version) => version === '3' && aws.cloudWatch.send(new SetAlarmStateCommand(ring)));
    assert.match(reason, /the deployment was stopped at 10 % of the traffic, as these alarms were activated: Released-ApiReleaseErrors/);
    assert.deepEqual([await aws.invoke<string>(arn, {}), await watched()], ['2', '2']);
  });
});
