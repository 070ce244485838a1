import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as fc from 'fast-check';
import { appTier, circles, clusterIn, findings, serviceIn } from './app-tier';
import { AppNetwork, ContainerCluster, ContainerService, MountFilesOptions, SharedFiles } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';
import { statementsOf } from '../statements';

interface Definition { Name: string; MountPoints?: Array<{ ContainerPath: string; SourceVolume: string; ReadOnly: boolean }> }

const taskOf = (template: Template, id = 'Api'): { ContainerDefinitions: Definition[]; Volumes?: unknown[] } =>
  Object.entries(template.findResources('AWS::ECS::TaskDefinition')).find(([logicalId]) => logicalId.startsWith(id))![1].Properties;

/** A service and files in one stack. */
function tier(stack = testStack()) {
  const network = appTier(stack);
  const files = new SharedFiles(stack, 'Files', { network });
  const api = serviceIn(stack, { cluster: clusterIn(stack, network) });
  return { stack, network, files, api };
}

function mounted(options: MountFilesOptions = {}, path = '/mnt/efs'): Template {
  const { stack, files, api } = tier();
  api.mountFiles(files, path, options);
  return Template.fromStack(stack);
}

describe.each(FLAG_SETS)('mounted files with %s', (_, flags) => {
  const { stack, network, files, api } = tier(new Stack(new App({ context: flags }), 'Stack'));
  api.addMigration('Before', { command: ['migrate'] });
  api.mountFiles(files, '/mnt/efs');
  api.addMigration('After', { command: ['migrate'] });
  const sidecar = api.taskDefinition.addContainer('Sidecar', { image: ecs.ContainerImage.fromRegistry('sidecar'), essential: false, logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'sidecar', logGroup: api.logGroup }) });
  const template = Template.fromStack(stack);

  test('have an access point of the task\'s own, that makes the directory and acts as its user', () => {
    template.hasResourceProperties('AWS::EFS::AccessPoint', {
      FileSystemId: { Ref: Match.stringLikeRegexp('^FilesFileSystem') },
      PosixUser: { Uid: '1000', Gid: '1000' },
      RootDirectory: { Path: '/shared', CreationInfo: { OwnerUid: '1000', OwnerGid: '1000', Permissions: '0755' } },
    });
    expect(Object.keys(template.findResources('AWS::EFS::AccessPoint'))).toEqual([expect.stringMatching('^ApiFilesmntefs')]);
  });

  test('come by TLS and IAM', () => {
    expect(taskOf(template).Volumes).toEqual([{
      Name: 'mnt-efs',
      EFSVolumeConfiguration: {
        FilesystemId: { Ref: expect.stringMatching('^FilesFileSystem') },
        RootDirectory: undefined,
        TransitEncryption: 'ENABLED',
        AuthorizationConfig: { AccessPointId: { Ref: expect.stringMatching('^ApiFilesmntefs') }, IAM: 'ENABLED' },
      },
    }]);
  });

  test('are in the application and its migrations, whoever came first, and in no sidecar', () => {
    const mount = [{ ContainerPath: '/mnt/efs', SourceVolume: 'mnt-efs', ReadOnly: false }];
    expect(Object.fromEntries(taskOf(template).ContainerDefinitions.map(({ Name, MountPoints }) => [Name, MountPoints])))
      .toEqual({ App: mount, Before: mount, After: mount, Sidecar: undefined });
    expect(sidecar.mountPoints).toEqual([]);
  });

  test('are permitted to the task role, through the access point and nothing else', () => {
    expect(statementsOf(template, 'ApiTaskRole')).toEqual([{
      Effect: 'Allow',
      Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching('^FilesFileSystem'), 'Arn'] },
      Condition: {
        StringEquals: { 'elasticfilesystem:AccessPointArn': { 'Fn::Join': ['', expect.arrayContaining([{ Ref: expect.stringMatching('^ApiFilesmntefs') }])] } },
        Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' },
      },
    }]);
    expect(JSON.stringify(statementsOf(template, 'ApiTaskDefinitionExecutionRole'))).not.toContain('elasticfilesystem');
  });

  test('are reached through the security groups, on 2049 alone', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 2049,
      ToPort: 2049,
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FilesSecurityGroup'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] },
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  test('are there before the first task', () => {
    const [service] = Object.values(template.findResources('AWS::ECS::Service'));
    const before = service.DependsOn.map((id: string) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(before).toEqual(expect.arrayContaining([
      'FilesFileSystemEfsMountTargetPrivateSubnet1', 'FilesFileSystemEfsMountTargetPrivateSubnet2', expect.stringMatching('^FilesSecurityGroupfrom'), 'ApiTaskRoleDefaultPolicy',
    ]));
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('are told to the network', () => {
    expect(network.required).toContain('elasticfilesystem by Api');
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack, api)).toEqual([]);
  });
});

