// The CDK app of the tests of volumes, private Redis and workers: a base with files, Redis and a queue, and a stack per client, each with one thing done differently.
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** What a client does differently; nothing makes a good one. */
export interface ClientOptions {
  /** Actions on the file system that the task role may do; none without. @default ['ClientMount', 'ClientWrite'] */
  readonly actions?: readonly string[];
  /** A rule lets the task connect to the mount targets. @default true */
  readonly nfsRule?: boolean;
  /** A volume that differs from the good one. */
  readonly volume?: Partial<ecs.EfsVolumeConfiguration>;
  /** The task role may send to the queue. @default true */
  readonly mayQueue?: boolean;
  readonly readOnly?: boolean;
  /** Who may take the task role. @default ecs-tasks.amazonaws.com */
  readonly trusted?: string;
  readonly subnets?: ec2.SubnetSelection;
}

/** Network, files, queue and a Redis on the files. */
export class StorageBase extends Stack {
  public readonly vpc: ec2.Vpc;
  public readonly cluster: ecs.Cluster;
  public readonly files: efs.FileSystem;
  public readonly accessPoint: efs.AccessPoint;
  public readonly queue: sqs.Queue;
  public readonly redis: ecs.FargateService;

  constructor(app: App) {
    super(app, 'Storage');
    this.vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
    this.cluster = new ecs.Cluster(this, 'Cluster', { vpc: this.vpc, defaultCloudMapNamespace: { name: 'storage.local' } });
    this.files = new efs.FileSystem(this, 'Files', {
      vpc: this.vpc,
      encrypted: true,
      removalPolicy: RemovalPolicy.DESTROY,
      // a zone less than the network has
      vpcSubnets: { subnets: [this.vpc.privateSubnets[0]] },
      // who may do what is left to the roles
      fileSystemPolicy: new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({
          effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['*'], conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        })],
      }),
    });
    this.accessPoint = this.files.addAccessPoint('AccessPoint', {
      path: '/shared', posixUser: { uid: '1000', gid: '1000' }, createAcl: { ownerUid: '1000', ownerGid: '1000', permissions: '755' },
    });
    this.queue = new sqs.Queue(this, 'Queue');
    this.redis = this.addRedis();
  }

  /** The volume that every client has unless it says otherwise. */
  public volume(different: Partial<ecs.EfsVolumeConfiguration> = {}): ecs.EfsVolumeConfiguration {
    return {
      fileSystemId: this.files.fileSystemId,
      transitEncryption: 'ENABLED',
      authorizationConfig: { accessPointId: this.accessPoint.accessPointId, iam: 'ENABLED' },
      ...different,
    };
  }

  private addRedis(): ecs.FargateService {
    const definition = new ecs.FargateTaskDefinition(this, 'RedisTask', { volumes: [{ name: 'data', efsVolumeConfiguration: this.volume() }] });
    definition.addToTaskRolePolicy(mount(this.files, ['ClientMount', 'ClientWrite']));
    const container = definition.addContainer('Redis', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/redis:7'),
      command: ['redis-server', '--appendonly', 'yes', '--dir', '/data'],
      portMappings: [{ containerPort: 6379 }],
      healthCheck: { command: ['CMD-SHELL', 'redis-cli ping | grep PONG'] },
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'redis', logGroup: new logs.LogGroup(this, 'RedisLogs', { removalPolicy: RemovalPolicy.DESTROY }) }),
    });
    container.addMountPoints({ sourceVolume: 'data', containerPath: '/data', readOnly: false });
    const service = new ecs.FargateService(this, 'Redis', {
      cluster: this.cluster,
      taskDefinition: definition,
      desiredCount: 1,
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      cloudMapOptions: { name: 'redis' },
      vpcSubnets: { subnets: [this.vpc.privateSubnets[0]] },
    });
    this.files.connections.allowDefaultPortFrom(service);
    service.connections.allowFrom(ec2.Peer.ipv4(this.vpc.vpcCidrBlock), ec2.Port.tcp(6379));
    return service;
  }
}

/** A worker: no port, no name, a health check of its container. */
export class StorageClient extends Stack {
  constructor(app: App, id: string, base: StorageBase, options: ClientOptions = {}) {
    super(app, id);
    const taskRole = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal(options.trusted ?? 'ecs-tasks.amazonaws.com') });
    const actions = options.actions ?? ['ClientMount', 'ClientWrite'];
    if (actions.length > 0) taskRole.addToPolicy(mount(base.files, actions));
    if (options.mayQueue !== false) taskRole.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [base.queue.queueArn] }));
    const definition = new ecs.FargateTaskDefinition(this, 'Task', {
      taskRole, volumes: [{ name: 'files', efsVolumeConfiguration: base.volume(options.volume) }, { name: 'scratch' }],
    });
    const container = definition.addContainer('Worker', {
      image: ecs.ContainerImage.fromRegistry('storage:v1'),
      environment: { FILES: '/mnt/efs', SCRATCH: '/scratch', QUEUE_URL: base.queue.queueUrl, REDIS_URL: 'redis://redis.storage.local:6379/0' },
      healthCheck: { command: ['CMD-SHELL', '$PYTHON healthy.py'] },
    });
    container.addMountPoints(
      { sourceVolume: 'files', containerPath: '/mnt/efs', readOnly: options.readOnly ?? false },
      { sourceVolume: 'scratch', containerPath: '/scratch', readOnly: false },
    );
    const service = new ecs.FargateService(this, 'Service', {
      cluster: base.cluster,
      taskDefinition: definition,
      desiredCount: 2,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      vpcSubnets: options.subnets ?? { subnets: [base.vpc.privateSubnets[0]] },
    });
    if (options.nfsRule !== false) {
      new ec2.CfnSecurityGroupIngress(this, 'Nfs', {
        groupId: base.files.connections.securityGroups[0].securityGroupId,
        ipProtocol: 'tcp',
        fromPort: 2049,
        toPort: 2049,
        sourceSecurityGroupId: service.connections.securityGroups[0].securityGroupId,
      });
    }
  }
}

function mount(files: efs.IFileSystem, actions: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: actions.map((action) => `elasticfilesystem:${action}`), resources: [files.fileSystemArn] });
}
