// The CDK app of the serverless test: a site with its API behind one distribution, a function that does something wrong per further stack, and what watches.
import * as path from 'path';
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as config from 'aws-cdk-lib/aws-config';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { ApiFunction, EnvironmentProfile, FunctionCode, FunctionRestApi, StaticSite } from '../../../src';

const FILES = path.join(__dirname, 'serverless');
const REWRITE = `function handler(event) {
  var request = event.request;
  if (!request.uri.includes('.')) request.uri = '/index.html';
  return request;
}`;

/** What is done differently in a function; nothing makes a good one. */
export interface FunctionOptions {
  /** It is in the VPC. @default true */
  readonly vpc?: boolean;
  /** A rule lets it connect to the database. @default true */
  readonly databaseRule?: boolean;
  /** Its role may read the secret. @default true */
  readonly secretGrant?: boolean;
  /** Its role may send to the queue. @default true */
  readonly queueGrant?: boolean;
  /** Its role may make network interfaces. @default true */
  readonly networkGrant?: boolean;
  /** Its role may send to its dead-letter queue. @default true */
  readonly deadLetterGrant?: boolean;
  /** Who may take its role. @default lambda.amazonaws.com */
  readonly trusted?: string;
  /** Its code is an image. @default false */
  readonly image?: boolean;
  /** What it says in a variable. @default hello */
  readonly greeting?: string;
}

/** What all functions share. */
export class ServerlessBase extends Stack {
  public readonly vpc: ec2.Vpc;
  public readonly database: rds.DatabaseInstance;
  public readonly queue: sqs.Queue;
  /** Where the database is. */
  public readonly host: ssm.StringParameter;

  constructor(app: App, id = 'ServerlessBase') {
    super(app, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    this.database = new rds.DatabaseInstance(this, 'Database', {
      vpc: this.vpc,
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_15 }),
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
      credentials: rds.Credentials.fromGeneratedSecret('owner'),
      databaseName: 'notes',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.queue = new sqs.Queue(this, 'Queue');
    this.host = new ssm.StringParameter(this, 'Host', { parameterName: '/serverless/host', stringValue: this.database.dbInstanceEndpointAddress });
  }
}

/** One function of its own stack. */
export class ServerlessFunction extends Stack {
  public readonly handler: lambda.Function;

  constructor(app: App, id: string, base: ServerlessBase, options: FunctionOptions = {}) {
    super(app, id);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal(options.trusted ?? 'lambda.amazonaws.com') });
    const inVpc = options.vpc !== false;
    const deadLetters = new sqs.Queue(this, 'DeadLetters');
    const permit = (granted: boolean | undefined, actions: string[], resource: string) => {
      if (granted !== false) role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
    };
    permit(true, ['logs:CreateLogStream', 'logs:PutLogEvents'], '*');
    permit(inVpc && options.networkGrant, ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'], '*');
    permit(options.deadLetterGrant, ['sqs:SendMessage'], deadLetters.queueArn);
    permit(options.queueGrant, ['sqs:SendMessage'], base.queue.queueArn);
    permit(true, ['ssm:GetParameter'], base.host.parameterArn);
    permit(options.secretGrant, ['secretsmanager:GetSecretValue'], base.database.secret!.secretArn);
    const group = inVpc ? new ec2.SecurityGroup(this, 'Group', { vpc: base.vpc }) : undefined;
    const common: lambda.FunctionOptions = {
      // the role as it is: what is missing above stays missing
      role: role.withoutPolicyUpdates(),
      timeout: Duration.seconds(20),
      memorySize: 512,
      environment: {
        SECRET_ARN: base.database.secret!.secretArn,
        QUEUE_URL: base.queue.queueUrl,
        HOST_PARAMETER: base.host.parameterName,
        DATABASE_HOST: base.database.dbInstanceEndpointAddress,
        GREETING: options.greeting ?? 'hello',
      },
      logGroup: new logs.LogGroup(this, 'Logs', { removalPolicy: RemovalPolicy.DESTROY }),
      deadLetterQueue: deadLetters,
      reservedConcurrentExecutions: 3,
      retryAttempts: 0,
      ...(group ? { vpc: base.vpc, securityGroups: [group] } : {}),
    };
    this.handler = options.image ? new lambda.DockerImageFunction(this, 'Function', {
      ...common, code: lambda.DockerImageCode.fromEcr(Repository.fromRepositoryName(this, 'Images', 'notes-function'), { tagOrDigest: 'v1' }),
    }) : new lambda.Function(this, 'Function', {
      ...common, runtime: lambda.Runtime.PYTHON_3_12, handler: 'app.handler', code: lambda.Code.fromAsset(path.join(FILES, 'function')),
    });
    this.handler.node.addDependency(role);
    if (group && options.databaseRule !== false) {
      new ec2.CfnSecurityGroupIngress(this, 'Ingress', {
        groupId: base.database.connections.securityGroups[0].securityGroupId,
        ipProtocol: 'tcp',
        fromPort: 5432,
        toPort: 5432,
        sourceSecurityGroupId: group.securityGroupId,
      });
    }
    new CfnOutput(this, 'Name', { value: this.handler.functionName });
    new CfnOutput(this, 'DeadLettersUrl', { value: deadLetters.queueUrl });
  }
}

