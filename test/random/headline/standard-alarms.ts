// Random users of StandardAlarms, and of the dashboard and the working hours beside it: over apps that know nothing of this library.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { MonitorOptions, OperationsDashboard, StandardAlarms, StandardAlarmsProps, WorkHours } from '../../../src';
import { locks, settings } from '../arbitraries/environment';
import { foreignParts } from '../arbitraries/foreign-parts';
import { alertTopics, allThresholds, workHours } from '../arbitraries/operations';
import { User } from '../arbitraries/values';
import { Program } from '../program';
import { Place } from '../site';
import { construct, jointly, list, literal, read, reference, Statement, struct, verb, written, Written } from '../written';

type Target = (parts: Array<Written<IConstruct>>) => Written<IConstruct>;

/** What alarms, dashboard and hours are put on: a stack, the app, a part of it. */
const targets = (user: User): fc.Arbitrary<Target> => fc.oneof(
  { weight: 8, arbitrary: fc.constant<Target>(() => written('Stack.of(this)', (site) => site.stack)) },
  { weight: 4, arbitrary: fc.constant<Target>(() => written('this.node.root', (site) => site.app)) },
  { weight: user.slips ? 1 : 0, arbitrary: fc.nat({ max: 9 }).map((draw): Target => (parts) => parts[draw % parts.length]) },
);

/** Programs that define an app and watch it. */
export function programs(user: User): fc.Arbitrary<Program> {
  const props = struct<StandardAlarmsProps>('StandardAlarmsProps', { alerts: jointly, thresholds: allThresholds(user) });
  const monitoring = struct<MonitorOptions>('MonitorOptions', { exclude: jointly, thresholds: allThresholds(user) });
  const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });
  return fc.record({
    setting: settings(user),
    lock: fc.option(locks, { nil: undefined, freq: 2 }),
    place: fc.constantFrom<Place>('main', 'main', 'base'),
    parts: foreignParts,
    alerts: maybe(alertTopics(user, 'Alerts')),
    props,
    monitor: fc.tuple(targets(user), monitoring, maybe(fc.nat({ max: 9 }))),
    later: maybe(foreignParts),
    again: user.slips ? maybe(fc.tuple(targets(user), monitoring)) : fc.constant(undefined),
    dashboard: maybe(targets(user)),
    hours: fc.oneof({ weight: 2, arbitrary: jointly }, { weight: 1, arbitrary: fc.tuple(workHours(user, user.slips), targets(user)) }),
  }).map((drawn) => {
    const statements: Statement[] = [];
    const define = <T>(name: string, place: Place, value: Written<T>): Written<T> => {
      statements.push({ name, place, value });
      return reference<T>(name);
    };
    if (drawn.lock) define('lock', drawn.place, drawn.lock);
    const parts = drawn.parts.map((part, index) => define(`part${index}`, drawn.place, part(index)));
    const alerts = drawn.alerts && define('alerts', drawn.place, drawn.alerts);
    const alarms = define('alarms', drawn.place, construct(StandardAlarms, 'Alarms', drawn.props.with({ ...alerts && { alerts } })));
    const [target, options, excluded] = drawn.monitor;
    // the first part always has alarms
    const exclude = excluded !== undefined && parts.length > 1 ? { exclude: list([parts[1 + excluded % (parts.length - 1)]]) } : {};
    define('monitored', drawn.place, verb(alarms, 'monitor', target(parts), options.with(exclude)));
    drawn.later?.forEach((part, index) => define(`later${index}`, drawn.place, part(100 + index)));
    if (drawn.again) define('again', drawn.place, verb(alarms, 'monitor', drawn.again[0](parts), drawn.again[1]));
    define('all', drawn.place, read(alarms, 'alarms'));
    if (drawn.dashboard) {
      const dashboard = define('dashboard', drawn.place, written<OperationsDashboard>("new OperationsDashboard(this, 'Dashboard')", (site) => {
        site.used.add('new OperationsDashboard');
        return new OperationsDashboard(site.stack, 'Dashboard');
      }));
      define('shown', drawn.place, verb(dashboard, 'show', drawn.dashboard(parts)));
      define('shownToo', drawn.place, verb(dashboard, 'addMetrics', literal('Own'), written('new Metric(…)', () => new cloudwatch.Metric({ namespace: 'Own', metricName: 'Sold' }))));
      define('made', drawn.place, read(dashboard, 'dashboard'));
    }
    if (drawn.hours) {
      const hours = define('hours', drawn.place, construct(WorkHours, 'Hours', drawn.hours[0]));
      define('included', drawn.place, verb(hours, 'include', drawn.hours[1](parts)));
    }
    return { setting: drawn.setting, statements };
  });
}
