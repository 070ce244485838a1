// The only file with values that depend on the environment.
import { Duration, RemovalPolicy, Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { checkRange } from './private/validate';

/** Context key that names the profile of an app: `dev`, `staging` or `prod`. */
const CONTEXT_KEY = 'patternbook:environment';

/** How much a web firewall checks. */
export enum FirewallLevel {
  /** No firewall. */
  NONE = 'NONE',
  /** Core rule set and known bad inputs block. The request rate is only counted. */
  BASIC = 'BASIC',
  /** Core rule set, known bad inputs and request rate block. */
  FULL = 'FULL',
}

/** The values that differ between environments. All optional, for `EnvironmentProfile.extend()`. */
export interface EnvironmentSettings {
  /** Name of the environment, used in `ENVIRONMENT`, log group names and tags: lower-case letters, digits and hyphens. @default - unchanged */
  readonly name?: string;
  /** Availability zones of a network without explicit address blocks, 2 to 4. @default - unchanged */
  readonly maxAzs?: number;
  /** One NAT gateway in each availability zone rather than one in all. @default - unchanged */
  readonly natPerAz?: boolean;
  /** Record VPC flow logs. @default - unchanged */
  readonly flowLogs?: boolean;
  /** Instance type of databases. @default - unchanged */
  readonly databaseInstanceType?: ec2.InstanceType;
  /** A standby of the database in a second zone. @default - unchanged */
  readonly databaseMultiAz?: boolean;
  /** Database Insights with 7 days of history, and enhanced monitoring every 60 s. @default - unchanged */
  readonly databaseMonitoring?: boolean;
  /** How long automated backups are kept, whole days, 1 to 35. @default - unchanged */
  readonly backupRetention?: Duration;
  /** Refuse deletion of databases and load balancers, so that CloudFormation cannot take back a first deployment that fails either. @default - unchanged */
  readonly deletionProtection?: boolean;
  /** What becomes of a database when its construct is deleted or replaced. Other data is retained where a database leaves a snapshot. @default - unchanged */
  readonly removalPolicy?: RemovalPolicy;
  /** Rotate generated database passwords. @default - unchanged */
  readonly rotateSecrets?: boolean;
  /** Tasks of a service at least, 0 to 5000. @default - unchanged */
  readonly minTasks?: number;
  /** Tasks of a service at most, 0 to 5000. @default - unchanged */
  readonly maxTasks?: number;
  /** Run the tasks beyond the minimum on Fargate Spot. @default - unchanged */
  readonly spot?: boolean;
  /** How long logs of services and functions are kept. @default - unchanged */
  readonly logRetention?: logs.RetentionDays;
  /** Memory of functions, 128 to 10240 MiB. @default - unchanged */
  readonly functionMemory?: Size;
  /** Runs of a function at once, 0 or more: 0 for no limit. @default - unchanged */
  readonly functionConcurrencyLimit?: number;
  /** Share of requests traced, percent, 0 to 100. @default - unchanged */
  readonly tracedPercent?: number;
  /** Shift traffic to a new function version in steps, watched by alarms. @default - unchanged */
  readonly canaryFunctions?: boolean;
  /** Web firewall in front of sites. @default - unchanged */
  readonly firewall?: FirewallLevel;
  /** Edge locations of CloudFront that serve sites. @default - unchanged */
  readonly priceClass?: cloudfront.PriceClass;
  /** Additional metrics of sites, such as the share that CloudFront answers from its cache. @default - unchanged */
  readonly siteMetrics?: boolean;
  /** Show the parts of an app on a dashboard. @default - unchanged */
  readonly dashboard?: boolean;
  /** What a month may cost, whole US dollars, 1 or more. @default - unchanged */
  readonly monthlyBudgetUsd?: number;
}

/**
 * The environment an app runs in, and every default that depends on it.
 *
 * An explicit prop wins over the profile. The profile is an explicit prop, else the one named by the context key
 * `patternbook:environment`, else PROD: forgetting it is safe, not cheap.
 */
export class EnvironmentProfile {
  /** Smallest and cheapest: two zones, one NAT gateway, one task, no standby. Everything may be deleted. */
  public static readonly DEV = new EnvironmentProfile({
    name: 'dev',
    maxAzs: 2,
    natPerAz: false,
    flowLogs: false,
    databaseInstanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
    databaseMultiAz: false,
    databaseMonitoring: false,
    backupRetention: Duration.days(3),
    deletionProtection: false,
    removalPolicy: RemovalPolicy.DESTROY,
    rotateSecrets: false,
    minTasks: 1,
    maxTasks: 2,
    spot: true,
    logRetention: logs.RetentionDays.ONE_WEEK,
    functionMemory: Size.mebibytes(512),
    functionConcurrencyLimit: 0,
    tracedPercent: 100,
    canaryFunctions: false,
    firewall: FirewallLevel.NONE,
    priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
    siteMetrics: false,
    dashboard: false,
    monthlyBudgetUsd: 100,
  });
  /** Like production in shape, smaller in size: two zones, one NAT gateway, two tasks, no standby. Data is kept. */
  public static readonly STAGING = EnvironmentProfile.DEV.extend({
    name: 'staging',
    flowLogs: true,
    databaseInstanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL),
    backupRetention: Duration.days(7),
    removalPolicy: RemovalPolicy.SNAPSHOT,
    minTasks: 2,
    maxTasks: 4,
    logRetention: logs.RetentionDays.TWO_WEEKS,
    functionMemory: Size.mebibytes(1024),
    tracedPercent: 10,
    firewall: FirewallLevel.BASIC,
    priceClass: cloudfront.PriceClass.PRICE_CLASS_200,
    monthlyBudgetUsd: 250,
  });
  /** Three zones with a NAT gateway each, two to six tasks, a standby database, data and deletions protected. */
  public static readonly PROD = EnvironmentProfile.STAGING.extend({
    name: 'prod',
    maxAzs: 3,
    natPerAz: true,
    databaseInstanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM),
    databaseMultiAz: true,
    databaseMonitoring: true,
    deletionProtection: true,
    rotateSecrets: true,
    maxTasks: 6,
    spot: false,
    logRetention: logs.RetentionDays.ONE_MONTH,
    functionConcurrencyLimit: 10,
    canaryFunctions: true,
    firewall: FirewallLevel.FULL,
    priceClass: cloudfront.PriceClass.PRICE_CLASS_ALL,
    siteMetrics: true,
    dashboard: true,
    monthlyBudgetUsd: 500,
  });

  /**
   * The profile named by the context key `patternbook:environment` (`dev`, `staging` or `prod`), else PROD.
   *
   * Fails on any other name.
   */
  public static of(scope: IConstruct): EnvironmentProfile {
    const name: unknown = scope.node.tryGetContext(CONTEXT_KEY);
    if (name === undefined) return EnvironmentProfile.PROD;
    const known = [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD];
    const profile = known.find((candidate) => candidate.name === name);
    if (!profile) {
      throw new Error(`context '${CONTEXT_KEY}' must be dev, staging or prod, got ${JSON.stringify(name)}: `
        + 'correct it in cdk.json or on the command line, or pass a profile of your own as \'profile\'');
    }
    return profile;
  }

  /** Name of the environment, such as `prod`. */
  public readonly name: string;
  /** Availability zones of a network without explicit address blocks. */
  public readonly maxAzs: number;
  /** One NAT gateway in each availability zone rather than one in all. */
  public readonly natPerAz: boolean;
  /** Whether VPC flow logs are recorded. */
  public readonly flowLogs: boolean;
  /** Instance type of databases. */
  public readonly databaseInstanceType: ec2.InstanceType;
  /** Whether databases have a standby in a second zone. */
  public readonly databaseMultiAz: boolean;
  /** Whether databases have Database Insights and enhanced monitoring. */
  public readonly databaseMonitoring: boolean;
  /** How long automated backups are kept. */
  public readonly backupRetention: Duration;
  /** Whether deletion of databases and load balancers is refused. */
  public readonly deletionProtection: boolean;
  /** What becomes of a database when its construct is deleted or replaced. */
  public readonly removalPolicy: RemovalPolicy;
  /** Whether generated database passwords are rotated. */
  public readonly rotateSecrets: boolean;
  /** Tasks of a service at least. */
  public readonly minTasks: number;
  /** Tasks of a service at most. */
  public readonly maxTasks: number;
  /** Whether the tasks beyond the minimum run on Fargate Spot. */
  public readonly spot: boolean;
  /** How long logs are kept. */
  public readonly logRetention: logs.RetentionDays;
  /** Memory of functions. */
  public readonly functionMemory: Size;
  /** Runs of a function at once, 0 for no limit. */
  public readonly functionConcurrencyLimit: number;
  /** Share of requests traced, percent. */
  public readonly tracedPercent: number;
  /** Whether traffic shifts to a new function version in steps. */
  public readonly canaryFunctions: boolean;
  /** Web firewall in front of sites. */
  public readonly firewall: FirewallLevel;
  /** Edge locations of CloudFront that serve sites. */
  public readonly priceClass: cloudfront.PriceClass;
  /** Whether sites have additional metrics, such as the share that CloudFront answers from its cache. */
  public readonly siteMetrics: boolean;
  /** Whether the parts of an app are shown on a dashboard. */
  public readonly dashboard: boolean;
  /** What a month may cost, US dollars. */
  public readonly monthlyBudgetUsd: number;

  private constructor(settings: Required<EnvironmentSettings>, private readonly chosen: ReadonlySet<string> = new Set()) {
    if (!Token.isUnresolved(settings.name) && !/^[a-z][a-z0-9-]*$/.test(settings.name)) {
      throw new Error(`'name' of a profile must be lower-case letters, digits and hyphens, got '${settings.name}': log groups are named after it, so choose such a name`);
    }
    checkRange('maxAzs', settings.maxAzs, 2, 4, 'choose a number within these, the address plan has room for four zones');
    checkRange('minTasks', settings.minTasks, 0, 5000, 'choose a whole number of tasks');
    checkRange('maxTasks', settings.maxTasks, 0, 5000, 'choose a whole number of tasks');
    if (!settings.functionMemory.isUnresolved()) {
      checkRange('functionMemory', settings.functionMemory.toMebibytes({ rounding: SizeRoundingBehavior.NONE }), 128, 10240, 'choose whole MiB within these');
    }
    checkRange('functionConcurrencyLimit', settings.functionConcurrencyLimit, 0, Number.MAX_SAFE_INTEGER, 'choose a number of runs, 0 for no limit');
    checkRange('tracedPercent', settings.tracedPercent, 0, 100, 'choose a percentage of the requests');
    checkRange('monthlyBudgetUsd', settings.monthlyBudgetUsd, 1, Number.MAX_SAFE_INTEGER, 'choose a number of whole US dollars');
    this.name = settings.name;
    this.maxAzs = settings.maxAzs;
    this.natPerAz = settings.natPerAz;
    this.flowLogs = settings.flowLogs;
    this.databaseInstanceType = settings.databaseInstanceType;
    this.databaseMultiAz = settings.databaseMultiAz;
    this.databaseMonitoring = settings.databaseMonitoring;
    this.backupRetention = settings.backupRetention;
    this.deletionProtection = settings.deletionProtection;
    this.removalPolicy = settings.removalPolicy;
    this.rotateSecrets = settings.rotateSecrets;
    this.minTasks = settings.minTasks;
    this.maxTasks = settings.maxTasks;
    this.spot = settings.spot;
    this.logRetention = settings.logRetention;
    this.functionMemory = settings.functionMemory;
    this.functionConcurrencyLimit = settings.functionConcurrencyLimit;
    this.tracedPercent = settings.tracedPercent;
    this.canaryFunctions = settings.canaryFunctions;
    this.firewall = settings.firewall;
    this.priceClass = settings.priceClass;
    this.siteMetrics = settings.siteMetrics;
    this.dashboard = settings.dashboard;
    this.monthlyBudgetUsd = settings.monthlyBudgetUsd;
  }

  /**
   * A copy of this profile in which the given settings replace its own: `EnvironmentProfile.PROD.extend({ name: 'demo', maxAzs: 2 })`.
   *
   * Fails on a name that is not lower-case letters, digits and hyphens, and on numbers out of their bounds.
   */
  public extend(settings: EnvironmentSettings): EnvironmentProfile {
    // undefined must not erase: a caller that passes an unset option through means "unchanged"
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    return new EnvironmentProfile({ ...this, ...given }, new Set([...this.chosen, ...Object.keys(given)]));
  }

  /**
   * What becomes of logs, queues and vaults: they outlive what they belong to, but in dev; of a first deployment that fails they do not stay, unless they are needed by
   * something that refuses its own deletion.
   * @internal
   */
  public get _lastingRemovalPolicy(): RemovalPolicy {
    return this.removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
  }

  /**
   * Whether the environment does without something, as dev and staging do: findings about it are accepted. What was left out by `extend()` is its caller's decision.
   * @internal
   */
  public _doesWithout(setting: keyof EnvironmentSettings): boolean {
    return [false, FirewallLevel.NONE, 0].includes(this[setting] as boolean) && !this.chosen.has(setting);
  }
}