/** Site, REST API and WebSocket API behind one distribution. */
export class ServerlessSite extends ServerlessFunction {
  constructor(app: App, id: string, base: ServerlessBase) {
    super(app, id, base);
    const alias = new lambda.Alias(this, 'Live', { aliasName: 'live', version: this.handler.currentVersion });
    new codedeploy.LambdaDeploymentGroup(this, 'Deployments', { alias, deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES });
    const rest = this.restApi(alias);
    const webSocket = this.webSocketApi(alias);
    new apigatewayv2.HttpApi(this, 'Http', { defaultIntegration: new HttpLambdaIntegration('Anything', alias) });
    const bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
      versioned: true,
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const listed = new s3.Bucket(this, 'Listed', { removalPolicy: RemovalPolicy.DESTROY });
    const { AccessLevel } = cloudfront;
    const { CACHING_DISABLED } = cloudfront.CachePolicy;
    const { ALL_VIEWER_EXCEPT_HOST_HEADER } = cloudfront.OriginRequestPolicy;
    const uncached = { cachePolicy: CACHING_DISABLED, originRequestPolicy: ALL_VIEWER_EXCEPT_HOST_HEADER };
    const viewerProtocolPolicy = cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS;
    const rewrite = new cloudfront.Function(this, 'Rewrite', { code: cloudfront.FunctionCode.fromInline(REWRITE), runtime: cloudfront.FunctionRuntime.JS_2_0 });
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy,
        responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
        functionAssociations: [{ function: rewrite, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        '/api/*': { origin: new origins.RestApiOrigin(rest), allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL, viewerProtocolPolicy, ...uncached },
        // a gateway refuses a name that is not its own
        '/host/*': { origin: new origins.RestApiOrigin(rest), ...uncached, originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER },
        '/listed/*': { origin: origins.S3BucketOrigin.withOriginAccessControl(listed, { originAccessLevels: [AccessLevel.READ, AccessLevel.LIST] }), viewerProtocolPolicy },
        '/ws': { origin: new origins.HttpOrigin(`${webSocket.apiId}.execute-api.${this.region}.amazonaws.com`), viewerProtocolPolicy, ...uncached },
      },
      publishAdditionalMetrics: true,
    });
    new BucketDeployment(this, 'Files', { destinationBucket: bucket, sources: [Source.asset(path.join(FILES, 'site'))], distribution });
  }

  private restApi(alias: lambda.Alias): apigateway.RestApi {
    const api = new apigateway.RestApi(this, 'Rest', { cloudWatchRole: true });
    api.root.addProxy({ defaultIntegration: new apigateway.LambdaIntegration(alias) });
    // the CDK permits nothing on a function that it does not own: a mistake that users make without seeing it
    const imported = lambda.Function.fromFunctionArn(this, 'Imported', this.handler.functionArn);
    api.root.addResource('unpermitted').addMethod('GET', new apigateway.LambdaIntegration(imported));
    api.addGatewayResponse('Refused', { type: apigateway.ResponseType.DEFAULT_4XX });
    api.addRequestValidator('Validator', { validateRequestBody: true });
    api.addUsagePlan('Plan', { throttle: { rateLimit: 10, burstLimit: 20 } }).addApiStage({ stage: api.deploymentStage });
    const acl = new wafv2.CfnWebACL(this, 'Firewall', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'rest', sampledRequestsEnabled: true },
    });
    new wafv2.CfnWebACLAssociation(this, 'FirewallOfRest', { webAclArn: acl.attrArn, resourceArn: api.deploymentStage.stageArn });
    const group = new logs.LogGroup(this, 'FirewallLogs', { logGroupName: `aws-waf-logs-${this.stackName}`, removalPolicy: RemovalPolicy.DESTROY });
    new wafv2.CfnLoggingConfiguration(this, 'FirewallLogging', { resourceArn: acl.attrArn, logDestinationConfigs: [group.logGroupArn] });
    return api;
  }

  private webSocketApi(alias: lambda.Alias): apigatewayv2.WebSocketApi {
    const route = (name: string) => ({ integration: new WebSocketLambdaIntegration(name, alias) });
    const api = new apigatewayv2.WebSocketApi(this, 'WebSocket', {
      connectRouteOptions: route('Connect'), disconnectRouteOptions: route('Disconnect'), defaultRouteOptions: route('Anything'),
    });
    api.addRoute('ask', { ...route('Ask'), returnResponse: true });
    api.addRoute('wait', { ...route('Wait'), returnResponse: true });
    const stage = new apigatewayv2.WebSocketStage(this, 'Stage', { webSocketApi: api, stageName: 'ws', autoDeploy: true });
    stage.grantManagementApiAccess(this.node.findChild('Role') as iam.Role);
    return api;
  }
}

