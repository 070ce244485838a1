// The example two-services-ghcr in its prod profile, written with aws-cdk-lib alone.
import { App, CfnOutput, Duration, RemovalPolicy, SecretValue, Size, Stack, TimeZone } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventsTargets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedulerTargets from 'aws-cdk-lib/aws-scheduler-targets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';

const app = new App();
const { owner = 'acme', imageTag = 'v1', alertEmail } = app.node.getAllContext();

const stack = new Stack(app, 'TwoServices', { stackName: 'two-services-prod', terminationProtection: true });
const fromThisAccount = { StringEquals: { 'aws:SourceAccount': stack.account } };

const template = new ecr.CfnRepositoryCreationTemplate(stack, 'MirrorTemplate', {
  prefix: 'ghcr-prod',
  appliedFor: ['PULL_THROUGH_CACHE'],
  description: 'Images of ghcr.io',
  encryptionConfiguration: { encryptionType: 'AES256' },
  imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  imageTagMutabilityExclusionFilters: [
    { imageTagMutabilityExclusionFilterType: 'WILDCARD', imageTagMutabilityExclusionFilterValue: 'latest' },
  ],
  lifecyclePolicy: JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: 'Forget untagged images',
        selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 14, countUnit: 'days' },
        action: { type: 'expire' },
      },
      {
        rulePriority: 2,
        description: 'Keep the last tagged images',
        selection: { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'imageCountMoreThan', countNumber: 10 },
        action: { type: 'expire' },
      },
    ],
  }),
});
const mirror = new ecr.CfnPullThroughCacheRule(stack, 'Mirror', {
  ecrRepositoryPrefix: 'ghcr-prod',
  upstreamRegistry: 'github-container-registry',
  upstreamRegistryUrl: 'ghcr.io',
  credentialArn: secretsmanager.Secret.fromSecretNameV2(stack, 'MirrorToken', 'ecr-pullthroughcache/ghcr').secretArn,
});
mirror.addResourceDependency(template);
const apiImages = ecr.Repository.fromRepositoryName(stack, 'ApiImages', `ghcr-prod/${owner}/api`);
const frontImages = ecr.Repository.fromRepositoryName(stack, 'FrontImages', `ghcr-prod/${owner}/web`);

const vpc = new ec2.Vpc(stack, 'Vpc', {
  ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
  maxAzs: 2,
  reservedAzs: 2,
  natGateways: 1,
  restrictDefaultSecurityGroup: true,
  subnetConfiguration: [
    { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 19 },
    { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 21, mapPublicIpOnLaunch: false },
    { name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 21 },
  ],
  gatewayEndpoints: {
    S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
    DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
  },
});
const flowLogGroup = new logs.LogGroup(stack, 'FlowLogGroup', { retention: logs.RetentionDays.ONE_MONTH });
const flowLogRole = new iam.Role(stack, 'FlowLogRole', {
  assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
    conditions: {
      ...fromThisAccount,
      ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ec2', resource: 'vpc-flow-log', resourceName: '*' }) },
    },
  }),
});
vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(flowLogGroup, flowLogRole) });

