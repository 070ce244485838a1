// A FastAPI service without a NAT gateway: what it calls of AWS it reaches by endpoints, and outside working hours nothing runs.
import { App, CfnOutput, Stack, TimeZone, Validations } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, Secret as TaskSecret } from 'aws-cdk-lib/aws-ecs';
import { OidcProviderNative } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AlertTopic, AppDomain, AppNetwork, Egress, EnvironmentProfile, GitHubDeliveryRole, HaContainerWebApp, ImageRepository, Route, StatefulLock,
} from 'cdk-patternbook';

export const app = new App();
Validations.of(app).addPlugins(new StatefulLock());
const { name: environment, deletionProtection } = EnvironmentProfile.of(app);
const { imageTag = 'v1', alertEmail, domain, hostedZoneId, zoneName, repository = 'acme@100001/api@200002', tokenProvider } = app.node.getAllContext();

// deployed first, by hand: what the workflow pushes to, and the role by which it comes in
const registry = new Stack(app, 'Images', { stackName: `no-nat-api-images-${environment}`, terminationProtection: deletionProtection });
const images = new ImageRepository(registry, 'Api');
const provider = tokenProvider && OidcProviderNative.fromOidcProviderArn(registry, 'Tokens', tokenProvider);
const delivery = new GitHubDeliveryRole(registry, 'Delivery', { repository, environment, provider });
images.grantPullPush(delivery);
new CfnOutput(registry, 'RepositoryUri', { value: images.repositoryUri });
new CfnOutput(registry, 'DeliveryRoleArn', { value: delivery.role.roleArn });

const stack = new Stack(app, 'NoNatApi', { stackName: `no-nat-api-${environment}`, terminationProtection: deletionProtection });
const zone = hostedZoneId ? HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId, zoneName }) : undefined;
const web = new HaContainerWebApp(stack, 'App', {
  network: new AppNetwork(stack, 'Network', { cidr: '10.0.0.0/16', maxAzs: 2, egress: Egress.endpointsOnly() }),
  domain: zone && AppDomain.fromHostedZone(zone, domain),
  alerts: new AlertTopic(stack, 'Alerts', { emails: alertEmail ? [alertEmail] : [] }),
  workHours: { start: '08:00', end: '19:00', timeZone: TimeZone.EUROPE_ROME },
});
const secretsKey = new Key(stack, 'SecretsKey', { enableKeyRotation: true });
const database = web.addDatabase('Database', {
  instanceType: InstanceType.of(InstanceClass.T3, InstanceSize.MICRO),
  encryptionKey: new Key(stack, 'DatabaseKey', { enableKeyRotation: true }),
  secretsKey,
});
const linkKey = new Secret(stack, 'LinkKey', { encryptionKey: secretsKey, generateSecretString: { passwordLength: 64, excludePunctuation: true } });
for (const id of ['AwsSolutions-SMG4', 'HIPAA.Security-SecretsManagerRotationEnabled', 'NIST.800.53.R5-SecretsManagerRotationEnabled']) {
  Validations.of(linkKey).acknowledge({ id, reason: 'a new key would end every link that was shared: it is changed by hand, when it must be' });
}
const api = web.addService('Api', {
  image: ContainerImage.fromEcrRepository(images, imageTag),
  port: 8000,
  route: Route.path('/*'),
  healthCheckPath: '/health',
  healthCheckCommand: ['python', '-m', 'app.healthcheck'],
});
api.useDatabase(database);
api.addSecret('LINK_KEY', TaskSecret.fromSecretsManager(linkKey));
api.addMigration('Migrate', { command: ['python', '-m', 'app.migrate'] });
new CfnOutput(stack, 'Url', { value: web.entry.url });
