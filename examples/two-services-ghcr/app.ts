// A front end and a back end on two ports of one load balancer, their images from GitHub's registry, PostgreSQL with a read replica.
import { App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AlertTopic, AppDomain, AppNetwork, Egress, EnvironmentProfile, GhcrMirror, HaContainerWebApp, Route, StatefulLock, WebEntry } from 'cdk-patternbook';

export const app = new App();
Validations.of(app).addPlugins(new StatefulLock());
const { name: environment, deletionProtection } = EnvironmentProfile.of(app);
const { owner = 'acme', imageTag = 'v1', ghcr = 'mirror', alertEmail, domain, hostedZoneId, zoneName } = app.node.getAllContext();

const stack = new Stack(app, 'TwoServices', { stackName: `two-services-${environment}`, terminationProtection: deletionProtection });

/** Through ECR, which keeps what was pulled once, or from GitHub by every task that starts. */
function imagesOfGitHub(): (name: string) => ContainerImage {
  if (ghcr === 'direct') {
    const credentials = Secret.fromSecretNameV2(stack, 'Token', 'ghcr/token');
    return (name) => ContainerImage.fromRegistry(`ghcr.io/${owner}/${name}:${imageTag}`, { credentials });
  }
  const credentials = Secret.fromSecretNameV2(stack, 'MirrorToken', 'ecr-pullthroughcache/ghcr');
  const mirror = new GhcrMirror(stack, 'Ghcr', { credentials, prefix: `ghcr-${environment}` });
  return (name) => mirror.image(`${owner}/${name}`, imageTag);
}

const image = imagesOfGitHub();
const zone = hostedZoneId && HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId, zoneName });
const web = new HaContainerWebApp(stack, 'App', {
  network: new AppNetwork(stack, 'Network', { maxAzs: 2, egress: Egress.singleNat(), flowLogs: true }),
  domain: zone && AppDomain.fromHostedZone(zone, domain),
  alerts: new AlertTopic(stack, 'Alerts', { emails: alertEmail ? [alertEmail] : [] }),
});
const database = web.addDatabase('Database', { instanceType: InstanceType.of(InstanceClass.T3, InstanceSize.MICRO) });
database.addReadReplica('Reader');

const apiRoute = Route.port(8000);
const api = web.addService('Api', {
  image: image('api'),
  port: 8000,
  route: apiRoute,
  healthCheckPath: '/healthz',
  environment: { ALLOWED_ORIGIN: web.entry.url },
});
api.useDatabase(database);
api.addMigration('Migrate', { command: ['python', '-m', 'app.migrate'] });
web.addService('Front', { image: image('web'), port: 80, route: Route.path('/*'), environment: { API_URL: web.entry.urlOf(apiRoute) } });

new CfnOutput(stack, 'Url', { value: web.entry.url });
new CfnOutput(stack, 'LoadBalancer', { value: (web.entry as WebEntry).loadBalancer.loadBalancerDnsName });
new CfnOutput(stack, 'DatabaseEndpoint', { value: database.endpoint.socketAddress });
