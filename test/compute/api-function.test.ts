import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Duration, Size, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { appTier, circles, databaseIn, findings } from './app-tier';
import {
  ApiFunction, ApiFunctionProps, AppNetwork, Deployment, Egress, EnvironmentProfile, FunctionCode, ImageRepository, PrivatePostgres, WorkQueue,
} from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';
import { statementsOf } from '../statements';

const FUNCTION = 'AWS::Lambda::Function';
/** The newest that the aws-cdk-lib at hand knows, as the rule packs want it. */
const RUNTIME = lambda.Runtime.ALL.filter(({ family }) => family === lambda.RuntimeFamily.PYTHON).pop()!;

function zipCode(files: Record<string, string> = { 'main.py': 'def handler(event, context): ...' }): FunctionCode {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'api-function-'));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(directory, name), text);
  return FunctionCode.zip(lambda.Code.fromAsset(directory), 'main.handler', RUNTIME);
}

const INLINE = (): FunctionCode => FunctionCode.zip(lambda.Code.fromInline('def handler(event, context): ...'), 'index.handler', RUNTIME);

function functionIn(stack: Stack, props: Partial<ApiFunctionProps> = {}, id = 'Api'): ApiFunction {
  return new ApiFunction(stack, id, { code: INLINE(), ...props });
}

function templateOf(props: Partial<ApiFunctionProps> = {}, stack = testStack(inProfile('prod'))): Template {
  functionIn(stack, props);
  return Template.fromStack(stack);
}

describe.each(FLAG_SETS)('a function with %s', (_, context) => {
  const stack = new Stack(testApp({ ...context, ...inProfile('prod') }), 'Stack');
  const fn = functionIn(stack);
  const template = Template.fromStack(stack);

  test('runs on ARM, for 30 s, with 1 GiB, ten times at once, traced', () => {
    template.hasResourceProperties(FUNCTION, {
      Architectures: ['arm64'],
      Timeout: 30,
      MemorySize: 1024,
      ReservedConcurrentExecutions: 10,
      TracingConfig: { Mode: 'Active' },
      VpcConfig: Match.absent(),
    });
  });

  test('tells its code where it runs and what it is called', () => {
    template.hasResourceProperties(FUNCTION, {
      Environment: {
        Variables: {
          ENVIRONMENT: 'prod', LOG_LEVEL: 'INFO', AWS_XRAY_TRACING_NAME: 'api', POWERTOOLS_SERVICE_NAME: 'api', POWERTOOLS_METRICS_NAMESPACE: 'api',
        },
      },
    });
  });

  test('logs to a group of its own, encrypted with a key that CloudWatch Logs may use for such groups alone', () => {
    template.hasResourceProperties(FUNCTION, { LoggingConfig: { LogGroup: { Ref: 'ApiLogsCD139AD4' } } });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 30, KmsKeyId: { 'Fn::GetAtt': ['ApiKey679C99C7', 'Arn'] }, LogGroupName: Match.anyValue() },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    template.hasResource('AWS::KMS::Key', {
      Properties: {
        EnableKeyRotation: true,
        RotationPeriodInDays: 365,
        KeyPolicy: {
          Statement: Match.arrayWith([Match.objectLike({
            Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
            Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': [Match.anyValue()] } },
          })]),
        },
      },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    expect(JSON.stringify(template.findResources('AWS::KMS::Key'))).toContain(':log-group:/aws/lambda/*');
  });

  test('keeps dead letters for 14 days', () => {
    template.hasResource('AWS::SQS::Queue', {
      Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true }, DeletionPolicy: 'RetainExceptOnCreate',
    });
    template.hasResourceProperties(FUNCTION, { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['ApiDeadLettersC805EB77', 'Arn'] } } });
  });

  test('has a role with what Lambda needs for it, and no policy of AWS on any role', () => {
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    const allowed = statementsOf(template, 'ApiRole').flatMap(({ Action }) => Action).sort();
    expect(allowed).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:SendMessage', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
  });

  test('is called by an alias, which CodeDeploy shifts: a tenth first, the rest after ten minutes', () => {
    template.hasResource('AWS::Lambda::Alias', {
      Properties: { Name: 'live' },
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: 'ApiDeploymentGroupC5BA42E8' } } },
    });
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'] },
    });
    expect(statementsOf(template, 'ApiDeployRole')).toEqual(expect.arrayContaining([
      {
        Effect: 'Allow',
        Action: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
        Resource: expect.arrayContaining([{ 'Fn::GetAtt': ['ApiFunction6BF808ED', 'Arn'] }]),
      },
      { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
    ]));
  });

  test('makes no custom resource and no function beside it', () => {
    template.resourceCountIs(FUNCTION, 1);
    expect(Object.values(template.toJSON().Resources as Record<string, { Type: string }>).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
  });

  test('has resources that CloudFormation can put in an order', () => {
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('leaves cdk-nag nothing to say', () => {
    expect(findings(stack, fn)).toEqual([]);
  });
});

test('has logical ids that are fixed', () => {
  const template = templateOf();
  expect(['AWS::Lambda::Function', 'AWS::Lambda::Alias', 'AWS::Logs::LogGroup', 'AWS::KMS::Key', 'AWS::SQS::Queue'].flatMap((type) => Object.keys(template.findResources(type)))).toEqual([
    'ApiFunction6BF808ED', 'ApiAlias58B2F8C6', 'ApiLogsCD139AD4', 'ApiKey679C99C7', 'ApiDeadLettersC805EB77',
  ]);
});

test.each([['dev', 512, 'absent', 7, 'Delete'], ['staging', 1024, 'absent', 14, 'RetainExceptOnCreate'], ['prod', 1024, 10, 30, 'RetainExceptOnCreate']] as const)(
  'in %s it has %d MiB, %s runs at once, logs of %d days, on deletion %s', (profile, MemorySize, runs, RetentionInDays, DeletionPolicy) => {
    const template = templateOf({}, testStack(inProfile(profile)));
    template.hasResourceProperties(FUNCTION, { MemorySize, ReservedConcurrentExecutions: runs === 'absent' ? Match.absent() : runs });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays }, DeletionPolicy });
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', profile === 'prod' ? 1 : 0);
  });

