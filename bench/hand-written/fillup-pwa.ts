// The example fillup-pwa in its prod profile, written with aws-cdk-lib alone.
import { App, ArnFormat, CfnOutput, Duration, Fn, RemovalPolicy, SecretValue, Size, Stack, Tags, TimeZone } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as config from 'aws-cdk-lib/aws-config';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventsTargets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedulerTargets from 'aws-cdk-lib/aws-scheduler-targets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import * as xray from 'aws-cdk-lib/aws-xray';
import { Trigger } from 'aws-cdk-lib/triggers';

const app = new App();
const { imageTag = 'v1', alertEmail, repository = 'acme@100001/fillup@200002' } = app.node.getAllContext();
const tags = { Application: 'fillup', Component: 'platform', CostCenter: 'CC-100', Environment: 'prod', Owner: 'team@example.com' };
for (const [key, value] of Object.entries(tags)) Tags.of(app).add(key, value);

const newStack = (id: string, name: string, region?: string) => new Stack(app, id, {
  stackName: `fillup-${name}-prod`,
  env: { region },
  terminationProtection: true,
});
const registry = newStack('Images', 'images');
const edge = newStack('FillUpEdge', 'edge', 'us-east-1');
const copies = newStack('FillUpCopies', 'copies', 'us-west-2');
const data = newStack('FillUpData', 'data');
const service = newStack('FillUp', 'app');
const governance = newStack('FillUpGovernance', 'governance');
data.addStackDependency(copies);
service.addStackDependency(copies);
service.addStackDependency(edge);
const fromThisAccount = { StringEquals: { 'aws:SourceAccount': data.account } };

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
new CfnOutput(registry, 'ApiRepositoryUri', { value: images.repositoryUri });

const alertsKey = new kms.Key(data, 'AlertsKey', { description: 'Alerts', enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
const alerts = new sns.Topic(data, 'Alerts', { masterKey: alertsKey, enforceSSL: true });
alerts.grantPublish(new iam.ServicePrincipal('cloudwatch.amazonaws.com', { conditions: fromThisAccount }));
alerts.grantPublish(new iam.ServicePrincipal('budgets.amazonaws.com', { conditions: fromThisAccount }));
alerts.grantPublish(new iam.ServicePrincipal('backup.amazonaws.com'));
alerts.grantPublish(new iam.ServicePrincipal('events.amazonaws.com'));
alerts.addSubscription(new subscriptions.EmailSubscription(alertEmail));

const cidr = '10.0.0.0/16';
const vpc = new ec2.Vpc(data, 'Vpc', {
  ipAddresses: ec2.IpAddresses.cidr(cidr),
  availabilityZones: [0, 1, 2].map((zone) => Fn.select(zone, Fn.getAzs())),
  restrictDefaultSecurityGroup: true,
  subnetConfiguration: [
    { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
    { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
    { name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
  ],
  gatewayEndpoints: {
    S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
    DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
  },
});
for (const [subnetGroupName, first] of Object.entries({ Public: 0, App: 10, Data: 20 })) {
  vpc.selectSubnets({ subnetGroupName }).subnets.forEach(({ node }, zone) => {
    (node.defaultChild as ec2.CfnSubnet).cidrBlock = `10.0.${first + zone}.0/24`;
  });
}
const flowLogGroup = new logs.LogGroup(data, 'FlowLogGroup', { retention: logs.RetentionDays.ONE_MONTH });
const flowLogRole = new iam.Role(data, 'FlowLogRole', {
  assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
    conditions: {
      ...fromThisAccount,
      ArnLike: { 'aws:SourceArn': data.formatArn({ service: 'ec2', resource: 'vpc-flow-log', resourceName: '*' }) },
    },
  }),
});
vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(flowLogGroup, flowLogRole) });

const endpointSecurityGroup = new ec2.SecurityGroup(data, 'EndpointSecurityGroup', {
  vpc,
  description: 'Endpoints of AWS services',
  allowAllOutbound: false,
});
endpointSecurityGroup.addIngressRule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(443), 'HTTPS from the VPC');
for (const [id, endpoint] of Object.entries({
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
})) {
  vpc.addInterfaceEndpoint(id, {
    service: endpoint,
    subnets: { subnetGroupName: 'App' },
    securityGroups: [endpointSecurityGroup],
    open: false,
  });
}

