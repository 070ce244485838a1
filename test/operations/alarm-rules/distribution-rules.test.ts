import { App, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmsIn, graphsIn, inShort } from './fixture';
import { AlarmThreshold, AlertTopic, StandardAlarms } from '../../../src';
import { FLAG_SETS, testApp, testStack } from '../../harness';
import { warningsOf } from '../fixture';

const account = '111111111111';
const EDGE = { account, region: 'us-east-1' };
const siteIn = (stack: Stack, props: Partial<cloudfront.DistributionProps> = {}): cloudfront.Distribution =>
  new cloudfront.Distribution(stack, 'Site', { defaultBehavior: { origin: new HttpOrigin('example.com') }, ...props });
const ALARM = 'IF(requests >= 20, FILL(rate, 0), 0), requests: AWS/CloudFront Requests Sum of DistributionId=Site Region=Global, '
  + 'rate: AWS/CloudFront 5xxErrorRate Average of DistributionId=Site Region=Global GreaterThan 5; 2 of 2 x 300 s; notBreaching';

describe.each(FLAG_SETS)('in us-east-1 with %s', (_, flags) => {
  test('a distribution has an alarm on the share of 5xx, from 20 requests on', () => {
    const stack = new Stack(new App({ context: flags }), 'Stack', { env: EDGE });
    siteIn(stack);
    expect(alarmsIn(stack)).toEqual([ALARM]);
  });
});

test('its threshold is a share', () => {
  const stack = testStack({}, EDGE);
  siteIn(stack);
  expect(alarmsIn(stack, { thresholds: { distribution: { serverErrors: AlarmThreshold.percent(1, { periods: 1 }) } } })).toEqual([
    ALARM.replace('GreaterThan 5; 2 of 2', 'GreaterThan 1; 1 of 1'),
  ]);
});

test.each([['eu-west-1', 'eu-west-1'], ['the region of their deployment', undefined]])('alarms in %s would never have data: there is none, and a warning', (shown, region) => {
  const stack = testStack({}, region === undefined ? undefined : { account, region });
  const site = siteIn(stack);
  expect(new StandardAlarms(stack, 'Alarms', { alerts: AlertTopic.fromTopic(new sns.Topic(stack, 'Topic')) }).monitor(site)).toEqual([]);
  expect(warningsOf(stack)).toEqual(["StandardAlarmsNotMonitored: CloudFront distribution 'Stack/Site/Resource' has no alarms, "
    + `as CloudWatch keeps its metrics in us-east-1, and these alarms are in ${shown}: monitor it by StandardAlarms of a stack there`]);
});

test('a distribution of another region is monitored from us-east-1', () => {
  const app = testApp();
  const site = siteIn(new Stack(app, 'Site', { env: { account, region: 'eu-west-1' }, crossRegionReferences: true }));
  const stack = new Stack(app, 'Edge', { env: EDGE, crossRegionReferences: true });
  expect(new StandardAlarms(stack, 'Alarms').monitor(site)).toHaveLength(1);
  expect(() => app.synth()).not.toThrow();
});

test('the warning of alarms elsewhere ends with that', () => {
  const app = testApp();
  const here = new Stack(app, 'Site', { env: { account, region: 'eu-west-1' }, crossRegionReferences: true });
  const edge = new Stack(app, 'Edge', { env: EDGE, crossRegionReferences: true });
  const site = siteIn(here);
  const alerts = AlertTopic.fromTopic(new sns.Topic(here, 'Topic'));
  new StandardAlarms(here, 'Alarms', { alerts }).monitor(site);
  new StandardAlarms(edge, 'Alarms', { alerts: AlertTopic.fromTopic(new sns.Topic(edge, 'Topic')) }).monitor(site);
  expect([...warningsOf(here), ...warningsOf(edge)]).toEqual([]);
});

test('but not one of another account', () => {
  const app = testApp();
  const site = siteIn(new Stack(app, 'Site', { env: { account: '222222222222', region: 'eu-west-1' } }));
  expect(() => new StandardAlarms(new Stack(app, 'Edge', { env: EDGE }), 'Alarms').monitor(site)).toThrow(
    "'Site/Site/Resource' is in account 222222222222, its alarms would be in 111111111111: alarms see the metrics of their own account, define StandardAlarms in a stack there");
});

const [REQUESTS, ERRORS, CACHE_HITS, BYTES] = [
  'Requests a minute (us-east-1): Requests', 'Errors (us-east-1): 4xxErrorRate, 5xxErrorRate', 'Cache hits (us-east-1): CacheHitRate',
  'Bytes a minute (us-east-1): BytesDownloaded, BytesUploaded',
];

test('a dashboard of any region shows requests, errors and bytes', () => {
  const stack = testStack();
  siteIn(stack);
  expect(graphsIn(stack)).toEqual([REQUESTS, ERRORS, BYTES]);
  expect(inShort(stack)).toEqual([]);
});

describe('cache hits are shown', () => {
  const subscribe = (scope: Construct, distribution: cloudfront.IDistribution, realtimeMetricsSubscriptionStatus: string) =>
    new cloudfront.CfnMonitoringSubscription(scope, 'Metrics', {
      distributionId: distribution.distributionId,
      monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus } },
    });

  test('of a distribution that publishes the additional metrics', () => {
    const stack = testStack();
    siteIn(stack, { publishAdditionalMetrics: true });
    expect(graphsIn(stack)).toEqual([REQUESTS, ERRORS, CACHE_HITS, BYTES]);
  });

  test.each([['Enabled', [REQUESTS, ERRORS, CACHE_HITS, BYTES]], ['Disabled', [REQUESTS, ERRORS, BYTES]]])('or not, by a subscription in another stack that is %s', (status, graphs) => {
    const app = testApp();
    const stack = new Stack(app, 'Site', { env: EDGE });
    subscribe(new Stack(app, 'Metrics', { env: EDGE }), siteIn(stack), status);
    expect(graphsIn(stack)).toEqual(graphs);
  });

  test('of no distribution beside it', () => {
    const stack = testStack();
    siteIn(stack);
    siteIn(new Stack(stack.node.root as App, 'Other'), { publishAdditionalMetrics: true });
    expect(graphsIn(stack)).toEqual([REQUESTS, ERRORS, BYTES]);
  });
});