test('it is as it is asked for', () => {
  const template = templateOf({
    profile: EnvironmentProfile.DEV,
    serviceName: 'Fill Up',
    memory: Size.mebibytes(3008),
    timeout: Duration.seconds(20),
    architecture: lambda.Architecture.X86_64,
    concurrencyLimit: 25,
    environment: { LOG_LEVEL: 'DEBUG', CURRENCY: 'JPY' },
    logRetention: logs.RetentionDays.ONE_YEAR,
  });
  template.hasResourceProperties(FUNCTION, {
    MemorySize: 3008,
    Timeout: 20,
    Architectures: ['x86_64'],
    ReservedConcurrentExecutions: 25,
    Environment: { Variables: { ENVIRONMENT: 'dev', LOG_LEVEL: 'DEBUG', CURRENCY: 'JPY', POWERTOOLS_SERVICE_NAME: 'Fill Up' } },
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
});

test('0 stands for no limit, and never stops the function', () => {
  templateOf({ concurrencyLimit: 0 }).hasResourceProperties(FUNCTION, { ReservedConcurrentExecutions: Match.absent() });
});

test('its code may be an image in ECR, which functions of this account alone may pull', () => {
  const stack = testStack();
  functionIn(stack, { code: FunctionCode.ecr(new ImageRepository(stack, 'Images'), 'v1') });
  const template = Template.fromStack(stack);
  template.hasResourceProperties(FUNCTION, { PackageType: 'Image', Runtime: Match.absent(), Handler: Match.absent(), Code: { ImageUri: Match.anyValue() } });
  const { Statement } = Object.values(template.findResources('AWS::ECR::Repository'))[0].Properties.RepositoryPolicyText;
  expect(Statement).toEqual([{
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', expect.arrayContaining([':function:*'])] } } },
  }]);
});

test('its code may be an image of another stack, by a digest', () => {
  const app = testApp();
  const images = new ImageRepository(new Stack(app, 'Images'), 'Images');
  const stack = new Stack(app, 'Stack');
  const digest = `sha256:${'0'.repeat(64)}`;
  functionIn(stack, { code: FunctionCode.ecr(images, digest) });
  expect(JSON.stringify(Template.fromStack(stack).findResources(FUNCTION))).toContain(`@${digest}`);
  app.synth();
});

test('its code may be an image that is built for its processor', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'api-function-'));
  fs.writeFileSync(path.join(directory, 'Dockerfile'), 'FROM public.ecr.aws/lambda/python:3.13\n');
  const app = testApp();
  const stack = new Stack(app, 'Stack');
  functionIn(stack, { code: FunctionCode.imageAsset(directory) });
  functionIn(stack, { code: FunctionCode.imageAsset(directory), architecture: lambda.Architecture.X86_64 }, 'Other');
  const { artifacts } = app.synth();
  const assets = artifacts.filter(({ id }) => id === 'Stack.assets').map((artifact) => JSON.stringify((artifact as unknown as { contents: object }).contents)).join();
  expect(assets).toContain('linux/arm64');
  expect(assets).toContain('linux/amd64');
});

