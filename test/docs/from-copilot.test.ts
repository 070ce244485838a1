// Each row of docs/from-copilot.md is held by code that synthesizes and by what the template then says.
import * as fs from 'fs';
import * as path from 'path';
import { App, CfnResource, Duration, Fn, Size, Stack, TimeZone } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { givenIn } from '../../integ/pages/given';
import { Page, ROOT } from '../../integ/pages/page';
import {
  AppDomain, AppNetwork, AppServiceOptions, AppWorkerOptions, ContainerCluster, ContainerService, Deployment, EnvironmentProfile,
  GitHubDeliveryRole, HaContainerWebApp, IContainerCluster, OperationsDashboard, PrivatePostgres, Route, ScheduledTask, ScheduledTaskOptions,
  SharedFiles, StaticSite, WebEntry, WorkQueueOptions,
} from '../../src';
import { inProfile, testApp } from '../harness';

const page = new Page('docs/from-copilot.md');
const SECTIONS = [
  'Every service, worker and job', 'Load Balanced Web Service', 'Backend Service', 'Worker Service', 'Scheduled Job', 'Static Site', 'Environment', 'Addons', 'Pipelines', 'Commands',
];

/** What the rows take for granted. */
class Things {
  public readonly stack: Stack;
  private readonly given: Record<string, any>;

  constructor(app: App) {
    this.stack = new Stack(app, 'Shop');
    this.given = givenIn(this.stack);
  }

  public get cluster(): IContainerCluster { return this.given.cluster; }
  public get network(): AppNetwork { return this.given.network; }
  public get image(): ecs.ContainerImage { return this.given.image; }
  public get api(): ContainerService { return this.given.api; }
  public get web(): HaContainerWebApp { return this.given.web; }
  public get database(): PrivatePostgres { return this.given.database; }
  public get vpc(): ec2.IVpc { return this.given.vpc; }
  public get zone(): route53.IHostedZone { return this.given.zone; }
  public get certificate(): acm.ICertificate { return this.given.certificate; }
  public get listener(): elbv2.IApplicationListener { return this.given.listener; }
  public get secret(): secretsmanager.ISecret { return this.given.secret; }
  public get alarm(): cloudwatch.IAlarm { return this.given.alarm; }
  public get topic(): sns.ITopic { return this.given.topic; }

  /** A service of an app, with a route. */
  public service(options: Partial<AppServiceOptions>): ContainerService {
    return this.web.addService('Row', { image: this.image, port: 8080, route: Route.path('/row/*'), ...options });
  }

  public worker(options: Partial<AppWorkerOptions>): void {
    this.web.addWorker('Row', { image: this.image, ...options });
  }

  public job(options: Partial<ScheduledTaskOptions>): ScheduledTask {
    return this.api.addScheduledTask('Row', { schedule: ScheduleExpression.rate(Duration.days(1)), ...options });
  }
}

interface Proof { readonly use: (things: Things) => unknown; readonly check: (template: Template, used: any) => void }

