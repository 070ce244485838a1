// The table of create-only properties is what the schemas say; `integ/create-only.ts --check` compares it with both sources, this with the one that is at hand.
import * as fs from 'fs';
import * as path from 'path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { combined, replacingByServiceSpec } from '../../integ/create-only';
import { leftOut } from '../../integ/create-only/left-out-properties';
import { statefulTypes } from '../../integ/create-only/stateful-types';
import { CREATE_ONLY_SOURCES, createOnlyPaths } from '../../src/review/create-only-properties';
import { alwaysReplaces, createOnlyOf, isStateful } from '../../src/review/stateful-lock-types';

const ROOT = path.join(__dirname, '..', '..');
const db = loadAwsServiceSpecSync();
const resources = new Map([...db.all('resource')].map((resource) => [resource.cloudFormationType, resource]));
const types = Object.keys(createOnlyPaths());
const within = (list: readonly string[], property: string): boolean => list.some((one) => property === one || property.startsWith(`${one}/`));

test('it was made from the versions that this project depends on: `npm run create-only` after an upgrade', () => {
  const { version } = JSON.parse(fs.readFileSync(require.resolve('@aws-cdk/aws-service-spec/package.json'), 'utf8'));
  const requirements = fs.readFileSync(path.join(ROOT, 'integ', 'lint-requirements.txt'), 'utf8');
  expect(CREATE_ONLY_SOURCES).toEqual({
    '@aws-cdk/aws-service-spec': version,
    'cfn-lint': /^cfn-lint==(\S+)$/m.exec(requirements)![1],
    'registry schemas': expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
  });
});

test('it has the types that are said to hold data or an identity', () => {
  expect(types).toEqual(statefulTypes([...resources.values()]));
});

test('what the CDK counts as stateful is in it, but for what is left out with a reason', () => {
  const ofTheCdk = [...resources.values()].filter(({ isStateful: stateful }) => stateful).map(({ cloudFormationType }) => cloudFormationType);
  expect(ofTheCdk.filter((type) => !isStateful(type))).toEqual(['AWS::CloudFormation::Stack', 'AWS::EMR::Cluster']);
});

describe.each(types)('%s', (type) => {
  const said = replacingByServiceSpec(db, resources.get(type)!);

  test('watches whatever replaces it, but for what is left out with a reason', () => {
    const missing = [
      ...said.always.filter((property) => leftOut(type, property, 'always') === undefined && leftOut(type, property, 'sometimes') === undefined),
      ...said.sometimes.filter((property) => leftOut(type, property, 'sometimes') === undefined && leftOut(type, property, 'always') === undefined),
    ].filter((property) => !within(createOnlyOf(type), property) && !createOnlyOf(type).some((one) => one.startsWith(`${property}/`)));
    expect(missing).toEqual([]);
  });

  test('says of none that it always replaces unless both sources do', () => {
    expect(createOnlyOf(type).filter((property) => alwaysReplaces(type, property) && !within(said.always, property))).toEqual([]);
  });
});

test('it watches properties that there are; the CDK does not know these yet', () => {
  const unknown = types.flatMap((type) => {
    const names = Object.keys(resources.get(type)!.properties);
    return createOnlyOf(type).filter((property) => !names.includes(property.split('/')[0])).map((property) => `${type} ${property}`);
  });
  expect(unknown).toEqual(['AWS::ElastiCache::ServerlessCache ConnectionType', 'AWS::Route53::HostedZone DelegationSetId']);
});

// a table that was made wrongly as a whole would not have these
test.each([
  ['AWS::EC2::VPC', 'CidrBlock'],
  ['AWS::EC2::Subnet', 'CidrBlock'],
  ['AWS::EFS::FileSystem', 'Encrypted'],
  ['AWS::ECR::Repository', 'RepositoryName'],
  ['AWS::Logs::LogGroup', 'LogGroupName'],
  ['AWS::RDS::DBInstance', 'StorageEncrypted'],
  ['AWS::RDS::DBInstance', 'DBName'],
  ['AWS::RDS::DBInstance', 'MasterUsername'],
  ['AWS::RDS::DBCluster', 'DatabaseName'],
  ['AWS::S3::Bucket', 'BucketName'],
  ['AWS::SecretsManager::Secret', 'Name'],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'Scheme'],
])('%s is replaced by another %s', (type, property) => {
  expect(alwaysReplaces(type, property)).toBe(true);
});

test.each([
  ['AWS::RDS::DBInstance', ['AllocatedStorage', 'BackupRetentionPeriod', 'DBInstanceClass', 'DBParameterGroupName', 'EngineVersion', 'MultiAZ', 'StorageType', 'Tags']],
  ['AWS::S3::Bucket', ['BucketEncryption', 'LifecycleConfiguration', 'VersioningConfiguration', 'Tags']],
  ['AWS::KMS::Key', ['EnableKeyRotation', 'KeyPolicy', 'Tags']],
])('%s is not replaced by what is changed every day', (type, properties) => {
  expect(createOnlyOf(type).filter((property) => properties.includes(property))).toEqual([]);
});

test('nothing is watched that is left out with a reason', () => {
  const watched = types.flatMap((type) => createOnlyOf(type).map((property) => ({ type, property })));
  expect(watched.filter(({ type, property }) => leftOut(type, property, alwaysReplaces(type, property) ? 'always' : 'sometimes') !== undefined)).toEqual([]);
});

test('secrets and elements of lists are not watched', () => {
  expect(types.flatMap((type) => createOnlyOf(type).filter((property) => /Password|AuthToken|\*/.test(property)).map((property) => `${type} ${property}`))).toEqual([]);
});

describe('two sources together', () => {
  const none = { always: [], sometimes: [] };

  test('both say always: it always replaces', () => {
    expect(combined('A', { always: ['X', 'Y/Z'], sometimes: [] }, { always: ['X', 'Y'], sometimes: [] })).toEqual({ always: ['X', 'Y/Z'], sometimes: ['Y'] });
  });

  test('one says so: it may', () => {
    expect(combined('A', { always: ['X'], sometimes: [] }, { always: [], sometimes: ['X', 'Y'] })).toEqual({ always: [], sometimes: ['X', 'Y'] });
  });

  test('what is left out is in neither', () => {
    expect(combined('AWS::RDS::DBInstance', { always: ['List/*/Part', 'Password'], sometimes: ['MultiAZ', 'Tags'] }, none)).toEqual(none);
  });
});
