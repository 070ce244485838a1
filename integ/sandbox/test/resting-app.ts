// The CDK app of the tests of schedules: a small app of the library that rests off-hours, and schedules that AWS would refuse.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack, TimeZone } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { EnvironmentProfile, HaContainerWebApp, Route } from '../../../src';

/** Synthesize it, and return the folder of the assembly. */
export function synthesizeResting(): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'resting-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Resting');
  const web = new HaContainerWebApp(stack, 'App', {
    profile: EnvironmentProfile.DEV,
    workHours: { start: '08:00', end: '19:00', timeZone: TimeZone.EUROPE_ROME },
  });
  const database = web.addDatabase('Database');
  const shop = web.addService('Shop', {
    image: ecs.ContainerImage.fromRegistry('shop:v1'),
    port: 8000,
    route: Route.path('/*'),
    healthCheckPath: '/healthz',
    scaling: { minTasks: 2, maxTasks: 4 },
  });
  shop.useDatabase(database);
  shop.addMigration('Migrate', { command: ['node', 'migrate.js'] });

  const id = database.instanceIdentifier;
  const role = (name: string, service: string, actions: string[]): iam.Role => {
    const made = new iam.Role(stack, name, { assumedBy: new iam.ServicePrincipal(service) });
    if (actions.length > 0) made.addToPolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
    return made;
  };
  const permitted = role('Permitted', 'scheduler.amazonaws.com', ['rds:StopDBInstance']);
  schedule(stack, 'Unpermitted', role('Bare', 'scheduler.amazonaws.com', ['rds:StartDBInstance']), 'rds:stopDBInstance', { DbInstanceIdentifier: id });
  schedule(stack, 'Untrusting', role('Foreign', 'lambda.amazonaws.com', ['rds:StopDBInstance']), 'rds:stopDBInstance', { DbInstanceIdentifier: id });
  schedule(stack, 'Misspelt', permitted, 'rds:stopDBInstance', { DBInstanceIdentifier: id });
  schedule(stack, 'Surplus', permitted, 'rds:stopDBInstance', { DbInstanceIdentifier: id, Force: true });
  schedule(stack, 'Elsewhere', permitted, 'sqs:sendMessage', {});
  schedule(stack, 'Paused', permitted, 'rds:stopDBInstance', { DbInstanceIdentifier: id }, 'DISABLED');
  app.synth();
  return outdir;
}

function schedule(scope: Construct, id: string, role: iam.Role, action: string, input: object, state = 'ENABLED'): void {
  new scheduler.CfnSchedule(scope, id, {
    scheduleExpression: 'cron(0 20 ? * MON *)',
    flexibleTimeWindow: { mode: 'OFF' },
    state,
    target: { arn: `arn:aws:scheduler:::aws-sdk:${action}`, roleArn: role.roleArn, input: Stack.of(scope).toJsonString(input) },
  });
}
