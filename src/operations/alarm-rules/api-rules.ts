// Alarms of APIs of API Gateway: REST, HTTP and WebSocket.
import { CfnResource, Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, AlarmRule, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { HTTP_API_METRICS, REST_API_METRICS, restApiName, WEBSOCKET_API_METRICS } from '../metrics/api-metrics';
import { Measure } from '../metrics/measure';
import { API, knownText, REST_API } from '../monitored-resource';

/** What each kind of API should have, over its own metrics. */
function rulesOver(errors: Measure, latency: Measure): AlarmRule[] {
  return [
    {
      id: 'ServerErrors',
      standard: AlarmThreshold.count(10, { period: Duration.minutes(5), periods: 1 }),
      units: ['count'],
      measure: errors,
      comparison: ABOVE,
      // nobody calls it
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The API answers with 5xx',
      firstCheck: 'errors and time-outs in the log of the function behind it, then the execution log of the API',
    },
    {
      id: 'Latency',
      standard: AlarmThreshold.seconds(5, { period: Duration.minutes(5), periods: 3 }),
      units: ['seconds'],
      measure: latency,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The slowest of a hundred requests takes too long',
      firstCheck: 'the duration of the function behind it, and cold starts after a deployment',
      limit: ({ value }) => Math.round(value * 1000),
    },
  ];
}

// one that is imported from a definition says no protocol, and speaks HTTP
const speaksWebSocket = (api: CfnResource): boolean => knownText(api, 'ProtocolType') === 'WEBSOCKET';
const page = (api: CfnResource, region: string): string => `apigateway/main/api-detail?api=${api.ref}&region=${region}`;

export const REST_API_KIND: MonitoredKind = {
  name: 'REST API',
  type: REST_API,
  thresholds: 'api',
  obstacle: (api) => (restApiName(api) === undefined ? 'it had no name, under which CloudWatch keeps its metrics,' : undefined),
  consolePage: (api, region) => `apigateway/main/apis/${api.ref}/resources?api=${api.ref}&region=${region}`,
  rules: rulesOver(REST_API_METRICS.errors, REST_API_METRICS.slowLatency),
};

export const HTTP_API_KIND: MonitoredKind = {
  name: 'HTTP API',
  type: API,
  thresholds: 'api',
  includes: (api) => !speaksWebSocket(api),
  consolePage: page,
  rules: rulesOver(HTTP_API_METRICS.errors, HTTP_API_METRICS.slowLatency),
};

export const WEBSOCKET_API_KIND: MonitoredKind = {
  name: 'WebSocket API',
  type: API,
  thresholds: 'api',
  includes: speaksWebSocket,
  consolePage: page,
  rules: rulesOver(WEBSOCKET_API_METRICS.errors, WEBSOCKET_API_METRICS.slowIntegration),
};
