// What checkov and cfn-guard have against the templates and is left as it is, with the reason: docs/security.md is made from it, and lint-security.ts holds it against what they find.
//
// A finding that is not here fails the check, and so does an entry, a construct or a profile of one without its finding.
import { ACCEPTED_SERVERLESS_FINDINGS } from './accepted-serverless-findings';
import { Finding } from './linters';

/** Findings with one reason. */
export interface AcceptedFinding {
  /** What is found. */
  readonly title: string;
  /** Rules that say the same: `CKV_…` of checkov, `CT.…` of AWS Control Tower by cfn-guard. */
  readonly rules: readonly string[];
  readonly type: string;
  /** Ends of the constructs' paths. Those whose ids are the user's have none of the library's own. */
  readonly constructs: readonly string[] | 'any';
  readonly profiles: ReadonlyArray<Finding['profile']> | 'all';
  /** Found only where an example is given no domain. */
  readonly withoutDomain?: boolean;
  readonly reason: string;
}

/** The list. */
export const ACCEPTED_FINDINGS: readonly AcceptedFinding[] = [
  ...ACCEPTED_SERVERLESS_FINDINGS,
  {
    title: 'log group without a customer key',
    rules: ['CKV_AWS_158', 'CT.CLOUDWATCH.PR.3'],
    type: 'AWS::Logs::LogGroup',
    constructs: ['Logs'],
    profiles: 'all',
    reason: 'CloudWatch Logs encrypts with a key of its own; secrets come by addSecret() and useDatabase(), apart from what is logged',
  },
  {
    title: 'log group without a customer key',
    rules: ['CKV_AWS_158', 'CT.CLOUDWATCH.PR.3'],
    type: 'AWS::Logs::LogGroup',
    constructs: ['FlowLogGroup'],
    profiles: 'all',
    reason: 'CloudWatch Logs encrypts with a key of its own; flow logs hold addresses and ports, no contents',
  },
  {
    title: 'log group without a customer key',
    rules: ['CKV_AWS_158', 'CT.CLOUDWATCH.PR.3'],
    type: 'AWS::Logs::LogGroup',
    constructs: ['RedeployOnRotation/StateMachineLogs'],
    profiles: ['prod'],
    reason: 'CloudWatch Logs encrypts with a key of its own; what the states carry is not logged',
  },
  {
    title: 'logs kept for less than a year',
    rules: ['CT.CLOUDWATCH.PR.2'],
    type: 'AWS::Logs::LogGroup',
    constructs: ['Logs', 'PostgresqlLogs', 'UpgradeLogs'],
    profiles: 'all',
    reason: 'a week in dev, two in staging, a month in prod: they are for finding faults, and personal data in them must not stay; `logRetention` sets another time',
  },
  {
    title: 'logs kept for less than a year',
    rules: ['CT.CLOUDWATCH.PR.2'],
    type: 'AWS::Logs::LogGroup',
    constructs: ['FlowLogGroup'],
    profiles: 'all',
    reason: 'a week in dev, two in staging, a month in prod, as all logs; the `logRetention` of the profile sets another time',
  },
  {
    title: 'logs kept for less than a year',
    rules: ['CT.CLOUDWATCH.PR.2'],
    type: 'AWS::Logs::LogGroup',
    constructs: ['RedeployOnRotation/StateMachineLogs', 'Rotation/UrlRefreshLogs'],
    profiles: ['prod'],
    reason: 'a month, as all logs; `logRetention` of the service and of the database sets another time',
  },
  {
    title: 'function outside of a VPC, without dead letters and without a limit of its own',
    rules: ['CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117', 'CT.LAMBDA.PR.3'],
    type: 'AWS::Lambda::Function',
    constructs: ['Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler'],
    profiles: 'all',
    reason: "the CDK's own function, which closes the VPC's default security group: it runs when the stack is deployed, CloudFormation waits for its answer and reports its failure, "
      + 'and it calls nothing but EC2; `restrictDefaultSecurityGroup: false` does without it',
  },
  {
    title: 'key policy with a wildcard principal',
    rules: ['CKV_AWS_33'],
    type: 'AWS::KMS::Key',
    constructs: ['Key', 'SecretsKey'],
    profiles: 'all',
    reason: 'whoever in this account may read a secret of the database may use its key through Secrets Manager: conditions on account and service limit the statement, in the words of the AWS-managed key',
  },
  {
    title: 'port 80 open to anyone',
    rules: ['CKV_AWS_260'],
    type: 'AWS::EC2::SecurityGroup',
    constructs: ['Entry/SecurityGroup'],
    profiles: 'all',
    reason: 'the public door of the app: with a domain port 80 only redirects to HTTPS; `allowedPeers` narrows it, and tasks admit this group alone',
  },
  {
    title: 'listener without TLS',
    rules: ['CKV_AWS_2', 'CKV_AWS_103', 'CT.ELASTICLOADBALANCING.PR.1'],
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    constructs: ['Entry/HttpListener', 'Entry/Ports/8000'],
    profiles: 'all',
    withoutDomain: true,
    reason: 'there is no certificate without a domain, and nothing stands in for one: give `domain` before requests hold anything worth reading. cdk-nag is not told to overlook it either',
  },
  {
    title: 'access logs without a log of the access to them',
    rules: ['CKV_AWS_18', 'CT.S3.PR.2'],
    type: 'AWS::S3::Bucket',
    constructs: ['Entry/Logs'],
    profiles: 'all',
    reason: 'such a log would need a bucket of its own in turn; this one is private, admits TLS only and is written to by the load balancers of this account alone',
  },
  {
    title: 'access logs without a KMS key',
    rules: ['CT.S3.PR.10'],
    type: 'AWS::S3::Bucket',
    constructs: ['Entry/Logs'],
    profiles: 'all',
    reason: 'load balancers deliver to buckets with keys of S3 alone; the objects are encrypted with those (AES-256)',
  },
  {
    title: 'access logs without event notifications',
    rules: ['CT.S3.PR.4'],
    type: 'AWS::S3::Bucket',
    constructs: ['Entry/Logs'],
    profiles: 'all',
    reason: 'nobody waits for an access log; `s3.Bucket` has the notifications for who does',
  },
  {
    title: 'access logs without object lock',
    rules: ['CT.S3.PR.9'],
    type: 'AWS::S3::Bucket',
    constructs: ['Entry/Logs'],
    profiles: 'all',
    reason: 'a lock would keep addresses of visitors that must be deleted on demand; what is deleted or overwritten stays for a week as an older version',
  },
  {
    title: 'images without a KMS key',
    rules: ['CKV_AWS_136'],
    type: 'AWS::ECR::Repository',
    constructs: 'any',
    profiles: 'all',
    reason: 'ECR encrypts with keys of S3 (AES-256); images hold code, secrets come when a task starts',
  },
  {
    title: 'image tags that move',
    rules: ['CKV_AWS_51', 'CT.ECR.PR.3'],
    type: 'AWS::ECR::Repository',
    constructs: 'any',
    profiles: 'all',
    reason: 'no tag moves but `latest`, an exception that the rules do not know: services name another. `tagMutability: TagMutability.IMMUTABLE` allows none',
  },
  {
    title: 'container without a user of its own',
    rules: ['CT.ECS.PR.3'],
    type: 'AWS::ECS::TaskDefinition',
    constructs: 'any',
    profiles: 'all',
    reason: "the image says as whom it runs, and that of the example says `USER 10001`; Fargate gives each task a machine of its own, so root in it is nobody's root",
  },
  {
    title: 'container that may write to its file system',
    rules: ['CT.ECS.PR.6'],
    type: 'AWS::ECS::TaskDefinition',
    constructs: 'any',
    profiles: 'all',
    reason: 'many images write somewhere; what is written ends with the task. `readonlyRootFilesystem: true` forbids it, and leaves /tmp',
  },
  {
    title: 'container without a memory limit',
    rules: ['CT.ECS.PR.7'],
    type: 'AWS::ECS::TaskDefinition',
    constructs: 'any',
    profiles: 'all',
    reason: 'on Fargate the memory of the task is the limit of its containers, and it is always set',
  },
  {
    title: 'default port',
    rules: ['CT.RDS.PR.20'],
    type: 'AWS::RDS::DBInstance',
    constructs: ['Instance'],
    profiles: 'all',
    reason: 'another port hides nothing: the instance is in private subnets, and its security group admits its users alone; `port` sets another',
  },
  {
    title: 'administrator by the name of postgres',
    rules: ['CT.RDS.PR.22'],
    type: 'AWS::RDS::DBInstance',
    constructs: ['Instance'],
    profiles: 'all',
    reason: 'the name is no secret, the password has 40 characters and is in Secrets Manager alone; `username` sets another',
  },
  {
    title: 'no standby, no enhanced monitoring',
    rules: ['CKV_AWS_157', 'CT.RDS.PR.1', 'CKV_AWS_118', 'CT.RDS.PR.2'],
    type: 'AWS::RDS::DBInstance',
    constructs: ['Instance'],
    profiles: ['dev', 'staging'],
    reason: 'what is lost with a zone is restored from backups, and the metrics of RDS remain; prod has both',
  },
  {
    title: 'deletion allowed',
    rules: ['CT.RDS.PR.13'],
    type: 'AWS::RDS::DBInstance',
    constructs: ['Instance'],
    profiles: ['dev', 'staging'],
    reason: 'the removal policy decides what is left, and staging leaves a snapshot; prod refuses deletion',
  },
  {
    title: 'deletion allowed',
    rules: ['CT.ELASTICLOADBALANCING.PR.5'],
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    constructs: ['Entry'],
    profiles: ['dev', 'staging'],
    reason: 'a load balancer holds no data, and the code makes it anew; prod refuses deletion',
  },
  {
    title: 'backups kept for less than a week',
    rules: ['CT.RDS.PR.8'],
    type: 'AWS::RDS::DBInstance',
    constructs: ['Instance'],
    profiles: ['dev'],
    reason: 'three days in dev, a week in staging and prod; `backupRetention` sets another time',
  },
  {
    title: 'another port open to anyone',
    rules: ['CT.EC2.PR.3'],
    type: 'AWS::EC2::SecurityGroup',
    constructs: ['Entry/SecurityGroup'],
    profiles: 'all',
    reason: 'the public door of a service that has a port of its own, by `Route.port()`; `allowedPeers` narrows it, and tasks admit this group alone',
  },
  {
    title: 'replica that names no encryption',
    rules: ['CKV_AWS_16'],
    type: 'AWS::RDS::DBInstance',
    constructs: ['ReadReplicas/Reader/Instance'],
    profiles: 'all',
    reason: 'a replica has the encryption and the key of its primary, which is encrypted; CloudFormation takes neither for a replica',
  },
  {
    title: 'replica without a standby',
    rules: ['CKV_AWS_157'],
    type: 'AWS::RDS::DBInstance',
    constructs: ['ReadReplicas/Reader/Instance'],
    profiles: ['prod'],
    reason: 'a replica is a further copy of the data; one that is lost is made anew from the primary, which has a standby',
  },
  {
    title: 'queue without a customer key',
    rules: ['CKV_AWS_27'],
    type: 'AWS::SQS::Queue',
    constructs: ['DeadLetters', 'Queue'],
    profiles: 'all',
    reason: 'SQS encrypts with a key of its own; messages come and go over TLS alone. `WorkQueue.fromQueue()` takes a queue with a key of yours',
  },
  {
    title: 'dead letters without dead letters',
    rules: ['CT.SQS.PR.1'],
    type: 'AWS::SQS::Queue',
    constructs: ['DeadLetters'],
    profiles: 'all',
    reason: 'this is where messages go that could not be done; they are kept for 14 days',
  },
  {
    title: 'files without backups of their own',
    rules: ['CT.ELASTICFILESYSYSTEM.PR.2'],
    type: 'AWS::EFS::FileSystem',
    constructs: ['FileSystem'],
    profiles: ['dev'],
    reason: 'dev keeps no files, so that there is nothing to restore; staging and prod back them up every day, `automaticBackups: true` does so in dev',
  },
  {
    title: 'table without point-in-time recovery',
    rules: ['CKV_AWS_165'],
    type: 'AWS::DynamoDB::GlobalTable',
    constructs: 'any',
    profiles: 'all',
    reason: 'the example copies its table every week by `BackupCopies`; `pointInTimeRecoverySpecification` of TableV2 restores to any second, for a price by gigabyte',
  },
  {
    title: 'backups without a customer key',
    rules: ['CKV_AWS_166'],
    type: 'AWS::Backup::BackupVault',
    constructs: ['Vault'],
    profiles: 'all',
    reason: 'AWS Backup encrypts with the key that it has in the account; files and tables bring the keys of their own; `encryptionKey` sets another',
  },
  {
    title: 'key that says nothing of grants',
    rules: ['CT.KMS.PR.3'],
    type: 'AWS::KMS::Key',
    constructs: ['SecretsKey', 'DatabaseKey'],
    profiles: 'all',
    reason: 'keys that the app brings are its own, and so is their policy; those that the library makes let nobody but services of AWS create grants',
  },
];
