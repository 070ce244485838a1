// Random users of HaContainerWebApp: what they pass in, what they add, how they wire it.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as fc from 'fast-check';
import {
  AppDatabaseOptions, AppServiceOptions, ContainerService, ContainerServiceProps, Egress, HaContainerWebApp, HaContainerWebAppProps, IPrivatePostgres,
  PrivatePostgres, UseServiceOptions, WebFirewall, WebRouteProps,
} from '../../../src';
import { clusters, dnsNamespaces, fargateSizes, fileSystems, migrations, serviceFields, taskSecrets } from '../arbitraries/compute';
import { databaseFields, databaseGroups, existingDatabases, grants, useDatabaseOptions } from '../arbitraries/data';
import { domains, entries, firewalls, routes, webRouteFields } from '../arbitraries/edge';
import { locks, profiles, settings } from '../arbitraries/environment';
import { networkQuestions, networks } from '../arbitraries/network';
import { alertTopics, allThresholds, workHours } from '../arbitraries/operations';
import { flag, ids, texts, User } from '../arbitraries/values';
import { Program } from '../program';
import { Place } from '../site';
import { call, construct, jointly, literal, read, reference, Some, Statement, struct, verb, written, Written } from '../written';

const web = reference<HaContainerWebApp>('web');
const part = <K extends keyof HaContainerWebApp & string>(name: K): Written<HaContainerWebApp[K]> => written(`web.${name}`, (site) => web.make(site)[name]);

/** A service in one of several slots, whose ids, ports and routes differ. */
function services(user: User, slot: number): fc.Arbitrary<Written<ContainerService>> {
  const options = (hasRoute: boolean): Some<AppServiceOptions> => fc.tuple(
    struct<AppServiceOptions>('AppServiceOptions', { ...serviceFields(user, slot, hasRoute), ...webRouteFields(user), route: jointly, thresholds: allThresholds(user) }, 2),
    fargateSizes(user), fileSystems(user), hasRoute ? routes(user, slot).map((route) => ({ route })) : fc.constant({}),
  ).map(([chosen, size, system, route]) => chosen.with({ ...size, ...system, ...route }));
  return fc.tuple(ids(user, [`Api${slot}`, `order-api-${slot}`, `Order ${slot} Ü`]), fc.oneof(options(true), options(false)))
    .map(([id, chosen]) => verb(web, 'addService', literal(id), chosen));
}

function databases(user: User, slot: number): fc.Arbitrary<Written<PrivatePostgres>> {
  const options = fc.tuple(struct<AppDatabaseOptions>('AppDatabaseOptions', { ...databaseFields(user), thresholds: allThresholds(user) }, 2), databaseGroups(user));
  return fc.tuple(ids(user, [`Database${slot}`, `データ${slot}`]), options).map(([id, [chosen, groups]]) => verb(web, 'addDatabase', literal(id), chosen.with(groups)));
}

/** A service of the user's own in the cluster of the app, with all that `addService()` would do for it. */
function ownService(user: User): fc.Arbitrary<Written<ContainerService>> {
  const props = struct<ContainerServiceProps>('ContainerServiceProps', { ...serviceFields(user, 7, false), cluster: jointly, profile: profiles(user) }, 2);
  return fc.tuple(props, fargateSizes(user), fileSystems(user)).map(([chosen, size, system]) =>
    construct(ContainerService, 'Own', chosen.with({ ...size, ...system, cluster: part('cluster') })));
}

/** What is there to be wired. */
interface Parts { readonly services: Array<Written<ContainerService>>; readonly databases: Array<Written<IPrivatePostgres>> }
type Step = (parts: Parts) => Array<Written<unknown>>;

const alarm = written('new Alarm(this, …)', (site) => new cloudwatch.Alarm(site.stack, site.id('Alarm'), {
  metric: new cloudwatch.Metric({ namespace: 'Own', metricName: 'Errors' }), threshold: 1, evaluationPeriods: 1,
}));

