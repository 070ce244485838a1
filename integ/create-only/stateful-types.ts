// Which types a stateful lock watches: what loses data, or an address that others know, when CloudFormation makes it anew.
import { Resource } from '@aws-cdk/service-spec-types';

/** The CDK's own list of what holds data, less what this says. */
const NOT_STATEFUL: Record<string, string> = {
  'AWS::CloudFormation::Stack': 'what it holds is watched, each resource for itself',
  'AWS::EMR::Cluster': 'its file system lives as long as its jobs; what is kept is in S3',
};

/** What holds data and is not on the CDK's list. */
const DATA = [
  'AWS::ACMPCA::CertificateAuthority', 'AWS::AmazonMQ::Broker', 'AWS::Backup::LogicallyAirGappedBackupVault', 'AWS::Cassandra::Keyspace', 'AWS::Cassandra::Table',
  'AWS::CloudFront::KeyValueStore', 'AWS::CloudTrail::EventDataStore', 'AWS::CodeArtifact::Domain', 'AWS::CodeArtifact::Repository', 'AWS::CodeCommit::Repository',
  'AWS::DSQL::Cluster', 'AWS::DocDBElastic::Cluster', 'AWS::ECR::Repository', 'AWS::ElastiCache::ServerlessCache', 'AWS::Events::Archive', 'AWS::FSx::StorageVirtualMachine',
  'AWS::FSx::Volume', 'AWS::KMS::ReplicaKey', 'AWS::MSK::Cluster', 'AWS::MSK::ServerlessCluster', 'AWS::MemoryDB::Cluster', 'AWS::NeptuneGraph::Graph',
  'AWS::OpenSearchServerless::Collection', 'AWS::RDS::GlobalCluster', 'AWS::RedshiftServerless::Namespace', 'AWS::S3Express::DirectoryBucket', 'AWS::S3Tables::Namespace',
  'AWS::S3Tables::Table', 'AWS::S3Tables::TableBucket', 'AWS::S3Vectors::Index', 'AWS::S3Vectors::VectorBucket', 'AWS::SageMaker::Domain', 'AWS::Timestream::Database',
  'AWS::Timestream::InfluxDBInstance', 'AWS::Timestream::Table', 'AWS::VerifiedPermissions::PolicyStore',
];

/** What others outside of the stack know by name, address or key: they would go on calling what is gone. */
const IDENTITY = [
  'AWS::Amplify::App', 'AWS::ApiGateway::DomainName', 'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::DomainName', 'AWS::AppRunner::Service',
  'AWS::AppSync::DomainName', 'AWS::AppSync::GraphQLApi', 'AWS::CloudFront::Distribution', 'AWS::Cognito::IdentityPool', 'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain', 'AWS::DirectoryService::MicrosoftAD', 'AWS::DirectoryService::SimpleAD', 'AWS::EC2::ClientVpnEndpoint', 'AWS::EC2::CustomerGateway',
  'AWS::EC2::EIP', 'AWS::EC2::TransitGateway', 'AWS::EC2::VPCEndpointService', 'AWS::EC2::VPNConnection', 'AWS::EC2::VPNGateway', 'AWS::ECR::PullThroughCacheRule', 'AWS::EKS::Cluster',
  'AWS::ElasticLoadBalancing::LoadBalancer', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::Events::EventBus', 'AWS::GlobalAccelerator::Accelerator',
  'AWS::IAM::AccessKey', 'AWS::IAM::OIDCProvider', 'AWS::IAM::User', 'AWS::Lambda::Url', 'AWS::Route53::HostedZone', 'AWS::SES::EmailIdentity', 'AWS::SNS::Topic',
  'AWS::ServiceDiscovery::HttpNamespace', 'AWS::ServiceDiscovery::PrivateDnsNamespace', 'AWS::ServiceDiscovery::PublicDnsNamespace', 'AWS::Transfer::Server',
];

/** What stateful resources stand in: replacing it replaces them, though nothing changes in their own definition. */
const GROUND = [
  'AWS::DocDB::DBSubnetGroup', 'AWS::EC2::Subnet', 'AWS::EC2::VPC', 'AWS::ElastiCache::SubnetGroup', 'AWS::MemoryDB::SubnetGroup', 'AWS::Neptune::DBSubnetGroup',
  'AWS::RDS::DBSubnetGroup', 'AWS::Redshift::ClusterSubnetGroup',
];

/** The types, sorted. */
export function statefulTypes(resources: readonly Resource[]): string[] {
  const known = new Set(resources.map(({ cloudFormationType }) => cloudFormationType));
  const ofTheCdk = resources.filter(({ isStateful }) => isStateful).map(({ cloudFormationType }) => cloudFormationType);
  const types = [...new Set([...ofTheCdk, ...DATA, ...IDENTITY, ...GROUND])].filter((type) => !(type in NOT_STATEFUL)).sort();
  const unknown = [...types, ...Object.keys(NOT_STATEFUL)].filter((type) => !known.has(type));
  if (unknown.length > 0) throw new Error(`no such types in the schemas: ${unknown.join(', ')}`);
  return types;
}
