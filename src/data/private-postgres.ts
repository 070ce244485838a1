// PostgreSQL on RDS that only its users can reach: instance, keys, secrets, logs, parameters, grants.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { DEFAULT_USER, grantConnect } from './connect-grant';
import { ConnectionRotation } from './connection-rotation';
import { credentialsSecret, DEFAULT_USERNAME, secretsKeyView, urlSecret } from './connection-secret';
import { ExistingPostgres } from './existing-postgres';
import { identifierBase, instanceIdentifier } from './instance-identifier';
import { postgresInstance } from './postgres-instance';
import { exportedLogGroups, keyOfLogs } from './postgres-logs';
import { PostgresProxy } from './postgres-proxy';
import { checkBackupReplication, checkName, checkReplica, checkSubnets, wholeDays } from './postgres-rules';
import { ExistingDatabaseAttributes, IPrivatePostgres, PrivatePostgresProps, ReadReplicaOptions } from './private-postgres-options';
import { ReadReplica } from './read-replica';
import { ReplicaSource } from './replica-source';
import { IAppNetwork } from '../network/app-network';
import { acknowledge } from '../private/acknowledge';
import { ownKey } from '../private/own-key';
import { checkRange } from '../private/validate';

/**
 * A PostgreSQL instance that only its users can reach.
 *
 * Encrypted, in private subnets, TLS required, with its own key, secrets, parameter group and log groups; size, standby, protection, rotation
 * and monitoring follow the profile. Hand it over by `useDatabase()`, or by `connections`, `secret`, `urlSecret` and `grantConnect()`.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_BestPractices.html
 * @example
 * const database = new PrivatePostgres(this, 'Database', { network: AppNetwork.fromVpc(vpc) });
 * database.connections.allowDefaultPortFrom(Peer.ipv4('10.20.0.0/16'));
 */
export class PrivatePostgres extends Construct implements IPrivatePostgres {
  /**
   * Use an instance that exists. Makes the URL secret if none is given, and nothing else.
   *
   * The composed URL holds user name and password as they are, so both must be URL-safe; give `urlSecret` where they are not, or change.
   */
  public static fromInstance(scope: Construct, id: string, attrs: ExistingDatabaseAttributes): IPrivatePostgres {
    return new ExistingPostgres(scope, id, attrs);
  }

  /** The instance. */
  public readonly instance: rds.DatabaseInstance;
  /** Where it lives. */
  public readonly network: IAppNetwork;
  /** Its security group and port: `connections.allowDefaultPortFrom(peer)`. */
  public readonly connections: ec2.Connections;
  /** Where clients connect: the proxy, if there is one, else the instance. That of the instance is `instance.instanceEndpoint`. */
  public readonly endpoint: rds.Endpoint;
  /** The proxy before the instance, where `proxy` asks for one. */
  public readonly proxy?: rds.DatabaseProxy;
  /** Identifier of the instance: `db-<GUID of the stack>-<hash of the logical id>`, and the generation from the second on. */
  public readonly instanceIdentifier: string;
  /** Name of the initial database. */
  public readonly databaseName: string;
  /** Name of the master user. */
  public readonly username: string;
  /** Secret with username, password, host, port and dbname. */
  public readonly secret: secretsmanager.ISecret;
  /** Secret whose whole value is the connection URL. */
  public readonly urlSecret: secretsmanager.ISecret;
  /** Whether the password is rotated and `urlSecret` follows it. */
  public readonly rotatesSecret: boolean;
  /** Key of storage, snapshots, Database Insights and exported logs. */
  public readonly encryptionKey: kms.IKey;
  /** Key of the secrets. */
  public readonly secretsKey: kms.IKey;
  /** Admits its users to the port, lets nothing out. */
  public readonly securityGroup: ec2.ISecurityGroup;
  /** What RDS exports of PostgreSQL's own log: errors, and slow statements. */
  public readonly postgresqlLogGroup: logs.ILogGroup;
  /** What RDS exports of major upgrades. */
  public readonly upgradeLogGroup: logs.ILogGroup;

  /** Whether `grantConnect()` is possible. @internal */
  public readonly _iamAuthentication: boolean;

  private readonly replicas: ReadReplica[] = [];
  private readonly replicaListeners: Array<(replica: ReadReplica) => void> = [];
  private readonly replicaSource: ReplicaSource;
  private readonly proxied?: PostgresProxy;

