// Alarms, thresholds, alerts, working hours.
import { Duration, TimeZone } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as fc from 'fast-check';
import { keys } from './compute';
import { RunningTimes } from './data';
import { profiles } from './environment';
import { durations, listToken, mostly, numbers, rarely, texts, times, User, weighted } from './values';
import {
  AlarmThreshold, AlarmThresholds, AlertTopic, AlertTopicProps, ApiThresholds, BudgetAlerts, BudgetAlertsProps, DatabaseThresholds,
  DistributionThresholds, EvaluationOptions, FileSystemThresholds, FunctionThresholds, IAlertTopic, LoadBalancerThresholds, NatGatewayThresholds,
  QueueThresholds, ServiceThresholds, StateMachineThresholds, TableThresholds, WorkHoursOptions,
} from '../../../src';
import { call, construct, jointly, list, literal, listOf, mapOf, memberOf, oneOf, plain, Some, struct, written, Written } from '../written';

/** Topics made here, and existing ones. */
export function alertTopics(user: User, id: string): Some<IAlertTopic> {
  const emails = texts(user, ['ops@example.com', 'a+b@ü.example'], ['', 'ops', 'a@b', 'a b@example.com']);
  const webhooks = texts(user, ['https://hooks.example.com/x', 'https://events.example.com/?a=b'], ['', 'http://hooks.example.com', 'https://', 'hooks.example.com']);
  const several = (values: Some<string>): Some<string[]> =>
    mostly(user, listOf(values, { maxLength: 1 }), fc.oneof(listToken, listOf(values, { maxLength: 4 })));
  const props = struct<AlertTopicProps>('AlertTopicProps', { emails: several(emails), webhooks: several(webhooks), encryptionKey: keys });
  const existing = fc.constantFrom(
    written<sns.ITopic>('Topic.fromTopicArn(…)', (site) => sns.Topic.fromTopicArn(site.stack, site.id('Topic'), 'arn:aws:sns:eu-west-1:123456789012:old')),
    written<sns.ITopic>('new Topic(this, …)', (site) => new sns.Topic(site.stack, site.id('Topic'))),
  );
  return fc.oneof(
    { weight: 3, arbitrary: props.map((chosen): Written<IAlertTopic> => construct(AlertTopic, id, chosen)) },
    { weight: 1, arbitrary: existing.map((topic) => call(AlertTopic, 'fromTopic', topic)) },
  );
}

type Unit = 'percent' | 'count' | 'seconds' | 'gibibytes';

/** Thresholds in the units a rule knows, or for those who slip in others. */
function thresholds(user: User, ...units: Unit[]): Some<AlarmThreshold> {
  const lengths = (most: number): Some<Duration> => mostly(user, times(60, most, 60), durations(user, 60, most, 60));
  const evaluation = struct<EvaluationOptions>('EvaluationOptions', { period: jointly, periods: jointly, datapoints: jointly });
  const rare = user.slips
    ? fc.record({ period: lengths(86400), periods: numbers(user, 1, 1440), datapoints: numbers(user, 1, 5) }, { requiredKeys: [] })
    : fc.constant({});
  const fitting = fc.tuple(fc.integer({ min: 1, max: 24 }), lengths(3600)).chain(([periods, period]) => fc.constantFrom(
    {}, { periods: literal(periods) }, { period, periods: literal(periods) },
    { periods: literal(periods), datapoints: literal(Math.ceil(periods / 2)) },
  ));
  const options = fc.tuple(evaluation, weighted<object>([10, fitting], [1, rare])).map(([empty, chosen]) => empty.with(chosen));
  const values: Record<Unit, Some<number>> = {
    percent: mostly(user, plain(fc.integer({ min: 0, max: 100 })), oneOf(-1, 100.5, NaN)),
    count: mostly(user, plain(fc.integer({ min: 0, max: 100_000 })), oneOf(-1, Infinity, NaN)),
    seconds: mostly(user, plain(fc.integer({ min: 0, max: 6000 }).map((hundredths) => hundredths / 100)), oneOf(-0.1, Infinity)),
    gibibytes: mostly(user, plain(fc.integer({ min: 0, max: 6400 }).map((tenths) => tenths / 10)), oneOf(-1, NaN)),
  };
  const given = (unit: Unit): Some<AlarmThreshold> =>
    fc.tuple(values[unit], options).map(([value, chosen]) => call(AlarmThreshold, unit, value, chosen));
  const known = fc.oneof(
    ...units.map((unit) => ({ weight: 4, arbitrary: given(unit) })),
    { weight: 1, arbitrary: fc.constant(call(AlarmThreshold, 'off')) },
    { weight: 2, arbitrary: options.map((chosen) => call(AlarmThreshold, 'standard', chosen)) },
  );
  return mostly(user, known, fc.constantFrom<Unit>('percent', 'count', 'seconds', 'gibibytes').chain(given));
}

