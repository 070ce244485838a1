// What a measure is: a metric of one resource, for alarms and dashboards alike.
import { CfnResource, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** A metric of a resource over periods of a length. */
export type Measure = (resource: CfnResource, period: Duration) => cloudwatch.Metric | cloudwatch.MathExpression;

/** Requests in a period below which a rate counts as 0: one failure of three requests is no outage. */
export const TRAFFIC_FLOOR = 20;

/** A measure that AWS publishes under one name. */
export function published(
  namespace: string, metricName: string, statistic: string, dimensions: (resource: CfnResource) => cloudwatch.DimensionsMap,
): Measure {
  return (resource, period) => new cloudwatch.Metric({ namespace, metricName, statistic, period, dimensionsMap: dimensions(resource) });
}

/** A measure calculated from others, each under its name in the expression. */
export function calculated(expression: string, parts: Record<string, Measure>): Measure {
  return (resource, period) => new cloudwatch.MathExpression({
    expression,
    period,
    usingMetrics: Object.fromEntries(Object.entries(parts).map(([name, measure]) => [name, measure(resource, period)])),
  });
}
