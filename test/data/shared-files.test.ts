import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as kms from 'aws-cdk-lib/aws-kms';
import { PlainNetwork } from './plain-network';
import { nagFindings } from '../../integ/security/rule-packs';
import { AppNetwork, EnvironmentProfile, SharedFiles, SharedFilesOptions } from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

type Profile = 'dev' | 'staging' | 'prod';

function filesIn(options: SharedFilesOptions = {}, profile: Profile = 'prod', app: App = testApp(inProfile(profile))) {
  const stack = new Stack(app, 'Stack');
  const files = new SharedFiles(stack, 'Files', { network: new PlainNetwork(stack), ...options });
  return { app, stack, files };
}

const templateOf = (options: SharedFilesOptions = {}, profile: Profile = 'prod'): Template => Template.fromStack(filesIn(options, profile).stack);
const fileSystemOf = (template: Template): { Properties: Record<string, unknown> } =>
  Object.values(template.findResources('AWS::EFS::FileSystem'))[0] as { Properties: Record<string, unknown> };

describe.each(FLAG_SETS)('shared files with %s', (_, flags) => {
  const { stack } = filesIn({}, 'prod', new App({ context: flags }));
  const template = Template.fromStack(stack);

  test('are encrypted with the key of EFS, in general purpose mode with elastic throughput', () => {
    template.hasResourceProperties('AWS::EFS::FileSystem', {
      Encrypted: true, KmsKeyId: Match.absent(), PerformanceMode: 'generalPurpose', ThroughputMode: 'elastic', ProvisionedThroughputInMibps: Match.absent(),
    });
  });

  test('move to infrequent access after 30 days, and back with the next access', () => {
    expect(fileSystemOf(template).Properties.LifecyclePolicies).toEqual([{ TransitionToIA: 'AFTER_30_DAYS' }, { TransitionToPrimaryStorageClass: 'AFTER_1_ACCESS' }]);
  });

  test('turn away who comes without TLS, and allow nobody: who has no permission by IAM is anonymous', () => {
    expect(fileSystemOf(template).Properties.FileSystemPolicy).toEqual({
      Version: '2012-10-17',
      Statement: [{
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: expect.arrayContaining(['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientRootAccess', 'elasticfilesystem:ClientWrite']),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }],
    });
  });

  test('admit nobody at first, and let nothing out', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'NFS: admits its users alone, lets nothing out',
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('have a mount target in every zone of the app tier, with ids of their subnets', () => {
    const targets = template.findResources('AWS::EFS::MountTarget');
    expect(Object.keys(targets).map((id) => id.slice(0, -8))).toEqual(['FilesFileSystemEfsMountTargetAppSubnet1', 'FilesFileSystemEfsMountTargetAppSubnet2']);
    expect(Object.values(targets).map(({ Properties }) => Properties.SubnetId.Ref)).toEqual([
      expect.stringMatching('^VpcAppSubnet1'), expect.stringMatching('^VpcAppSubnet2'),
    ]);
  });

  test('are found under an id that stays', () => {
    expect(Object.keys(template.findResources('AWS::EFS::FileSystem'))).toEqual(['FilesFileSystemCB06EB6B']);
  });
});

describe('by profile', () => {
  test.each<[Profile, string, string]>([['dev', 'Delete', 'DISABLED'], ['staging', 'Retain', 'ENABLED'], ['prod', 'Retain', 'ENABLED']])('in %s: %s, backups %s', (profile, policy, backups) => {
    const template = templateOf({}, profile);
    template.hasResource('AWS::EFS::FileSystem', { DeletionPolicy: policy, UpdateReplacePolicy: policy, Properties: { BackupPolicy: { Status: backups } } });
  });

  test('by the prop of that name rather than by context', () => {
    const { stack } = filesIn();
    new SharedFiles(stack, 'Other', { network: new PlainNetwork(new Stack(stack, 'Base')), profile: EnvironmentProfile.DEV });
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::EFS::FileSystem', { BackupPolicy: { Status: 'DISABLED' } }, 1);
  });
});

describe('options', () => {
  test('infrequentAccessAfter', () => {
    expect(fileSystemOf(templateOf({ infrequentAccessAfter: efs.LifecyclePolicy.AFTER_7_DAYS })).Properties.LifecyclePolicies)
      .toContainEqual({ TransitionToIA: 'AFTER_7_DAYS' });
  });

  test('encryptionKey', () => {
    const { stack } = filesIn({ encryptionKey: kms.Key.fromKeyArn(testStack(), 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1') });
    Template.fromStack(stack).hasResourceProperties('AWS::EFS::FileSystem', { KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1' });
  });

  test.each([[true, 'ENABLED'], [false, 'DISABLED']] as const)('automaticBackups %s', (automaticBackups, Status) => {
    templateOf({ automaticBackups, removalPolicy: RemovalPolicy.DESTROY }).hasResourceProperties('AWS::EFS::FileSystem', { BackupPolicy: { Status } });
  });

  test.each<[RemovalPolicy, string, string, string]>([
    [RemovalPolicy.DESTROY, 'Delete', 'Delete', 'DISABLED'],
    [RemovalPolicy.RETAIN, 'Retain', 'Retain', 'ENABLED'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain', 'ENABLED'],
  ])('removalPolicy %s, and backups where the files are kept', (removalPolicy, DeletionPolicy, UpdateReplacePolicy, Status) => {
    templateOf({ removalPolicy }).hasResource('AWS::EFS::FileSystem', { DeletionPolicy, UpdateReplacePolicy, Properties: { BackupPolicy: { Status } } });
  });

  test('removalPolicy SNAPSHOT is refused', () => {
    expect(() => filesIn({ removalPolicy: RemovalPolicy.SNAPSHOT }))
      .toThrow(new Error("'removalPolicy' must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got SNAPSHOT: EFS takes no final snapshot, so retain the files"));
  });
});

describe('mount targets', () => {
  test('one in a zone, also where the app tier has several subnets there', () => {
    const stack = testStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      maxAzs: 2,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'One', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, { name: 'Two', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    new SharedFiles(stack, 'Files', { network: AppNetwork.fromVpc(vpc) });
    Template.fromStack(stack).resourceCountIs('AWS::EFS::MountTarget', 2);
  });

  test('one in each subnet whose zone is not known', () => {
    const stack = testStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, restrictDefaultSecurityGroup: false });
    const subnets = ['a', 'b', 'c'].map((id) => ec2.Subnet.fromSubnetId(stack, id, `subnet-${id}`));
    new SharedFiles(stack, 'Files', { network: AppNetwork.fromVpc(vpc, { appSubnets: { subnets } }) });
    const targets = Object.values(Template.fromStack(stack).findResources('AWS::EFS::MountTarget'));
    expect(targets.map(({ Properties }) => Properties.SubnetId)).toEqual(['subnet-a', 'subnet-b', 'subnet-c']);
  });

  test('of a zone that is added change no other', () => {
    const idsWith = (maxAzs: number): string[] => {
      const stack = testStack();
      new SharedFiles(stack, 'Files', { network: new AppNetwork(stack, 'Network', { maxAzs }) });
      return Object.keys(Template.fromStack(stack).findResources('AWS::EFS::MountTarget'));
    };
    expect(idsWith(3)).toEqual(expect.arrayContaining(idsWith(2)));
  });
});

test('files that exist are taken as they are', () => {
  const stack = testStack();
  const fileSystem = efs.FileSystem.fromFileSystemAttributes(stack, 'Old', {
    fileSystemId: 'fs-1', securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
  });
  expect(SharedFiles.fromFileSystem(fileSystem)).toEqual({ fileSystem });
  expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
});

test.each<[Profile, SharedFilesOptions]>([['dev', {}], ['staging', {}], ['prod', {}], ['dev', { automaticBackups: true }]])('no rule pack has anything against files in %s, %j', (profile, options) => {
  const { app, files } = filesIn(options, profile);
  app.synth();
  expect(nagFindings(files)).toEqual([]);
});

test('backups that the user switches off stay the user\'s decision', () => {
  const { app, files } = filesIn({ automaticBackups: false });
  app.synth();
  expect(JSON.stringify(nagFindings(files))).toContain('EFSInBackupPlan');
});