const has = (type: string, properties: object) => (template: Template): void => template.hasResourceProperties(type, properties);
const container = (properties: object) => has('AWS::ECS::TaskDefinition', { ContainerDefinitions: Match.arrayWith([Match.objectLike(properties)]) });
const variable = (Name: string, Value: unknown) => container({ Environment: Match.arrayWith([{ Name, Value }]) });
const limits = (MinCapacity: number, MaxCapacity: number) => has('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity, MaxCapacity });
const policy = (configuration: object) => has('AWS::ApplicationAutoScaling::ScalingPolicy', { TargetTrackingScalingPolicyConfiguration: Match.objectLike(configuration) });
const group = (properties: object) => has('AWS::ElasticLoadBalancingV2::TargetGroup', properties);
const rule = (properties: object) => has('AWS::ElasticLoadBalancingV2::ListenerRule', properties);
const schedule = (properties: object) => has('AWS::Scheduler::Schedule', properties);
const permits = (...actions: string[]) => has('AWS::IAM::Policy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: actions.length > 1 ? Match.arrayWith(actions) : actions[0] })]) } });

const peers = [ec2.Peer.ipv4('192.0.2.0/24')];
const admits = has('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [Match.objectLike({ CidrIp: '192.0.2.0/24' })] });
const asked = (options: Partial<AppServiceOptions>) => (things: Things): unknown => things.service(options);
const sends = (options: WorkQueueOptions) => ({ web }: Things): unknown => web.addQueue('Orders', options);

const PROOFS: Record<string, Record<string, Proof>> = {
  'Every service, worker and job': {
    '`image.build`': {
      use: (t) => t.service({ image: ecs.ContainerImage.fromAsset('examples/production-api/service') }),
      check: container({ Image: { 'Fn::Sub': Match.stringLikeRegexp('container-assets') } }),
    },
    '`image.location`': { use: (t) => t.service({ image: ecs.ContainerImage.fromRegistry('nginx') }), check: container({ Image: 'nginx' }) },
    '`image.credentials`': {
      use: (t) => t.service({ image: ecs.ContainerImage.fromRegistry('ghcr.io/acme/api:1', { credentials: t.secret }) }),
      check: container({ Image: 'ghcr.io/acme/api:1', RepositoryCredentials: Match.anyValue() }),
    },
    '`image.port`': { use: (t) => t.service({ port: 8080 }), check: container({ PortMappings: [{ ContainerPort: 8080, Protocol: 'tcp' }] }) },
    '`image.depends_on`': {
      use: (t) => {
        const proxy = t.api.taskDefinition.addContainer('Proxy', { image: t.image, essential: false });
        t.api.container.addContainerDependencies({ container: proxy, condition: ecs.ContainerDependencyCondition.START });
      },
      check: container({ Name: 'App', DependsOn: [{ ContainerName: 'Proxy', Condition: 'START' }] }),
    },
    '`image.healthcheck.command`': {
      use: (t) => t.service({ healthCheckCommand: ['curl', '-f', 'http://localhost'] }),
      check: container({ HealthCheck: Match.objectLike({ Command: ['CMD', 'curl', '-f', 'http://localhost'] }) }),
    },
    '`image.healthcheck.start_period`': {
      use: (t) => t.service({ healthCheckCommand: ['true'], healthCheckGracePeriod: Duration.seconds(90) }), check: container({ HealthCheck: Match.objectLike({ StartPeriod: 90 }) }),
    },
    '`command`': { use: (t) => t.service({ command: ['serve'] }), check: container({ Command: ['serve'] }) },
    '`cpu`': { use: (t) => t.service({ cpu: 1024, memory: Size.gibibytes(2) }), check: has('AWS::ECS::TaskDefinition', { Cpu: '1024' }) },
    '`memory`': { use: (t) => t.service({ memory: Size.gibibytes(2) }), check: has('AWS::ECS::TaskDefinition', { Memory: '2048' }) },
    '`platform`': {
      use: (t) => t.service({ architecture: ecs.CpuArchitecture.ARM64 }), check: has('AWS::ECS::TaskDefinition', { RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' } }),
    },
    '`count` (a number)': { use: (t) => t.service({ scaling: { minTasks: 3, maxTasks: 3 } }), check: limits(3, 3) },
    '`count.range`': { use: (t) => t.service({ scaling: { minTasks: 2, maxTasks: 10 } }), check: limits(2, 10) },
    '`count.range.spot_from`': {
      use: (t) => t.service({ spot: true, scaling: { minTasks: 2 } }),
      check: has('AWS::ECS::Service', { CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 0 }, { CapacityProvider: 'FARGATE_SPOT', Weight: 1 }] }),
    },
    '`count.cpu_percentage`': { use: (t) => t.service({ scaling: { cpuPercent: 60 } }), check: policy({ TargetValue: 60 }) },
    '`count.memory_percentage`': { use: (t) => t.service({ scaling: { memoryPercent: 60 } }), check: policy({ TargetValue: 60 }) },
    '`count.cooldown.in`': { use: (t) => t.service({ scaling: { scaleInCooldown: Duration.seconds(99) } }), check: policy({ ScaleInCooldown: 99 }) },
    '`count.cooldown.out`': { use: (t) => t.service({ scaling: { scaleOutCooldown: Duration.seconds(99) } }), check: policy({ ScaleOutCooldown: 99 }) },
    '`exec`': { use: (t) => t.service({ enableExecuteCommand: true }), check: has('AWS::ECS::Service', { EnableExecuteCommand: true }) },
    '`deployment.rolling: default`': {
      use: (t) => t.service({ deployment: Deployment.rolling() }),
      check: has('AWS::ECS::Service', { DeploymentConfiguration: Match.objectLike({ MinimumHealthyPercent: 100, MaximumPercent: 200, DeploymentCircuitBreaker: { Enable: true, Rollback: true } }) }),
    },
    '`deployment.rolling: recreate`': {
      use: (t) => t.service({ deployment: Deployment.rolling({ minHealthyPercent: 0, maxHealthyPercent: 100 }) }),
      check: has('AWS::ECS::Service', { DeploymentConfiguration: Match.objectLike({ MinimumHealthyPercent: 0, MaximumPercent: 100 }) }),
    },
    '`deployment.rollback_alarms`': {
      use: (t) => t.api.rollbackOn(t.alarm), check: has('AWS::ECS::Service', { DeploymentConfiguration: Match.objectLike({ Alarms: Match.objectLike({ Enable: true, Rollback: true }) }) }),
    },
    '`network.connect`': { use: (t) => t.service({ serviceConnect: {} }), check: has('AWS::ECS::Service', { ServiceConnectConfiguration: Match.objectLike({ Enabled: true }) }) },
    '`network.connect.alias`': {
      use: (t) => t.service({ serviceConnect: { alias: 'api' } }),
      check: has('AWS::ECS::Service', { ServiceConnectConfiguration: Match.objectLike({ Services: [Match.objectLike({ ClientAliases: [{ DnsName: 'api', Port: 8080 }] })] }) }),
    },
    '`network.vpc.placement`': {
      use: (t) => {
        const network = AppNetwork.fromVpc(t.vpc, { appSubnets: { subnetGroupName: 'Databases' } });
        return new ContainerService(t.stack, 'Row', { cluster: new ContainerCluster(t.stack, 'Rows', { network }), image: t.image, port: 80 });
      },
      check: has('AWS::ECS::Service', { NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ Subnets: Match.arrayWith([{ Ref: Match.stringLikeRegexp('Databases') }]) }) } }),
    },
    '`variables`': { use: (t) => t.service({ environment: { LOG_LEVEL: 'info' } }), check: variable('LOG_LEVEL', 'info') },
    '`variables.from_cfn`': { use: (t) => t.service({ environment: { TABLE: Fn.importValue('shop-Table') } }), check: variable('TABLE', { 'Fn::ImportValue': 'shop-Table' }) },
    '`secrets` (Parameter Store)': {
      use: (t) => {
        const parameter = ssm.StringParameter.fromSecureStringParameterAttributes(t.stack, 'Parameter', { parameterName: '/copilot/shop/prod/secrets/KEY' });
        return t.service({ secrets: { KEY: ecs.Secret.fromSsmParameter(parameter) } });
      },
      check: container({ Secrets: [{ Name: 'KEY', ValueFrom: Match.anyValue() }] }),
    },
    '`secrets.secretsmanager`': {
      use: (t) => t.service({ secrets: { KEY: ecs.Secret.fromSecretsManager(t.secret, 'key') } }), check: container({ Secrets: [{ Name: 'KEY', ValueFrom: Match.anyValue() }] }),
    },
    '`storage.ephemeral`': { use: (t) => t.service({ ephemeralStorage: Size.gibibytes(50) }), check: has('AWS::ECS::TaskDefinition', { EphemeralStorage: { SizeInGiB: 50 } }) },
    '`storage.readonly_fs`': { use: (t) => t.service({ readonlyRootFilesystem: true }), check: container({ ReadonlyRootFilesystem: true }) },
    '`storage.volumes.efs: true`': {
      use: (t) => t.service({}).mountFiles(t.web.addSharedFiles('Files'), '/mnt/efs'), check: container({ MountPoints: [Match.objectLike({ ContainerPath: '/mnt/efs', ReadOnly: false })] }),
    },
    '`storage.volumes.efs.id`': {
      use: (t) => {
        const securityGroup = new ec2.SecurityGroup(t.stack, 'EfsGroup', { vpc: t.network.vpc });
        const fileSystem = efs.FileSystem.fromFileSystemAttributes(t.stack, 'Efs', { fileSystemId: 'fs-0123456789abcdef0', securityGroup });
        t.service({}).mountFiles(SharedFiles.fromFileSystem(fileSystem), '/mnt/efs');
      },
      check: has('AWS::ECS::TaskDefinition', { Volumes: [Match.objectLike({ EFSVolumeConfiguration: Match.objectLike({ FilesystemId: 'fs-0123456789abcdef0' }) })] }),
    },
    '`storage.volumes.read_only`': {
      use: (t) => t.service({}).mountFiles(t.web.addSharedFiles('Files'), '/mnt/efs', { readOnly: true }), check: container({ MountPoints: [Match.objectLike({ ReadOnly: true })] }),
    },
    '`publish.topics`': { use: (t) => t.topic.grantPublish(t.api), check: permits('sns:Publish') },
    '`logging.retention`': { use: (t) => t.service({ logRetention: logs.RetentionDays.ONE_MONTH }), check: has('AWS::Logs::LogGroup', { RetentionInDays: 30 }) },
    '`sidecars`': { use: (t) => t.api.taskDefinition.addContainer('Proxy', { image: t.image }), check: container({ Name: 'Proxy' }) },
    '`taskdef_overrides`': {
      use: (t) => (t.api.taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('Family', 'api'), check: has('AWS::ECS::TaskDefinition', { Family: 'api' }),
    },
    '`environments`': { use: (t) => EnvironmentProfile.of(t.stack).name, check: (_, name) => expect(name).toBe('dev') },
  },
  'Load Balanced Web Service': {
    '`http: false`': {
      use: (t) => t.web.addService('Row', { image: t.image, port: 80 }), check: (template) => template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 0),
    },
    '`http.path`': { use: (t) => t.service({ route: Route.path('/api/*') }), check: rule({ Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }] }) },
    '`http.alias`': {
      use: (t) => {
        const domain = AppDomain.fromHostedZone(t.zone as never, 'example.com', { alternativeNames: ['api.example.com'] });
        return new WebEntry(t.stack, 'Row', { network: t.network, domain }).addRoute('Api', { service: t.api, route: Route.host('api.example.com') });
      },
      check: has('AWS::Route53::RecordSet', { Name: 'api.example.com.' }),
    },
    '`http.hosted_zone`': {
      use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, domain: AppDomain.fromHostedZone(t.zone, 'shop.example.com') }), check: has('AWS::CertificateManager::Certificate', { DomainName: 'shop.example.com' }),
    },
    '`http.alb`': {
      use: (t) => WebEntry.fromListener(t.stack, 'Shared', { listener: t.listener, url: 'https://shop.example.com' }).addRoute('Row', { service: t.api, route: Route.path('/row') }),
      check: rule({ ListenerArn: Match.stringLikeRegexp('listener/app/shared') }),
    },
    '`http.healthcheck.path`': { use: asked({ healthCheckPath: '/healthz' }), check: group({ HealthCheckPath: '/healthz' }) },
    '`http.healthcheck.success_codes`': { use: asked({ healthyHttpCodes: '200,301' }), check: group({ Matcher: { HttpCode: '200,301' } }) },
    '`http.healthcheck.interval`': { use: asked({ healthCheckInterval: Duration.seconds(11) }), check: group({ HealthCheckIntervalSeconds: 11 }) },
    '`http.healthcheck.timeout`': { use: asked({ healthCheckTimeout: Duration.seconds(9) }), check: group({ HealthCheckTimeoutSeconds: 9 }) },
    '`http.healthcheck.healthy_threshold`': { use: asked({ healthyThreshold: 3 }), check: group({ HealthyThresholdCount: 3 }) },
    '`http.healthcheck.unhealthy_threshold`': { use: asked({ unhealthyThreshold: 4 }), check: group({ UnhealthyThresholdCount: 4 }) },
    '`http.healthcheck.grace_period`': { use: asked({ healthCheckGracePeriod: Duration.seconds(90) }), check: has('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: 90 }) },
    '`http.deregistration_delay`': {
      use: asked({ deregistrationDelay: Duration.seconds(60) }), check: group({ TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }]) }),
    },
    '`http.stickiness`': { use: asked({ stickiness: Duration.hours(1) }), check: group({ TargetGroupAttributes: Match.arrayWith([{ Key: 'stickiness.enabled', Value: 'true' }]) }) },
    '`http.allowed_source_ips`': { use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, allowedPeers: peers }), check: admits },
    '`http.redirect_to_https`': {
      use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, domain: AppDomain.fromHostedZone(t.zone, 'shop.example.com') }),
      check: has('AWS::ElasticLoadBalancingV2::Listener', { Port: 80, DefaultActions: [Match.objectLike({ RedirectConfig: Match.objectLike({ Protocol: 'HTTPS' }) })] }),
    },
    '`http.additional_rules`': {
      use: (t) => t.web.entry.addRoute('Reports', { service: t.service({}), route: Route.path('/reports/*') }),
      check: (template) => template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 2),
    },
    '`count.requests`': { use: asked({ requestsPerTask: 1000 }), check: policy({ TargetValue: 1000 }) },
    '`count.response_time`': {
      use: (t) => {
        const targetGroup = t.web.entry.addRoute('Row', { service: t.api, route: Route.path('/row') });
        t.api.scalableTaskCount.scaleToTrackCustomMetric('Latency', { metric: targetGroup.metrics.targetResponseTime(), targetValue: 0.3 });
      },
      check: policy({ TargetValue: 0.3 }),
    },
  },
  'Backend Service': {
    'service discovery, `api.<environment>.<app>.local`': {
      use: (t) => new ContainerService(t.stack, 'Api', { cluster: new ContainerCluster(t.stack, 'Test', { network: t.network, dnsNamespace: 'test.shop.local' }), image: t.image, port: 80 }).hostName,
      check: (_, hostName) => expect(hostName).toBe('api.test.shop.local'),
    },
    '`http` (internal load balancer)': {
      use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, internetFacing: false }), check: has('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' }),
    },
  },
  'Worker Service': {
    '`subscribe.queue`': { use: (t) => t.worker({ queue: t.web.addQueue('Orders') }), check: variable('QUEUE_URL', { Ref: Match.stringLikeRegexp('Orders') }) },
    '`subscribe.topics`': { use: (t) => t.topic.addSubscription(new SqsSubscription(t.web.addQueue('Orders').queue)), check: has('AWS::SNS::Subscription', { Protocol: 'sqs' }) },
    '`subscribe.topics.filter_policy`': {
      use: (t) => t.topic.addSubscription(new SqsSubscription(t.web.addQueue('Orders').queue, { filterPolicy: { store: sns.SubscriptionFilter.stringFilter({ allowlist: ['a'] }) } })),
      check: has('AWS::SNS::Subscription', { FilterPolicy: { store: ['a'] } }),
    },
    '`subscribe.queue.retention`': { use: sends({ retention: Duration.days(1) }), check: has('AWS::SQS::Queue', { MessageRetentionPeriod: 86400 }) },
    '`subscribe.queue.timeout`': { use: sends({ visibilityTimeout: Duration.seconds(99) }), check: has('AWS::SQS::Queue', { VisibilityTimeout: 99 }) },
    '`subscribe.queue.dead_letter.tries`': { use: sends({ maxReceives: 5 }), check: has('AWS::SQS::Queue', { RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }) }) },
    '`subscribe.queue.fifo`': { use: sends({ fifo: true }), check: has('AWS::SQS::Queue', { FifoQueue: true }) },
    '`count.queue_delay`': {
      use: (t) => t.worker({ queue: t.web.addQueue('Orders'), messagesPerTask: 20 }), check: (template) => expect(JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'))).toContain('20'),
    },
  },
  'Scheduled Job': {
    '`on.schedule` (cron)': {
      use: (t) => t.job({ schedule: ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_ROME }) }),
      check: schedule({ ScheduleExpression: 'cron(0 3 * * ? *)', ScheduleExpressionTimezone: 'Europe/Rome' }),
    },
    '`on.schedule` (`@every 1h`, `rate()`)': { use: (t) => t.job({ schedule: ScheduleExpression.rate(Duration.hours(1)) }), check: schedule({ ScheduleExpression: 'rate(1 hour)' }) },
    '`on.schedule: none`': { use: (t) => t.job({ enabled: false }), check: schedule({ State: 'DISABLED' }) },
    '`timeout`': { use: (t) => t.job({ command: ['timeout', '3600', 'report'] }), check: schedule({ Target: Match.objectLike({ Input: Match.stringLikeRegexp('timeout') }) }) },
  },
  'Static Site': {
    '`files`': {
      use: (t) => {
        const folder = fs.mkdtempSync('/tmp/site-');
        fs.writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
        new StaticSite(t.stack, 'Row', { assets: folder });
      },
      check: (template) => expect(Object.keys(template.findResources('Custom::CDKBucketDeployment')).length).toBeGreaterThan(0),
    },
    '`http.alias`': {
      use: (t) => new StaticSite(t.stack, 'Row', { domain: AppDomain.fromHostedZone(t.zone, 'www.example.com') }),
      check: has('AWS::CloudFront::Distribution', { DistributionConfig: Match.objectLike({ Aliases: ['www.example.com'] }) }),
    },
    '`http.certificate`': {
      use: (t) => {
        const certificate = acm.Certificate.fromCertificateArn(t.stack, 'Certificate', 'arn:aws:acm:us-east-1:111111111111:certificate/0');
        new StaticSite(t.stack, 'Row', { domain: AppDomain.fromCertificate(certificate, 'www.example.com') });
      },
      check: has('AWS::CloudFront::Distribution', { DistributionConfig: Match.objectLike({ ViewerCertificate: Match.objectLike({ AcmCertificateArn: Match.stringLikeRegexp('certificate/0') }) }) }),
    },
  },
  'Environment': {
    '`network.vpc.id`': {
      use: (t) => new WebEntry(t.stack, 'Row', { network: AppNetwork.fromVpc(t.vpc) }), check: (template) => template.resourceCountIs('AWS::EC2::VPC', 1),
    },
    '`network.vpc.cidr`': { use: (t) => new AppNetwork(t.stack, 'Row', { cidr: '10.1.0.0/16' }), check: has('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/16' }) },
    '`network.vpc.subnets`': {
      use: (t) => new AppNetwork(t.stack, 'Row', { publicCidrs: ['10.0.0.0/24', '10.0.1.0/24'], appCidrs: ['10.0.2.0/24', '10.0.3.0/24'], dataCidrs: ['10.0.4.0/24', '10.0.5.0/24'] }),
      check: has('AWS::EC2::Subnet', { CidrBlock: '10.0.5.0/24' }),
    },
    '`network.vpc.flow_logs`': { use: (t) => new AppNetwork(t.stack, 'Row', { flowLogs: true }), check: (template) => template.resourceCountIs('AWS::EC2::FlowLog', 1) },
    '`network.vpc.security_group.ingress`': {
      use: (t) => t.api.connections.allowDefaultPortFrom(peers[0]), check: has('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [Match.objectLike({ CidrIp: '192.0.2.0/24', FromPort: 8000 })] }),
    },
    '`http.public.certificates`': {
      use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, domain: AppDomain.fromCertificate(t.certificate, 'shop.example.com') }),
      check: has('AWS::ElasticLoadBalancingV2::Listener', { Certificates: [{ CertificateArn: Match.stringLikeRegexp('certificate/0') }] }),
    },
    '`http.public.access_logs`': {
      use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, accessLogs: true }),
      check: has('AWS::ElasticLoadBalancingV2::LoadBalancer', { LoadBalancerAttributes: Match.arrayWith([{ Key: 'access_logs.s3.enabled', Value: 'true' }]) }),
    },
    '`http.public.ingress.source_ips`': { use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, allowedPeers: peers }), check: admits },
    '`http.private`': { use: (t) => new WebEntry(t.stack, 'Row', { network: t.network, internetFacing: false }), check: has('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' }) },
    '`observability.container_insights`': {
      use: (t) => new ContainerCluster(t.stack, 'Row', { network: t.network, containerInsights: ecs.ContainerInsights.ENHANCED }),
      check: has('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }] }),
    },
  },
  'Addons': {
    '`storage init` (S3)': { use: (t) => new s3.Bucket(t.stack, 'Bucket').grantReadWrite(t.api), check: permits('s3:GetObject*', 's3:PutObject') },
    '`storage init` (DynamoDB)': {
      use: (t) => new dynamodb.TableV2(t.stack, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }).grantReadWriteData(t.api),
      check: permits('dynamodb:GetItem', 'dynamodb:PutItem'),
    },
    '`storage init` (Aurora)': {
      use: (t) => t.api.useDatabase(t.web.addDatabase('Database')), check: container({ Secrets: [{ Name: 'DATABASE_URL', ValueFrom: Match.anyValue() }] }),
    },
    'addons templates': {
      use: (t) => {
        const templateFile = path.join(fs.mkdtempSync('/tmp/addons-'), 'addons.json');
        fs.writeFileSync(templateFile, JSON.stringify({ Resources: { Table: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'kept' } } } }));
        return new CfnInclude(t.stack, 'Addons', { templateFile });
      },
      check: has('AWS::SSM::Parameter', { Value: 'kept' }),
    },
    'access to what exists': { use: (t) => t.secret.grantRead(t.api), check: permits('secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue') },
  },
  'Pipelines': {
    '`source.provider: GitHub`': {
      use: (t) => new GitHubDeliveryRole(t.stack, 'Delivery', { repository: 'acme/shop' }),
      check: (template) => expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).toContain('repo:acme/shop'),
    },
    '`stages.requires_approval`': {
      use: (t) => new GitHubDeliveryRole(t.stack, 'Delivery', { repository: 'acme/shop', environment: 'production' }),
      check: (template) => expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).toContain('repo:acme/shop:environment:production'),
    },
  },
  'Commands': {
    '`copilot svc exec`': { use: (t) => t.service({ enableExecuteCommand: true }).execCommand, check: (_, command) => expect(command).toMatch(/^aws ecs execute-command /) },
    '`copilot svc logs`, `copilot job logs`': { use: (t) => t.api.logsCommand, check: (_, command) => expect(command).toMatch(/^aws logs tail /) },
    '`copilot task run`': { use: (t) => t.api.runTaskCommand('rake', 'db:seed'), check: (_, command) => expect(command).toMatch(/^aws ecs run-task .*"rake","db:seed"/) },
    '`copilot job run`': { use: (t) => t.job({ command: ['nightly'] }).runCommand, check: (_, command) => expect(command).toMatch(/^aws ecs run-task .*"nightly"/) },
    '`copilot svc pause`': { use: (t) => t.service({ scaling: { minTasks: 0, maxTasks: 0 } }), check: has('AWS::ECS::Service', { DesiredCount: 0 }) },
    '`copilot svc show`, `copilot svc status`': {
      use: (t) => new OperationsDashboard(t.stack, 'Board').show(t.api), check: (template) => template.resourceCountIs('AWS::CloudWatch::Dashboard', 1),
    },
    '`copilot secret init`': {
      use: (t) => {
        const parameter = ssm.StringParameter.fromSecureStringParameterAttributes(t.stack, 'Parameter', { parameterName: '/shop/KEY' });
        t.api.addSecret('KEY', ecs.Secret.fromSsmParameter(parameter)); // made by `aws ssm put-parameter --type SecureString`
      },
      check: container({ Secrets: [{ Name: 'KEY', ValueFrom: { 'Fn::Join': ['', Match.arrayWith([':parameter/shop/KEY'])] } }] }),
    },
    '`copilot env init --import-vpc-id`': { use: (t) => new WebEntry(t.stack, 'Row', { network: AppNetwork.fromVpc(t.vpc) }), check: (template) => template.resourceCountIs('AWS::EC2::VPC', 1) },
    '`copilot svc override`, `copilot env override`': {
      use: (t) => (t.api.taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('Family', 'api'), check: has('AWS::ECS::TaskDefinition', { Family: 'api' }),
    },
  },
};

