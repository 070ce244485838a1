// What a deployment tells when it fails, of a stack so large that its events fill more than a page.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-wafv2';
import { Sandbox } from '../sandbox';

/** More than the events of a page, which are 100. */
const MANY = 120;

/** Many topics, after which comes what there cannot be, and a stack that reads one of them. */
function synthesize(outdir: string): void {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Many');
  const topics = Array.from({ length: MANY }, (_, index) => new Topic(stack, `Topic${index}`));
  const logging = new CfnLoggingConfiguration(stack, 'Logging', { resourceArn: 'arn:of:no:acl', logDestinationConfigs: ['aws-waf-logs-of-none'] });
  logging.node.addDependency(...topics);
  new CfnOutput(new Stack(app, 'Reader'), 'Topic', { value: topics[0].topicArn });
  app.synth();
}

void describe('a deployment that fails', { timeout: 120_000 }, () => {
  const assembly = fs.mkdtempSync(path.join(os.tmpdir(), 'deployment-'));
  let sandbox: Sandbox;
  before(async () => {
    process.env.CDK_VALIDATION = 'false';
    synthesize(assembly);
    sandbox = await Sandbox.start();
  });
  after(async () => {
    await sandbox?.stop();
    fs.rmSync(assembly, { recursive: true, force: true });
  });

  for (const time of ['first', 'second']) {
    void test(`tells the reason, however much was rolled back since, the ${time} time`, async () => {
      await assert.rejects(sandbox.deploy(assembly), (error: Error) => {
        assert.equal(error.message, 'Many is ROLLBACK_COMPLETE: Logging: WAFNonexistentItemException: there is no web ACL arn:of:no:acl');
        return true;
      });
    });
  }
});