/** Thresholds of everything. */
export function allThresholds(user: User): Some<AlarmThresholds> {
  return struct<AlarmThresholds>('AlarmThresholds', {
    service: struct<ServiceThresholds>('ServiceThresholds', { cpu: thresholds(user, 'percent'), memory: thresholds(user, 'percent'), missingTasks: thresholds(user, 'count') }),
    loadBalancer: struct<LoadBalancerThresholds>('LoadBalancerThresholds', {
      serverErrors: thresholds(user, 'percent'), responseTime: thresholds(user, 'seconds'), unhealthyTargets: thresholds(user, 'count'),
    }),
    database: struct<DatabaseThresholds>('DatabaseThresholds', {
      cpu: thresholds(user, 'percent'),
      freeStorage: thresholds(user, 'gibibytes'),
      freeMemory: thresholds(user, ...user.slips ? ['percent' as const] : [], 'gibibytes'),
      connections: thresholds(user, ...user.slips ? ['percent' as const] : [], 'count'),
      connectionErrors: thresholds(user, 'count'),
      cpuCredits: thresholds(user, 'count'),
      replicaLag: thresholds(user, 'seconds'),
    }),
    function: struct<FunctionThresholds>('FunctionThresholds', {
      errors: thresholds(user, 'percent'), duration: thresholds(user, ...user.slips ? ['percent' as const] : [], 'seconds'), throttles: thresholds(user, 'count'),
    }),
    api: struct<ApiThresholds>('ApiThresholds', { serverErrors: thresholds(user, 'count'), latency: thresholds(user, 'seconds') }),
    distribution: struct<DistributionThresholds>('DistributionThresholds', { serverErrors: thresholds(user, 'percent') }),
    natGateway: struct<NatGatewayThresholds>('NatGatewayThresholds', { portErrors: thresholds(user, 'count') }),
    queue: struct<QueueThresholds>('QueueThresholds', { age: thresholds(user, 'seconds'), deadLetters: thresholds(user, 'count') }),
    fileSystem: struct<FileSystemThresholds>('FileSystemThresholds', { ioLimit: thresholds(user, 'percent'), burstCredits: thresholds(user, 'gibibytes') }),
    table: struct<TableThresholds>('TableThresholds', { throttles: thresholds(user, 'count') }),
    stateMachine: struct<StateMachineThresholds>('StateMachineThresholds', { failures: thresholds(user, 'count') }),
  });
}

/** Hours, and times of UTC within them, in Berlin as well as in UTC: of any day, and later of the day on which work begins. */
const HOURS: Array<[start: string, end: string, backup: string, maintenance: [from: string, to: string]]> = [
  ['08:00', '18:00', '10:00-10:30', ['13:00', '14:00']],
  ['22:15', '06:30', '01:00-01:30', ['23:20', '23:55']],
  ['00:00', '23:00', '10:00-10:30', ['13:00', '14:00']],
  ['12:00', '11:00', '14:00-14:30', ['17:00', '18:00']],
];

