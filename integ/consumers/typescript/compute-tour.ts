// Tasks: images, a cluster made here and one that exists, a service with every choice made, and the verbs that wire it.
import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { TagMutability } from 'aws-cdk-lib/aws-ecr';
import { Cluster, ContainerImage, ContainerInsights, CpuArchitecture, Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Readings } from './readings.js';
import { ContainerCluster, ContainerService, Deployment, EnvironmentProfile, IAppNetwork, IPrivatePostgres, ImageRepository } from 'cdk-patternbook';

export function computeTour(app: App, profile: EnvironmentProfile, network: IAppNetwork, database: IPrivatePostgres): ContainerCluster {
  const stack = new Stack(app, 'Compute');
  const images = new ImageRepository(stack, 'Images', { keepImages: 25, tagMutability: TagMutability.IMMUTABLE });
  const cluster = new ContainerCluster(stack, 'Cluster', {
    network,
    profile,
    dnsNamespace: 'tour.local',
    containerInsights: ContainerInsights.ENHANCED,
    sessionLogRetention: RetentionDays.ONE_YEAR,
    sessionKey: new Key(stack, 'SessionKey'),
  });
  const image = ContainerImage.fromEcrRepository(images, 'v7');
  const rolling = Deployment.rolling({ minHealthyPercent: 50, maxHealthyPercent: 150, rollback: false, alternateTargetGroup: true });
  const api = new ContainerService(stack, 'Api', {
    cluster,
    profile,
    image,
    port: 8080,
    discoveryName: 'orders',
    cpu: 1024,
    memory: Size.gibibytes(4),
    architecture: CpuArchitecture.ARM64,
    command: ['serve', '--port', '8080'],
    environment: { LEVEL: 'info', REGION: stack.region, THEME: 'dark', UNIT: 'metric', ZONE: 'south' },
    secrets: { TOKEN: EcsSecret.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Token', 'token')) },
    healthCheckCommand: ['curl', '-f', 'http://localhost:8080/'],
    healthCheckGracePeriod: Duration.seconds(90),
    stopTimeout: Duration.minutes(1),
    logRetention: RetentionDays.SIX_MONTHS,
    readonlyRootFilesystem: false,
    enableExecuteCommand: true,
    spot: false,
    scaling: {
      minTasks: 2, maxTasks: 12, cpuPercent: 55, memoryPercent: 65, scaleInCooldown: Duration.minutes(10), scaleOutCooldown: Duration.seconds(30),
    },
    deployment: rolling,
  });
  const search = new ContainerService(stack, 'Search', { cluster, profile, image, port: 9200, readonlyRootFilesystem: true });
  api.addEnvironment('COLOUR', 'green');
  api.addSecret('PEPPER', EcsSecret.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Pepper', 'pepper')));
  api.useDatabase(database, { variable: 'LEGACY_URL', readerVariable: 'LEGACY_READER' });
  api.useService(search, { variable: 'SEARCH_URL', startAfter: true });
  api.startAfter(images);
  api.rollbackOn(new Alarm(stack, 'Angry', { metric: new Metric({ namespace: 'Shop', metricName: 'Complaints' }), threshold: 1, evaluationPeriods: 1 }));
  const migration = api.addMigration('Migrate', { command: ['migrate'] });

  const existing = ContainerCluster.fromCluster(Cluster.fromClusterAttributes(stack, 'ExistingCluster', { clusterName: 'legacy', vpc: network.vpc }), network);
  new ContainerService(stack, 'Guest', { cluster: existing, profile, image, port: 80 });

  const read = new Readings(stack);
  read.text('ClusterName', cluster.cluster.clusterName);
  read.text('Namespace', cluster.dnsNamespace);
  read.text('ClusterVpc', cluster.network.vpc.vpcId);
  read.text('Environment', api.profile.name);
  read.text('ClusterOfApi', api.cluster.cluster.clusterName);
  read.text('TaskDefinition', api.taskDefinition.taskDefinitionArn);
  read.text('Container', api.container.containerName);
  read.text('ServiceName', api.fargateService.serviceName);
  read.text('ScalableTaskCount', api.scalableTaskCount.node.id);
  read.text('TaskRole', api.taskRole.roleArn);
  read.text('GrantAction', api.grantPrincipal.assumeRoleAction);
  read.text('SecurityGroup', api.securityGroup.securityGroupId);
  read.number('SecurityGroups', api.connections.securityGroups.length);
  read.text('Log', api.logGroup.logGroupName);
  read.number('MinHealthyPercent', api.deployment.minHealthyPercent);
  read.text('ExecCommand', api.execCommand);
  read.text('HostName', api.hostName);
  read.number('Port', api.port);
  read.text('PrivateUrl', api.privateUrl);
  read.text('MigrationContainer', migration.container.containerName);
  read.text('MigrationLog', migration.logGroup.logGroupName);
  read.number('MaxHealthyPercent', rolling.maxHealthyPercent);
  read.truth('Rollback', rolling.rollback);
  return cluster;
}
