// Alarms of NAT gateways.
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { NAT_GATEWAY_METRICS } from '../metrics/nat-gateway-metrics';
import { NAT_GATEWAY } from '../monitored-resource';

export const NAT_GATEWAY_KIND: MonitoredKind = {
  name: 'NAT gateway',
  type: NAT_GATEWAY,
  thresholds: 'natGateway',
  consolePage: (gateway, region) => `vpcconsole/home?region=${region}#NatGatewayDetails:natGatewayId=${gateway.ref}`,
  rules: [
    {
      id: 'PortErrors',
      standard: AlarmThreshold.count(0, { period: Duration.minutes(5), periods: 1 }),
      units: ['count'],
      measure: NAT_GATEWAY_METRICS.portErrors,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Connections to the internet are refused, as too many lead to one address',
      firstCheck: 'which tasks open a connection for each request instead of keeping it, then endpoints for the AWS services they call',
    },
  ],
};