test('its code may be an archive for a runtime', () => {
  templateOf({ code: zipCode() }).hasResourceProperties(FUNCTION, { Runtime: RUNTIME.name, Handler: 'main.handler', Code: { S3Key: Match.anyValue() } });
});

test('an archive of more than 250 MB is refused, one of up to that is not', () => {
  const asset = (bytes: number): FunctionCode => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'api-function-'));
    fs.mkdirSync(path.join(directory, 'models'));
    const file = path.join(directory, 'models', 'model.bin');
    // without blocks on the disk, and yet as long as it says
    fs.writeFileSync(file, '');
    fs.truncateSync(file, bytes);
    return FunctionCode.zip(lambda.Code.fromAsset(directory), 'main.handler', RUNTIME);
  };
  expect(() => functionIn(testStack(), { code: asset(250 * 1024 * 1024) })).not.toThrow();
  expect(() => functionIn(testStack(), { code: asset(250 * 1024 * 1024 + 1) })).toThrow("'code' of 'Stack/Api' must be at most 250 MB unzipped, got 251 MB: "
    + 'leave out what does not run, or use an image, by FunctionCode.ecr() or imageAsset()');
});

test.each<[Partial<ApiFunctionProps>, string]>([
  [{ memory: Size.mebibytes(127) }, "'memory' must be 128 to 10240, got 127: choose whole MiB within these"],
  [{ memory: Size.mebibytes(10241) }, "'memory' must be 128 to 10240, got 10241: choose whole MiB within these"],
  [{ timeout: Duration.seconds(0) }, "'timeout' must be 1 to 900, got 0: choose whole seconds within these"],
  [{ timeout: Duration.minutes(16) }, "'timeout' must be 1 to 900, got 960: choose whole seconds within these"],
  [{ concurrencyLimit: -1 }, `'concurrencyLimit' must be 0 to ${Number.MAX_SAFE_INTEGER}, got -1: choose a number of runs, 0 for no limit`],
  [{ architecture: lambda.Architecture.custom('riscv64') }, "'architecture' must be ARM_64 or X86_64, got 'riscv64': Lambda has no other processors, so choose one of the two"],
  [{ serviceName: 'käse?' }, "'serviceName' must be 1 to 200 letters, digits, spaces and '_.:/%&#=+-@', got 'käse?': X-Ray takes no other, so rename it"],
  [{ environment: { AWS_REGION: 'x' } }, "variable 'AWS_REGION' must not be set, since Lambda's runtime sets it: give it another name"],
  [{ environment: { '1ST': 'x' } }, "name of a variable must be two or more letters, digits and '_' and begin with a letter, got '1ST': rename it"],
  [{ deployment: Deployment.blueGreen() },
    "'deployment' of 'Stack/Api' must be rolling(), canary() or linear() for a function, got blueGreen(): Lambda keeps no second set running, so choose canary()"],
  [{ deployment: Deployment.rolling({ minHealthyPercent: 50 }) },
    "'deployment' of 'Stack/Api' must be rolling() without options for a function, got some: they are for tasks, of which a function has none, so leave them out"],
  [{ deployment: Deployment.canary({ testPort: 8443 }) },
    "'deployment' of 'Stack/Api' must have no 'testPort' for a function, got some: it is for services behind a load balancer, so leave it out"],
  [{ deployment: Deployment.canary({ percent: 0.5 }) }, "'percent' must be 1 to 99 for a function, got 0.5: CodeDeploy shifts whole percents, and leaves some for the last step, so choose such a share"],
  [{ deployment: Deployment.canary({ percent: 100 }) }, "'percent' must be 1 to 99 for a function, got 100: CodeDeploy shifts whole percents, and leaves some for the last step, so choose such a share"],
  [{ deployment: Deployment.canary({ interval: Duration.minutes(0) }) }, "'interval' must be 1 to 1440 whole minutes for a function, got 0: choose such a time, or rolling() for all at once"],
])('fails: %#', (props, message) => {
  expect(() => templateOf(props)).toThrow(message);
});

