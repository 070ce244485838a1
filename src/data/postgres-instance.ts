// [internal] The instances themselves: every property said, so that no feature flag and no default of a later CDK decides.
import { Duration, RemovalPolicy, Size, SizeRoundingBehavior, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { checkWindows } from './maintenance-windows';
import { monitoringRole } from './monitoring-role';
import { EXPORTED_LOGS } from './postgres-logs';
import { isPinned, postgresParameterGroup } from './postgres-parameters';
import { checkStorage, STORAGE_LIMITS, wholeDays } from './postgres-rules';
import { PrivatePostgresProps } from './private-postgres-options';
import { acknowledge } from '../private/acknowledge';

/** What the instance is made with beside the props, resolved. */
export interface PostgresInstanceParts {
  readonly profile: EnvironmentProfile;
  readonly identifier: string;
  readonly databaseName: string;
  readonly username: string;
  readonly credentials: secretsmanager.ISecret;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly encryptionKey: kms.IKey;
  readonly iamAuthentication: boolean;
  readonly removalPolicy: RemovalPolicy;
  /** Policy of what the instance uses and could not do without. */
  readonly keepForInstance: RemovalPolicy;
}

/** What a primary and its replicas have in common. */
export type SharedProps = Pick<rds.DatabaseInstanceProps,
  'autoMinorVersionUpgrade' | 'instanceType' | 'applyImmediately' | 'vpc' | 'subnetGroup' | 'securityGroups' | 'publiclyAccessible' | 'networkType' | 'port'
  | 'caCertificate' | 'iamAuthentication' | 'storageType' | 'allocatedStorage' | 'maxAllocatedStorage' | 'preferredMaintenanceWindow' | 'copyTagsToSnapshot'
  | 'deletionProtection' | 'parameterGroup' | 'cloudwatchLogsExports'> & { readonly instanceType: ec2.InstanceType };

/** The instance, under the id `Instance`, with its parameter group and monitoring role. */
export function postgresInstance(
  scope: Construct, props: PrivatePostgresProps, parts: PostgresInstanceParts,
): { readonly instance: rds.DatabaseInstance; readonly shared: SharedProps } {
  const { profile, identifier } = parts;
  const version = props.version ?? rds.PostgresEngineVersion.VER_17;
  const engine = rds.DatabaseInstanceEngine.postgres({ version });
  const storage = props.storage ?? Size.gibibytes(20);
  const maxStorage = props.maxStorage ?? roomToGrow(storage);
  const backupRetention = props.backupRetention ?? profile.backupRetention;
  const backupWindow = props.backupWindow ?? '03:00-04:00';
  const maintenanceWindow = props.maintenanceWindow ?? 'sun:04:00-sun:05:00';
  checkStorage(storage, maxStorage);
  const grows = storage.toGibibytes() !== maxStorage.toGibibytes();
  const isOfSnapshot = props.snapshotIdentifier !== undefined && props.storage === undefined;
  checkWindows(backupWindow, maintenanceWindow);
  wholeDays('backupRetention', backupRetention, 1, 35, 'choose whole days within these, 0 would switch point-in-time recovery off, and BackupCopies keep them for longer');

  const shared: SharedProps = {
    autoMinorVersionUpgrade: !isPinned(version),
    instanceType: props.instanceType ?? profile.databaseInstanceType,
    applyImmediately: true,
    vpc: props.network.vpc,
    subnetGroup: new rds.SubnetGroup(scope, 'SubnetGroup', {
      description: 'Data tier',
      vpc: props.network.vpc,
      vpcSubnets: props.network.dataSubnets,
      removalPolicy: parts.keepForInstance,
    }),
    securityGroups: [parts.securityGroup],
    publiclyAccessible: false,
    networkType: rds.NetworkType.IPV4,
    port: props.port ?? 5432,
    caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
    iamAuthentication: parts.iamAuthentication,
    storageType: rds.StorageType.GP3,
    // said where it never grows, for else CloudFormation would enlarge the primary alone; what grows has more than was asked for, and RDS refuses less
    allocatedStorage: grows || isOfSnapshot ? undefined : storage.toGibibytes(),
    maxAllocatedStorage: grows ? maxStorage.toGibibytes() : undefined,
    preferredMaintenanceWindow: maintenanceWindow,
    copyTagsToSnapshot: true,
    deletionProtection: props.deletionProtection ?? profile.deletionProtection,
    parameterGroup: postgresParameterGroup(scope, engine, {
      version,
      slowQueryThreshold: props.slowQueryThreshold ?? Duration.seconds(1),
      parameters: props.parameters,
      removalPolicy: parts.keepForInstance,
    }),
    cloudwatchLogsExports: EXPORTED_LOGS,
  };
  const instance = new rds.DatabaseInstance(scope, 'Instance', {
    ...shared,
    instanceIdentifier: identifier,
    engine,
    allowMajorVersionUpgrade: props.allowMajorVersionUpgrade ?? false,
    // at the end of standard support RDS then upgrades rather than charge for extended support
    engineLifecycleSupport: rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
    multiAz: props.multiAz ?? profile.databaseMultiAz,
    databaseName: parts.databaseName,
    // by its name, as a reference into the secret would replace the instance whenever the secret is made anew
    credentials: rds.Credentials.fromSecret(parts.credentials, parts.username),
    allocatedStorage: storage.toGibibytes(),
    storageEncrypted: true,
    storageEncryptionKey: parts.encryptionKey,
    backupRetention,
    preferredBackupWindow: backupWindow,
    deleteAutomatedBackups: parts.removalPolicy === RemovalPolicy.DESTROY,
    removalPolicy: parts.removalPolicy,
    ...monitoring(scope, props.monitoring ?? profile.databaseMonitoring, parts),
  });
  const cfnInstance = instance.node.defaultChild as rds.CfnDBInstance;
  // the L2 would print the number that stands for a token
  cfnInstance.allocatedStorage = Tokenization.stringifyNumber(storage.toGibibytes());
  replicateBackups(cfnInstance, props, backupRetention);
  if (props.snapshotIdentifier !== undefined) restore(cfnInstance, props.snapshotIdentifier, props.storage);
  acknowledge(cfnInstance, 'RDSInBackupPlan', 'RDS backs up by itself and restores to any second of the retention period; AWS Backup may do so besides');
  if (props.multiAz === undefined && profile._doesWithout('databaseMultiAz')) {
    acknowledge(cfnInstance, ['AwsSolutions-RDS3', 'RDSMultiAZSupport'], `${profile.name}: no standby; what is lost with a zone is restored from backups`);
  }
  acknowledgeChoices(cfnInstance, props, profile);
  return { instance, shared };
}

/** Database Insights in standard mode keeps 7 days for free. Every instance class does it with PostgreSQL. */
export function monitoring(scope: Construct, on: boolean, parts: Pick<PostgresInstanceParts, 'encryptionKey' | 'identifier'>): MonitoringProps {
  if (!on) return { enablePerformanceInsights: false };
  return {
    enablePerformanceInsights: true,
    databaseInsightsMode: rds.DatabaseInsightsMode.STANDARD,
    performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
    performanceInsightEncryptionKey: parts.encryptionKey,
    monitoringInterval: Duration.minutes(1),
    monitoringRole: monitoringRole(scope, parts.identifier),
  };
}

type MonitoringProps = Pick<rds.DatabaseInstanceProps,
  'enablePerformanceInsights' | 'databaseInsightsMode' | 'performanceInsightRetention' | 'performanceInsightEncryptionKey'
  | 'monitoringInterval' | 'monitoringRole'>;

/** No property of the L2 yet. */
function replicateBackups(cfnInstance: rds.CfnDBInstance, props: PrivatePostgresProps, retention: Duration): void {
  if (props.backupReplicationRegion === undefined) return;
  cfnInstance.automaticBackupReplicationRegion = props.backupReplicationRegion;
  cfnInstance.automaticBackupReplicationKmsKeyId = props.backupReplicationKey?.keyArn;
  cfnInstance.automaticBackupReplicationRetentionPeriod = retention.toDays();
}

/**
 * The same instance, its first data from a snapshot. The L2 for snapshots is another class; its resource is this one without what the snapshot
 * decides. The password stays: RDS sets it once the restore is done, so that the secret is right. So does a size that was asked for: without one it is that of the snapshot,
 * to which the storage may have grown by itself, and RDS refuses less.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
 */
function restore(cfnInstance: rds.CfnDBInstance, snapshotIdentifier: string, storage: Size | undefined): void {
  cfnInstance.dbSnapshotIdentifier = snapshotIdentifier;
  if (storage === undefined) cfnInstance.allocatedStorage = undefined;
  cfnInstance.dbName = undefined;
  cfnInstance.masterUsername = undefined;
  cfnInstance.storageEncrypted = undefined;
  cfnInstance.kmsKeyId = undefined;
  acknowledge(cfnInstance, ['AwsSolutions-RDS2', 'RDSStorageEncrypted'],
    'encryption and key are those of the snapshot, CloudFormation takes neither here; snapshots of this construct are encrypted');
}

/** What a profile does without, and the default port; the same for a primary and its replicas. */
export function acknowledgeChoices(
  cfnInstance: rds.CfnDBInstance, props: Pick<PrivatePostgresProps, 'deletionProtection' | 'monitoring' | 'port'>, profile: EnvironmentProfile,
): void {
  if (props.deletionProtection === undefined && profile._doesWithout('deletionProtection')) {
    acknowledge(cfnInstance, ['AwsSolutions-RDS10', 'RDSInstanceDeletionProtectionEnabled'],
      `${profile.name}: deletion is allowed; the removal policy decides what is left`);
  }
  if (props.monitoring === undefined && profile._doesWithout('databaseMonitoring')) {
    acknowledge(cfnInstance, 'RDSEnhancedMonitoringEnabled', `${profile.name}: no enhanced monitoring; the metrics of RDS remain, one a minute, and the alarms on them`);
  }
  if ((props.port ?? 5432) === 5432) {
    acknowledge(cfnInstance, 'AwsSolutions-RDS11',
      'another port hides nothing: the instance is in private subnets, and its security group admits its users alone');
  }
}

/** 100 GiB, as the reference architecture says for 20, and never less than twice what there is at first. */
function roomToGrow(storage: Size): Size {
  if (storage.isUnresolved()) return Size.gibibytes(100);
  const first = storage.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  return Size.gibibytes(Math.max(100, Math.min(2 * first, STORAGE_LIMITS.max)));
}
