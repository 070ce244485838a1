// What operators do with tasks and databases: runs at set times, commands, a bastion.
import { CfnOutput, Duration, Lazy, TimeZone } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as fc from 'fast-check';
import { commands, fargateSizes, variableNames } from './compute';
import { durations, flag, ids, maybe, numbers, texts, together, User } from './values';
import { IAppNetwork, IPrivatePostgres, OperableTask, ScheduledTask, ScheduledTaskOptions, SsmBastion, SsmBastionProps } from '../../../src';
import { construct, jointly, literal, mapOf, read, Some, struct, verb, written, Written } from '../written';

/** A command as an output, where all that is known only at deployment must be resolved. */
export const shown = (command: Written<string | undefined>): Written<CfnOutput | undefined> => written(`new CfnOutput(this, …, { value: ${command.code} })`, (site) => {
  const value = command.make(site);
  return value === undefined ? undefined : new CfnOutput(site.stack, site.id('Shown'), { value });
});

type Times = Pick<{ readonly [K in keyof ScheduledTaskOptions]: Written<NonNullable<ScheduledTaskOptions[K]>> }, 'schedule'> &
{ readonly start?: Written<Date>; readonly end?: Written<Date> };

const { ScheduleExpression } = scheduler;
const schedule = (code: string, make: () => scheduler.ScheduleExpression) => ({ schedule: written(`ScheduleExpression.${code}`, make) });
const expression = (text: string) => schedule(`expression('${text}')`, () => ScheduleExpression.expression(text));
const date = (text: string): Written<Date> => written(`new Date('${text}')`, () => new Date(text));

const ONCE = schedule("at(new Date('2030-01-01'))", () => ScheduleExpression.at(new Date('2030-01-01')));
const AGAIN: Times[] = [
  schedule("cron({ minute: '0', hour: '3' })", () => ScheduleExpression.cron({ minute: '0', hour: '3' })),
  schedule("cron({ weekDay: 'MON-FRI', … })", () => ScheduleExpression.cron({ minute: '0/20', hour: '8-17', weekDay: 'MON-FRI', timeZone: TimeZone.EUROPE_ROME })),
  schedule('rate(Duration.hours(1))', () => ScheduleExpression.rate(Duration.hours(1))),
  expression('cron(0 3 L * ? *)'),
  schedule('expression(token)', () => ScheduleExpression.expression(Lazy.string({ produce: () => 'rate(1 day)' }))),
];
const [START, END] = [{ start: date('2027-01-01T00:00:00Z') }, { end: date('2029-01-01T00:00:00Z') }];

/** When a task runs, and from when to when it does so; or for those who slip, never. Drawn together. */
const times = (user: User): fc.Arbitrary<Times> => together<Times>(user, [
  ONCE, ...AGAIN, ...AGAIN.flatMap((when) => [{ ...when, ...START }, { ...when, ...END }, { ...when, ...START, ...END }]),
], [
  { ...ONCE, ...START }, { ...AGAIN[0], start: END.end, end: START.start }, { ...expression('cron(0 3 1 1 ? 2031)'), ...END },
  ...['', 'every day', 'rate(0 minutes)', 'cron(0 3 31 2 ? *)', 'cron(0 3 * * * *)', 'cron(60 3 * * ? *)'].map(expression),
]);

/** Runs of a task, one in each slot. */
export function scheduledTasks(user: User, slot: number): fc.Arbitrary<(task: Written<OperableTask>) => Written<ScheduledTask>> {
  const options = struct<ScheduledTaskOptions>('ScheduledTaskOptions', {
    schedule: jointly,
    start: jointly,
    end: jointly,
    command: commands(user),
    environment: mapOf(variableNames, texts(user, ['info', '', "it's"], ['']), 2),
    cpu: jointly,
    memory: jointly,
    enabled: flag,
    startWithin: durations(user, 60, 86400),
  });
  return fc.tuple(ids(user, [`Job${slot}`, `Nächtlich ${slot}`]), options, times(user), fargateSizes(user)).map(([id, chosen, when, size]) => (task) =>
    verb(task, 'addScheduledTask', literal(id), chosen.with({ ...when, ...size })));
}

/** Commands for the log of a task, and for a run of it. */
export const taskCommands: fc.Arbitrary<(task: Written<OperableTask>) => Written<unknown>> = fc.constantFrom<Array<string | undefined>>(undefined, '', 'rake', "it's").map((word) => (task) =>
  shown(word === undefined ? read(task, 'logsCommand') : verb(task, 'runTaskCommand', ...[word].filter(Boolean).map(literal))));

/** A port of one's own computer, or none said. */
export const localPorts = (user: User): fc.Arbitrary<Array<Written<number>>> => maybe(numbers(user, 1, 65535)).map((port) => (port ? [port] : []));

/** A bastion with a way to some databases. */
export function bastions(
  user: User, slot: number,
): fc.Arbitrary<(network: Written<IAppNetwork>, databases: Array<Written<IPrivatePostgres>>) => Written<SsmBastion>> {
  const instanceType: Some<ec2.InstanceType> = fc.constantFrom('t4g.nano', 't3.micro', 'm7i.large').map((type) => written(`new InstanceType('${type}')`, () => new ec2.InstanceType(type)));
  const props = struct<SsmBastionProps>('SsmBastionProps', { network: jointly, instanceType });
  return fc.tuple(props, localPorts(user)).map(([chosen, port]) => (network, databases) => {
    const bastion = construct(SsmBastion, `Bastion${slot}`, chosen.with({ network }));
    return written(`${bastion.code} with tunnels to ${databases.map(({ code }) => code).join(', ') || 'nothing'}`, (site) => {
      const made = bastion.make(site);
      const itself = written('it', () => made);
      databases.forEach((database, index) => site.within(String(index), () => shown(verb(itself, 'tunnelTo', database, ...port)).make(site)));
      return made;
    });
  });
}
