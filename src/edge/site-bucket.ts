// [internal] The bucket of a site, and its copy in another region.
import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { StaticSiteOptions } from './static-site-options';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge, acknowledgeInlinePolicies, acknowledgeWildcard } from '../private/acknowledge';
import { placeIn } from '../private/other-region';
import { checkRange, checkTokenUnit, shown } from '../private/validate';

/** A private bucket whose older versions expire, with a copy in another region if there shall be one. */
export function siteBucket(scope: Construct, options: StaticSiteOptions, profile: EnvironmentProfile): s3.Bucket {
  const oldVersions = options.oldVersions ?? Duration.days(90);
  checkTokenUnit('oldVersions', oldVersions, 'days');
  if (!oldVersions.isUnresolved()) checkRange('oldVersions', oldVersions.toDays({ integral: false }), 1, 2_147_483_647, 'choose whole days');
  const props = bucketProps(oldVersions, removalPolicyOf(options, profile));
  const replica = options.replicaRegion === undefined ? undefined : replicaBucket(scope, options.replicaRegion, props, oldVersions);
  // of its own, as without the flag about it that of aws-cdk-lib has a name, which an account has once
  const replicationRole = replica && new iam.Role(scope, 'ReplicationRole', { assumedBy: new iam.ServicePrincipal('s3.amazonaws.com') });
  const bucket = new s3.Bucket(scope, 'Bucket', {
    ...props,
    replicationRole,
    replicationRules: replica && [{
      priority: 0,
      destination: replica,
      storageClass: s3.StorageClass.INFREQUENT_ACCESS,
      // what is deleted here stays there
      deleteMarkerReplication: false,
    }],
  });
  acceptFindings(bucket, 'its readers are in the access log of the distribution, and nobody else reads it');
  if (replicationRole) {
    bucket.grantReplicationPermission(replicationRole, { destinations: [{ bucket: replica }] });
    acceptRole(replicationRole, bucket, replica);
  } else {
    acknowledge(bucket.node.defaultChild!, 'S3BucketReplicationEnabled', "a copy in another region comes with the prop 'replicaRegion'; S3 keeps each object in three zones, "
      + 'older versions of it are kept, and the pipeline can build the site again');
  }
  return bucket;
}

function bucketProps(oldVersions: Duration, removalPolicy: RemovalPolicy): s3.BucketProps {
  return {
    // a key of KMS would have to admit each distribution of the account
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [{ noncurrentVersionExpiration: oldVersions, abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    removalPolicy,
  };
}

function replicaBucket(scope: Construct, region: string, props: s3.BucketProps, oldVersions: Duration): s3.IBucket {
  if (Token.isUnresolved(region) || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) || region === Stack.of(scope).region) {
    throw new Error(`'replicaRegion' must be another region than that of the stack and known at synthesis, got '${shown(region)}': `
      + 'name one such as \'eu-central-1\'');
  }
  const place = placeIn(scope, region);
  place.refuseTokens({ oldVersions });
  const replica = new s3.Bucket(place.scope, 'Replica', props);
  acceptFindings(replica, 'a copy that nobody reads until it is needed');
  acknowledge(replica.node.defaultChild!, 'S3BucketReplicationEnabled', 'it is itself the copy that the objects are replicated to');
  return s3.Bucket.fromBucketArn(scope, 'Replica', place.read('ReplicaArn', replica.bucketArn));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function removalPolicyOf(options: StaticSiteOptions, profile: EnvironmentProfile): RemovalPolicy {
  if (options.removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new Error("'removalPolicy' must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got SNAPSHOT: buckets have no snapshots, so retain the objects");
  }
  const policy = options.removalPolicy ?? profile.removalPolicy;
  return policy === RemovalPolicy.SNAPSHOT ? RemovalPolicy.RETAIN : policy;
}

function acceptFindings(bucket: s3.Bucket, readers: string): void {
  const resource = bucket.node.defaultChild!;
  acknowledge(resource, ['AwsSolutions-S1', 'S3BucketLoggingEnabled'], `${readers}; all public access is blocked`);
  acknowledge(resource, 'S3DefaultEncryptionKMS', 'what a site serves is public; objects are encrypted with keys of S3 (AES-256)');
  acknowledge(resource, 'S3BucketDefaultLockEnabled', 'what was deleted or overwritten stays as an older version; a lock would keep what must be taken down');
}

function acceptRole(role: iam.Role, bucket: s3.Bucket, replica: s3.IBucket): void {
  const policy = role.node.findChild('DefaultPolicy');
  acknowledgeWildcard(policy, bucket.arnForObjects('*'), 'all objects of this one bucket are replicated, whatever they are called; only S3 takes the role');
  acknowledgeWildcard(policy, replica.arnForObjects('*'), 'all objects are written to this one copy, whatever they are called; only S3 takes the role');
  acknowledgeInlinePolicies(role);
}
