import { databaseStack } from './plain-network';
import { nagFindings } from '../../integ/security/rule-packs';
import { PrivatePostgresOptions } from '../../src';

const cases: Array<['dev' | 'staging' | 'prod', string, PrivatePostgresOptions]> = [
  ['dev', 'as it is', {}],
  ['staging', 'as it is', {}],
  ['prod', 'as it is', {}],
  ['prod', 'restored from a snapshot', { snapshotIdentifier: 'snapshot', generation: 2 }],
  ['prod', 'on another port', { port: 6432 }],
  ['dev', 'behind a proxy', { proxy: {} }],
  ['prod', 'behind a proxy', { proxy: {} }],
];

test.each(cases)('no rule pack has anything against a database in %s, %s', (profile, _, options) => {
  const { app, database } = databaseStack(options, profile);
  app.synth();
  expect(nagFindings(database)).toEqual([]);
});
