import { App, CfnParameter, RemovalPolicy, Size, Stack, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { appTier, circles, clusterIn, ecrImage, findings, serviceIn } from './app-tier';
import { EnvironmentProfile, RedisService, RedisServiceOptions, SharedFiles, WorkHours } from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

interface ScheduledAction { readonly ScalableTargetAction: { readonly MaxCapacity: number } }
interface Container { Command: string[]; Image: unknown; [property: string]: unknown }

/** Redis with its files and a service that may use it. */
function tier(options: RedisServiceOptions = {}, keeps = true, stack = testStack()) {
  const network = appTier(stack);
  const cluster = clusterIn(stack, network);
  const files = new SharedFiles(stack, 'Files', { network });
  const redis = new RedisService(stack, 'Redis', { cluster, ...keeps && { files }, ...options });
  return { stack, network, cluster, files, redis };
}

const templateOf = (options: RedisServiceOptions = {}, keeps = true): Template => Template.fromStack(tier(options, keeps).stack);
const containerOf = (template: Template): Container =>
  Object.entries(template.findResources('AWS::ECS::TaskDefinition')).find(([id]) => id.startsWith('Redis'))![1].Properties.ContainerDefinitions[0];
const settingOf = (template: Template, name: string): string | undefined => {
  const { Command } = containerOf(template);
  const at = Command.indexOf(`--${name}`);
  return at < 0 ? undefined : Command[at + 1];
};

describe.each(FLAG_SETS)('Redis with %s', (_, flags) => {
  const { stack, cluster, redis } = tier({}, true, new Stack(new App({ context: flags }), 'Stack'));
  const api = serviceIn(stack, { cluster });
  api.useService(redis);
  const template = Template.fromStack(stack);

  test('is one: the old task is told to stop before the new one starts, and no zone is balanced against another', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100, Strategy: 'ROLLING', DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
      AvailabilityZoneRebalancing: 'DISABLED',
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 1, Weight: 1 }],
    });
  });

  test('is not scaled by load', () => {
    const targets = Object.entries(template.findResources('AWS::ApplicationAutoScaling::ScalableTarget')).filter(([id]) => id.startsWith('Redis'));
    expect(targets.map(([, { Properties }]) => [Properties.MinCapacity, Properties.MaxCapacity])).toEqual([[1, 1]]);
    expect(Object.keys(template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy')).filter((id) => id.startsWith('Redis'))).toEqual([]);
  });

  test('is a quarter of a virtual CPU with 512 MiB, and redis 7 of the public gallery', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '256', Memory: '512' });
    expect(containerOf(template)).toMatchObject({ Image: 'public.ecr.aws/docker/library/redis:7.4-alpine', PortMappings: [{ ContainerPort: 6379, Protocol: 'tcp' }] });
  });

  test('writes each change to a file, takes no snapshots besides, and lets keys with an expiry give way at three quarters of the memory', () => {
    expect(containerOf(template).Command).toEqual([
      'redis-server', '--port', '6379', '--protected-mode', 'no', '--dir', '/data', '--save', '', '--appendonly', 'yes', '--maxmemory', '384mb', '--maxmemory-policy', 'volatile-lru',
    ]);
  });

  test('keeps its data in a directory of its own, as the user that the image runs it as', () => {
    template.hasResourceProperties('AWS::EFS::AccessPoint', { PosixUser: { Uid: '999', Gid: '999' }, RootDirectory: { Path: '/redis' } });
    expect(containerOf(template).MountPoints).toEqual([{ ContainerPath: '/data', SourceVolume: 'data', ReadOnly: false }]);
  });

  test('is healthy when it answers PONG, not while it is loading, and ends before a new one on Fargate could read its file', () => {
    expect(containerOf(template)).toMatchObject({
      HealthCheck: { Command: ['CMD-SHELL', 'redis-cli ping | grep -q PONG'], Interval: 30, Timeout: 5, Retries: 3, StartPeriod: 300 }, StopTimeout: 30,
    });
  });

  test('has a name and an address', () => {
    expect([redis.hostName, redis.port, redis.privateUrl]).toEqual(['redis.shop.local', 6379, 'redis://redis.shop.local:6379']);
  });

  test('gives its users the address, and admits them to its port alone', () => {
    const [, task] = Object.entries(template.findResources('AWS::ECS::TaskDefinition')).find(([id]) => id.startsWith('Api'))!;
    expect(task.Properties.ContainerDefinitions[0].Environment).toContainEqual({ Name: 'REDIS_URL', Value: 'redis://redis.shop.local:6379' });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RedisServerSecurityGroup'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] },
      FromPort: 6379,
      ToPort: 6379,
    });
  });

  test('starts before its users, who wait for the service and for nothing else of it', () => {
    const [, service] = Object.entries(template.findResources('AWS::ECS::Service')).find(([id]) => id.startsWith('Api'))!;
    const own = service.DependsOn.filter((id: string) => id.startsWith('RedisServer') && !id.startsWith('RedisServerSecurityGroup'));
    expect(own).toEqual([expect.stringMatching('^RedisServerService[0-9A-F]{8}$')]);
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('its service has an id that stays', () => {
    expect(Object.keys(template.findResources('AWS::ECS::Service'))).toContain('RedisServerService1B27C8CD');
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack, redis)).toEqual([]);
  });
});

