// Functions, their APIs and sites.
import * as path from 'path';
import { Size } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketIamAuthorizer, WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import { keys, variableNames } from './compute';
import { firewallOptions } from './edge';
import { logRetention, priceClasses, removalPolicy } from './environment';
import { durations, flag, ids, mostly, numbers, rarely, texts, User, weighted } from './values';
import {
  ApiFunction, ApiFunctionOptions, CanaryOptions, Deployment, FunctionApiKeyOptions, FunctionCode, FunctionMigration, FunctionMigrationOptions,
  FunctionRestApi, FunctionRestApiOptions, FunctionWebSocketApiOptions, LinearOptions, StaticSite, StaticSiteOptions,
} from '../../../src';
import { call, Fields, jointly, list, listOf, literal, mapOf, oneOf, plain, Some, struct, verb, written, Written } from '../written';

const DAY = 86400;

/** A function of the user's own, for authorizers. */
const checker = (code: string): Written<lambda.Function> => written(code, (site) => new lambda.Function(site.stack, site.id('Checker'), {
  runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({});'),
}));

/** Code of every origin. */
export function functionCodes(user: User): Some<FunctionCode> {
  const repository = written<ecr.IRepository>("Repository.fromRepositoryName('images')", (site) => ecr.Repository.fromRepositoryName(site.stack, site.id('Images'), 'images'));
  const tag = texts(user, ['v1', `sha256:${'0'.repeat(64)}`], ['', 'a/b:v1', '-v', 'v'.repeat(129)]);
  const zip = fc.tuple(texts(user, ['index.handler'], ['']), fc.constantFrom(...user.slips ? ['PYTHON_3_13', 'NODEJS_22_X', 'FROM_IMAGE'] as const : ['PYTHON_3_13', 'NODEJS_22_X'] as const));
  const inline = written<lambda.Code>('Code.fromInline(…)', () => lambda.Code.fromInline('def handler(event, context): ...'));
  return weighted(
    [3, tag.map((version) => call(FunctionCode, 'ecr', repository, version))],
    [3, zip.map(([handler, runtime]) => call(FunctionCode, 'zip', inline, handler, written(`Runtime.${runtime}`, () => lambda.Runtime[runtime])))],
    [1, fc.constant(call(FunctionCode, 'imageAsset', literal(path.join(__dirname, '..', 'built-image'))))],
  );
}

/** How a function is released. For those who slip also as tasks are. */
function releases(user: User): Some<Deployment> {
  const interval = durations(user, 60, 40 * 60, 60);
  const percent = (least: number): Some<number> => mostly(user, plain(fc.integer({ min: least, max: 99 })), oneOf(0, 100, 33.3, NaN));
  const tasksAlone = { bakeTime: jointly, testPort: jointly, testPeers: jointly, hooks: jointly };
  const right = fc.oneof(
    fc.constant(call(Deployment, 'rolling')),
    struct<CanaryOptions>('CanaryOptions', { ...tasksAlone, percent: percent(1), interval }).map((options) => call(Deployment, 'canary', options)),
    struct<LinearOptions>('LinearOptions', { ...tasksAlone, percent: percent(3), interval }).map((options) => call(Deployment, 'linear', options)),
  );
  return mostly(user, right, fc.constant(call(Deployment, 'blueGreen')));
}

/** A migration of a function, in one of several slots. */
export function functionMigrations(user: User, slot: number): fc.Arbitrary<(fn: Written<ApiFunction>) => Written<FunctionMigration>> {
  const options = struct<FunctionMigrationOptions>('FunctionMigrationOptions', {
    handler: texts(user, ['app.migrations.handler', 'x'.repeat(128)], ['', 'two words', 'x'.repeat(129)]), timeout: durations(user, 1, 780),
  });
  return fc.tuple(ids(user, ['Migrate', 'Daten umstellen']), options).map(([id, chosen]) =>
    (fn) => verb(fn, 'addMigration', literal(user.slips ? id : `${id}${slot}`), chosen));
}

