// Values of every kind that props have: within bounds, at them, beyond them, and known only at deployment.
import { CfnParameter, Duration, Fn, Lazy, Size } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { oneOf, plain, Some, written, Written } from '../written';

/** Who writes the program. */
export interface User {
  /** Of so many values one is wrong; 0 for someone who never slips. A program has dozens, and one mistake hides what comes after it. */
  readonly slips: number;
}

/** One of several, each with its weight. */
export function weighted<T>(...choices: ReadonlyArray<readonly [weight: number, arbitrary: fc.Arbitrary<T>]>): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** A value half of the time. */
export const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });

/** Whether, now and then, for those who slip. */
export const rarely = (user: User): fc.Arbitrary<boolean> => weighted([20, fc.constant(false)], [user.slips ? 1 : 0, fc.constant(true)]);

/** A right value, and for those who slip a wrong one now and then. */
export function mostly<T>(user: User, right: Some<T>, wrong: Some<T>): Some<T> {
  return user.slips ? weighted([user.slips, right], [1, wrong]) : right;
}

/** A value as it is, and now and then one that only deployment knows. */
const orToken = <T>(value: Some<T>, token: Some<T>): Some<T> => weighted([20, value], [1, token]);

/** A text that only deployment knows. */
export const textToken = (value: string): Some<string> => fc.constantFrom(
  written('new CfnParameter(…).valueAsString', (site) => new CfnParameter(site.stack, site.id('Text'), { default: value }).valueAsString),
  written(`Lazy.string({ produce: () => ${JSON.stringify(value)} })`, () => Lazy.string({ produce: () => value })),
  written('Fn.importValue(…)', (site) => Fn.importValue(site.id('Export'))),
);

/** A list that only deployment knows. */
export const listToken: Some<string[]> = fc.constantFrom(
  written("new CfnParameter(…, { type: 'CommaDelimitedList' }).valueAsList", (site) => new CfnParameter(site.stack, site.id('List'), { type: 'CommaDelimitedList', default: 'a,b' }).valueAsList),
);

/** A number that only deployment knows. */
export const numberToken = (value: number): Some<number> => fc.constantFrom(
  written("new CfnParameter(…, { type: 'Number' }).valueAsNumber", (site) => new CfnParameter(site.stack, site.id('Number'), { type: 'Number', default: value }).valueAsNumber),
  written(`Lazy.number({ produce: () => ${value} })`, () => Lazy.number({ produce: () => value })),
);

/** Texts of a list, tokens, and wrong ones. */
export function texts(user: User, right: string[], wrong: string[], tokens = true): Some<string> {
  const known = oneOf(...right);
  return mostly(user, tokens ? orToken(known, textToken(right[0])) : known, oneOf(...wrong));
}

/** A whole number within bounds, or for those who slip beyond them or no whole number. */
export function numbers(user: User, min: number, max: number, tokens = true): Some<number> {
  const known = plain(fc.integer({ min, max }));
  return mostly(user, tokens ? orToken(known, numberToken(max)) : known, oneOf(min - 1, max + 1, min + 0.5, -max - 1, NaN, Infinity));
}

const UNITS = { days: 86400, hours: 3600, minutes: 60, seconds: 1 } as const;
type Unit = keyof typeof UNITS;

/** Units in which a time is wanted: as a token it cannot be converted. */
type WantedUnit = 'millis' | 'seconds' | 'minutes' | 'days';

/** A time within bounds in seconds, in whole multiples of `step`, written in any unit that fits. */
export function times(min: number, max: number, step: number): Some<Duration> {
  const inUnits = Object.entries(UNITS).filter(([, seconds]) => seconds % step === 0)
    .map(([unit, seconds]) => ({ unit: unit as Unit, min: Math.ceil(min / seconds), max: Math.floor(max / seconds) }))
    .filter((bounds) => bounds.min <= bounds.max);
  return fc.oneof(...inUnits.map(({ unit, ...bounds }) => fc.integer(bounds).map((amount) => time(unit, amount))));
}

/** A time within bounds, or one that only deployment knows, in the unit that is wanted; for those who slip beyond the bounds or between two steps. */
export function durations(user: User, min: number, max: number, step = 1, wanted: WantedUnit = step === 86400 ? 'days' : step === 60 ? 'minutes' : 'seconds'): Some<Duration> {
  const most = wanted === 'millis' ? max * 1000 : Math.floor(max / UNITS[wanted]);
  const token = numberToken(most).map((amount) => written(`Duration.${wanted}(${amount.code})`, (site) => Duration[wanted](amount.make(site))));
  const wrong = fc.constantFrom(
    written(`Duration.millis(${min * 1000 + 1})`, () => Duration.millis(min * 1000 + 1)),
    time('seconds', max + step),
    time('seconds', Math.max(0, min - step)),
    time('days', 100_000),
    written(`Duration.minutes(${max / 60 + 0.7})`, () => Duration.minutes(max / 60 + 0.7)),
    // a token in another unit cannot be converted
    written('Duration.hours(token)', () => Duration.hours(Lazy.number({ produce: () => 1 }))),
  );
  return mostly(user, orToken(times(min, max, step), token), wrong);
}

const time = (unit: Unit, amount: number): Written<Duration> => written(`Duration.${unit}(${amount})`, () => Duration[unit](amount));

/** A size within bounds in GiB, or for those who slip beyond them or no whole number. */
export function gibibytes(user: User, min: number, max: number): Some<Size> {
  const size = (amount: number): Written<Size> => written(`Size.gibibytes(${amount})`, () => Size.gibibytes(amount));
  const token = numberToken(max).map((amount) => written(`Size.gibibytes(${amount.code})`, (site) => Size.gibibytes(amount.make(site))));
  const wrong = fc.constantFrom(size(min - 1), size(max + 1), size(0), size(min + 0.5), written('Size.mebibytes(1)', () => Size.mebibytes(1)),
    written('Size.mebibytes(token)', () => Size.mebibytes(Lazy.number({ produce: () => 1024 }))));
  return mostly(user, orToken(fc.integer({ min, max }).map(size), token), wrong);
}

/** Whether. */
export const flag: Some<boolean> = oneOf(true, false);

/** Ids: usual ones of a list of its own, so that two of one program differ; those of other scripts and lengths, which may meet; and for those who slip such as there cannot be. */
export function ids(user: User, usual: string[]): fc.Arbitrary<string> {
  const odd = ['Resource', 'Default', 'api', 'Api', 'API', 'a b', 'a-b', 'a/b', 'Größe', '注文', '商品', '🚀', 'x'.repeat(200), '1st', 'Service', 'é', 'App'];
  return weighted([30, fc.constantFrom(...usual)], [2, fc.constantFrom(...odd)], [user.slips ? 1 : 0, fc.constantFrom('', '-', 'constructor', 'toString')]);
}

/** Props that must fit together: right sets, and for those who slip wrong ones now and then. */
export function together<T>(user: User, right: T[], wrong: T[]): fc.Arbitrary<T> {
  return weighted([user.slips + 1, fc.constantFrom(...right)], [user.slips ? 2 : 0, fc.constantFrom(...wrong)]);
}
