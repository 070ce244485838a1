// What can be measured of a NAT gateway.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Measure, published } from './measure';

const ofGateway = (metricName: string, statistic: string): Measure =>
  published('AWS/NATGateway', metricName, statistic, (gateway) => ({ NatGatewayId: gateway.ref }));

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html */
export const NAT_GATEWAY_METRICS = {
  sent: ofGateway('BytesOutToDestination', cloudwatch.Stats.SUM),
  received: ofGateway('BytesInFromDestination', cloudwatch.Stats.SUM),
  connections: ofGateway('ActiveConnectionCount', cloudwatch.Stats.MAXIMUM),
  portErrors: ofGateway('ErrorPortAllocation', cloudwatch.Stats.SUM),
  dropped: ofGateway('PacketsDropCount', cloudwatch.Stats.SUM),
};
