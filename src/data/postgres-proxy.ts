// [internal] RDS Proxy before an instance: who gets to it, how it logs in, and where it writes its log.
import { createHash } from 'crypto';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretsKeyStatement } from './connection-secret';
import { identifierBase } from './instance-identifier';
import { PROXY_LOGS } from './postgres-logs';
import { PostgresProxyOptions, PrivatePostgresProps } from './private-postgres-options';
import { checkProxy, PROXY_PORT } from './proxy-rules';
import { acknowledgeInlinePolicies } from '../private/acknowledge';

/** What a proxy stands before, and what it is made with. */
export interface PostgresProxyProps {
  readonly options: PostgresProxyOptions;
  /** What the database was asked for with. */
  readonly database: PrivatePostgresProps;
  readonly instance: rds.DatabaseInstance;
  /** The group that admits the users of the database. */
  readonly securityGroup: ec2.ISecurityGroup;
  readonly iamAuthentication: boolean;
  /** User name and password of the master user, attached to the instance. */
  readonly secret: secretsmanager.ISecret;
  readonly secretsKey: kms.IKey;
  readonly logKey?: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/**
 * A proxy of one instance.
 *
 * It joins the group of the database, which admits its users: their rules are the same with and without a proxy, in whichever stack they stand, and who still has the other
 * URL gets through. A group of its own lets the proxy out, to the instance alone.
 */
export class PostgresProxy extends Construct {
  public readonly proxy: rds.DatabaseProxy;
  public readonly endpoint: rds.Endpoint;

  private readonly role: iam.Role;
  private readonly instance: rds.DatabaseInstance;

  constructor(scope: Construct, id: string, props: PostgresProxyProps) {
    super(scope, id);
    const { options, database: { network: { vpc, dataSubnets } } } = props;
    checkProxy(props.database);
    this.instance = props.instance;
    const subnets = options.subnets ?? dataSubnets;
    const name = this.nameIn(vpc.selectSubnets(subnets).subnetIds);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `${PROXY_LOGS}/${name}`,
      retention: props.logRetention,
      encryptionKey: props.logKey,
      // kept, it would be in the way of a proxy that is added again
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Proxy of PostgreSQL: lets it out to the instance alone',
      allowAllOutbound: false,
    });
    this.role = this.loginRole(props);
    this.proxy = new rds.DatabaseProxy(this, 'Resource', {
      dbProxyName: name,
      proxyTarget: rds.ProxyTarget.fromInstance(this.target(props)),
      vpc,
      vpcSubnets: subnets,
      securityGroups: [securityGroup],
      role: this.role,
      // by its ARN alone: the L2 would permit the use of its key for anything
      secrets: [secretsmanager.Secret.fromSecretCompleteArn(this, 'Credentials', props.secret.secretArn)],
      ...authentication(props),
      ...pooling(options),
    });
    const cfnProxy = this.proxy.node.defaultChild as rds.CfnDBProxy;
    // not through the L2, which would let the group of the database in to itself
    cfnProxy.vpcSecurityGroupIds = [props.securityGroup.securityGroupId, securityGroup.securityGroupId];
    // it logs in as soon as it is made, and makes the log group itself where there is none
    this.proxy.node.addDependency(this.role, logGroup, securityGroup, props.securityGroup);
    this.endpoint = new rds.Endpoint(this.proxy.endpoint, PROXY_PORT);
  }

  /** Let a principal pass as one database user, and the proxy log in to the instance as that user. */
  public grantConnect(grantee: iam.IGrantable, databaseUser: string): iam.Grant {
    this.instance.grantConnect(this.role, databaseUser);
    return this.proxy.grantConnect(grantee, databaseUser);
  }

  /**
   * As instances are named, and with a hash of the subnets: others replace the proxy, and two cannot have one name.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbproxy.html
   */
  private nameIn(subnetIds: string[]): string {
    const hash = createHash('sha256').update(JSON.stringify(Stack.of(this).resolve(subnetIds))).digest('hex').slice(0, 8);
    return `${identifierBase(this, () => this.proxy.node.defaultChild as rds.CfnDBProxy)}-${hash}`;
  }

  /** The instance by its number of the port: the rules that the L2 makes would name it by a reference, which no rule pack can judge. */
  private target({ instance, database, securityGroup }: PostgresProxyProps): rds.IDatabaseInstance {
    return rds.DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Target', {
      instanceIdentifier: instance.instanceIdentifier,
      instanceEndpointAddress: instance.instanceEndpoint.hostname,
      port: database.port ?? PROXY_PORT,
      securityGroups: [securityGroup],
      engine: instance.engine,
    });
  }

  /** RDS takes it on for any proxy of the account: RDS Proxy knows no condition keys that would say which. */
  private loginRole({ secretsKey }: PostgresProxyProps): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Reads the credentials with which a proxy logs in to a database',
      assumedBy: new iam.ServicePrincipal('rds.amazonaws.com'),
    });
    role.addToPolicy(secretsKeyStatement(this, secretsKey, 'kms:Decrypt'));
    acknowledgeInlinePolicies(role);
    return role;
  }
}

/**
 * The master user has a secret, and connects by its password. Whoever has none connects by IAM authentication, and the proxy to the instance likewise.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-migration.html
 */
function authentication({ iamAuthentication }: PostgresProxyProps): Partial<rds.DatabaseProxyProps> {
  return {
    iamAuth: false,
    clientPasswordAuthType: rds.ClientPasswordAuthType.POSTGRES_SCRAM_SHA_256,
    defaultAuthScheme: iamAuthentication ? rds.DefaultAuthScheme.IAM_AUTH : rds.DefaultAuthScheme.NONE,
    requireTLS: true,
    // it would log statements, and with them data
    debugLogging: false,
  };
}

function pooling({ maxConnectionsPercent = 90, borrowTimeout, idleClientTimeout }: PostgresProxyOptions): Partial<rds.DatabaseProxyProps> {
  return {
    maxConnectionsPercent,
    borrowTimeout: borrowTimeout ?? Duration.minutes(2),
    idleClientTimeout: idleClientTimeout ?? Duration.minutes(30),
  };
}
