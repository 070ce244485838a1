// [internal] What a function consists of beside its code: key, log group, role, dead letters, security group.
import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { logGroupName } from './log-group-name';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { admitLogs } from '../private/log-key';
import { ownKey } from '../private/own-key';

const FUNCTION_LOGS = '/aws/lambda';

/** The log group, encrypted with a key of its own unless one is given. */
export function functionLogGroup(scope: Construct, profile: EnvironmentProfile, retention: logs.RetentionDays, givenKey?: kms.IKey): logs.LogGroup {
  const removalPolicy = profile._lastingRemovalPolicy;
  const encryptionKey = givenKey ?? ownKey(scope, 'Key', {
    description: 'Logs of a function', rotationPeriod: Duration.days(365), removalPolicy,
  });
  if (!admitLogs(encryptionKey, [`${FUNCTION_LOGS}/*`])) {
    Validations.of(scope).addWarning('cdk-patternbook:ApiFunctionLogKeyPolicy',
      `the policy of the imported key of '${scope.node.path}' cannot be changed from here: it must let CloudWatch Logs use the key for log groups below ${FUNCTION_LOGS}, `
      + 'else the log group cannot be made');
  }
  return new logs.LogGroup(scope, 'Logs', { logGroupName: logGroupName(FUNCTION_LOGS, scope, profile), retention, encryptionKey, removalPolicy });
}

/** Where asynchronous events go that failed twice more after their first try. */
export function deadLetterQueue(scope: Construct, profile: EnvironmentProfile): sqs.Queue {
  const queue = new sqs.Queue(scope, 'DeadLetters', {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: profile._lastingRemovalPolicy,
  });
  acknowledge(queue, 'Serverless-SQSRedrivePolicy', 'this is the dead-letter queue of a function; what it holds is kept for 14 days');
  return queue;
}

/** The role of the function, with what Lambda needs to run it, and no policy of AWS. */
export function functionRole(scope: Construct, logGroup: logs.ILogGroup, inVpc: boolean): iam.Role {
  const role = new iam.Role(scope, 'Role', { description: 'Runs a function', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  acknowledgeInlinePolicies(role);
  role.addToPolicy(new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }));
  if (inVpc) allowInterfaces(role);
  acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]', inVpc
    ? 'X-Ray and the network interfaces of a function have no resource level; the latter are for Lambda alone and denied to the code'
    : 'X-Ray has no resource level');
  return role;
}

/**
 * Network interfaces are Lambda's to make, by the function's role; the code could do the same, and is denied it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
function allowInterfaces(role: iam.Role): void {
  const actions = [
    'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  role.addToPolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
  role.addToPolicy(new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    actions,
    resources: ['*'],
    // the role is that of one function, whose name is not known before the role is
    conditions: {
      ArnLike: {
        'lambda:SourceFunctionArn': Stack.of(role).formatArn({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
      },
    },
  }));
}

/** Admits nobody; out to HTTPS, and to what the function is given. */
export function functionSecurityGroup(scope: Construct, vpc: ec2.IVpc): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, 'SecurityGroup', { vpc, description: 'Function: admits nobody', allowAllOutbound: false });
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS');
  return group;
}

/** Accept that a function is outside of any VPC. */
export function acceptOutsideVpc(fn: IConstruct): void {
  acknowledge(fn.node.defaultChild!, 'LambdaInsideVPC', 'outside of a VPC it reaches nothing in one; who may call it and what it may call is decided by IAM');
}
