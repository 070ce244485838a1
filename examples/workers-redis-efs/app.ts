// An API that hands work to queue workers: Redis as cache and broker, files that all tasks share, a table, backups.
import { App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { AlertTopic, AppDomain, AppNetwork, BackupCopies, Egress, EnvironmentProfile, HaContainerWebApp, ImageRepository, Route, StatefulLock } from 'cdk-patternbook';

export const app = new App();
Validations.of(app).addPlugins(new StatefulLock());
const { name: environment, deletionProtection } = EnvironmentProfile.of(app);
const { imageTag = 'v1', alertEmail, domain, hostedZoneId, zoneName } = app.node.getAllContext();

// deployed first: no service can start before its image was pushed, see push-images.sh
const registry = new Stack(app, 'Images', { stackName: `nexus-ai-images-${environment}`, terminationProtection: deletionProtection });
const [apiImages, webImages] = ['Api', 'Web'].map((id) => new ImageRepository(registry, id));
for (const { node, repositoryUri } of [apiImages, webImages]) new CfnOutput(registry, `${node.id}RepositoryUri`, { value: repositoryUri });

const stack = new Stack(app, 'NexusAi', { stackName: `nexus-ai-${environment}`, terminationProtection: deletionProtection });
const alerts = new AlertTopic(stack, 'Alerts', { emails: alertEmail ? [alertEmail] : [] });
const web = new HaContainerWebApp(stack, 'App', {
  network: new AppNetwork(stack, 'Network', {
    cidr: '10.0.0.0/16',
    publicCidrs: ['10.0.10.0/24', '10.0.11.0/24'],
    appCidrs: ['10.0.20.0/24', '10.0.21.0/24'],
    egress: Egress.singleNat(),
  }),
  dnsNamespace: 'nexus-ai.local',
  domain: hostedZoneId && AppDomain.fromHostedZone(HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId, zoneName }), domain),
  alerts,
});
const agents = new TableV2(stack, 'Agents', { partitionKey: { name: 'id', type: AttributeType.STRING }, deletionProtection });
web.alarms.monitor(agents);
const files = web.addSharedFiles('Files');
const redis = web.addRedis('Redis', { files });
const [builds, updates] = ['AgentBuilds', 'StatusUpdates'].map((id) => web.addQueue(id));

const image = ContainerImage.fromEcrRepository(apiImages, imageTag);
const api = web.addService('Api', {
  image,
  port: 8000,
  route: Route.path('/api/*', '/docs', '/redoc'),
  healthCheckPath: '/health',
  healthCheckCommand: ['curl', '--fail', 'http://localhost:8000/health'],
});
const celery = (queue: string) => ({ image, command: ['celery', '-A', 'app', 'worker', '-Q', queue], healthCheckCommand: ['python', '-m', 'app.healthcheck'] });
const builder = web.addWorker('AgentBuilds', { ...celery('agent_builds'), queue: builds });
const updater = web.addWorker('StatusUpdates', { ...celery('status_updates'), queue: updates });
api.useQueue(builds, { variable: 'AGENT_BUILDS_URL' });
for (const sender of [api, builder]) sender.useQueue(updates, { variable: 'STATUS_UPDATES_URL' });
const model = `arn:aws:bedrock:${stack.region}::foundation-model/amazon.nova-micro-v1:0`;
for (const task of [api, builder, updater]) {
  task.useService(redis);
  task.addEnvironment('TABLE_NAME', agents.tableName);
  agents.grantReadWriteData(task);
  task.taskRole.addToPrincipalPolicy(new PolicyStatement({ actions: ['bedrock:InvokeModel'], resources: [model] }));
}
const front = web.addService('Front', {
  image: ContainerImage.fromEcrRepository(webImages, imageTag),
  port: 3000,
  route: Route.path('/*'),
  healthCheckCommand: ['node', 'healthcheck.mjs'],
});
front.useService(api);
for (const task of [api, builder, updater, front]) task.mountFiles(files, '/mnt/efs');

new BackupCopies(stack, 'Backups', { alerts }).include(stack);
new CfnOutput(stack, 'Url', { value: web.entry.url });