  constructor(scope: Construct, id: string, props: PrivatePostgresProps) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    const removalPolicy = props.removalPolicy ?? profile.removalPolicy;
    // SNAPSHOT is for the instance alone: what its snapshots need stays, what they do not need goes
    const keepForSnapshots = removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    // a first deployment that fails leaves none, which would be in the way of the next one by their names
    const keepLogs = removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const keepForInstance = isKept(removalPolicy) ? removalPolicy : RemovalPolicy.DESTROY;
    const logRetention = props.logRetention ?? profile.logRetention;
    const rotation = rotationPeriod(props.secretRotation, profile);
    this.network = props.network;
    this.databaseName = props.databaseName ?? 'app';
    this.username = props.username ?? DEFAULT_USERNAME;
    this._iamAuthentication = props.iamAuthentication ?? true;
    this.rotatesSecret = rotation !== undefined;
    this.checkProps(props);

    this.encryptionKey = props.encryptionKey ?? ownKey(this, 'Key', {
      description: 'Storage, snapshots, logs and secrets of a PostgreSQL instance',
      rotationPeriod: Duration.days(365),
      removalPolicy: keepForSnapshots,
    });
    this.secretsKey = props.secretsKey ?? this.encryptionKey;
    this.securityGroup = this.makeSecurityGroup(keepForInstance);
    this.connections = new ec2.Connections({ securityGroups: [this.securityGroup], defaultPort: ec2.Port.tcp(props.port ?? 5432) });
    const secretOptions = { encryptionKey: secretsKeyView(this, this.secretsKey), removalPolicy: keepForInstance };
    const credentials = credentialsSecret(this, this.username, secretOptions);
    if (props.secretRotation === undefined && profile._doesWithout('rotateSecrets')) {
      acknowledge(credentials, ['AwsSolutions-SMG4', 'SecretsManagerRotationEnabled'],
        `${profile.name}: no rotation; the secret is encrypted with a customer key and readable by grant alone`);
    }