test('what is no tag is refused, and what is no runtime', () => {
  const stack = testStack();
  const repository = ecr.Repository.fromRepositoryName(stack, 'Images', 'shop');
  expect(() => FunctionCode.ecr(repository, 'shop:v1')).toThrow(
    "'tagOrDigest' must be a tag of up to 128 letters, digits, '.', '_' and '-', or a digest, got 'shop:v1': name one image, without its repository");
  expect(() => FunctionCode.zip(lambda.Code.fromInline('x'), 'x', lambda.Runtime.FROM_IMAGE)).toThrow(
    "'runtime' must be one of Lambda's, got FROM_IMAGE: use FunctionCode.ecr() or imageAsset() for an image");
});

test('bounds are allowed, and what is known only at deployment passes', () => {
  const least = Deployment.canary({ percent: 1, interval: Duration.minutes(1) });
  expect(() => templateOf({ memory: Size.mebibytes(128), timeout: Duration.seconds(1), deployment: least })).not.toThrow();
  const most = Deployment.canary({ percent: 99 });
  expect(() => templateOf({ memory: Size.mebibytes(10240), timeout: Duration.minutes(15), deployment: most })).not.toThrow();
  templateOf({ concurrencyLimit: Token.asNumber({ Ref: 'Runs' }), timeout: Duration.seconds(Token.asNumber({ Ref: 'Time' })) })
    .hasResourceProperties(FUNCTION, { ReservedConcurrentExecutions: { Ref: 'Runs' }, Timeout: { Ref: 'Time' } });
});

test('more than an account may reserve gives a warning, and no more than that', () => {
  const stack = testStack();
  functionIn(stack, { concurrencyLimit: 901 });
  functionIn(stack, { concurrencyLimit: 900 }, 'Other');
  const text = Match.stringLikeRegexp("'concurrencyLimit' of 'Stack/Api' is 901, and accounts may reserve 900 runs of all functions of a region");
  Annotations.fromStack(stack).hasWarning('/Stack/Api', text);
  Annotations.fromStack(stack).hasNoWarning('/Stack/Other', Match.anyValue());
});

test('the key of the logs may be given, and one whose policy cannot be changed gives a warning', () => {
  const stack = testStack();
  functionIn(stack, { encryptionKey: new kms.Key(stack, 'Key') });
  const imported = kms.Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-west-1:111111111111:key/0');
  functionIn(stack, { encryptionKey: imported }, 'Other');
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::KMS::Key', 1);
  expect(JSON.stringify(template.findResources('AWS::KMS::Key'))).toContain(':log-group:/aws/lambda/*');
  template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: 'arn:aws:kms:eu-west-1:111111111111:key/0' });
  Annotations.fromStack(stack).hasWarning('/Stack/Other', Match.stringLikeRegexp('the policy of the imported key of .Stack/Other. cannot be changed from here'));
  Annotations.fromStack(stack).hasNoWarning('/Stack/Api', Match.anyValue());
});

