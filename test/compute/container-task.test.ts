import { App, Aws, Duration, RemovalPolicy, Size, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { appTier, circles, clusterIn, databaseIn, findings, serviceIn } from './app-tier';
import { ContainerService, ContainerServiceProps, Deployment, EnvironmentProfile, PrivatePostgres } from '../../src';
import { FLAG_SETS, inProfile, testStack } from '../harness';

interface Container { Environment: { Name: string; Value: string }[]; [property: string]: unknown }

const templateOf = (props: Partial<ContainerServiceProps> = {}, stack = testStack()): Template => {
  serviceIn(stack, props);
  return Template.fromStack(stack);
};
const appOf = (template: Template): Container =>
  Object.values(template.findResources('AWS::ECS::TaskDefinition'))[0].Properties.ContainerDefinitions.find(({ Name }: { Name: string }) => Name === 'App');
const statementsOf = (template: Template, role: string): { Action: string | string[]; Resource: unknown }[] =>
  Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

describe.each(FLAG_SETS)('a service with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const network = appTier(stack);
  const cluster = clusterIn(stack, network);
  const api = serviceIn(stack, { cluster, enableExecuteCommand: true });
  const database = databaseIn(stack, network, false);
  api.useDatabase(database);
  const template = Template.fromStack(stack);

  test('is half a virtual CPU with 1 GiB on Linux and x86', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '512', Memory: '1024', NetworkMode: 'awsvpc', RuntimePlatform: { OperatingSystemFamily: 'LINUX', CpuArchitecture: 'X86_64' },
    });
  });

  test('runs in the app subnets without public addresses, under its own security group', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          Subnets: [{ Ref: Match.stringLikeRegexp('PrivateSubnet1') }, { Ref: Match.stringLikeRegexp('PrivateSubnet2') }],
          SecurityGroups: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] }],
        },
      },
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Stack/Api/SecurityGroup',
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: '-1' })],
    });
  });

  test('is never replaced for a change of launch type or controller', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      LaunchType: Match.absent(),
      ServiceName: Match.absent(),
      DeploymentController: { Type: 'ECS' },
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 1 }],
      PlatformVersion: 'LATEST',
    });
  });

  test('hands its tags on to its tasks', () => {
    template.hasResourceProperties('AWS::ECS::Service', { PropagateTags: 'SERVICE', EnableECSManagedTags: true });
  });

  test('has no deployment alarms and no grace period until it is given alarms and a load balancer', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: { Alarms: Match.absent() }, HealthCheckGracePeriodSeconds: Match.absent(),
    });
  });

  test('may pull its image, write its log and read its secret to start', () => {
    const statements = statementsOf(template, 'ExecutionRole');
    expect(statements.map(({ Action }) => [Action].flat().sort())).toEqual([
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      ['ecr:GetAuthorizationToken'],
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    ]);
    expect(statements.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)).toEqual(['ecr:GetAuthorizationToken']);
  });

  test('has no policy of AWS on any role', () => {
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('is assumed by tasks of this account and region alone', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', Match.arrayWith([':ecs:', { Ref: 'AWS::Region' }])] } },
          },
        })],
      },
    });
  });

  test('allows shells', () => {
    template.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: true });
  });

  test('starts when its permissions and the way to the database stand', () => {
    const idOf = (type: string, text: string): string => Object.keys(template.findResources(type)).find((id) => id.includes(text))!;
    template.hasResource('AWS::ECS::Service', {
      DependsOn: Match.arrayWith([idOf('AWS::IAM::Policy', 'ExecutionRole'), idOf('AWS::EC2::SecurityGroupIngress', 'DatabaseSecurityGroup')].sort()),
    });
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack, api)).toEqual([]);
  });

  test('CloudFormation finds an order for it all', () => {
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('synthesis warns of nothing', () => {
    const { messages } = (stack.node.root as App).synth().getStackArtifact(stack.artifactId);
    expect(messages.filter(({ level }) => level !== 'info').map(({ entry }) => entry.data)).toEqual([]);
  });
});

