// Clusters, images, tasks, deployments.
import { CfnParameter, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { logRetention, profiles } from './environment';
import { durations, flag, gibibytes, ids, listToken, mostly, numbers, numberToken, rarely, texts, textToken, together, User, weighted } from './values';
import {
  BlueGreenOptions, CanaryOptions, ContainerCluster, ContainerClusterProps, ContainerServiceOptions, Deployment, DeploymentHookOptions, GhcrMirror,
  GhcrMirrorProps, IAppNetwork,
  IContainerCluster, ImageRepository, ImageRepositoryProps, LinearOptions, MigrationOptions, RollingOptions, ServiceConnectOptions, TaskScaling,
} from '../../../src';
import {
  call, construct, Fields, jointly, list, listOf, literal, mapOf, memberOf, oneOf, plain, provided, read, Some, struct, verb, written, Written,
} from '../written';

/** Keys of every origin. */
export const keys: Some<kms.IKey> = fc.constantFrom(
  written<kms.IKey>('new Key(this, …)', (site) => new kms.Key(site.stack, site.id('Key'))),
  written<kms.IKey>('Key.fromKeyArn(…)', (site) => kms.Key.fromKeyArn(site.stack, site.id('Key'), 'arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000')),
);

/** The right way to make a cluster, for the network that it is given. */
export type ClusterIn = (network: Written<IAppNetwork>) => Written<IContainerCluster>;

/** Clusters made here, and existing ones with and without private names. */
export function clusters(user: User, id: string): fc.Arbitrary<ClusterIn> {
  const props = struct<ContainerClusterProps>('ContainerClusterProps', {
    network: jointly,
    dnsNamespace: dnsNamespaces(user),
    // workers that scale by their work need them
    containerInsights: memberOf('ContainerInsights', ecs.ContainerInsights, 'ENABLED', 'ENHANCED', ...user.slips ? ['DISABLED' as const] : []),
    profile: profiles(user),
    sessionLogRetention: logRetention,
    sessionKey: keys,
  });
  const made = props.map((chosen): ClusterIn => (network) => construct(ContainerCluster, id, chosen.with({ network })));
  const existing = fc.constantFrom('new', 'imported', 'imported with a namespace', 'without names', ...user.slips ? ['without Fargate'] : []).map((origin): ClusterIn => (network) => call(ContainerCluster, 'fromCluster',
    written(`Cluster (${origin})`, (site) => existingCluster(site.stack, site.id('Cluster'), network.make(site).vpc, origin)), network));
  return weighted([2, made], [1, existing]);
}

function existingCluster(scope: ec2.Vpc['stack'], id: string, vpc: ec2.IVpc, origin: string): ecs.ICluster {
  if (origin === 'new' || origin === 'without Fargate') {
    return new ecs.Cluster(scope, id, { vpc, defaultCloudMapNamespace: { name: 'old.local' }, enableFargateCapacityProviders: origin === 'new' });
  }
  const type = origin === 'without names' ? undefined : servicediscovery.NamespaceType.DNS_PRIVATE;
  const namespace = { namespaceId: 'ns-1', namespaceName: 'old.local', namespaceArn: 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1' };
  return ecs.Cluster.fromClusterAttributes(scope, id, {
    clusterName: 'old',
    vpc,
    securityGroups: [],
    defaultCloudMapNamespace: type && servicediscovery.PrivateDnsNamespace.fromPrivateDnsNamespaceAttributes(scope, `${id}Names`, namespace),
    executeCommandConfiguration: origin === 'imported' ? { logging: ecs.ExecuteCommandLogging.NONE } : undefined,
  });
}

/** Names of private namespaces. */
export const dnsNamespaces = (user: User): Some<string> =>
  texts(user, ['shop.local', 'a', 'x_1.internal', `${'a'.repeat(63)}.local`], ['Shop.local', '', 'a..b', '-a.local', `${'a'.repeat(64)}.local`, 'ü.local', 'shop.local.', 'a b']);

/** A construct that a part of a statement has made already. */
const made = <T>(thing: T): Written<T> => written('it', () => thing);

/** Images of every origin. */
export function images(user: User): Some<ecs.ContainerImage> {
  const repository = struct<ImageRepositoryProps>('ImageRepositoryProps', {
    keepImages: numbers(user, 1, 1000),
    tagMutability: memberOf('TagMutability', ecr.TagMutability, 'MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'),
  }).map((props) => written<ecr.IRepository>(`new ImageRepository(this, …, ${props.code})`, (site) => {
    const repositories = made(construct(ImageRepository, site.id('Images'), props).make(site));
    read(repositories, 'loginCommand').make(site);
    verb(repositories, 'pushCommand', literal('v1')).make(site);
    return repositories.make(site);
  }));
  const known = fc.constant(written<ecr.IRepository>("Repository.fromRepositoryName('images')", (site) => ecr.Repository.fromRepositoryName(site.stack, site.id('Images'), 'images')));
  const tag = oneOf('v1', 'latest', 'sha256:0123456789012345678901234567890123456789012345678901234567890123');
  const inEcr = fc.tuple(fc.oneof(repository, known), tag).map(([from, version]) =>
    written<ecs.ContainerImage>(`ContainerImage.fromEcrRepository(${from.code}, ${version.code})`, (site) => ecs.ContainerImage.fromEcrRepository(from.make(site), version.make(site))));
  const byName = (names: Some<string>): Some<ecs.ContainerImage> =>
    names.map((name) => written(`ContainerImage.fromRegistry(${name.code})`, (site) => ecs.ContainerImage.fromRegistry(name.make(site))));
  const mirrored = fc.tuple(struct<GhcrMirrorProps>('GhcrMirrorProps', {
    credentials: registrySecrets(user, 'accessToken'),
    prefix: texts(user, ['gh', 'github/acme', 'a'.repeat(30)], ['g', 'ROOT', 'a'.repeat(31), 'a//b']),
    keepImages: numbers(user, 1, 1000),
    tagMutability: memberOf('TagMutability', ecr.TagMutability, 'MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'),
  }), texts(user, ['acme/api', 'a/b__c'], ['ghcr.io/acme/api:1', 'Acme/api', '']), texts(user, ['1.4.0', 'latest'], ['', 'sha256:0'])).map(([props, name, version]) =>
    written<ecs.ContainerImage>(`new GhcrMirror(this, …, ${props.code}).image(${name.code}, ${version.code})`, (site) => {
      const mirror = made(construct(GhcrMirror, site.id('Ghcr'), props).make(site));
      read(mirror, 'prefix').make(site);
      read(mirror, 'validateCommand').make(site);
      return verb(mirror, 'image', name, version).make(site);
    }));
  const byToken = registrySecrets(user, 'password').map((credentials) => written<ecs.ContainerImage>(
    `ContainerImage.fromRegistry('ghcr.io/acme/api:1', { credentials: ${credentials.code} })`,
    (site) => ecs.ContainerImage.fromRegistry('ghcr.io/acme/api:1', { credentials: credentials.make(site) }),
  ));
  const elsewhere = byName(oneOf('ghcr.io/acme/api:1', 'nginx:1.27', 'public.ecr.aws/nginx/nginx:1', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:7'));
  const token = byName(textToken('nginx:1.27'));
  // whatever goes over the internet is wrong in a network that does not reach it
  return weighted([8, inEcr], [user.slips ? 1 : 0, fc.oneof(elsewhere, mirrored, byToken)], [1, token]);
}

/** Secrets with which registries are entered: of every origin, and for those who slip with other names, keys and keys of KMS. */
function registrySecrets(user: User, tokenKey: string): Some<secretsmanager.ISecret> {
  const NAME = 'ecr-pullthroughcache/github';
  const secret = (code: string, make: (scope: Construct, id: string) => secretsmanager.ISecret): Written<secretsmanager.ISecret> =>
    written(code, (site) => make(site.stack, site.id('Token')));
  const generated = (key: string): secretsmanager.SecretProps => ({ secretName: NAME, generateSecretString: { secretStringTemplate: '{"username":"acme"}', generateStringKey: key } });
  return mostly(user, fc.constantFrom(
    secret('Secret.fromSecretNameV2(…)', (scope, id) => secretsmanager.Secret.fromSecretNameV2(scope, id, NAME)),
    secret('Secret.fromSecretPartialArn(token)', (scope, id) => secretsmanager.Secret.fromSecretPartialArn(scope, id, new CfnParameter(scope, `${id}Arn`).valueAsString)),
    secret('new Secret(this, …)', (scope, id) => new secretsmanager.Secret(scope, id, generated(tokenKey))),
  ), fc.constantFrom(
    secret("Secret.fromSecretNameV2('old')", (scope, id) => secretsmanager.Secret.fromSecretNameV2(scope, id, 'old')),
    secret('new Secret(this, …) with other keys', (scope, id) => new secretsmanager.Secret(scope, id, generated('other'))),
    secret('new Secret(this, …) with a key', (scope, id) => new secretsmanager.Secret(scope, id, { ...generated(tokenKey), encryptionKey: new kms.Key(scope, `${id}Key`) })),
    secret('Secret.fromSecretCompleteArn(…) of another account', (scope, id) =>
      secretsmanager.Secret.fromSecretCompleteArn(scope, id, `arn:aws:secretsmanager:eu-west-1:999999999999:secret:${NAME}-AbCdEf`)),
  ));
}

/** Commands, of the image or of a health check, which must know its words. */
export const commands = (user: User, isKnown = false): Some<string[]> => mostly(user, weighted(
  [8, oneOf(['serve'], ['python', '-m', 'app', ''], ['CMD-SHELL', 'curl -f localhost || exit 1'])],
  [1, textToken('serve').map((word) => list([word]))],
  [isKnown ? 0 : 1, listToken],
), fc.oneof(listToken, oneOf<string[]>([])));

const lambdaFunction: Some<lambda.IFunction> = fc.constantFrom(
  written<lambda.IFunction>('new Function(this, …)', (site) => new lambda.Function(site.stack, site.id('Function'), {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({ hookStatus: "SUCCEEDED" });'),
  })),
  written<lambda.IFunction>('Function.fromFunctionArn(…)', (site) => lambda.Function.fromFunctionArn(site.stack, site.id('Function'), 'arn:aws:lambda:eu-west-1:123456789012:function:check')),
);

/** Who may connect to a port. */
export const peers: Some<ec2.IPeer[]> = listOf(fc.constantFrom<Written<ec2.IPeer>>(
  written('Peer.ipv4(…)', () => ec2.Peer.ipv4('203.0.113.0/24')),
  written('Peer.prefixList(…)', () => ec2.Peer.prefixList('pl-12345678')),
  written('Peer.anyIpv6()', () => ec2.Peer.anyIpv6()),
  written('Peer.securityGroupId(…)', () => ec2.Peer.securityGroupId('sg-0123456789abcdef2')),
), { maxLength: 2 });

/** Deployments that shift no traffic, with a second target group or never. */
export const rollings = (user: User, alternates = true): Some<Deployment> => fc.tuple(percents(user), struct<RollingOptions>('RollingOptions', {
  minHealthyPercent: jointly,
  maxHealthyPercent: jointly,
  rollback: flag,
  alternateTargetGroup: alternates ? flag : oneOf(false),
})).map(([chosen, options]) => call(Deployment, 'rolling', options.with(chosen)));

type Percents = { readonly minHealthyPercent?: Written<number>; readonly maxHealthyPercent?: Written<number> };

/** Percents by which a deployment ends at every number of tasks, or for those who slip perhaps at some. Drawn together. */
function percents(user: User): fc.Arbitrary<Percents> {
  const startsFirst = numbers(user, 0, 100).chain((minHealthyPercent) =>
    fc.constantFrom<Percents>({ minHealthyPercent }, { minHealthyPercent, maxHealthyPercent: literal(200) }));
  const stopsFirst = numbers(user, 100, 200).map((maxHealthyPercent) => ({ minHealthyPercent: literal(0), maxHealthyPercent }));
  const any = fc.record({ minHealthyPercent: numbers(user, 0, 100), maxHealthyPercent: numbers(user, 101, 200) });
  return weighted<Percents>([10, fc.constant({})], [10, startsFirst], [10, stopsFirst], [user.slips ? 1 : 0, any]);
}

/** Strategies of every kind, for a service that has a route or none. */
function deployments(user: User, hasRoute: boolean, slot: number): Some<Deployment> {
  const hook = struct<DeploymentHookOptions>('DeploymentHookOptions', {
    handler: lambdaFunction,
    stages: mostly(user, listOf(memberOf('DeploymentLifecycleStage', ecs.DeploymentLifecycleStage, 'PRE_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT'), { minLength: 1, maxLength: 2 }), oneOf([])),
  });
  const shifting: Fields<BlueGreenOptions> = {
    bakeTime: durations(user, 0, 600 * 60, 60),
    testPort: jointly,
    testPeers: jointly,
    hooks: listOf(hook, { maxLength: 2 }),
  };
  const testPort = mostly(user, oneOf(9000 + slot, 8443), oneOf(80, 443, 0, 65536, 8080));
  const withTest = fc.record({ testPort, testPeers: fc.option(peers, { nil: undefined }) });
  const test = weighted([1, fc.constant({})], [hasRoute || user.slips ? 1 : 0, withTest]);
  const interval = durations(user, 0, 40 * 60, 60);
  const share = (least: number): Some<number> =>
    mostly(user, plain(fc.integer({ min: least * 10, max: 1000 }).map((tenths) => tenths / 10)), oneOf(0, 100.1, 33.33, -1, NaN));
  const blueGreen = struct<BlueGreenOptions>('BlueGreenOptions', shifting);
  const canary = struct<CanaryOptions>('CanaryOptions', { ...shifting, percent: share(0.1), interval });
  const linear = struct<LinearOptions>('LinearOptions', { ...shifting, percent: share(3), interval });
  const all = [
    fc.tuple(blueGreen, test).map(([options, further]) => call(Deployment, 'blueGreen', options.with(further))),
    fc.tuple(canary, test).map(([options, further]) => call(Deployment, 'canary', options.with(further))),
    fc.tuple(linear, test).map(([options, further]) => call(Deployment, 'linear', options.with(further))),
  ];
  // without a route there is nothing to shift in steps
  const shifts = hasRoute || user.slips ? all : all.slice(0, 1);
  return weighted([3, rollings(user)], [shifts.length, fc.oneof(...shifts)]);
}

/** Numbers of tasks that fit together, or for those who slip may not. */
export function scalings(user: User): Some<TaskScaling> {
  const least = (tasks: number) => ({ minTasks: literal(tasks) });
  const most = (tasks: number) => ({ maxTasks: literal(tasks) });
  const limitsOf = (tasks: number, more: number): Array<{ readonly minTasks?: Written<number>; readonly maxTasks?: Written<number> }> =>
    [{ ...least(tasks), ...most(tasks + more) }, least(tasks), most(tasks), { ...least(0), ...most(0) }, {}];
  const fitting = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 30 })).chain((numbersOf) => fc.constantFrom(...limitsOf(...numbersOf)));
  const any = fc.record({ minTasks: numbers(user, 0, 5000), maxTasks: numbers(user, 0, 5000) });
  const others = struct<TaskScaling>('TaskScaling', {
    minTasks: jointly,
    maxTasks: jointly,
    cpuPercent: numbers(user, 1, 100),
    memoryPercent: numbers(user, 1, 100),
    scaleOutCooldown: durations(user, 0, 86400),
    scaleInCooldown: durations(user, 0, 86400),
  });
  return fc.tuple(others, weighted([40, fitting], [user.slips ? 1 : 0, any])).map(([options, limits]) => options.with(limits));
}

const SIZES = [[256, 512], [256, 2048], [512, 1024], [512, 4096], [1024, 2048], [2048, 16384], [4096, 30720], [8192, 61440], [16384, 122880]];
const NO_SIZES = [[256, 4096], [512, 512], [1000, 2048], [0, 0], [1024, 2049], [16384, 40960], [NaN, 1024], [-256, 512]];
type FargateSize = { readonly cpu?: Written<number>; readonly memory?: Written<Size> };

/** Sizes that Fargate offers, known now or at deployment, or for those who slip such as it does not offer. Drawn together. */
export function fargateSizes(user: User): fc.Arbitrary<FargateSize> {
  const known = together(user, SIZES, NO_SIZES).map(([cpu, memory]) => ({ cpu: literal(cpu), memory: mebibytes(literal(memory)) }));
  // each fits the other's default as well
  const tokens = fc.tuple(numberToken(256), numberToken(2048).map(mebibytes)).chain(([cpu, memory]) =>
    fc.constantFrom<FargateSize>({ cpu }, { memory }, { cpu, memory }, { cpu: literal(1024), memory }));
  const kibibytes = fc.constantFrom(1, 1024).map((amount) => ({ memory: written(`Size.kibibytes(${amount})`, () => Size.kibibytes(amount)) }));
  return weighted<FargateSize>([20, fc.constant({})], [40, known], [4, tokens], [user.slips ? 1 : 0, kibibytes]);
}

const mebibytes = (amount: Written<number>): Written<Size> => written(`Size.mebibytes(${amount.code})`, (site) => Size.mebibytes(amount.make(site)));

type FileSystem = { readonly readonlyRootFilesystem?: Written<boolean>; readonly enableExecuteCommand?: Written<boolean> };

/** A closed file system or a shell, or for those who slip both. Drawn together. */
export function fileSystems(user: User): fc.Arbitrary<FileSystem> {
  const closed = { readonlyRootFilesystem: literal(true) };
  const shell = { enableExecuteCommand: literal(true) };
  return together<FileSystem>(user, [{}, closed, shell, { readonlyRootFilesystem: literal(false), ...shell }], [{ ...closed, ...shell }]);
}

/** Names that variables may have. */
export const variableNames = fc.constantFrom('LOG_LEVEL', 'a.b-c', '_X', 'ENVIRONMENT', 'constructor', 'PATH');
const wrongNames = fc.constantFrom('', '1A', 'A B', 'ü', 'DATABASE_URL');

/** Secrets of every origin. */
export const taskSecrets: Some<ecs.Secret> = fc.constantFrom(
  written('Secret.fromSecretsManager(new Secret(this, …))', (site) => ecs.Secret.fromSecretsManager(new secretsmanager.Secret(site.stack, site.id('Secret')))),
  written("Secret.fromSecretsManager(imported, 'field')", (site) => ecs.Secret.fromSecretsManager(secretsmanager.Secret.fromSecretNameV2(site.stack, site.id('Secret'), 'old'), 'field')),
  written('Secret.fromSsmParameter(…)', (site) => ecs.Secret.fromSsmParameter(ssm.StringParameter.fromSecureStringParameterAttributes(site.stack, site.id('Parameter'), { parameterName: '/old' }))),
);

/** What a service is asked for, in one of several slots whose ids, ports and routes differ. */
export function serviceFields(user: User, slot: number, hasRoute: boolean): Fields<ContainerServiceOptions> {
  const names = weighted([100, variableNames], [user.slips ? 1 : 0, wrongNames]);
  return {
    image: images(user),
    port: numbers(user, 1, 65535),
    discoveryName: texts(user, [`name-${slot}`, `${slot}`.repeat(63)], ['', 'Api', '-a', 'a_b', 'a'.repeat(64), 'name-0']),
    command: commands(user),
    cpu: jointly,
    memory: jointly,
    ephemeralStorage: gibibytes(user, 21, 200),
    architecture: memberOf('CpuArchitecture', ecs.CpuArchitecture, 'ARM64', 'X86_64'),
    environment: mapOf(names, texts(user, ['info', '', 'ü'], ['']), 2),
    secrets: mapOf(names.map((name) => (user.slips ? name : `SECRET_${name}`)), taskSecrets, 2),
    healthCheckCommand: commands(user, true),
    healthCheckGracePeriod: durations(user, 0, 300),
    scaling: scalings(user),
    spot: flag,
    deployment: deployments(user, hasRoute, slot),
    stopTimeout: durations(user, 2, 120),
    readonlyRootFilesystem: jointly,
    enableExecuteCommand: jointly,
    logRetention,
    serviceConnect: jointly,
  };
}

type Connection = Written<ServiceConnectOptions | undefined>;

/** Names by which proxies reach services, for a cluster that has private names; or for those who slip for any. A name of its own has room for what the proxies add to it. */
export function connects(
  user: User, slot: number, cluster: Written<IContainerCluster>,
): fc.Arbitrary<{ readonly serviceConnect?: Connection; readonly discoveryName?: Written<string> }> {
  const options = struct<ServiceConnectOptions>('ServiceConnectOptions', {
    alias: texts(user, [`api-${slot}`, `s${slot}.shop_1`], ['', 'Api', 'a..b', '-a', 'x'.repeat(128)]),
    aliasPort: numbers(user, 1, 65535),
    protocol: memberOf('AppProtocol', ecs.AppProtocol, 'http', 'http2', 'grpc'),
  });
  const drawn = fc.tuple(options, texts(user, [`name-${slot}`, `${slot}`.repeat(55)], [`${slot}`.repeat(56)]), rarely(user)).map(([chosen, discoveryName, anyway]) =>
    ({ serviceConnect: namedIn(cluster, chosen, anyway), discoveryName }));
  return weighted([3, fc.constant({})], [1, drawn]);
}

/** A proxy of a worker, which calls and is not called. */
export function connectsOut(user: User, cluster: Written<IContainerCluster>): fc.Arbitrary<{ readonly serviceConnect?: Connection }> {
  const options: Some<ServiceConnectOptions> = mostly(user, oneOf({}), oneOf<ServiceConnectOptions>({ alias: 'jobs' }, { aliasPort: 80 }));
  const drawn = fc.tuple(options, rarely(user)).map(([chosen, anyway]) => ({ serviceConnect: namedIn(cluster, chosen, anyway) }));
  return weighted([3, fc.constant({})], [1, drawn]);
}

const namedIn = (cluster: Written<IContainerCluster>, options: Written<ServiceConnectOptions>, anyway: boolean): Connection =>
  provided(options, (site) => anyway || cluster.make(site).cluster.defaultCloudMapNamespace !== undefined);

/** Migrations with an id each. */
export const migrations = (user: User): fc.Arbitrary<readonly [string, Written<MigrationOptions>]> => fc.tuple(
  ids(user, ['Migrate', 'migrate_2', 'Seed']), struct<MigrationOptions>('MigrationOptions', { command: commands(user) }),
);
