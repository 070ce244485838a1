// Random users of ServerlessPwaApp: with and without network, domain, connections and databases, and APIs of their own before the same site.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as fc from 'fast-check';
import {
  ApiFunction, ApiFunctionProps, AppDatabaseOptions, FunctionRestApi, FunctionRestApiProps, FunctionWebSocketApi, FunctionWebSocketApiProps,
  IPrivatePostgres, IWorkQueue, PrivatePostgres, PwaApiOptions, PwaWebSocketOptions, ServerlessPwaApp, ServerlessPwaAppProps, StaticSite,
  StaticSiteOptions, StaticSiteProps,
} from '../../../src';
import { databaseFields, databaseGroups, existingDatabases, readReplicas, useDatabaseOptions } from '../arbitraries/data';
import { domains } from '../arbitraries/edge';
import { locks, profiles, settings } from '../arbitraries/environment';
import { networks } from '../arbitraries/network';
import { alertTopics, allThresholds } from '../arbitraries/operations';
import { apiKeys, functionFields, functionMigrations, restApiFields, restApiGroups, siteFields, uploads, webSocketFields } from '../arbitraries/serverless';
import { flag, ids, maybe, rarely, texts, User } from '../arbitraries/values';
import { ownQueues } from '../arbitraries/work';
import { Draft, Program } from '../program';
import { construct, jointly, literal, oneOf, read, reference, Some, struct, verb, written, Written } from '../written';

const pwa = reference<ServerlessPwaApp>('pwa');
const partOf = <K extends keyof ServerlessPwaApp & string>(name: K): Written<ServerlessPwaApp[K]> => written(`pwa.${name}`, (site) => pwa.make(site)[name]);

