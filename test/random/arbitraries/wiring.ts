// What users do with the parts of an app once they have them: every verb and every question of services, databases, load balancer, dashboard and network.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as fc from 'fast-check';
import { migrations, taskSecrets } from './compute';
import { grants, useDatabaseOptions } from './data';
import { routes, stickiness, webRouteFields } from './edge';
import { deliveryRoles } from './governance';
import { networkQuestions } from './network';
import { bastions, localPorts, scheduledTasks, shown, taskCommands } from './runs';
import { authentications } from './sign-in';
import { flag, rarely, texts, User } from './values';
import { ContainerService, Egress, HaContainerWebApp, IPrivatePostgres, OperableTask, UseServiceOptions, WebRouteProps } from '../../../src';
import { Site } from '../site';
import { call, jointly, literal, provided, read, reference, struct, verb, written, Written } from '../written';

/** The app, as its statement is named. */
export const web = reference<HaContainerWebApp>('web');

/** A part of the app. */
export const partOf = <K extends keyof HaContainerWebApp & string>(name: K): Written<HaContainerWebApp[K]> =>
  written(`web.${name}`, (site) => web.make(site)[name]);

/** What there is to be wired. */
export interface Parts {
  readonly services: Array<Written<ContainerService>>;
  readonly databases: Array<Written<IPrivatePostgres>>;
  /** Services and workers. */
  readonly tasks: Array<Written<OperableTask>>;
}

/** Statements that wire parts. None where a part is not there. */
export type Step = (parts: Parts) => Array<Written<unknown>>;

const metric = written('new Metric(…)', () => new cloudwatch.Metric({ namespace: 'Own', metricName: 'Sold' }));
const alarm = written('new Alarm(this, …)', (site) => new cloudwatch.Alarm(site.stack, site.id('Alarm'), {
  metric: new cloudwatch.Metric({ namespace: 'Own', metricName: 'Errors' }), threshold: 1, evaluationPeriods: 1,
}));

/** One of several by a number that was drawn before their number was known. */
const pick = <T>(from: T[], draw: number): T[] => from.slice(draw % Math.max(1, from.length)).slice(0, 1);
const anyOne = fc.nat({ max: 5 });

/** Something done with one of the services. */
const withService = (make: (service: Written<ContainerService>) => Written<unknown>): fc.Arbitrary<Step> =>
  anyOne.map((draw) => ({ services }: Parts): Array<Written<unknown>> => pick(services, draw).map(make));

/** A command for a shell or a tunnel, asked for where shells are allowed; anywhere by those who slip. */
const ofShell = <T>(task: Written<OperableTask>, question: Written<T>, anyway: boolean): Written<T | undefined> => {
  const isAllowed = ({ fargateService: { node } }: OperableTask): boolean => (node.defaultChild as ecs.CfnService).enableExecuteCommand === true;
  return provided(question, (site) => anyway || isAllowed(task.make(site)));
};

/** Something done with two services, the first before the second, so that none waits for itself; the other way round for those who slip. */
const withTwo = (user: User, make: (one: Written<ContainerService>, other: Written<ContainerService>) => Written<unknown>): fc.Arbitrary<Step> =>
  fc.tuple(anyOne, anyOne, rarely(user)).map(([from, to, either]) => ({ services }: Parts): Array<Written<unknown>> => {
    const [one, other] = [from, to].flatMap((draw) => pick(services, draw));
    return services.indexOf(one) < services.indexOf(other) || (either && one !== undefined) ? [make(one, other)] : [];
  });

