// Random users of HaContainerWebApp: what they pass in, what they add, how they wire it.
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import {
  AppDatabaseOptions, AppServiceOptions, BackupCopies, ContainerService, ContainerServiceProps, FirewallLevel, HaContainerWebApp,
  HaContainerWebAppProps,
  IPrivatePostgres, ISharedFiles, IWorkQueue, OperableTask, PrivatePostgres, RedisService, SharedFiles, StaticSite, WebFirewall,
} from '../../../src';
import { clusters, connects, dnsNamespaces, fargateSizes, fileSystems, rollings, serviceFields } from '../arbitraries/compute';
import { databaseFields, databaseGroups, existingDatabases } from '../arbitraries/data';
import { domains, entries, firewalls, routes, stickiness, webRouteFields } from '../arbitraries/edge';
import { locks, profiles, settings } from '../arbitraries/environment';
import { backups, existingFiles, mounts, redis, sharedFiles } from '../arbitraries/files';
import { accountGuardrails, standardTags } from '../arbitraries/governance';
import { networks } from '../arbitraries/network';
import { alertTopics, allThresholds, DrawnHours, monthlyBudgets, workHours } from '../arbitraries/operations';
import { authentications } from '../arbitraries/sign-in';
import { sites, uploads } from '../arbitraries/sites';
import { flag, ids, maybe, rarely, User, weighted } from '../arbitraries/values';
import { partOf, steps, web } from '../arbitraries/wiring';
import { ownQueues, ownWorkers, queues, queueUses, workers } from '../arbitraries/work';
import { Draft, Program } from '../program';
import { Place } from '../site';
import { construct, jointly, literal, provided, read, Some, struct, verb, Written } from '../written';

/** A service in one of several slots, whose ids, ports and routes differ. */
function services(user: User, slot: number): fc.Arbitrary<Written<ContainerService>> {
  // a load balancer that shifts traffic asks nobody to sign in
  const signedIn = fc.tuple(routes(user, slot), authentications(user, web), rollings(user, false))
    .map(([route, authenticate, deployment]) => ({ route, authentication: authenticate(route), deployment }));
  // nor has it clients that stay
  const sticky = fc.tuple(routes(user, slot), stickiness(user), rollings(user, false), rarely(user))
    .map(([route, time, deployment, anyway]) => ({ route, stickiness: time, ...anyway ? {} : { deployment } }));
  const options = (hasRoute: boolean): Some<AppServiceOptions> => {
    const fields = { ...serviceFields(user, slot, hasRoute), ...webRouteFields(user), route: jointly, thresholds: allThresholds(user) };
    const usual = routes(user, slot).map((drawn) => ({ route: drawn }));
    const route = hasRoute ? weighted<object>([3, usual], [1, signedIn], [1, sticky]) : fc.constant({});
    return fc.tuple(struct<AppServiceOptions>('AppServiceOptions', fields, 2), fargateSizes(user), fileSystems(user), connects(user, slot, partOf('cluster')), route)
      .map(([chosen, ...groups]) => chosen.with(Object.assign({}, ...groups)));
  };
  return fc.tuple(ids(user, [`Api${slot}`, `order-api-${slot}`, `Order ${slot} Ü`]), fc.oneof(options(true), options(false)))
    .map(([id, chosen]) => verb(web, 'addService', literal(id), chosen));
}

/** A database, within the work hours if there are any. */
function databases(user: User, slot: number, hours: DrawnHours | undefined): fc.Arbitrary<Written<PrivatePostgres>> {
  const options = struct<AppDatabaseOptions>('AppDatabaseOptions', { ...databaseFields(user), thresholds: allThresholds(user) }, 2);
  return fc.tuple(ids(user, [`Database${slot}`, `データ${slot}`]), options, databaseGroups(user, hours?.running))
    .map(([id, chosen, groups]) => verb(web, 'addDatabase', literal(id), chosen.with(groups)));
}

