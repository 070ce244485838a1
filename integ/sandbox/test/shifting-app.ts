// The CDK app of the tests of deployments that shift traffic: one service of the library behind a load balancer, in versions.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AppNetwork, ContainerCluster, ContainerService, Deployment, DeploymentHookOptions, EnvironmentProfile, Route, WebEntry } from '../../../src';

/** A version of the service. */
export interface Version {
  /** How it takes over, given a hook to ask. */
  readonly deployment: (hook: DeploymentHookOptions) => Deployment;
  /** @default shop:v1 */
  readonly image?: string;
  readonly environment?: { readonly [name: string]: string };
  /** What the hook answers. @default SUCCEEDED */
  readonly hookStatus?: string;
  /** Paths by the ids of routes. @default - all under `Web` */
  readonly routes?: { readonly [id: string]: string };
  /** Take the permission to change rules away from the role. @default false */
  readonly withoutModifyRule?: boolean;
}

/** Name of the alarm that deployments roll back on. */
export const ALARM = 'shop-errors';

/** Synthesize a version; returns the folder of its assembly. */
export function synthesizeVersion({ deployment, image = 'shop:v1', environment, hookStatus = 'SUCCEEDED', routes = { Web: '/*' }, withoutModifyRule }: Version): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'shifting-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Shop');
  const profile = EnvironmentProfile.DEV;
  const network = new AppNetwork(stack, 'Network', { profile });
  const cluster = new ContainerCluster(stack, 'Cluster', { network, profile });
  const handler = new lambda.Function(stack, 'Hook', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`exports.handler = async () => ({ hookStatus: ${JSON.stringify(hookStatus)} });`),
  });
  const service = new ContainerService(stack, 'Api', {
    cluster,
    profile,
    image: ecs.ContainerImage.fromRegistry(image),
    port: 8000,
    scaling: { minTasks: 2, maxTasks: 2 },
    environment: { ...environment },
    deployment: deployment({ handler, stages: [ecs.DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT] }),
  });
  const entry = new WebEntry(stack, 'Entry', { network, profile, accessLogs: false });
  for (const [id, pattern] of Object.entries(routes)) entry.addRoute(id, { service, route: Route.path(pattern), healthCheckPath: '/healthz' });
  const alarm = new cloudwatch.Alarm(stack, 'Errors', {
    alarmName: ALARM, metric: entry.loadBalancer.metrics.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT), threshold: 1, evaluationPeriods: 1,
  });
  service.rollbackOn(alarm);
  if (withoutModifyRule) {
    const policy = service.node.findChild('Routes').node.findChild('Web').node.findChild('DeploymentRole').node.findChild('DefaultPolicy');
    (policy.node.defaultChild as iam.CfnPolicy).addPropertyDeletionOverride('PolicyDocument.Statement.2');
  }
  app.synth();
  return outdir;
}

/** Who may test: everybody, so that the sandbox opens a door. */
export const ANYBODY = [ec2.Peer.anyIpv4()];
