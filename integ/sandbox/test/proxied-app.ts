// The CDK app of the tests of proxies: a small app of the library whose database has a proxy or not, and a proxy that may not log in.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AppNetwork, EnvironmentProfile, HaContainerWebApp, PostgresProxyOptions, PrivatePostgres, Route } from '../../../src';

function synthesized(define: (app: App) => void): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'proxied-'));
  const app = new App({ outdir, analyticsReporting: false });
  define(app);
  app.synth();
  return outdir;
}

/** Synthesize the app, and return the folder of the assembly. */
export function synthesizeProxied(proxy?: PostgresProxyOptions): string {
  return synthesized((app) => {
    const web = new HaContainerWebApp(new Stack(app, 'Proxied'), 'App', { profile: EnvironmentProfile.DEV });
    const shop = web.addService('Shop', {
      image: ecs.ContainerImage.fromRegistry('shop:v1'),
      port: 8000,
      route: Route.path('/*'),
      healthCheckPath: '/version',
    });
    shop.useDatabase(web.addDatabase('Database', { proxy }));
    shop.addMigration('Migrate', { command: ['node', 'migrate.js'] });
  });
}

/** The same database behind a proxy whose role may do nothing. */
export function synthesizeUnpermitted(): string {
  return synthesized((app) => {
    const stack = new Stack(app, 'Unpermitted');
    const network = new AppNetwork(stack, 'Network', { profile: EnvironmentProfile.DEV });
    const database = new PrivatePostgres(stack, 'Database', { network, profile: EnvironmentProfile.DEV, proxy: {} });
    const policy = database.node.findAll().find((construct) => construct instanceof iam.CfnPolicy && construct.node.path.includes('/Proxy/Role/')) as iam.CfnPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement', [{ Effect: 'Allow', Action: 'secretsmanager:ListSecrets', Resource: '*' }]);
  });
}
