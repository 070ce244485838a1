// The example workers-redis-efs in its prod profile, written with aws-cdk-lib alone.
import { App, ArnFormat, CfnOutput, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventsTargets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';

const app = new App();
const { imageTag = 'v1', alertEmail } = app.node.getAllContext();

const registry = new Stack(app, 'Images', { stackName: 'nexus-ai-images-prod' });
const [apiImages, webImages] = ['Api', 'Web'].map((id) => new ecr.Repository(registry, id, {
  imageScanOnPush: true,
  imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
  imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('latest')],
  lifecycleRules: [
    { description: 'Forget untagged images', tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
    { description: 'Keep the last tagged images', tagStatus: ecr.TagStatus.TAGGED, tagPatternList: ['*'], maxImageCount: 10 },
  ],
  emptyOnDelete: false,
  removalPolicy: RemovalPolicy.RETAIN,
}));
for (const { node, repositoryUri } of [apiImages, webImages]) new CfnOutput(registry, `${node.id}RepositoryUri`, { value: repositoryUri });

const stack = new Stack(app, 'NexusAi', { stackName: 'nexus-ai-prod', terminationProtection: true });
const fromThisAccount = { StringEquals: { 'aws:SourceAccount': stack.account } };

const vpc = new ec2.Vpc(stack, 'Vpc', {
  ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
  maxAzs: 2,
  natGateways: 1,
  restrictDefaultSecurityGroup: true,
  subnetConfiguration: [
    { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
    { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
  ],
  gatewayEndpoints: {
    S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
    DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
  },
});
(vpc.publicSubnets[0].node.defaultChild as ec2.CfnSubnet).cidrBlock = '10.0.10.0/24';
(vpc.publicSubnets[1].node.defaultChild as ec2.CfnSubnet).cidrBlock = '10.0.11.0/24';
(vpc.privateSubnets[0].node.defaultChild as ec2.CfnSubnet).cidrBlock = '10.0.20.0/24';
(vpc.privateSubnets[1].node.defaultChild as ec2.CfnSubnet).cidrBlock = '10.0.21.0/24';
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

const table = new dynamodb.TableV2(stack, 'Agents', {
  partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  deletionProtection: true,
});
const filesSecurityGroup = new ec2.SecurityGroup(stack, 'FilesSecurityGroup', { vpc, description: 'Files', allowAllOutbound: false });
const files = new efs.FileSystem(stack, 'Files', {
  vpc,
  vpcSubnets: { subnetGroupName: 'App' },
  securityGroup: filesSecurityGroup,
  allowAnonymousAccess: true,
  encrypted: true,
  enableAutomaticBackups: true,
  performanceMode: efs.PerformanceMode.GENERAL_PURPOSE,
  throughputMode: efs.ThroughputMode.ELASTIC,
  lifecyclePolicy: efs.LifecyclePolicy.AFTER_30_DAYS,
  outOfInfrequentAccessPolicy: efs.OutOfInfrequentAccessPolicy.AFTER_1_ACCESS,
  fileSystemPolicy: new iam.PolicyDocument({
    statements: [new iam.PolicyStatement({
      sid: 'TlsOnly',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite', 'elasticfilesystem:ClientRootAccess'],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    })],
  }),
  removalPolicy: RemovalPolicy.RETAIN,
});
const queueProps = {
  encryption: sqs.QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
};
const [builds, updates] = ['AgentBuilds', 'StatusUpdates'].map((id) => new sqs.Queue(stack, id, {
  ...queueProps,
  visibilityTimeout: Duration.minutes(5),
  retentionPeriod: Duration.days(4),
  receiveMessageWaitTime: Duration.seconds(20),
  deadLetterQueue: {
    maxReceiveCount: 3,
    queue: new sqs.Queue(stack, `${id}DeadLetters`, { ...queueProps, retentionPeriod: Duration.days(14) }),
  },
}));

const cluster = new ecs.Cluster(stack, 'Cluster', {
  vpc,
  containerInsightsV2: ecs.ContainerInsights.ENABLED,
  enableFargateCapacityProviders: true,
  defaultCloudMapNamespace: { name: 'nexus-ai.local', vpc },
});
const ecsTasks = new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
  conditions: { ...fromThisAccount, ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ecs', resource: '*' }) } },
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
};
const discovery = { dnsRecordType: servicediscovery.DnsRecordType.A as const, dnsTtl: Duration.seconds(10) };
const defineTask = (
  id: string,
  container: ecs.ContainerDefinitionOptions,
  size: ecs.FargateTaskDefinitionProps,
  { name, containerPath, path, uid }: Record<string, string>,
) => {
  const taskDefinition = new ecs.FargateTaskDefinition(stack, `${id}Task`, {
    ...size,
    runtimePlatform: { operatingSystemFamily: ecs.OperatingSystemFamily.LINUX, cpuArchitecture: ecs.CpuArchitecture.X86_64 },
    taskRole: new iam.Role(stack, `${id}TaskRole`, { assumedBy: ecsTasks }),
  });
  const definition = taskDefinition.addContainer('App', {
    logging: ecs.LogDrivers.awsLogs({
      logGroup: new logs.LogGroup(stack, `${id}Logs`, {
        logGroupName: `/ecs/nexus-ai-prod/${id}`,
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      }),
      streamPrefix: 'task',
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(25),
    }),
    linuxParameters: new ecs.LinuxParameters(stack, `${id}LinuxParameters`, { initProcessEnabled: true }),
    readonlyRootFilesystem: false,
    ...container,
    environment: { ENVIRONMENT: 'prod', ...container.environment },
    healthCheck: {
      interval: Duration.seconds(30),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(60),
      ...container.healthCheck!,
    },
  });
  const accessPoint = files.addAccessPoint(`${id}Files`, {
    path,
    createAcl: { ownerUid: uid, ownerGid: uid, permissions: '0755' },
    posixUser: { uid, gid: uid },
  });
  taskDefinition.addVolume({
    name,
    efsVolumeConfiguration: {
      fileSystemId: files.fileSystemId,
      transitEncryption: 'ENABLED',
      authorizationConfig: { accessPointId: accessPoint.accessPointId, iam: 'ENABLED' },
    },
  });
  definition.addMountPoints({ sourceVolume: name, containerPath, readOnly: false });
  taskDefinition.addToTaskRolePolicy(new iam.PolicyStatement({
    actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
    resources: [files.fileSystemArn],
    conditions: {
      StringEquals: { 'elasticfilesystem:AccessPointArn': accessPoint.accessPointArn },
      Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' },
    },
  }));
  return taskDefinition;
};

const redis = new ecs.FargateService(stack, 'RedisService', {
  ...serviceProps,
  taskDefinition: defineTask('Redis', {
    image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/redis:7.4-alpine'),
    command: [
      'redis-server', '--port', '6379', '--protected-mode', 'no', '--dir', '/data', '--save', '', '--appendonly', 'yes',
      '--maxmemory', '384mb', '--maxmemory-policy', 'volatile-lru',
    ],
    portMappings: [{ containerPort: 6379 }],
    healthCheck: { command: ['CMD-SHELL', 'redis-cli ping | grep -q PONG'], startPeriod: Duration.seconds(300) },
    stopTimeout: Duration.seconds(30),
  }, { cpu: 256, memoryLimitMiB: 512 }, { name: 'data', containerPath: '/data', path: '/redis', uid: '999' }),
  capacityProviderStrategies: [{ capacityProvider: 'FARGATE', base: 1, weight: 1 }],
  minHealthyPercent: 0,
  maxHealthyPercent: 100,
  availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.DISABLED,
  cloudMapOptions: { name: 'redis', ...discovery },
});
redis.autoScaleTaskCount({ minCapacity: 1, maxCapacity: 1 });

const image = ecs.ContainerImage.fromEcrRepository(apiImages, imageTag);
const size = { cpu: 512, memoryLimitMiB: 1024 };
const sharedFiles = { name: 'mnt-efs', containerPath: '/mnt/efs', path: '/shared', uid: '1000' };
const shared = { REDIS_URL: 'redis://redis.nexus-ai.local:6379', TABLE_NAME: table.tableName };
const api = new ecs.FargateService(stack, 'ApiService', {
  ...serviceProps,
  taskDefinition: defineTask('Api', {
    image,
    environment: { ...shared, AGENT_BUILDS_URL: builds.queueUrl, STATUS_UPDATES_URL: updates.queueUrl },
    portMappings: [{ containerPort: 8000 }],
    healthCheck: { command: ['CMD', 'curl', '--fail', 'http://localhost:8000/health'] },
    stopTimeout: Duration.seconds(30),
  }, size, sharedFiles),
  healthCheckGracePeriod: Duration.seconds(60),
  cloudMapOptions: { name: 'api', ...discovery },
});
const worker = (queue: sqs.Queue, name: string, environment: Record<string, string>) => {
  const { id } = queue.node;
  const taskDefinition = defineTask(id, {
    image,
    command: ['celery', '-A', 'app', 'worker', '-Q', name],
    environment: { ...shared, QUEUE_URL: queue.queueUrl, ...environment },
    healthCheck: { command: ['CMD', 'python', '-m', 'app.healthcheck'] },
    stopTimeout: Duration.seconds(120),
  }, size, sharedFiles);
  queue.grantConsumeMessages(taskDefinition.taskRole);
  new iam.Policy(stack, `${id}TaskProtection`, {
    roles: [taskDefinition.taskRole],
    statements: [new iam.PolicyStatement({
      actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
      resources: [stack.formatArn({ service: 'ecs', resource: 'task', resourceName: `${cluster.clusterName}/*` })],
    })],
  });
  const service = new ecs.FargateService(stack, `${id}Service`, {
    ...serviceProps,
    taskDefinition,
    availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.DISABLED,
  });
  const scalingTarget = service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 6 }).node.findChild('Target') as appscaling.ScalableTarget;
  const stepProps = { scalingTarget, metricAggregationType: appscaling.MetricAggregationType.MINIMUM };
  const perMinute = { period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM };
  const messages = {
    waiting: queue.metricApproximateNumberOfMessagesVisible(perMinute),
    inflight: queue.metricApproximateNumberOfMessagesNotVisible(perMinute),
  };
  const alarmProps = { threshold: 1, comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD };
  const start = new appscaling.StepScalingAction(stack, `${id}Start`, {
    ...stepProps,
    adjustmentType: appscaling.AdjustmentType.CHANGE_IN_CAPACITY,
    cooldown: Duration.seconds(180),
  });
  for (let tasks = 1; tasks <= 6; tasks += 1) {
    start.addAdjustment({ adjustment: tasks, lowerBound: tasks - 1, upperBound: tasks < 6 ? tasks : undefined });
  }
  new cloudwatch.Alarm(stack, `${id}TooFewTasks`, {
    ...alarmProps,
    alarmDescription: 'Starts tasks for the work that waits.',
    metric: new cloudwatch.MathExpression({
      expression: 'CEIL((waiting + FILL(inflight, 0)) / 10) - FILL(tasks, 0)',
      label: 'TooFewTasks',
      usingMetrics: {
        ...messages,
        tasks: new cloudwatch.Metric({
          ...perMinute,
          namespace: 'ECS/ContainerInsights',
          metricName: 'DesiredTaskCount',
          dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: service.serviceName },
        }),
      },
      period: Duration.minutes(1),
    }),
    evaluationPeriods: 2,
  }).addAlarmAction(new actions.ApplicationScalingAction(start));
  const release = new appscaling.StepScalingAction(stack, `${id}Release`, {
    ...stepProps,
    adjustmentType: appscaling.AdjustmentType.EXACT_CAPACITY,
    cooldown: Duration.seconds(300),
  });
  release.addAdjustment({ adjustment: 2, lowerBound: 0 });
  new cloudwatch.Alarm(stack, `${id}NoWork`, {
    ...alarmProps,
    alarmDescription: 'Lets tasks go, as nothing waits and nothing is being worked on.',
    metric: new cloudwatch.MathExpression({
      expression: 'IF(waiting + FILL(inflight, 0) > 0, 0, 1)',
      label: 'NoWork',
      usingMetrics: messages,
      period: Duration.minutes(1),
    }),
    evaluationPeriods: 5,
  }).addAlarmAction(new actions.ApplicationScalingAction(release));
  return service;
};
const builder = worker(builds, 'agent_builds', { STATUS_UPDATES_URL: updates.queueUrl });
const updater = worker(updates, 'status_updates', {});
builds.grantSendMessages(api.taskDefinition.taskRole);
for (const { taskDefinition } of [api, builder]) updates.grantSendMessages(taskDefinition.taskRole);
for (const { taskDefinition: { taskRole } } of [api, builder, updater]) {
  table.grantReadWriteData(taskRole);
  taskRole.addToPrincipalPolicy(new iam.PolicyStatement({
    actions: ['bedrock:InvokeModel'],
    resources: [`arn:aws:bedrock:${stack.region}::foundation-model/amazon.nova-micro-v1:0`],
  }));
}
const front = new ecs.FargateService(stack, 'FrontService', {
  ...serviceProps,
  taskDefinition: defineTask('Front', {
    image: ecs.ContainerImage.fromEcrRepository(webImages, imageTag),
    environment: { API_URL: 'http://api.nexus-ai.local:8000' },
    portMappings: [{ containerPort: 3000 }],
    healthCheck: { command: ['CMD', 'node', 'healthcheck.mjs'] },
    stopTimeout: Duration.seconds(30),
  }, size, sharedFiles),
  healthCheckGracePeriod: Duration.seconds(60),
  cloudMapOptions: { name: 'front', ...discovery },
});
api.connections.allowFrom(front, ec2.Port.tcp(8000), 'Front');
for (const user of [api, builder, updater]) redis.connections.allowFrom(user, ec2.Port.tcp(6379), 'Redis');
for (const service of [redis, api, builder, updater, front]) {
  files.connections.allowDefaultPortFrom(service, 'Files');
  service.node.addDependency(files.mountTargetsAvailable);
}
for (const service of [api, front]) {
  const scaling = service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 6 });
  const cooldowns = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.seconds(300) };
  scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 70, ...cooldowns });
  scaling.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: 80, ...cooldowns });
}

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
const targetProps = { protocol: elbv2.ApplicationProtocol.HTTP, deregistrationDelay: Duration.seconds(30) };
const healthCheck = {
  protocol: elbv2.Protocol.HTTP,
  healthyHttpCodes: '200',
  interval: Duration.seconds(30),
  timeout: Duration.seconds(5),
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 3,
};
const apiTargets = listener.addTargets('Api', {
  ...targetProps,
  priority: 1000,
  conditions: [elbv2.ListenerCondition.pathPatterns(['/api/*', '/docs', '/redoc'])],
  targets: [api.loadBalancerTarget({ containerName: 'App', containerPort: 8000 })],
  port: 8000,
  healthCheck: { path: '/health', ...healthCheck },
});
const frontTargets = listener.addTargets('Front', {
  ...targetProps,
  priority: 2000,
  conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])],
  targets: [front.loadBalancerTarget({ containerName: 'App', containerPort: 3000 })],
  port: 3000,
  healthCheck: { path: '/', ...healthCheck },
});
new CfnOutput(stack, 'Url', { value: `http://${loadBalancer.loadBalancerDnsName}` });