const instanceIdentifier = 'fillup-prod';
const admitLogs = (key: kms.Key, names: string[]) => key.addToResourcePolicy(new iam.PolicyStatement({
  principals: [new iam.ServicePrincipal(`logs.${data.region}.amazonaws.com`)],
  actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
  resources: ['*'],
  conditions: {
    ArnLike: { 'kms:EncryptionContext:aws:logs:arn': names.map((name) => data.formatArn({ service: 'logs', resource: `log-group:${name}` })) },
  },
}));
const databaseKey = new kms.Key(data, 'DatabaseKey', { enableKeyRotation: true, rotationPeriod: Duration.days(365) });
admitLogs(databaseKey, ['/aws/rds/instance/fillup-*', '/aws/vendedlogs/states/fillup-*']);
const databaseSecurityGroup = new ec2.SecurityGroup(data, 'DatabaseSecurityGroup', { vpc, description: 'Database', allowAllOutbound: false });
const excludeCharacters = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';
const credentials = new secretsmanager.Secret(data, 'DatabaseSecret', {
  description: 'Credentials of the database',
  encryptionKey: databaseKey,
  generateSecretString: {
    secretStringTemplate: JSON.stringify({ username: 'postgres' }),
    generateStringKey: 'password',
    passwordLength: 40,
    excludeCharacters,
  },
});
const [postgresqlLogGroup, upgradeLogGroup] = ['postgresql', 'upgrade'].map((kind) => new logs.LogGroup(data, `${kind}Logs`, {
  logGroupName: `/aws/rds/instance/${instanceIdentifier}/${kind}`,
  encryptionKey: databaseKey,
  retention: logs.RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
}));
const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_15 });
const database = new rds.DatabaseInstance(data, 'Database', {
  instanceIdentifier,
  engine,
  engineLifecycleSupport: rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
  allowMajorVersionUpgrade: false,
  autoMinorVersionUpgrade: true,
  instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM),
  multiAz: true,
  applyImmediately: true,
  vpc,
  subnetGroup: new rds.SubnetGroup(data, 'DatabaseSubnets', {
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
  preferredBackupWindow: '03:00-04:00',
  preferredMaintenanceWindow: 'sun:04:00-sun:05:00',
  copyTagsToSnapshot: true,
  deleteAutomatedBackups: false,
  deletionProtection: true,
  removalPolicy: RemovalPolicy.SNAPSHOT,
  parameterGroup: new rds.ParameterGroup(data, 'DatabaseParameters', {
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
  monitoringRole: new iam.Role(data, 'DatabaseMonitoringRole', {
    description: 'Enhanced monitoring of the database',
    assumedBy: new iam.ServicePrincipal('monitoring.rds.amazonaws.com', {
      conditions: {
        ...fromThisAccount,
        ArnLike: { 'aws:SourceArn': data.formatArn({ service: 'rds', resource: `db:${instanceIdentifier}` }) },
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
const urlSecret = new secretsmanager.Secret(data, 'DatabaseUrl', {
  description: 'Connection URL of the database',
  encryptionKey: databaseKey,
  secretStringValue: SecretValue.unsafePlainText(
    `postgresql://postgres:${secret.secretValueFromJson('password').unsafeUnwrap()}@${database.dbInstanceEndpointAddress}:`
    + `${database.dbInstanceEndpointPort}/app?sslmode=require`,
  ),
});

const rotationSecurityGroup = new ec2.SecurityGroup(data, 'RotationSecurityGroup', { vpc, description: 'Rotation', allowAllOutbound: false });
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

const readCredentials = tasks.CallAwsService.jsonata(data, 'ReadCredentials', {
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
const readUrl = tasks.CallAwsService.jsonata(data, 'ReadUrl', {
  service: 'secretsmanager',
  action: 'getSecretValue',
  iamAction: 'secretsmanager:GetSecretValue',
  iamResources: [urlSecret.secretArn],
  parameters: { SecretId: urlSecret.secretArn },
  assign: { changed: '{% $states.result.SecretString != $url %}' },
  outputs: {},
});
const writeUrl = tasks.CallAwsService.jsonata(data, 'WriteUrl', {
  service: 'secretsmanager',
  action: 'putSecretValue',
  iamAction: 'secretsmanager:PutSecretValue',
  iamResources: [urlSecret.secretArn],
  parameters: { SecretId: urlSecret.secretArn, SecretString: '{% $url %}', ClientRequestToken: '{% $uuid() %}' },
  outputs: {},
});
const announce = tasks.EventBridgePutEvents.jsonata(data, 'Announce', {
  entries: [{
    source: 'fillup',
    detailType: 'Connection URL changed',
    detail: sfn.TaskInput.fromObject({ secretArn: urlSecret.secretArn }),
  }],
  outputs: {},
});
for (const task of [readCredentials, readUrl, writeUrl, announce]) {
  task.addRetry({ errors: [sfn.Errors.ALL], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 4 });
}
const throughSecretsManager = { StringEquals: { 'kms:ViaService': `secretsmanager.${data.region}.amazonaws.com` } };
const urlRefreshRole = new iam.Role(data, 'UrlRefreshRole', {
  description: 'Composes the connection URL from the credentials',
  assumedBy: new iam.ServicePrincipal('states.amazonaws.com', { conditions: fromThisAccount }),
});
urlRefreshRole.addToPolicy(new iam.PolicyStatement({
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  resources: [databaseKey.keyArn],
  conditions: throughSecretsManager,
}));
const urlRefresh = new sfn.StateMachine(data, 'UrlRefresh', {
  stateMachineType: sfn.StateMachineType.EXPRESS,
  queryLanguage: sfn.QueryLanguage.JSONATA,
  definitionBody: sfn.DefinitionBody.fromChainable(readCredentials.next(readUrl).next(
    sfn.Choice.jsonata(data, 'Changed')
      .when(sfn.Condition.jsonata('{% $changed %}'), writeUrl.next(announce))
      .otherwise(new sfn.Succeed(data, 'Unchanged')),
  )),
  role: urlRefreshRole,
  timeout: Duration.minutes(4),
  tracingEnabled: true,
  logs: {
    destination: new logs.LogGroup(data, 'UrlRefreshLogs', {
      logGroupName: '/aws/vendedlogs/states/fillup-prod-url-refresh',
      encryptionKey: databaseKey,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    level: sfn.LogLevel.ALL,
    includeExecutionData: false,
  },
});
new events.Rule(data, 'OnNewPassword', {
  description: 'The credentials changed: compose the connection URL anew',
  eventPattern: {
    source: ['aws.secretsmanager'],
    detailType: ['Secret Label Updated'],
    resources: [credentials.secretArn],
    detail: { labelUpdated: ['AWSCURRENT'] },
  },
  targets: [new eventsTargets.SfnStateMachine(urlRefresh, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
});
new scheduler.Schedule(data, 'AfterRotationWindow', {
  description: 'In and after the rotation window: compose the connection URL anew if the credentials changed',
  schedule: scheduler.ScheduleExpression.cron({ minute: '0/15', hour: '0-1', timeZone: TimeZone.ETC_UTC }),
  target: new schedulerTargets.StepFunctionsStartExecution(urlRefresh, { retryAttempts: 4, maxEventAge: Duration.minutes(10) }),
});

const vaultProps = { blockRecoveryPointDeletion: true, removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };
const vault = new backup.BackupVault(data, 'Vault', { ...vaultProps, backupVaultName: 'fillup-prod' });
const copyKey = new kms.Key(copies, 'VaultKey', {
  description: 'Copies of the backups',
  enableKeyRotation: true,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
new CfnOutput(copies, 'VaultKeyArn', { value: copyKey.keyArn });
const copyKeyArn = Fn.getStackOutput(copies.stackName, 'VaultKeyArn', copies.region);
new backup.BackupVault(copies, 'Vault', { ...vaultProps, backupVaultName: 'fillup-prod-copies', encryptionKey: copyKey });
const copyVault = backup.BackupVault.fromBackupVaultArn(data, 'CopyVault', data.formatArn({
  service: 'backup',
  region: copies.region,
  resource: 'backup-vault',
  resourceName: 'fillup-prod-copies',
  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
}));
const backupRole = new iam.Role(data, 'BackupRole', {
  description: 'Takes backups of the database',
  assumedBy: new iam.ServicePrincipal('backup.amazonaws.com', { conditions: fromThisAccount }),
});
const allowBackups = (actionsOfBackup: string[], resources: string[], conditions?: Record<string, object>) => backupRole.addToPolicy(
  new iam.PolicyStatement({ actions: actionsOfBackup, resources, conditions }),
);
allowBackups(['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'], [vault.backupVaultArn, copyVault.backupVaultArn]);
allowBackups(['tag:GetResources'], ['*']);
allowBackups(['backup:CopyFromBackupVault'], ['*'], { 'ForAllValues:ArnEquals': { 'backup:CopyTargets': [copyVault.backupVaultArn] } });
allowBackups(['rds:DescribeDBInstances', 'rds:CreateDBSnapshot', 'rds:ListTagsForResource'], [database.instanceArn]);
allowBackups([
  'rds:DescribeDBSnapshots', 'rds:CreateDBSnapshot', 'rds:CopyDBSnapshot', 'rds:DeleteDBSnapshot',
  'rds:ModifyDBSnapshotAttribute', 'rds:AddTagsToResource', 'rds:ListTagsForResource',
], ['arn:*:rds:*:*:snapshot:awsbackup:*']);
allowBackups(['kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey'], [databaseKey.keyArn]);
allowBackups(['kms:DescribeKey'], ['*'], { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/backup' } });
allowBackups([
  'kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
], [copyKeyArn]);
allowBackups(['kms:CreateGrant'], [databaseKey.keyArn, copyKeyArn], { Bool: { 'kms:GrantIsForAWSResource': 'true' } });
new backup.BackupPlan(data, 'Backups', {
  backupPlanRules: [new backup.BackupPlanRule({
    backupVault: vault,
    ruleName: 'Weekly',
    scheduleExpression: events.Schedule.cron({ minute: '0', hour: '5', weekDay: 'SUN' }),
    deleteAfter: Duration.days(30),
    copyActions: [{ destinationBackupVault: copyVault, deleteAfter: Duration.days(30) }],
  })],
}).addSelection('Selection', {
  role: backupRole,
  backupSelectionName: 'Included',
  disableDefaultBackupPolicy: true,
  resources: [backup.BackupResource.fromArn(database.instanceArn)],
});
new events.Rule(data, 'FailedBackups', {
  description: 'Failed backups and copies',
  eventPattern: {
    source: ['aws.backup'],
    detailType: ['Backup Job State Change', 'Copy Job State Change'],
    detail: { state: ['ABORTED', 'EXPIRED', 'FAILED'], iamRoleArn: [backupRole.roleArn] },
  },
  targets: [new eventsTargets.SnsTopic(alerts)],
});

const bastionSecurityGroup = new ec2.SecurityGroup(data, 'BastionSecurityGroup', { vpc, description: 'Bastion', allowAllOutbound: false });
bastionSecurityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Session Manager');
bastionSecurityGroup.connections.allowTo(database, ec2.Port.tcp(5432), 'Bastion');
const bastionRole = new iam.Role(data, 'BastionRole', {
  description: 'Opens sessions of Session Manager',
  assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
});
bastionRole.addToPolicy(new iam.PolicyStatement({
  actions: [
    'ssm:UpdateInstanceInformation', 'ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel', 'ssmmessages:OpenDataChannel',
  ],
  resources: ['*'],
}));
const bastion = new ec2.Instance(data, 'Bastion', {
  vpc,
  vpcSubnets: { subnets: [vpc.privateSubnets[0]] },
  instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
  machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
  securityGroup: bastionSecurityGroup,
  role: bastionRole,
  httpTokens: ec2.HttpTokens.REQUIRED,
  httpPutResponseHopLimit: 1,
  detailedMonitoring: false,
  blockDevices: [{
    deviceName: '/dev/xvda',
    volume: ec2.BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3, deleteOnTermination: true }),
  }],
});
new CfnOutput(data, 'Tunnel', {
  value: `aws ssm start-session --target ${bastion.instanceId} --document-name AWS-StartPortForwardingSessionToRemoteHost --parameters `
    + `'{"host":["${database.dbInstanceEndpointAddress}"],"portNumber":["${database.dbInstanceEndpointPort}"],"localPortNumber":["5432"]}'`,
});

const apiKey = new kms.Key(service, 'ApiKey', {
  enableKeyRotation: true,
  rotationPeriod: Duration.days(365),
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
admitLogs(apiKey, ['/aws/lambda/*']);
const apiLogGroup = new logs.LogGroup(service, 'ApiLogs', {
  logGroupName: '/aws/lambda/fillup-prod/api',
  encryptionKey: apiKey,
  retention: logs.RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
const deadLetters = new sqs.Queue(service, 'DeadLetters', {
  encryption: sqs.QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
const apiRole = new iam.Role(service, 'ApiRole', { description: 'Runs the API', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
apiRole.addToPolicy(new iam.PolicyStatement({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [apiLogGroup.logGroupArn],
}));
const networkInterfaces = {
  actions: [
    'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
};
apiRole.addToPolicy(new iam.PolicyStatement(networkInterfaces));
apiRole.addToPolicy(new iam.PolicyStatement({
  ...networkInterfaces,
  effect: iam.Effect.DENY,
  conditions: { ArnLike: { 'lambda:SourceFunctionArn': service.formatArn({ service: 'lambda', resource: 'function:*' }) } },
}));
const apiSecurityGroup = new ec2.SecurityGroup(service, 'ApiSecurityGroup', { vpc, description: 'API', allowAllOutbound: false });
apiSecurityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS');
apiSecurityGroup.connections.allowTo(database, ec2.Port.tcp(5432), 'API');
const functionProps = {
  architecture: lambda.Architecture.ARM_64,
  memorySize: 1024,
  role: apiRole,
  logGroup: apiLogGroup,
  tracing: lambda.Tracing.ACTIVE,
  vpc,
  vpcSubnets: { subnetGroupName: 'App' },
  securityGroups: [apiSecurityGroup],
  environment: {
    ENVIRONMENT: 'prod',
    LOG_LEVEL: 'INFO',
    DATABASE_SECRET_ARN: urlSecret.secretArn,
    AWS_XRAY_TRACING_NAME: 'fillup',
    POWERTOOLS_SERVICE_NAME: 'fillup',
    POWERTOOLS_METRICS_NAMESPACE: 'fillup',
  },
};
const api = new lambda.DockerImageFunction(service, 'Api', {
  ...functionProps,
  code: lambda.DockerImageCode.fromEcr(images, { tagOrDigest: imageTag }),
  timeout: Duration.seconds(30),
  reservedConcurrentExecutions: 10,
  deadLetterQueue: deadLetters,
});
apiRole.addToPolicy(new iam.PolicyStatement({
  actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  resources: [urlSecret.secretArn],
}));
apiRole.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [databaseKey.keyArn], conditions: throughSecretsManager }));
database.grantConnect(apiRole, 'app_iam');
const live = new lambda.Alias(service, 'Live', { aliasName: 'live', version: api.currentVersion });
const migrate = new lambda.DockerImageFunction(service, 'Migrate', {
  ...functionProps,
  code: lambda.DockerImageCode.fromEcr(images, { tagOrDigest: imageTag, cmd: ['app.migrations.handler'] }),
  timeout: Duration.minutes(5),
});
new Trigger(service, `Migrate-${imageTag}`, {
  handler: migrate,
  timeout: Duration.seconds(810),
  executeAfter: [apiSecurityGroup],
  executeBefore: [live],
});

const apiLogGroupProps = { retention: logs.RetentionDays.TWO_WEEKS, removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };
const restApi = new apigateway.RestApi(service, 'RestApi', {
  restApiName: 'fillup-prod',
  endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL] },
  cloudWatchRole: false,
  deployOptions: {
    stageName: 'live',
    throttlingRateLimit: 1000,
    throttlingBurstLimit: 2000,
    loggingLevel: apigateway.MethodLoggingLevel.ERROR,
    dataTraceEnabled: false,
    metricsEnabled: false,
    tracingEnabled: true,
    accessLogDestination: new apigateway.LogGroupLogDestination(new logs.LogGroup(service, 'RestApiAccessLogs', apiLogGroupProps)),
    accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      ip: '$context.identity.sourceIp',
      method: '$context.httpMethod',
      path: '$context.path',
      status: '$context.status',
      responseLength: '$context.responseLength',
      responseLatency: '$context.responseLatency',
      integrationLatency: '$context.integrationLatency',
      integrationStatus: '$context.integrationStatus',
      error: '$context.error.responseType',
      apiKeyId: '$context.identity.apiKeyId',
      traceId: '$context.xrayTraceId',
    })),
  },
});
const requestValidator = restApi.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
for (const resource of [restApi.root, restApi.root.addResource('{proxy+}')]) {
  resource.addMethod('ANY', new apigateway.LambdaIntegration(live, { allowTestInvoke: false }), { requestValidator });
}
for (const type of [apigateway.ResponseType.DEFAULT_4XX, apigateway.ResponseType.DEFAULT_5XX]) {
  restApi.addGatewayResponse(type.responseType, {
    type,
    templates: {
      'application/json': '{"error":{"code":"$context.error.responseType","message":$context.error.messageString,'
        + '"requestId":"$context.requestId","timestamp":"$context.requestTime"}}',
    },
  });
}
const executionLogs = new logs.LogGroup(service, 'RestApiExecutionLogs', {
  ...apiLogGroupProps,
  logGroupName: `API-Gateway-Execution-Logs_${restApi.restApiId}/live`,
});
const apiLogRole = new iam.Role(service, 'ApiLogRole', {
  description: 'Logs of API Gateway',
  assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
  inlinePolicies: {
    Logs: new iam.PolicyDocument({
      statements: [new iam.PolicyStatement({
        actions: [
          'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams',
          'logs:PutLogEvents', 'logs:GetLogEvents', 'logs:FilterLogEvents',
        ],
        resources: ['*'],
      })],
    }),
  },
});
apiLogRole.applyRemovalPolicy(RemovalPolicy.RETAIN);
const apiAccount = new apigateway.CfnAccount(service, 'ApiAccount', { cloudWatchRoleArn: apiLogRole.roleArn });
apiAccount.applyRemovalPolicy(RemovalPolicy.RETAIN);
restApi.deploymentStage.node.addDependency(executionLogs, apiAccount);
new xray.CfnSamplingRule(service, 'Sampling', {
  samplingRule: {
    ruleName: 'fillup-prod',
    priority: 1000,
    reservoirSize: 1,
    fixedRate: 0.1,
    serviceName: 'fillup-prod/live',
    serviceType: 'AWS::ApiGateway::Stage',
    host: '*',
    httpMethod: '*',
    urlPath: '*',
    resourceArn: '*',
    version: 1,
  },
});

const integration = new WebSocketLambdaIntegration('Integration', live);
const webSocketApi = new apigatewayv2.WebSocketApi(service, 'WebSocketApi', {
  apiName: 'fillup-prod',
  routeSelectionExpression: '$request.body.action',
  connectRouteOptions: { integration },
  disconnectRouteOptions: { integration },
  defaultRouteOptions: { integration },
});
webSocketApi.addRoute('sendMessage', { integration });
live.addPermission('WebSocket', {
  principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
  sourceArn: service.formatArn({ service: 'execute-api', resource: webSocketApi.apiId, resourceName: 'live/*' }),
});
const webSocketStage = new apigatewayv2.WebSocketStage(service, 'WebSocketStage', {
  webSocketApi,
  stageName: 'live',
  autoDeploy: true,
  throttle: { rateLimit: 500, burstLimit: 1000 },
  detailedMetricsEnabled: false,
  accessLogSettings: {
    destination: new apigatewayv2.LogGroupLogDestination(new logs.LogGroup(service, 'WebSocketAccessLogs', apiLogGroupProps)),
    format: apigateway.AccessLogFormat.custom(JSON.stringify({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      ip: '$context.identity.sourceIp',
      event: '$context.eventType',
      route: '$context.routeKey',
      connectionId: '$context.connectionId',
      status: '$context.status',
      integrationLatency: '$context.integrationLatency',
      error: '$context.error.responseType',
    })),
  },
});
webSocketStage.node.addDependency(apiAccount);
for (const handler of [api, migrate]) handler.addEnvironment('WEBSOCKET_CALLBACK_URL', webSocketStage.callbackUrl);
new iam.Policy(service, 'Push', {
  roles: [apiRole],
  statements: [new iam.PolicyStatement({
    actions: ['execute-api:ManageConnections'],
    resources: [service.formatArn({ service: 'execute-api', resource: webSocketApi.apiId, resourceName: 'live/*/@connections/*' })],
  })],
});

const bucketProps = {
  encryption: s3.BucketEncryption.S3_MANAGED,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  versioned: true,
  lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
};
const replica = new s3.Bucket(copies, 'Replica', bucketProps);
new CfnOutput(copies, 'ReplicaArn', { value: replica.bucketArn });
const bucket = new s3.Bucket(service, 'Site', {
  ...bucketProps,
  replicationRules: [{
    priority: 0,
    destination: s3.Bucket.fromBucketArn(service, 'Replica', Fn.getStackOutput(copies.stackName, 'ReplicaArn', copies.region)),
    storageClass: s3.StorageClass.INFREQUENT_ACCESS,
    deleteMarkerReplication: false,
  }],
});
const visibilityConfig = (metricName: string) => ({ metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true });
const managedRules = (name: string, priority: number, group: string) => ({
  name,
  priority,
  statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
  overrideAction: { none: {} },
  visibilityConfig: visibilityConfig(name),
});
const webAcl = new wafv2.CfnWebACL(edge, 'WebAcl', {
  scope: 'CLOUDFRONT',
  defaultAction: { allow: {} },
  visibilityConfig: visibilityConfig('fillup-prod'),
  rules: [
    {
      name: 'RequestRate',
      priority: 0,
      statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: 2000, evaluationWindowSec: 300 } },
      action: { block: {} },
      visibilityConfig: visibilityConfig('RequestRate'),
    },
    managedRules('CoreRuleSet', 1, 'AWSManagedRulesCommonRuleSet'),
    managedRules('KnownBadInputs', 2, 'AWSManagedRulesKnownBadInputsRuleSet'),
  ],
});
new CfnOutput(edge, 'WebAclArn', { value: webAcl.attrArn });
const viewerRequest = (id: string, comment: string, code: string[]) => [{
  eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
  function: new cloudfront.Function(service, id, {
    comment,
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    code: cloudfront.FunctionCode.fromInline(code.join('\n')),
  }),
}];
const siteOrigin = origins.S3BucketOrigin.withOriginAccessControl(bucket, { originId: 'Site' });
const contentSecurityPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const configHeaders = {
  'content-type': 'application/json',
  'cache-control': 'no-cache',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'content-security-policy': contentSecurityPolicy,
};
const configAnswer = {
  statusCode: 200,
  statusDescription: 'OK',
  headers: Object.fromEntries(Object.entries(configHeaders).map(([name, value]) => [name, { value }])),
  body: { encoding: 'text', data: JSON.stringify({ environment: 'prod', version: imageTag }) },
};
const site = new cloudfront.Distribution(service, 'Distribution', {
  comment: `Site of ${service.stackName}`,
  webAclId: Fn.getStackOutput(edge.stackName, 'WebAclArn', edge.region),
  httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
  priceClass: cloudfront.PriceClass.PRICE_CLASS_ALL,
  defaultRootObject: 'index.html',
  logIncludesCookies: false,
  publishAdditionalMetrics: true,
  logBucket: new s3.Bucket(service, 'SiteLogs', {
    ...bucketProps,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
    lifecycleRules: [{
      transitions: [
        { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
        { storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) },
      ],
      noncurrentVersionExpiration: Duration.days(7),
      abortIncompleteMultipartUploadAfter: Duration.days(7),
    }],
  }),
  errorResponses: [500, 502, 503, 504, 400, 403, 404, 405, 414, 501].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
  defaultBehavior: {
    origin: siteOrigin,
    allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy: new cloudfront.CachePolicy(service, 'SiteCache', {
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(365),
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
    }),
    responseHeadersPolicy: new cloudfront.ResponseHeadersPolicy(service, 'SiteHeaders', {
      securityHeadersBehavior: {
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.SAMEORIGIN, override: true },
        referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
      },
    }),
    functionAssociations: viewerRequest('Router', 'Pages of the application', [
      'function handler(event) {',
      '  const request = event.request;',
      "  const segment = request.uri.slice(request.uri.lastIndexOf('/') + 1);",
      "  if (!segment.includes('.') && !request.uri.startsWith('/.well-known/')) request.uri = '/index.html';",
      '  return request;',
      '}',
    ]),
  },
  additionalBehaviors: {
    '/config.json': {
      origin: siteOrigin,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      functionAssociations: viewerRequest('Config', 'Values for the pages', [
        'function handler() {',
        `  return ${JSON.stringify(configAnswer)};`,
        '}',
      ]),
    },
  },
});
const originOf = (apiId: string, props: origins.HttpOriginProps) => new origins.HttpOrigin(
  `${apiId}.execute-api.${service.region}.${service.urlSuffix}`,
  { readTimeout: Duration.seconds(30), keepaliveTimeout: Duration.seconds(5), ...props },
);
const behaviorProps = {
  cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
  originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
};
site.addBehavior('/api/*', originOf(restApi.restApiId, { originId: '/api/*', originPath: `/${restApi.deploymentStage.stageName}` }), {
  ...behaviorProps,
  allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
  viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
});
site.addBehavior('/ws', originOf(webSocketApi.apiId, { originId: '/ws' }), {
  ...behaviorProps,
  allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
  viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
  functionAssociations: viewerRequest('WebSocketAddress', 'Address of the WebSocket API', [
    'function handler(event) {',
    "  event.request.uri = '/live';",
    '  return event.request;',
    '}',
  ]),
});
bucket.addToResourcePolicy(new iam.PolicyStatement({
  principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
  actions: ['s3:ListBucket'],
  resources: [bucket.bucketArn],
  conditions: { StringEquals: { 'AWS:SourceArn': site.distributionArn } },
}));
new CfnOutput(service, 'Url', { value: `https://${site.distributionDomainName}` });
const workers = ['sw.js', 'service-worker.js', 'ngsw-worker.js', 'ngsw.json', 'firebase-messaging-sw.js'];
new CfnOutput(service, 'Upload', {
  value: Fn.join('\n', [
    `aws s3 sync 'web/dist' s3://${bucket.bucketName} --exclude '*' --include 'assets/*' --include 'static/*' --cache-control 'public, max-age=31536000, immutable'`,
    `aws s3 sync 'web/dist' s3://${bucket.bucketName} --exclude 'assets/*' --exclude 'static/*' --exclude 'index.html'${workers.map((name) => ` --exclude '${name}'`).join('')} --cache-control no-cache`,
    `aws s3 cp 'web/dist/index.html' s3://${bucket.bucketName}/index.html --cache-control no-cache`,
    `aws s3 cp 'web/dist' s3://${bucket.bucketName} --recursive --exclude '*'${workers.map((name) => ` --include '${name}'`).join('')} --cache-control no-cache`,
    `aws cloudfront create-invalidation --distribution-id ${site.distributionId} --paths / /index.html`,
  ]),
});

const refusedConnections = new logs.MetricFilter(service, 'RefusedConnections', {
  logGroup: postgresqlLogGroup,
  filterPattern: logs.FilterPattern.anyTerm(
    'password authentication failed for user',
    'PAM authentication failed for user',
    'no pg_hba.conf entry for',
    'sorry, too many clients already',
    'remaining connection slots are reserved for',
    'too many connections for',
  ),
  metricNamespace: 'FillUp/RefusedConnections',
  metricName: database.instanceIdentifier,
});
const errorRate = new cloudwatch.MathExpression({
  expression: 'IF(invocations >= 20, 100 * FILL(errors, 0) / invocations, 0)',
  usingMetrics: { invocations: api.metricInvocations(), errors: api.metricErrors() },
});
const webSocketErrors = new cloudwatch.MathExpression({
  expression: 'FILL(integration, 0) + FILL(execution, 0)',
  usingMetrics: {
    integration: webSocketApi.metric('IntegrationError', { statistic: cloudwatch.Stats.SUM }),
    execution: webSocketApi.metric('ExecutionError', { statistic: cloudwatch.Stats.SUM }),
  },
});
const apiErrorAlarm = {
  alarmDescription: 'The API answers with 5xx. First look at errors and time-outs in the log of the function, then the log of the API.',
  threshold: 10,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
};
const apiLatencyAlarm = {
  alarmDescription: 'The slowest of a hundred requests takes too long. First look at the duration of the function, and cold starts after a deployment.',
  threshold: 5000,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
};
const deploymentAlarms = [
  new cloudwatch.Alarm(service, 'RestApiServerErrors', { ...apiErrorAlarm, metric: restApi.metricServerError() }),
  new cloudwatch.Alarm(service, 'RestApiLatency', {
    ...apiLatencyAlarm,
    metric: restApi.metricLatency({ statistic: cloudwatch.Stats.p(99) }),
  }),
  new cloudwatch.Alarm(service, 'FunctionErrors', {
    alarmDescription: 'The function fails. First look at its log for exceptions and time-outs, then its last deployment.',
    metric: errorRate,
    threshold: 5,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
  new cloudwatch.Alarm(service, 'FunctionDuration', {
    alarmDescription: 'The longest run is about to meet the time-out. First look at traces of slow runs, then the memory of the function.',
    metric: api.metricDuration({ statistic: cloudwatch.Stats.MAXIMUM }),
    threshold: 25_000,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
  new cloudwatch.Alarm(service, 'FunctionThrottles', {
    alarmDescription: 'Runs are turned away, as too many run at once. First look at the reserved concurrency, then at other functions of the account.',
    metric: api.metricThrottles(),
    threshold: 0,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
];
const alarms = [
  ...deploymentAlarms,
  new cloudwatch.Alarm(service, 'GivenUp', {
    alarmDescription: 'Work was given up after several tries. First look at the messages and the log of the function, then redrive them.',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible(),
    threshold: 0,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
  new cloudwatch.Alarm(service, 'WebSocketServerErrors', { ...apiErrorAlarm, metric: webSocketErrors }),
  new cloudwatch.Alarm(service, 'WebSocketLatency', {
    ...apiLatencyAlarm,
    metric: webSocketApi.metric('IntegrationLatency', { statistic: cloudwatch.Stats.p(99) }),
  }),
  new cloudwatch.Alarm(service, 'DatabaseCpu', {
    alarmDescription: 'The database is short of CPU. First look at the top statements in Database Insights or the slow query log.',
    metric: database.metricCPUUtilization({ period: Duration.minutes(10) }),
    threshold: 80,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: cloudwatch.TreatMissingData.IGNORE,
  }),
  new cloudwatch.Alarm(service, 'DatabaseStorage', {
    alarmDescription: 'The database is about to run out of storage. First look at whether storage may still grow, then replication slots and logs.',
    metric: database.metricFreeStorageSpace({ statistic: cloudwatch.Stats.MINIMUM }),
    threshold: Size.gibibytes(2).toBytes(),
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: cloudwatch.TreatMissingData.IGNORE,
  }),
  new cloudwatch.Alarm(service, 'DatabaseMemory', {
    alarmDescription: 'The database is short of memory. First look at the number of connections, then work_mem and the class of the instance.',
    metric: database.metricFreeableMemory(),
    threshold: Math.floor(Size.gibibytes(4).toBytes() / 10),
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: cloudwatch.TreatMissingData.IGNORE,
  }),
  new cloudwatch.Alarm(service, 'DatabaseConnections', {
    alarmDescription: 'The database is about to refuse connections. First look at runs of the function times the size of their connection pool.',
    metric: database.metricDatabaseConnections({ statistic: cloudwatch.Stats.MAXIMUM }),
    threshold: 315,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: cloudwatch.TreatMissingData.IGNORE,
  }),
  new cloudwatch.Alarm(service, 'DatabaseConnectionErrors', {
    alarmDescription: 'The database refused connections. First look at FATAL lines in its log: a wrong password, no TLS or too many connections.',
    metric: refusedConnections.metric({ statistic: cloudwatch.Stats.SUM }),
    threshold: 0,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
  new cloudwatch.Alarm(service, 'DatabaseCpuCredits', {
    alarmDescription: 'The database uses more CPU than its class earns. First look at whether a larger or a non-burstable class is cheaper.',
    metric: database.metric('CPUCreditBalance', { period: Duration.hours(1) }),
    threshold: 20,
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 6,
    datapointsToAlarm: 6,
    treatMissingData: cloudwatch.TreatMissingData.IGNORE,
  }),
  new cloudwatch.Alarm(service, 'UrlRefreshFailures', {
    alarmDescription: 'A run of the state machine failed or took too long. First look at the state in which it ended and the error there, in its log.',
    metric: new cloudwatch.MathExpression({
      expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
      usingMetrics: { failed: urlRefresh.metricFailed(), timedOut: urlRefresh.metricTimedOut() },
    }),
    threshold: 0,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  }),
];
const releaseMetric = {
  period: Duration.minutes(1),
  dimensionsMap: { FunctionName: api.functionName, Resource: `${api.functionName}:live`, ExecutedVersion: live.version.version },
};
const releaseErrors = new cloudwatch.Alarm(service, 'ReleaseErrors', {
  alarmDescription: 'The new version fails, and CodeDeploy takes it back. First look at its log for exceptions and time-outs.',
  metric: new cloudwatch.MathExpression({
    expression: 'IF(FILL(errors, 0) >= 2, 100 * errors / invocations, 0)',
    period: Duration.minutes(1),
    usingMetrics: { invocations: api.metricInvocations(releaseMetric), errors: api.metricErrors(releaseMetric) },
  }),
  threshold: 5,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 1,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
});
for (const alarm of alarms) {
  alarm.addAlarmAction(new actions.SnsAction(alerts));
  alarm.addOkAction(new actions.SnsAction(alerts));
}

const deployRole = new iam.Role(service, 'DeployRole', {
  description: 'Shifts requests to the new version',
  assumedBy: new iam.ServicePrincipal('codedeploy.amazonaws.com', { conditions: fromThisAccount }),
});
deployRole.addToPolicy(new iam.PolicyStatement({
  actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
  resources: [api.functionArn, `${api.functionArn}:live`],
}));
deployRole.addToPolicy(new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
const deploymentGroup = new codedeploy.LambdaDeploymentGroup(service, 'DeploymentGroup', {
  application: new codedeploy.LambdaApplication(service, 'Application'),
  alias: live,
  alarms: [releaseErrors, ...deploymentAlarms],
  deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
  autoRollback: { failedDeployment: true, stoppedDeployment: true },
  ignoreAlarmConfiguration: false,
  role: deployRole.withoutPolicyUpdates(),
});
deploymentGroup.node.addDependency(deployRole);
live.node.defaultChild!.node.addDependency(deploymentGroup);

const count = { min: 0, showUnits: false };
const percent = { ...count, label: '%' };
const milliseconds = { ...count, label: 'ms' };
const minute = { period: Duration.minutes(1) };
const sum = (label: string) => ({ ...minute, label, statistic: cloudwatch.Stats.SUM });
const max = (label: string) => ({ ...minute, label, statistic: cloudwatch.Stats.MAXIMUM });
const percentiles = (metric: (options: cloudwatch.MetricOptions) => cloudwatch.Metric) => [50, 99].map(
  (percentile) => metric({ ...minute, label: `p${percentile}`, statistic: cloudwatch.Stats.p(percentile) }),
);
const heading = { width: 24, height: 1, background: cloudwatch.TextWidgetBackground.TRANSPARENT };
const dashboard = new cloudwatch.Dashboard(service, 'Dashboard');
dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Site', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Requests a minute',
    region: edge.region,
    left: [site.metricRequests(sum('requests'))],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Errors',
    region: edge.region,
    left: [site.metric4xxErrorRate({ ...minute, label: '4xx' }), site.metric5xxErrorRate({ ...minute, label: '5xx' })],
    leftYAxis: percent,
  }),
  new cloudwatch.GraphWidget({
    title: 'Cache hits',
    region: edge.region,
    left: [site.metricCacheHitRate({ ...minute, label: 'cache hits' })],
    leftYAxis: percent,
  }),
  new cloudwatch.GraphWidget({
    title: 'Bytes a minute',
    region: edge.region,
    left: [site.metricBytesDownloaded(sum('downloaded')), site.metricBytesUploaded(sum('uploaded'))],
    leftYAxis: { ...count, label: 'bytes' },
  }),
);
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## REST API', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({ title: 'Requests a minute', left: [restApi.metricCount(sum('requests'))], leftYAxis: count }),
  new cloudwatch.GraphWidget({
    title: 'Errors a minute',
    left: [restApi.metricClientError(sum('4xx')), restApi.metricServerError(sum('5xx'))],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Latency',
    left: percentiles((options) => restApi.metricLatency(options)),
    leftYAxis: milliseconds,
  }),
  new cloudwatch.GraphWidget({
    title: 'Latency of the integration',
    left: percentiles((options) => restApi.metricIntegrationLatency(options)),
    leftYAxis: milliseconds,
  }),
);
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Function', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Runs a minute',
    left: [api.metricInvocations(sum('invocations')), api.metricErrors(sum('errors')), api.metricThrottles(sum('turned away'))],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Error rate',
    left: [errorRate.with({ ...minute, label: 'error rate' })],
    leftYAxis: percent,
  }),
  new cloudwatch.GraphWidget({
    title: 'Duration',
    left: [...percentiles((options) => api.metricDuration(options)), api.metricDuration(max('longest'))],
    leftYAxis: milliseconds,
  }),
  new cloudwatch.GraphWidget({
    title: 'Runs at once',
    left: [api.metric('ConcurrentExecutions', max('runs'))],
    leftYAxis: count,
  }),
);
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## Dead letters', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Messages',
    width: 8,
    left: [
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...minute, label: 'waiting' }),
      deadLetters.metricApproximateNumberOfMessagesNotVisible({ ...minute, label: 'in flight' }),
    ],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Age of the oldest',
    width: 8,
    left: [deadLetters.metricApproximateAgeOfOldestMessage({ ...minute, label: 'age' })],
    leftYAxis: { ...count, label: 's' },
  }),
  new cloudwatch.GraphWidget({
    title: 'Messages a minute',
    width: 8,
    left: [
      deadLetters.metricNumberOfMessagesSent({ ...minute, label: 'sent' }),
      deadLetters.metricNumberOfMessagesDeleted({ ...minute, label: 'done' }),
    ],
    leftYAxis: count,
  }),
);
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## WebSocket API', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Connections and messages a minute',
    width: 8,
    left: [webSocketApi.metric('ConnectCount', sum('connections')), webSocketApi.metric('MessageCount', sum('messages'))],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Errors a minute',
    width: 8,
    left: [webSocketApi.metric('ClientError', sum('clients')), webSocketErrors.with({ ...minute, label: 'server' })],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Latency of the integration',
    width: 8,
    left: percentiles((options) => webSocketApi.metric('IntegrationLatency', options)),
    leftYAxis: milliseconds,
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
dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: '## URL refresh', ...heading }));
dashboard.addWidgets(
  new cloudwatch.GraphWidget({
    title: 'Runs a minute',
    width: 12,
    left: [
      urlRefresh.metricStarted({ ...minute, label: 'started' }),
      urlRefresh.metricSucceeded({ ...minute, label: 'succeeded' }),
      urlRefresh.metricFailed({ ...minute, label: 'failed' }),
      urlRefresh.metricTimedOut({ ...minute, label: 'timed out' }),
    ],
    leftYAxis: count,
  }),
  new cloudwatch.GraphWidget({
    title: 'Duration',
    width: 12,
    left: [urlRefresh.metricTime({ ...minute, label: 'longest', statistic: cloudwatch.Stats.MAXIMUM })],
    leftYAxis: { ...count, label: 'ms' },
  }),
);
const drinkMetric = (metricName: string, statistic: string) => new cloudwatch.Metric({
  namespace: 'fillup',
  metricName,
  dimensionsMap: { service: 'fillup', environment: 'prod' },
  statistic,
});
for (const [title, left] of Object.entries({
  'Drinks': [drinkMetric('DrinksRecorded', 'Sum'), drinkMetric('ActiveDrinkers', 'Sum')],
  'Response time of the API': [drinkMetric('ResponseTime', 'p50'), drinkMetric('ResponseTime', 'p99')],
})) {
  dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: `## ${title}`, ...heading }));
  dashboard.addWidgets(new cloudwatch.GraphWidget({ title, width: 24, left }));
}

new budgets.CfnBudget(governance, 'Budget', {
  budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: 500, unit: 'USD' } },
  notificationsWithSubscribers: [80, 90, 100].map((threshold) => ({
    notification: { notificationType: 'ACTUAL', comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
    subscribers: [
      { subscriptionType: 'SNS', address: alerts.topicArn },
      ...threshold === 100 ? [{ subscriptionType: 'EMAIL', address: alertEmail }] : [],
    ],
  })),
});
const recordsKey = new kms.Key(governance, 'RecordsKey', { description: 'Records of the account', enableKeyRotation: true });
const records = new s3.Bucket(governance, 'Records', {
  ...bucketProps,
  encryption: s3.BucketEncryption.KMS,
  encryptionKey: recordsKey,
  bucketKeyEnabled: false,
  lifecycleRules: [{
    transitions: [{ storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) }],
    expiration: Duration.days(365),
    noncurrentVersionExpiration: Duration.days(30),
    abortIncompleteMultipartUploadAfter: Duration.days(7),
  }],
});
const trails = (region?: string) => governance.formatArn({ service: 'cloudtrail', region, resource: 'trail', resourceName: '*' });
const admitTrail = (sid: string, actionsOfTrail: string[], resources: string[], conditions?: Record<string, object>) => new iam.PolicyStatement({
  sid,
  principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
  actions: actionsOfTrail,
  resources,
  conditions: { ArnLike: { 'aws:SourceArn': trails() }, ...conditions },
});
const admitConfig = (sid: string, actionsOfConfig: string[], resources: string[], conditions?: Record<string, string>) => new iam.PolicyStatement({
  sid,
  principals: [new iam.ServicePrincipal('config.amazonaws.com')],
  actions: actionsOfConfig,
  resources,
  conditions: { StringEquals: { ...fromThisAccount.StringEquals, ...conditions } },
});
const ownerControls = { 's3:x-amz-acl': 'bucket-owner-full-control' };
const delivered = (folder: string) => records.arnForObjects(`AWSLogs/${governance.account}/${folder}*`);
for (const statement of [
  admitTrail('TrailLooks', ['s3:GetBucketAcl'], [records.bucketArn]),
  admitTrail('TrailWrites', ['s3:PutObject'], [delivered('')], { StringEquals: ownerControls }),
  admitConfig('ConfigLooks', ['s3:GetBucketAcl', 's3:ListBucket'], [records.bucketArn]),
  admitConfig('ConfigWrites', ['s3:PutObject'], [delivered('Config/')], ownerControls),
]) records.addToResourcePolicy(statement);
for (const statement of [
  admitTrail('TrailEncrypts', ['kms:GenerateDataKey*'], ['*'], { StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': trails('*') } }),
  admitTrail('TrailDescribes', ['kms:DescribeKey'], ['*']),
  admitConfig('ConfigEncrypts', ['kms:Decrypt', 'kms:GenerateDataKey'], ['*']),
]) recordsKey.addToResourcePolicy(statement);
const trail = new cloudtrail.Trail(governance, 'Trail', {
  bucket: s3.Bucket.fromBucketName(governance, 'TrailBucket', records.bucketName),
  encryptionKey: recordsKey,
  isMultiRegionTrail: true,
  includeGlobalServiceEvents: true,
  enableFileValidation: true,
  managementEvents: cloudtrail.ReadWriteType.ALL,
  sendToCloudWatchLogs: false,
});
trail.logAllS3DataEvents({ includeManagementEvents: false, readWriteType: cloudtrail.ReadWriteType.ALL });
trail.logAllLambdaDataEvents({ includeManagementEvents: false, readWriteType: cloudtrail.ReadWriteType.ALL });
trail.node.addDependency(records.policy!);
const configRole = new iam.CfnServiceLinkedRole(governance, 'ConfigRole', { awsServiceName: 'config.amazonaws.com' });
const recorder = new config.CfnConfigurationRecorder(governance, 'Recorder', {
  roleArn: governance.formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: 'aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig',
  }),
  recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
});
recorder.node.addDependency(configRole);
new config.CfnDeliveryChannel(governance, 'Channel', {
  s3BucketName: records.bucketName,
  s3KmsKeyArn: recordsKey.keyArn,
  configSnapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
}).node.addDependency(configRole, records.policy!);
const daily = { maximumExecutionFrequency: config.MaximumExecutionFrequency.TWENTY_FOUR_HOURS };
for (const [id, props] of Object.entries<config.ManagedRuleProps>({
  BucketsNotPublic: { identifier: config.ManagedRuleIdentifiers.S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED },
  DatabasesEncrypted: { identifier: config.ManagedRuleIdentifiers.RDS_STORAGE_ENCRYPTED },
  FunctionsInVpc: { identifier: config.ManagedRuleIdentifiers.LAMBDA_INSIDE_VPC },
  TrailInAllRegions: { identifier: config.ManagedRuleIdentifiers.CLOUDTRAIL_MULTI_REGION_ENABLED, ...daily },
  StrongPasswords: {
    identifier: config.ManagedRuleIdentifiers.IAM_PASSWORD_POLICY,
    ...daily,
    inputParameters: {
      RequireUppercaseCharacters: 'true',
      RequireLowercaseCharacters: 'true',
      RequireSymbols: 'true',
      RequireNumbers: 'true',
      MinimumPasswordLength: '14',
      PasswordReusePrevention: '24',
      MaxPasswordAge: '90',
    },
  },
})) new config.ManagedRule(governance, id, props).node.addDependency(recorder);
new CfnOutput(governance, 'PasswordPolicy', {
  value: 'aws iam update-account-password-policy --require-uppercase-characters --require-lowercase-characters --require-symbols --require-numbers '
    + '--minimum-password-length 14 --password-reuse-prevention 24 --max-password-age 90 --allow-users-to-change-password',
});

const tokens = new iam.OidcProviderNative(governance, 'GitHubTokens', {
  url: 'https://token.actions.githubusercontent.com',
  clientIds: ['sts.amazonaws.com'],
});
const delivery = new iam.Role(governance, 'Delivery', {
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
  resources: [governance, edge, copies].flatMap(({ region }) => ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
    (kind) => governance.formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: `cdk-hnb659fds-${kind}-role-${governance.account}-${region}`,
    }),
  )),
}));
images.grant(
  delivery,
  'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
);
new iam.Policy(governance, 'RegistryLogin', {
  roles: [delivery],
  statements: [new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] })],
});
for (const [actionsOfDelivery, resource] of [
  [['s3:PutObject', 's3:AbortMultipartUpload'], bucket.arnForObjects('*')],
  [['s3:ListBucket'], bucket.bucketArn],
  [['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], site.distributionArn],
] as const) delivery.addToPolicy(new iam.PolicyStatement({ actions: [...actionsOfDelivery], resources: [resource] }));
new CfnOutput(governance, 'DeliveryRoleArn', { value: delivery.roleArn });
