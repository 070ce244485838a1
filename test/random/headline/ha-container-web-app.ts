// Random users of HaContainerWebApp: what they pass in, what they add, how they wire it.
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import {
  AppDatabaseOptions, AppServiceOptions, BackupCopies, ContainerService, ContainerServiceProps, HaContainerWebApp, HaContainerWebAppProps,
  IPrivatePostgres, ISharedFiles, IWorkQueue, PrivatePostgres, RedisService, SharedFiles, StaticSite, WebFirewall,
} from '../../../src';
import { clusters, dnsNamespaces, fargateSizes, fileSystems, serviceFields } from '../arbitraries/compute';
import { databaseFields, databaseGroups, existingDatabases } from '../arbitraries/data';
import { domains, entries, firewalls, routes, webRouteFields } from '../arbitraries/edge';
import { locks, profiles, settings } from '../arbitraries/environment';
import { backups, existingFiles, mounts, redis, sharedFiles } from '../arbitraries/files';
import { networks } from '../arbitraries/network';
import { alertTopics, allThresholds, workHours } from '../arbitraries/operations';
import { sites, uploads } from '../arbitraries/sites';
import { flag, ids, maybe, rarely, User, weighted } from '../arbitraries/values';
import { partOf, steps, web } from '../arbitraries/wiring';
import { ownQueues, ownWorkers, queues, queueUses, workers } from '../arbitraries/work';
import { Draft, Program } from '../program';
import { Place } from '../site';
import { construct, jointly, literal, read, Some, struct, verb, Written } from '../written';

/** A service in one of several slots, whose ids, ports and routes differ. */
function services(user: User, slot: number): fc.Arbitrary<Written<ContainerService>> {
  const options = (hasRoute: boolean): Some<AppServiceOptions> => {
    const fields = { ...serviceFields(user, slot, hasRoute), ...webRouteFields(user), route: jointly, thresholds: allThresholds(user) };
    const route = hasRoute ? routes(user, slot).map((drawn) => ({ route: drawn })) : fc.constant({});
    return fc.tuple(struct<AppServiceOptions>('AppServiceOptions', fields, 2), fargateSizes(user), fileSystems(user), route)
      .map(([chosen, ...groups]) => chosen.with(Object.assign({}, ...groups)));
  };
  return fc.tuple(ids(user, [`Api${slot}`, `order-api-${slot}`, `Order ${slot} Ü`]), fc.oneof(options(true), options(false)))
    .map(([id, chosen]) => verb(web, 'addService', literal(id), chosen));
}

function databases(user: User, slot: number): fc.Arbitrary<Written<PrivatePostgres>> {
  const options = struct<AppDatabaseOptions>('AppDatabaseOptions', { ...databaseFields(user), thresholds: allThresholds(user) }, 2);
  return fc.tuple(ids(user, [`Database${slot}`, `データ${slot}`]), options, databaseGroups(user))
    .map(([id, chosen, groups]) => verb(web, 'addDatabase', literal(id), chosen.with(groups)));
}

/** A service of the user's own in the cluster of the app. */
function ownService(user: User): fc.Arbitrary<Written<ContainerService>> {
  const props = struct<ContainerServiceProps>('ContainerServiceProps', { ...serviceFields(user, 7, false), cluster: jointly, profile: profiles(user) }, 2);
  return fc.tuple(props, fargateSizes(user), fileSystems(user)).map(([chosen, size, system]) =>
    construct(ContainerService, 'Own', chosen.with({ ...size, ...system, cluster: partOf('cluster') })));
}

