// The same app, judged by cdk-nag: `npx cdk synth --quiet --app 'npx tsx nag.ts'` fails on what it finds.
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { app } from './app';

// keep those that you answer to
for (const RulePack of [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks]) {
  Validations.of(app).addPlugins(new RulePack(app));
}
