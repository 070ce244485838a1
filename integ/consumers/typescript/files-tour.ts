// Files that tasks share: with every choice made, and some that exist; Redis on them, and their backups.
import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { FileSystem, LifecyclePolicy } from 'aws-cdk-lib/aws-efs';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Readings } from './readings.js';
import { AlertTopic, BackupCopies, ContainerService, EnvironmentProfile, IAppNetwork, IContainerCluster, RedisService, SharedFiles } from 'cdk-patternbook';

export function filesTour(app: App, profile: EnvironmentProfile, network: IAppNetwork, cluster: IContainerCluster): void {
  const stack = new Stack(app, 'Files');
  const files = new SharedFiles(stack, 'Files', {
    network,
    profile,
    infrequentAccessAfter: LifecyclePolicy.AFTER_7_DAYS,
    encryptionKey: new Key(stack, 'FilesKey'),
    automaticBackups: false,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const existing = SharedFiles.fromFileSystem(FileSystem.fromFileSystemAttributes(stack, 'ExistingFiles', {
    fileSystemId: 'fs-0123456789abcdef0',
    securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'ExistingSecurityGroup', 'sg-0123456789abcdef0'),
  }));
  const redis = new RedisService(stack, 'Redis', {
    cluster,
    profile,
    files,
    directory: '/cache',
    image: ContainerImage.fromRegistry('public.ecr.aws/valkey/valkey:8'),
    cpu: 512,
    memory: Size.gibibytes(2),
    discoveryName: 'cache',
    parameters: { 'maxmemory-policy': 'allkeys-lru', 'timeout': '300' },
    logRetention: RetentionDays.ONE_WEEK,
  });
  const media = new ContainerService(stack, 'Media', {
    cluster, profile, image: ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1'), port: 80, ephemeralStorage: Size.gibibytes(40),
  });
  media.mountFiles(files, '/mnt/media', { directory: '/media', uid: 1001, gid: 1002, readOnly: true });
  media.mountFiles(existing, '/mnt/legacy');
  media.useService(redis);

  const backups = new BackupCopies(stack, 'Backups', {
    profile,
    schedule: Schedule.cron({ weekDay: 'WED', hour: '4', minute: '30' }),
    retention: Duration.days(90),
    copyRegion: 'eu-central-1',
    encryptionKey: new Key(stack, 'BackupsKey'),
    alerts: AlertTopic.fromTopic(Topic.fromTopicArn(stack, 'BackupAlerts', 'arn:aws:sns:eu-south-1:111111111111:backups')),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  backups.include(files);

  const read = new Readings(stack);
  read.text('FileSystem', files.fileSystem.fileSystemId);
  read.number('FilesSecurityGroups', files.connections.securityGroups.length);
  read.text('FilesSecurityGroup', files.securityGroup.securityGroupId);
  read.text('ExistingFileSystem', existing.fileSystem.fileSystemId);
  read.number('RedisSecurityGroups', redis.connections.securityGroups.length);
  read.text('RedisSecurityGroup', redis.securityGroup.securityGroupId);
  read.text('RedisService', redis.fargateService.serviceName);
  read.text('RedisTaskDefinition', redis.taskDefinition.taskDefinitionArn);
  read.text('RedisContainer', redis.container.containerName);
  read.text('RedisLog', redis.logGroup.logGroupName);
  read.text('RedisHostName', redis.hostName);
  read.number('RedisPort', redis.port);
  read.text('RedisUrl', redis.privateUrl);
  read.text('Plan', backups.plan.backupPlanId);
  read.text('Vault', backups.vault.backupVaultName);
}
