// How an alarm is adjusted: a value with its unit, how often it must be passed, or off.
import { Duration, Token } from 'aws-cdk-lib';
import { ResolvedThreshold, ThresholdUnit } from './alarm-rules/resolved-threshold';
import { checkRange } from '../private/validate';

/** How often a threshold must be passed. */
export interface EvaluationOptions {
  /**
   * Length of a period: whole minutes, at most a day. No token, as a metric is asked for by it.
   *
   * `period` times `periods` is at most a day, or 7 days with periods of an hour or more.
   *
   * @default - that of the rule
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  readonly period?: Duration;
  /** Periods that are looked at, 1 to 1440. @default - those of the rule */
  readonly periods?: number;
  /** Periods of these that must pass the threshold, 1 to `periods`. @default - all; those of the rule where `periods` is not given either */
  readonly datapoints?: number;
}

/** When an alarm fires. The unit must be one the rule knows; the others are refused at synthesis. */
export class AlarmThreshold {
  /** A share, percent, 0 to 100. Fails on any other value. */
  public static percent(value: number, options: EvaluationOptions = {}): AlarmThreshold {
    if (!Token.isUnresolved(value) && !(value >= 0 && value <= 100)) {
      throw new Error(`'percent' of an alarm threshold must be 0 to 100, got ${value}: give a share, or the number itself as AlarmThreshold.count()`);
    }
    return new AlarmThreshold('percent', value, options);
  }
  /** A number of things, 0 or more. Fails on any other value. */
  public static count(value: number, options: EvaluationOptions = {}): AlarmThreshold {
    return AlarmThreshold.amount('count', value, options);
  }
  /** A time in seconds, fractions allowed, 0 or more. Fails on any other value. */
  public static seconds(value: number, options: EvaluationOptions = {}): AlarmThreshold {
    return AlarmThreshold.amount('seconds', value, options);
  }
  /** A size in GiB, fractions allowed, 0 or more. Fails on any other value. */
  public static gibibytes(value: number, options: EvaluationOptions = {}): AlarmThreshold {
    return AlarmThreshold.amount('gibibytes', value, options);
  }
  /** The rule's own value, evaluated otherwise. */
  public static standard(options: EvaluationOptions): AlarmThreshold {
    return new AlarmThreshold('standard', 0, options);
  }
  /** No alarm. */
  public static off(): AlarmThreshold {
    return new AlarmThreshold('off', 0, {});
  }

  private static amount(unit: ThresholdUnit, value: number, options: EvaluationOptions): AlarmThreshold {
    if (!Token.isUnresolved(value) && !(value >= 0 && Number.isFinite(value))) {
      throw new Error(`'${unit}' of an alarm threshold must be 0 or more, got ${value}: a metric below zero does not exist, so choose 0 or more`);
    }
    return new AlarmThreshold(unit, value, options);
  }

  private constructor(
    private readonly unit: ThresholdUnit | 'standard' | 'off',
    private readonly value: number,
    private readonly options: EvaluationOptions,
  ) {
    const { period, periods, datapoints } = options;
    checkRange('periods', periods, 1, MOST_PERIODS, 'choose a whole number of periods, a day of minutes at most');
    checkRange('datapoints', datapoints, 1, known(periods), "no more periods can pass the threshold than 'periods' looks at, so lower it or raise 'periods'");
    if (period !== undefined) {
      if (period.isUnresolved()) throw new Error("'period' must be known at synthesis, since a metric is asked for by it, got a token: write the time out");
      const seconds = period.toSeconds({ integral: false });
      if (seconds < 60 || seconds > DAY || seconds % 60 !== 0) {
        throw new Error(`'period' must be whole minutes, at most a day, got ${seconds} seconds: AWS services publish their metrics every minute, so choose whole minutes`);
      }
    }
  }

  /** @internal */
  public get _isOff(): boolean {
    return this.unit === 'off';
  }

  /**
   * The unit it is given in, undefined where the value is the rule's.
   *
   * @internal
   */
  public get _unit(): ThresholdUnit | undefined {
    return this.unit === 'standard' || this.unit === 'off' ? undefined : this.unit;
  }