describe('size and platform', () => {
  test('are props', () => {
    templateOf({ cpu: 1024, memory: Size.gibibytes(4), architecture: ecs.CpuArchitecture.ARM64 }).hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '1024', Memory: '4096', RuntimePlatform: { CpuArchitecture: 'ARM64' },
    });
  });

  test('fail where Fargate has no such size', () => {
    expect(() => templateOf({ memory: Size.mebibytes(512) })).toThrow(
      "'memory' must be 1 to 4 GiB in steps of 1 GiB where 'cpu' is 512, got 512 MiB: change either",
    );
  });
});

describe('Spot', () => {
  const base = [{ CapacityProvider: 'FARGATE', Base: 1, Weight: 0 }, { CapacityProvider: 'FARGATE_SPOT', Weight: 1 }];
  test.each([
    ['in dev', inProfile('dev'), {}, base],
    ['in staging', inProfile('staging'), {}, [{ ...base[0], Base: 2 }, base[1]]],
    ['in prod', inProfile('prod'), {}, [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 1 }]],
    ['where asked for', inProfile('prod'), { spot: true, scaling: { minTasks: 3 } }, [{ ...base[0], Base: 3 }, base[1]]],
    ['where refused', inProfile('dev'), { spot: false }, [{ CapacityProvider: 'FARGATE', Base: 1, Weight: 1 }]],
  ])('%s: the minimum always runs on demand', (_, context, props, strategy) => {
    templateOf(props, testStack(context)).hasResourceProperties('AWS::ECS::Service', { CapacityProviderStrategy: strategy });
  });
});

describe('the log group', () => {
  test.each([
    ['dev', 7, 'Delete', 'Delete'], ['staging', 14, 'RetainExceptOnCreate', 'Retain'], ['prod', 30, 'RetainExceptOnCreate', 'Retain'],
  ] as const)('in %s is kept %d days; on deletion: %s', (profile, RetentionInDays, DeletionPolicy, UpdateReplacePolicy) => {
    const template = templateOf({}, testStack(inProfile(profile)));
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays, LogGroupName: { 'Fn::Join': ['', [`/ecs/stack-${profile}/api-`, Match.anyValue()]] } }, DeletionPolicy, UpdateReplacePolicy,
    });
  });

  test('may be kept longer', () => {
    templateOf({ logRetention: RetentionDays.ONE_YEAR }).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });

  test('follows a profile of one\'s own', () => {
    const profile = EnvironmentProfile.PROD.extend({ name: 'demo', removalPolicy: RemovalPolicy.DESTROY });
    const template = templateOf({ profile });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: { 'Fn::Join': ['', ['/ecs/stack-demo/api-', Match.anyValue()]] } }, DeletionPolicy: 'Delete',
    });
    expect(appOf(template).Environment).toEqual([{ Name: 'ENVIRONMENT', Value: 'demo' }]);
  });

  test('does not hold the application up', () => {
    expect(appOf(templateOf()).LogConfiguration).toMatchObject({ LogDriver: 'awslogs', Options: { 'mode': 'non-blocking', 'awslogs-stream-prefix': 'task' } });
  });
});