/** A service of the user's own in the cluster of the app. */
function ownService(user: User): fc.Arbitrary<Written<ContainerService>> {
  const props = struct<ContainerServiceProps>('ContainerServiceProps', { ...serviceFields(user, 7, false), cluster: jointly, profile: profiles(user) }, 2);
  return fc.tuple(props, fargateSizes(user), fileSystems(user), connects(user, 7, partOf('cluster'))).map(([chosen, ...groups]) =>
    construct(ContainerService, 'Own', chosen.with(Object.assign({ cluster: partOf('cluster') }, ...groups))));
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
    workHours: jointly,
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
    budget: maybe(monthlyBudgets(user)),
    guardrails: maybe(accountGuardrails(user)),
    tags: maybe(standardTags(user)),
    dnsNamespace: maybe(dnsNamespaces(user)),
    props,
    // the network, though the cluster brings it
    saysNetwork: fc.boolean(),
    // both of what there can be one of
    muddles: rarely(user),
    stray: weighted([20, jointly], [user.slips ? 1 : 0, networks(user, 'Stray')]),
    services: fc.tuple(services(user, 0), maybe(services(user, 1)), maybe(services(user, 2))),
    timed: maybe(workHours(user, true)).chain((hours) => fc.record({
      hours: fc.constant(hours),
      databases: fc.tuple(maybe(databases(user, 0, hours)), maybe(databases(user, 1, hours))),
      backups: maybe(backups(user, hours?.running)),
    })),
    existing: maybe(existingDatabases(user, 'Old')),
    own: maybe(ownService(user)),
    firewall: maybe(firewalls(user)),
    site: maybe(fc.tuple(sites(user), uploads(user))),
    files: maybe(sharedFiles(user, web)),
    oldFiles: maybe(existingFiles),
    mounts: fc.array(fc.nat({ max: 8 }), { maxLength: 3 })
      .chain((draws) => fc.tuple(...draws.map((draw, slot) => mounts(user, slot).map((mount) => ({ draw, mount }))))),
    redis: maybe(redis(user, web)),
    queues: fc.tuple(maybe(queues(user, web, 0)), maybe(ownQueues(user))),
    workers: fc.tuple(maybe(workers(user, web, 0)), maybe(workers(user, web, 1)), maybe(ownWorkers(user, partOf('cluster')))),
    queueUse: queueUses(user, 0),
    asksForAcl: fc.nat({ max: 3 }).map((draw) => draw === 3),
    steps: fc.tuple(...[0, 1, 2, 3, 4].map((slot) => maybe(steps(user, slot)))),
  }).map((drawn) => {
    const draft = new Draft(drawn.setting);
    const place = (order: number): Place => (order < drawn.inBase ? 'base' : 'main');

    const { hours, databases: newDatabases } = drawn.timed;
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
      ...hours && { workHours: hours.options },
      ...domain && (!entry || drawn.muddles) && { domain },
      ...drawn.dnsNamespace && (!cluster || drawn.muddles) && { dnsNamespace: drawn.dnsNamespace },
    })));
    if (domain) draft.defineAll('names', [read(domain, 'redirectFrom'), read(domain, 'alternativeNames')]);

    if (drawn.guardrails) draft.defineAll('records', drawn.guardrails.questions(draft.define('guardrails', drawn.guardrails.made)));
    if (drawn.tags) draft.define('tags', drawn.tags);
    if (alerts && drawn.budget) draft.define('budget', drawn.budget(alerts));
    const serving = [...draft.defineAll('service', drawn.services), ...draft.defineAll('own', [drawn.own])];
    const databasesMade = [...draft.defineAll<IPrivatePostgres>('database', newDatabases), ...draft.defineAll('existing', [drawn.existing])];
    const firewalled = draft.defineAll('firewall', [drawn.firewall && construct(WebFirewall, 'ApiFirewall', drawn.firewall)]);
    const [site] = draft.defineAll<StaticSite>('site', [drawn.site && construct(StaticSite, 'Site', drawn.site[0])]);
    if (site) draft.defineAll('upload', drawn.site![1](site));
    if (drawn.asksForAcl) {
      draft.defineAll('acl', firewalled.map((firewall) =>
        provided(read(firewall, 'webAclArn'), (where) => drawn.muddles || firewall.make(where).level !== FirewallLevel.NONE)));
    }
    const made = draft.defineAll<SharedFiles>('files', [drawn.files]);
    const files: Array<Written<ISharedFiles>> = [...made, ...draft.defineAll('oldFiles', [drawn.oldFiles])];
    drawn.mounts.forEach(({ draw, mount }, index) => draft.defineAll(`mount${index}_`, files.length === 0 ? []
      : [mount(serving[draw % serving.length], files[draw % files.length])]));
    const [cache] = draft.defineAll<RedisService>('redis', [drawn.redis?.(files[0])]);
    if (cache) draft.defineAll('redisParts', [read(cache, 'port')]);
    const kept: Array<Written<IConstruct>> = [...made, ...databasesMade.slice(0, 1).filter(() => newDatabases[0] !== undefined)];
    const [plan] = draft.defineAll<BackupCopies>('backups', [kept.length > 0 || user.slips ? drawn.timed.backups : undefined]);
    if (plan) draft.defineAll('backedUp', kept.map((data) => verb(plan, 'include', data)));
    const jobs = draft.defineAll<IWorkQueue>('jobs', drawn.queues);
    const working = draft.defineAll<OperableTask>('worker', drawn.workers.map((worker, index) => worker?.(jobs[index])));
    draft.defineAll('queueUse', jobs.slice(0, 1).map((queue) => drawn.queueUse(serving[0], queue)));
    const parts = { services: serving, databases: databasesMade, tasks: [...serving, ...working] };
    drawn.steps.forEach((step, index) => draft.defineAll(`step${index}_`, step?.(parts) ?? []));
    return draft.program;
  });
}
