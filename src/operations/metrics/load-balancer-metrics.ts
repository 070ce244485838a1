// What can be measured of an application load balancer and of its target groups.
import { CfnResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calculated, Measure, published, TRAFFIC_FLOOR } from './measure';
import { loadBalancerOf } from '../monitored-resource';

const NAMESPACE = 'AWS/ApplicationELB';

const ofLoadBalancer = (metricName: string): Measure => published(NAMESPACE, metricName, cloudwatch.Stats.SUM,
  (resource) => ({ LoadBalancer: resource.getAtt('LoadBalancerFullName').toString() }));

const balancerRequests = ofLoadBalancer('RequestCount');
const balancerErrors = ofLoadBalancer('HTTPCode_ELB_5XX_Count');

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export const LOAD_BALANCER_METRICS = {
  requests: balancerRequests,
  errors: balancerErrors,
  // a request for which no target could be chosen is not in RequestCount: without healthy targets there are errors and no requests
  errorRate: calculated(
    `IF(MAX([FILL(requests, 0), FILL(errors, 0)]) >= ${TRAFFIC_FLOOR}, 100 * FILL(errors, 0) / MAX([FILL(requests, 0), FILL(errors, 0)]), 0)`,
    { requests: balancerRequests, errors: balancerErrors },
  ),
};

const ofTargetGroup = (metricName: string, statistic: string): Measure => published(NAMESPACE, metricName, statistic,
  (resource) => ({ TargetGroup: resource.getAtt('TargetGroupFullName').toString(), LoadBalancer: knownLoadBalancerOf(resource) }));

const requests = ofTargetGroup('RequestCount', cloudwatch.Stats.SUM);
const errors = ofTargetGroup('HTTPCode_Target_5XX_Count', cloudwatch.Stats.SUM);

/** Metrics of a target group are published with its load balancer as a second dimension. */
export const TARGET_GROUP_METRICS = {
  requests,
  successes: ofTargetGroup('HTTPCode_Target_2XX_Count', cloudwatch.Stats.SUM),
  redirects: ofTargetGroup('HTTPCode_Target_3XX_Count', cloudwatch.Stats.SUM),
  refusals: ofTargetGroup('HTTPCode_Target_4XX_Count', cloudwatch.Stats.SUM),
  errors,
  errorRate: calculated(`IF(requests >= ${TRAFFIC_FLOOR}, 100 * FILL(errors, 0) / requests, 0)`, { requests, errors }),
  typicalResponseTime: ofTargetGroup('TargetResponseTime', cloudwatch.Stats.percentile(50)),
  slowResponseTime: ofTargetGroup('TargetResponseTime', cloudwatch.Stats.percentile(99)),
  healthy: ofTargetGroup('HealthyHostCount', cloudwatch.Stats.MINIMUM),
  unhealthy: ofTargetGroup('UnHealthyHostCount', cloudwatch.Stats.MAXIMUM),
};

/** Names found so far: a target group serves one load balancer, and each of its metrics asks for it. */
const LOAD_BALANCERS = new WeakMap<CfnResource, string>();

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html */
function knownLoadBalancerOf(targetGroup: CfnResource): string {
  const name = LOAD_BALANCERS.get(targetGroup) ?? loadBalancerOf(targetGroup);
  if (name === undefined) throw new Error(`no listener in this app forwards to target group '${targetGroup.node.path}': add it to a listener first`);
  LOAD_BALANCERS.set(targetGroup, name);
  return name;
}