    const base = identifierBase(this, () => this.instance.node.defaultChild as rds.CfnDBInstance);
    const identifier = instanceIdentifier(base, props.generation ?? 1);
    const logKey = keyOfLogs(this.encryptionKey, props.proxy !== undefined);
    const logGroups = exportedLogGroups(this, identifier, logKey, logRetention, keepLogs);
    this.postgresqlLogGroup = logGroups.postgresql;
    this.upgradeLogGroup = logGroups.upgrade;
    const { instance, shared } = postgresInstance(this, props, {
      profile,
      identifier,
      credentials,
      removalPolicy,
      keepForInstance,
      securityGroup: this.securityGroup,
      encryptionKey: this.encryptionKey,
      databaseName: this.databaseName,
      username: this.username,
      iamAuthentication: this._iamAuthentication,
    });
    this.instance = instance;
    // RDS would make them itself, to be kept for ever and without the key
    this.instance.node.defaultChild?.node.addDependency(this.postgresqlLogGroup, this.upgradeLogGroup);
    this.instanceIdentifier = this.instance.instanceIdentifier;
    this.secret = this.instance.secret!;
    this.proxied = this.makeProxy(props, logRetention, logKey);
    this.proxy = this.proxied?.proxy;
    this.endpoint = this.proxied?.endpoint ?? this.instance.instanceEndpoint;
    const url = urlSecret(this, {
      username: this.username,
      password: this.secret.secretValueFromJson('password'),
      host: this.endpoint.hostname,
      port: this.endpoint.port,
      databaseName: this.databaseName,
    }, secretOptions);
    // not before there is somebody behind the proxy
    if (this.proxy) url.node.addDependency(this.proxy);
    this.urlSecret = url;
    this.replicaSource = {
      database: this,
      instance,
      shared,
      props,
      profile,
      username: this.username,
      generation: props.generation ?? 1,
      credentials,
      secretOptions,
      encryptionKey: this.encryptionKey,
      secretsKey: this.secretsKey,
      logKey,
      logRetention,
      logRemovalPolicy: keepLogs,
      removalPolicy: keepForInstance,
    };
    this.rotate(rotation, base, props.rotationWindow);
  }

  /** Secret with the URL for what reads alone: that of the first read replica, or `urlSecret` where there is none. */
  public get readerUrlSecret(): secretsmanager.ISecret {
    return this.replicas[0]?.urlSecret ?? this.urlSecret;
  }

  /**
   * Add a read replica in the data tier: an instance with the key, parameters, monitoring, protection and security group of this one, log groups of its own, and a URL that
   * survives rotation.
   *
   * What uses the database gets the URL of the first one as `DATABASE_READER_URL`, before or after. Further ones are databases of their own: `reports.useDatabase(replica)`.
   *
   * It begins with the storage the primary has by then. Where that has grown above ten elevenths of `maxStorage` (90 GiB of 100), raise `maxStorage` to at least 1.1 times of it in the
   * same deployment or before, or RDS refuses the limit of a replica that is already made.
   *
   * Fails on an id that is taken, and on more than the 15 replicas RDS allows of one instance.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Configuration.html
   */
  public addReadReplica(id: string, options: ReadReplicaOptions = {}): ReadReplica {
    const home = this.node.tryFindChild('ReadReplicas') as Construct | undefined ?? new Construct(this, 'ReadReplicas');
    checkReplica(home, id);
    const replica = ReadReplica._of(this.replicaSource, home, id, options);
    this.replicas.push(replica);
    this.replicaListeners.forEach((listener) => listener(replica));
    return replica;
  }

  /**
   * Tell somebody of each read replica, those there are and those to come.
   *
   * @internal
   */
  public _onReadReplica(listener: (replica: ReadReplica) => void): void {
    this.replicas.forEach((replica) => listener(replica));
    this.replicaListeners.push(listener);
  }

  /**
   * Let a principal connect by IAM authentication as one database user, through the proxy and to read replicas too, and open the security groups if it has any.
   *
   * Fails where `iamAuthentication` is false, and for the master user.
   */
  public grantConnect(grantee: iam.IGrantable, databaseUser?: string): iam.Grant {
    if (!this._iamAuthentication) {
      throw new Error("'iamAuthentication' must be true for grantConnect, got false: switch it on, or hand over the secret");
    }
    const grant = grantConnect(this.instance, this.instance.instanceResourceId, this, grantee, databaseUser, this.username);
    this._onReadReplica((replica) => replica.grantConnect(grantee, databaseUser));
    return this.proxied === undefined ? grant : grant.combine(this.proxied.grantConnect(grantee, databaseUser ?? DEFAULT_USER));
  }

  private checkProps(props: PrivatePostgresProps): void {
    checkName('databaseName', this.databaseName, ['template0', 'template1']);
    checkName('username', this.username);
    checkRange('port', props.port, 1150, 65535, 'choose a port within these, RDS allows no other');
    checkRange('generation', props.generation, 1, 999, 'count the restores from 1');
    checkBackupReplication(this, props.backupReplicationRegion, props.backupReplicationKey);
    checkSubnets(this.network.vpc, this.network.dataSubnets);
  }

  private rotate(every: Duration | undefined, name: string, window?: string): void {
    if (every === undefined) return;
    const { credentials, secretsKey, logKey, logRetention } = this.replicaSource;
    this.network.requires(ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, this);
    new ConnectionRotation(this, 'Rotation', {
      network: this.network,
      database: this,
      databaseName: this.databaseName,
      secret: credentials,
      attachment: this.secret,
      urlSecret: this.urlSecret,
      host: this.proxy?.endpoint,
      secretsKey,
      every,
      window,
      name,
      logKey,
      logRetention,
    });
  }

  private makeProxy(props: PrivatePostgresProps, logRetention: logs.RetentionDays, logKey?: kms.IKey): PostgresProxy | undefined {
    return props.proxy && new PostgresProxy(this, 'Proxy', {
      options: props.proxy,
      database: props,
      instance: this.instance,
      securityGroup: this.securityGroup,
      iamAuthentication: this._iamAuthentication,
      secret: this.secret,
      secretsKey: this.secretsKey,
      logKey,
      logRetention,
    });
  }

  private makeSecurityGroup(removalPolicy: RemovalPolicy): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: this.network.vpc,
      description: 'PostgreSQL: admits its users alone, lets nothing out',
      allowAllOutbound: false,
    });
    group.applyRemovalPolicy(removalPolicy);
    return group;
  }
}

/** How often to rotate, or undefined for never. */
function rotationPeriod(asked: Duration | undefined, profile: EnvironmentProfile): Duration | undefined {
  const period = asked ?? Duration.days(profile.rotateSecrets ? 30 : 0);
  const days = wholeDays('secretRotation', period, 0, 1000, 'choose whole days within these, the rotation window opens once a day, and Duration.days(0) is for never');
  return days === 0 ? undefined : period;
}

/** Whether a policy leaves the instance itself behind, and so needs what the instance uses. */
function isKept(policy: RemovalPolicy): boolean {
  return policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
