// [internal] Engine and parameter group, by major version: TLS forced, slow statements logged.
import { Duration, RemovalPolicy, Tokenization } from 'aws-cdk-lib';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { checkRange, checkTokenUnit, shown } from '../private/validate';

const FORCE_TLS = 'rds.force_ssl';
const SLOW_THRESHOLD = 'log_min_duration_statement';

/** What the parameters follow from. */
export interface PostgresParametersOptions {
  readonly version: rds.PostgresEngineVersion;
  readonly slowQueryThreshold: Duration;
  readonly parameters?: { [name: string]: string };
  /** What becomes of the group on deletion. */
  readonly removalPolicy?: RemovalPolicy;
}

/** Whether a version names its minor too, and so means exactly that one. */
export function isPinned(version: rds.PostgresEngineVersion): boolean {
  return version.postgresFullVersion !== version.postgresMajorVersion;
}

/**
 * The parameter group of one major version.
 *
 * Its id names the family: during a major upgrade the instance needs the group of the new family beside that of the old one, and
 * CloudFormation refuses to change the family of a group that exists.
 */
export function postgresParameterGroup(scope: Construct, engine: rds.IInstanceEngine, options: PostgresParametersOptions): rds.IParameterGroup {
  const { parameters = {}, slowQueryThreshold } = options;
  const forceTls = parameters[FORCE_TLS];
  if (forceTls !== undefined && forceTls !== '1') {
    throw new Error(`'parameters' must not switch off '${FORCE_TLS}', got '${shown(forceTls)}': connections without TLS would carry the password `
      + 'in the clear, let clients use sslmode=require');
  }
  if (parameters[SLOW_THRESHOLD] !== undefined) {
    throw new Error(`'parameters' must not hold '${SLOW_THRESHOLD}', got '${shown(parameters[SLOW_THRESHOLD])}': use slowQueryThreshold`);
  }
  return rds.ParameterGroup.forInstance(scope, `Parameters${engine.parameterGroupFamily}`, {
    engine,
    description: 'TLS required, slow statements logged',
    removalPolicy: options.removalPolicy,
    parameters: {
      // the general log would hold data, and the passwords in CREATE ROLE
      log_statement: 'none',
      ...parameters,
      [SLOW_THRESHOLD]: slowThreshold(slowQueryThreshold),
      [FORCE_TLS]: '1',
    },
  });
}

function slowThreshold(threshold: Duration): string {
  checkTokenUnit('slowQueryThreshold', threshold, 'millis');
  const milliseconds = threshold.toMilliseconds({ integral: false });
  checkRange('slowQueryThreshold', milliseconds, 0, 2147483647, 'choose a whole number of milliseconds, 0 logs every statement');
  return Tokenization.stringifyNumber(milliseconds);
}