/** Work hours, and when databases run in them; none where they go on. */
export interface DrawnHours { readonly options: Written<WorkHoursOptions>; readonly running?: RunningTimes }

/**
 * Working hours.
 *
 * @param canStop whether all databases there are can be stopped
 */
export function workHours(user: User, canStop: boolean): fc.Arbitrary<DrawnHours> {
  const between = (start: string, end: string) => ({ start: literal(start), end: literal(end) });
  const wrong = fc.constantFrom(
    between('8:00', '18:00'), between('08:00', '08:00'), between('', ''), between('00:00', '23:30'), between('24:00', '06:00'), between('ü', '06:00'),
  );
  const options = struct<WorkHoursOptions>('WorkHoursOptions', {
    start: jointly,
    end: jointly,
    timeZone: memberOf('TimeZone', TimeZone, 'EUROPE_BERLIN', 'ETC_UTC'),
    days: jointly,
    offHoursTasks: numbers(user, 0, 10),
    stopDatabases: jointly,
  });
  const slip = rarely(user);
  return fc.record({
    options,
    hours: fc.constantFrom(...HOURS),
    days: fc.constantFrom(undefined, 'MON-FRI', 'SAT', 'FRI-MON', 'MON,WED-THU', 'SUN-SAT'),
    wrongHours: fc.tuple(slip, wrong),
    wrongDays: fc.tuple(slip, oneOf('', 'mon', 'MON-', 'MON,,TUE', 'X')),
    stops: fc.constantFrom(undefined, true, false),
    // the times of another day
    offHours: slip,
  }).map(({ options: chosen, hours: [start, end, backupWindow, [from, to]], days, wrongHours, wrongDays, stops, offHours }) => {
    const day = (days ?? 'MON').slice(0, 3).toLowerCase();
    const said = wrongDays[0] ? wrongDays[1] : days === undefined ? undefined : literal(days);
    const stopDatabases = canStop ? stops : false;
    return {
      options: chosen.with({
        ...wrongHours[0] ? wrongHours[1] : between(start, end),
        ...said && { days: said },
        ...stopDatabases !== undefined && { stopDatabases: literal(stopDatabases) },
      }),
      running: stopDatabases === false || offHours ? undefined : { backupWindow, maintenanceWindow: `${day}:${from}-${day}:${to}` },
    };
  });
}

/** Budgets that tell a topic. */
export function monthlyBudgets(user: User): fc.Arbitrary<(alerts: Written<IAlertTopic>) => Written<BudgetAlerts>> {
  const percent = (...right: number[]): Some<number> => mostly(user, oneOf(...right), oneOf(0, 1001, 99.5, NaN));
  // for those who slip, too many or the same twice
  const further = user.slips ? listOf(percent(80, 120), { maxLength: 3 }) : fc.constant(list<number>([]));
  const shares = fc.tuple(percent(50, 80), percent(90, 99), percent(100, 1000), further).map(([low, high, most, more]) =>
    written(`[${[low, high, most].map(({ code }) => code).join(', ')}, ...${more.code}]`, (site) => [...list([low, high, most]).make(site), ...more.make(site)]));
  const props = struct<BudgetAlertsProps>('BudgetAlertsProps', {
    alerts: jointly,
    monthlyLimitUsd: numbers(user, 1, 10_000),
    percents: shares,
    forecastPercents: listOf(percent(100), { maxLength: 1 }),
    urgentEmails: listOf(texts(user, ['cto@example.com'], ['', 'cto']), { maxLength: 1 }),
    tags: mapOf(fc.constantFrom('Application', 'Owner', 'Größe'), texts(user, ['shop', 'a b'], ['']), 2, user.slips ? 0 : 1),
    profile: profiles(user),
  });
  return props.map((chosen) => (alerts) => construct(BudgetAlerts, 'Budget', chosen.with({ alerts })));
}