test('what it is made of can be read', () => {
  const { redis } = tier();
  expect(redis.taskDefinition.defaultContainer).toBe(redis.container);
  expect(redis.fargateService.taskDefinition).toBe(redis.taskDefinition);
  expect(redis.connections.securityGroups).toEqual([redis.securityGroup]);
  expect(redis.logGroup.node.path).toBe('Stack/Redis/Server/Logs');
});

describe('in memory', () => {
  test('writes no file', () => {
    const template = templateOf({}, false);
    expect(settingOf(template, 'appendonly')).toBe('no');
    expect(settingOf(template, 'save')).toBe('');
    template.resourceCountIs('AWS::EFS::AccessPoint', 0);
    expect(containerOf(template)).toMatchObject({ HealthCheck: { StartPeriod: 60 } });
  });

  test('has nothing by which a schedule could stop it', () => {
    templateOf({}, false).resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
  });
});

describe('outside working hours', () => {
  const rest = (keeps: boolean): Template => {
    const { stack, cluster } = tier({}, keeps);
    serviceIn(stack, { cluster });
    new WorkHours(stack, 'WorkHours', { start: '08:00', end: '19:00', timeZone: TimeZone.EUROPE_ROME }).include(stack);
    return Template.fromStack(stack);
  };
  const actionsOf = (template: Template): number[][] => Object.entries(template.findResources('AWS::ApplicationAutoScaling::ScalableTarget'))
    .filter(([id]) => id.startsWith('Redis'))
    .map(([, { Properties }]) => (Properties.ScheduledActions as ScheduledAction[]).map((action) => action.ScalableTargetAction.MaxCapacity));

  test('rests with its data on files, and comes back as one', () => expect(actionsOf(rest(true))).toEqual([[1, 0]]));
  test('goes on in memory, which would be lost', () => expect(actionsOf(rest(false))).toEqual([]));
});

