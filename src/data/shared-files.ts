// Files that tasks share: an EFS file system that only its users can mount.
import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { IAppNetwork } from '../network/app-network';
import { acknowledge } from '../private/acknowledge';

/** A file system that tasks can mount, made here or existing. */
export interface ISharedFiles {
  /** The file system. */
  readonly fileSystem: efs.IFileSystem;
}

/** Options of shared files, the same for `new SharedFiles()` and `addSharedFiles()`. */
export interface SharedFilesOptions {
  /**
   * Time without a read or write after which a file moves to the infrequent-access tier. With the next read it comes back.
   *
   * @default efs.LifecyclePolicy.AFTER_30_DAYS
   * @see https://docs.aws.amazon.com/efs/latest/ug/lifecycle-management-efs.html
   */
  readonly infrequentAccessAfter?: efs.LifecyclePolicy;
  /** Encryption key. A change replaces the file system. @default - the key of EFS in this account, managed by AWS */
  readonly encryptionKey?: kms.IKey;
  /**
   * Back up every day, kept for 35 days, by the plan that EFS has for it.
   *
   * @default - from the profile: true where the files are kept, in staging and prod
   * @see https://docs.aws.amazon.com/efs/latest/ug/automatic-backups.html
   */
  readonly automaticBackups?: boolean;
  /**
   * What becomes of the files on deletion and replacement. EFS takes no final snapshot, so SNAPSHOT is refused.
   *
   * @default - from the profile: DESTROY in dev, RETAIN in staging and prod
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Properties of `SharedFiles`. */
export interface SharedFilesProps extends SharedFilesOptions {
  /** Where it is mounted: in every zone of the app tier. */
  readonly network: IAppNetwork;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/**
 * An EFS file system that only its users can mount.
 *
 * Encrypted at rest; clients come by TLS and by IAM, nobody anonymously; throughput is elastic, paid by use; what is not used moves to the infrequent-access tier. Hand it over
 * by `mountFiles()` of a service or worker, which brings access point, permissions and security groups.
 *
 * Fails on a removal policy that EFS does not have.
 *
 * @see https://docs.aws.amazon.com/efs/latest/ug/security-considerations.html
 */
export class SharedFiles extends Construct implements ISharedFiles, ec2.IConnectable {
  /**
   * Use a file system that exists. Makes nothing.
   *
   * Where its security group is known, users are admitted to it; its file system policy must let task roles in, or leave that to IAM.
   */
  public static fromFileSystem(fileSystem: efs.IFileSystem): ISharedFiles {
    return { fileSystem };
  }

  /** The file system. */
  public readonly fileSystem: efs.IFileSystem;
  /** Its security group and port: `connections.allowDefaultPortFrom(peer)`. */
  public readonly connections: ec2.Connections;
  /** Admits its users to NFS, lets nothing out. */
  public readonly securityGroup: ec2.ISecurityGroup;

  constructor(scope: Construct, id: string, props: SharedFilesProps) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    const removalPolicy = removalPolicyOf(props, profile);
    const automaticBackups = props.automaticBackups ?? removalPolicy !== RemovalPolicy.DESTROY;
    // by zone, whatever the flag says: numbered, a zone that is added or goes would change the ids of others
    this.node.setContext('@aws-cdk/aws-efs:mountTargetOrderInsensitiveLogicalId', true);

    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'NFS: admits its users alone, lets nothing out',
      allowAllOutbound: false,
    });
    const fileSystem = new efs.FileSystem(this, 'FileSystem', {
      vpc: props.network.vpc,
      vpcSubnets: { subnets: oneInEachZone(props.network) },
      securityGroup: this.securityGroup,
      encrypted: true,
      kmsKey: props.encryptionKey,
      performanceMode: efs.PerformanceMode.GENERAL_PURPOSE,
      throughputMode: efs.ThroughputMode.ELASTIC,
      lifecyclePolicy: props.infrequentAccessAfter ?? efs.LifecyclePolicy.AFTER_30_DAYS,
      outOfInfrequentAccessPolicy: efs.OutOfInfrequentAccessPolicy.AFTER_1_ACCESS,
      enableAutomaticBackups: automaticBackups,
      fileSystemPolicy: clientsByTls(),
      // what aws-cdk-lib adds against anonymous clients lets each client that may mount write too, as root: any policy shuts anonymous ones out
      allowAnonymousAccess: true,
      removalPolicy,
    });
    this.fileSystem = fileSystem;
    this.connections = fileSystem.connections;
    const resource = fileSystem.node.defaultChild as efs.CfnFileSystem;
    // also when they are off: what a template no longer says, EFS would keep
    resource.backupPolicy = { status: automaticBackups ? 'ENABLED' : 'DISABLED' };
    acknowledgeBackups(resource, automaticBackups, props, profile);
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function removalPolicyOf(props: SharedFilesProps, profile: EnvironmentProfile): RemovalPolicy {
  if (props.removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new Error("'removalPolicy' must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got SNAPSHOT: EFS takes no final snapshot, so retain the files");
  }
  const policy = props.removalPolicy ?? profile.removalPolicy;
  return policy === RemovalPolicy.SNAPSHOT ? RemovalPolicy.RETAIN : policy;
}

/** A zone takes one mount target, and a task mounts by that of its own zone: https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html */
function oneInEachZone({ vpc, appSubnets }: IAppNetwork): ec2.ISubnet[] {
  const { subnets } = vpc.selectSubnets(appSubnets);
  return subnets.filter((subnet, index) => subnets.findIndex((other) => zoneOf(other) === zoneOf(subnet)) === index);
}

/** The zone of a subnet. One that was imported by its id does not know it, and stands for a zone of its own. */
function zoneOf(subnet: ec2.ISubnet): string {
  try {
    return subnet.availabilityZone;
  } catch {
    return subnet.subnetId;
  }
}

/** With a policy that allows nothing, who has no permission by IAM is turned away: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html */
function clientsByTls(): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [new iam.PolicyStatement({
      sid: 'TlsOnly',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite', 'elasticfilesystem:ClientRootAccess'],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    })],
  });
}

function acknowledgeBackups(resource: efs.CfnFileSystem, automaticBackups: boolean, props: SharedFilesProps, profile: EnvironmentProfile): void {
  if (automaticBackups) {
    acknowledge(resource, 'EFSInBackupPlan', 'in the plan that EFS itself has in AWS Backup: every day, kept for 35 days; BackupCopies may do so besides');
  } else if (props.automaticBackups === undefined && props.removalPolicy === undefined) {
    acknowledge(resource, 'EFSInBackupPlan', `${profile.name}: no backups, to save their cost; nothing in this environment is kept`);
  }
}
