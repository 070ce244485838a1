// One production API: a service behind a load balancer, its PostgreSQL database, alarms and dashboard.
import { App, CfnOutput, Stack, TimeZone, Validations } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { PostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { AlertTopic, AppDomain, AppNetwork, EnvironmentProfile, HaContainerWebApp, ImageRepository, Route, StatefulLock } from 'cdk-patternbook';

export const app = new App();
Validations.of(app).addPlugins(new StatefulLock());
const { name: environment, deletionProtection } = EnvironmentProfile.of(app);
const { imageTag = 'v1', alertEmail, domain, hostedZoneId, zoneName } = app.node.getAllContext();

// deployed first: the service cannot start before an image was pushed
const registry = new Stack(app, 'Images', { stackName: `production-api-images-${environment}`, terminationProtection: deletionProtection });
const images = new ImageRepository(registry, 'Api');

const stack = new Stack(app, 'ProductionApi', { stackName: `production-api-${environment}`, terminationProtection: deletionProtection });
const zone = hostedZoneId && HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId, zoneName });
const web = new HaContainerWebApp(stack, 'App', {
  network: new AppNetwork(stack, 'Network', {
    cidr: '10.0.0.0/16',
    publicCidrs: ['10.0.1.0/24', '10.0.2.0/24'],
    appCidrs: ['10.0.11.0/24', '10.0.12.0/24'],
  }),
  domain: zone && AppDomain.fromHostedZone(zone, domain),
  alerts: new AlertTopic(stack, 'Alerts', { emails: alertEmail ? [alertEmail] : [] }),
  workHours: { start: '07:00', end: '21:00', timeZone: TimeZone.EUROPE_ROME, offHoursTasks: 1, stopDatabases: false },
});
const database = web.addDatabase('Database', {
  version: PostgresEngineVersion.VER_15,
  instanceType: InstanceType.of(InstanceClass.T3, environment === 'prod' ? InstanceSize.SMALL : InstanceSize.MICRO),
});
const api = web.addService('Api', {
  image: ContainerImage.fromEcrRepository(images, imageTag),
  port: 8000,
  route: Route.path('/*'),
  healthCheckPath: '/healthz',
  healthCheckCommand: ['python', '-m', 'app.healthcheck'],
});
api.useDatabase(database);
api.addMigration('Migrate', { command: ['python', '-m', 'app.migrate'] });
new CfnOutput(stack, 'Url', { value: web.entry.url });