describe('the container', () => {
  const app = appOf(templateOf());

  test('has an init process, 30 s to stop, a writable file system and no health check of its own', () => {
    expect(app).toMatchObject({ Name: 'App', Essential: true, StopTimeout: 30, LinuxParameters: { InitProcessEnabled: true }, ReadonlyRootFilesystem: false });
    expect(app).not.toHaveProperty('HealthCheck');
    expect(app).not.toHaveProperty('Command');
    expect(app.LinuxParameters).not.toHaveProperty('Tmpfs');
  });

  test('may run another command', () => {
    expect(appOf(templateOf({ command: ['uvicorn', 'app:app'] })).Command).toEqual(['uvicorn', 'app:app']);
  });

  test('with a read-only file system writes to /tmp in memory', () => {
    expect(appOf(templateOf({ readonlyRootFilesystem: true }))).toMatchObject({
      ReadonlyRootFilesystem: true, LinuxParameters: { Tmpfs: [{ ContainerPath: '/tmp', Size: 128 }] },
    });
  });

  test('fails with a read-only file system and a shell', () => {
    expect(() => templateOf({ readonlyRootFilesystem: true, enableExecuteCommand: true })).toThrow(
      "'enableExecuteCommand' must not be combined with 'readonlyRootFilesystem', got both: a session writes to the root file system, so switch one of them off",
    );
  });

  test.each([
    [['curl', '--fail', 'http://localhost:8000/healthz'], ['CMD', 'curl', '--fail', 'http://localhost:8000/healthz']],
    [['/healthy'], ['CMD', '/healthy']],
    [['CMD-SHELL', 'test -f /tmp/ok'], ['CMD-SHELL', 'test -f /tmp/ok']],
    [['CMD', '/healthy'], ['CMD', '/healthy']],
  ])('is asked for its health by %j', (healthCheckCommand, Command) => {
    expect(appOf(templateOf({ healthCheckCommand })).HealthCheck).toEqual({ Command, Interval: 30, Timeout: 5, Retries: 3, StartPeriod: 60 });
  });

  test('fails with a health check without elements', () => {
    expect(() => templateOf({ healthCheckCommand: [] })).toThrow(
      "'healthCheckCommand' must have at least one element, got none: leave it out, or name a program of the image",
    );
  });

  test('fails with a health check whose words are not known, as the first of them counts', () => {
    expect(() => templateOf({ healthCheckCommand: Token.asList({ Ref: 'Words' }) })).toThrow(
      "'healthCheckCommand' must be a list known at synthesis, got a token: list its words one by one, each of which may be a token",
    );
  });

  test.each(['stopTimeout', 'healthCheckGracePeriod'] as const)('fails with a token as %s that would have to be converted', (prop) => {
    expect(() => templateOf({ [prop]: Duration.minutes(Token.asNumber({ Ref: 'Minutes' })) })).toThrow(
      `'${prop}' must be in seconds where it is a token, got minutes: write Duration.seconds()`,
    );
  });

  test.each([
    ['Api', 'Stack/Api/SecurityGroup'],
    ['Größe 注文 🚀', 'Stack/Gr--e -- --/SecurityGroup'],
    ['x'.repeat(300), `Stack/${'x'.repeat(249)}`],
  ])('of the id %s has a security group that EC2 takes', (id, description) => {
    const stack = testStack();
    const network = appTier(stack);
    new ContainerService(stack, id, { cluster: clusterIn(stack, network), image: ecs.ContainerImage.fromRegistry('example/api:1'), port: 8000, discoveryName: 'api' });
    const descriptions = Object.values(Template.fromStack(stack).findResources('AWS::EC2::SecurityGroup')).map(({ Properties }) => Properties.GroupDescription);
    expect(descriptions).toContain(description);
  });

  test('may take longer to stop', () => {
    expect(appOf(templateOf({ stopTimeout: Duration.seconds(120) })).StopTimeout).toBe(120);
  });

  test.each([[1000, 1], [121_000, 121], [2500, 2.5]])('fails with %d ms to stop', (milliseconds, seconds) => {
    expect(() => templateOf({ stopTimeout: Duration.millis(milliseconds) })).toThrow(
      `'stopTimeout' must be 2 to 120 whole seconds, got ${seconds}: choose a time within these, Fargate waits no longer for work to be finished or handed back`,
    );
  });
});

describe('the grace period', () => {
  const balanced = (props: Partial<ContainerServiceProps>): Template => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network), healthCheckCommand: ['true'], ...props });
    new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc: network.vpc }).addListener('Http', { port: 80 })
      .addTargets('Api', { port: 8000, targets: [api.fargateService] });
    return Template.fromStack(stack);
  };

  test.each([[undefined, 60], [Duration.minutes(5), 300], [Duration.seconds(0), 0]])('%s holds for load balancer and container', (healthCheckGracePeriod, seconds) => {
    const template = balanced({ healthCheckGracePeriod });
    template.hasResourceProperties('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: seconds });
    expect(appOf(template).HealthCheck).toMatchObject({ StartPeriod: seconds });
  });

  test('fails beyond 300 s', () => {
    expect(() => templateOf({ healthCheckGracePeriod: Duration.seconds(301) })).toThrow(
      "'healthCheckGracePeriod' must be 0 to 300 whole seconds, got 301: choose a time within these, what takes longer to start belongs in a migration or in the image",
    );
  });
});