describe('in a network', () => {
  test('it stands in the app tier, admits nobody, and calls HTTPS alone', () => {
    const stack = testStack();
    const fn = functionIn(stack, { network: appTier(stack) });
    const template = Template.fromStack(stack);
    const SubnetIds = [1, 2].map((zone) => ({ Ref: Match.stringLikeRegexp(`PrivateSubnet${zone}`) }));
    template.hasResourceProperties(FUNCTION, { VpcConfig: { SubnetIds } });
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', Description: 'HTTPS', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }],
      SecurityGroupIngress: Match.absent(),
    });
    expect(fn.connections.securityGroups).toHaveLength(1);
    expect(findings(stack, fn)).toEqual([]);
  });

  test('Lambda may make its network interfaces, and the code may not', () => {
    const stack = testStack();
    functionIn(stack, { network: appTier(stack) });
    const keysOf = (condition: unknown): string[] => Object.keys((condition as { ArnLike?: object } | undefined)?.ArnLike ?? {});
    const statements = statementsOf(Template.fromStack(stack), 'ApiRole').filter(({ Action }) => Action.includes('ec2:CreateNetworkInterface'));
    expect(statements.map(({ Effect, Condition }) => [Effect, keysOf(Condition)]).sort()).toEqual([
      ['Allow', []], ['Deny', ['lambda:SourceFunctionArn']],
    ]);
  });

  test('without internet what it may call must be reached, but for what Lambda calls for it', () => {
    const fine = testStack();
    functionIn(fine, { network: AppNetwork.fromVpc(new AppNetwork(fine, 'Network').vpc, { internetEgress: false }) });
    expect(() => Template.fromStack(fine)).not.toThrow();
    const stack = testStack();
    const network = AppNetwork.fromVpc(new AppNetwork(stack, 'Network').vpc, { internetEgress: false });
    new sqs.Queue(stack, 'Queue').grantSendMessages(functionIn(stack, { network }));
    expect(() => Template.fromStack(stack)).toThrow("'Stack/Api' may call 'sqs' by its role, which its network reaches neither over the internet nor by an endpoint");
  });

  test('it waits for the endpoint of its secret', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() });
    functionIn(stack, { network }).useDatabase(new PrivatePostgres(stack, 'Database', { network }));
    const template = Template.fromStack(stack);
    template.hasResource(FUNCTION, { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^NetworkEndpointssecretsmanager')]) });
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });
});

