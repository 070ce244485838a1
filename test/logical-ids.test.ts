// Ids are contract. A red test here means a breaking release and an entry in docs/upgrading.md, never an updated snapshot alone.
import { exampleContext, exampleNames, loadExample, PROFILES, synthesizedStacks } from '../integ/example-app';
import { createOnlyPaths } from '../src/review/create-only-properties';

/** Types that hold data or an identity, with the properties that replace the resource when they change. */
const PINNED: Record<string, string[]> = {
  'AWS::ApiGateway::RestApi': [],
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::Backup::BackupVault': ['BackupVaultName', 'EncryptionKeyArn'],
  'AWS::CertificateManager::Certificate': ['DomainName'],
  'AWS::CloudFront::Distribution': [],
  'AWS::DynamoDB::GlobalTable': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::EC2::EIP': [],
  'AWS::EC2::Subnet': ['CidrBlock', 'AvailabilityZone'],
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::ECR::PullThroughCacheRule': ['CredentialArn', 'EcrRepositoryPrefix', 'UpstreamRegistryUrl', 'UpstreamRepositoryPrefix'],
  'AWS::ECR::Repository': ['RepositoryName', 'EncryptionConfiguration'],
  'AWS::ECS::Cluster': ['ClusterName'],
  'AWS::EFS::FileSystem': ['AvailabilityZoneName', 'Encrypted', 'KmsKeyId', 'PerformanceMode'],
  'AWS::ECS::Service': ['ServiceName', 'LaunchType', 'Cluster', 'DeploymentController'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['Name', 'Scheme', 'Type'],
  'AWS::IAM::OIDCProvider': ['Url'],
  'AWS::KMS::Key': ['KeySpec', 'MultiRegion'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::RDS::DBInstance': ['DBInstanceIdentifier', 'DBName', 'Engine', 'KmsKeyId', 'MasterUsername', 'StorageEncrypted', 'DBSubnetGroupName', 'Port'],
  'AWS::RDS::DBSubnetGroup': ['DBSubnetGroupName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::ServiceDiscovery::PrivateDnsNamespace': ['Name', 'Vpc'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
};

interface Resource { Type: string; Properties?: Record<string, unknown>; DeletionPolicy?: string; UpdateReplacePolicy?: string }

describe.each(exampleNames())('%s', (example) => {
  test.each(PROFILES)('what holds data or an identity keeps its id and is never replaced in %s', (profile) => {
    const stacks = synthesizedStacks<{ Resources: Record<string, Resource> }>(loadExample(example, exampleContext(example, profile)));
    const lines = stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources)
        .filter(([, resource]) => resource.Type in PINNED)
        .map(([id, { Type, Properties = {}, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }]) => {
          const pinned = PINNED[Type].filter((property) => property in Properties).map((property) => `${property}=${JSON.stringify(Properties[property])}`);
          return [stack.id, Type, id, `${DeletionPolicy}/${UpdateReplacePolicy}`, ...pinned].join(' ');
        }));
    expect(lines.sort().join('\n')).toMatchSnapshot();
    const types = stacks.flatMap(({ template }) => Object.values(template.Resources)).map(({ Type }) => Type);
    expect([...new Set(types)].filter((type) => type in createOnlyPaths() && !(type in PINNED))).toEqual([]);
  });
});
