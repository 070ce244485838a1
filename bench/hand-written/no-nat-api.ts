// The example no-nat-api in its prod profile, written with aws-cdk-lib alone.
import { App, CfnOutput, Duration, RemovalPolicy, SecretValue, Size, Stack, TimeZone } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
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
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';

const app = new App();
const { imageTag = 'v1', alertEmail, repository = 'acme@100001/api@200002' } = app.node.getAllContext();

const registry = new Stack(app, 'Images', { stackName: 'no-nat-api-images-prod' });
const images = new ecr.Repository(registry, 'Api', {
  imageScanOnPush: true,
  imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
  imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('latest')],
  lifecycleRules: [
    { description: 'Forget untagged images', tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
    { description: 'Keep the last tagged images', tagStatus: ecr.TagStatus.TAGGED, tagPatternList: ['*'], maxImageCount: 10 },
  ],
  emptyOnDelete: false,
  removalPolicy: RemovalPolicy.RETAIN,
});

const tokens = new iam.OidcProviderNative(registry, 'GitHubTokens', {
  url: 'https://token.actions.githubusercontent.com',
  clientIds: ['sts.amazonaws.com'],
});
const delivery = new iam.Role(registry, 'Delivery', {
  description: 'For GitHub Actions',
  assumedBy: new iam.WebIdentityPrincipal(tokens.oidcProviderArn, {
    StringEquals: {
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': `repo:${repository}:environment:prod`,
    },
  }),
  maxSessionDuration: Duration.hours(1),
});
delivery.addToPolicy(new iam.PolicyStatement({
  actions: ['sts:AssumeRole'],
  resources: ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map((kind) => registry.formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: `cdk-hnb659fds-${kind}-role-${registry.account}-${registry.region}`,
  })),
}));
images.grant(
  delivery,
  'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
);
new iam.Policy(registry, 'RegistryLogin', {
  roles: [delivery],
  statements: [new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] })],
});
new CfnOutput(registry, 'RepositoryUri', { value: images.repositoryUri });
new CfnOutput(registry, 'DeliveryRoleArn', { value: delivery.roleArn });

const stack = new Stack(app, 'NoNatApi', { stackName: 'no-nat-api-prod', terminationProtection: true });
const fromThisAccount = { StringEquals: { 'aws:SourceAccount': stack.account } };