describe('variables', () => {
  test('tell the environment, unless the application has its own word for it', () => {
    expect(appOf(templateOf({}, testStack(inProfile('dev')))).Environment).toEqual([{ Name: 'ENVIRONMENT', Value: 'dev' }]);
    expect(appOf(templateOf({ environment: { ENVIRONMENT: 'live' } })).Environment).toEqual([{ Name: 'ENVIRONMENT', Value: 'live' }]);
  });

  test('come from the props and later', () => {
    const stack = testStack();
    serviceIn(stack, { environment: { A: '1', empty: '' } }).addEnvironment('spring.profiles-active', Aws.REGION);
    expect(appOf(Template.fromStack(stack)).Environment.slice(1)).toEqual([
      { Name: 'A', Value: '1' }, { Name: 'empty', Value: '' }, { Name: 'spring.profiles-active', Value: { Ref: 'AWS::Region' } },
    ]);
  });

  test('stand in the order of their names, whatever the order of the map', () => {
    const namesOf = (...names: string[]): string[] => {
      const stack = testStack();
      const secret = ecs.Secret.fromSecretsManager(new secretsmanager.Secret(stack, 'Secret'));
      serviceIn(stack, {
        environment: Object.fromEntries(names.map((name) => [name, 'x'])),
        secrets: Object.fromEntries(names.map((name) => [`${name}_SECRET`, secret])),
      });
      const { Environment, Secrets } = appOf(Template.fromStack(stack));
      return ([Environment, Secrets].flat() as { Name: string }[]).map(({ Name }) => Name);
    };
    expect(namesOf('B', 'A')).toEqual(['ENVIRONMENT', 'A', 'B', 'A_SECRET', 'B_SECRET']);
    expect(namesOf('B', 'A')).toEqual(namesOf('A', 'B'));
  });

  test('come from secrets and parameters, with the permission to read just these', () => {
    const stack = testStack();
    const network = appTier(stack);
    const secret = new secretsmanager.Secret(stack, 'Secret');
    const api = serviceIn(stack, { cluster: clusterIn(stack, network), secrets: { KEY: ecs.Secret.fromSecretsManager(secret, 'key') } });
    api.addSecret('LEVEL', ecs.Secret.fromSsmParameter(new ssm.StringParameter(stack, 'Level', { stringValue: 'info' })));
    const template = Template.fromStack(stack);
    expect(appOf(template).Secrets).toEqual([
      { Name: 'KEY', ValueFrom: { 'Fn::Join': ['', [{ Ref: expect.stringMatching(/^Secret/) }, ':key::']] } }, { Name: 'LEVEL', ValueFrom: expect.anything() },
    ]);
    expect(statementsOf(template, 'ExecutionRole').flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining([
      'secretsmanager:DescribeSecret', 'ssm:DescribeParameters',
    ]));
    expect(network.required).toEqual(expect.arrayContaining(['secretsmanager by Api', 'ssm by Api']));
  });

  test.each<[string, (api: ContainerService) => void]>([
    ['A', (api) => api.addEnvironment('A', '2')],
    ['A', (api) => api.addSecret('A', ecs.Secret.fromSecretsManager(new secretsmanager.Secret(api, 'Secret')))],
    ['ENVIRONMENT', (api) => api.addEnvironment('ENVIRONMENT', 'live')],
  ])('fail when %s is set twice', (name, again) => {
    const api = serviceIn(testStack(), { environment: { A: '1' } });
    expect(() => again(api)).toThrow(`variable '${name}' is set already: remove one of the two, or give it another name`);
  });

  test.each(['1ST', 'MY VAR', 'A=B', ''])("fail when named '%s'", (name) => {
    expect(() => serviceIn(testStack()).addEnvironment(name, '')).toThrow(
      `name of a variable must be letters, digits, '_', '.' and '-' and not begin with a digit, got '${name}': rename it`,
    );
  });
});

