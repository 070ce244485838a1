import { Aws, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as rds from 'aws-cdk-lib/aws-rds';
import { databaseStack } from './plain-network';
import { PrivatePostgresOptions } from '../../src';

const groups = (options: PrivatePostgresOptions = {}) => Object.entries(
  Template.fromStack(databaseStack(options).stack).findResources('AWS::RDS::DBParameterGroup'),
).map(([id, { Properties }]) => ({ id, ...Properties }));

describe('the parameter group', () => {
  test('requires TLS, logs statements of a second and more, and no others', () => {
    expect(groups()).toEqual([{
      id: 'DatabaseParameterspostgres1790770A0D',
      Description: 'TLS required, slow statements logged',
      Family: 'postgres17',
      Parameters: { 'rds.force_ssl': '1', 'log_min_duration_statement': '1000', 'log_statement': 'none' },
    }]);
  });

  test('of another major version is another, beside the first', () => {
    expect(groups({ version: rds.PostgresEngineVersion.VER_18 })).toMatchObject([{ id: expect.stringMatching(/^DatabaseParameterspostgres18/), Family: 'postgres18' }]);
  });

  test('stays the same for another minor version', () => {
    expect(groups({ version: rds.PostgresEngineVersion.of('17.6', '17') })[0].id).toBe(groups()[0].id);
  });

  test('takes further parameters, and another threshold', () => {
    expect(groups({ slowQueryThreshold: Duration.millis(250), parameters: { 'work_mem': '8192', 'log_statement': 'ddl', 'rds.force_ssl': '1' } })[0].Parameters).toEqual({
      'work_mem': '8192', 'log_statement': 'ddl', 'rds.force_ssl': '1', 'log_min_duration_statement': '250',
    });
  });

  test('fails to allow connections without TLS', () => {
    expect(() => databaseStack({ parameters: { 'rds.force_ssl': '0' } })).toThrow(
      "'parameters' must not switch off 'rds.force_ssl', got '0': connections without TLS would carry the password in the clear, let clients use sslmode=require",
    );
  });

  test('fails on a token, which could allow them', () => {
    expect(() => databaseStack({ parameters: { 'rds.force_ssl': Aws.REGION } })).toThrow("'parameters' must not switch off 'rds.force_ssl', got 'a token': ");
  });

  test('fails to take the threshold twice', () => {
    expect(() => databaseStack({ parameters: { log_min_duration_statement: '1' } })).toThrow(
      "'parameters' must not hold 'log_min_duration_statement', got '1': use slowQueryThreshold",
    );
  });
});
