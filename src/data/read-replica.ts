// A read replica of a database: what its users see of it, and what keeps its URL right.
import { Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantConnect } from './connect-grant';
import { refreshUrl } from './connection-refresh';
import { urlSecret } from './connection-secret';
import { identifierBase, instanceIdentifier } from './instance-identifier';
import { acknowledgeChoices, monitoring } from './postgres-instance';
import { exportedLogGroups } from './postgres-logs';
import { IPrivatePostgres, ReadReplicaOptions } from './private-postgres-options';
import { ReplicaSource } from './replica-source';
import { acknowledge } from '../private/acknowledge';

/**
 * A read replica of a `PrivatePostgres`. Made by `addReadReplica()`.
 *
 * A database to what reads alone: `reports.useDatabase(replica)`. Whoever has the primary and its way through the security groups has them here too.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html
 */
export class ReadReplica extends Construct implements IPrivatePostgres {
  /**
   * Define it under its primary.
   *
   * @internal
   */
  public static _of(source: ReplicaSource, scope: Construct, id: string, options: ReadReplicaOptions): ReadReplica {
    return new ReadReplica(source, scope, id, options);
  }

  /** The instance. */
  public readonly instance: rds.DatabaseInstanceReadReplica;
  /** Those of the primary: one security group and one port. */
  public readonly connections: ec2.Connections;
  /** Where readers connect. */
  public readonly endpoint: rds.Endpoint;
  /** Identifier of the instance, made as that of the primary. */
  public readonly instanceIdentifier: string;
  /** Name of the initial database. */
  public readonly databaseName: string;
  /** Secret of the primary. User name and password hold here too, the host is that of the primary. */
  public readonly secret: secretsmanager.ISecret;
  /** Secret whose whole value is the connection URL of this replica. */
  public readonly urlSecret: secretsmanager.ISecret;
  /** The same as `urlSecret`. */
  public readonly readerUrlSecret: secretsmanager.ISecret;
  /** Whether the password is rotated and `urlSecret` follows it, as on the primary. */
  public readonly rotatesSecret: boolean;
  /** What RDS exports of PostgreSQL's own log: errors, and slow statements. */
  public readonly postgresqlLogGroup: logs.ILogGroup;
  /** What RDS exports of major upgrades. */
  public readonly upgradeLogGroup: logs.ILogGroup;

  private readonly source: ReplicaSource;

  private constructor(source: ReplicaSource, scope: Construct, id: string, options: ReadReplicaOptions) {
    super(scope, id);
    const { database } = source;
    this.source = source;
    this.connections = database.connections;
    this.databaseName = database.databaseName;
    this.secret = database.secret;
    this.rotatesSecret = database.rotatesSecret;

    const base = identifierBase(this, () => this.instance.node.defaultChild as rds.CfnDBInstance);
    const identifier = instanceIdentifier(base, source.generation);
    const logGroups = exportedLogGroups(this, identifier, source.logKey, source.logRetention, source.logRemovalPolicy);
    this.postgresqlLogGroup = logGroups.postgresql;
    this.upgradeLogGroup = logGroups.upgrade;
    this.instance = this.replicate(identifier, options);
    // RDS would make them itself, to be kept for ever and without the key
    this.instance.node.defaultChild?.node.addDependency(this.postgresqlLogGroup, this.upgradeLogGroup);
    this.instanceIdentifier = this.instance.instanceIdentifier;
    this.endpoint = this.instance.instanceEndpoint;

    this.urlSecret = urlSecret(this, {
      username: source.username,
      password: this.secret.secretValueFromJson('password'),
      host: this.endpoint.hostname,
      port: this.endpoint.port,
      databaseName: this.databaseName,
    }, source.secretOptions);
    this.readerUrlSecret = this.urlSecret;
    if (this.rotatesSecret) this.followRotation(base);
  }

  /** Let a principal connect by IAM authentication, as `PrivatePostgres.grantConnect()` does; that one grants the replicas of its database too. */
  public grantConnect(grantee: iam.IGrantable, databaseUser?: string): iam.Grant {
    // not by the L2, whose resource id is the ARN unless a feature flag is on
    const { attrDbiResourceId } = this.instance.node.defaultChild as rds.CfnDBInstance;
    return grantConnect(this.instance, attrDbiResourceId, this, grantee, databaseUser, this.source.username);
  }

  private replicate(identifier: string, options: ReadReplicaOptions): rds.DatabaseInstanceReadReplica {
    const { shared, profile, props, encryptionKey, removalPolicy } = this.source;
    const deletionProtection = options.deletionProtection ?? shared.deletionProtection;
    const instance = new rds.DatabaseInstanceReadReplica(this, 'Instance', {
      ...shared,
      // the L2 names it by an ARN: beside the mere name of a source in this region RDS refuses the subnet group
      sourceDatabaseInstance: this.source.instance,
      instanceIdentifier: identifier,
      instanceType: options.instanceType ?? shared.instanceType,
      multiAz: false,
      deletionProtection,
      removalPolicy,
      ...monitoring(this, props.monitoring ?? profile.databaseMonitoring, { identifier, encryptionKey }),
    });
    const cfnInstance = instance.node.defaultChild as rds.CfnDBInstance;
    // the L2 would print the number that stands for a token
    cfnInstance.allocatedStorage = shared.allocatedStorage === undefined ? undefined : Tokenization.stringifyNumber(shared.allocatedStorage);
    acknowledge(cfnInstance, ['AwsSolutions-RDS2', 'RDSStorageEncrypted'],
      'encryption and key are those of the primary, which is encrypted; CloudFormation takes neither for a replica');
    acknowledge(cfnInstance, ['AwsSolutions-RDS3', 'RDSMultiAZSupport'], 'a replica is a further copy of the data; one that is lost is made anew from the primary');
    acknowledge(cfnInstance, 'RDSInBackupPlan', 'a replica holds nothing of its own; the primary is backed up');
    acknowledgeChoices(cfnInstance, { ...props, deletionProtection: options.deletionProtection ?? props.deletionProtection }, profile);
    return instance;
  }

  /** The password is the primary's: the same change of the same secret makes this URL anew, in a workflow of its own. */
  private followRotation(name: string): void {
    const { credentials, secretsKey, logKey, logRetention } = this.source;
    refreshUrl(new Construct(this, 'Rotation'), {
      name,
      logRetention,
      logKey,
      databaseName: this.databaseName,
      secret: credentials,
      attachment: this.secret,
      urlSecret: this.urlSecret,
      host: this.endpoint.hostname,
      secretsKey,
      window: this.source.props.rotationWindow,
    });
  }
}
