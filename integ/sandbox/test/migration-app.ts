// The CDK app of the tests of a function's migrations: a function of the library with its database, in versions.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, CfnOutput, CustomResource, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { ApiFunction, AppNetwork, EnvironmentProfile, FunctionCode, PrivatePostgres } from '../../../src';

/** A version of the function. */
export interface Version {
  /** What it calls itself; `broken` for one whose migration fails. */
  readonly name: string;
  /** How many migrations it knows. */
  readonly steps: number;
  /** Fail the deployment when its migration has run and the alias has moved. @default false */
  readonly failsLater?: boolean;
}

/** Synthesize a version; returns the folder of its assembly. */
export function synthesizeVersion({ name, steps, failsLater = false }: Version): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'migration-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Notes');
  const profile = EnvironmentProfile.DEV;
  const network = new AppNetwork(stack, 'Network', { profile });
  const api = new ApiFunction(stack, 'Api', {
    network,
    profile,
    code: FunctionCode.ecr(Repository.fromRepositoryName(stack, 'Images', 'migration'), 'v1'),
    environment: { VERSION: name, STEPS: `${steps}` },
  });
  api.addMigration('Migrate', { handler: 'app.migrate' });
  api.useDatabase(new PrivatePostgres(stack, 'Database', { network, profile }));
  if (failsLater) {
    new CustomResource(stack, 'Later', { serviceToken: stack.formatArn({ service: 'lambda', resource: 'function:nobody' }) }).node.addDependency(api.alias);
  }
  new CfnOutput(stack, 'Alias', { value: api.alias.functionArn });
  app.synth();
  return outdir;
}
