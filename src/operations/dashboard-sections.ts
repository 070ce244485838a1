// What a dashboard shows of each kind of resource, as data.
import { CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { HTTP_API_KIND, REST_API_KIND, WEBSOCKET_API_KIND } from './alarm-rules/api-rules';
import { DATABASE } from './alarm-rules/database-rules';
import { DISTRIBUTION_KIND } from './alarm-rules/distribution-rules';
import { FILE_SYSTEM_KIND } from './alarm-rules/file-system-rules';
import { FUNCTION_KIND } from './alarm-rules/function-rules';
import { LOAD_BALANCER_KIND, TARGET_GROUP_KIND } from './alarm-rules/load-balancer-rules';
import { NAT_GATEWAY_KIND } from './alarm-rules/nat-gateway-rules';
import { QUEUE } from './alarm-rules/queue-rules';
import { MonitoredKind } from './alarm-rules/rule';
import { SERVICE } from './alarm-rules/service-rules';
import { STATE_MACHINE_KIND } from './alarm-rules/state-machine-rules';
import { TABLE_KIND } from './alarm-rules/table-rules';
import { HTTP_API_METRICS, REST_API_METRICS, WEBSOCKET_API_METRICS } from './metrics/api-metrics';
import { DATABASE_METRICS } from './metrics/database-metrics';
import { DISTRIBUTION_METRICS } from './metrics/distribution-metrics';
import { FILE_SYSTEM_METRICS } from './metrics/file-system-metrics';
import { FUNCTION_METRICS } from './metrics/function-metrics';
import { LOAD_BALANCER_METRICS, TARGET_GROUP_METRICS } from './metrics/load-balancer-metrics';
import { Measure } from './metrics/measure';
import { NAT_GATEWAY_METRICS } from './metrics/nat-gateway-metrics';
import { QUEUE_METRICS } from './metrics/queue-metrics';
import { SERVICE_METRICS } from './metrics/service-metrics';
import { STATE_MACHINE_METRICS } from './metrics/state-machine-metrics';
import { TABLE_METRICS } from './metrics/table-metrics';
import { hasAdditionalMetrics } from './monitored-resource';

const WIDTH = 24;

interface Graph {
  readonly title: string;
  /** Lines by their label. */
  readonly lines: Record<string, Measure>;
  /** What the left axis counts. */
  readonly unit?: string;
  /** Whether a resource has these metrics. @default - every one has */
  readonly appliesTo?: (resource: CfnResource) => boolean;
}

const SECTIONS = new Map<MonitoredKind, Graph[]>([
  [DISTRIBUTION_KIND, [
    { title: 'Requests a minute', lines: { requests: DISTRIBUTION_METRICS.requests } },
    { title: 'Errors', lines: { '4xx': DISTRIBUTION_METRICS.refusals, '5xx': DISTRIBUTION_METRICS.serverErrors }, unit: '%' },
    { title: 'Cache hits', lines: { 'cache hits': DISTRIBUTION_METRICS.cacheHits }, unit: '%', appliesTo: hasAdditionalMetrics },
    { title: 'Bytes a minute', lines: { downloaded: DISTRIBUTION_METRICS.downloaded, uploaded: DISTRIBUTION_METRICS.uploaded }, unit: 'bytes' },
  ]],
  [LOAD_BALANCER_KIND, [
    { title: 'Requests a minute', lines: { requests: LOAD_BALANCER_METRICS.requests } },
    { title: '5xx of the load balancer a minute', lines: { '5xx': LOAD_BALANCER_METRICS.errors } },
    { title: 'Error rate', lines: { 'error rate': LOAD_BALANCER_METRICS.errorRate }, unit: '%' },
  ]],
  [TARGET_GROUP_KIND, [
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
  ]],
  [REST_API_KIND, ofRequests(REST_API_METRICS)],
  [HTTP_API_KIND, ofRequests(HTTP_API_METRICS)],
  [WEBSOCKET_API_KIND, [
    { title: 'Connections and messages a minute', lines: { connections: WEBSOCKET_API_METRICS.connections, messages: WEBSOCKET_API_METRICS.messages } },
    { title: 'Errors a minute', lines: { clients: WEBSOCKET_API_METRICS.refusals, server: WEBSOCKET_API_METRICS.errors } },
    integration(WEBSOCKET_API_METRICS),
  ]],
  [FUNCTION_KIND, [
    { title: 'Runs a minute', lines: { 'invocations': FUNCTION_METRICS.invocations, 'errors': FUNCTION_METRICS.errors, 'turned away': FUNCTION_METRICS.throttles } },
    { title: 'Error rate', lines: { 'error rate': FUNCTION_METRICS.errorRate }, unit: '%' },
    { title: 'Duration', lines: { p50: FUNCTION_METRICS.typicalDuration, p99: FUNCTION_METRICS.slowDuration, longest: FUNCTION_METRICS.longestDuration }, unit: 'ms' },
    { title: 'Runs at once', lines: { runs: FUNCTION_METRICS.concurrency } },
  ]],
  [SERVICE, [
    { title: 'CPU', lines: { cpu: SERVICE_METRICS.cpu }, unit: '%' },
    { title: 'Memory', lines: { memory: SERVICE_METRICS.memory }, unit: '%' },
    { title: 'Tasks', lines: { running: SERVICE_METRICS.running, desired: SERVICE_METRICS.desired } },
  ]],
  [QUEUE, [
    { title: 'Messages', lines: { 'waiting': QUEUE_METRICS.waiting, 'in flight': QUEUE_METRICS.inFlight } },
    { title: 'Age of the oldest', lines: { age: QUEUE_METRICS.age }, unit: 's' },
    { title: 'Messages a minute', lines: { sent: QUEUE_METRICS.sent, done: QUEUE_METRICS.done } },
  ]],
  [DATABASE, [
    { title: 'CPU', lines: { cpu: DATABASE_METRICS.cpu }, unit: '%' },
    { title: 'Connections', lines: { connections: DATABASE_METRICS.connections } },
    { title: 'Free storage', lines: { 'free storage': DATABASE_METRICS.freeStorage }, unit: 'bytes' },
    { title: 'I/O operations a second', lines: { reads: DATABASE_METRICS.reads, writes: DATABASE_METRICS.writes } },
    { title: 'Free memory', lines: { 'free memory': DATABASE_METRICS.freeMemory }, unit: 'bytes' },
  ]],
  [FILE_SYSTEM_KIND, [
    { title: 'Bytes a minute', lines: { read: FILE_SYSTEM_METRICS.read, written: FILE_SYSTEM_METRICS.written }, unit: 'bytes' },
    { title: 'I/O limit', lines: { 'I/O limit': FILE_SYSTEM_METRICS.ioLimit }, unit: '%' },
    { title: 'Connections', lines: { connections: FILE_SYSTEM_METRICS.connections } },
  ]],
  [TABLE_KIND, [
    { title: 'Capacity units a minute', lines: { read: TABLE_METRICS.consumedReads, written: TABLE_METRICS.consumedWrites } },
    { title: 'Requests turned away a minute', lines: { reads: TABLE_METRICS.readThrottles, writes: TABLE_METRICS.writeThrottles } },
  ]],
  [NAT_GATEWAY_KIND, [
    { title: 'Bytes a minute', lines: { sent: NAT_GATEWAY_METRICS.sent, received: NAT_GATEWAY_METRICS.received }, unit: 'bytes' },
    { title: 'Connections', lines: { connections: NAT_GATEWAY_METRICS.connections } },
    { title: 'Errors a minute', lines: { 'no port left': NAT_GATEWAY_METRICS.portErrors, 'packets dropped': NAT_GATEWAY_METRICS.dropped } },
  ]],
  [STATE_MACHINE_KIND, [
    {
      title: 'Runs a minute',
      lines: {
        'started': STATE_MACHINE_METRICS.started, 'succeeded': STATE_MACHINE_METRICS.succeeded, 'failed': STATE_MACHINE_METRICS.failed, 'timed out': STATE_MACHINE_METRICS.timedOut,
      },
    },
    { title: 'Duration', lines: { longest: STATE_MACHINE_METRICS.longestRun }, unit: 'ms' },
  ]],
]);

/** What is shown of an API that answers requests. */
function ofRequests(metrics: typeof REST_API_METRICS): Graph[] {
  return [
    { title: 'Requests a minute', lines: { requests: metrics.requests } },
    { title: 'Errors a minute', lines: { '4xx': metrics.refusals, '5xx': metrics.errors } },
    { title: 'Latency', lines: { p50: metrics.typicalLatency, p99: metrics.slowLatency }, unit: 'ms' },
    integration(metrics),
  ];
}

function integration({ typicalIntegration, slowIntegration }: Pick<typeof REST_API_METRICS, 'typicalIntegration' | 'slowIntegration'>): Graph {
  return { title: 'Latency of the integration', lines: { p50: typicalIntegration, p99: slowIntegration }, unit: 'ms' };
}

/** A heading of the dashboard. */
export function heading(title: string): cloudwatch.IWidget {
  return new cloudwatch.TextWidget({ markdown: `## ${title}`, width: WIDTH, height: 1, background: cloudwatch.TextWidgetBackground.TRANSPARENT });
}

/** Graphs of a resource, in one row. */
export function graphsOf(resource: CfnResource, kind: MonitoredKind): cloudwatch.IWidget[] {
  const graphs = SECTIONS.get(kind)!.filter(({ appliesTo }) => appliesTo?.(resource) ?? true);
  return graphs.map(({ title, lines, unit }) => new cloudwatch.GraphWidget({
    title,
    left: Object.entries(lines).map(([label, measure]) => measure(resource, Duration.minutes(1)).with({ label })),
    leftYAxis: { min: 0, label: unit, showUnits: false },
    width: Math.floor(WIDTH / graphs.length),
    region: kind.region ?? Stack.of(resource).region,
  }));
}

/** A graph of metrics of the app's own. */
export function graphOf(title: string, metrics: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, left: metrics, width: WIDTH });
}
