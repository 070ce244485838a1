// What the sandbox promises of a function whose alias is shifted to a new version in steps.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup, TrafficRouting } from 'aws-cdk-lib/aws-codedeploy';
import { Alias, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { during } from '../../during';
import { Aws } from '../aws';
import { Sandbox } from '../sandbox';

const CODE = 'import os\ndef handler(event, context):\n    return os.environ["VERSION"]';

function synthesize(version: string): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'alias-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Shifted');
  const handler = new Function(stack, 'Function', {
    runtime: Runtime.PYTHON_3_12, handler: 'index.handler', code: Code.fromInline(CODE), environment: { VERSION: version },
  });
  const alias = new Alias(stack, 'Live', { aliasName: 'live', version: handler.currentVersion });
  const alarm = new Alarm(stack, 'Alarm', { metric: new Metric({ namespace: 'test', metricName: 'errors' }), threshold: 1, evaluationPeriods: 1 });
  new LambdaDeploymentGroup(stack, 'Group', {
    alias,
    alarms: [alarm],
    deploymentConfig: new LambdaDeploymentConfig(stack, 'Config', {
      trafficRouting: TrafficRouting.timeBasedCanary({ interval: Duration.minutes(10), percentage: 50 }),
    }),
  });
  new CfnOutput(stack, 'Arn', { value: alias.functionArn });
  new CfnOutput(stack, 'AlarmName', { value: alarm.alarmName });
  app.synth();
  return outdir;
}

void describe('an alias that is shifted', { timeout: 120_000 }, () => {
  const assemblies: { [version: string]: string } = {};
  let sandbox: Sandbox;
  let aws: Aws;
  let arn: string;
  let alarm: string;

  before(async () => {
    process.env.CDK_VALIDATION = 'false';
    for (const version of ['1', '2', '3']) assemblies[version] = synthesize(version);
    // ten minutes are two seconds
    sandbox = await Sandbox.start({ minuteMilliseconds: 200 });
    aws = new Aws(sandbox.endpoint);
    const { Shifted } = await sandbox.deploy(assemblies['1']);
    [arn, alarm] = [Shifted.Arn, Shifted.AlarmName];
  });
  after(async () => {
    await sandbox?.stop();
    for (const folder of Object.values(assemblies)) fs.rmSync(folder, { recursive: true, force: true });
  });

  /** The versions that answer while something is going on, and the one after. */
  const answersDuring = async (
    work: Promise<unknown>, seen: (version: string) => unknown = () => undefined,
  ): Promise<[during: string[], after: string]> => {
    const answers: string[] = [];
    await during(work, async () => {
      answers.push(await aws.invoke<string>(arn, {}));
      await seen(answers.at(-1)!);
    });
    return [answers, await aws.invoke<string>(arn, {})];
  };

  void test('calls both versions until the time of its step is over, then the new one alone', async () => {
    const [meanwhile, now] = await answersDuring(sandbox.deploy(assemblies['2']));
    // the old one once more after the new one: it is not the end of it
    assert.match(meanwhile.join(''), /1+2.*1/);
    assert.equal(now, '2');
  });

  void test('stays with the old version when an alarm of its group goes off, and the deployment fails', async () => {
    const ring = { AlarmName: alarm, StateValue: 'ALARM' as const, StateReason: 'as a test wants it' };
    let reason = '';
    const deployment = sandbox.deploy(assemblies['3']).catch((error: Error) => { reason = error.message; });
    const [meanwhile, now] = await answersDuring(deployment, (version) => version === '3' && aws.cloudWatch.send(new SetAlarmStateCommand(ring)));
    assert.match(reason, /Live\w+: the deployment was stopped at 50 % of the traffic, as these alarms were activated: Shifted-Alarm/);
    assert.ok(meanwhile.includes('3'));
    assert.equal(now, '2');
  });
});