describe('options', () => {
  test('directory', () => {
    templateOf({ directory: '/cache' }).hasResourceProperties('AWS::EFS::AccessPoint', { RootDirectory: { Path: '/cache' } });
  });

  test('a directory without files is refused', () => {
    expect(() => tier({ directory: '/cache' }, false))
      .toThrow(new Error("'directory' must stand beside 'files', got '/cache' alone: pass the files that it is on, or leave it out"));
  });

  test('image', () => {
    const { stack, cluster } = tier({}, false);
    new RedisService(stack, 'Other', { cluster, discoveryName: 'other', image: ecrImage(stack) });
    const image = Object.entries(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition')).find(([id]) => id.startsWith('Other'))![1].Properties.ContainerDefinitions[0].Image;
    expect(JSON.stringify(image)).toContain('.dkr.ecr.');
  });

  test('cpu, memory', () => {
    const template = templateOf({ cpu: 1024, memory: Size.gibibytes(4) });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '1024', Memory: '4096' });
    expect(settingOf(template, 'maxmemory')).toBe('3072mb');
  });

  test('memory that is known at deployment leaves the limit to the user', () => {
    const stack = testStack();
    const memory = Size.mebibytes(new CfnParameter(stack, 'Memory', { type: 'Number' }).valueAsNumber);
    tier({ memory }, true, stack);
    expect(settingOf(Template.fromStack(stack), 'maxmemory')).toBeUndefined();
  });

  test('discoveryName', () => {
    const { redis } = tier({ discoveryName: 'broker' });
    expect(redis.privateUrl).toBe('redis://broker.shop.local:6379');
  });

  test('parameters win over ours, come by their names, and may have several words', () => {
    const template = templateOf({ parameters: { 'timeout': '300', 'maxmemory-policy': 'noeviction', 'client-output-buffer-limit': 'normal 0 0 0' } });
    expect(containerOf(template).Command.slice(11)).toEqual([
      '--client-output-buffer-limit', 'normal', '0', '0', '0', '--maxmemory', '384mb', '--maxmemory-policy', 'noeviction', '--timeout', '300',
    ]);
  });

  test('logRetention, else from the profile', () => {
    templateOf({ logRetention: RetentionDays.ONE_YEAR }).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    const stack = testStack(inProfile('dev'));
    tier({}, true, stack);
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  test('profile', () => {
    const { stack, cluster } = tier();
    new RedisService(stack, 'Other', { cluster, discoveryName: 'other', profile: EnvironmentProfile.DEV });
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  test('Spot is never used, whatever the profile says', () => {
    const stack = testStack(inProfile('dev'));
    tier({}, true, stack);
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::ECS::Service'))).not.toContain('FARGATE_SPOT');
  });

  test.each<[{ [name: string]: string }, string]>([
    [{ port: '6380' }, "'parameters' must not hold 'port', got '6380': it is RedisService's own, leave it out"],
    [{ appendonly: 'no' }, "'parameters' must not hold 'appendonly', got 'no': it is RedisService's own, leave it out"],
    [{ requirepass: 'x' }, "'parameters' must not hold 'requirepass', got 'x': it is RedisService's own, leave it out"],
    [{ 'Max Memory': '1' }, "'parameters' must bear the names of redis.conf, lower-case letters, digits and hyphens, got 'Max Memory': correct it"],
    [{ timeout: ' ' }, "'parameters' must have a value for 'timeout', got none: leave it out, or give one"],
  ])('fails on parameters %j', (parameters, message) => {
    expect(() => tier({ parameters })).toThrow(new Error(message));
  });
});

test('the default image is refused where the internet is not reached', () => {
  const stack = testStack();
  expect(() => new RedisService(stack, 'Redis', { cluster: clusterIn(stack, appTier(stack, false)) })).toThrow(new Error(
    "'image' of 'Stack/Redis/Server' must be in ECR, got 'public.ecr.aws/docker/library/redis:7.4-alpine': "
    + 'the app tier of this network does not reach the internet, so push the image to an ImageRepository'));
});

test('two on one directory are refused', () => {
  const { stack, cluster, files } = tier();
  expect(() => new RedisService(stack, 'Other', { cluster, files, discoveryName: 'other' })).toThrow(new Error(
    "'directory' of 'Stack/Other' must be its alone, got '/redis' as in 'Stack/Redis': two servers on one would destroy the data, give one of them another"));
  expect(() => new RedisService(stack, 'Third', { cluster, files, discoveryName: 'third', directory: '/third' })).not.toThrow();
});

describe('what would make it two', () => {
  const message = (text: string): string => `'Stack/Redis' ${text}`;
  const serviceOf = (redis: RedisService): ecs.CfnService => redis.fargateService.node.defaultChild as ecs.CfnService;
  const targetOf = (redis: RedisService): appscaling.CfnScalableTarget =>
    redis.node.findAll().find((construct): construct is appscaling.CfnScalableTarget => construct instanceof appscaling.CfnScalableTarget)!;
  const tooMany = message("must be one task at most, got 2: two would serve different data and destroy each other's file, so give it more memory, or use ElastiCache");
  const twoAtOnce = message("must be deployed with 100 percent at most, got 200: two at once would destroy each other's file, so leave its deployment as it is");

  test.each<[string, (redis: RedisService) => void, string]>([
    ['a desired count', (redis) => serviceOf(redis).addPropertyOverride('DesiredCount', 2), tooMany],
    ['a capacity', (redis) => { targetOf(redis).maxCapacity = 2; }, tooMany],
    ['a schedule', (redis) => {
      targetOf(redis).scheduledActions = [{ scheduledActionName: 'Peak', schedule: 'cron(0 8 * * ? *)', scalableTargetAction: { minCapacity: 2, maxCapacity: 2 } }];
    }, tooMany],
    ['a deployment', (redis) => serviceOf(redis).addPropertyOverride('DeploymentConfiguration.MaximumPercent', 200), twoAtOnce],
    ['a load balancer', (redis) => serviceOf(redis).addPropertyOverride('LoadBalancers', [{ TargetGroupArn: 'arn', ContainerName: 'App', ContainerPort: 6379 }]),
      message('must not have a route, got one: it speaks no HTTP, so hand it over by useService()')],
  ])('%s is refused', (_, change, error) => {
    const { stack, redis } = tier();
    change(redis);
    expect(() => (stack.node.root as App).synth()).toThrow(error);
  });

  test('a task count that is switched off is not', () => {
    const { stack, redis } = tier();
    serviceOf(redis).addPropertyOverride('DesiredCount', 0);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  test('scaling cannot be asked for', () => {
    const { redis } = tier();
    expect(() => redis.fargateService.autoScaleTaskCount({ maxCapacity: 2 })).toThrow('AutoScaling of task count already enabled for this service');
  });
});

test('files, Redis and its users stand in a stack each', () => {
  const app = testApp();
  const [data, caches, services] = ['Data', 'Caches', 'Services'].map((id) => new Stack(app, id));
  const network = appTier(data);
  const files = new SharedFiles(data, 'Files', { network, removalPolicy: RemovalPolicy.DESTROY });
  const cluster = clusterIn(data, network);
  const redis = new RedisService(caches, 'Redis', { cluster, files });
  serviceIn(services, { cluster }).useService(redis);
  app.synth();
  expect(data.dependencies).toEqual([]);
  expect(caches.dependencies).toEqual([data]);
  expect(services.dependencies).toEqual(expect.arrayContaining([data, caches]));
  Annotations.fromStack(caches).hasNoError('*', Match.anyValue());
});
