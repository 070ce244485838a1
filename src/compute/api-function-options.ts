// What users may choose of a function.
import { Duration, Size } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Deployment } from './deployment';
import { FunctionCode } from './function-code';
import { EnvironmentProfile } from '../environment-profile';
import { IAppNetwork } from '../network/app-network';

/** Options of a function behind an API. */
export interface ApiFunctionOptions {
  /** What it runs. */
  readonly code: FunctionCode;
  /** Name in traces, logs and metrics: 1 to 200 letters, digits, spaces and `_.:/%&#=+-@`. @default - the id in lower case */
  readonly serviceName?: string;
  /** Memory, 128 to 10240 MiB, and processor in proportion to it. @default - from the profile: 512 MiB in dev, 1024 MiB in staging and prod */
  readonly memory?: Size;
  /** Time that a run has, 1 s to 15 minutes. An API waits for 29 s at most. @default Duration.seconds(30) */
  readonly timeout?: Duration;
  /** Processor. The code must be built for it. @default lambda.Architecture.ARM_64 */
  readonly architecture?: lambda.Architecture;
  /**
   * Runs at once, 0 or more: reserved for the function, and its limit. 0 for no limit but that of the account.
   *
   * An account has 1000 in a region unless it is new or has asked for more, of which 100 stay unreserved.
   *
   * @default - from the profile: 10 in prod, else no limit
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly concurrencyLimit?: number;
  /** Environment variables beyond those of the library, in whose place they stand where the names are the same. @default - those of the library alone */
  readonly environment?: { [name: string]: string };
  /**
   * How a new version takes over: `rolling()` at once, `canary()` and `linear()` in steps, by CodeDeploy, which rolls it back when its runs fail, or on an alarm of
   * `rollbackOn()`. Of their options `percent`, in whole percent, and `interval` apply.
   *
   * @default - from the profile: canary() in prod, else rolling()
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html#deployment-configuration-lambda
   */
  readonly deployment?: Deployment;
  /** How long logs are kept. @default - from the profile: 7, 14 or 30 days */
  readonly logRetention?: logs.RetentionDays;
  /** Key of the logs. Its policy admits CloudWatch Logs; that of an imported key must do so already, which is a warning. @default - a key of its own, rotated yearly */
  readonly encryptionKey?: kms.IKey;
}

/** Properties of `ApiFunction`. */
export interface ApiFunctionProps extends ApiFunctionOptions {
  /** Run in the app tier of this network. @default - outside any VPC: databases and Redis are out of reach */
  readonly network?: IAppNetwork;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}
