// Random users of StandardAlarms, and of the dashboard and the working hours beside it: over apps that know nothing of this library.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { MonitorOptions, OperationsDashboard, StandardAlarms, StandardAlarmsProps, WorkHours } from '../../../src';
import { locks, settings } from '../arbitraries/environment';
import { foreignParts, restingParts } from '../arbitraries/foreign-parts';
import { alertTopics, allThresholds, workHours } from '../arbitraries/operations';
import { maybe, rarely, User, weighted } from '../arbitraries/values';
import { Draft, Program } from '../program';
import { Place } from '../site';
import { construct, jointly, list, literal, read, struct, verb, written, Written } from '../written';

type Target = (parts: Array<Written<IConstruct>>) => Written<IConstruct>;

/** What alarms, dashboard and hours are put on: a stack, the app, a part of it. */
const targets = (user: User): fc.Arbitrary<Target> => weighted<Target>(
  [8, fc.constant(() => written('Stack.of(this)', (site) => site.stack))],
  [4, fc.constant(() => written('this.node.root', (site) => site.app))],
  [user.slips ? 1 : 0, fc.nat({ max: 9 }).map((draw) => (parts) => parts[draw % parts.length])],
);

const metric = written('new Metric(…)', () => new cloudwatch.Metric({ namespace: 'Own', metricName: 'Sold' }));
const newDashboard = written<OperationsDashboard>("new OperationsDashboard(this, 'Dashboard')", (site) => new OperationsDashboard(site.stack, 'Dashboard'));

/** Programs that define an app and watch it. */
export function programs(user: User): fc.Arbitrary<Program> {
  const props = struct<StandardAlarmsProps>('StandardAlarmsProps', { alerts: jointly, thresholds: allThresholds(user) });
  const monitoring = struct<MonitorOptions>('MonitorOptions', { exclude: jointly, thresholds: allThresholds(user) });
  return fc.record({
    setting: settings(user),
    lock: maybe(locks),
    place: fc.constantFrom<Place>('main', 'main', 'base'),
    parts: foreignParts,
    alerts: maybe(alertTopics(user, 'Alerts')),
    props,
    monitor: fc.tuple(targets(user), monitoring, maybe(fc.nat({ max: 9 }))),
    later: maybe(foreignParts),
    again: weighted([2, jointly], [user.slips ? 1 : 0, fc.tuple(targets(user), monitoring)]),
    dashboard: maybe(targets(user)),
    hours: weighted([2, jointly], [1, fc.tuple(workHours(user, user.slips > 0), targets(user))]),
    // something must rest
    resting: fc.tuple(restingParts, rarely(user)),
  }).map((drawn) => {
    const draft = new Draft(drawn.setting);
    const define = <T>(name: string, value: Written<T>): Written<T> => draft.define(name, value, drawn.place);

    if (drawn.lock) define('lock', drawn.lock);
    const parts = drawn.parts.map((part, index) => define(`part${index}`, part(index)));
    const alerts = drawn.alerts && define('alerts', drawn.alerts);
    const alarms = define('alarms', construct(StandardAlarms, 'Alarms', drawn.props.with({ ...alerts && { alerts } })));
    const [target, options, excluded] = drawn.monitor;
    // not the first part, which always has alarms
    const exclude = excluded !== undefined && parts.length > 1 ? { exclude: list([parts[1 + excluded % (parts.length - 1)]]) } : {};
    define('monitored', verb(alarms, 'monitor', target(parts), options.with(exclude)));
    drawn.later?.forEach((part, index) => define(`later${index}`, part(100 + index)));
    if (drawn.again) define('again', verb(alarms, 'monitor', drawn.again[0](parts), drawn.again[1]));
    define('all', read(alarms, 'alarms'));
    if (drawn.dashboard) {
      const dashboard = define('dashboard', newDashboard);
      define('shown', verb(dashboard, 'show', drawn.dashboard(parts)));
      define('shownToo', verb(dashboard, 'addMetrics', literal('Own'), metric));
      define('made', read(dashboard, 'dashboard'));
    }
    if (drawn.hours) {
      const [rests, nothing] = drawn.resting;
      if (!nothing) define('resting', rests(200));
      const hours = define('hours', construct(WorkHours, 'Hours', drawn.hours[0].options));
      define('included', verb(hours, 'include', drawn.hours[1](parts)));
    }
    return draft.program;
  });
}
