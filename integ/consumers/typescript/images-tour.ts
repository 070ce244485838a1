// Images: a repository with the commands that fill it, GitHub's registry by way of ECR, and the pipeline that pushes and deploys.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { TagMutability } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Readings } from './readings.js';
import { ContainerService, EnvironmentProfile, GhcrMirror, GitHubDeliveryRole, IContainerCluster, ImageRepository } from 'cdk-patternbook';

export function imagesTour(app: App, profile: EnvironmentProfile, cluster: IContainerCluster): void {
  const stack = new Stack(app, 'Images');
  const images = new ImageRepository(stack, 'Images');
  const mirror = new GhcrMirror(stack, 'Mirror', {
    credentials: Secret.fromSecretCompleteArn(stack, 'Token', 'arn:aws:secretsmanager:eu-south-1:111111111111:secret:ecr-pullthroughcache/tour-AbCdEf'),
    prefix: 'tour',
    keepImages: 5,
    tagMutability: TagMutability.MUTABLE,
  });
  new ContainerService(stack, 'Mirrored', { cluster, profile, image: mirror.image('acme/api', '1.4.0'), port: 80 });

  const production = new GitHubDeliveryRole(stack, 'Production', {
    repository: 'acme@123456/api@456789',
    environment: 'production',
    regions: ['eu-south-1', 'us-east-1'],
    maxSessionDuration: Duration.hours(2),
  });
  const nightly = new GitHubDeliveryRole(stack, 'Nightly', {
    repository: 'acme@123456/api@456789', branch: 'nightly', provider: production.provider, deploysCdk: false,
  });
  images.grantPullPush(nightly);

  const read = new Readings(stack);
  read.text('LoginCommand', images.loginCommand);
  read.text('PushCommand', images.pushCommand('v7', 'service', Platform.LINUX_ARM64));
  read.text('Prefix', mirror.prefix);
  read.text('ValidateCommand', mirror.validateCommand);
  read.text('RoleArn', production.role.roleArn);
  read.text('GrantAction', production.grantPrincipal.assumeRoleAction);
  read.text('ProviderArn', nightly.provider.oidcProviderArn);
  read.text('Subject', nightly.subject);
}
