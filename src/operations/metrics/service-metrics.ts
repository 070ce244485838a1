// What can be measured of an ECS service.
import { CfnResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calculated, published } from './measure';
import { clusterNameOf } from '../monitored-resource';

const dimensions = (service: CfnResource): cloudwatch.DimensionsMap =>
  ({ ClusterName: clusterNameOf(service), ServiceName: service.getAtt('Name').toString() });

const running = published('ECS/ContainerInsights', 'RunningTaskCount', cloudwatch.Stats.AVERAGE, dimensions);
const desired = published('ECS/ContainerInsights', 'DesiredTaskCount', cloudwatch.Stats.AVERAGE, dimensions);

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
export const SERVICE_METRICS = {
  cpu: published('AWS/ECS', 'CPUUtilization', cloudwatch.Stats.AVERAGE, dimensions),
  memory: published('AWS/ECS', 'MemoryUtilization', cloudwatch.Stats.AVERAGE, dimensions),
  running,
  desired,
  // the last task that stops takes its metric along
  missing: calculated('desired - FILL(running, 0)', { desired, running }),
};