const mebibytes = (amount: Written<number>): Written<Size> => written(`Size.mebibytes(${amount.code})`, (site) => Size.mebibytes(amount.make(site)));

/** What a function is asked for. */
export const functionFields = (user: User): Fields<ApiFunctionOptions> => ({
  code: functionCodes(user),
  serviceName: texts(user, ['shop', 'a b_.:/%&#=+-@1', 'x'.repeat(200)], ['', 'ü', 'x'.repeat(201), '{}']),
  memory: numbers(user, 128, 10240).map(mebibytes),
  // an API waits for 29 s, which is a warning
  timeout: durations(user, 1, 900),
  architecture: fc.constantFrom('ARM_64' as const, 'X86_64' as const).map((name) => written(`Architecture.${name}`, () => lambda.Architecture[name])),
  concurrencyLimit: numbers(user, 0, 900),
  environment: mapOf(weighted([100, fc.constantFrom('OWN', 'LOG_LEVEL', 'A1')], [user.slips ? 1 : 0, variableNames]), texts(user, ['info', '', 'ü'], ['']), 2),
  deployment: releases(user),
  logRetention,
  encryptionKey: keys,
});

const AUTHORIZERS: Some<apigateway.IAuthorizer> = fc.constantFrom<Written<apigateway.IAuthorizer>>(
  written('new TokenAuthorizer(this, …)', (site) => new apigateway.TokenAuthorizer(site.stack, site.id('Authorizer'), { handler: checker('it').make(site) })),
  written('new CognitoUserPoolsAuthorizer(this, …)', (site) => new apigateway.CognitoUserPoolsAuthorizer(site.stack, site.id('Authorizer'), {
    cognitoUserPools: [new cognito.UserPool(site.stack, site.id('Users'))],
  })),
);

/** What a REST API is asked for; keys and cache are drawn together. */
export const restApiFields = (user: User): Fields<FunctionRestApiOptions> => ({
  rateLimit: numbers(user, 1, 1_000_000),
  burstLimit: numbers(user, 1, 1_000_000),
  corsOrigins: listOf(texts(user, ['https://app.example.com', 'http://localhost:3000'], ['*', 'https://app.example.com/', 'App.example.com', '', 'https://APP.example.com']), { maxLength: 2 }),
  binaryMediaTypes: mostly(user, fc.subarray(['image/*', 'application/pdf', '*/*']).map((types) => list(types.map(literal))), oneOf(['png'], ['a/b', 'a/b'], [''])),
  authorizer: AUTHORIZERS,
  apiKeyRequired: jointly,
  onlyThroughSite: jointly,
  cacheTtl: jointly,
  cacheQueryKeys: jointly,
  firewall: firewallOptions(user, 2),
  tracedPercent: numbers(user, 0, 100, false),
  apiLogRetention: logRetention,
  // once an app
  createLogRole: jointly,
});

type ApiGroups = { readonly [K in 'cacheTtl' | 'cacheQueryKeys' | 'apiKeyRequired' | 'onlyThroughSite']?: Written<NonNullable<FunctionRestApiOptions[K]>> };

/** A cache with its keys, or for those who slip one without the other; and whether callers need keys, or come through the site, or for those who slip both. */
export function restApiGroups(user: User): fc.Arbitrary<ApiGroups> {
  const cacheTtl = durations(user, 1, 3600);
  const names = fc.subarray(['page', 'sort.by', '$top']).map((chosen) => list(chosen.map(literal)));
  const cacheQueryKeys = mostly(user, names, oneOf(['a=b'], ['']));
  const fitting = weighted<ApiGroups>([3, fc.constant({})], [1, fc.record({ cacheTtl, cacheQueryKeys })]);
  const cache = weighted<ApiGroups>(
    [user.slips + 1, fitting], [user.slips ? 1 : 0, fc.oneof(fc.record({ cacheTtl }), fc.record({ cacheQueryKeys }))],
  );
  const [apiKeyRequired, onlyThroughSite] = [literal(true), literal(true)];
  const keyed = weighted<ApiGroups>(
    [3, fc.constant({})], [1, fc.constant({ apiKeyRequired })], [1, fc.constant({ onlyThroughSite })],
    [user.slips ? 1 : 0, fc.constant({ apiKeyRequired, onlyThroughSite })],
  );
  return fc.tuple(cache, keyed).map(([one, other]) => ({ ...one, ...other }));
}