function serviceSteps(user: User, slot: number): Array<fc.Arbitrary<Step>> {
  const useService = struct<UseServiceOptions>('UseServiceOptions', {
    variable: texts(user, [`SERVICE_${slot}_URL`], ['', '1', 'A B', 'ENVIRONMENT'], false), startAfter: flag,
  });
  const variable = texts(user, [`OWN_${slot}`], ['', '1', 'ENVIRONMENT'], false);
  const route = struct<WebRouteProps>('WebRouteProps', { ...webRouteFields(user), service: jointly, route: jointly });
  return [
    useService.chain((options) => withTwo(user, (one, other) => verb(one, 'useService', other, options))),
    withTwo(user, (one, other) => verb(one, 'startAfter', other)),
    migrations(user).chain(([id, options]) => withService((service) => verb(service, 'addMigration', literal(user.slips ? id : `${id}${slot}`), options))),
    fc.tuple(variable, texts(user, ['x', ''], [''])).chain(([name, value]) => withService((service) => verb(service, 'addEnvironment', name, value))),
    fc.tuple(variable, taskSecrets).chain(([name, secret]) => withService((service) => verb(service, 'addSecret', name, secret))),
    withService((service) => verb(service, 'rollbackOn', alarm)),
    withService((service) => verb(service, 'rollbackOn')),
    withService((service) => read(service, 'hostName')),
    withService((service) => read(service, 'privateUrl')),
    fc.tuple(route, routes(user, 4 + slot)).chain(([options, where]) =>
      withService((service) => verb(partOf('entry'), 'addRoute', literal(`Further${slot}`), options.with({ service, route: where })))),
    // a service may shift traffic, which goes with no sign-in and no stickiness
    fc.tuple(route, routes(user, 4 + slot), authentications(user, web), stickiness(user), rarely(user))
      .chain(([options, where, authenticate, time, anyway]) => withService((service) => {
        const authentication = authenticate(where);
        const mayHave = (site: Site): boolean => anyway || !service.make(site).deployment.alternateTargetGroup;
        return verb(partOf('entry'), 'addRoute', literal(`SignedIn${slot}`), options.with({
          service, route: where, authentication: provided(authentication, mayHave), stickiness: provided(time, mayHave),
        }));
      })),
  ];
}

function databaseSteps(user: User, slot: number): Array<fc.Arbitrary<Step>> {
  return [
    fc.tuple(anyOne, anyOne, useDatabaseOptions(user, slot)).map(([from, to, options]) => ({ services, databases }: Parts): Array<Written<unknown>> =>
      pick(services, from).flatMap((service) => pick(databases, to).map((database) => verb(service, 'useDatabase', database, options)))),
    fc.tuple(anyOne, anyOne, grants(user)).map(([from, to, grant]) => ({ services, databases }: Parts): Array<Written<unknown>> =>
      pick(databases, to).map((database) => grant(database, pick(services, from)[0]))),
  ];
}

function taskSteps(user: User, slot: number): Array<fc.Arbitrary<Step>> {
  const ofOne = (make: (task: Written<OperableTask>, parts: Parts) => Array<Written<unknown>>): fc.Arbitrary<Step> =>
    anyOne.map((draw) => (parts: Parts): Array<Written<unknown>> => pick(parts.tasks, draw).flatMap((task) => make(task, parts)));
  return [
    scheduledTasks(user, slot).chain((schedule) => ofOne((task) => [schedule(task)])),
    taskCommands.chain((command) => ofOne((task) => [command(task)])),
    rarely(user).chain((anyway) => ofOne((task) => [shown(ofShell(task, read(task, 'execCommand'), anyway))])),
    fc.tuple(rarely(user), localPorts(user), anyOne).chain(([anyway, port, to]) => ofOne((task, { databases }) =>
      pick(databases, to).map((database) => shown(ofShell(task, verb(task, 'tunnelCommand', database, ...port), anyway))))),
    bastions(user, slot).map((bastion) => ({ databases }: Parts): Array<Written<unknown>> => [bastion(partOf('network'), databases)]),
  ];
}

/** Wiring of any kind, in one of several slots, so that names differ. */
export function steps(user: User, slot: number): fc.Arbitrary<Step> {
  const dashboard = partOf('dashboard');
  const of = (...statements: Array<Written<unknown>>): Step => () => statements;
  return fc.oneof(
    ...serviceSteps(user, slot),
    ...databaseSteps(user, slot),
    ...taskSteps(user, slot),
    routes(user, slot).map((where) => of(verb(partOf('entry'), 'urlOf', where))),
    networkQuestions(partOf('network')).map((question) => of(question)),
    fc.constant(of(read(partOf('alarms'), 'alarms'), read(call(Egress, 'singleNat'), 'internet'))),
    deliveryRoles(user, slot).map((role) => of(role)),
    rarely(user).map((isEmpty) => of(verb(dashboard, 'addMetrics', literal(`Own ${slot}`), ...isEmpty ? [] : [metric]))),
    rarely(user).map((isEarly) => of(...isEarly ? [read(dashboard, 'dashboard')] : [])),
  );
}
