// What a dashboard shows of each kind of resource, as data.
import { CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { MonitoredKind } from './alarm-rules/rule';
import { DATABASE_METRICS } from './metrics/database-metrics';
import { FILE_SYSTEM_METRICS } from './metrics/file-system-metrics';
import { LOAD_BALANCER_METRICS, TARGET_GROUP_METRICS } from './metrics/load-balancer-metrics';
import { Measure } from './metrics/measure';
import { QUEUE_METRICS } from './metrics/queue-metrics';
import { SERVICE_METRICS } from './metrics/service-metrics';
import { TABLE_METRICS } from './metrics/table-metrics';
import { DB_INSTANCE, ECS_SERVICE, FILE_SYSTEM, LOAD_BALANCER, SQS_QUEUE, TABLE, TARGET_GROUP } from './monitored-resource';

const WIDTH = 24;

interface Graph {
  readonly title: string;
  /** Lines by their label. */
  readonly lines: Record<string, Measure>;
  /** What the left axis counts. */
  readonly unit?: string;
}

const SECTIONS: Record<string, Graph[]> = {
  [LOAD_BALANCER]: [
    { title: 'Requests a minute', lines: { requests: LOAD_BALANCER_METRICS.requests } },
    { title: '5xx of the load balancer a minute', lines: { '5xx': LOAD_BALANCER_METRICS.errors } },
    { title: 'Error rate', lines: { 'error rate': LOAD_BALANCER_METRICS.errorRate }, unit: '%' },
  ],
  [TARGET_GROUP]: [
    { title: 'Requests a minute', lines: { requests: TARGET_GROUP_METRICS.requests } },
    {
      title: 'Answers a minute by HTTP code',
      lines: {
        '2xx': TARGET_GROUP_METRICS.successes, '3xx': TARGET_GROUP_METRICS.redirects, '4xx': TARGET_GROUP_METRICS.refusals, '5xx': TARGET_GROUP_METRICS.errors,
      },
    },
    { title: 'Error rate', lines: { 'error rate': TARGET_GROUP_METRICS.errorRate }, unit: '%' },
    { title: 'Response time', lines: { p50: TARGET_GROUP_METRICS.typicalResponseTime, p99: TARGET_GROUP_METRICS.slowResponseTime }, unit: 's' },
    { title: 'Targets', lines: { healthy: TARGET_GROUP_METRICS.healthy, unhealthy: TARGET_GROUP_METRICS.unhealthy } },
  ],
  [ECS_SERVICE]: [
    { title: 'CPU', lines: { cpu: SERVICE_METRICS.cpu }, unit: '%' },
    { title: 'Memory', lines: { memory: SERVICE_METRICS.memory }, unit: '%' },
    { title: 'Tasks', lines: { running: SERVICE_METRICS.running, desired: SERVICE_METRICS.desired } },
  ],
  [SQS_QUEUE]: [
    { title: 'Messages', lines: { 'waiting': QUEUE_METRICS.waiting, 'in flight': QUEUE_METRICS.inFlight } },
    { title: 'Age of the oldest', lines: { age: QUEUE_METRICS.age }, unit: 's' },
    { title: 'Messages a minute', lines: { sent: QUEUE_METRICS.sent, done: QUEUE_METRICS.done } },
  ],
  [DB_INSTANCE]: [
    { title: 'CPU', lines: { cpu: DATABASE_METRICS.cpu }, unit: '%' },
    { title: 'Connections', lines: { connections: DATABASE_METRICS.connections } },
    { title: 'Free storage', lines: { 'free storage': DATABASE_METRICS.freeStorage }, unit: 'bytes' },
    { title: 'I/O operations a second', lines: { reads: DATABASE_METRICS.reads, writes: DATABASE_METRICS.writes } },
    { title: 'Free memory', lines: { 'free memory': DATABASE_METRICS.freeMemory }, unit: 'bytes' },
  ],
  [FILE_SYSTEM]: [
    { title: 'Bytes a minute', lines: { read: FILE_SYSTEM_METRICS.read, written: FILE_SYSTEM_METRICS.written }, unit: 'bytes' },
    { title: 'I/O limit', lines: { 'I/O limit': FILE_SYSTEM_METRICS.ioLimit }, unit: '%' },
    { title: 'Connections', lines: { connections: FILE_SYSTEM_METRICS.connections } },
  ],
  [TABLE]: [
    { title: 'Capacity units a minute', lines: { read: TABLE_METRICS.consumedReads, written: TABLE_METRICS.consumedWrites } },
    { title: 'Requests turned away a minute', lines: { reads: TABLE_METRICS.readThrottles, writes: TABLE_METRICS.writeThrottles } },
  ],
};

/** A heading of the dashboard. */
export function heading(title: string): cloudwatch.IWidget {
  return new cloudwatch.TextWidget({ markdown: `## ${title}`, width: WIDTH, height: 1, background: cloudwatch.TextWidgetBackground.TRANSPARENT });
}

/** Graphs of a resource, in one row. */
export function graphsOf(resource: CfnResource, kind: MonitoredKind): cloudwatch.IWidget[] {
  const graphs = SECTIONS[kind.type];
  return graphs.map(({ title, lines, unit }) => new cloudwatch.GraphWidget({
    title,
    left: Object.entries(lines).map(([label, measure]) => measure(resource, Duration.minutes(1)).with({ label })),
    leftYAxis: { min: 0, label: unit, showUnits: false },
    width: Math.floor(WIDTH / graphs.length),
    region: Stack.of(resource).region,
  }));
}

/** A graph of metrics of the app's own. */
export function graphOf(title: string, metrics: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, left: metrics, width: WIDTH });
}
