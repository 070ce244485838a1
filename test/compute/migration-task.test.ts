import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { serviceIn } from './app-tier';
import { ContainerService } from '../../src';
import { testStack } from '../harness';

interface Container { Name: string; [property: string]: unknown }
const containersOf = (api: ContainerService): Record<string, Container> => {
  const [definition] = Object.values(Template.fromStack(api.fargateService.stack).findResources('AWS::ECS::TaskDefinition'));
  return Object.fromEntries((definition.Properties.ContainerDefinitions as Container[]).map((container) => [container.Name, container]));
};

describe('a migration', () => {
  const stack = testStack();
  const password = ecs.Secret.fromSecretsManager(new secretsmanager.Secret(stack, 'Password'));
  const api = serviceIn(stack, { readonlyRootFilesystem: true, environment: { LEVEL: 'info' }, healthCheckCommand: ['true'] });
  const migration = api.addMigration('Migrate', { command: ['alembic', 'upgrade', 'head'] });
  api.addSecret('PASSWORD', password);
  api.addEnvironment('LATE', 'yes');
  const { App: app, Migrate: migrate } = containersOf(api);

  test('runs its command in the same image before the application', () => {
    expect(migrate).toMatchObject({ Command: ['alembic', 'upgrade', 'head'], Image: app.Image, Essential: false });
    expect(app).toMatchObject({ Essential: true, DependsOn: [{ ContainerName: 'Migrate', Condition: 'SUCCESS' }] });
    expect(migrate).not.toHaveProperty('DependsOn');
  });

  test('has the variables of the application, whenever they were set', () => {
    expect(migrate.Environment).toEqual([{ Name: 'ENVIRONMENT', Value: 'prod' }, { Name: 'LEVEL', Value: 'info' }, { Name: 'LATE', Value: 'yes' }]);
    expect(migrate.Environment).toEqual(app.Environment);
    expect(migrate.Secrets).toEqual([{ Name: 'PASSWORD', ValueFrom: { Ref: expect.stringMatching(/^Password/) } }]);
    expect(migrate.Secrets).toEqual(app.Secrets);
  });

  test('logs with the application, in streams of its own', () => {
    expect(migrate.LogConfiguration).toEqual(app.LogConfiguration);
    expect(migration.logGroup).toBe(api.logGroup);
  });

  test('writes to /tmp alone where the application does', () => {
    expect(migrate).toMatchObject({ ReadonlyRootFilesystem: true, LinuxParameters: { Tmpfs: [{ ContainerPath: '/tmp', Size: 128 }] } });
  });

  test('listens nowhere and is not asked for its health', () => {
    expect(migrate).not.toHaveProperty('PortMappings');
    expect(migrate).not.toHaveProperty('HealthCheck');
  });
});

test('several run one after the other, in the order in which they are added', () => {
  const api = serviceIn(testStack());
  for (const id of ['Schema', 'Data', 'Indexes']) api.addMigration(id, { command: [id] });
  const { App, Schema, Data, Indexes } = containersOf(api);
  const after = (...names: string[]): object[] => names.map((ContainerName) => ({ ContainerName, Condition: 'SUCCESS' }));
  expect([Schema.DependsOn, Data.DependsOn, Indexes.DependsOn]).toEqual([undefined, after('Schema'), after('Schema', 'Data')]);
  expect(App.DependsOn).toEqual(after('Schema', 'Data', 'Indexes'));
});

test('the permissions of the task stay those of its image, logs and secrets', () => {
  const stack = testStack();
  serviceIn(stack).addMigration('Migrate', { command: ['true'] });
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  expect(policy.Properties.PolicyDocument.Statement).toHaveLength(3);
});

test.each([
  ['App', ['true'], "container 'App' exists already in 'Stack/Api': give the migration an id of its own"],
  ['Migrate', ['true'], "container 'Migrate' exists already in 'Stack/Api': give the migration an id of its own"],
  ['my migration', ['true'], "id of a migration must be letters, digits, '-' and '_', got 'my migration': its container is named by it, so choose such an id"],
  ['Empty', [], "'command' of migration 'Empty' must have at least one element, got none: name a program of the image"],
])('fails as %s with command %j', (id, command, message) => {
  const api = serviceIn(testStack());
  api.addMigration('Migrate', { command: ['true'] });
  expect(() => api.addMigration(id, { command })).toThrow(message);
});
