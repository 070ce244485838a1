// [internal] What ECS needs to shift the traffic of a route: a second target group, rules that know both, a role.
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';

/** The two target groups of a route. */
export interface TargetPair {
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  readonly alternateTargetGroup: elbv2.ApplicationTargetGroup;
}

/**
 * All requests to one of two groups, as a service begins. ECS changes the weights with each deployment, so the rule is the same for every strategy that has two groups, and
 * CloudFormation, which only touches what has changed in the template, leaves them to ECS.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 */
export function allTo(targetGroup: elbv2.ApplicationTargetGroup, other: elbv2.ApplicationTargetGroup): elbv2.ListenerAction {
  return elbv2.ListenerAction.weightedForward([{ targetGroup, weight: 100 }, { targetGroup: other, weight: 0 }]);
}

/** The second target group as ECS is told of it, and the role by which it moves tasks and traffic. */
export function alternateTarget(
  scope: Construct, { targetGroup, alternateTargetGroup }: TargetPair, rule: elbv2.ApplicationListenerRule, testRule?: elbv2.ApplicationListenerRule,
): { readonly target: ecs.AlternateTarget; readonly role: iam.Role } {
  const role = deploymentRole(scope, [targetGroup, alternateTargetGroup], testRule ? [rule, testRule] : [rule]);
  const target = new ecs.AlternateTarget('Alternate', {
    alternateTargetGroup,
    productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(rule),
    testListener: testRule && ecs.ListenerRuleConfiguration.applicationListenerRule(testRule),
    role,
  });
  return { target, role };
}

/**
 * In place of the policy of AWS, which changes every listener, rule and target group of the account.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
function deploymentRole(scope: Construct, groups: elbv2.ApplicationTargetGroup[], rules: elbv2.ApplicationListenerRule[]): iam.Role {
  const role = new iam.Role(scope, 'DeploymentRole', {
    description: 'Moves the traffic of a route between two target groups',
    // without a condition on the account: AWS documents none for this role, and one that ECS did not meet would stop every deployment
    assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
  });
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['DescribeListeners', 'DescribeRules', 'DescribeTargetGroups', 'DescribeTargetHealth'].map((action) => `elasticloadbalancing:${action}`),
    resources: ['*'],
  }));
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
    resources: groups.map(({ targetGroupArn }) => targetGroupArn),
  }));
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['elasticloadbalancing:ModifyRule'],
    resources: rules.map(({ listenerRuleArn }) => listenerRuleArn),
  }));
  acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
    'the descriptions of load balancers have no resource level; what the role changes is limited to the rules and target groups of one route');
  acknowledgeInlinePolicies(role);
  return role;
}
