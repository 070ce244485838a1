// [internal] Shared files in the containers of a task: access points, volumes, permissions, whoever comes first.
import { Token, Tokenization } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { MountFilesOptions } from './container-task-options';
import { TaskContainerShape } from './task-container';
import { checkRange, shown } from '../private/validate';

/** What POSIX and EFS number users with. */
const HIGHEST_ID = 4294967295;

/** Files that every container of a task has, however late it joins or they come. Ids are the paths in the containers. */
export class TaskFiles extends Construct {
  private readonly containers: ecs.ContainerDefinition[] = [];
  private readonly mountPoints: ecs.MountPoint[] = [];

  constructor(scope: Construct, id: string, private readonly shape: TaskContainerShape) {
    super(scope, id);
  }

  public join(container: ecs.ContainerDefinition): void {
    this.containers.push(container);
    container.addMountPoints(...this.mountPoints);
  }

  /** Mount a directory of a file system by an access point of the task's own. */
  public mount(fileSystem: efs.IFileSystem, containerPath: string, options: MountFilesOptions): void {
    const owner = ownerOf(options);
    const directory = options.directory ?? '/shared';
    const readOnly = options.readOnly ?? false;
    const volume = this.volumeOf(containerPath);
    checkDirectory(directory);
    claim(fileSystem, directory, owner, this.node.scope!);

    const accessPoint = new efs.AccessPoint(this, volume, {
      fileSystem,
      path: directory,
      posixUser: owner,
      // the root of the file system is there from the beginning
      createAcl: directory === '/' ? undefined : { ownerUid: owner.uid, ownerGid: owner.gid, permissions: '0755' },
    });
    this.shape.taskDefinition.addVolume({
      name: volume,
      efsVolumeConfiguration: {
        fileSystemId: fileSystem.fileSystemId,
        transitEncryption: 'ENABLED',
        authorizationConfig: { accessPointId: accessPoint.accessPointId, iam: 'ENABLED' },
      },
    });
    this.shape.taskDefinition.addToTaskRolePolicy(clientStatement(fileSystem, accessPoint, owner, readOnly));
    const mountPoint = { containerPath, sourceVolume: volume, readOnly };
    this.mountPoints.push(mountPoint);
    this.containers.forEach((container) => container.addMountPoints(mountPoint));
  }

  /** `/mnt/efs` → `mnt-efs`: name of the volume, and id of its access point. */
  private volumeOf(containerPath: string): string {
    const path = Token.isUnresolved(containerPath) ? 'a token' : `'${containerPath}'`;
    if (!/^'(\/(?!\.{1,2}[/'])[A-Za-z0-9._-]+)+'$/.test(path)) {
      throw new Error(`'containerPath' must be an absolute path below '/', of letters, digits, '.', '_' and '-', got ${path}: write it as '/mnt/efs'`);
    }
    if (containerPath === '/tmp' && this.shape.readonlyRootFilesystem) {
      throw new Error(`'containerPath' must not be '/tmp' of '${this.node.scope!.node.path}' beside 'readonlyRootFilesystem', got both: `
        + 'its temporary files are there, mount at another path');
    }
    const volume = containerPath.slice(1).replace(/[^A-Za-z0-9_]/g, '-');
    if (this.node.tryFindChild(volume)) {
      throw new Error(`'containerPath' must differ from the other paths of '${this.node.scope!.node.path}' in more than signs, got ${path}: mount the files once, or at another path`);
    }
    return volume;
  }
}

interface Owner {
  readonly uid: string;
  readonly gid: string;
}

function ownerOf({ uid = 1000, gid = uid }: MountFilesOptions): Owner {
  checkRange('uid', uid, 0, HIGHEST_ID, 'give the number of a POSIX user');
  checkRange('gid', gid, 0, HIGHEST_ID, 'give the number of a POSIX group');
  return { uid: Tokenization.stringifyNumber(uid), gid: Tokenization.stringifyNumber(gid) };
}

/** https://docs.aws.amazon.com/efs/latest/ug/API_RootDirectory.html */
function checkDirectory(directory: string): void {
  if (Token.isUnresolved(directory) || directory === '/') return;
  if (directory.length > 100 || !/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+){1,4}$/.test(directory)) {
    throw new Error(`'directory' must be '/' or up to four names of letters, digits, '.', '_' and '-', each after a '/', 100 characters in all, got '${directory}': write it as '/shared'`);
  }
}

/** Owners of directories by file system: the first task that mounts a directory that is not there makes it, and so decides for the others. */
const OWNERS = new WeakMap<efs.IFileSystem, Map<string, Owner & { readonly by: string }>>();

function claim(fileSystem: efs.IFileSystem, directory: string, owner: Owner, by: Construct): void {
  const owners = OWNERS.get(fileSystem) ?? new Map<string, Owner & { readonly by: string }>();
  const first = owners.get(directory);
  if (first && (first.uid !== owner.uid || first.gid !== owner.gid)) {
    throw new Error(`'uid' and 'gid' of '${by.node.path}' must be those with which '${first.by}' mounts '${shown(directory)}', ${shown(first.uid)} and ${shown(first.gid)}, `
      + `got ${shown(owner.uid)} and ${shown(owner.gid)}: whoever comes first owns the directory, so give both the same, or each a 'directory'`);
  }
  OWNERS.set(fileSystem, owners.set(directory, first ?? { ...owner, by: by.node.path }));
}

/** Through this access point, and no other way: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html */
function clientStatement(fileSystem: efs.IFileSystem, accessPoint: efs.IAccessPoint, { uid, gid }: Owner, readOnly: boolean): iam.PolicyStatement {
  const actions = ['elasticfilesystem:ClientMount'];
  if (!readOnly) actions.push('elasticfilesystem:ClientWrite');
  // https://docs.aws.amazon.com/efs/latest/ug/enforce-identity-access-points.html
  if (uid === '0' || gid === '0') actions.push('elasticfilesystem:ClientRootAccess');
  return new iam.PolicyStatement({
    actions,
    resources: [fileSystem.fileSystemArn],
    conditions: {
      StringEquals: { 'elasticfilesystem:AccessPointArn': accessPoint.accessPointArn },
      Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' },
    },
  });
}
