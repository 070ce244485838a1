// [internal] Scaling on requests for each task, over one target group or two.
import { Duration } from 'aws-cdk-lib';
import { CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ContainerService } from '../compute/container-service';

/**
 * Keep the requests a minute for each task at a number.
 *
 * With two target groups the metric that ECS offers does not do: it stands still when traffic has moved to the other group. The sum of both does, as the one that is
 * not in use adds nothing, and while traffic shifts both have as many tasks. The policy keeps its id, so that a service may change its strategy.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
 */
export function scaleOnRequests(id: string, service: ContainerService, requestsPerTask: number, targetGroups: elbv2.ApplicationTargetGroup[]): void {
  const [targetGroup] = targetGroups;
  service.scalableTaskCount.scaleOnRequestCount(id, {
    targetGroup,
    requestsPerTarget: requestsPerTask,
    scaleOutCooldown: Duration.seconds(60),
    scaleInCooldown: Duration.seconds(300),
  });
  if (targetGroups.length === 1) return;
  const policy = service.scalableTaskCount.node.findChild('Target').node.findChild(id).node.defaultChild as CfnScalingPolicy;
  const { predefinedMetricSpecification: _, ...configuration } =
    policy.targetTrackingScalingPolicyConfiguration as CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty;
  const names = targetGroups.map((__, index) => `requests${index}`);
  policy.targetTrackingScalingPolicyConfiguration = {
    ...configuration,
    customizedMetricSpecification: {
      metrics: [
        ...targetGroups.map((group, index) => ({ id: names[index], returnData: false, metricStat: requestsOf(group) })),
        // a group without targets may have no values at all
        { id: 'sum', returnData: true, label: 'Requests for each task', expression: names.map((name) => `FILL(${name}, 0)`).join(' + ') },
      ],
    },
  };
}

function requestsOf(group: elbv2.ApplicationTargetGroup): CfnScalingPolicy.TargetTrackingMetricStatProperty {
  const { namespace, metricName, dimensions = [] } = group.metrics.requestCountPerTarget().toMetricConfig().metricStat!;
  return {
    stat: 'Sum',
    metric: { namespace, metricName, dimensions: dimensions.map(({ name, value }) => ({ name, value: String(value) })) },
  };
}
