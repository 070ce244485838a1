// [internal] The role by which RDS writes enhanced monitoring, without the AWS-managed policy.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';

/** The one log group of enhanced monitoring in an account and region. RDS makes it, and a stream in it for each instance. */
const LOG_GROUP = 'arn:*:logs:*:*:log-group:RDSOSMetrics';

/**
 * A role that RDS assumes for one instance, limited to the log group of enhanced monitoring.
 *
 * The policy is part of the role, because RDS checks the role while the instance is being made.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
 */
export function monitoringRole(scope: Construct, instanceIdentifier: string): iam.Role {
  const instanceArn = Stack.of(scope).formatArn({
    service: 'rds', resource: 'db', resourceName: instanceIdentifier, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  // no partition, region or account in the ARNs: a role reaches the log groups of its own account alone, and RDS writes in its region
  const resources = [LOG_GROUP, `${LOG_GROUP}:*`];
  const role = new iam.Role(scope, 'MonitoringRole', {
    description: 'Enhanced monitoring of a database instance',
    assumedBy: fromThisAccount(scope, 'monitoring.rds.amazonaws.com', instanceArn),
    inlinePolicies: {
      EnhancedMonitoring: new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({
          actions: [
            'logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:GetLogEvents',
          ],
          resources,
        })],
      }),
    },
  });
  for (const resource of resources) {
    acknowledge(role, `AwsSolutions-IAM5[Resource::${resource}]`,
      'the streams are named after instances that RDS makes; the policy is limited to the log group of enhanced monitoring, the role to one instance');
  }
  acknowledgeInlinePolicies(role);
  return role;
}