const alarm = written('new Alarm(this, …)', (site) => new cloudwatch.Alarm(site.stack, site.id('Alarm'), {
  metric: new cloudwatch.Metric({ namespace: 'Own', metricName: 'Errors' }), threshold: 1, evaluationPeriods: 1,
}));
const metric = written('new Metric(…)', () => new cloudwatch.Metric({ namespace: 'Own', metricName: 'Sold' }));
const grantee = written<iam.IGrantable>('new Role(this, …)', (site) => new iam.Role(site.stack, site.id('Pipeline'), { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));

const WRONG_PATTERNS = ['', '/*', 'api/*', '/index.html', '/a b'];

/** The function and its REST API; whether callers need keys. */
function apis(user: User): fc.Arbitrary<{ readonly api: Written<PwaApiOptions>; readonly keyed: boolean }> {
  const options = struct<PwaApiOptions>('PwaApiOptions', {
    ...functionFields(user), ...restApiFields(user), pathPattern: texts(user, ['/api/*', '/v1/*', '/graphql'], WRONG_PATTERNS, false),
  }, 2);
  return fc.tuple(options, restApiGroups(user), flag).map(([chosen, groups, createLogRole]) =>
    ({ api: chosen.with({ ...groups, createLogRole }), keyed: groups.apiKeyRequired !== undefined }));
}

/** A WebSocket API in one of two slots, which have paths and variables of their own. */
function webSockets(user: User, slot: number): Some<FunctionWebSocketApi> {
  const options = struct<PwaWebSocketOptions>('PwaWebSocketOptions', {
    ...webSocketFields(user), pathPattern: texts(user, [`/ws${slot}`, `/ws${slot}/*`], [...WRONG_PATTERNS, '/ws0'], false), thresholds: allThresholds(user),
  });
  const own = slot === 0 ? {} : { pathPattern: literal(`/ws${slot}`), callbackVariable: literal(`CALLBACK_${slot}`) };
  return fc.tuple(ids(user, [`Socket${slot}`, `Verbindungen ${slot}`]), options, rarely(user))
    .map(([id, chosen, meets]) => verb(pwa, 'addWebSocket', literal(id), meets ? chosen : chosen.with(own)));
}

function databases(user: User): Some<PrivatePostgres> {
  const options = struct<AppDatabaseOptions>('AppDatabaseOptions', { ...databaseFields(user), thresholds: allThresholds(user) }, 2);
  return fc.tuple(ids(user, ['Database', 'データ']), options, databaseGroups(user)).map(([id, chosen, groups]) => verb(pwa, 'addDatabase', literal(id), chosen.with(groups)));
}

/** A function, APIs and a site of no app. */
function ownParts(user: User): fc.Arbitrary<{
  readonly handler: Written<ApiFunction>;
  readonly rest: (handler: Written<ApiFunction>) => Written<FunctionRestApi>;
  readonly socket: (handler: Written<ApiFunction>) => Written<FunctionWebSocketApi>;
  readonly site: Written<StaticSite>;
}> {
  const handler = struct<ApiFunctionProps>('ApiFunctionProps', { ...functionFields(user), network: jointly, profile: profiles(user) }, 2);
  const rest = struct<FunctionRestApiProps>('FunctionRestApiProps', { ...restApiFields(user), handler: jointly, profile: profiles(user) }, 2);
  const socket = struct<FunctionWebSocketApiProps>('FunctionWebSocketApiProps', {
    ...webSocketFields(user), callbackVariable: oneOf('OWN_CALLBACK_URL'), handler: jointly, profile: profiles(user),
  });
  const site = struct<StaticSiteProps>('StaticSiteProps', { ...siteFields(user), domain: jointly, profile: profiles(user) }, 3);
  return fc.record({ handler, rest, socket, site }).map((drawn) => ({
    handler: construct(ApiFunction, 'Own', drawn.handler),
    rest: (given) => construct(FunctionRestApi, 'OwnRest', drawn.rest.with({ handler: given })),
    socket: (given) => construct(FunctionWebSocketApi, 'OwnSocket', drawn.socket.with({ handler: given })),
    site: construct(StaticSite, 'OwnSite', drawn.site),
  }));
}

/** Programs that define the app and wire its parts. */
export function programs(user: User): fc.Arbitrary<Program> {
  const props = struct<ServerlessPwaAppProps>('ServerlessPwaAppProps', {
    api: jointly,
    site: struct<StaticSiteOptions>('StaticSiteOptions', siteFields(user), 2),
    profile: profiles(user),
    network: jointly,
    domain: jointly,
    alerts: jointly,
    alarms: flag,
    thresholds: allThresholds(user),
    dashboard: flag,
  });
  return fc.record({
    setting: settings(user),
    lock: maybe(locks),
    networkInBase: fc.boolean(),
    network: maybe(networks(user, 'Network')),
    domain: maybe(domains(user, true)),
    alerts: maybe(alertTopics(user, 'Alerts')),
    props,
    api: apis(user),
    key: apiKeys(user, 0),
    forgetsKey: rarely(user),
    sockets: fc.tuple(maybe(webSockets(user, 0)), maybe(webSockets(user, 1))),
    database: maybe(databases(user)),
    anyway: rarely(user),
    existing: maybe(existingDatabases(user, 'Old')),
    replica: maybe(readReplicas(user, 0)),
    uses: fc.tuple(useDatabaseOptions(user, 0), useDatabaseOptions(user, 1)),
    migrations: fc.tuple(maybe(functionMigrations(user, 0)), maybe(functionMigrations(user, 1))),
    queue: maybe(ownQueues(user)),
    variable: maybe(texts(user, ['OWN_1'], ['', '1X', 'ENVIRONMENT', 'AWS_REGION'], false)),
    own: maybe(ownParts(user)),
    further: texts(user, ['/own/*', '/reports'], [...WRONG_PATTERNS, '/api/x'], false),
    upload: maybe(uploads(user)),
    rollsBack: fc.boolean(),
    asks: fc.boolean(),
  }).map((drawn) => {
    const draft = new Draft(drawn.setting);
    if (drawn.lock) draft.define('lock', drawn.lock);
    const network = drawn.network && draft.define('network', drawn.network, drawn.networkInBase ? 'base' : 'main');
    const alerts = drawn.alerts && draft.define('alerts', drawn.alerts);
    const domain = drawn.domain && draft.define('domain', drawn.domain);
    const { api, keyed } = drawn.api;
    draft.define('pwa', construct(ServerlessPwaApp, 'Shop', drawn.props.with({ api, ...network && { network }, ...domain && { domain }, ...alerts && { alerts } })));
    if (keyed && !drawn.forgetsKey) draft.define('key', drawn.key(partOf('restApi')));

    const sockets = draft.defineAll('socket', drawn.sockets);
    draft.defineAll('pushers', sockets.slice(0, 1).map((socket) => verb(socket, 'grantManageConnections', grantee)));
    const made = draft.defineAll<PrivatePostgres>('database', [network || drawn.anyway ? drawn.database : undefined]);
    draft.defineAll('replica', made.map((database) => drawn.replica?.(database)));
    draft.defineAll('migrationBefore', [drawn.migrations[0]?.(partOf('api'))]);
    const used: Array<Written<IPrivatePostgres>> = network ? [...made, ...draft.defineAll('existing', [drawn.existing])] : [];
    draft.defineAll('use', used.map((database, index) => verb(partOf('api'), 'useDatabase', database, index === 0 ? drawn.uses[0] : drawn.uses[1].with({ variable: literal('OTHER_SECRET_ARN') }))));
    draft.defineAll('send', draft.defineAll<IWorkQueue>('queue', [drawn.queue]).map((queue) => verb(partOf('api'), 'useQueue', queue)));
    draft.defineAll('variable', [drawn.variable && verb(partOf('api'), 'addEnvironment', drawn.variable, literal('1'))]);
    draft.defineAll('migrationAfter', [drawn.migrations[1]?.(partOf('api'))]);
    if (drawn.rollsBack) draft.define('rollback', verb(partOf('api'), 'rollbackOn', alarm));
    draft.defineAll<unknown>('upload', [drawn.upload?.(partOf('site')), drawn.upload && verb(partOf('site'), 'grantUpload', grantee)]);
    const { own } = drawn;
    if (own) {
      const handler = draft.define('own', own.handler);
      const [rest, socket, site] = [draft.define('ownRest', own.rest(handler)), draft.define('ownSocket', own.socket(handler)), draft.define('ownSite', own.site)];
      draft.define('further', verb(partOf('site'), 'addRestApi', drawn.further, rest));
      draft.define('ownApis', verb(site, 'addWebSocketApi', literal('/ws'), socket));
    }
    if (drawn.asks) {
      draft.defineAll<unknown>('asked', [
        read(partOf('site'), 'url'), read(partOf('restApi'), 'url'), read(partOf('api'), 'timeout'), ...sockets.map((socket) => read(socket, 'callbackUrl')), read(partOf('alarms'), 'alarms'),
      ]);
      draft.define('sold', verb(partOf('dashboard'), 'addMetrics', literal('Sold'), metric));
    }
    return draft.program;
  });
}
