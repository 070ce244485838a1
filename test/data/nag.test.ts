import { Duration } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { databaseStack } from './plain-network';
import { PrivatePostgresOptions } from '../../src';

const cases: Array<['dev' | 'staging' | 'prod', string, PrivatePostgresOptions]> = [
  ['dev', 'as it is', {}],
  ['staging', 'as it is', {}],
  ['prod', 'as it is', {}],
  ['prod', 'restored from a snapshot', { snapshotIdentifier: 'snapshot', generation: 2 }],
  ['prod', 'on another port', { port: 6432 }],
  ['prod', 'without rotation, standby and protection', { secretRotation: Duration.days(0), multiAz: false, deletionProtection: false }],
];

test.each(cases)('AwsSolutions has nothing against a database in %s, %s', (profile, _, options) => {
  const { app, database } = databaseStack(options, profile);
  app.synth();
  expect(new AwsSolutionsChecks(app).validateScope(database).violations).toEqual([]);
});