const vault = new backup.BackupVault(stack, 'Vault', {
  blockRecoveryPointDeletion: true,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
const backupRole = new iam.Role(stack, 'BackupRole', {
  description: 'Takes backups of files and table',
  assumedBy: new iam.ServicePrincipal('backup.amazonaws.com', { conditions: fromThisAccount }),
});
const allowBackups = (actionsOfBackup: string[], resources: string[]) => backupRole.addToPolicy(
  new iam.PolicyStatement({ actions: actionsOfBackup, resources }),
);
allowBackups(['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'], [vault.backupVaultArn]);
allowBackups(['tag:GetResources'], ['*']);
backupRole.addToPolicy(new iam.PolicyStatement({
  actions: ['backup:TagResource'],
  resources: [stack.formatArn({
    service: 'backup',
    region: '*',
    account: '*',
    resource: 'recovery-point',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })],
  conditions: { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
}));
allowBackups(['elasticfilesystem:Backup', 'elasticfilesystem:DescribeTags'], [files.fileSystemArn]);
allowBackups(['dynamodb:DescribeTable', 'dynamodb:CreateBackup', 'dynamodb:StartAwsBackupJob', 'dynamodb:ListTagsOfResource'], [table.tableArn]);
allowBackups(['dynamodb:DescribeBackup', 'dynamodb:DeleteBackup'], [`${table.tableArn}/backup/*`]);
new backup.BackupPlan(stack, 'Backups', {
  backupPlanRules: [new backup.BackupPlanRule({
    backupVault: vault,
    ruleName: 'Weekly',
    scheduleExpression: events.Schedule.cron({ minute: '0', hour: '5', weekDay: 'SUN' }),
    deleteAfter: Duration.days(30),
  })],
}).addSelection('Selection', {
  role: backupRole,
  backupSelectionName: 'Included',
  disableDefaultBackupPolicy: true,
  resources: [backup.BackupResource.fromArn(files.fileSystemArn), backup.BackupResource.fromArn(table.tableArn)],
});
new events.Rule(stack, 'FailedBackups', {
  description: 'Failed backups and copies',
  eventPattern: {
    source: ['aws.backup'],
    detailType: ['Backup Job State Change', 'Copy Job State Change'],
    detail: { state: ['ABORTED', 'EXPIRED', 'FAILED'], iamRoleArn: [backupRole.roleArn] },
  },
  targets: [new eventsTargets.SnsTopic(alerts)],
});

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
  new cloudwatch.Alarm(stack, 'FilesIoLimit', {
    alarmDescription: 'The file system is about to slow down. First look at which tasks read or write many small files.',
    metric: new cloudwatch.Metric({
      namespace: 'AWS/EFS',
      metricName: 'PercentIOLimit',
      dimensionsMap: { FileSystemId: files.fileSystemId },
      statistic: cloudwatch.Stats.MAXIMUM,
    }),
    threshold: 90,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: cloudwatch.TreatMissingData.IGNORE,
  }),
  new cloudwatch.Alarm(stack, 'TableThrottles', {
    alarmDescription: 'The table turns requests away. First look at whether one key takes most of the requests.',
    metric: new cloudwatch.MathExpression({
      expression: 'FILL(reads, 0) + FILL(writes, 0)',
      usingMetrics: {
        reads: table.metric('ReadThrottleEvents', { statistic: cloudwatch.Stats.SUM }),
        writes: table.metric('WriteThrottleEvents', { statistic: cloudwatch.Stats.SUM }),
      },
    }),
    threshold: 5,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
];
const fileMetric = (metricName: string, props: cloudwatch.MetricOptions) => new cloudwatch.Metric({
  ...minute,
  ...props,
  namespace: 'AWS/EFS',
  metricName,
  dimensionsMap: { FileSystemId: files.fileSystemId },
});
const dashboard = new cloudwatch.Dashboard(stack, 'Dashboard');
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
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Files', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Bytes a minute',
    width: 8,
    left: [
      fileMetric('DataReadIOBytes', { label: 'read', statistic: cloudwatch.Stats.SUM }),
      fileMetric('DataWriteIOBytes', { label: 'written', statistic: cloudwatch.Stats.SUM }),
    ],
    leftYAxis: { ...count, label: 'bytes' },
  }),
  new cloudwatch.GraphWidget({
    title: 'I/O limit',
    width: 8,
    left: [fileMetric('PercentIOLimit', { label: 'I/O limit', statistic: cloudwatch.Stats.MAXIMUM })],
    leftYAxis: { ...count, label: '%' },
  }),
  new cloudwatch.GraphWidget({
    title: 'Connections',
    width: 8,
    left: [fileMetric('ClientConnections', { label: 'connections', statistic: cloudwatch.Stats.SUM })],
    leftYAxis: count,
  }),
);
const watch = (service: ecs.FargateService, targetGroup?: elbv2.ApplicationTargetGroup) => {
  const { id } = service.node;
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
  alarms.push(
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
  if (!targetGroup) return;
  const targetErrorRate = new cloudwatch.MathExpression({
    expression: 'IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)',
    usingMetrics: {
      requests: targetGroup.metrics.requestCount(),
      errors: targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT),
    },
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
  alarms.push(targetErrors, responseTime, unhealthyTargets);
  service.enableDeploymentAlarms([targetErrors.alarmName, responseTime.alarmName, unhealthyTargets.alarmName], {
    behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
  });
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
};
watch(redis);
for (const queue of [builds, updates]) {
  alarms.push(
    new cloudwatch.Alarm(stack, `${queue.node.id}GivenUp`, {
      alarmDescription: 'Work was given up after several tries. First look at the messages and the log of the worker, then redrive them.',
      metric: queue.deadLetterQueue!.queue.metricApproximateNumberOfMessagesVisible(),
      threshold: 0,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
    new cloudwatch.Alarm(stack, `${queue.node.id}Age`, {
      alarmDescription: 'Messages wait too long for a worker. First look at whether workers run, then errors in their log.',
      metric: queue.metricApproximateAgeOfOldestMessage(),
      threshold: 900,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
  );
  for (const part of [queue.deadLetterQueue!.queue, queue]) {
    dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: `## ${part.node.id}`, ...heading }));
    dashboard.addWidgets(
      new cloudwatch.GraphWidget({
        title: 'Messages',
        width: 8,
        left: [
          part.metricApproximateNumberOfMessagesVisible({ ...minute, label: 'waiting' }),
          part.metricApproximateNumberOfMessagesNotVisible({ ...minute, label: 'in flight' }),
        ],
        leftYAxis: count,
      }),
      new cloudwatch.GraphWidget({
        title: 'Age of the oldest',
        width: 8,
        left: [part.metricApproximateAgeOfOldestMessage({ ...minute, label: 'age' })],
        leftYAxis: { ...count, label: 's' },
      }),
      new cloudwatch.GraphWidget({
        title: 'Messages a minute',
        width: 8,
        left: [
          part.metricNumberOfMessagesSent({ ...minute, label: 'sent' }),
          part.metricNumberOfMessagesDeleted({ ...minute, label: 'done' }),
        ],
        leftYAxis: count,
      }),
    );
  }
}
watch(api, apiTargets);
watch(builder);
watch(updater);
watch(front, frontTargets);
for (const alarm of alarms) {
  alarm.addAlarmAction(new actions.SnsAction(alerts));
  alarm.addOkAction(new actions.SnsAction(alerts));
}
