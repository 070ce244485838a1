// Functions and their APIs: each kind of code, every choice made, what a function is handed, callers with keys, connections.
import { mkdirSync, writeFileSync } from 'fs';
import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Readings } from './readings.js';
import {
  ApiFunction, Deployment, EnvironmentProfile, FirewallLevel, FunctionCode, FunctionRestApi, FunctionWebSocketApi, IAppNetwork, IPrivatePostgres,
  WorkQueue,
} from 'cdk-patternbook';

export function serverlessTour(app: App, profile: EnvironmentProfile, network: IAppNetwork, database: IPrivatePostgres): void {
  const stack = new Stack(app, 'Serverless');
  const images = Repository.fromRepositoryAttributes(stack, 'Images', {
    repositoryArn: 'arn:aws:ecr:eu-south-1:111111111111:repository/shop', repositoryName: 'shop',
  });
  const key = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-south-1:111111111111:key/00000000-0000-0000-0000-000000000000');
  const fn = new ApiFunction(stack, 'Api', {
    code: FunctionCode.ecr(images, 'v1'),
    network,
    profile,
    serviceName: 'shop',
    memory: Size.mebibytes(2048),
    timeout: Duration.seconds(20),
    architecture: Architecture.X86_64,
    concurrencyLimit: 50,
    environment: { CURRENCY: 'JPY', LOG_LEVEL: 'DEBUG', PLACE: 'Tokyo' },
    deployment: Deployment.linear({ percent: 20, interval: Duration.minutes(3) }),
    logRetention: RetentionDays.THREE_MONTHS,
    encryptionKey: key,
  });
  fn.addEnvironment('PAPER', 'a4');
  fn.useDatabase(database, { readerVariable: 'READER_ARN' });
  const migration = fn.addMigration('Migrate', { handler: 'app.migrations.handler', timeout: Duration.minutes(10) });
  const orders = Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-south-1:111111111111:orders');
  fn.useQueue(WorkQueue.fromQueue(orders));
  fn.rollbackOn(Alarm.fromAlarmName(stack, 'Errors', 'errors'), Alarm.fromAlarmName(stack, 'Delays', 'delays'));
  const python = 'def handler(event, context): return {"statusCode": 200}';
  const small = new ApiFunction(stack, 'Small', { profile, code: FunctionCode.zip(Code.fromInline(python), 'index.handler', Runtime.PYTHON_3_14) });
  mkdirSync('image', { recursive: true });
  writeFileSync('image/Dockerfile', 'FROM public.ecr.aws/lambda/python:3.14\n');
  new ApiFunction(stack, 'Built', { profile, code: FunctionCode.imageAsset('image') });

  const check = Function.fromFunctionArn(stack, 'Check', 'arn:aws:lambda:eu-south-1:111111111111:function:check');
  const rest = new FunctionRestApi(stack, 'Rest', {
    handler: fn,
    profile,
    rateLimit: 100,
    burstLimit: 200,
    corsOrigins: ['https://shop.example.com', 'https://admin.example.com'],
    binaryMediaTypes: ['image/*', 'application/pdf'],
    authorizer: new TokenAuthorizer(stack, 'Authorizer', { handler: check }),
    apiKeyRequired: true,
    cacheTtl: Duration.seconds(30),
    cacheQueryKeys: ['page', 'filter'],
    firewall: { level: FirewallLevel.BASIC },
    tracedPercent: 25,
    apiLogRetention: RetentionDays.ONE_MONTH,
    createLogRole: true,
  });
  const acme = rest.addApiKey('Acme', { rateLimit: 10, burstLimit: 20, dailyQuota: 1000 });
  const socket = new FunctionWebSocketApi(stack, 'Socket', {
    handler: small,
    profile,
    routes: ['sendMessage', 'leave'],
    rateLimit: 50,
    burstLimit: 60,
    authorizer: new WebSocketLambdaAuthorizer('SocketAuthorizer', check),
    apiLogRetention: RetentionDays.ONE_MONTH,
  });
  socket.grantManageConnections(Role.fromRoleArn(stack, 'Reports', 'arn:aws:iam::111111111111:role/reports'));

  const read = new Readings(stack);
  read.text('FunctionName', fn.handler.functionName);
  read.text('AliasArn', fn.alias.functionArn);
  read.text('DeadLetters', fn.deadLetterQueue.queueName);
  read.text('LogGroup', fn.logGroup.logGroupName);
  read.text('Role', fn.role.roleName);
  read.truth('HasPrincipal', fn.grantPrincipal !== undefined);
  read.text('Profile', fn.profile.name);
  read.number('Percent', fn.deployment.minHealthyPercent);
  read.number('Timeout', fn.timeout.toSeconds());
  read.text('MigrationName', migration.handler.functionName);
  read.text('MigrationLogs', migration.logGroup.logGroupName);
  read.number('MigrationTimeout', migration.timeout.toSeconds());
  read.number('SecurityGroups', fn.connections.securityGroups.length);
  read.text('RestApiId', rest.api.restApiId);
  read.text('Stage', rest.stage.stageName);
  read.text('Url', rest.url);
  read.text('KeyId', acme.keyId);
  read.text('SocketId', socket.api.apiId);
  read.text('SocketStage', socket.stage.stageName);
  read.text('SocketUrl', socket.url);
  read.text('CallbackUrl', socket.callbackUrl);
}
