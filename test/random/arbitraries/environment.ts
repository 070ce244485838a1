// The surroundings of a program and the profile of an environment.
import { RemovalPolicy, Size, Validations } from 'aws-cdk-lib';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as fc from 'fast-check';
import { durations, flag, mostly, numbers, texts, User } from './values';
import { FLAG_SETS } from '../../../integ/flag-sets';
import { EnvironmentProfile, EnvironmentSettings, FirewallLevel, StatefulLock, StatefulLockProps } from '../../../src';
import { Setting } from '../site';
import { call, jointly, memberOf, Some, struct, verb, written } from '../written';

const ACCOUNT = '123456789012';
const REGIONS = ['eu-west-1', 'us-gov-west-1', 'cn-north-1'];

/** What the CLI would have looked up: the zones of each region. */
function zonesOf(count: number): Record<string, string[]> {
  return Object.fromEntries(REGIONS.map((region) =>
    [`availability-zones:account=${ACCOUNT}:region=${region}`, ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, count).map((zone) => `${region}${zone}`)]));
}

/** Surroundings: flags, account and region or none, looked-up zones or none, the profile by context, stage and nested stack. */
export function settings(user: User): fc.Arbitrary<Setting> {
  const profile = fc.constantFrom(undefined, 'dev', 'staging', 'prod');
  const wrongProfile = fc.constantFrom<unknown>('qa', 'Prod', '', 1, null, {});
  return fc.record({
    flags: fc.constantFrom(...FLAG_SETS.map(([, flags]) => flags)),
    profile: user.slips ? fc.oneof({ weight: 100, arbitrary: profile as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: wrongProfile }) : profile,
    // how many zones the lookup found, 0 for no lookup yet
    zones: fc.constantFrom(0, 4, 6),
    region: fc.constantFrom(undefined, undefined, ...REGIONS),
    inStage: fc.constantFrom(false, false, false, true),
    nested: fc.constantFrom(false, false, false, false, true),
  }).map(({ flags, profile: name, zones, region, inStage, nested }) => ({
    // warnings are not of interest, and would be printed
    context: { ...flags, '@aws-cdk/core:annotationsInValidationReport': false, ...zones > 0 ? zonesOf(zones) : {}, ...name === undefined ? {} : { 'patternbook:environment': name } },
    env: region === undefined ? undefined : { account: ACCOUNT, region },
    inStage,
    nested,
  }));
}

/** A period for which logs are kept. */
export const logRetention: Some<logs.RetentionDays> = memberOf('RetentionDays', logs.RetentionDays, 'ONE_DAY', 'TWO_WEEKS', 'TEN_YEARS', 'INFINITE');

/** What becomes of resources. */
export const removalPolicy: Some<RemovalPolicy> = memberOf('RemovalPolicy', RemovalPolicy, 'DESTROY', 'RETAIN', 'SNAPSHOT', 'RETAIN_ON_UPDATE_OR_DELETE');

/** Instance types of databases. */
export const instanceType: Some<ec2.InstanceType> = fc.constantFrom('t4g.micro', 't3.medium', 'm8g.large', 'r6g.16xlarge', 'x2g.large').map((type) =>
  written(`new InstanceType('${type}')`, () => new ec2.InstanceType(type)));

/** How much a firewall checks. */
export const priceClasses: Some<PriceClass> = memberOf('PriceClass', PriceClass, 'PRICE_CLASS_100', 'PRICE_CLASS_200', 'PRICE_CLASS_ALL');
export const firewallLevel: Some<FirewallLevel> = memberOf('FirewallLevel', FirewallLevel, 'NONE', 'BASIC', 'FULL');

function environmentSettings(user: User): Some<EnvironmentSettings> {
  const sizes = mostly<Size>(user, fc.integer({ min: 128, max: 10240 }).map(mebibytes), fc.constantFrom(127, 10241, 512.5, 0).map(mebibytes));
  return struct<EnvironmentSettings>('EnvironmentSettings', {
    name: texts(user, ['qa', 'demo-2', 'p'], ['', 'Prod', 'a b', '-x', 'ü']),
    maxAzs: numbers(user, 2, 4, false),
    natPerAz: flag,
    flowLogs: flag,
    databaseInstanceType: instanceType,
    databaseMultiAz: flag,
    databaseMonitoring: flag,
    backupRetention: durations(user, 86400, 35 * 86400, 86400),
    deletionProtection: flag,
    removalPolicy,
    rotateSecrets: flag,
    minTasks: numbers(user, 1, 2),
    maxTasks: numbers(user, 2, 5000),
    spot: flag,
    logRetention,
    functionMemory: sizes,
    functionConcurrencyLimit: numbers(user, 0, 1000),
    tracedPercent: numbers(user, 0, 100),
    canaryFunctions: flag,
    firewall: firewallLevel,
    priceClass: priceClasses,
    siteMetrics: flag,
    dashboard: flag,
    monthlyBudgetUsd: numbers(user, 1, 10_000),
  }, 3);
}

const mebibytes = (amount: number) => written(`Size.mebibytes(${amount})`, () => Size.mebibytes(amount));

/** A lock on what holds data. The second app must agree with what the first has written. */
export const locks: Some<void> = struct<StatefulLockProps>('StatefulLockProps', { lockFile: jointly }).map((props) => {
  const complete = props.with({ lockFile: written("'stateful.lock.json'", (site) => site.lockFile) });
  return written(`Validations.of(app).addPlugins(new StatefulLock(${complete.code}))`, (site) => {
    // the CDK calls it
    site.used.add('StatefulLock.validate');
    Validations.of(site.app).addPlugins(new StatefulLock(complete.make(site)));
  });
});

/** A profile: one of the library's, as it is or extended, or that of the context. */
export function profiles(user: User): Some<EnvironmentProfile> {
  const named = memberOf('EnvironmentProfile', EnvironmentProfile, 'DEV', 'STAGING', 'PROD');
  const ofContext = fc.constant(call(EnvironmentProfile, 'of', written('this', (site) => site.stack)));
  const extended = fc.tuple(named, environmentSettings(user)).map(([profile, changes]) => verb(profile, 'extend', changes));
  return fc.oneof({ weight: 3, arbitrary: named }, { weight: 1, arbitrary: ofContext }, { weight: 3, arbitrary: extended });
}
