// Alarms of application load balancers and of their target groups.
import { CfnResource, Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { LOAD_BALANCER_METRICS, TARGET_GROUP_METRICS } from '../metrics/load-balancer-metrics';
import { knownText, LOAD_BALANCER, loadBalancerOf, TARGET_GROUP } from '../monitored-resource';

const serverErrors = AlarmThreshold.percent(5, { period: Duration.minutes(5), periods: 3, datapoints: 2 });

/** Network and gateway load balancers speak no HTTP. */
const isApplication = (loadBalancer: CfnResource): boolean => ['application', undefined].includes(knownText(loadBalancer, 'Type'));
const speaksHttp = (targetGroup: CfnResource): boolean => ['HTTP', 'HTTPS', undefined].includes(knownText(targetGroup, 'Protocol'))
  && knownText(targetGroup, 'TargetType') !== 'lambda';

export const LOAD_BALANCER_KIND: MonitoredKind = {
  name: 'application load balancer',
  type: LOAD_BALANCER,
  thresholds: 'loadBalancer',
  includes: isApplication,
  consolePage: (loadBalancer, region) => `ec2/home?region=${region}#LoadBalancer:loadBalancerArn=${loadBalancer.ref}`,
  rules: [
    {
      id: 'ServerErrors',
      standard: serverErrors,
      units: ['percent'],
      measure: LOAD_BALANCER_METRICS.errorRate,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The load balancer itself answers requests with 5xx, as it does where no target is healthy or a target hangs up',
      firstCheck: 'whether each target group has healthy targets',
    },
  ],
};

export const TARGET_GROUP_KIND: MonitoredKind = {
  name: 'target group',
  type: TARGET_GROUP,
  thresholds: 'loadBalancer',
  includes: speaksHttp,
  obstacle: (targetGroup) => (loadBalancerOf(targetGroup) === undefined ? 'no listener in this app forwards to it' : undefined),
  consolePage: (targetGroup, region) => `ec2/home?region=${region}#TargetGroup:targetGroupArn=${targetGroup.ref}`,
  rules: [
    {
      id: 'ServerErrors',
      standard: serverErrors,
      units: ['percent'],
      measure: TARGET_GROUP_METRICS.errorRate,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Targets answer requests with 5xx',
      firstCheck: 'errors in the log of the service, then its last deployment',
    },
    {
      id: 'ResponseTime',
      standard: AlarmThreshold.seconds(3, { period: Duration.minutes(5), periods: 3 }),
      units: ['seconds'],
      measure: TARGET_GROUP_METRICS.slowResponseTime,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'The slowest of a hundred requests takes too long',
      firstCheck: 'CPU of the service and of its database, then slow queries',
    },
    {
      id: 'UnhealthyTargets',
      standard: AlarmThreshold.count(0, { period: Duration.minutes(1), periods: 3 }),
      units: ['count'],
      measure: TARGET_GROUP_METRICS.unhealthy,
      comparison: ABOVE,
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'Targets fail their health check',
      firstCheck: 'the reason that the target group gives for each unhealthy target',
    },
  ],
};
