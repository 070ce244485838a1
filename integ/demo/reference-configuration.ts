// The configuration for which the reference architecture states its bill: one NAT gateway, db.t3.micro with a standby, tasks by working hours.
import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { PostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { AlertTopic, AppNetwork, Egress, EnvironmentProfile, HaContainerWebApp, ImageRepository, Route } from '../../src';

export function referenceConfiguration(): App {
  const app = new App({ analyticsReporting: false });
  const images = new ImageRepository(new Stack(app, 'Images'), 'Api');
  const stack = new Stack(app, 'Reference');
  const web = new HaContainerWebApp(stack, 'App', {
    profile: EnvironmentProfile.PROD.extend({ rotateSecrets: false }),
    network: new AppNetwork(stack, 'Network', {
      publicCidrs: ['10.0.1.0/24', '10.0.2.0/24'],
      appCidrs: ['10.0.11.0/24', '10.0.12.0/24'],
      egress: Egress.singleNat(),
      flowLogs: false,
    }),
    alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }),
    workHours: { start: '07:00', end: '21:00', timeZone: TimeZone.EUROPE_ROME, offHoursTasks: 1, stopDatabases: false },
  });
  const database = web.addDatabase('Database', {
    version: PostgresEngineVersion.VER_15,
    instanceType: InstanceType.of(InstanceClass.T3, InstanceSize.MICRO),
  });
  web.addService('Api', { image: ContainerImage.fromEcrRepository(images, 'v1'), port: 8000, route: Route.path('/*') }).useDatabase(database);
  return app;
}
