// The examples are guarded by the locks beside them; what those catch is shown on their own templates.
import * as fs from 'fs';
import * as path from 'path';
import { IPolicyValidationContext, PolicyViolation } from 'aws-cdk-lib';
import { AlteredAssembly } from './stateful-lock-assembly';
import { exampleContext, exampleNames, loadExample, PROFILES } from '../../integ/example-app';
import { exampleLock, lockFiles, validationContext } from '../../integ/example-locks';
import { StatefulLock } from '../../src';

const lockOf = (example: string): string => lockFiles(example).find((file) => path.basename(path.dirname(file)) === example)!;
const findings = (example: string, context: IPolicyValidationContext): PolicyViolation[] =>
  new StatefulLock({ lockFile: lockOf(example) }).validate(context).violations;
const said = (violations: readonly PolicyViolation[]): string[] =>
  violations.map(({ ruleName, severity, description }) => `${ruleName} ${severity}: ${description}`);

describe.each(exampleNames())('%s', (example) => {
  test.each(lockFiles(example).map((file) => path.basename(path.dirname(file))))('the lock of %s is up to date: `node --import tsx integ/example-locks.ts` writes it', (folder) => {
    expect(fs.readFileSync(path.join(path.dirname(lockOf(example)), '..', folder, 'stateful.lock.json'), 'utf8')).toBe(exampleLock(example));
  });

  test.each(PROFILES)('its lock says nothing of it in %s', (profile) => {
    expect(said(findings(example, validationContext(loadExample(example, exampleContext(example, profile)))))).toEqual([]);
  });

  test.each(lockFiles(example).map((file) => path.dirname(file)))('%s uses its lock', (folder) => {
    const sources = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|py|java)$/.test(file) && !file.includes('node_modules'));
    expect(sources.filter((file) => /Validations\.of\(app\)\.add_?[pP]lugins\((new )?StatefulLock\(\)\)/.test(fs.readFileSync(path.join(folder, file), 'utf8'))))
      .toHaveLength(1);
  });
});

describe.each(PROFILES)('what is caught in production-api in %s', (profile) => {
  const example = 'production-api';
  const STACK = `production-api-${profile}`;
  const INSTANCE = 'AppDatabasesDatabaseInstanceCF6594B4';
  const context = validationContext(loadExample(example, exampleContext(example, profile)));
  const altered = (change: (assembly: AlteredAssembly) => void): string[] => said(findings(example, AlteredAssembly.of(context, change)));
  const kept = profile === 'dev' ? 'deletes the old one with all it holds' : 'deletes the old one after a last snapshot';

  test('a renamed database', () => {
    expect(altered((assembly) => assembly.rename(INSTANCE, 'AppDatabasesDbInstance4C7724D1'))).toEqual([
      `Renamed fatal: AWS::RDS::DBInstance ${INSTANCE} of stack '${STACK}' was renamed, it was 'ProductionApi/App/Databases/Database/Instance': CloudFormation makes a new one and ${kept}`,
    ]);
  });

  test('another address block of the network', () => {
    expect(altered((assembly) => assembly.set('NetworkVpc7FB7348F', 'CidrBlock', '10.9.0.0/16'))).toEqual([
      `Replaced fatal: AWS::EC2::VPC NetworkVpc7FB7348F of stack '${STACK}' would be replaced: CidrBlock was "10.0.0.0/16" and is "10.9.0.0/16"; CloudFormation then makes a new one and deletes the old one with all it holds`,
    ]);
  });

  test('another engine, and no encryption', () => {
    expect(altered((assembly) => assembly.set(INSTANCE, 'Engine', 'mysql')))
      .toEqual([`Replaced fatal: AWS::RDS::DBInstance ${INSTANCE} of stack '${STACK}' may be replaced: Engine was "postgres" and is "mysql"; CloudFormation then makes a new one and ${kept}`]);
    expect(altered((assembly) => assembly.set(INSTANCE, 'StorageEncrypted', false)))
      .toEqual([`Replaced fatal: AWS::RDS::DBInstance ${INSTANCE} of stack '${STACK}' would be replaced: StorageEncrypted was "true" and is "false"; CloudFormation then makes a new one and ${kept}`]);
  });

  test('a bucket that is no longer retained', () => {
    expect(altered((assembly) => assembly.unset('AppEntryLogsD40CC0F1', 'DeletionPolicy'))).toEqual([
      `Unprotected fatal: AWS::S3::Bucket AppEntryLogsD40CC0F1 of stack '${STACK}' is protected less: DeletionPolicy was Retain and is Delete, so when it is removed CloudFormation deletes it with all it holds`,
    ]);
  });

  test('a repository that has gone', () => {
    expect(altered((assembly) => assembly.remove('ApiF70053CD'))).toEqual([
      `Removed fatal: AWS::ECR::Repository ApiF70053CD of stack 'production-api-images-${profile}' is no longer defined: CloudFormation leaves it behind, outside of the stack`,
    ]);
  });
});

test('docs/stateful-lock.md shows what is said', () => {
  const context = validationContext(loadExample('production-api', exampleContext('production-api', 'prod')));
  const alterations: ReadonlyArray<(assembly: AlteredAssembly) => void> = [
    (assembly) => assembly.rename('AlertsE664E991', 'AlarmsB3E93623'),
    (assembly) => assembly.set('NetworkVpcAppSubnet1SubnetFA2393E9', 'CidrBlock', '10.0.21.0/24'),
    (assembly) => assembly.set('AppDatabasesDatabaseInstanceCF6594B4', 'Engine', 'mysql'),
    (assembly) => Object.assign(assembly.definition('AppDatabasesDatabaseInstanceCF6594B4'), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }),
  ];
  const shown = [...fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'stateful-lock.md'), 'utf8')
    .matchAll(/^FATAL (.*) \(patternbook-stateful-lock\)\n.*\n {3}Suggested fix: (.*)\n {3}Rule patternbook-stateful-lock::(.*)$/gm)];
  expect(shown.map(([, description, fix, ruleName]) => ({ description, fix, ruleName })))
    .toEqual(alterations.map((change) => findings('production-api', AlteredAssembly.of(context, change))[0]).map(({ description, fix, ruleName }) => ({ description, fix, ruleName })));
});