const alertsKey = new kms.Key(stack, 'AlertsKey', { description: 'Alerts', enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
const alerts = new sns.Topic(stack, 'Alerts', { masterKey: alertsKey, enforceSSL: true });
alerts.grantPublish(new iam.ServicePrincipal('cloudwatch.amazonaws.com', { conditions: fromThisAccount }));
alerts.grantPublish(new iam.ServicePrincipal('budgets.amazonaws.com', { conditions: fromThisAccount }));
alerts.grantPublish(new iam.ServicePrincipal('backup.amazonaws.com'));
alerts.grantPublish(new iam.ServicePrincipal('events.amazonaws.com'));
alerts.addSubscription(new subscriptions.EmailSubscription(alertEmail));

const databaseKey = new kms.Key(stack, 'DatabaseKey', {
  description: 'Storage, snapshots, logs and secrets of the database',
  enableKeyRotation: true,
  rotationPeriod: Duration.days(365),
  removalPolicy: RemovalPolicy.RETAIN,
});
databaseKey.addToResourcePolicy(new iam.PolicyStatement({
  principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
  actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
  resources: ['*'],
  conditions: {
    ArnLike: {
      'kms:EncryptionContext:aws:logs:arn': [
        stack.formatArn({ service: 'logs', resource: 'log-group:/aws/rds/instance/two-services-*' }),
        stack.formatArn({ service: 'logs', resource: 'log-group:/aws/vendedlogs/states/two-services-*' }),
      ],
    },
  },
}));
const databaseSecurityGroup = new ec2.SecurityGroup(stack, 'DatabaseSecurityGroup', { vpc, description: 'Database', allowAllOutbound: false });
const excludeCharacters = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';
const credentials = new secretsmanager.Secret(stack, 'DatabaseSecret', {
  description: 'Credentials of the database',
  encryptionKey: databaseKey,
  generateSecretString: {
    secretStringTemplate: JSON.stringify({ username: 'postgres' }),
    generateStringKey: 'password',
    passwordLength: 40,
    excludeCharacters,
  },
});
const databaseLogs = (identifier: string, type: string) => new logs.LogGroup(stack, `${identifier}-${type}`, {
  logGroupName: `/aws/rds/instance/${identifier}/${type}`,
  encryptionKey: databaseKey,
  retention: logs.RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
const monitoringRole = (identifier: string) => new iam.Role(stack, `${identifier}-monitoring`, {
  description: 'Enhanced monitoring of the database',
  assumedBy: new iam.ServicePrincipal('monitoring.rds.amazonaws.com', {
    conditions: { ...fromThisAccount, ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'rds', resource: `db:${identifier}` }) } },
  }),
  inlinePolicies: {
    EnhancedMonitoring: new iam.PolicyDocument({
      statements: [new iam.PolicyStatement({
        actions: [
          'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams',
          'logs:GetLogEvents', 'logs:PutLogEvents', 'logs:PutRetentionPolicy',
        ],
        resources: ['arn:*:logs:*:*:log-group:RDSOSMetrics', 'arn:*:logs:*:*:log-group:RDSOSMetrics:*'],
      })],
    }),
  },
});
const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 });
const instanceProps = {
  autoMinorVersionUpgrade: true,
  instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
  applyImmediately: true,
  vpc,
  subnetGroup: new rds.SubnetGroup(stack, 'DatabaseSubnets', { description: 'Database', vpc, vpcSubnets: { subnetGroupName: 'Data' } }),
  securityGroups: [databaseSecurityGroup],
  publiclyAccessible: false,
  networkType: rds.NetworkType.IPV4,
  port: 5432,
  caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
  iamAuthentication: true,
  storageType: rds.StorageType.GP3,
  maxAllocatedStorage: 100,
  preferredMaintenanceWindow: 'sun:04:00-sun:05:00',
  copyTagsToSnapshot: true,
  deletionProtection: true,
  parameterGroup: new rds.ParameterGroup(stack, 'DatabaseParameters', {
    engine,
    description: 'TLS required, slow statements logged',
    parameters: { 'rds.force_ssl': '1', 'log_min_duration_statement': '1000', 'log_statement': 'none' },
  }),
  cloudwatchLogsExports: ['postgresql', 'upgrade'],
  enablePerformanceInsights: true,
  databaseInsightsMode: rds.DatabaseInsightsMode.STANDARD,
  performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
  performanceInsightEncryptionKey: databaseKey,
  monitoringInterval: Duration.minutes(1),
};
const database = new rds.DatabaseInstance(stack, 'Database', {
  ...instanceProps,
  instanceIdentifier: 'two-services-prod',
  monitoringRole: monitoringRole('two-services-prod'),
  engine,
  engineLifecycleSupport: rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
  allowMajorVersionUpgrade: false,
  multiAz: true,
  databaseName: 'app',
  credentials: rds.Credentials.fromSecret(credentials, 'postgres'),
  allocatedStorage: 20,
  storageEncrypted: true,
  storageEncryptionKey: databaseKey,
  backupRetention: Duration.days(7),
  preferredBackupWindow: '03:00-04:00',
  deleteAutomatedBackups: false,
  removalPolicy: RemovalPolicy.SNAPSHOT,
});
const reader = new rds.DatabaseInstanceReadReplica(stack, 'Reader', {
  ...instanceProps,
  sourceDatabaseInstance: database,
  instanceIdentifier: 'two-services-prod-reader',
  monitoringRole: monitoringRole('two-services-prod-reader'),
  multiAz: false,
  removalPolicy: RemovalPolicy.DESTROY,
});
const databaseLog = databaseLogs('two-services-prod', 'postgresql');
const readerLog = databaseLogs('two-services-prod-reader', 'postgresql');
database.node.defaultChild!.node.addDependency(databaseLog, databaseLogs('two-services-prod', 'upgrade'));
reader.node.defaultChild!.node.addDependency(readerLog, databaseLogs('two-services-prod-reader', 'upgrade'));
const secret = database.secret!;