/** A site of the library, whose pages are told what is known at deployment alone, before an API that is reached through it alone. */
export class ConfiguredSite extends Stack {
  constructor(app: App, id: string, version: string) {
    super(app, id);
    const profile = EnvironmentProfile.DEV;
    const note = new ssm.StringParameter(this, 'Note', { stringValue: '"quoted" \\ ü' });
    const values = { version, note: note.stringValue, queue: new sqs.Queue(this, 'Queue').queueName };
    const site = new StaticSite(this, 'Site', { profile, accessLogs: false, config: values });
    const code = lambda.Code.fromInline('def handler(event, context):\n    return {"statusCode": 200, "body": event["path"]}');
    const handler = new ApiFunction(this, 'Api', { profile, code: FunctionCode.zip(code, 'index.handler', lambda.Runtime.PYTHON_3_12) });
    const api = new FunctionRestApi(this, 'Rest', { profile, handler, createLogRole: true, onlyThroughSite: true });
    site.addRestApi('/api/*', api);
    new CfnOutput(this, 'Distribution', { value: site.distribution.distributionId });
    new CfnOutput(this, 'RestApi', { value: api.api.restApiId });
  }
}

/** What watches an account. */
export class ServerlessGovernance extends Stack {
  constructor(app: App, id: string) {
    super(app, id);
    new cloudtrail.Trail(this, 'Trail', { sendToCloudWatchLogs: true });
    new budgets.CfnBudget(this, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: 50, unit: 'USD' } },
      notificationsWithSubscribers: [{
        notification: { notificationType: 'ACTUAL', comparisonOperator: 'GREATER_THAN', threshold: 80, thresholdType: 'PERCENTAGE' },
        subscribers: [{ subscriptionType: 'EMAIL', address: 'owner@example.com' }],
      }],
    });
    const bucket = new s3.Bucket(this, 'History', { removalPolicy: RemovalPolicy.DESTROY });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('config.amazonaws.com') });
    const recorder = new config.CfnConfigurationRecorder(this, 'Recorder', { roleArn: role.roleArn, recordingGroup: { allSupported: true } });
    new config.CfnDeliveryChannel(this, 'Channel', { s3BucketName: bucket.bucketName });
    const rule = new config.ManagedRule(this, 'Rule', { identifier: config.ManagedRuleIdentifiers.S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED });
    rule.node.addDependency(recorder);
    new logs.QueryDefinition(this, 'Query', { queryDefinitionName: 'errors', queryString: new logs.QueryString({ fields: ['@message'] }) });
  }
}
