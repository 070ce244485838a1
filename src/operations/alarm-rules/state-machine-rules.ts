// Alarms of state machines of Step Functions, standard and express.
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ABOVE, MonitoredKind } from './rule';
import { AlarmThreshold } from '../alarm-threshold';
import { STATE_MACHINE_METRICS } from '../metrics/state-machine-metrics';
import { STATE_MACHINE, waitsForCustomResources } from '../monitored-resource';

export const STATE_MACHINE_KIND: MonitoredKind = {
  name: 'state machine',
  type: STATE_MACHINE,
  thresholds: 'stateMachine',
  // these run while a stack is deployed, and it is the deployment that fails with them
  includes: (machine) => !waitsForCustomResources(machine),
  consolePage: (machine, region) => `states/home?region=${region}#/statemachines/view/${machine.ref}`,
  rules: [
    {
      id: 'Failures',
      standard: AlarmThreshold.count(0, { period: Duration.minutes(5), periods: 1 }),
      units: ['count'],
      measure: STATE_MACHINE_METRICS.failures,
      comparison: ABOVE,
      // nobody starts it
      missing: TreatMissingData.NOT_BREACHING,
      meaning: 'A run of the state machine failed or took too long, and its work is not done',
      firstCheck: 'the state in which it ended and the error there: in its log, for a standard workflow also in its executions; then start it anew',
    },
  ],
};