const rotationSecurityGroup = new ec2.SecurityGroup(stack, 'RotationSecurityGroup', { vpc, description: 'Rotation', allowAllOutbound: false });
rotationSecurityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Secrets Manager');
rotationSecurityGroup.connections.allowTo(database, ec2.Port.tcp(5432), 'Rotation of the password');
const rotation = credentials.addRotationSchedule('Rotation', {
  hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({
    vpc,
    vpcSubnets: { subnetGroupName: 'App' },
    securityGroups: [rotationSecurityGroup],
    excludeCharacters,
  }),
  rotateImmediatelyOnUpdate: false,
});
(rotation.node.defaultChild as secretsmanager.CfnRotationSchedule).rotationRules = { scheduleExpression: 'rate(30 days)', duration: '1h' };
rotation.node.addDependency(secret, rotationSecurityGroup, databaseSecurityGroup);

const connectionUrl = (instance: rds.IDatabaseInstance) => {
  const { id } = instance.node;
  const urlSecret = new secretsmanager.Secret(stack, `${id}Url`, {
    description: 'Connection URL of the database',
    encryptionKey: databaseKey,
    secretStringValue: SecretValue.unsafePlainText(
      `postgresql://postgres:${secret.secretValueFromJson('password').unsafeUnwrap()}@${instance.dbInstanceEndpointAddress}:`
      + `${instance.dbInstanceEndpointPort}/app?sslmode=require`,
    ),
  });
  const readCredentials = tasks.CallAwsService.jsonata(stack, `${id}ReadCredentials`, {
    service: 'secretsmanager',
    action: 'getSecretValue',
    iamAction: 'secretsmanager:GetSecretValue',
    iamResources: [secret.secretArn],
    parameters: { SecretId: secret.secretArn },
    assign: {
      url: '{% ($c := $parse($states.result.SecretString); $c.username and $c.password and $c.host and $c.port'
        + " ? 'postgresql://' & $encodeUrlComponent($c.username) & ':' & $encodeUrlComponent($c.password)"
        + ` & '@' & '${instance.dbInstanceEndpointAddress}' & ':' & $string($c.port) & '/' & $encodeUrlComponent('app') & '?sslmode=require'`
        + " : $error('the secret lacks the user name, the password, the host or the port')) %}",
    },
    outputs: {},
  });
  const readUrl = tasks.CallAwsService.jsonata(stack, `${id}ReadUrl`, {
    service: 'secretsmanager',
    action: 'getSecretValue',
    iamAction: 'secretsmanager:GetSecretValue',
    iamResources: [urlSecret.secretArn],
    parameters: { SecretId: urlSecret.secretArn },
    assign: { changed: '{% $states.result.SecretString != $url %}' },
    outputs: {},
  });
  const writeUrl = tasks.CallAwsService.jsonata(stack, `${id}WriteUrl`, {
    service: 'secretsmanager',
    action: 'putSecretValue',
    iamAction: 'secretsmanager:PutSecretValue',
    iamResources: [urlSecret.secretArn],
    parameters: { SecretId: urlSecret.secretArn, SecretString: '{% $url %}', ClientRequestToken: '{% $uuid() %}' },
    outputs: {},
  });
  const announce = tasks.EventBridgePutEvents.jsonata(stack, `${id}Announce`, {
    entries: [{
      source: 'two-services',
      detailType: 'Connection URL changed',
      detail: sfn.TaskInput.fromObject({ secretArn: urlSecret.secretArn }),
    }],
    outputs: {},
  });
  for (const task of [readCredentials, readUrl, writeUrl, announce]) {
    task.addRetry({ errors: [sfn.Errors.ALL], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 4 });
  }
  const urlRefreshRole = new iam.Role(stack, `${id}UrlRefreshRole`, {
    description: 'Composes the connection URL from the credentials',
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com', { conditions: fromThisAccount }),
  });
  urlRefreshRole.addToPolicy(new iam.PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [databaseKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com` } },
  }));
  const urlRefresh = new sfn.StateMachine(stack, `${id}UrlRefresh`, {
    stateMachineType: sfn.StateMachineType.EXPRESS,
    queryLanguage: sfn.QueryLanguage.JSONATA,
    definitionBody: sfn.DefinitionBody.fromChainable(readCredentials.next(readUrl).next(
      sfn.Choice.jsonata(stack, `${id}Changed`)
        .when(sfn.Condition.jsonata('{% $changed %}'), writeUrl.next(announce))
        .otherwise(new sfn.Succeed(stack, `${id}Unchanged`)),
    )),
    role: urlRefreshRole,
    timeout: Duration.minutes(4),
    tracingEnabled: true,
    logs: {
      destination: new logs.LogGroup(stack, `${id}UrlRefreshLogs`, {
        logGroupName: `/aws/vendedlogs/states/two-services-prod-${id}-url-refresh`,
        encryptionKey: databaseKey,
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      level: sfn.LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  new events.Rule(stack, `${id}OnNewPassword`, {
    description: 'The credentials changed: compose the connection URL anew',
    eventPattern: {
      source: ['aws.secretsmanager'],
      detailType: ['Secret Label Updated'],
      resources: [credentials.secretArn],
      detail: { labelUpdated: ['AWSCURRENT'] },
    },
    targets: [new eventsTargets.SfnStateMachine(urlRefresh, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
  });
  new scheduler.Schedule(stack, `${id}AfterRotationWindow`, {
    description: 'In and after the rotation window: compose the connection URL anew if the credentials changed',
    schedule: scheduler.ScheduleExpression.cron({ minute: '0/15', hour: '0-1', timeZone: TimeZone.ETC_UTC }),
    target: new schedulerTargets.StepFunctionsStartExecution(urlRefresh, { retryAttempts: 4, maxEventAge: Duration.minutes(10) }),
  });
  return { urlSecret, urlRefresh };
};
const { urlSecret: databaseUrl, urlRefresh: databaseUrlRefresh } = connectionUrl(database);
const { urlSecret: readerUrl, urlRefresh: readerUrlRefresh } = connectionUrl(reader);

const cluster = new ecs.Cluster(stack, 'Cluster', {
  vpc,
  containerInsightsV2: ecs.ContainerInsights.ENABLED,
  enableFargateCapacityProviders: true,
  defaultCloudMapNamespace: { name: 'app.local', vpc },
});
const taskProps = {
  cpu: 512,
  memoryLimitMiB: 1024,
  runtimePlatform: { operatingSystemFamily: ecs.OperatingSystemFamily.LINUX, cpuArchitecture: ecs.CpuArchitecture.X86_64 },
};
const ecsTasks = new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
  conditions: { ...fromThisAccount, ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ecs', resource: '*' }) } },
});
const containerProps = { readonlyRootFilesystem: false, stopTimeout: Duration.seconds(30) };
const logging = (name: string) => ecs.LogDrivers.awsLogs({
  logGroup: new logs.LogGroup(stack, `${name}-logs`, {
    logGroupName: `/ecs/two-services-prod/${name}`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  }),
  streamPrefix: 'task',
  mode: ecs.AwsLogDriverMode.NON_BLOCKING,
  maxBufferSize: Size.mebibytes(25),
});
const serviceProps = {
  cluster,
  capacityProviderStrategies: [{ capacityProvider: 'FARGATE', base: 2, weight: 1 }],
  platformVersion: ecs.FargatePlatformVersion.LATEST,
  vpcSubnets: { subnetGroupName: 'App' },
  assignPublicIp: false,
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  deploymentController: { type: ecs.DeploymentControllerType.ECS },
  deploymentStrategy: ecs.DeploymentStrategy.ROLLING,
  circuitBreaker: { enable: true, rollback: true },
  availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
  propagateTags: ecs.PropagatedTagSource.SERVICE,
  enableECSManagedTags: true,
  healthCheckGracePeriod: Duration.seconds(60),
};
const discovery = { dnsRecordType: servicediscovery.DnsRecordType.A as const, dnsTtl: Duration.seconds(10) };

const logBucket = new s3.Bucket(stack, 'LoadBalancerLogs', {
  encryption: s3.BucketEncryption.S3_MANAGED,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  versioned: true,
  lifecycleRules: [{
    expiration: Duration.days(90),
    noncurrentVersionExpiration: Duration.days(7),
    abortIncompleteMultipartUploadAfter: Duration.days(7),
  }],
});
logBucket.addToResourcePolicy(new iam.PolicyStatement({
  principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
  actions: ['s3:PutObject'],
  resources: [
    logBucket.arnForObjects(`access/AWSLogs/${stack.account}/*`),
    logBucket.arnForObjects(`connections/AWSLogs/${stack.account}/*`),
  ],
}));
const loadBalancer = new elbv2.ApplicationLoadBalancer(stack, 'LoadBalancer', {
  vpc,
  internetFacing: true,
  vpcSubnets: { subnetGroupName: 'Public' },
  ipAddressType: elbv2.IpAddressType.IPV4,
  http2Enabled: true,
  dropInvalidHeaderFields: true,
  desyncMitigationMode: elbv2.DesyncMitigationMode.DEFENSIVE,
  deletionProtection: true,
  idleTimeout: Duration.seconds(60),
});
loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
loadBalancer.setAttribute('access_logs.s3.bucket', logBucket.bucketName);
loadBalancer.setAttribute('access_logs.s3.prefix', 'access');
loadBalancer.setAttribute('connection_logs.s3.enabled', 'true');
loadBalancer.setAttribute('connection_logs.s3.bucket', logBucket.bucketName);
loadBalancer.setAttribute('connection_logs.s3.prefix', 'connections');
loadBalancer.node.addDependency(logBucket.policy!);
const listenerProps = {
  protocol: elbv2.ApplicationProtocol.HTTP,
  defaultAction: elbv2.ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'Not found' }),
};
const listener = loadBalancer.addListener('Http', { port: 80, ...listenerProps });
const apiListener = loadBalancer.addListener('Api', { port: 8000, ...listenerProps });
const url = `http://${loadBalancer.loadBalancerDnsName}`;
const healthCheck = {
  protocol: elbv2.Protocol.HTTP,
  healthyHttpCodes: '200',
  interval: Duration.seconds(30),
  timeout: Duration.seconds(5),
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 3,
};
const targetProps = {
  priority: 1000,
  conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])],
  protocol: elbv2.ApplicationProtocol.HTTP,
  deregistrationDelay: Duration.seconds(30),
};

const apiTask = new ecs.FargateTaskDefinition(stack, 'ApiTask', {
  ...taskProps,
  taskRole: new iam.Role(stack, 'ApiTaskRole', { assumedBy: ecsTasks }),
});
const apiContainerProps = {
  ...containerProps,
  image: ecs.ContainerImage.fromEcrRepository(apiImages, imageTag),
  logging: logging('api'),
  environment: { ENVIRONMENT: 'prod', ALLOWED_ORIGIN: url },
  secrets: { DATABASE_URL: ecs.Secret.fromSecretsManager(databaseUrl), DATABASE_READER_URL: ecs.Secret.fromSecretsManager(readerUrl) },
};
const apiContainer = apiTask.addContainer('App', {
  ...apiContainerProps,
  portMappings: [{ containerPort: 8000 }],
  linuxParameters: new ecs.LinuxParameters(stack, 'ApiLinuxParameters', { initProcessEnabled: true }),
});
const migration = apiTask.addContainer('Migrate', {
  ...apiContainerProps,
  command: ['python', '-m', 'app.migrate'],
  essential: false,
  linuxParameters: new ecs.LinuxParameters(stack, 'MigrateLinuxParameters', { initProcessEnabled: true }),
});
apiContainer.addContainerDependencies({ container: migration, condition: ecs.ContainerDependencyCondition.SUCCESS });
const api = new ecs.FargateService(stack, 'ApiService', { ...serviceProps, taskDefinition: apiTask, cloudMapOptions: { name: 'api', ...discovery } });
databaseSecurityGroup.addIngressRule(api.connections.securityGroups[0], ec2.Port.tcp(5432), 'Api');
api.node.addDependency(apiTask.obtainExecutionRole(), databaseSecurityGroup);
const apiTargets = apiListener.addTargets('Api', {
  ...targetProps,
  targets: [api.loadBalancerTarget({ containerName: 'App', containerPort: 8000 })],
  port: 8000,
  healthCheck: { path: '/healthz', ...healthCheck },
});

const frontTask = new ecs.FargateTaskDefinition(stack, 'FrontTask', {
  ...taskProps,
  taskRole: new iam.Role(stack, 'FrontTaskRole', { assumedBy: ecsTasks }),
});
frontTask.addContainer('App', {
  ...containerProps,
  image: ecs.ContainerImage.fromEcrRepository(frontImages, imageTag),
  logging: logging('front'),
  environment: { ENVIRONMENT: 'prod', API_URL: `${url}:8000` },
  portMappings: [{ containerPort: 80 }],
  linuxParameters: new ecs.LinuxParameters(stack, 'FrontLinuxParameters', { initProcessEnabled: true }),
});
const front = new ecs.FargateService(stack, 'FrontService', {
  ...serviceProps,
  taskDefinition: frontTask,
  cloudMapOptions: { name: 'front', ...discovery },
});
front.node.addDependency(frontTask.obtainExecutionRole());
const frontTargets = listener.addTargets('Front', {
  ...targetProps,
  targets: [front.loadBalancerTarget({ containerName: 'App', containerPort: 80 })],
  port: 80,
  healthCheck: { path: '/', ...healthCheck },
});
for (const [task, images] of [[apiTask, apiImages], [frontTask, frontImages]] as const) {
  images.grant(task.obtainExecutionRole(), 'ecr:BatchImportUpstreamImage', 'ecr:CreateRepository');
  task.node.defaultChild!.node.addDependency(mirror, template);
}
for (const service of [api, front]) {
  const scaling = service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 6 });
  const cooldowns = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.seconds(300) };
  scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 70, ...cooldowns });
  scaling.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: 80, ...cooldowns });
}

const redeploy = tasks.CallAwsService.jsonata(stack, 'Redeploy', {
  service: 'ecs',
  action: 'updateService',
  iamAction: 'ecs:UpdateService',
  iamResources: [api.serviceArn],
  parameters: { Cluster: cluster.clusterArn, Service: api.serviceArn, ForceNewDeployment: true },
  outputs: {},
});
redeploy.addRetry({ errors: [sfn.Errors.ALL], interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 4 });
const redeployment = new sfn.StateMachine(stack, 'Redeployment', {
  stateMachineType: sfn.StateMachineType.EXPRESS,
  queryLanguage: sfn.QueryLanguage.JSONATA,
  definitionBody: sfn.DefinitionBody.fromChainable(redeploy),
  role: new iam.Role(stack, 'RedeploymentRole', {
    description: 'Starts a new deployment of the service',
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com', { conditions: fromThisAccount }),
  }),
  timeout: Duration.minutes(4),
  tracingEnabled: true,
  logs: {
    destination: new logs.LogGroup(stack, 'RedeploymentLogs', {
      logGroupName: '/aws/vendedlogs/states/two-services-prod-redeployment',
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    level: sfn.LogLevel.ALL,
    includeExecutionData: false,
  },
});
new events.Rule(stack, 'OnNewUrl', {
  description: 'The connection URL changed: start new tasks, which read it',
  eventPattern: { source: ['two-services'], detailType: ['Connection URL changed'], detail: { secretArn: [databaseUrl.secretArn, readerUrl.secretArn] } },
  targets: [new eventsTargets.SfnStateMachine(redeployment, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
});

new CfnOutput(stack, 'Url', { value: url });
new CfnOutput(stack, 'LoadBalancerName', { value: loadBalancer.loadBalancerDnsName });
new CfnOutput(stack, 'DatabaseEndpoint', { value: database.instanceEndpoint.socketAddress });

const count = { min: 0, showUnits: false };
const minute = { period: Duration.minutes(1) };
const heading = { width: 24, height: 1, background: cloudwatch.TextWidgetBackground.TRANSPARENT };
const entryErrorRate = new cloudwatch.MathExpression({
  expression: 'IF(MAX([FILL(requests, 0), FILL(errors, 0)]) >= 20, 100 * FILL(errors, 0) / MAX([FILL(requests, 0), FILL(errors, 0)]), 0)',
  usingMetrics: {
    requests: loadBalancer.metrics.requestCount(),
    errors: loadBalancer.metrics.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT),
  },
});
const alarms = [
  new cloudwatch.Alarm(stack, 'EntryServerErrors', {
    alarmDescription: 'The load balancer itself answers with 5xx. First look at whether each target group has healthy targets.',
    metric: entryErrorRate,
    threshold: 5,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
];
const dashboard = new cloudwatch.Dashboard(stack, 'Dashboard');
const watchRuns = (machine: sfn.StateMachine): void => {
  alarms.push(new cloudwatch.Alarm(stack, `${machine.node.id}Failures`, {
    alarmDescription: 'A run of the state machine failed or took too long. First look at the state in which it ended and the error there, in its log.',
    metric: new cloudwatch.MathExpression({
      expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
      usingMetrics: { failed: machine.metricFailed(), timedOut: machine.metricTimedOut() },
    }),
    threshold: 0,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }));
  dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: `## ${machine.node.id}`, ...heading }));
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: 'Runs a minute',
      width: 12,
      left: [
        machine.metricStarted({ ...minute, label: 'started' }),
        machine.metricSucceeded({ ...minute, label: 'succeeded' }),
        machine.metricFailed({ ...minute, label: 'failed' }),
        machine.metricTimedOut({ ...minute, label: 'timed out' }),
      ],
      leftYAxis: count,
    }),
    new cloudwatch.GraphWidget({
      title: 'Duration',
      width: 12,
      left: [machine.metricTime({ ...minute, label: 'longest', statistic: cloudwatch.Stats.MAXIMUM })],
      leftYAxis: { ...count, label: 'ms' },
    }),
  );
};
dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Load balancer', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Requests a minute',
    width: 8,
    left: [loadBalancer.metrics.requestCount({ ...minute, label: 'requests' })],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: '5xx of the load balancer a minute',
    width: 8,
    left: [loadBalancer.metrics.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT, { ...minute, label: '5xx' })],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Error rate',
    width: 8,
    left: [entryErrorRate.with({ ...minute, label: 'error rate' })],
    leftYAxis: { ...count, label: '%' },
  }),
);
for (const [instance, log, urlRefresh] of [[database, databaseLog, databaseUrlRefresh], [reader, readerLog, readerUrlRefresh]] as const) {
  const { id } = instance.node;
  const refusedConnections = new logs.MetricFilter(stack, `${id}RefusedConnections`, {
    logGroup: log,
    filterPattern: logs.FilterPattern.anyTerm(
      'password authentication failed for user',
      'PAM authentication failed for user',
      'no pg_hba.conf entry for',
      'sorry, too many clients already',
      'remaining connection slots are reserved for',
      'too many connections for',
    ),
    metricNamespace: 'TwoServices/RefusedConnections',
    metricName: instance.instanceIdentifier,
  });
  alarms.push(
    new cloudwatch.Alarm(stack, `${id}Cpu`, {
      alarmDescription: 'The database is short of CPU. First look at the top statements in Database Insights or the slow query log.',
      metric: instance.metricCPUUtilization({ period: Duration.minutes(10) }),
      threshold: 80,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
    new cloudwatch.Alarm(stack, `${id}Storage`, {
      alarmDescription: 'The database is about to run out of storage. First look at whether storage may still grow, then replication slots and logs.',
      metric: instance.metricFreeStorageSpace({ statistic: cloudwatch.Stats.MINIMUM }),
      threshold: Size.gibibytes(2).toBytes(),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
    new cloudwatch.Alarm(stack, `${id}Memory`, {
      alarmDescription: 'The database is short of memory. First look at the number of connections, then work_mem and the class of the instance.',
      metric: instance.metricFreeableMemory(),
      threshold: Math.floor(Size.gibibytes(1).toBytes() / 10),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
    new cloudwatch.Alarm(stack, `${id}Connections`, {
      alarmDescription: 'The database is about to refuse connections. First look at tasks times the size of their connection pool.',
      metric: instance.metricDatabaseConnections({ statistic: cloudwatch.Stats.MAXIMUM }),
      threshold: 61,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
    new cloudwatch.Alarm(stack, `${id}ConnectionErrors`, {
      alarmDescription: 'The database refused connections. First look at FATAL lines in its log: a wrong password, no TLS or too many connections.',
      metric: refusedConnections.metric({ statistic: cloudwatch.Stats.SUM }),
      threshold: 0,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
    new cloudwatch.Alarm(stack, `${id}CpuCredits`, {
      alarmDescription: 'The database uses more CPU than its class earns. First look at whether a larger or a non-burstable class is cheaper.',
      metric: instance.metric('CPUCreditBalance', { period: Duration.hours(1) }),
      threshold: 20,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 6,
      datapointsToAlarm: 6,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
  );
  dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: `## ${id}`, ...heading }));
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: 'CPU',
      width: 4,
      left: [instance.metricCPUUtilization({ ...minute, label: 'cpu' })],
      leftYAxis: { ...count, label: '%' },
    }),
    new cloudwatch.GraphWidget({
      title: 'Connections',
      width: 4,
      left: [instance.metricDatabaseConnections({ ...minute, label: 'connections', statistic: cloudwatch.Stats.MAXIMUM })],
      leftYAxis: count,
    }),
    new cloudwatch.GraphWidget({
      title: 'Free storage',
      width: 4,
      left: [instance.metricFreeStorageSpace({ ...minute, label: 'free storage', statistic: cloudwatch.Stats.MINIMUM })],
      leftYAxis: { ...count, label: 'bytes' },
    }),
    new cloudwatch.GraphWidget({
      title: 'I/O operations a second',
      width: 4,
      left: [instance.metric('ReadIOPS', { ...minute, label: 'reads' }), instance.metric('WriteIOPS', { ...minute, label: 'writes' })],
      leftYAxis: count,
    }),
    new cloudwatch.GraphWidget({
      title: 'Free memory',
      width: 4,
      left: [instance.metricFreeableMemory({ ...minute, label: 'free memory' })],
      leftYAxis: { ...count, label: 'bytes' },
    }),
  );
  watchRuns(urlRefresh);
}
alarms.push(new cloudwatch.Alarm(stack, 'ReaderReplicaLag', {
  alarmDescription: 'The read replica shows old data. First look at long queries on the replica, then writes on the primary.',
  metric: reader.metric('ReplicaLag', { statistic: cloudwatch.Stats.MINIMUM }),
  threshold: 90,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
}));
for (const [service, targetGroup] of [[api, apiTargets], [front, frontTargets]] as const) {
  const { id } = service.node;
  const targetErrorRate = new cloudwatch.MathExpression({
    expression: 'IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)',
    usingMetrics: {
      requests: targetGroup.metrics.requestCount(),
      errors: targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT),
    },
  });
  const taskDimensions = { ClusterName: cluster.clusterName, ServiceName: service.serviceName };
  const runningTasks = new cloudwatch.Metric({
    namespace: 'ECS/ContainerInsights',
    metricName: 'RunningTaskCount',
    dimensionsMap: taskDimensions,
    period: Duration.minutes(1),
  });
  const desiredTasks = new cloudwatch.Metric({
    namespace: 'ECS/ContainerInsights',
    metricName: 'DesiredTaskCount',
    dimensionsMap: taskDimensions,
    period: Duration.minutes(1),
  });
  const targetErrors = new cloudwatch.Alarm(stack, `${id}TargetServerErrors`, {
    alarmDescription: 'Targets answer with 5xx. First look at errors in the log of the service, then its last deployment.',
    metric: targetErrorRate,
    threshold: 5,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  const responseTime = new cloudwatch.Alarm(stack, `${id}TargetResponseTime`, {
    alarmDescription: 'The slowest of a hundred requests takes too long. First look at CPU of the service and of its database, then slow queries.',
    metric: targetGroup.metrics.targetResponseTime({ statistic: cloudwatch.Stats.p(99) }),
    threshold: 3,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  const unhealthyTargets = new cloudwatch.Alarm(stack, `${id}UnhealthyTargets`, {
    alarmDescription: 'Targets fail their health check. First look at the reason that the target group gives for each unhealthy target.',
    metric: targetGroup.metrics.unhealthyHostCount({ period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM }),
    threshold: 0,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  alarms.push(
    targetErrors,
    responseTime,
    unhealthyTargets,
    new cloudwatch.Alarm(stack, `${id}Cpu`, {
      alarmDescription: 'The tasks are short of CPU. First look at whether scaling is at its limit, then what the busiest requests do.',
      metric: service.metricCpuUtilization({ period: Duration.minutes(1) }),
      threshold: 80,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
    new cloudwatch.Alarm(stack, `${id}Memory`, {
      alarmDescription: 'The tasks are short of memory. First look at stopped tasks with exit code 137, then memory since the last deployment.',
      metric: service.metricMemoryUtilization({ period: Duration.minutes(1) }),
      threshold: 90,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
    new cloudwatch.Alarm(stack, `${id}MissingTasks`, {
      alarmDescription: "Fewer tasks run than are wanted. First look at the service's events and the stopped reason of its last tasks.",
      metric: new cloudwatch.MathExpression({
        expression: 'desired - FILL(running, 0)',
        usingMetrics: { desired: desiredTasks, running: runningTasks },
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
  );
  service.enableDeploymentAlarms([targetErrors.alarmName, responseTime.alarmName, unhealthyTargets.alarmName], {
    behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
  });
  dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: `## ${id}`, ...heading }));
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: 'CPU',
      width: 8,
      left: [service.metricCpuUtilization({ ...minute, label: 'cpu' })],
      leftYAxis: { ...count, label: '%' },
    }),
    new cloudwatch.GraphWidget({
      title: 'Memory',
      width: 8,
      left: [service.metricMemoryUtilization({ ...minute, label: 'memory' })],
      leftYAxis: { ...count, label: '%' },
    }),
    new cloudwatch.GraphWidget({
      title: 'Tasks',
      width: 8,
      left: [runningTasks.with({ label: 'running' }), desiredTasks.with({ label: 'desired' })],
      leftYAxis: count,
    }),
  );
  dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: `## Targets of ${id}`, ...heading }));
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: 'Requests a minute',
      width: 4,
      left: [targetGroup.metrics.requestCount({ ...minute, label: 'requests' })],
      leftYAxis: count,
    }),
    new cloudwatch.GraphWidget({
      title: 'Answers a minute by HTTP code',
      width: 4,
      left: [
        targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_2XX_COUNT, { ...minute, label: '2xx' }),
        targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_3XX_COUNT, { ...minute, label: '3xx' }),
        targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_4XX_COUNT, { ...minute, label: '4xx' }),
        targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, { ...minute, label: '5xx' }),
      ],
      leftYAxis: count,
    }),
    new cloudwatch.GraphWidget({
      title: 'Error rate',
      width: 4,
      left: [targetErrorRate.with({ ...minute, label: 'error rate' })],
      leftYAxis: { ...count, label: '%' },
    }),
    new cloudwatch.GraphWidget({
      title: 'Response time',
      width: 4,
      left: [
        targetGroup.metrics.targetResponseTime({ ...minute, label: 'p50', statistic: cloudwatch.Stats.p(50) }),
        targetGroup.metrics.targetResponseTime({ ...minute, label: 'p99', statistic: cloudwatch.Stats.p(99) }),
      ],
      leftYAxis: { ...count, label: 's' },
    }),
    new cloudwatch.GraphWidget({
      title: 'Targets',
      width: 4,
      left: [
        targetGroup.metrics.healthyHostCount({ ...minute, label: 'healthy', statistic: cloudwatch.Stats.MINIMUM }),
        targetGroup.metrics.unhealthyHostCount({ ...minute, label: 'unhealthy', statistic: cloudwatch.Stats.MAXIMUM }),
      ],
      leftYAxis: count,
    }),
  );
  if (service === api) watchRuns(redeployment);
}
for (const alarm of alarms) {
  alarm.addAlarmAction(new actions.SnsAction(alerts));
  alarm.addOkAction(new actions.SnsAction(alerts));
}
