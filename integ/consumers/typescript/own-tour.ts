// Blocks of the library on parts that the user made.
import { App, Stack } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { FileSystem } from 'aws-cdk-lib/aws-efs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { OwnCluster, OwnEntry, OwnFiles, OwnNetwork, OwnPostgres, OwnQueue, OwnService, OwnTopic } from './own-parts.js';
import { Readings } from './readings.js';
import { EnvironmentProfile, HaContainerWebApp, PrivatePostgres, Route, WebEntry } from 'cdk-patternbook';

export function ownTour(app: App, profile: EnvironmentProfile): void {
  const stack = new Stack(app, 'Own');
  const vpc = new Vpc(stack, 'Vpc', {
    maxAzs: 2,
    subnetConfiguration: [
      { name: 'Public', subnetType: SubnetType.PUBLIC },
      { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
  });
  const network = new OwnNetwork(vpc);
  const cluster = new OwnCluster(new Cluster(stack, 'Cluster', { vpc, enableFargateCapacityProviders: true }), network);
  const entry = new OwnEntry(new WebEntry(stack, 'Entry', { network, profile }));
  const web = new HaContainerWebApp(stack, 'Web', { profile, cluster, entry, alerts: new OwnTopic(new Topic(stack, 'Topic')) });
  const api = web.addService('Api', { image: ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1'), port: 80, route: Route.path('/*') });
  const database = new OwnPostgres(stack, 'Database', vpc);
  api.useDatabase(database);
  database.grantConnect(api);
  api.useService(new OwnService(stack, 'Service', vpc));
  api.useQueue(new OwnQueue(new Queue(stack, 'Queue')));
  api.mountFiles(new OwnFiles(new FileSystem(stack, 'FileSystem', { vpc })), '/mnt/own');
  new PrivatePostgres(stack, 'Another', { network, profile });
  new Readings(stack).text('Url', web.entry.urlOf(Route.path('/*')));
}