/** Wiring, one of each kind in a slot, so that names differ. */
function steps(user: User, slot: number): fc.Arbitrary<Step> {
  const any = fc.nat({ max: 5 });
  const pick = <T>(from: T[], draw: number): T[] => (from.length === 0 ? [] : [from[draw % from.length]]);
  const onService = (make: (service: Written<ContainerService>, parts: Parts) => Array<Written<unknown>>) => (draw: number): Step =>
    (parts) => pick(parts.services, draw).flatMap((service) => make(service, parts));
  const useService = struct<UseServiceOptions>('UseServiceOptions', { variable: texts(user, [`SERVICE_${slot}_URL`], ['', '1', 'A B', 'ENVIRONMENT'], false), startAfter: flag });
  const route = struct<WebRouteProps>('WebRouteProps', { ...webRouteFields(user), service: jointly, route: jointly });
  return fc.oneof<fc.Arbitrary<Step>[]>(
    fc.tuple(any, any, useDatabaseOptions(user, slot)).map(([from, to, options]) =>
      onService((service, parts) => pick(parts.databases, to).map((database) => verb(service, 'useDatabase', database, options)))(from)),
    // those before use those after, so that nobody waits for himself, unless somebody slips
    fc.tuple(any, any, useService, rarely(user)).map(([from, to, options, either]) => (parts: Parts): Array<Written<unknown>> => {
      const [one, other] = [from % Math.max(1, parts.services.length), to % Math.max(1, parts.services.length)];
      return one < other || (either && parts.services.length > 0) ? [verb(parts.services[one], 'useService', parts.services[other], options)] : [];
    }),
    fc.tuple(any, any, rarely(user)).map(([from, to, either]) => (parts: Parts): Array<Written<unknown>> => {
      const [one, other] = [from % Math.max(1, parts.services.length), to % Math.max(1, parts.services.length)];
      return one < other || (either && parts.services.length > 0) ? [verb(parts.services[one], 'startAfter', parts.services[other])] : [];
    }),
    fc.tuple(any, migrations(user)).map(([from, [id, options]]) => onService((service) => [verb(service, 'addMigration', literal(`${id}${user.slips ? '' : slot}`), options)])(from)),
    fc.tuple(any, texts(user, [`OWN_${slot}`], ['', '1', 'ENVIRONMENT'], false), texts(user, ['x', ''], ['']))
      .map(([from, name, value]) => onService((service) => [verb(service, 'addEnvironment', name, value)])(from)),
    fc.tuple(any, texts(user, [`OWN_SECRET_${slot}`], ['', 'ENVIRONMENT'], false), taskSecrets).map(([from, name, secret]) => onService((service) => [verb(service, 'addSecret', name, secret)])(from)),
    any.map(onService((service) => [verb(service, 'rollbackOn', alarm)])),
    any.map(onService((service) => [verb(service, 'rollbackOn', ...[])])),
    fc.tuple(any, fc.constantFrom('hostName', 'privateUrl', 'hostName', 'privateUrl', 'execCommand' as const))
      .map(([from, member]) => onService((service) => [read(service, member as 'hostName')])(from)),
    fc.tuple(any, route, routes(user, 4 + slot)).map(([from, options, where]) =>
      onService((service) => [verb(part('entry'), 'addRoute', literal(`Further${slot}`), options.with({ service, route: where }))])(from)),
    routes(user, slot).map((where) => () => [verb(part('entry'), 'urlOf', where)]),
    fc.tuple(any, any, grants(user)).map(([to, from, grant]) => (parts: Parts): Array<Written<unknown>> =>
      pick(parts.databases, to).map((database) => grant(database, pick(parts.services, from)[0]))),
    fc.constantFrom<Step>(
      () => [read(part('alarms'), 'alarms'), read(call(Egress, 'singleNat'), 'internet')],
      () => [verb(part('dashboard'), 'addMetrics', literal(`Own ${slot}`), written('new Metric(…)', () => new cloudwatch.Metric({ namespace: 'Own', metricName: 'Sold' })))],
      ...user.slips ? [(): Array<Written<unknown>> => [read(part('dashboard'), 'dashboard')], (): Array<Written<unknown>> => [verb(part('dashboard'), 'addMetrics', literal('None'))]] : [],
    ),
    networkQuestions(part('network')).map((question) => () => [question]),
  );
}

