// What a database is to the rooms that use it, and how it is asked for.
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { EnvironmentProfile } from '../environment-profile';
import { IAppNetwork } from '../network/app-network';

/** A PostgreSQL database, made here or existing. */
export interface IPrivatePostgres extends IConstruct, ec2.IConnectable {
  /** Where clients connect: its proxy, if it has one. */
  readonly endpoint: rds.Endpoint;
  /** Identifier of the instance. */
  readonly instanceIdentifier: string;
  /** Name of the initial database. */
  readonly databaseName: string;
  /** Secret with username, password, host, port and dbname. */
  readonly secret: secretsmanager.ISecret;
  /** Secret whose whole value is the connection URL, `postgresql://user:password@host:port/database?sslmode=require`. */
  readonly urlSecret: secretsmanager.ISecret;
  /** Secret with the URL for what reads alone: that of the first read replica, or `urlSecret` where there is none. */
  readonly readerUrlSecret: secretsmanager.ISecret;
  /**
   * Whether the password is rotated here and both URLs follow it.
   *
   * What read the URL when it started must then start again after a rotation; the event `Connection URL changed` of the source
   * `cdk-patternbook`, on the default event bus, says when.
   */
  readonly rotatesSecret: boolean;
  /**
   * Let a principal connect by IAM authentication as one database user, and open the security groups if it has any.
   *
   * The database user is made once, by SQL: `CREATE ROLE app_iam LOGIN; GRANT rds_iam TO app_iam;`. It cannot be the master user, because
   * `rds_iam` takes a user's password away. Fails where IAM authentication is off.
   *
   * @param grantee whom to let connect; one with security groups, such as a function, also gets through those of the database
   * @param databaseUser letters, digits, underscores and hyphens; default `app_iam`
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
   */
  grantConnect(grantee: iam.IGrantable, databaseUser?: string): iam.Grant;
}

/** How a service or a function is given a database. */
export interface UseDatabaseOptions {
  /** Name of the environment variable. @default - `DATABASE_URL`; for a function, which reads the secret by its ARN, `DATABASE_SECRET_ARN` */
  readonly variable?: string;
  /**
   * Name of the environment variable for the URL of a read replica.
   *
   * For a function it holds the ARN of the secret with that URL. Give it where code reads it whether there is a replica or not: without one it holds the URL of the primary.
   *
   * @default - where the database has a read replica, `variable` with READER before its end: `DATABASE_READER_URL`, `DATABASE_READER_SECRET_ARN`
   */
  readonly readerVariable?: string;
}

/** Options of a read replica. */
export interface ReadReplicaOptions {
  /**
   * Instance type. Not smaller than that of the primary: a replica must allow as many connections and keep up with the writes.
   *
   * @default - that of the primary
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Refuse deletion. To remove one that is protected, deploy with `false` first. One whose creation fails stays if it is protected, and its identifier is taken: make it with
   * `false`, and protect it when it is there.
   *
   * @default - that of the primary
   */
  readonly deletionProtection?: boolean;
}

/** How connections are shared by a proxy. Each is a setting of RDS Proxy, changed without interruption. */
export interface PostgresProxyOptions {
  /**
   * Share of the connections the instance allows that the proxy may open, 1 to 100. What is left is for what connects directly: rotation of the password, tunnels, and tasks
   * that still have the URL from before the proxy.
   *
   * @default 90
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html
   */
  readonly maxConnectionsPercent?: number;
  /**
   * How long a client waits for a connection to the instance before it is refused, 0 s (not at all) to 5 minutes: while all are lent, and while the standby takes over.
   *
   * @default Duration.minutes(2)
   */
  readonly borrowTimeout?: Duration;
  /** How long a client may be idle before the proxy hangs up, 1 minute to 8 hours. After 24 hours it does so in any case. @default Duration.minutes(30) */
  readonly idleClientTimeout?: Duration;
  /**
   * Where the proxy stands, in 2 zones at least. RDS has no proxies in the zones `use1-az3` and `usw1-az2`: leave them out. Changing it replaces the proxy.
   *
   * @default - the data tier
   */
  readonly subnets?: ec2.SubnetSelection;
}

