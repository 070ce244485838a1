// The serverless app: with every choice made, and its parts alone.
import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { WebSocketIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { allThresholds } from './operations-tour.js';
import { Readings } from './readings.js';
import {
  AlarmThreshold, ApiFunction, AppDomain, Deployment, EnvironmentProfile, FirewallLevel, FunctionCode, FunctionRestApi, FunctionWebSocketApi,
  IAlertTopic, IAppNetwork, ServerlessPwaApp, StaticSite, WorkQueue,
} from 'cdk-patternbook';

export function pwaTour(app: App, profile: EnvironmentProfile, network: IAppNetwork, alerts: IAlertTopic): void {
  const stack = new Stack(app, 'Pwa');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' });
  const images = Repository.fromRepositoryName(stack, 'Images', 'fillup');
  const checker = LambdaFunction.fromFunctionArn(stack, 'Checker', 'arn:aws:lambda:eu-south-1:111111111111:function:check');
  const key = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-south-1:111111111111:key/00000000-0000-0000-0000-000000000000');
  const pwa = new ServerlessPwaApp(stack, 'FillUp', {
    profile,
    network,
    domain: AppDomain.fromHostedZone(zone, 'fillup.example.com'),
    alerts,
    alarms: true,
    thresholds: allThresholds(),
    dashboard: true,
    api: {
      code: FunctionCode.ecr(images, 'v1'),
      serviceName: 'fillup-api',
      memory: Size.mebibytes(512),
      timeout: Duration.seconds(20),
      architecture: Architecture.X86_64,
      concurrencyLimit: 20,
      environment: { LOG_LEVEL: 'DEBUG' },
      deployment: Deployment.canary({ percent: 20, interval: Duration.minutes(5) }),
      logRetention: RetentionDays.ONE_WEEK,
      encryptionKey: key,
      rateLimit: 50,
      burstLimit: 100,
      corsOrigins: ['https://fillup.example.com'],
      binaryMediaTypes: ['*/*'],
      authorizer: new TokenAuthorizer(stack, 'Authorizer', { handler: checker }),
      apiKeyRequired: true,
      onlyThroughSite: false,
      cacheTtl: Duration.seconds(60),
      cacheQueryKeys: ['page'],
      firewall: { level: FirewallLevel.BASIC },
      tracedPercent: 50,
      apiLogRetention: RetentionDays.ONE_WEEK,
      pathPattern: '/v1/*',
    },
    site: {
      immutableAssets: ['assets/*'],
      serviceWorkers: ['sw.js'],
      spaRouting: true,
      config: { environment: profile.name },
      errorPage: '/oops.html',
      errorPageStatuses: [502],
      oldVersions: Duration.days(30),
      replicaRegion: 'eu-central-1',
      contentSecurityPolicy: "default-src 'self'",
      priceClass: PriceClass.PRICE_CLASS_100,
      accessLogs: false,
      additionalMetrics: false,
      firewall: { level: FirewallLevel.NONE },
      removalPolicy: RemovalPolicy.RETAIN,
    },
  });
  pwa.restApi.addApiKey('Partner', { rateLimit: 5, burstLimit: 10, dailyQuota: 1000 });
  pwa.api.useDatabase(pwa.addDatabase('Database', { port: 5435 }), { variable: 'MAIN_SECRET_ARN' });
  const socket = pwa.addWebSocket('WebSocket', {
    routes: ['sendMessage'],
    rateLimit: 20,
    burstLimit: 40,
    callbackVariable: 'PUSH_URL',
    authorizer: new WebSocketIamAuthorizer(),
    apiLogRetention: RetentionDays.ONE_WEEK,
    pathPattern: '/live',
    thresholds: { api: { latency: AlarmThreshold.off() } },
  });
  const role = Role.fromRoleName(stack, 'Role', 'pipeline');
  socket.grantManageConnections(role);
  pwa.site.grantUpload(role);
  pwa.api.rollbackOn(new Alarm(stack, 'Alarm', { metric: new Metric({ namespace: 'FillUp', metricName: 'Refused' }), threshold: 1, evaluationPeriods: 1 }));
  aloneTour(stack, profile, pwa);

  const read = new Readings(stack);
  read.text('Environment', pwa.profile.name);
  read.text('Url', pwa.site.url);
  read.text('Bucket', pwa.site.bucket.bucketName);
  read.text('Distribution', pwa.site.distribution.distributionId);
  read.text('Upload', pwa.site.uploadCommands('web/dist')[0]);
  read.text('RestUrl', pwa.restApi.url);
  read.text('RestApi', pwa.restApi.api.restApiId);
  read.text('RestStage', pwa.restApi.stage.stageName);
  read.text('SocketUrl', socket.url);
  read.text('SocketCallback', socket.callbackUrl);
  read.text('SocketApi', socket.api.apiId);
  read.text('SocketStage', socket.stage.stageName);
  read.text('Function', pwa.api.handler.functionName);
  read.text('Alias', pwa.api.alias.aliasName);
  read.text('DeadLetters', pwa.api.deadLetterQueue.queueName);
  read.text('LogGroup', pwa.api.logGroup.logGroupName);
  read.text('FunctionRole', pwa.api.role.roleName);
  read.text('FunctionEnvironment', pwa.api.profile.name);
  read.number('Timeout', pwa.api.timeout.toSeconds());
  read.number('SecurityGroups', pwa.api.connections.securityGroups.length);
  read.number('NumberOfAlarms', pwa.alarms.alarms.length);
  read.text('DashboardName', pwa.dashboard.dashboard.dashboardName);
}

/** The same parts without an app. */
function aloneTour(stack: Stack, profile: EnvironmentProfile, pwa: ServerlessPwaApp): void {
  const code = FunctionCode.zip(Code.fromInline('def handler(event, context): ...'), 'index.handler', Runtime.PYTHON_3_13);
  const handler = new ApiFunction(stack, 'Reports', { code, profile });
  handler.useQueue(new WorkQueue(stack, 'Jobs', { profile }));
  handler.addEnvironment('KIND', 'reports');
  const site = new StaticSite(stack, 'Intranet', { profile, accessLogs: false });
  const rest = new FunctionRestApi(stack, 'ReportsApi', { handler, profile, onlyThroughSite: true });
  site.addRestApi('/api/*', rest);
  site.addWebSocketApi('/ws', new FunctionWebSocketApi(stack, 'ReportsSocket', { handler, profile }));
  pwa.site.addRestApi('/reports/*', rest);
}
