// Volumes of a task as folders of this machine, handed out as far as EFS and its network would let the task mount them.
import * as fs from 'fs';
import * as path from 'path';
import { EFSVolumeConfiguration, TaskDefinition, Volume } from '@aws-sdk/client-ecs';
import { Aws, ACCOUNT, REGION } from './aws';
import { Network, Placement } from './network';
import { parseDocument, Role } from './permissions';
import { AccessRequest, forAnybody, forPrincipals, isAllowed, PolicyDocument } from './policy';
import { ConnectionEnd, refusal } from './security-groups';

const NFS_PORT = 2049;

/** The folder of a volume. */
export interface VolumeFolder {
  readonly folder: string;
  /** Whether the task may only read, which EFS decides when it is mounted. */
  readonly readOnly: boolean;
}

/** Who mounts. */
export interface Mounter {
  /** How messages call it. */
  readonly end: ConnectionEnd;
  readonly placement: Placement;
  readonly role?: Role;
}

interface MountTarget { readonly MountTargetId: string; readonly AvailabilityZoneName: string; readonly SubnetId: string }
interface AccessPoint {
  readonly AccessPointArn: string;
  readonly FileSystemId: string;
  readonly RootDirectory?: { readonly Path?: string; readonly CreationInfo?: object };
}

/** Hands out the folders of volumes; those of file systems stay until the sandbox ends. */
export class Volumes {
  /**
   * @param folder where file systems are kept
   * @param taskFolder where tasks keep what ends with them
   */
  constructor(private readonly aws: Aws, private readonly network: Network, private readonly folder: string, private readonly taskFolder: string) {}

  /** The volumes of a task by name; rejects as ECS does when one cannot be mounted. */
  public async prepare(taskId: string, { volumes = [] }: TaskDefinition, mounter: Mounter): Promise<Map<string, VolumeFolder>> {
    const prepared = await Promise.all(volumes.map(async (volume) => [volume.name!, await this.volume(taskId, volume, mounter)] as const));
    return new Map(prepared);
  }

  private async volume(taskId: string, volume: Volume, mounter: Mounter): Promise<VolumeFolder> {
    if (volume.efsVolumeConfiguration) return this.fileSystem(volume.efsVolumeConfiguration, mounter);
    const other = Object.keys(volume).find((key) => !['name', 'host'].includes(key));
    if (other !== undefined) throw new Error(`the sandbox knows volumes of EFS and of the task's own storage, volume ${volume.name} has ${other}`);
    const folder = path.join(this.taskFolder, taskId, 'volumes', volume.name!);
    fs.mkdirSync(folder, { recursive: true });
    return { folder, readOnly: false };
  }

  /** A file system, in the order in which a mount would fail: the request, the address, the connection, the permission, the path. */
  private async fileSystem(wanted: EFSVolumeConfiguration, mounter: Mounter): Promise<VolumeFolder> {
    const { authorizationConfig: authorization = {}, transitEncryption, rootDirectory = '/' } = wanted;
    const id = wanted.fileSystemId!;
    const isEncrypted = transitEncryption === 'ENABLED';
    if (!isEncrypted && (authorization.accessPointId || authorization.iam === 'ENABLED')) {
      throw new Error('ClientException: transit encryption must be enabled if an EFS access point or IAM authorization is used');
    }
    if (authorization.accessPointId && rootDirectory !== '/') {
      throw new Error(`ClientException: with an EFS access point the root directory must be omitted or '/', got '${rootDirectory}'`);
    }
    await this.demandMountTarget(id, mounter);
    const accessPoint = authorization.accessPointId ? await this.accessPoint(id, authorization.accessPointId) : undefined;
    const permission = await this.permission(id, accessPoint, isEncrypted, authorization.iam === 'ENABLED' ? mounter.role : undefined);
    if (!permission.mount) throw cannotMount(`mount.nfs4: access denied by server while mounting 127.0.0.1:/ (${permission.reason})`, 32);
    const inside = accessPoint?.RootDirectory?.Path ?? rootDirectory;
    const folder = path.join(this.folder, id, inside);
    fs.mkdirSync(path.join(this.folder, id), { recursive: true });
    if (!fs.existsSync(folder)) {
      // EFS makes the root of an access point only if it is told whose it is to be
      if (!accessPoint?.RootDirectory?.CreationInfo) {
        throw cannotMount(`mount.nfs4: mounting ${id}.efs.${REGION}.amazonaws.com:${inside} failed, reason given by server: No such file or directory`, 32);
      }
      fs.mkdirSync(folder, { recursive: true });
    }
    return { folder, readOnly: !permission.write };
  }

