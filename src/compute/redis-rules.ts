// [internal] How Redis is started, and what is refused because it would lose data or answer nobody.
import { CfnResource, Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import * as efs from 'aws-cdk-lib/aws-efs';
import { IConstruct } from 'constructs';
import { ISharedFiles } from '../data/shared-files';
import { renderedProperties } from '../private/rendered';
import { shown } from '../private/validate';

/** Settings that the construct's promises, or its health check, rest on. */
const OWN = [
  'aclfile', 'appenddirname', 'appendfilename', 'appendonly', 'bind', 'cluster-enabled', 'daemonize', 'dir', 'include', 'port', 'protected-mode', 'replicaof', 'requirepass', 'save',
  'slaveof', 'tls-port', 'user',
];

/** How Redis is started. */
export interface RedisStart {
  readonly directory: string;
  /** Whether the directory outlives the task. */
  readonly keeps: boolean;
  readonly memory: Size;
  readonly parameters?: { [name: string]: string };
}

/** The command line: what is our own, then settings by their names, as maps of Java come in an order that differs from run to run. */
export function redisCommand({ directory, keeps, memory, parameters = {} }: RedisStart): string[] {
  checkParameters(parameters);
  const settings: Record<string, string> = { 'maxmemory-policy': 'volatile-lru', ...roomForData(memory), ...parameters };
  return [
    'redis-server', '--port', '6379', '--protected-mode', 'no', '--dir', directory,
    // every write goes to the file, and to the disk once a second; snapshots besides would write all of it again and again
    '--save', '', '--appendonly', keeps ? 'yes' : 'no',
    ...Object.keys(settings).sort().flatMap((name) => [`--${name}`, ...words(settings[name])]),
  ];
}

/** A quarter is left for connections, and for the copy that a rewrite of the file makes of what changes meanwhile, as ElastiCache does. */
function roomForData(memory: Size): Record<string, string> {
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html
  return memory.isUnresolved() ? {} : { maxmemory: `${Math.floor(memory.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR }) * 3 / 4)}mb` };
}

function words(value: string): string[] {
  return Token.isUnresolved(value) ? [value] : value.split(/\s+/);
}

function checkParameters(parameters: { [name: string]: string }): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new Error(`'parameters' must bear the names of redis.conf, lower-case letters, digits and hyphens, got '${name}': correct it`);
    }
    if (OWN.includes(name)) throw new Error(`'parameters' must not hold '${name}', got '${shown(value)}': it is RedisService's own, leave it out`);
    if (value.trim() === '') throw new Error(`'parameters' must have a value for '${name}', got none: leave it out, or give one`);
  }
}

/** Fail on a directory of nothing. */
export function checkDirectory({ files, directory }: { readonly files?: ISharedFiles; readonly directory?: string }): void {
  if (directory !== undefined && files === undefined) {
    throw new Error(`'directory' must stand beside 'files', got '${shown(directory)}' alone: pass the files that it is on, or leave it out`);
  }
}

/** Directories by file system: two servers on one would destroy each other's data. */
const DIRECTORIES = new WeakMap<efs.IFileSystem, Map<string, string>>();

/** Fail unless a directory is one Redis's alone. */
export function claimDirectory(fileSystem: efs.IFileSystem, directory: string, redis: IConstruct): void {
  const owners = DIRECTORIES.get(fileSystem) ?? new Map<string, string>();
  const owner = owners.get(directory);
  if (owner !== undefined) {
    throw new Error(`'directory' of '${redis.node.path}' must be its alone, got '${shown(directory)}' as in '${owner}': two servers on one would destroy the data, give one of them another`);
  }
  DIRECTORIES.set(fileSystem, owners.set(directory, redis.node.path));
}

/** What would make Redis two, or public, whichever way it came into the template. */
export function refusedRedis(path: string, service: CfnResource, scalableTarget?: CfnResource): string[] {
  const { DesiredCount = 1, DeploymentConfiguration, LoadBalancers = [] } = renderedProperties(service) as RenderedService;
  const { MaxCapacity = 1, ScheduledActions = [] } = (scalableTarget ? renderedProperties(scalableTarget) : {}) as RenderedTarget;
  const counts = [DesiredCount, MaxCapacity, ...ScheduledActions.map(({ ScalableTargetAction }) => ScalableTargetAction?.MaxCapacity ?? 1)];
  const most = Math.max(...counts.filter((count) => typeof count === 'number'));
  const percent = DeploymentConfiguration?.MaximumPercent;
  return [
    ...(most > 1 ? [`'${path}' must be one task at most, got ${most}: two would serve different data and destroy each other's file, so give it more memory, or use ElastiCache`] : []),
    ...(percent !== 100 ? [`'${path}' must be deployed with 100 percent at most, got ${String(percent)}: two at once would destroy each other's file, so leave its deployment as it is`] : []),
    ...(LoadBalancers.length > 0 ? [`'${path}' must not have a route, got one: it speaks no HTTP, so hand it over by useService()`] : []),
  ];
}

interface RenderedService {
  readonly DesiredCount?: number;
  readonly DeploymentConfiguration?: { readonly MaximumPercent?: number };
  readonly LoadBalancers?: object[];
}

interface RenderedTarget {
  readonly MaxCapacity?: number;
  readonly ScheduledActions?: Array<{ readonly ScalableTargetAction?: { readonly MaxCapacity?: number } }>;
}