/** A key for one caller, in one of several slots. */
export const apiKeys = (user: User, slot: number): fc.Arbitrary<(api: Written<FunctionRestApi>) => Written<apigateway.IApiKey>> =>
  struct<FunctionApiKeyOptions>('FunctionApiKeyOptions', { rateLimit: numbers(user, 1, 10_000), burstLimit: numbers(user, 1, 5000), dailyQuota: numbers(user, 1, 1_000_000) })
    .map((options) => (api) => verb(api, 'addApiKey', literal(`Caller${slot}`), options));

/** What a WebSocket API is asked for. */
export const webSocketFields = (user: User): Fields<FunctionWebSocketApiOptions> => ({
  routes: mostly(user, fc.subarray(['sendMessage', 'a.b-c_1']).map((routes) => list(routes.map(literal))), oneOf(['$connect'], ['a', 'a'], ['a b'], [''])),
  rateLimit: numbers(user, 1, 10_000),
  burstLimit: numbers(user, 1, 5000),
  callbackVariable: jointly,
  authorizer: fc.constantFrom<Written<apigatewayv2.IWebSocketRouteAuthorizer>>(
    written('new WebSocketLambdaAuthorizer(…)', (site) => new WebSocketLambdaAuthorizer(site.id('Authorizer'), checker('it').make(site))),
    written('new WebSocketIamAuthorizer()', () => new WebSocketIamAuthorizer()),
  ),
  apiLogRetention: logRetention,
});

/** Buckets have no snapshots. */
const ofBuckets = removalPolicy.filter(({ code }) => !code.includes('SNAPSHOT'));

/** What a site is asked for. */
export const siteFields = (user: User): Fields<StaticSiteOptions> => ({
  assets: mostly(user, oneOf(path.join(__dirname, '..', 'built-site')), oneOf('', path.join(__dirname, 'nothing'))),
  immutableAssets: listOf(texts(user, ['assets/*', 'static/*'], ['*', 'index.html', '/assets/*', '', '*.js'], false), { maxLength: 2 }),
  serviceWorkers: listOf(texts(user, ['sw.js', 'app/worker.js'], ['*', 'index.html', '/sw.js', '', 'assets/sw.js'], false), { maxLength: 2 }),
  spaRouting: flag,
  config: mapOf(weighted([20, fc.constantFrom('userPoolId', 'version', 'a.b-c_1')], [user.slips ? 1 : 0, fc.constantFrom('', '1st', 'a b')]), texts(user, ['v1', '', 'ü"\\'], ['x'.repeat(20_000)]), 2),
  // beside assets it must be one of them
  errorPage: mostly(user, oneOf('/error.html'), oneOf('error.html', '/a b', '/?x')),
  errorPageStatuses: mostly(user, fc.subarray([500, 502, 503, 504]).map((statuses) => list(statuses.map(literal))), oneOf([404], [500, 500])),
  oldVersions: durations(user, DAY, 3650 * DAY, DAY),
  replicaRegion: mostly(user, oneOf('eu-central-1', 'ap-southeast-2'), oneOf('')),
  contentSecurityPolicy: texts(user, ["default-src 'self'"], ['']),
  priceClass: priceClasses,
  accessLogs: flag,
  additionalMetrics: flag,
  firewall: firewallOptions(user, 2),
  removalPolicy: user.slips ? removalPolicy : ofBuckets,
});

/** Commands of a pipeline, or for those who slip of a folder with quotes. */
export const uploads = (user: User): fc.Arbitrary<(site: Written<StaticSite>) => Written<string[]>> =>
  rarely(user).map((quoted) => (site) => verb(site, 'uploadCommands', literal(quoted ? "it's" : 'web/dist')));
