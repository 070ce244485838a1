import { App, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as fc from 'fast-check';
import { AlarmThreshold, AppNetwork, AppRedisOptions, AppSharedFilesOptions, BackupCopies, Egress, HaContainerWebApp, HaContainerWebAppProps } from '../../src';
import { FLAG_SETS, inProfile, testStack } from '../harness';

const IMAGE = ecs.ContainerImage.fromRegistry('example/api:1');

/** An app whose service mounts files and uses Redis on them. */
function shop(
  stack: Stack = testStack(), props: HaContainerWebAppProps = {}, files: AppSharedFilesOptions = {}, redis: AppRedisOptions = {},
): HaContainerWebApp {
  const web = new HaContainerWebApp(stack, 'App', props);
  const shared = web.addSharedFiles('Files', files);
  const api = web.addService('Api', { image: IMAGE, port: 8000 });
  api.mountFiles(shared, '/mnt/efs');
  api.useService(web.addRedis('Redis', { files: shared, ...redis }));
  return web;
}

describe.each(FLAG_SETS)('files and Redis of an app with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const web = shop(stack);
  new BackupCopies(stack, 'Backups').include(web);
  const template = Template.fromStack(stack);

  test('stand under namespaces of their own', () => {
    expect(Object.keys(template.findResources('AWS::EFS::FileSystem'))).toEqual(['AppFilesFileSystem15DE2498']);
    expect(Object.keys(template.findResources('AWS::ECS::Service'))).toContain('AppCachesRedisServerService0F766560');
  });

  test('have alarms', () => {
    const ids = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).join(' ');
    expect(ids).toMatch(/AppAlarmsAppFilesFileSystem\w*IoLimit/);
    for (const alarm of ['Cpu', 'Memory', 'MissingTasks']) expect(ids).toMatch(new RegExp(`AppAlarmsAppCachesRedisServerService\\w*${alarm}`));
  });

  test('are on the dashboard', () => {
    const body = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(body).toContain('## EFS file system Stack/App/Files/Files/FileSystem');
    expect(body).toContain('## ECS service Stack/App/Caches/Redis/Server');
  });

  test('are named after the app, and backed up with it', () => {
    expect(JSON.stringify(template.findResources('AWS::ECS::TaskDefinition'))).toContain('redis://redis.app.local:6379');
    template.hasResourceProperties('AWS::Backup::BackupSelection', { BackupSelection: { Resources: [{ 'Fn::GetAtt': ['AppFilesFileSystem15DE2498', 'Arn'] }] } });
  });
});

test('take the profile of the app', () => {
  const stack = testStack(inProfile('dev'));
  shop(stack);
  Template.fromStack(stack).hasResource('AWS::EFS::FileSystem', { DeletionPolicy: 'Delete', Properties: { BackupPolicy: { Status: 'DISABLED' } } });
});

test('take options, and thresholds of their own', () => {
  const stack = testStack();
  const off = AlarmThreshold.off();
  shop(stack, {}, { removalPolicy: RemovalPolicy.DESTROY, thresholds: { fileSystem: { ioLimit: AlarmThreshold.percent(50) } } },
    { memory: Size.gibibytes(1), thresholds: { service: { cpu: off, memory: off, missingTasks: off } } });
  const template = Template.fromStack(stack);
  template.hasResource('AWS::EFS::FileSystem', { DeletionPolicy: 'Delete' });
  template.hasResourceProperties('AWS::ECS::TaskDefinition', { Memory: '1024', Cpu: '256' });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'PercentIOLimit', Threshold: 50 });
  expect(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).join()).not.toContain('CachesRedis');
});

test('have no alarms and no graphs where the app has none', () => {
  const stack = testStack();
  shop(stack, { alarms: false, dashboard: false });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
});

test('have an id each', () => {
  const web = shop();
  expect(() => web.addSharedFiles('Files')).toThrow(new Error("file system 'Files' exists already in 'Stack/App': give each file system an id of its own"));
  expect(() => web.addRedis('Redis')).toThrow(new Error("Redis 'Redis' exists already in 'Stack/App': give each Redis an id of its own"));
});

describe('adding, removing and reordering files, Redis, services and mounts', () => {
  interface Part { readonly kind: 'files' | 'redis' | 'service'; readonly id: string }
  const all: Part[] = [
    { kind: 'files', id: 'Uploads' }, { kind: 'files', id: 'Reports' }, { kind: 'redis', id: 'Sessions' }, { kind: 'redis', id: 'Jobs' },
    { kind: 'service', id: 'Front' }, { kind: 'service', id: 'Admin' },
  ];
  /** Resources by id; where what they hold names others, as a task names its volumes, the type alone. */
  function resourcesWith(parts: readonly Part[], mounts: readonly string[]): Record<string, unknown> {
    const stack = testStack();
    const web = new HaContainerWebApp(stack, 'App', { alarms: false, dashboard: false });
    const base = web.addSharedFiles('Base');
    const made = parts.map(({ kind, id }) => {
      if (kind === 'files') return web.addSharedFiles(id);
      if (kind === 'redis') return web.addRedis(id, { files: base, directory: `/${id}`, discoveryName: id.toLowerCase() });
      return web.addService(id, { image: IMAGE, port: 8000 });
    });
    const api = web.addService('Api', { image: IMAGE, port: 8000 });
    mounts.forEach((path) => api.mountFiles(base, path, { directory: path }));
    parts.forEach(({ kind }, index) => { if (kind === 'redis') api.useService(made[index] as never); });
    const named = ['AWS::ECS::TaskDefinition', 'AWS::IAM::Policy'];
    const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, { Type: string; Properties: unknown }> };
    return Object.fromEntries(Object.entries(Resources)
      .map(([id, { Type, Properties }]) => [id, named.includes(Type) ? Type : { Type, Properties }]));
  }
  const paths = ['/a', '/b', '/c'];
  const most = resourcesWith(all, paths);

  test('changes no other resource', () => {
    fc.assert(fc.property(fc.shuffledSubarray(all), fc.shuffledSubarray(paths), (parts, mounts) => {
      expect(most).toMatchObject(resourcesWith(parts, mounts));
    }), { numRuns: 8 });
  }, 120_000);
});

test('EFS is reached by an endpoint where there is no internet', () => {
  const stack = testStack();
  const network = new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() });
  const image = ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Images', 'shop'), 'v1');
  const web = new HaContainerWebApp(stack, 'App', { network });
  web.addService('Api', { image, port: 8000 }).mountFiles(web.addSharedFiles('Files'), '/mnt/efs');
  expect(network.endpointServices).toContain('elasticfilesystem');
  expect(() => web.addRedis('Redis')).toThrow("'image' of 'Stack/App/Caches/Redis/Server' must be in ECR");
  expect(() => web.addRedis('Cache', { image })).not.toThrow();
});