const rarely = (user: User): fc.Arbitrary<boolean> => fc.nat({ max: 20 }).map((draw) => user.slips && draw === 20);

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
  const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });
  return fc.record({
    setting: settings(user),
    lock: fc.option(locks, { nil: undefined, freq: 2 }),
    // parts of the app that stand in the base stack: the first so many of network, cluster and entry
    inBase: fc.nat({ max: 4 }),
    network: maybe(networks(user, 'Network')),
    cluster: maybe(clusters(user, 'Cluster')),
    entry: maybe(entries(user, 'Entry')),
    domain: maybe(domains(user)),
    alerts: maybe(alertTopics(user, 'Alerts')),
    dnsNamespace: maybe(dnsNamespaces(user)),
    props,
    saysNetwork: fc.boolean(),
    // both of what there can be one of
    muddles: rarely(user),
    asksForAcl: fc.nat({ max: 3 }).map((draw) => draw === 3),
    strayNetwork: user.slips ? fc.oneof({ weight: 20, arbitrary: jointly }, { weight: 1, arbitrary: networks(user, 'Stray') }) : fc.constant(undefined),
    services: fc.tuple(services(user, 0), maybe(services(user, 1)), maybe(services(user, 2))),
    databases: fc.tuple(maybe(databases(user, 0)), maybe(databases(user, 1))),
    existing: maybe(existingDatabases(user, 'Old')),
    own: maybe(ownService(user)),
    firewall: maybe(firewalls(user)),
    steps: fc.tuple(...[0, 1, 2, 3, 4].map((slot) => maybe(steps(user, slot)))),
  }).map((drawn) => {
    const statements: Statement[] = [];
    const define = <T>(name: string, place: Place, value: Written<T>): Written<T> => {
      statements.push({ name, place, value });
      return reference<T>(name);
    };
    const made = <T>(name: string, all: Array<Written<T> | undefined>): Array<Written<T>> =>
      all.flatMap((value, index) => (value ? [define(`${name}${index}`, 'main', value)] : []));
    const place = (order: number): Place => (order < drawn.inBase ? 'base' : 'main');

    if (drawn.lock) define('lock', 'main', drawn.lock);
    const network = drawn.network && define('network', place(0), drawn.network);
    const alerts = drawn.alerts && define('alerts', place(0), drawn.alerts);
    const domain = drawn.domain && define('domain', place(0), drawn.domain);
    const stray = drawn.strayNetwork && define('stray', place(0), drawn.strayNetwork);
    const cluster = network && drawn.cluster && define('cluster', place(1), drawn.cluster(network));
    const entry = network && drawn.entry && define('entry', place(2), drawn.entry(network, domain));
    // two owners of one thing are an error: only those who slip name both
    const said = stray ?? (cluster && !drawn.saysNetwork ? undefined : network);
    define('web', 'main', construct(HaContainerWebApp, 'Shop', drawn.props.with({
      ...said && { network: said },
      ...cluster && { cluster },
      ...entry && { entry },
      ...alerts && { alerts },
      ...domain && (!entry || drawn.muddles) && { domain },
      ...drawn.dnsNamespace && (!cluster || drawn.muddles) && { dnsNamespace: drawn.dnsNamespace },
    })));
    if (domain) made('name', [read(domain, 'redirectFrom'), read(domain, 'alternativeNames')]);
    const parts: Parts = {
      services: [...made('service', drawn.services), ...made('own', [drawn.own])],
      databases: [...made<IPrivatePostgres>('database', drawn.databases), ...made('existing', [drawn.existing])],
    };
    const firewall = made('firewall', [drawn.firewall && construct(WebFirewall, 'ApiFirewall', drawn.firewall)]);
    if (drawn.asksForAcl) made('acl', firewall.map((one) => read(one, 'webAclArn')));
    drawn.steps.forEach((step, index) => made(`step${index}_`, step?.(parts) ?? []));
    return { setting: drawn.setting, statements };
  });
}