describe('a database', () => {
  test('is handed over as DATABASE_URL from its secret, and admits the tasks', () => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network) });
    api.useDatabase(databaseIn(stack, network, false));
    const template = Template.fromStack(stack);
    expect(appOf(template).Secrets).toEqual([{ Name: 'DATABASE_URL', ValueFrom: { Ref: expect.stringMatching(/^DatabaseUrl/) } }]);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DatabaseSecurityGroup'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] },
      FromPort: 5432,
      ToPort: 5432,
      IpProtocol: 'tcp',
    });
    expect(network.required).toContain('secretsmanager by Api');
  });

  test('whose secrets have an imported key is readable: the execution role may use the key through Secrets Manager', () => {
    const stack = testStack();
    const network = appTier(stack);
    const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/abc';
    const database = new PrivatePostgres(stack, 'Database', { network, secretsKey: kms.Key.fromKeyArn(stack, 'Shared', keyArn) });
    serviceIn(stack, { cluster: clusterIn(stack, network) }).useDatabase(database);
    expect(statementsOf(Template.fromStack(stack), 'ExecutionRole')).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keyArn,
      Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } } },
    });
  });

  test('may go by another variable, and a second must', () => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network) });
    const reports = databaseIn(stack, network, false, 'Reports');
    api.useDatabase(databaseIn(stack, network, false));
    expect(() => api.useDatabase(reports)).toThrow("variable 'DATABASE_URL' is set already: remove one of the two, or give it another name");
    api.useDatabase(reports, { variable: 'REPORTS_URL' });
    expect(appOf(Template.fromStack(stack)).Secrets).toContainEqual({ Name: 'REPORTS_URL', ValueFrom: { Ref: expect.stringMatching(/^ReportsUrl/) } });
  });
});

describe('what the network is told', () => {
  const requiredBy = (props: Partial<ContainerServiceProps>): string[] => {
    const stack = testStack();
    const network = appTier(stack);
    serviceIn(stack, { cluster: clusterIn(stack, network), ...props });
    return network.required;
  };

  test('a task pulls from ECR and logs', () => {
    expect(requiredBy({})).toEqual(['ecr.api by Api', 'ecr.dkr by Api', 's3 by Api', 'logs by Api']);
  });

  test.each<[string, ecs.ContainerImage | undefined]>([
    ['a repository', undefined], ['its address', ecs.ContainerImage.fromRegistry('111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:v1')],
  ])('also where account and region are known, by %s', (_name, image) => {
    const stack = testStack({}, { account: '111111111111', region: 'eu-west-1' });
    const network = appTier(stack, false);
    serviceIn(stack, { cluster: clusterIn(stack, network), image });
    expect(network.required).toEqual(['ecr.api by Api', 'ecr.dkr by Api', 's3 by Api', 'logs by Api']);
  });

  test('a shell is a session of Systems Manager', () => {
    expect(requiredBy({ enableExecuteCommand: true })).toContain('ssmmessages by Api');
  });

  test('an image from elsewhere does not come from ECR, nor does the task need to be let in there', () => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network), image: ecs.ContainerImage.fromRegistry('ghcr.io/shop/api:v1') });
    expect(network.required).toEqual(['logs by Api']);
    expect(findings(stack, api)).toEqual([]);
  });

  test('an image from elsewhere fails where the app tier does not reach the internet', () => {
    const stack = testStack();
    const cluster = clusterIn(stack, appTier(stack, false));
    expect(() => serviceIn(stack, { cluster, image: ecs.ContainerImage.fromRegistry('nginx') })).toThrow(
      "'image' of 'Stack/Api' must be in ECR, got 'nginx': the app tier of this network does not reach the internet, so push the image to an ImageRepository",
    );
    expect(() => serviceIn(stack, { cluster, image: ecs.ContainerImage.fromRegistry(Token.asString({ Ref: 'Image' })) }, 'Later')).not.toThrow();
  });
});