  /** The name of a file system leads to the mount target in the task's zone; its security groups must admit the task. */
  private async demandMountTarget(id: string, { end, placement }: Mounter): Promise<void> {
    const { MountTargets: targets } = await this.efs<{ MountTargets: MountTarget[] }>(`mount-targets?FileSystemId=${id}`);
    for (const zone of await this.network.zones(placement.subnetIds)) {
      const target = targets.find(({ AvailabilityZoneName }) => AvailabilityZoneName === zone);
      if (!target) {
        const name = `${id}.efs.${REGION}.amazonaws.com`;
        throw cannotMount(`Failed to resolve "${name}" - The file system mount target ip address cannot be found: it has no mount target in ${zone}`, 1);
      }
      const { SecurityGroups } = await this.efs<{ SecurityGroups: string[] }>(`mount-targets/${target.MountTargetId}/security-groups`);
      const to = await this.network.end(`file system ${id}`, { groupIds: SecurityGroups, subnetIds: [target.SubnetId] });
      const reason = refusal(end, to, NFS_PORT);
      if (reason !== undefined) throw cannotMount(`mount.nfs4: Connection timed out (${reason})`, 32);
    }
  }

  private async accessPoint(id: string, accessPointId: string): Promise<AccessPoint> {
    const { AccessPoints } = await this.efs<{ AccessPoints: AccessPoint[] }>(`access-points?AccessPointId=${accessPointId}`)
      .catch(() => ({ AccessPoints: [] }));
    if (AccessPoints[0]?.FileSystemId !== id) throw cannotMount(`Failed to mount: ${id} has no access point ${accessPointId}`, 1);
    return AccessPoints[0];
  }

  /**
   * Whether a client may mount and write: by the policies of the task role if it authenticates, or those of the file system. Without a policy of
   * its own a file system admits whoever reaches it.
   *
   * @see https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
   */
  private async permission(
    id: string, accessPoint: AccessPoint | undefined, isEncrypted: boolean, role: Role | undefined,
  ): Promise<{ mount: boolean; write: boolean; reason: string }> {
    const policy = await this.efs<{ Policy?: string }>(`file-systems/${id}/policy`).then(({ Policy }) => parseDocument(Policy), () => undefined);
    if (!policy) return { mount: true, write: true, reason: '' };
    const allows = (action: string): boolean => {
      const request: AccessRequest = {
        action: `elasticfilesystem:${action}`,
        resource: `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/${id}`,
        context: {
          'aws:SecureTransport': String(isEncrypted),
          'elasticfilesystem:AccessedViaMountTarget': 'true',
          ...(accessPoint ? { 'elasticfilesystem:AccessPointArn': accessPoint.AccessPointArn } : {}),
        },
      };
      const byFileSystem: PolicyDocument = role ? forPrincipals(policy, [role.arn]) : forAnybody(policy);
      return role ? role.allowsWith(byFileSystem, request) : isAllowed([byFileSystem], request);
    };
    const who = role ? `role ${role.arn}` : 'an anonymous client';
    return {
      mount: allows('ClientMount'),
      write: allows('ClientWrite'),
      reason: `${who} is not authorized to perform elasticfilesystem:ClientMount on ${id}`
        + `${accessPoint ? ` through ${accessPoint.AccessPointArn.split('/').pop()}` : ''}${isEncrypted ? '' : ' without transit encryption'}`,
    };
  }

  private efs<T>(resource: string): Promise<T> {
    return this.aws.get('elasticfilesystem', `/2015-02-01/${resource}`);
  }
}

function cannotMount(reason: string, code: number): Error {
  const what = 'failed to invoke EFS utils commands to set up EFS volumes';
  return new Error(`ResourceInitializationError: ${what}: stderr: ${reason} : unsuccessful EFS utils command execution; code: ${code}`);
}