describe('options', () => {
  test('directory', () => {
    mounted({ directory: '/reports/2026' }).hasResourceProperties('AWS::EFS::AccessPoint', { RootDirectory: { Path: '/reports/2026', CreationInfo: Match.anyValue() } });
  });

  test('the whole file system, whose root is there already', () => {
    mounted({ directory: '/' }).hasResourceProperties('AWS::EFS::AccessPoint', { RootDirectory: { Path: '/', CreationInfo: Match.absent() } });
  });

  test.each<[MountFilesOptions, string, string]>([[{ uid: 33 }, '33', '33'], [{ gid: 50 }, '1000', '50'], [{ uid: 4294967295, gid: 1 }, '4294967295', '1']])('%j', (options, Uid, Gid) => {
    mounted(options).hasResourceProperties('AWS::EFS::AccessPoint', { PosixUser: { Uid, Gid }, RootDirectory: { CreationInfo: { OwnerUid: Uid, OwnerGid: Gid } } });
  });

  test.each<MountFilesOptions>([{ uid: 0 }, { gid: 0 }])('root needs the permission to be it, %j', (options) => {
    expect(statementsOf(mounted(options), 'ApiTaskRole')[0].Action)
      .toEqual(['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientRootAccess', 'elasticfilesystem:ClientWrite']);
  });

  test('readOnly', () => {
    const template = mounted({ readOnly: true });
    expect(statementsOf(template, 'ApiTaskRole')[0].Action).toBe('elasticfilesystem:ClientMount');
    expect(taskOf(template).ContainerDefinitions[0].MountPoints).toEqual([{ ContainerPath: '/mnt/efs', SourceVolume: 'mnt-efs', ReadOnly: true }]);
  });

  test.each<[MountFilesOptions, string]>([
    [{ uid: -1 }, "'uid' must be 0 to 4294967295, got -1: give the number of a POSIX user"],
    [{ uid: 4294967296 }, "'uid' must be 0 to 4294967295, got 4294967296: give the number of a POSIX user"],
    [{ gid: 1.5 }, "'gid' must be 0 to 4294967295, got 1.5: give the number of a POSIX group"],
    ...['shared', '', '/a/b/c/d/e', '/a/', '//a', '/../a', '/.', '/a b', `/${'a'.repeat(100)}`].map((directory): [MountFilesOptions, string] => [{ directory },
      "'directory' must be '/' or up to four names of letters, digits, '.', '_' and '-', each after a '/', 100 characters in all, "
      + `got '${directory}': write it as '/shared'`]),
  ])('fails on %j', (options, message) => {
    expect(() => mounted(options)).toThrow(new Error(message));
  });

  test.each(['/a', '/a/b/c/d', '/.a', '/a..b', `/${'a'.repeat(99)}`])('directory %s', (directory) => {
    mounted({ directory }).hasResourceProperties('AWS::EFS::AccessPoint', { RootDirectory: { Path: directory } });
  });

  test('pass tokens', () => {
    const { stack, files, api } = tier();
    const number = new CfnParameter(stack, 'Uid', { type: 'Number' }).valueAsNumber;
    api.mountFiles(files, '/mnt/efs', { uid: number });
    Template.fromStack(stack).hasResourceProperties('AWS::EFS::AccessPoint', { PosixUser: { Uid: { Ref: 'Uid' }, Gid: { Ref: 'Uid' } } });
  });
});

describe('paths', () => {
  test.each(['mnt/efs', '', '/', '/mnt/', '//mnt', '/mnt/../etc', '/./a', '/a b', '/a:b'])('%j is refused', (path) => {
    expect(() => mounted({}, path))
      .toThrow(new Error(`'containerPath' must be an absolute path below '/', of letters, digits, '.', '_' and '-', got '${path}': write it as '/mnt/efs'`));
  });

  test('one that is known at deployment is refused: the access point has its id of it', () => {
    expect(() => mounted({}, new CfnParameter(testStack(), 'Path').valueAsString))
      .toThrow("'containerPath' must be an absolute path below '/', of letters, digits, '.', '_' and '-', got a token: write it as '/mnt/efs'");
  });

  test.each(['/mnt/efs', '/mnt-efs', '/mnt.efs'])('a second mount on %s is refused', (path) => {
    const { files, api } = tier();
    api.mountFiles(files, '/mnt/efs');
    expect(() => api.mountFiles(files, path, { directory: '/other' })).toThrow(new Error(
      `'containerPath' must differ from the other paths of 'Stack/Api' in more than signs, got '${path}': mount the files once, or at another path`));
  });

  test('/tmp is refused where it is all that can be written', () => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network), readonlyRootFilesystem: true });
    expect(() => api.mountFiles(new SharedFiles(stack, 'Files', { network }), '/tmp'))
      .toThrow(new Error("'containerPath' must not be '/tmp' of 'Stack/Api' beside 'readonlyRootFilesystem', got both: its temporary files are there, mount at another path"));
  });

  test('several directories and file systems stand side by side', () => {
    const { stack, network, files, api } = tier();
    api.mountFiles(files, '/mnt/efs');
    api.mountFiles(files, '/mnt/reports', { directory: '/reports', readOnly: true });
    api.mountFiles(new SharedFiles(stack, 'More', { network }), '/more');
    const template = Template.fromStack(stack);
    expect(taskOf(template).ContainerDefinitions[0].MountPoints!.map(({ ContainerPath }) => ContainerPath)).toEqual(['/mnt/efs', '/mnt/reports', '/more']);
    template.resourceCountIs('AWS::EFS::AccessPoint', 3);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 2);
  });
});

