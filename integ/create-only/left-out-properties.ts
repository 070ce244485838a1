// Properties that the schemas connect with replacement and a stateful lock does not watch, each with its reason.

/** A rule about properties that are left out. */
interface LeftOut {
  /** Matches a type and a path with a blank between, such as `AWS::RDS::DBInstance MultiAZ`. */
  readonly properties: RegExp;
  readonly reason: string;
  /** Properties that always replace are left out too. */
  readonly even?: 'always';
}

const LEFT_OUT: readonly LeftOut[] = [
  { properties: /\/\*/, reason: 'a part of an element of a list: services change elements in place, and where the list itself replaces it is watched', even: 'always' },
  { properties: /(^|[ /])\w*(Password|AuthToken)$/, reason: 'a secret does not belong in a committed file', even: 'always' },
  { properties: / Tags$/, reason: 'one source alone says that tags replace; where both do, they are watched' },
  {
    properties: /^AWS::RDS::DBInstance (AutoMinorVersionUpgrade|BackupRetentionPeriod|DBParameterGroupName|MultiAZ|PerformanceInsightsKMSKeyId|PreferredMaintenanceWindow|StorageType)$/,
    reason: 'ModifyDBInstance changes it in place; it decides only at restoring and for replicas',
  },
  { properties: /^AWS::Neptune::DBInstance (AutoMinorVersionUpgrade|DBParameterGroupName|PreferredMaintenanceWindow)$/, reason: 'ModifyDBInstance changes it in place' },
  { properties: /^AWS::ElastiCache::CacheCluster (AZMode|IpDiscovery|NumCacheNodes|PreferredAvailabilityZones)$/, reason: 'ModifyCacheCluster changes it in place' },
  { properties: /^AWS::ElastiCache::ReplicationGroup NumNodeGroups$/, reason: 'ModifyReplicationGroupShardConfiguration changes it in place' },
  { properties: /^AWS::NeptuneGraph::Graph ProvisionedMemory$/, reason: 'UpdateGraph changes it in place' },
  { properties: /^AWS::EKS::Cluster (ResourcesVpcConfig\/|KubernetesNetworkConfig$)/, reason: 'UpdateClusterConfig changes it in place; what it does not is watched by itself' },
  { properties: /^AWS::ElasticLoadBalancing::LoadBalancer (AvailabilityZones|HealthCheck|Subnets)$/, reason: 'changed in place as long as there is one before and after' },
  { properties: /^AWS::AppSync::GraphQLApi /, reason: 'authorization of an API is updated in place; its address stays' },
  { properties: /^AWS::SageMaker::Domain Default(Space|User)Settings\//, reason: 'settings of what users start next' },
  { properties: /^AWS::CodeCommit::Repository Triggers$/, reason: 'PutRepositoryTriggers changes it in place' },
];

/** Why a property is not watched, if it is not. */
export function leftOut(type: string, path: string, replaces: 'always' | 'sometimes'): string | undefined {
  return LEFT_OUT.find(({ properties, even }) => (replaces === 'sometimes' || even === replaces) && properties.test(`${type} ${path}`))?.reason;
}