/** Commands that no template shows: held by the examples, whose pages run them. */
const HELD_BY_EXAMPLES: Record<string, RegExp> = {
  '`copilot svc package`': /cdk synth/,
  '`copilot deploy`, `copilot svc deploy`, `copilot env deploy`': /cdk deploy/,
  '`copilot app delete`, `copilot svc delete`': /cdk destroy/,
};

const rows = SECTIONS.flatMap((section) => [...page.section(section).matchAll(/^\| (.+?) \| (`.+?) \|(?: .*)?\|$/gm)].map(([, field, here]) => ({ section, field, here })));

test('every row has a proof, and every proof a row', () => {
  const proven = SECTIONS.flatMap((section) => Object.keys(PROOFS[section]).map((field) => `${section}: ${field}`)).concat(Object.keys(HELD_BY_EXAMPLES).map((field) => `Commands: ${field}`));
  expect(proven.sort()).toEqual(rows.map(({ section, field }) => `${section}: ${field}`).sort());
});

test('no field is both in a row and among what has no equivalent', () => {
  const without = [...page.section('What has no equivalent').matchAll(/`([\w.]+)`/g)].map(([, field]) => field);
  expect(without.length).toBeGreaterThan(10);
  expect(rows.map(({ field }) => /^`([\w.]+)`/.exec(field)?.[1]).filter((field) => without.includes(field!))).toEqual([]);
});

const cases = rows.filter(({ field }) => !(field in HELD_BY_EXAMPLES)).map((row) => [`${row.section}: ${row.field}`, row] as const);

test.each(cases)('%s', (_, { section, field, here }) => {
  const { use, check } = PROOFS[section][field];
  const things = new Things(testApp(inProfile('dev')));
  const used = use(things);
  check(Template.fromStack(things.stack), used);
  // the row and its proof speak of the same thing
  const [code] = /^`(.+?)`/.exec(here)!.slice(1);
  const word = /^(\w+):/.exec(code)?.[1] ?? /(\w+)\(/.exec(code)?.[1] ?? /(\w+)\W*$/.exec(code)![1];
  expect(SOURCE.split(`'${field}': {`)[sectionIndex(section, field)]?.split("\n    '`")[0]).toContain(word);
});

const SOURCE = fs.readFileSync(__filename, 'utf8');

/** Which of the proofs of this name: sections may share one. */
function sectionIndex(section: string, field: string): number {
  return SECTIONS.slice(0, SECTIONS.indexOf(section) + 1).filter((other) => PROOFS[other][field] !== undefined).length;
}

test.each(Object.entries(HELD_BY_EXAMPLES))('%s is what the page of an example does', (_, command) => {
  expect(fs.readFileSync(path.join(ROOT, 'examples', 'production-api', 'README.md'), 'utf8')).toMatch(command);
});
