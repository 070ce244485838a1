// [internal] What the functions of one code share.
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { FunctionCode } from './function-code';

/** The code, as whom and where it runs. */
export interface FunctionShape extends Pick<lambda.FunctionOptions, 'memorySize' | 'role' | 'tracing' | 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  readonly code: FunctionCode;
  readonly architecture: lambda.Architecture;
  readonly logGroup: logs.ILogGroup;
}
