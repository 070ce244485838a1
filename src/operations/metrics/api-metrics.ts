// What can be measured of APIs of API Gateway: REST, HTTP and WebSocket, each of which has names of its own for it.
import { CfnResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calculated, Measure, published } from './measure';
import { property } from '../monitored-resource';

const NAMESPACE = 'AWS/ApiGateway';
const { SUM } = cloudwatch.Stats;
const [P50, P99] = [50, 99].map((percentile) => cloudwatch.Stats.percentile(percentile));

// metrics of a REST API bear its name, those of the others their id
const ofRestApi = (metricName: string, statistic: string): Measure =>
  published(NAMESPACE, metricName, statistic, (api) => ({ ApiName: nameOf(api) }));
const ofApi = (metricName: string, statistic: string): Measure =>
  published(NAMESPACE, metricName, statistic, (api) => ({ ApiId: api.ref }));

/** The name of a REST API, undefined where only its imported definition has it. */
export function restApiName(api: CfnResource): string | undefined {
  const name = property(api, 'Name');
  return name === undefined ? undefined : String(name);
}

function nameOf(api: CfnResource): string {
  const name = restApiName(api);
  if (name === undefined) throw new Error(`REST API '${api.node.path}' has no name, under which CloudWatch keeps its metrics: give it one`);
  return name;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export const REST_API_METRICS = {
  requests: ofRestApi('Count', SUM),
  refusals: ofRestApi('4XXError', SUM),
  errors: ofRestApi('5XXError', SUM),
  typicalLatency: ofRestApi('Latency', P50),
  slowLatency: ofRestApi('Latency', P99),
  typicalIntegration: ofRestApi('IntegrationLatency', P50),
  slowIntegration: ofRestApi('IntegrationLatency', P99),
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
export const HTTP_API_METRICS = {
  requests: ofApi('Count', SUM),
  refusals: ofApi('4xx', SUM),
  errors: ofApi('5xx', SUM),
  typicalLatency: ofApi('Latency', P50),
  slowLatency: ofApi('Latency', P99),
  typicalIntegration: ofApi('IntegrationLatency', P50),
  slowIntegration: ofApi('IntegrationLatency', P99),
};

const [execution, integration] = ['ExecutionError', 'IntegrationError'].map((name) => ofApi(name, SUM));

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html */
export const WEBSOCKET_API_METRICS = {
  connections: ofApi('ConnectCount', SUM),
  messages: ofApi('MessageCount', SUM),
  refusals: ofApi('ClientError', SUM),
  // the integration answers with an error, or API Gateway cannot call it; each is published only while there are some
  errors: calculated('FILL(integration, 0) + FILL(execution, 0)', { integration, execution }),
  typicalIntegration: ofApi('IntegrationLatency', P50),
  slowIntegration: ofApi('IntegrationLatency', P99),
};