  /**
   * This threshold with what it leaves open taken from the rule's own.
   *
   * @internal
   */
  public _over(standard: AlarmThreshold): ResolvedThreshold {
    const own = this._unit === undefined ? standard : this;
    const rule = standard.options;
    const period = this.options.period ?? rule.period ?? Duration.minutes(5);
    const periods = this.options.periods ?? rule.periods ?? 1;
    const datapoints = this.options.datapoints ?? (this.options.periods === undefined ? rule.datapoints : undefined) ?? periods;
    checkRange('datapoints', datapoints, 1, known(periods), `of ${periods} periods no more can pass the threshold, so lower it or raise 'periods'`);
    if (!Token.isUnresolved(periods)) {
      const most = period.toSeconds() >= HOUR ? 7 * DAY : DAY;
      if (period.toSeconds() * periods > most) {
        throw new Error(`'period' times 'periods' must be at most ${most / DAY === 1 ? 'a day' : '7 days'}, `
          + `got ${periods} x ${period.toSeconds()} seconds: CloudWatch looks back no further, so lower either`);
      }
    }
    return { unit: own.unit as ThresholdUnit, value: own.value, period, periods, datapoints };
  }
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const MOST_PERIODS = 1440;

/** A number of periods, the most there can be where it is not known yet. */
function known(periods: number | undefined): number {
  return periods === undefined || Token.isUnresolved(periods) ? MOST_PERIODS : periods;
}

/** Alarms of ECS services. */
export interface ServiceThresholds {
  /** CPU use of the tasks on average, in percent. @default - above 80 % in 3 of 5 periods of 1 minute */
  readonly cpu?: AlarmThreshold;
  /** Memory use of the tasks on average, in percent. @default - above 90 % in 3 of 5 periods of 1 minute */
  readonly memory?: AlarmThreshold;
  /** Tasks wanted but not running, as a count. Needs Container Insights on the cluster. @default - at least 1 in 10 periods of 1 minute */
  readonly missingTasks?: AlarmThreshold;
}
/** Alarms of application load balancers and their target groups. */
export interface LoadBalancerThresholds {
  /**
   * Share of requests answered with a 5xx code, in percent. One alarm on those the load balancer answers itself, one on those of each target group.
   *
   * Below 20 requests in a period the share counts as 0.
   *
   * @default - above 5 % in 2 of 3 periods of 5 minutes
   */
  readonly serverErrors?: AlarmThreshold;
  /** Time targets take to answer, 99th percentile, in seconds. @default - above 3 s in 3 periods of 5 minutes */
  readonly responseTime?: AlarmThreshold;
  /** Targets that fail their health check, as a count. @default - above 0 in 3 periods of 1 minute */
  readonly unhealthyTargets?: AlarmThreshold;
}
/** Alarms of RDS instances. */
export interface DatabaseThresholds {
  /** CPU use on average, in percent. @default - above 80 % in 2 periods of 10 minutes */
  readonly cpu?: AlarmThreshold;
  /** Free storage, in GiB. @default - below 2 GiB in 1 period of 5 minutes */
  readonly freeStorage?: AlarmThreshold;
  /** Free memory, in percent of the memory of the instance class, or in GiB. @default - below 10 % in 3 periods of 5 minutes; 0.1 GiB where the class is unknown */
  readonly freeMemory?: AlarmThreshold;
  /**
   * Open connections, in percent of what the instance allows, or as a count.
   *
   * What it allows is `max_connections` of its parameter group, else PostgreSQL's default on RDS for the memory of its class.
   *
   * @default - above 80 % in 3 periods of 5 minutes; 80 connections where the class or the engine is unknown
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
   */
  readonly connections?: AlarmThreshold;
  /** Connections refused, as a count, from the exported PostgreSQL log if its log group is part of the app. @default - above 0 in 3 periods of 5 minutes */
  readonly connectionErrors?: AlarmThreshold;
  /** CPU credits left, as a count. Burstable classes only. @default - below 20 in 6 periods of 1 hour */
  readonly cpuCredits?: AlarmThreshold;
  /**
   * How far a read replica is behind at the best moment of a period, in seconds. Read replicas only. Below a minute and a half in periods of 5 minutes, and in shorter periods, it
   * fires while nothing is written: RDS counts from the last transaction, and an idle PostgreSQL has one every five minutes.
   *
   * @default - above 90 s in 3 periods of 5 minutes
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html
   */
  readonly replicaLag?: AlarmThreshold;
}
/** Alarms of Lambda functions. Not of those that answer the custom resources of their stack. */
export interface FunctionThresholds {
  /** Share of runs that fail, in percent. Below 20 runs in a period the share counts as 0. @default - above 5 % in 2 periods of 5 minutes */
  readonly errors?: AlarmThreshold;
  /** The longest run, in percent of the time-out, or in seconds. @default - above 83.33 % in 3 periods of 5 minutes, 25 of 30 s; 25 s where only deployment knows the time-out */
  readonly duration?: AlarmThreshold;
  /** Runs turned away, as a count. @default - above 0 in 1 period of 5 minutes */
  readonly throttles?: AlarmThreshold;
}
/** Alarms of REST, HTTP and WebSocket APIs of API Gateway. */
export interface ApiThresholds {
  /** Requests answered with a 5xx code, as a count. Of WebSockets, messages on which the integration failed. @default - above 10 in 1 period of 5 minutes */
  readonly serverErrors?: AlarmThreshold;
  /** Time until the answer, of WebSockets that of the integration, 99th percentile, in seconds. @default - above 5 s in 3 periods of 5 minutes */
  readonly latency?: AlarmThreshold;
}
/** Alarms of CloudFront distributions. They are defined in stacks of us-east-1 alone, where CloudWatch has the metrics. */
export interface DistributionThresholds {
  /** Share of requests answered with a 5xx code, in percent. Below 20 requests in a period it counts as 0. @default - above 5 % in 2 periods of 5 minutes */
  readonly serverErrors?: AlarmThreshold;
}
/** Alarms of NAT gateways. */
export interface NatGatewayThresholds {
  /** Connections for which no port was left, as a count. @default - above 0 in 1 period of 5 minutes */
  readonly portErrors?: AlarmThreshold;
}
/** Alarms of SQS queues. */
export interface QueueThresholds {
  /** Age of the oldest message that waits, in seconds. Not of dead-letter queues. @default - above 900 s in 1 period of 5 minutes */
  readonly age?: AlarmThreshold;
  /** Messages in a dead-letter queue, as a count. @default - above 0 in 1 period of 5 minutes */
  readonly deadLetters?: AlarmThreshold;
}
/** Alarms of EFS file systems. */
export interface FileSystemThresholds {
  /** Operations a second, in percent of what the performance mode allows. General purpose mode only. @default - above 90 % in 3 periods of 5 minutes */
  readonly ioLimit?: AlarmThreshold;
  /** Burst credits left, in GiB. Bursting throughput only: `SharedFiles` has elastic throughput. @default - below 192 GiB in 3 periods of 5 minutes */
  readonly burstCredits?: AlarmThreshold;
}
/** Alarms of DynamoDB tables. */
export interface TableThresholds {
  /** Reads and writes that are turned away for want of capacity, as a count. @default - above 5 in 2 of 3 periods of 5 minutes */
  readonly throttles?: AlarmThreshold;
}
/** Alarms of state machines of Step Functions, standard and express. Not of those that wait for the custom resources of their stack. */
export interface StateMachineThresholds {
  /** Runs that failed or timed out, as a count. Those that somebody stopped are not counted. @default - above 0 in 1 period of 5 minutes */
  readonly failures?: AlarmThreshold;
}
/** Thresholds by kind of resource. What is not given keeps the library's value. */
export interface AlarmThresholds {
  /** ECS services. @default - standard */
  readonly service?: ServiceThresholds;
  /** Application load balancers and their target groups. @default - standard */
  readonly loadBalancer?: LoadBalancerThresholds;
  /** RDS instances. @default - standard */
  readonly database?: DatabaseThresholds;
  /** Lambda functions. @default - standard */
  readonly function?: FunctionThresholds;
  /** REST, HTTP and WebSocket APIs. @default - standard */
  readonly api?: ApiThresholds;
  /** CloudFront distributions. @default - standard */
  readonly distribution?: DistributionThresholds;
  /** NAT gateways. @default - standard */
  readonly natGateway?: NatGatewayThresholds;
  /** SQS queues. @default - standard */
  readonly queue?: QueueThresholds;
  /** EFS file systems. @default - standard */
  readonly fileSystem?: FileSystemThresholds;
  /** DynamoDB tables. @default - standard */
  readonly table?: TableThresholds;
  /** State machines of Step Functions. @default - standard */
  readonly stateMachine?: StateMachineThresholds;
}