describe('a directory that several mount', () => {
  function two(first: MountFilesOptions, second: MountFilesOptions): Template {
    const { stack, files, api } = tier();
    const other = serviceIn(stack, { cluster: api.cluster, image: ecs.ContainerImage.fromRegistry('other') }, 'Other');
    api.mountFiles(files, '/mnt/efs', first);
    other.mountFiles(files, '/data', second);
    return Template.fromStack(stack);
  }

  test('is the same for all, each by an access point of its own', () => {
    const template = two({}, { readOnly: true });
    expect(Object.values(template.findResources('AWS::EFS::AccessPoint')).map(({ Properties }) => Properties.RootDirectory.Path)).toEqual(['/shared', '/shared']);
    const [mine] = statementsOf(template, 'OtherTaskRole');
    expect(JSON.stringify(mine)).toContain('OtherFilesdata');
    expect(JSON.stringify(mine)).not.toContain('ApiFiles');
  });

  test('has one owner', () => {
    expect(() => two({ uid: 1000 }, { uid: 1001 })).toThrow(new Error("'uid' and 'gid' of 'Stack/Other' must be those with which 'Stack/Api' mounts '/shared', 1000 and 1000, "
      + "got 1001 and 1001: whoever comes first owns the directory, so give both the same, or each a 'directory'"));
    expect(() => two({ gid: 5 }, {})).toThrow('1000 and 5, got 1000 and 1000');
    expect(() => two({ uid: 1, directory: '/one' }, { uid: 2, directory: '/two' })).not.toThrow();
  });
});

test('a file system that exists admits its users where its security group is known', () => {
  const { stack, api } = tier();
  const fileSystem = efs.FileSystem.fromFileSystemAttributes(stack, 'Old', {
    fileSystemId: 'fs-1', securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
  });
  api.mountFiles(SharedFiles.fromFileSystem(fileSystem), '/mnt/efs', { directory: '/' });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId: 'sg-1', FromPort: 2049 });
  template.hasResourceProperties('AWS::EFS::AccessPoint', { FileSystemId: 'fs-1' });
});

describe.each(['strong', 'weak'])('files in a stack of their own, by %s references', (references) => {
  const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': references });
  const data = new Stack(app, 'Data');
  const network = new AppNetwork(data, 'Network', { maxAzs: 2 });
  const files = new SharedFiles(data, 'Files', { network });
  const services = new Stack(app, 'Services');
  const api = new ContainerService(services, 'Api', { cluster: new ContainerCluster(services, 'Cluster', { network }), image: ecs.ContainerImage.fromRegistry('api'), port: 80 });
  api.mountFiles(files, '/mnt/efs');

  test('are referred to by their users, and refer to none', () => {
    app.synth();
    expect(data.dependencies).toEqual([]);
    expect(services.dependencies).toEqual([data]);
    Template.fromStack(data).resourceCountIs('AWS::EFS::AccessPoint', 0);
    Template.fromStack(data).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    Template.fromStack(services).resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });
});

describe('adding, removing and reordering mounts', () => {
  const all = ['/mnt/efs', '/data', '/var/reports', '/a', '/b'];
  const idsOf = (paths: readonly string[]): Record<string, unknown> => {
    const { stack, files, api } = tier();
    paths.forEach((path) => api.mountFiles(files, path, { directory: `/${path.slice(1).replace(/\//g, '-')}` }));
    const resources = Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string; Properties: unknown }>;
    // what they all change is the task itself and its permission
    return Object.fromEntries(Object.entries(resources).map(([id, { Type, Properties }]) =>
      [id, ['AWS::ECS::TaskDefinition', 'AWS::IAM::Policy'].includes(Type) ? Type : Properties]));
  };
  const most = idsOf(all);

  test('changes no other resource', () => {
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: 1 }), (paths) => {
      const some = idsOf(paths);
      expect(most).toMatchObject(some);
      expect(Object.keys(most).length - Object.keys(some).length).toBe(all.length - paths.length);
    }), { numRuns: 8 });
  });
});
