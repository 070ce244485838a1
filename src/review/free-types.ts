// Resource types that cost nothing themselves; what neither costs nor is listed here is reported as not priced.

/** Without a charge of their own, whatever is done with them. */
const FREE_TYPES: ReadonlySet<string> = new Set([
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::Backup::BackupPlan',
  'AWS::Backup::BackupSelection',
  'AWS::Budgets::Budget',
  'AWS::CDK::Metadata',
  'AWS::CertificateManager::Certificate',
  'AWS::CloudFormation::WaitConditionHandle',
  'AWS::CloudWatch::AlarmMuteRule',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NetworkAcl',
  'AWS::EC2::NetworkAclEntry',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECR::RepositoryCreationTemplate',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'AWS::ECS::TaskDefinition',
  'AWS::EFS::AccessPoint',
  'AWS::EFS::MountTarget',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerCertificate',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::OIDCProvider',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::ServiceLinkedRole',
  'AWS::KMS::Alias',
  'AWS::Lambda::Permission',
  'AWS::Logs::ResourcePolicy',
  'AWS::RDS::DBParameterGroup',
  'AWS::RDS::DBSubnetGroup',
  'AWS::Route53::RecordSet',
  'AWS::S3::BucketPolicy',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::ServiceDiscovery::Service',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::WebACLAssociation',
]);

/** A custom resource is free. The function behind it is a resource of its own. */
export function isFree(type: string): boolean {
  return FREE_TYPES.has(type) || type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** Priced together with others of their kind, by what is stored or sent. */
export const SHARED_TYPES: ReadonlySet<string> = new Set(['AWS::ECR::PullThroughCacheRule', 'AWS::ECR::Repository', 'AWS::Logs::LogGroup', 'AWS::SNS::Topic']);

/** Billed by use for which nothing is assumed, with the reason why it stays out of the total. */
export const BY_USE: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupVault': 'billed by what is kept in it',
  'AWS::DynamoDB::GlobalTable': 'billed by request and by what is stored',
  'AWS::DynamoDB::Table': 'billed by request and by what is stored',
  'AWS::Events::Rule': 'rules on events of AWS services are free, those on other events are billed by event',
  'AWS::Lambda::Function': 'billed by run: a function of a custom resource runs only while it is deployed',
};