describe('a database', () => {
  test('is handed over by the ARN of its secret, permission to read it, the security groups, and IAM authentication', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network');
    functionIn(stack, { network }).useDatabase(new PrivatePostgres(stack, 'Database', { network }));
    const template = Template.fromStack(stack);
    const [urlSecret] = Object.keys(template.findResources('AWS::SecretsManager::Secret', { Properties: { Description: 'Connection URL of a PostgreSQL instance' } }));
    template.hasResourceProperties(FUNCTION, { Environment: { Variables: { DATABASE_SECRET_ARN: { Ref: urlSecret } } } });
    expect(statementsOf(template, 'ApiRole')).toEqual(expect.arrayContaining([
      { Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: { Ref: urlSecret } },
      expect.objectContaining({ Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:ViaService': expect.anything() } } }),
      expect.objectContaining({ Action: 'rds-db:connect' }),
    ]));
    const own = { GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] } };
    const egress = Object.values(template.findResources('AWS::EC2::SecurityGroupEgress', { Properties: own }));
    expect(egress.map(({ Properties: { FromPort, ToPort } }) => [FromPort, ToPort])).toEqual([[5432, 5432]]);
    const from = { SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] } };
    expect(Object.values(template.findResources('AWS::EC2::SecurityGroupIngress', { Properties: from }))).toHaveLength(1);
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('without IAM authentication admits it by password alone', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network');
    functionIn(stack, { network }).useDatabase(new PrivatePostgres(stack, 'Database', { network, iamAuthentication: false }));
    expect(JSON.stringify(Template.fromStack(stack))).not.toContain('rds-db:connect');
  });

  test('gets it through the network to another stack, without a circle', () => {
    const app = testApp();
    const data = new Stack(app, 'Data');
    const network = new AppNetwork(data, 'Network');
    const database = new PrivatePostgres(data, 'Database', { network });
    functionIn(new Stack(app, 'Stack'), { network }).useDatabase(database);
    expect(() => app.synth()).not.toThrow();
  });

  test.each(['before', 'after'])('with a read replica that comes %s it is handed over too', (order) => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network');
    const database = new PrivatePostgres(stack, 'Database', { network });
    const fn = functionIn(stack, { network });
    if (order === 'before') database.addReadReplica('Reader');
    fn.useDatabase(database);
    if (order === 'after') database.addReadReplica('Reader');
    Template.fromStack(stack).hasResourceProperties(FUNCTION, {
      Environment: { Variables: { DATABASE_READER_SECRET_ARN: { Ref: Match.stringLikeRegexp('^DatabaseReadReplicasReader') } } },
    });
  });

  test('may have variables of its own, and has the reader\'s without a replica where it is asked for', () => {
    const stack = testStack();
    const network = appTier(stack);
    const fn = functionIn(stack, { network });
    fn.useDatabase(databaseIn(stack, network, false));
    fn.useDatabase(databaseIn(stack, network, false, 'Other'), { variable: 'OTHER_ARN', readerVariable: 'OTHER_READER_ARN' });
    expect(() => fn.useDatabase(databaseIn(stack, network, false, 'Third'))).toThrow(
      "variable 'DATABASE_SECRET_ARN' is set already: remove one of the two, or give it another name");
    const secret = { Ref: Match.stringLikeRegexp('^OtherUrl') };
    Template.fromStack(stack).hasResourceProperties(FUNCTION, { Environment: { Variables: { OTHER_ARN: secret, OTHER_READER_ARN: secret } } });
    expect(network.required).toContain('secretsmanager by Api');
  });

  test('is out of reach without a network, and the error names it', () => {
    const stack = testStack();
    const message = "'network' of 'Stack/Api' must be given for what is in a VPC, such as a database, got none: a function outside of it has no way in, so give it the network";
    const fn = functionIn(stack);
    expect(() => fn.useDatabase(databaseIn(stack, appTier(stack), false))).toThrow(message);
    expect(() => fn.connections).toThrow(message);
  });
});

test('a queue is handed over by its URL and the permission to send, inside of a network and outside', () => {
  const stack = testStack();
  const network = appTier(stack);
  const builds = new WorkQueue(stack, 'Builds');
  functionIn(stack).useQueue(builds);
  functionIn(stack, { network }, 'Inside').useQueue(builds, { variable: 'BUILDS_URL' });
  const template = Template.fromStack(stack);
  template.hasResourceProperties(FUNCTION, { Environment: { Variables: { QUEUE_URL: { Ref: 'BuildsQueueFCFF536D' } } } });
  template.hasResourceProperties(FUNCTION, { Environment: { Variables: { BUILDS_URL: { Ref: 'BuildsQueueFCFF536D' } } } });
  expect(statementsOf(template, 'ApiRole')).toContainEqual({
    Effect: 'Allow', Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'], Resource: { 'Fn::GetAtt': ['BuildsQueueFCFF536D', 'Arn'] },
  });
  expect(network.required).toEqual(['sqs by Inside']);
});

test('a variable is set once', () => {
  const fn = functionIn(testStack(), { environment: { CURRENCY: 'JPY' } });
  fn.addEnvironment('PLACE', 'Tokyo');
  expect(() => fn.addEnvironment('PLACE', 'Osaka')).toThrow("variable 'PLACE' is set already: remove one of the two, or give it another name");
  expect(() => fn.addEnvironment('CURRENCY', 'EUR')).toThrow("variable 'CURRENCY' is set already");
  expect(() => fn.addEnvironment('LOG_LEVEL', 'DEBUG')).toThrow("variable 'LOG_LEVEL' is set already");
});

test('CDK grants to it as to any other', () => {
  const stack = testStack();
  new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }).grantReadData(functionIn(stack));
  expect(JSON.stringify(statementsOf(Template.fromStack(stack), 'ApiRole'))).toContain('dynamodb:GetItem');
});
