// Without a way to the internet: what tasks call has an endpoint, or synthesis names the task and the service.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { appTier, clusterIn, ecrImage, serviceIn } from './app-tier';
import { AppNetwork, ContainerService, Egress, PrivatePostgres } from '../../src';
import { endpointsFor } from '../../src/network/service-endpoints';
import { testStack } from '../harness';

const US = { account: '111111111111', region: 'us-east-1' };
const { SQS } = ec2.InterfaceVpcEndpointAwsService;

function closed(stack: Stack = testStack()): { stack: Stack; network: AppNetwork; api: ContainerService } {
  const network = new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() });
  return { stack, network, api: serviceIn(stack, { cluster: clusterIn(stack, network) }) };
}

const permit = (api: ContainerService, ...actions: string[]): unknown =>
  api.taskRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));

describe('a network without NAT has endpoints for', () => {
  test('image and log of a service', () => {
    expect(closed().network.endpointServices).toEqual(['s3', 'dynamodb', 'ecr.api', 'ecr.dkr', 'logs']);
  });

  test('a secret, whose own key is used by Secrets Manager itself', () => {
    const { stack, network, api } = closed();
    const secret = new Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') });
    api.addSecret('TOKEN', ecs.Secret.fromSecretsManager(secret));
    expect(network.endpointServices.slice(5)).toEqual(['secretsmanager']);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('a parameter', () => {
    const { stack, network, api } = closed();
    api.addSecret('FLAG', ecs.Secret.fromSsmParameter(StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: '/shop/flag' })));
    expect(network.endpointServices.slice(5)).toEqual(['ssm']);
  });

  test('a database whose password rotates, and none for one that does not or is entered by IAM', () => {
    const rotating = closed();
    new PrivatePostgres(rotating.stack, 'Database', { network: rotating.network });
    expect(rotating.network.endpointServices.slice(5)).toEqual(['secretsmanager']);
    const still = closed(testStack({ 'patternbook:environment': 'dev' }));
    const database = new PrivatePostgres(still.stack, 'Database', { network: still.network });
    database.grantConnect(still.api, 'reader');
    expect(still.network.endpointServices.slice(5)).toEqual([]);
    expect(() => Template.fromStack(still.stack)).not.toThrow();
  });
});

