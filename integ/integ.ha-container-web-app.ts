// The whole reference architecture: a service with its database behind a load balancer, asserted while it runs.
// The sandbox has an image `shop`; a real account has one in its registry, named by INTEG_IMAGE as repository:tag.
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { AlertTopic, AppNetwork, HaContainerWebApp, Route } from 'cdk-patternbook';

const app = new App({ context: { 'patternbook:environment': 'staging' } });
const stack = new Stack(app, 'HaContainerWebAppInteg');
const web = new HaContainerWebApp(stack, 'App', {
  network: new AppNetwork(stack, 'Network', { maxAzs: 2 }),
  alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }),
});
const [repository, tag] = process.env.INTEG_IMAGE?.split(':') ?? [];
const database = web.addDatabase('Database', { databaseName: 'shop' });
const api = web.addService('Api', {
  image: repository ? ContainerImage.fromEcrRepository(Repository.fromRepositoryName(stack, 'Images', repository), tag) : ContainerImage.fromRegistry('shop:v1'),
  port: 8000,
  route: Route.path('/*'),
  healthCheckPath: '/healthz',
});
api.useDatabase(database);
api.addMigration('Migrate', { command: ['node', 'migrate.js'] });

const integ = new IntegTest(app, 'HaContainerWebApp', { testCases: [stack], stackUpdateWorkflow: false });
const { serviceName, cluster } = api.fargateService;
integ.assertions
  .awsApiCall('ecs', 'DescribeServices', { cluster: cluster.clusterName, services: [serviceName] })
  .expect(ExpectedResult.objectLike({ services: [{ status: 'ACTIVE', runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] }] }));
integ.assertions
  .awsApiCall('rds', 'DescribeDBInstances', { DBInstanceIdentifier: database.instanceIdentifier })
  .expect(ExpectedResult.objectLike({ DBInstances: [{ StorageEncrypted: true, PubliclyAccessible: false }] }));