describe('rollback', () => {
  const alarmIn = (stack: Stack, id: string): cloudwatch.Alarm =>
    new cloudwatch.Alarm(stack, id, { metric: new cloudwatch.Metric({ namespace: 'Shop', metricName: id }), threshold: 1, evaluationPeriods: 1 });

  test('follows all alarms of all calls, each once', () => {
    const stack = testStack();
    const api = serviceIn(stack);
    const [errors, latency, byName] = [alarmIn(stack, 'Errors'), alarmIn(stack, 'Latency'), cloudwatch.Alarm.fromAlarmName(stack, 'Named', 'cpu-of-api')];
    api.rollbackOn(errors);
    api.rollbackOn();
    api.rollbackOn(latency, errors);
    api.rollbackOn(byName);
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        Alarms: { Enable: true, Rollback: true, AlarmNames: [{ Ref: Match.stringLikeRegexp('^Errors') }, { Ref: Match.stringLikeRegexp('^Latency') }, 'cpu-of-api'] },
      },
    });
  });

  test('adds to alarms enabled on the service itself', () => {
    const stack = testStack();
    const api = serviceIn(stack);
    api.fargateService.enableDeploymentAlarms(['mine']);
    api.rollbackOn(alarmIn(stack, 'Errors'));
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: { Alarms: { AlarmNames: ['mine', { Ref: Match.stringLikeRegexp('^Errors') }] } },
    });
  });

  test('that is switched off leaves the deployment where the alarm ended it', () => {
    const stack = testStack();
    serviceIn(stack, { deployment: Deployment.rolling({ rollback: false }) }).rollbackOn(alarmIn(stack, 'Errors'));
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', { DeploymentConfiguration: { Alarms: { Enable: true, Rollback: false } } });
  });
});

describe('start order', () => {
  test('of anything: the service waits, its scaling does not', () => {
    const stack = testStack();
    const api = serviceIn(stack);
    api.startAfter(new sns.Topic(stack, 'Topic'));
    const template = Template.fromStack(stack);
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([topic]) });
    template.allResources('AWS::ApplicationAutoScaling::ScalableTarget', { DependsOn: Match.not(Match.arrayWith([topic])) });
  });

  test('of services fails in a circle, however long, and leaves the rest alone', () => {
    const stack = testStack();
    const cluster = clusterIn(stack);
    const image = ecs.ContainerImage.fromRegistry('nginx');
    const [a, b, c] = ['A', 'B', 'C'].map((id) => serviceIn(stack, { cluster, image }, id));
    b.startAfter(a);
    c.startAfter(b, a);
    expect(() => a.startAfter(c)).toThrow(
      "'Stack/A' cannot start after 'Stack/C', which starts after it: drop one of the two orders, which useService() leaves out by 'startAfter'",
    );
    expect(() => a.startAfter(a)).toThrow("'Stack/A' cannot start after 'Stack/A'");
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

test('what a task may do is granted to it as to any CDK construct', () => {
  const stack = testStack();
  new sns.Topic(stack, 'Topic').grantPublish(serviceIn(stack));
  expect(statementsOf(Template.fromStack(stack), 'TaskRole')).toEqual([{ Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: expect.stringMatching(/^Topic/) } }]);
});

test('sidecars join the task', () => {
  const stack = testStack();
  serviceIn(stack).taskDefinition.addContainer('Agent', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/xray/aws-xray-daemon') });
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ Name: 'App' }, { Name: 'Agent' }] });
});

test('other constructs connect to and from it as to any CDK construct', () => {
  const stack = testStack();
  const api = serviceIn(stack);
  api.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/8'));
  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.0.0.0/8', FromPort: 8000, ToPort: 8000 })],
  });
});
