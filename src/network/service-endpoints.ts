// [internal] Which endpoint a permission needs: IAM's names of services beside those of their endpoints.

/** What IAM and PrivateLink call differently, or what takes one of several. Others bear one name in both. */
const OTHERWISE: { readonly [service: string]: readonly string[] } = {
  bedrock: ['bedrock-runtime', 'bedrock-agent-runtime', 'bedrock-agent', 'bedrock'],
  cloudwatch: ['monitoring'],
  firehose: ['kinesis-firehose'],
  kinesis: ['kinesis-streams'],
  sagemaker: ['sagemaker.runtime', 'sagemaker.api'],
  ses: ['email', 'email-smtp'],
};

/**
 * Services that containers call by themselves once their role permits it.
 *
 * Not among them is what never leaves the VPC or the task (EFS, IAM authentication of databases, task protection), and KMS: a role has
 * `kms:Decrypt` for queues, buckets and secrets too, whose services call KMS themselves.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
const CALLED = [
  'athena', 'batch', 'bedrock', 'cloudwatch', 'cognito-identity', 'cognito-idp', 'comprehend', 'dynamodb', 'events', 'execute-api', 'firehose', 'glue', 'kinesis',
  'lambda', 'logs', 'polly', 'rds-data', 'redshift-data', 'rekognition', 's3', 'sagemaker', 'secretsmanager', 'servicediscovery', 'ses', 'sns', 'sqs', 'ssm',
  'states', 'sts', 'textract', 'transcribe', 'translate', 'xray',
];

/** Services that AWS offers no endpoint for. */
const WITHOUT_ENDPOINT = ['chatbot', 'cloudfront', 'gamelift', 'globalaccelerator', 'lightsail', 'support'];

/** Names of the endpoints by which an action is reached, one of which is enough. Undefined for an action that needs none, or that nothing is known of. */
export function endpointsFor(action: string): readonly string[] | undefined {
  const [service] = action.toLowerCase().split(':');
  if (WITHOUT_ENDPOINT.includes(service)) return [];
  return CALLED.includes(service) ? OTHERWISE[service] ?? [service] : undefined;
}