/** Programs that define the app and wire its parts. */
export function programs(user: User): fc.Arbitrary<Program> {
  const props = struct<HaContainerWebAppProps>('HaContainerWebAppProps', {
    profile: profiles(user),
    network: jointly,
    cluster: jointly,
    dnsNamespace: jointly,
    entry: jointly,
    domain: jointly,
    alerts: jointly,
    alarms: flag,
    thresholds: allThresholds(user),
    dashboard: flag,
    workHours: workHours(user, true),
  });
  return fc.record({
    setting: settings(user),
    lock: maybe(locks),
    // so many of network, cluster and entry stand in the base stack
    inBase: fc.nat({ max: 4 }),
    network: maybe(networks(user, 'Network')),
    cluster: maybe(clusters(user, 'Cluster')),
    entry: maybe(entries(user, 'Entry')),
    domain: maybe(domains(user)),
    alerts: maybe(alertTopics(user, 'Alerts')),
    dnsNamespace: maybe(dnsNamespaces(user)),
    props,
    // the network, though the cluster brings it
    saysNetwork: fc.boolean(),
    // both of what there can be one of
    muddles: rarely(user),
    stray: weighted([20, jointly], [user.slips ? 1 : 0, networks(user, 'Stray')]),
    services: fc.tuple(services(user, 0), maybe(services(user, 1)), maybe(services(user, 2))),
    databases: fc.tuple(maybe(databases(user, 0)), maybe(databases(user, 1))),
    existing: maybe(existingDatabases(user, 'Old')),
    own: maybe(ownService(user)),
    firewall: maybe(firewalls(user)),
    site: maybe(fc.tuple(sites(user), uploads(user))),
    files: maybe(sharedFiles(user, web)),
    oldFiles: maybe(existingFiles),
    mounts: fc.array(fc.nat({ max: 8 }), { maxLength: 3 })
      .chain((draws) => fc.tuple(...draws.map((draw, slot) => mounts(user, slot).map((mount) => ({ draw, mount }))))),
    redis: maybe(redis(user, web)),
    backups: maybe(backups(user)),
    queues: fc.tuple(maybe(queues(user, web, 0)), maybe(ownQueues(user))),
    workers: fc.tuple(maybe(workers(user, web, 0)), maybe(workers(user, web, 1)), maybe(ownWorkers(user, partOf('cluster')))),
    queueUse: queueUses(user, 0),
    asksForAcl: fc.nat({ max: 3 }).map((draw) => draw === 3),
    steps: fc.tuple(...[0, 1, 2, 3, 4].map((slot) => maybe(steps(user, slot)))),
  }).map((drawn) => {
    const draft = new Draft(drawn.setting);
    const place = (order: number): Place => (order < drawn.inBase ? 'base' : 'main');

    if (drawn.lock) draft.define('lock', drawn.lock);
    const network = drawn.network && draft.define('network', drawn.network, place(0));
    const alerts = drawn.alerts && draft.define('alerts', drawn.alerts, place(0));
    const domain = drawn.domain && draft.define('domain', drawn.domain, place(0));
    const stray = drawn.stray && draft.define('stray', drawn.stray, place(0));
    const cluster = network && drawn.cluster && draft.define('cluster', drawn.cluster(network), place(1));
    const entry = network && drawn.entry && draft.define('entry', drawn.entry(network, domain), place(2));
    const said = stray ?? (cluster && !drawn.saysNetwork ? undefined : network);
    draft.define('web', construct(HaContainerWebApp, 'Shop', drawn.props.with({
      ...said && { network: said },
      ...cluster && { cluster },
      ...entry && { entry },
      ...alerts && { alerts },
      ...domain && (!entry || drawn.muddles) && { domain },
      ...drawn.dnsNamespace && (!cluster || drawn.muddles) && { dnsNamespace: drawn.dnsNamespace },
    })));
    if (domain) draft.defineAll('names', [read(domain, 'redirectFrom'), read(domain, 'alternativeNames')]);

    const parts = {
      services: [...draft.defineAll('service', drawn.services), ...draft.defineAll('own', [drawn.own])],
      databases: [...draft.defineAll<IPrivatePostgres>('database', drawn.databases), ...draft.defineAll('existing', [drawn.existing])],
    };
    const firewalled = draft.defineAll('firewall', [drawn.firewall && construct(WebFirewall, 'ApiFirewall', drawn.firewall)]);
    const [site] = draft.defineAll<StaticSite>('site', [drawn.site && construct(StaticSite, 'Site', drawn.site[0])]);
    if (site) draft.defineAll('upload', drawn.site![1](site));
    if (drawn.asksForAcl) draft.defineAll('acl', firewalled.map((firewall) => read(firewall, 'webAclArn')));
    const made = draft.defineAll<SharedFiles>('files', [drawn.files]);
    const files: Array<Written<ISharedFiles>> = [...made, ...draft.defineAll('oldFiles', [drawn.oldFiles])];
    drawn.mounts.forEach(({ draw, mount }, index) => draft.defineAll(`mount${index}_`, files.length === 0 ? []
      : [mount(parts.services[draw % parts.services.length], files[draw % files.length])]));
    const [cache] = draft.defineAll<RedisService>('redis', [drawn.redis?.(files[0])]);
    if (cache) draft.defineAll('redisParts', [read(cache, 'port')]);
    const kept: Array<Written<IConstruct>> = [...made, ...parts.databases.slice(0, 1).filter(() => drawn.databases[0] !== undefined)];
    const [plan] = draft.defineAll<BackupCopies>('backups', [kept.length > 0 || user.slips ? drawn.backups : undefined]);
    if (plan) draft.defineAll('backedUp', kept.map((data) => verb(plan, 'include', data)));
    const jobs = draft.defineAll<IWorkQueue>('jobs', drawn.queues);
    draft.defineAll('worker', drawn.workers.map((worker, index) => worker?.(jobs[index])));
    draft.defineAll('queueUse', jobs.slice(0, 1).map((queue) => drawn.queueUse(parts.services[0], queue)));
    drawn.steps.forEach((step, index) => draft.defineAll(`step${index}_`, step?.(parts) ?? []));
    return draft.program;
  });
}