const vpc = new ec2.Vpc(stack, 'Vpc', {
  ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
  maxAzs: 2,
  reservedAzs: 2,
  restrictDefaultSecurityGroup: true,
  subnetConfiguration: [
    { name: 'App', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 19 },
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

const endpointSecurityGroup = new ec2.SecurityGroup(stack, 'EndpointSecurityGroup', {
  vpc,
  description: 'Endpoints of AWS services',
  allowAllOutbound: false,
});
endpointSecurityGroup.addIngressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(443), 'HTTPS from the VPC');
const endpoints = Object.entries({
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
}).map(([id, service]) => vpc.addInterfaceEndpoint(id, {
  service,
  subnets: { subnetGroupName: 'App' },
  securityGroups: [endpointSecurityGroup],
  open: false,
}));

const alertsKey = new kms.Key(stack, 'AlertsKey', { description: 'Alerts', enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
const alerts = new sns.Topic(stack, 'Alerts', { masterKey: alertsKey, enforceSSL: true });
alerts.grantPublish(new iam.ServicePrincipal('cloudwatch.amazonaws.com', { conditions: fromThisAccount }));
alerts.grantPublish(new iam.ServicePrincipal('budgets.amazonaws.com', { conditions: fromThisAccount }));
alerts.grantPublish(new iam.ServicePrincipal('backup.amazonaws.com'));
alerts.grantPublish(new iam.ServicePrincipal('events.amazonaws.com'));
alerts.addSubscription(new subscriptions.EmailSubscription(alertEmail));

const instanceIdentifier = 'no-nat-api-prod';
const secretsKey = new kms.Key(stack, 'SecretsKey', { enableKeyRotation: true });
const databaseKey = new kms.Key(stack, 'DatabaseKey', { enableKeyRotation: true });
databaseKey.addToResourcePolicy(new iam.PolicyStatement({
  principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
  actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
  resources: ['*'],
  conditions: {
    ArnLike: {
      'kms:EncryptionContext:aws:logs:arn': [
        stack.formatArn({ service: 'logs', resource: 'log-group:/aws/rds/instance/no-nat-api-*' }),
        stack.formatArn({ service: 'logs', resource: 'log-group:/aws/vendedlogs/states/no-nat-api-*' }),
      ],
    },
  },
}));
const databaseSecurityGroup = new ec2.SecurityGroup(stack, 'DatabaseSecurityGroup', { vpc, description: 'Database', allowAllOutbound: false });
const excludeCharacters = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';
const credentials = new secretsmanager.Secret(stack, 'DatabaseSecret', {
  description: 'Credentials of the database',
  encryptionKey: secretsKey,
  generateSecretString: {
    secretStringTemplate: JSON.stringify({ username: 'postgres' }),
    generateStringKey: 'password',
    passwordLength: 40,
    excludeCharacters,
  },
});
const postgresqlLogGroup = new logs.LogGroup(stack, 'PostgresqlLogs', {
  logGroupName: `/aws/rds/instance/${instanceIdentifier}/postgresql`,
  encryptionKey: databaseKey,
  retention: logs.RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
const upgradeLogGroup = new logs.LogGroup(stack, 'UpgradeLogs', {
  logGroupName: `/aws/rds/instance/${instanceIdentifier}/upgrade`,
  encryptionKey: databaseKey,
  retention: logs.RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 });
const database = new rds.DatabaseInstance(stack, 'Database', {
  instanceIdentifier,
  engine,
  engineLifecycleSupport: rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
  allowMajorVersionUpgrade: false,
  autoMinorVersionUpgrade: true,
  instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
  multiAz: true,
  applyImmediately: true,
  vpc,
  subnetGroup: new rds.SubnetGroup(stack, 'DatabaseSubnets', {
    description: 'Database',
    vpc,
    vpcSubnets: { subnetGroupName: 'Data' },
  }),
  securityGroups: [databaseSecurityGroup],
  publiclyAccessible: false,
  networkType: rds.NetworkType.IPV4,
  port: 5432,
  caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
  databaseName: 'app',
  credentials: rds.Credentials.fromSecret(credentials, 'postgres'),
  iamAuthentication: true,
  storageType: rds.StorageType.GP3,
  allocatedStorage: 20,
  maxAllocatedStorage: 100,
  storageEncrypted: true,
  storageEncryptionKey: databaseKey,
  backupRetention: Duration.days(7),
  preferredBackupWindow: '07:00-08:00',
  preferredMaintenanceWindow: 'fri:16:00-fri:17:00',
  copyTagsToSnapshot: true,
  deleteAutomatedBackups: false,
  deletionProtection: true,
  removalPolicy: RemovalPolicy.SNAPSHOT,
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
  monitoringRole: new iam.Role(stack, 'DatabaseMonitoringRole', {
    description: 'Enhanced monitoring of the database',
    assumedBy: new iam.ServicePrincipal('monitoring.rds.amazonaws.com', {
      conditions: {
        ...fromThisAccount,
        ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'rds', resource: `db:${instanceIdentifier}` }) },
      },
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
  }),
});
database.node.defaultChild!.node.addDependency(postgresqlLogGroup, upgradeLogGroup);
const secret = database.secret!;
const urlSecret = new secretsmanager.Secret(stack, 'DatabaseUrl', {
  description: 'Connection URL of the database',
  encryptionKey: secretsKey,
  secretStringValue: SecretValue.unsafePlainText(
    `postgresql://postgres:${secret.secretValueFromJson('password').unsafeUnwrap()}@${database.dbInstanceEndpointAddress}:`
    + `${database.dbInstanceEndpointPort}/app?sslmode=require`,
  ),
});

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
(rotation.node.defaultChild as secretsmanager.CfnRotationSchedule).rotationRules = { scheduleExpression: 'cron(0 8 ? * 2#1 *)', duration: '1h' };
rotation.node.addDependency(endpoints[0], secret, rotationSecurityGroup, databaseSecurityGroup);

const readCredentials = tasks.CallAwsService.jsonata(stack, 'ReadCredentials', {
  service: 'secretsmanager',
  action: 'getSecretValue',
  iamAction: 'secretsmanager:GetSecretValue',
  iamResources: [secret.secretArn],
  parameters: { SecretId: secret.secretArn },
  assign: {
    url: '{% ($c := $parse($states.result.SecretString); $c.username and $c.password and $c.host and $c.port'
      + " ? 'postgresql://' & $encodeUrlComponent($c.username) & ':' & $encodeUrlComponent($c.password)"
      + " & '@' & $c.host & ':' & $string($c.port) & '/' & $encodeUrlComponent('app') & '?sslmode=require'"
      + " : $error('the secret lacks the user name, the password, the host or the port')) %}",
  },
  outputs: {},
});
const readUrl = tasks.CallAwsService.jsonata(stack, 'ReadUrl', {
  service: 'secretsmanager',
  action: 'getSecretValue',
  iamAction: 'secretsmanager:GetSecretValue',
  iamResources: [urlSecret.secretArn],
  parameters: { SecretId: urlSecret.secretArn },
  assign: { changed: '{% $states.result.SecretString != $url %}' },
  outputs: {},
});
const writeUrl = tasks.CallAwsService.jsonata(stack, 'WriteUrl', {
  service: 'secretsmanager',
  action: 'putSecretValue',
  iamAction: 'secretsmanager:PutSecretValue',
  iamResources: [urlSecret.secretArn],
  parameters: { SecretId: urlSecret.secretArn, SecretString: '{% $url %}', ClientRequestToken: '{% $uuid() %}' },
  outputs: {},
});
const announce = tasks.EventBridgePutEvents.jsonata(stack, 'Announce', {
  entries: [{
    source: 'no-nat-api',
    detailType: 'Connection URL changed',
    detail: sfn.TaskInput.fromObject({ secretArn: urlSecret.secretArn }),
  }],
  outputs: {},
});
for (const task of [readCredentials, readUrl, writeUrl, announce]) {
  task.addRetry({ errors: [sfn.Errors.ALL], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 4 });
}
const urlRefreshRole = new iam.Role(stack, 'UrlRefreshRole', {
  description: 'Composes the connection URL from the credentials',
  assumedBy: new iam.ServicePrincipal('states.amazonaws.com', { conditions: fromThisAccount }),
});
urlRefreshRole.addToPolicy(new iam.PolicyStatement({
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  resources: [secretsKey.keyArn],
  conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com` } },
}));
const urlRefresh = new sfn.StateMachine(stack, 'UrlRefresh', {
  stateMachineType: sfn.StateMachineType.EXPRESS,
  queryLanguage: sfn.QueryLanguage.JSONATA,
  definitionBody: sfn.DefinitionBody.fromChainable(readCredentials.next(readUrl).next(
    sfn.Choice.jsonata(stack, 'Changed')
      .when(sfn.Condition.jsonata('{% $changed %}'), writeUrl.next(announce))
      .otherwise(new sfn.Succeed(stack, 'Unchanged')),
  )),
  role: urlRefreshRole,
  timeout: Duration.minutes(4),
  tracingEnabled: true,
  logs: {
    destination: new logs.LogGroup(stack, 'UrlRefreshLogs', {
      logGroupName: '/aws/vendedlogs/states/no-nat-api-prod-url-refresh',
      encryptionKey: databaseKey,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    level: sfn.LogLevel.ALL,
    includeExecutionData: false,
  },
});
new events.Rule(stack, 'OnNewPassword', {
  description: 'The credentials changed: compose the connection URL anew',
  eventPattern: {
    source: ['aws.secretsmanager'],
    detailType: ['Secret Label Updated'],
    resources: [credentials.secretArn],
    detail: { labelUpdated: ['AWSCURRENT'] },
  },
  targets: [new eventsTargets.SfnStateMachine(urlRefresh, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
});
new scheduler.Schedule(stack, 'AfterRotationWindow', {
  description: 'In and after the rotation window: compose the connection URL anew if the credentials changed',
  schedule: scheduler.ScheduleExpression.cron({ minute: '0/15', hour: '8-9', weekDay: 'MON', timeZone: TimeZone.ETC_UTC }),
  target: new schedulerTargets.StepFunctionsStartExecution(urlRefresh, { retryAttempts: 4, maxEventAge: Duration.minutes(10) }),
});

const linkKey = new secretsmanager.Secret(stack, 'LinkKey', {
  encryptionKey: secretsKey,
  generateSecretString: { passwordLength: 64, excludePunctuation: true },
});

const cluster = new ecs.Cluster(stack, 'Cluster', {
  vpc,
  containerInsightsV2: ecs.ContainerInsights.ENABLED,
  enableFargateCapacityProviders: true,
  defaultCloudMapNamespace: { name: 'app.local', vpc },
});
const serviceLogGroup = new logs.LogGroup(stack, 'ApiLogs', {
  logGroupName: '/ecs/no-nat-api-prod/api',
  retention: logs.RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
const taskDefinition = new ecs.FargateTaskDefinition(stack, 'ApiTask', {
  cpu: 512,
  memoryLimitMiB: 1024,
  runtimePlatform: { operatingSystemFamily: ecs.OperatingSystemFamily.LINUX, cpuArchitecture: ecs.CpuArchitecture.X86_64 },
  taskRole: new iam.Role(stack, 'ApiTaskRole', {
    assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: { ...fromThisAccount, ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ecs', resource: '*' }) } },
    }),
  }),
});
const image = ecs.ContainerImage.fromEcrRepository(images, imageTag);
const logging = ecs.LogDrivers.awsLogs({
  logGroup: serviceLogGroup,
  streamPrefix: 'task',
  mode: ecs.AwsLogDriverMode.NON_BLOCKING,
  maxBufferSize: Size.mebibytes(25),
});
const environment = { ENVIRONMENT: 'prod' };
const secrets = { DATABASE_URL: ecs.Secret.fromSecretsManager(urlSecret), LINK_KEY: ecs.Secret.fromSecretsManager(linkKey) };
const container = taskDefinition.addContainer('App', {
  image,
  logging,
  environment,
  secrets,
  portMappings: [{ containerPort: 8000 }],
  linuxParameters: new ecs.LinuxParameters(stack, 'AppLinuxParameters', { initProcessEnabled: true }),
  readonlyRootFilesystem: false,
  stopTimeout: Duration.seconds(30),
  healthCheck: {
    command: ['CMD', 'python', '-m', 'app.healthcheck'],
    interval: Duration.seconds(30),
    timeout: Duration.seconds(5),
    retries: 3,
    startPeriod: Duration.seconds(60),
  },
});
const migration = taskDefinition.addContainer('Migrate', {
  image,
  logging,
  environment,
  secrets,
  command: ['python', '-m', 'app.migrate'],
  essential: false,
  linuxParameters: new ecs.LinuxParameters(stack, 'MigrateLinuxParameters', { initProcessEnabled: true }),
  readonlyRootFilesystem: false,
  stopTimeout: Duration.seconds(30),
});
container.addContainerDependencies({ container: migration, condition: ecs.ContainerDependencyCondition.SUCCESS });
const service = new ecs.FargateService(stack, 'ApiService', {
  cluster,
  taskDefinition,
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
  cloudMapOptions: { name: 'api', dnsRecordType: servicediscovery.DnsRecordType.A, dnsTtl: Duration.seconds(10) },
});
databaseSecurityGroup.addIngressRule(service.connections.securityGroups[0], ec2.Port.tcp(5432), 'Api');
service.node.addDependency(...endpoints, taskDefinition.obtainExecutionRole(), databaseSecurityGroup);
const scaling = service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 6 });
const cooldowns = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.seconds(300) };
scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 70, ...cooldowns });
scaling.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: 80, ...cooldowns });
scaling.scaleOnSchedule('WorkHoursStart', {
  schedule: appscaling.Schedule.cron({ minute: '0', hour: '8', weekDay: 'MON,TUE,WED,THU,FRI' }),
  timeZone: TimeZone.EUROPE_ROME,
  minCapacity: 2,
  maxCapacity: 6,
});
scaling.scaleOnSchedule('WorkHoursEnd', {
  schedule: appscaling.Schedule.cron({ minute: '0', hour: '19', weekDay: '*' }),
  timeZone: TimeZone.EUROPE_ROME,
  minCapacity: 0,
  maxCapacity: 0,
});

const redeploy = tasks.CallAwsService.jsonata(stack, 'Redeploy', {
  service: 'ecs',
  action: 'updateService',
  iamAction: 'ecs:UpdateService',
  iamResources: [service.serviceArn],
  parameters: { Cluster: cluster.clusterArn, Service: service.serviceArn, ForceNewDeployment: true },
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
      logGroupName: '/aws/vendedlogs/states/no-nat-api-prod-redeployment',
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    level: sfn.LogLevel.ALL,
    includeExecutionData: false,
  },
});
new events.Rule(stack, 'OnNewUrl', {
  description: 'The connection URL changed: start new tasks, which read it',
  eventPattern: { source: ['no-nat-api'], detailType: ['Connection URL changed'], detail: { secretArn: [urlSecret.secretArn] } },
  targets: [new eventsTargets.SfnStateMachine(redeployment, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
});

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
const listener = loadBalancer.addListener('Http', {
  port: 80,
  protocol: elbv2.ApplicationProtocol.HTTP,
  defaultAction: elbv2.ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'Not found' }),
});
const targetGroup = listener.addTargets('Api', {
  priority: 1000,
  conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])],
  targets: [service.loadBalancerTarget({ containerName: 'App', containerPort: 8000 })],
  protocol: elbv2.ApplicationProtocol.HTTP,
  port: 8000,
  deregistrationDelay: Duration.seconds(30),
  healthCheck: {
    path: '/health',
    protocol: elbv2.Protocol.HTTP,
    healthyHttpCodes: '200',
    interval: Duration.seconds(30),
    timeout: Duration.seconds(5),
    healthyThresholdCount: 2,
    unhealthyThresholdCount: 3,
  },
});
new CfnOutput(stack, 'Url', { value: `http://${loadBalancer.loadBalancerDnsName}` });

const entryErrorRate = new cloudwatch.MathExpression({
  expression: 'IF(MAX([FILL(requests, 0), FILL(errors, 0)]) >= 20, 100 * FILL(errors, 0) / MAX([FILL(requests, 0), FILL(errors, 0)]), 0)',
  usingMetrics: {
    requests: loadBalancer.metrics.requestCount(),
    errors: loadBalancer.metrics.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT),
  },
});
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
const refusedConnections = new logs.MetricFilter(stack, 'RefusedConnections', {
  logGroup: postgresqlLogGroup,
  filterPattern: logs.FilterPattern.anyTerm(
    'password authentication failed for user',
    'PAM authentication failed for user',
    'no pg_hba.conf entry for',
    'sorry, too many clients already',
    'remaining connection slots are reserved for',
    'too many connections for',
  ),
  metricNamespace: 'NoNatApi/RefusedConnections',
  metricName: database.instanceIdentifier,
});
const entryErrors = new cloudwatch.Alarm(stack, 'EntryServerErrors', {
  alarmDescription: 'The load balancer itself answers with 5xx. First look at whether each target group has healthy targets.',
  metric: entryErrorRate,
  threshold: 5,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
});
const databaseCpu = new cloudwatch.Alarm(stack, 'DatabaseCpu', {
  alarmDescription: 'The database is short of CPU. First look at the top statements in Database Insights or the slow query log.',
  metric: database.metricCPUUtilization({ period: Duration.minutes(10) }),
  threshold: 80,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
const databaseStorage = new cloudwatch.Alarm(stack, 'DatabaseStorage', {
  alarmDescription: 'The database is about to run out of storage. First look at whether storage may still grow, then replication slots and logs.',
  metric: database.metricFreeStorageSpace({ statistic: cloudwatch.Stats.MINIMUM }),
  threshold: Size.gibibytes(2).toBytes(),
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
const databaseMemory = new cloudwatch.Alarm(stack, 'DatabaseMemory', {
  alarmDescription: 'The database is short of memory. First look at the number of connections, then work_mem and the class of the instance.',
  metric: database.metricFreeableMemory(),
  threshold: Math.floor(Size.gibibytes(1).toBytes() / 10),
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
const databaseConnections = new cloudwatch.Alarm(stack, 'DatabaseConnections', {
  alarmDescription: 'The database is about to refuse connections. First look at tasks times the size of their connection pool.',
  metric: database.metricDatabaseConnections({ statistic: cloudwatch.Stats.MAXIMUM }),
  threshold: 61,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
const databaseRefusals = new cloudwatch.Alarm(stack, 'DatabaseConnectionErrors', {
  alarmDescription: 'The database refused connections. First look at FATAL lines in its log: a wrong password, no TLS or too many connections.',
  metric: refusedConnections.metric({ statistic: cloudwatch.Stats.SUM }),
  threshold: 0,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
});
const databaseCredits = new cloudwatch.Alarm(stack, 'DatabaseCpuCredits', {
  alarmDescription: 'The database uses more CPU than its class earns. First look at whether a larger or a non-burstable class is cheaper.',
  metric: database.metric('CPUCreditBalance', { period: Duration.hours(1) }),
  threshold: 20,
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 6,
  datapointsToAlarm: 6,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
const targetErrors = new cloudwatch.Alarm(stack, 'TargetServerErrors', {
  alarmDescription: 'Targets answer with 5xx. First look at errors in the log of the service, then its last deployment.',
  metric: targetErrorRate,
  threshold: 5,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
});
const responseTime = new cloudwatch.Alarm(stack, 'TargetResponseTime', {
  alarmDescription: 'The slowest of a hundred requests takes too long. First look at CPU of the service and of its database, then slow queries.',
  metric: targetGroup.metrics.targetResponseTime({ statistic: cloudwatch.Stats.p(99) }),
  threshold: 3,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
});
const unhealthyTargets = new cloudwatch.Alarm(stack, 'UnhealthyTargets', {
  alarmDescription: 'Targets fail their health check. First look at the reason that the target group gives for each unhealthy target.',
  metric: targetGroup.metrics.unhealthyHostCount({ period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM }),
  threshold: 0,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
});
const serviceCpu = new cloudwatch.Alarm(stack, 'ServiceCpu', {
  alarmDescription: 'The tasks are short of CPU. First look at whether scaling is at its limit, then what the busiest requests do.',
  metric: service.metricCpuUtilization({ period: Duration.minutes(1) }),
  threshold: 80,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
const serviceMemory = new cloudwatch.Alarm(stack, 'ServiceMemory', {
  alarmDescription: 'The tasks are short of memory. First look at stopped tasks with exit code 137, then memory since the last deployment.',
  metric: service.metricMemoryUtilization({ period: Duration.minutes(1) }),
  threshold: 90,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
const missingTasks = new cloudwatch.Alarm(stack, 'MissingTasks', {
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
});
const failuresOf = (machine: sfn.StateMachine) => new cloudwatch.Alarm(stack, `${machine.node.id}Failures`, {
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
});
const ofWhatRests = [
  entryErrors, databaseCpu, databaseStorage, databaseMemory, databaseConnections, databaseRefusals, databaseCredits,
  targetErrors, responseTime, unhealthyTargets, serviceCpu, serviceMemory, missingTasks,
];
const deadLetters = new sqs.Queue(stack, 'DeadLetters', {
  encryption: sqs.QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
});
const deadLetterAlarm = new cloudwatch.Alarm(stack, 'DeadLettersAlarm', {
  alarmDescription: 'The database was not stopped or started. First look at the messages in the queue, then redrive them.',
  metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM }),
  threshold: 0,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
});
const alarms = [...ofWhatRests, failuresOf(urlRefresh), failuresOf(redeployment), deadLetterAlarm];
for (const alarm of alarms) {
  alarm.addAlarmAction(new actions.SnsAction(alerts));
  alarm.addOkAction(new actions.SnsAction(alerts));
}
service.enableDeploymentAlarms([targetErrors.alarmName, responseTime.alarmName, unhealthyTargets.alarmName], {
  behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
});

const workDays = 'MON,TUE,WED,THU,FRI';
const workHoursRole = new iam.Role(stack, 'WorkHoursRole', {
  assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', { conditions: fromThisAccount }),
});
const power = (action: string) => ({
  service: 'rds',
  action,
  input: scheduler.ScheduleTargetInput.fromObject({ DbInstanceIdentifier: database.instanceIdentifier }),
  role: workHoursRole,
  policyStatements: [new iam.PolicyStatement({ actions: [`rds:${action[0].toUpperCase()}${action.slice(1)}`], resources: [database.instanceArn] })],
  maxEventAge: Duration.hours(1),
});
new scheduler.Schedule(stack, 'DatabaseStop', {
  schedule: scheduler.ScheduleExpression.cron({ minute: '0', hour: '19', weekDay: workDays, timeZone: TimeZone.EUROPE_ROME }),
  target: new schedulerTargets.Universal({ ...power('stopDBInstance'), retryAttempts: 30, deadLetterQueue: deadLetters }),
});
new scheduler.Schedule(stack, 'DatabaseStart', {
  schedule: scheduler.ScheduleExpression.cron({ minute: '45', hour: '7', weekDay: workDays, timeZone: TimeZone.EUROPE_ROME }),
  target: new schedulerTargets.Universal({ ...power('startDBInstance'), retryAttempts: 30, deadLetterQueue: deadLetters }),
});
new scheduler.Schedule(stack, 'DatabaseStopAgain', {
  schedule: scheduler.ScheduleExpression.cron({ minute: '0', hour: '19', weekDay: 'SUN,SAT', timeZone: TimeZone.EUROPE_ROME }),
  target: new schedulerTargets.Universal({ ...power('stopDBInstance'), retryAttempts: 2 }),
});
for (const [day, hours] of Object.entries({ SUN: 13, MON: 13, TUE: 13, WED: 13, THU: 13, FRI: 61, SAT: 37 })) {
  new cloudwatch.CfnAlarmMuteRule(stack, `Mute${day}`, {
    muteTargets: { alarmNames: ofWhatRests.map(({ alarmName }) => alarmName) },
    rule: { schedule: { expression: `cron(0 19 * * ${day})`, duration: `PT${hours}H0M`, timezone: 'Europe/Rome' } },
  });
}

const count = { min: 0, showUnits: false };
const minute = { period: Duration.minutes(1) };
const heading = { width: 24, height: 1, background: cloudwatch.TextWidgetBackground.TRANSPARENT };
const dashboard = new cloudwatch.Dashboard(stack, 'Dashboard');
dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
const showRuns = (machine: sfn.StateMachine): void => {
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
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Database', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'CPU',
    width: 4,
    left: [database.metricCPUUtilization({ ...minute, label: 'cpu' })],
    leftYAxis: { ...count, label: '%' },
  }),
  new cloudwatch.GraphWidget({
    title: 'Connections',
    width: 4,
    left: [database.metricDatabaseConnections({ ...minute, label: 'connections', statistic: cloudwatch.Stats.MAXIMUM })],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Free storage',
    width: 4,
    left: [database.metricFreeStorageSpace({ ...minute, label: 'free storage', statistic: cloudwatch.Stats.MINIMUM })],
    leftYAxis: { ...count, label: 'bytes' },
  }),
  new cloudwatch.GraphWidget({
    title: 'I/O operations a second',
    width: 4,
    left: [database.metric('ReadIOPS', { ...minute, label: 'reads' }), database.metric('WriteIOPS', { ...minute, label: 'writes' })],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Free memory',
    width: 4,
    left: [database.metricFreeableMemory({ ...minute, label: 'free memory' })],
    leftYAxis: { ...count, label: 'bytes' },
  }),
);
showRuns(urlRefresh);
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Dead letters', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Messages',
    width: 8,
    left: [
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...minute, label: 'waiting', statistic: cloudwatch.Stats.MAXIMUM }),
      deadLetters.metricApproximateNumberOfMessagesNotVisible({ ...minute, label: 'in flight', statistic: cloudwatch.Stats.MAXIMUM }),
    ],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Age of the oldest',
    width: 8,
    left: [deadLetters.metricApproximateAgeOfOldestMessage({ ...minute, label: 'age', statistic: cloudwatch.Stats.MAXIMUM })],
    leftYAxis: { ...count, label: 's' },
  }),
  new cloudwatch.GraphWidget({
    title: 'Messages a minute',
    width: 8,
    left: [
      deadLetters.metricNumberOfMessagesSent({ ...minute, label: 'sent', statistic: cloudwatch.Stats.SUM }),
      deadLetters.metricNumberOfMessagesDeleted({ ...minute, label: 'done', statistic: cloudwatch.Stats.SUM }),
    ],
    leftYAxis: count,
  }),
);
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Service', ...heading }));
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
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Targets', ...heading }));
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
showRuns(redeployment);