describe('what the task role may call', () => {
  test('fails at synthesis where no endpoint leads there, each service once, until the network is told', () => {
    const { stack, network, api } = closed();
    new sqs.Queue(stack, 'Queue').grantSendMessages(api);
    permit(api, 'xray:PutTraceSegments', 'sqs:ListQueues');
    expect(() => Template.fromStack(stack)).toThrow("'Stack/Api' may call 'sqs' by its task role, which its network reaches neither over the internet nor by an endpoint: "
      + "say so by network.requires(new InterfaceVpcEndpointAwsService('sqs'), …)");
    expect(() => Template.fromStack(stack)).toThrow("'Stack/Api' may call 'xray'");
    network.requires(SQS, api);
    network.requires(ec2.InterfaceVpcEndpointAwsService.XRAY, api);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('fails on a service that has no endpoint at all', () => {
    const { stack, api } = closed();
    permit(api, 'cloudfront:CreateInvalidation');
    expect(() => Template.fromStack(stack)).toThrow("'Stack/Api' may call 'cloudfront' by its task role, which has no endpoint that its network could reach it by: "
      + "give the network a way to the internet by 'egress', or call it from elsewhere");
  });

  test('is of no interest where there is a way to the internet', () => {
    const stack = testStack();
    permit(serviceIn(stack), 'sqs:ListQueues', 'cloudfront:CreateInvalidation');
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('needs no endpoint for buckets, tables, keys of other services, and what stays in the VPC', () => {
    const { stack, api } = closed();
    new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS }).grantReadWrite(api);
    permit(api, 'dynamodb:GetItem', 'elasticfilesystem:ClientMount', 'rds-db:connect', 'kms:Decrypt');
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('fails in an existing VPC too', () => {
    const stack = testStack();
    const { ECR, ECR_DOCKER, S3, CLOUDWATCH_LOGS } = ec2.InterfaceVpcEndpointAwsService;
    const network = AppNetwork.fromVpc(appTier(stack).vpc, { internetEgress: false, interfaceEndpoints: [ECR, ECR_DOCKER, S3, CLOUDWATCH_LOGS] });
    permit(serviceIn(stack, { cluster: clusterIn(stack, network) }), 'sns:Publish');
    expect(() => Template.fromStack(stack)).toThrow("'Stack/Api' may call 'sns' by its task role");
  });
});

describe('images', () => {
  test('from elsewhere than ECR are refused, naming the service', () => {
    const stack = testStack();
    const cluster = clusterIn(stack, new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() }));
    expect(() => serviceIn(stack, { cluster, image: ecs.ContainerImage.fromRegistry('ghcr.io/acme/api:1') })).toThrow(
      "'image' of 'Stack/Api' must be in ECR, got 'ghcr.io/acme/api:1': the app tier of this network does not reach the internet, so push the image to an ImageRepository");
  });

  test('of another region are refused: an endpoint leads to its own', () => {
    const stack = testStack({ 'availability-zones:account=111111111111:region=us-east-1': ['a', 'b', 'c'] }, US);
    const cluster = clusterIn(stack, new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() }));
    const image = ecs.ContainerImage.fromRegistry('111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:v1');
    expect(() => serviceIn(stack, { cluster, image })).toThrow(
      "'image' of 'Stack/Api' must be in ECR of us-east-1, got '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:v1': the app tier of this network does not reach the "
      + 'internet, and its endpoints lead to us-east-1 alone, so replicate the repository');
    const near = ecs.ContainerImage.fromRegistry('111111111111.dkr.ecr.us-east-1.amazonaws.com/shop:v1');
    expect(() => serviceIn(stack, { cluster, image: near }, 'Near')).not.toThrow();
  });

  test('need S3 in an existing VPC, where their layers lie', () => {
    const stack = testStack();
    const { ECR, ECR_DOCKER } = ec2.InterfaceVpcEndpointAwsService;
    const network = AppNetwork.fromVpc(appTier(stack).vpc, { internetEgress: false, interfaceEndpoints: [ECR, ECR_DOCKER] });
    expect(() => serviceIn(stack, { cluster: clusterIn(stack, network), image: ecrImage(stack) })).toThrow("'Stack/Api' calls 's3', which the app tier of 'Stack/Vpc' reaches neither");
  });
});

test.each([
  ['SQS:SendMessage', ['sqs']], ['bedrock:InvokeModel', ['bedrock-runtime', 'bedrock-agent-runtime', 'bedrock-agent', 'bedrock']], ['cloudwatch:PutMetricData', ['monitoring']],
  ['kms:Decrypt', undefined], ['something:New', undefined], ['support:CreateCase', []],
])('%s is reached by %j', (action, endpoints) => {
  expect(endpointsFor(action)).toEqual(endpoints);
});

test('every endpoint that is looked for is one that the CDK knows', () => {
  const known = Object.values(ec2.InterfaceVpcEndpointAwsService).map(({ shortName }) => shortName);
  const services = ['athena', 'batch', 'bedrock', 'cloudwatch', 'cognito-identity', 'cognito-idp', 'comprehend', 'dynamodb', 'events', 'execute-api', 'firehose', 'glue', 'kinesis',
    'lambda', 'logs', 'polly', 'rds-data', 'redshift-data', 'rekognition', 's3', 'sagemaker', 'secretsmanager', 'servicediscovery', 'ses', 'sns', 'sqs', 'ssm',
    'states', 'sts', 'textract', 'transcribe', 'translate', 'xray'];
  expect(services.flatMap((service) => endpointsFor(`${service}:Any`) ?? [`none for ${service}`]).filter((name) => !known.includes(name))).toEqual([]);
});
