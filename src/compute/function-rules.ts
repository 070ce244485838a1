// [internal] What is refused of a function, because Lambda or CodeDeploy would refuse it later.
import * as fs from 'fs';
import * as path from 'path';
import { AssetStaging, Duration, FileAssetPackaging, Size, SizeRoundingBehavior, Token, Validations } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { checkRange, checkSeconds } from '../private/validate';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_UNZIPPED_MIB = 250;
const MOST_RESERVED = 900;

/** Names that the runtime sets: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLES = new Set([
  '_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR',
]);

/** Sizes of a function, defaults resolved. */
export interface FunctionSizes {
  readonly memory: Size;
  readonly timeout: Duration;
  readonly architecture: lambda.Architecture;
  readonly concurrencyLimit: number;
}

/** Fail on sizes that Lambda does not know. */
export function checkSizes(scope: IConstruct, { memory, timeout, architecture, concurrencyLimit }: FunctionSizes): void {
  if (!memory.isUnresolved()) {
    checkRange('memory', memory.toMebibytes({ rounding: SizeRoundingBehavior.NONE }), 128, 10240, 'choose whole MiB within these');
  }
  checkSeconds('timeout', timeout, 1, 900);
  if (![lambda.Architecture.ARM_64, lambda.Architecture.X86_64].some(({ name }) => name === architecture.name)) {
    throw new Error(`'architecture' must be ARM_64 or X86_64, got '${architecture.name}': Lambda has no other processors, so choose one of the two`);
  }
  checkRange('concurrencyLimit', concurrencyLimit, 0, Number.MAX_SAFE_INTEGER, 'choose a number of runs, 0 for no limit');
  if (!Token.isUnresolved(concurrencyLimit) && concurrencyLimit > MOST_RESERVED) {
    Validations.of(scope).addWarning('cdk-patternbook:ApiFunctionConcurrencyAboveQuota',
      `'concurrencyLimit' of '${scope.node.path}' is ${concurrencyLimit}, and accounts may reserve ${MOST_RESERVED} runs of all functions of a region unless their quota was raised: `
      + 'lower it, or acknowledge this warning once the quota is raised');
  }
}

/** A segment of X-Ray bears it: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
export function checkServiceName(name: string): void {
  if (!Token.isUnresolved(name) && !/^[\p{L}\p{N}\s_.:/%&#=+\-@]{1,200}$/u.test(name)) {
    throw new Error(`'serviceName' must be 1 to 200 letters, digits, spaces and '_.:/%&#=+-@', got '${name}': X-Ray takes no other, so rename it`);
  }
}

/** Fail on a handler of a migration that Lambda does not take: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#lambda-CreateFunction-request-Handler */
export function checkMigrationHandler(id: string, handler: string): void {
  if (!Token.isUnresolved(handler) && !/^\S{1,128}$/.test(handler)) {
    throw new Error(`'handler' of migration '${id}' must be 1 to 128 characters without spaces, got '${handler}': name a function of the code, such as 'migrations.handler'`);
  }
}

/** Fail on a name of a variable that Lambda does not take. */
export function checkVariable(name: string): void {
  if (Token.isUnresolved(name)) return;
  if (RESERVED_VARIABLES.has(name)) throw new Error(`variable '${name}' must not be set, since Lambda's runtime sets it: give it another name`);
  if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
    throw new Error(`name of a variable must be two or more letters, digits and '_' and begin with a letter, got '${name}': rename it`);
  }
}

/** Fail on an archive that Lambda would not unpack. What only a build knows is not measured. */
export function checkUnzipped(handler: lambda.Function): void {
  const staging = handler.node.tryFindChild('Code')?.node.tryFindChild('Stage');
  if (!(staging instanceof AssetStaging) || staging.packaging !== FileAssetPackaging.ZIP_DIRECTORY) return;
  const mebibytes = sizeOf(staging.absoluteStagedPath) / 1024 / 1024;
  if (mebibytes > MOST_UNZIPPED_MIB) {
    throw new Error(`'code' of '${handler.node.scope!.node.path}' must be at most ${MOST_UNZIPPED_MIB} MB unzipped, got ${Math.ceil(mebibytes)} MB: leave out what does not run, `
      + 'or use an image, by FunctionCode.ecr() or imageAsset()');
  }
}

function sizeOf(file: string): number {
  const stats = fs.lstatSync(file);
  if (!stats.isDirectory()) return stats.size;
  return fs.readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), 0);
}
