// The CDK app that the sandbox's tests deploy: one base, and a stack per service, each with one thing done differently.
import { App, Aspects, CfnResource, Duration, IAspect, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';

/** What is done differently in a service; nothing makes a good one. */
export interface ShopOptions {
  /** Image. @default shop:v1 */
  readonly image?: string;
  readonly tasks?: number;
  readonly environment?: { readonly [name: string]: string };
  readonly secrets?: { readonly [name: string]: ecs.Secret };
  readonly healthCheckPath?: string;
  readonly migrationEnvironment?: { readonly [name: string]: string };
  /** A rule lets the tasks connect to the database. @default true */
  readonly databaseRule?: boolean;
  /** A rule lets the load balancer connect to the tasks. @default true */
  readonly balancerRule?: boolean;
  /** The execution role may read the secret. @default true */
  readonly secretGrant?: boolean;
  /** The execution role may use the secret's key. @default true */
  readonly keyGrant?: boolean;
  /** Name under which other services find it. */
  readonly discoveryName?: string;
  /** A service whose group admits this one. */
  readonly callee?: ShopService;
  /** Two to four tasks in place of a fixed count. */
  readonly autoScaled?: boolean;
}

/** What all services share. */
export class ShopBase extends Stack {
  public readonly vpc: ec2.Vpc;
  public readonly cluster: ecs.Cluster;
  public readonly database: rds.DatabaseInstance;
  /** Connection URL of the database. */
  public readonly url: string;
  public readonly listener: elb.ApplicationListener;

  constructor(app: App, id = 'Base') {
    super(app, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: true });
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      vpc: this.vpc, enableFargateCapacityProviders: true, defaultCloudMapNamespace: { name: 'shop.local' },
    });
    this.database = new rds.DatabaseInstance(this, 'Database', {
      vpc: this.vpc,
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_15 }),
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
      credentials: rds.Credentials.fromGeneratedSecret('owner'),
      databaseName: 'shop',
      storageEncrypted: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const part = (name: string) => this.database.secret!.secretValueFromJson(name).unsafeUnwrap();
    const address = `${this.database.dbInstanceEndpointAddress}:${this.database.dbInstanceEndpointPort}`;
    this.url = `postgresql://${part('username')}:${part('password')}@${address}/shop?sslmode=require`;
    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', { vpc: this.vpc, internetFacing: true });
    this.listener = balancer.addListener('Http', { port: 80, defaultAction: elb.ListenerAction.fixedResponse(404) });
  }
}

/** One service of its own stack, reached under the path of its name. */
export class ShopService extends Stack {
  public readonly service: ecs.FargateService;

  constructor(app: App, id: string, base: ShopBase, priority: number, options: ShopOptions = {}) {
    super(app, id);
    const path = `/${id.toLowerCase()}`;
    const key = new kms.Key(this, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
    // the CDK grants nothing on a key that it does not own: a mistake that users make without seeing it
    const encryptionKey = options.keyGrant === false ? kms.Key.fromKeyArn(this, 'ImportedKey', key.keyArn) : key;
    const url = new Secret(this, 'Url', { encryptionKey, secretStringValue: SecretValue.unsafePlainText(base.url) });
    const definition = new ecs.FargateTaskDefinition(this, 'Task', { executionRole: this.executionRole(key, options) });
    const image = ecs.ContainerImage.fromRegistry(options.image ?? 'shop:v1');
    const logging = ecs.LogDrivers.awsLogs({ streamPrefix: 'shop', logGroup: new logs.LogGroup(this, 'Logs', { removalPolicy: RemovalPolicy.DESTROY }) });
    const secrets = { DATABASE_URL: ecs.Secret.fromSecretsManager(url), ...options.secrets };
    const migration = definition.addContainer('Migrate', {
      image, logging, secrets, environment: options.migrationEnvironment, command: ['node', 'migrate.js'], essential: false,
    });
    const container = definition.addContainer('App', {
      image,
      logging,
      secrets,
      environment: options.environment,
      portMappings: [{ containerPort: 8000 }],
      healthCheck: { command: ['CMD-SHELL', 'curl --silent --show-error --fail http://localhost:${LISTEN_PORT:-8000}/version'] },
    });
    container.addContainerDependencies({ container: migration, condition: ecs.ContainerDependencyCondition.SUCCESS });
    this.service = new ecs.FargateService(this, 'Service', {
      cluster: base.cluster,
      taskDefinition: definition,
      ...(options.autoScaled ? {} : { desiredCount: options.tasks ?? 1 }),
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
      ...(options.discoveryName ? { cloudMapOptions: { name: options.discoveryName } } : {}),
    });
    if (options.autoScaled) this.service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 4 }).scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 70 });
    const group = new elb.ApplicationTargetGroup(this, 'Targets', {
      vpc: base.vpc,
      port: 8000,
      targetType: elb.TargetType.IP,
      protocol: elb.ApplicationProtocol.HTTP,
      deregistrationDelay: Duration.seconds(10),
      healthCheck: { path: options.healthCheckPath ?? `${path}/healthz`, healthyThresholdCount: 2, unhealthyThresholdCount: 3 },
    });
    this.service.attachToApplicationTargetGroup(group);
    const rule = new elb.ApplicationListenerRule(this, 'Rule', {
      listener: base.listener, priority, conditions: [elb.ListenerCondition.pathPatterns([`${path}/*`])], targetGroups: [group],
    });
    this.service.node.addDependency(rule);
    if (options.databaseRule !== false) this.allow(base.database.connections.securityGroups[0], 5432, 'Database');
    if (options.callee) this.allow(options.callee.service.connections.securityGroups[0], 8000, 'Callee');
    if (options.balancerRule === false) Aspects.of(this).add(new WithoutIngressFromBalancer());
  }

  /** The rule of a group elsewhere belongs to the stack of its client, so that a base serves many. */
  private allow(group: ec2.ISecurityGroup, port: number, id: string): void {
    new ec2.CfnSecurityGroupIngress(this, `${id}Ingress`, {
      groupId: group.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      sourceSecurityGroupId: this.service.connections.securityGroups[0].securityGroupId,
    });
  }

  private executionRole(key: kms.Key, { secretGrant }: ShopOptions): iam.IRole | undefined {
    if (secretGrant !== false) return undefined;
    const role = new iam.Role(this, 'ExecutionRole', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: ['*'] }));
    key.grantDecrypt(role);
    return role.withoutPolicyUpdates();
  }
}

/** Takes away what `attachToApplicationTargetGroup` has added for the load balancer. */
class WithoutIngressFromBalancer implements IAspect {
  public visit(node: IConstruct): void {
    if (CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::EC2::SecurityGroupIngress' && node.node.path.includes('/SecurityGroup/from ')) {
      node.node.scope!.node.tryRemoveChild(node.node.id);
    }
  }
}
