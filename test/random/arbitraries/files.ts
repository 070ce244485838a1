// Shared files, Redis on them, backups of both.
import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as events from 'aws-cdk-lib/aws-events';
import * as fc from 'fast-check';
import { fargateSizes, images, keys } from './compute';
import { RunningTimes } from './data';
import { logRetention, profiles } from './environment';
import { alertTopics, allThresholds } from './operations';
import { durations, flag, ids, maybe, mostly, texts, User, weighted } from './values';
import {
  AppRedisOptions, AppSharedFilesOptions, BackupCopies, BackupCopiesProps, ContainerService, HaContainerWebApp, ISharedFiles, MountFilesOptions,
  RedisService, SharedFiles,
} from '../../../src';
import { call, construct, jointly, literal, mapOf, memberOf, oneOf, Some, struct, verb, written, Written } from '../written';

/** Neither EFS nor AWS Backup has snapshots to end with. */
const endings = (user: User): Some<RemovalPolicy> => memberOf('RemovalPolicy', RemovalPolicy, 'DESTROY', 'RETAIN', 'RETAIN_ON_UPDATE_OR_DELETE', ...user.slips ? ['SNAPSHOT' as const] : []);

/** Files of an app, made there. */
export function sharedFiles(user: User, app: Written<HaContainerWebApp>): Some<SharedFiles> {
  const options = struct<AppSharedFilesOptions>('AppSharedFilesOptions', {
    infrequentAccessAfter: memberOf('LifecyclePolicy', efs.LifecyclePolicy, 'AFTER_1_DAY', 'AFTER_90_DAYS'),
    encryptionKey: keys,
    automaticBackups: flag,
    removalPolicy: endings(user),
    thresholds: allThresholds(user),
  });
  return fc.tuple(ids(user, ['Files', 'Dateien']), options).map(([id, chosen]) => verb(app, 'addSharedFiles', literal(id), chosen));
}

/** Files that exist. */
export const existingFiles: Some<ISharedFiles> = fc.constant(call(SharedFiles, 'fromFileSystem', written<efs.IFileSystem>('FileSystem.fromFileSystemAttributes(…)', (site) =>
  efs.FileSystem.fromFileSystemAttributes(site.stack, site.id('OldFiles'), {
    fileSystemId: 'fs-0123456789abcdef0', securityGroup: ec2.SecurityGroup.fromSecurityGroupId(site.stack, site.id('Group'), 'sg-0123456789abcdef3'),
  }))));

type Mount = (service: Written<ContainerService>, files: Written<ISharedFiles>) => Written<unknown>;

/** A mount, in one of several slots, so that no two share a path or a directory with another owner. */
export function mounts(user: User, slot: number): fc.Arbitrary<Mount> {
  const path = texts(user, [`/mnt/${slot}`, `/data.${slot}/files`], ['', 'mnt', '/', '/a/../b', '/mnt files'], false);
  const owner = (user.slips ? fc.constantFrom(...OWNERS, { uid: literal(-1) }, { gid: literal(0.5) }) : fc.constantFrom(...OWNERS));
  const options = struct<MountFilesOptions>('MountFilesOptions', { directory: jointly, uid: jointly, gid: jointly, readOnly: flag });
  const directory = texts(user, [`/files-${slot}`, `/a/b/c/d${slot}`], ['', 'files', '/a/', '/a/b/c/d/e'], false);
  const owned = fc.tuple(directory, owner).map(([where, who]) => ({ directory: where, ...who }));
  return fc.tuple(path, options, weighted<object>([1, fc.constant({})], [3, owned]))
    .map(([where, chosen, place]) => (service, files) => verb(service, 'mountFiles', files, where, chosen.with(place)));
}

const OWNERS: Array<{ readonly uid?: Written<number>; readonly gid?: Written<number> }> = [
  {}, { uid: literal(0) }, { uid: literal(33), gid: literal(33) }, { gid: literal(4294967295) },
];

/** Redis of an app, on files or in memory. */
export function redis(user: User, app: Written<HaContainerWebApp>): fc.Arbitrary<(files?: Written<ISharedFiles>) => Written<RedisService>> {
  const options = struct<AppRedisOptions>('AppRedisOptions', {
    files: jointly,
    directory: jointly,
    image: images(user),
    cpu: jointly,
    memory: jointly,
    discoveryName: texts(user, ['redis', 'cache-1'], ['', 'Redis', '-a'], false),
    parameters: mostly(user, mapOf(fc.constantFrom('timeout', 'maxmemory-policy', 'hz'), oneOf('10', 'allkeys-lru 5'), 2),
      mapOf(fc.constantFrom('port', 'appendonly', '', 'Max Memory'), oneOf('1', ''), 1)),
    logRetention,
    thresholds: allThresholds(user),
  });
  const directory = texts(user, ['/redis-data'], ['', 'redis'], false);
  return fc.tuple(ids(user, ['Redis', 'Cache']), options, fargateSizes(user), directory, fc.boolean()).map(([id, chosen, size, where, names]) => (files) =>
    verb(app, 'addRedis', literal(id), chosen.with({ ...size, ...files && { files, ...names && { directory: where } } })));
}

function within({ maintenanceWindow }: RunningTimes): Written<events.Schedule> {
  const [day, hour, minute] = maintenanceWindow.toUpperCase().split(/[:-]/);
  return written('Schedule.expression(…)', () => events.Schedule.expression(`cron(${minute} ${hour} ? * ${day} *)`));
}

/** Backups of what holds data, perhaps copied to another region. Those of databases that are stopped off-hours begin with their maintenance. */
export function backups(user: User, running?: RunningTimes): fc.Arbitrary<Written<BackupCopies>> {
  const props = struct<BackupCopiesProps>('BackupCopiesProps', {
    schedule: running ? jointly : mostly(user, fc.constant(written('Schedule.cron(…)', () => events.Schedule.cron({ hour: '3', minute: '0' }))), fc.constant(written('Schedule.expression(…)', () => events.Schedule.expression('rate(1 day)')))),
    retention: durations(user, 86400, 36500 * 86400, 86400),
    copyRegion: jointly,
    encryptionKey: keys,
    alerts: alertTopics(user, 'BackupAlerts'),
    removalPolicy: endings(user),
    profile: profiles(user),
  });
  return fc.tuple(props, maybe(texts(user, ['ap-southeast-2'], ['', 'Sydney'], false))).map(([chosen, copyRegion]) =>
    construct(BackupCopies, 'Backups', chosen.with({ ...copyRegion && { copyRegion }, ...running && { schedule: within(running) } })));
}