/** Options of a database, the same for `new PrivatePostgres()` and `addDatabase()`. */
export interface PrivatePostgresOptions {
  /**
   * Version of PostgreSQL: a major one, whose minor versions RDS applies in the maintenance window. One that names its minor, such as
   * `VER_17_5`, stays at exactly that until it is changed here.
   *
   * @default rds.PostgresEngineVersion.VER_17
   */
  readonly version?: rds.PostgresEngineVersion;
  /**
   * Let a change of `version` to another major version go through. There is no way back but a restore, so it is switched on for the upgrade
   * and off again after.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
   */
  readonly allowMajorVersionUpgrade?: boolean;
  /** Instance type. @default - from the profile: t4g.micro in dev, t4g.small in staging, t4g.medium in prod */
  readonly instanceType?: ec2.InstanceType;
  /** Name of the initial database: 1 to 63 letters, digits and underscores, no reserved word. Changing it would replace the instance. @default 'app' */
  readonly databaseName?: string;
  /** Name of the master user: as `databaseName`. Changing it would replace the instance. @default 'postgres' */
  readonly username?: string;
  /** TCP port, 1150 to 65535. @default 5432 */
  readonly port?: number;
  /** Storage at first (gp3), 20 GiB to 64 TiB. In a restore no less than the snapshot has. @default - 20 GiB, or the storage of the snapshot */
  readonly storage?: Size;
  /**
   * Storage to which it grows by itself, 20 GiB to 64 TiB: at least a tenth above `storage`, or the same for storage that does not grow. In a restore at least a tenth above the
   * storage of the snapshot too.
   *
   * @default - 100 GiB, or twice `storage` where that is more
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
   */
  readonly maxStorage?: Size;
  /** A standby in a second zone. @default - from the profile: true in prod */
  readonly multiAz?: boolean;
  /** How long automated backups are kept, whole days, 1 to 35. @default - from the profile: 3 days in dev, 7 days in staging and prod */
  readonly backupRetention?: Duration;
  /** Daily backup window, UTC, hh:mm-hh:mm, at least 30 minutes, apart from the maintenance window. @default '03:00-04:00' */
  readonly backupWindow?: string;
  /** Weekly maintenance window, UTC, ddd:hh:mm-ddd:hh:mm, at least 30 minutes. @default 'sun:04:00-sun:05:00' */
  readonly maintenanceWindow?: string;
  /**
   * Region to which automated backups are replicated continuously, other than that of the stack. Needs `backupReplicationKey`.
   *
   * @default - not replicated
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
   */
  readonly backupReplicationRegion?: string;
  /** Key, in `backupReplicationRegion`, that encrypts the replicated backups. @default - none, and none needed without replication */
  readonly backupReplicationKey?: kms.IKey;
  /** Refuse deletion, by CloudFormation too: it cannot take back a first deployment that fails. @default - from the profile: true in prod */
  readonly deletionProtection?: boolean;
  /**
   * What becomes of the instance on deletion and replacement. Its keys and logs are deleted with DESTROY only, its secrets retained with
   * RETAIN only, automated backups deleted with DESTROY only.
   *
   * @default - from the profile: DESTROY in dev, SNAPSHOT in staging and prod
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Key of storage, snapshots, Database Insights and exported logs. Logs are encrypted with it unless its policy is out of reach (an imported key).
   * Changing it would replace the instance.
   *
   * @default - a key of its own, rotated yearly
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Key of the secrets. Its policy admits whoever in this account may read them; that of an imported key must do so already, which is a warning.
   *
   * @default - the encryption key
   */
  readonly secretsKey?: kms.IKey;
  /**
   * How often the password is rotated, whole days, 1 to 1000, in the hour after midnight UTC or in `rotationWindow`. Duration.days(0) for never.
   *
   * The template then holds the transform `AWS::SecretsManager-2024-09-16`, which adds a nested stack with the function that rotates: AWS's code, in your account.
   *
   * @default - from the profile: 30 days in prod, else never
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
   */
  readonly secretRotation?: Duration;
  /**
   * When the password is rotated where `secretRotation` says that it is, UTC, ddd:hh:00-ddd:hh:00, whole hours within a day: for a database that is stopped at
   * midnight. It is then rotated once a week, from 28 days on once a month, on the first such weekday. Below 7 days it is refused.
   *
   * @default - the hour after midnight UTC
   */
  readonly rotationWindow?: string;
  /** Allow IAM authentication, beside passwords. @default true */
  readonly iamAuthentication?: boolean;
  /**
   * A proxy (RDS Proxy) before the instance, which shares a few connections among many clients and keeps theirs while the standby takes over. `{}` for the defaults.
   *
   * What uses the database gets a URL that leads through it; read replicas and tunnels stay direct. It needs `port` 5432, and is billed by the vCPUs of the instance.
   *
   * @default - none: clients connect to the instance
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html
   */
  readonly proxy?: PostgresProxyOptions;
  /** Database Insights (standard, 7 days of history) and enhanced monitoring every 60 s. @default - from the profile: true in prod */
  readonly monitoring?: boolean;
  /** Statements slower than this are logged, 0 ms (each statement) to 24 days. @default Duration.seconds(1) */
  readonly slowQueryThreshold?: Duration;
  /**
   * Further PostgreSQL parameters. `rds.force_ssl` cannot be switched off, `log_min_duration_statement` is `slowQueryThreshold`. What RDS calls
   * a static parameter applies after the next reboot.
   *
   * @default - none; TLS is required in any case
   */
  readonly parameters?: { [name: string]: string };
  /** How long exported logs are kept. @default - from the profile: 7, 14 or 30 days */
  readonly logRetention?: logs.RetentionDays;
  /**
   * Name or ARN of the snapshot the instance is restored from. Must stay set for ever after, for without it CloudFormation would make an empty
   * database. The snapshot decides master user, initial database, encryption and key: say the same user and database here.
   * An instance that exists needs a new `generation` too.
   *
   * @default - an empty database
   */
  readonly snapshotIdentifier?: string;
  /**
   * Counts the instances that have stood here, 1 to 999. The identifier of the instance depends on it, so raising it replaces the instance on
   * purpose, together with `snapshotIdentifier` for a restore. Nothing else replaces it: CloudFormation refuses to replace a named instance.
   *
   * @default 1
   */
  readonly generation?: number;
}

/** Properties of `PrivatePostgres`. */
export interface PrivatePostgresProps extends PrivatePostgresOptions {
  /** Where it lives: the data tier. */
  readonly network: IAppNetwork;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/** A database that exists. */
export interface ExistingDatabaseAttributes {
  /** The instance, for example from `rds.DatabaseInstance.fromDatabaseInstanceAttributes()`. */
  readonly instance: rds.IDatabaseInstance;
  /** Secret with username, password, host, port and dbname. */
  readonly secret: secretsmanager.ISecret;
  /** Secret with the connection URL. @default - composed from the secret, whose user name and password must be URL-safe and not rotated */
  readonly urlSecret?: secretsmanager.ISecret;
  /** A read replica of it, on the same port. @default - none is known */
  readonly reader?: rds.IDatabaseInstance;
  /** Secret with the connection URL of the read replica. @default - composed as `urlSecret` where a reader is given */
  readonly readerUrlSecret?: secretsmanager.ISecret;
  /** Name of the database. @default 'app' */
  readonly databaseName?: string;
}
