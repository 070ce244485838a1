// A PWA without servers: pages on CloudFront, the API in one Lambda function, PostgreSQL beside it, and what watches over account and bill.
import { App, CfnOutput, Fn, Stack, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { InterfaceVpcEndpointAwsService as Endpoint } from 'aws-cdk-lib/aws-ec2';
import { OidcProviderNative } from 'aws-cdk-lib/aws-iam';
import { PostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import {
  AccountGuardrails, AlertTopic, AppDomain, AppNetwork, BackupCopies, BudgetAlerts, EnvironmentProfile, FunctionCode, GitHubDeliveryRole,
  ImageRepository, PrivatePostgres, ServerlessPwaApp, SsmBastion, StandardTags, StatefulLock,
} from 'cdk-patternbook';

export const app = new App();
Validations.of(app).addPlugins(new StatefulLock());
const { name: environment, deletionProtection, maxAzs } = EnvironmentProfile.of(app);
const { imageTag = 'v1', alertEmail, domain, hostedZoneId, zoneName, repository = 'acme@100001/fillup@200002', tokenProvider, stacks } = app.node.getAllContext();
StandardTags.apply(app, { application: 'fillup', component: 'platform', costCenter: 'CC-100', owner: 'team@example.com' });
const newStack = (id: string, name: string) => new Stack(app, id, { stackName: `fillup-${name}-${environment}`, terminationProtection: deletionProtection });
const copyRegions = environment === 'prod' ? ['us-west-2'] : [];

// deployed first: the function cannot be made before its image was pushed, see release.sh
const registry = newStack('Images', 'images');
const images = new ImageRepository(registry, 'Api');
new CfnOutput(registry, 'ApiRepositoryUri', { value: images.repositoryUri });

// what is kept, what runs, and the account's: in stacks of their own, or with --context stacks=one in one
const service = newStack('FillUp', 'app');
const [data, account] = stacks === 'one' ? [service, service] : [newStack('FillUpData', 'data'), newStack('FillUpGovernance', 'governance')];

const alerts = new AlertTopic(data, 'Alerts', { emails: alertEmail ? [alertEmail] : [] });
const blocks = (first: number) => Array.from({ length: maxAzs }, (_, zone) => `10.0.${first + zone}.0/24`);
const interfaceEndpoints = [Endpoint.ECR, Endpoint.ECR_DOCKER, Endpoint.SECRETS_MANAGER];
const network = new AppNetwork(data, 'Network', { publicCidrs: blocks(0), appCidrs: blocks(10), dataCidrs: blocks(20), interfaceEndpoints });
const database = new PrivatePostgres(data, 'Database', { network, version: PostgresEngineVersion.VER_15, iamAuthentication: true });
new BackupCopies(data, 'Backups', { copyRegion: copyRegions[0], alerts }).include(database);
new CfnOutput(data, 'Tunnel', { value: new SsmBastion(data, 'Bastion', { network }).tunnelTo(database) });

const contentSecurityPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const fillup = new ServerlessPwaApp(service, 'FillUp', {
  network,
  alerts,
  dashboard: true,
  domain: hostedZoneId ? AppDomain.fromHostedZone(HostedZone.fromHostedZoneAttributes(service, 'Zone', { hostedZoneId, zoneName }), domain) : undefined,
  api: { code: FunctionCode.ecr(images, imageTag), createLogRole: true },
  site: { replicaRegion: copyRegions[0], config: { environment, version: imageTag }, contentSecurityPolicy },
});
fillup.api.useDatabase(database);
fillup.api.addMigration('Migrate', { handler: 'app.migrations.handler' });
fillup.addWebSocket('WebSocket', { routes: ['sendMessage'] });
fillup.alarms.monitor(database);
fillup.dashboard.show(database);
const dimensionsMap = { service: 'fillup', environment };
const metric = (metricName: string, statistic: string) => new Metric({ namespace: 'fillup', metricName, dimensionsMap, statistic });
fillup.dashboard.addMetrics('Drinks', metric('DrinksRecorded', 'Sum'), metric('ActiveDrinkers', 'Sum'));
fillup.dashboard.addMetrics('Response time of the API', metric('ResponseTime', 'p50'), metric('ResponseTime', 'p99'));
for (const id of ['AwsSolutions-APIG4', 'AwsSolutions-COG4']) Validations.of(fillup).acknowledge({ id, reason: 'the function itself checks its callers: each journal has a key' });
Validations.of(fillup).acknowledge({ id: 'Annotation::cdk-patternbook:StandardAlarmsNotMonitored', reason: 'what fails behind the distribution has alarms' });
new CfnOutput(service, 'Url', { value: fillup.site.url });
new CfnOutput(service, 'Upload', { value: Fn.join('\n', fillup.site.uploadCommands('web/dist')) });

new BudgetAlerts(account, 'Budget', { alerts, urgentEmails: alertEmail ? [alertEmail] : [] });
new CfnOutput(account, 'PasswordPolicy', { value: new AccountGuardrails(account, 'Guardrails').passwordPolicyCommand });
const provider = tokenProvider && OidcProviderNative.fromOidcProviderArn(account, 'Tokens', tokenProvider);
// firewall and certificate of CloudFront are in us-east-1
const delivery = new GitHubDeliveryRole(account, 'Delivery', { repository, environment, provider, regions: [account.region, 'us-east-1', ...copyRegions] });
images.grantPullPush(delivery);
fillup.site.grantUpload(delivery);
new CfnOutput(account, 'DeliveryRoleArn', { value: delivery.role.roleArn });
