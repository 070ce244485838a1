import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { circles, clusterIn, databaseIn, serviceIn } from './app-tier';
import { PrivatePostgres, UseDatabaseOptions } from '../../src';
import { inProfile, testApp } from '../harness';

function system(profile: 'dev' | 'prod' = 'prod') {
  const stack = new Stack(testApp(inProfile(profile)), 'Stack');
  const service = serviceIn(stack);
  const database = new PrivatePostgres(stack, 'Database', { network: service.cluster.network });
  return { stack, service, database };
}

/** Variables from secrets, by the logical id of the secret. */
function secretsOf(stack: Stack): Record<string, string> {
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition'));
  const secrets: Array<{ Name: string; ValueFrom: { Ref: string } }> = Properties.ContainerDefinitions[0].Secrets ?? [];
  return Object.fromEntries(secrets.map(({ Name, ValueFrom }) => [Name, ValueFrom.Ref]));
}

const idOf = (stack: Stack, { secretArn }: { secretArn: string }): string => stack.resolve(secretArn).Ref;

describe('the URL of a read replica', () => {
  test.each([['before', true], ['after', false]])('is set as DATABASE_READER_URL where the replica comes %s the service uses the database', (_, before) => {
    const { stack, service, database } = system();
    if (before) database.addReadReplica('Reader');
    service.useDatabase(database);
    if (!before) database.addReadReplica('Reader');
    expect(secretsOf(stack)).toEqual({ DATABASE_URL: idOf(stack, database.urlSecret), DATABASE_READER_URL: idOf(stack, database.readerUrlSecret) });
    expect(idOf(stack, database.readerUrlSecret)).not.toBe(idOf(stack, database.urlSecret));
  });

  test('is not set without a replica', () => {
    const { stack, service, database } = system();
    service.useDatabase(database);
    expect(Object.keys(secretsOf(stack))).toEqual(['DATABASE_URL']);
  });

  test('is that of the primary where it is asked for and there is no replica', () => {
    const { stack, service, database } = system();
    service.useDatabase(database, { readerVariable: 'READ_URL' });
    expect(secretsOf(stack)).toEqual({ DATABASE_URL: idOf(stack, database.urlSecret), READ_URL: idOf(stack, database.urlSecret) });
  });

  test.each([['before', true], ['after', false]])('is that of the replica where it is asked for and the replica comes %s', (_, before) => {
    const { stack, service, database } = system();
    if (before) database.addReadReplica('Reader');
    service.useDatabase(database, { readerVariable: 'READ_URL' });
    if (!before) database.addReadReplica('Reader');
    const reader = idOf(stack, database.readerUrlSecret);
    expect(secretsOf(stack)).toEqual({ DATABASE_URL: idOf(stack, database.urlSecret), READ_URL: reader });
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('ExecutionRole'));
    expect(JSON.stringify(policies)).toContain(`{"Ref":"${reader}"}`);
  });

  test('follows the name of the variable of a second database', () => {
    const { stack, service, database } = system();
    const orders = new PrivatePostgres(stack, 'Orders', { network: service.cluster.network });
    [database, orders].forEach((each) => each.addReadReplica('Reader'));
    service.useDatabase(database);
    service.useDatabase(orders, { variable: 'ORDERS_URL' });
    expect(Object.keys(secretsOf(stack)).sort()).toEqual(['DATABASE_READER_URL', 'DATABASE_URL', 'ORDERS_READER_URL', 'ORDERS_URL']);
  });

  test('is the first of several; another is a database of its own', () => {
    const { stack, service, database } = system();
    const reader = database.addReadReplica('Reader');
    const reports = database.addReadReplica('Reports');
    service.useDatabase(database);
    service.useDatabase(reports, { variable: 'REPORTS_URL' });
    expect(secretsOf(stack)).toEqual({
      DATABASE_URL: idOf(stack, database.urlSecret), DATABASE_READER_URL: idOf(stack, reader.urlSecret), REPORTS_URL: idOf(stack, reports.urlSecret),
    });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 2);
  });

  test('of a database in another construct than ours is taken where it differs', () => {
    const { stack, service } = system('dev');
    const own = databaseIn(stack, service.cluster.network, false, 'Own');
    service.useDatabase(own, { variable: 'OWN_URL' });
    const replicated = Object.assign(databaseIn(stack, service.cluster.network, false, 'Replicated'), { readerUrlSecret: own.secret });
    service.useDatabase(replicated);
    expect(Object.keys(secretsOf(stack))).toEqual(['OWN_URL', 'DATABASE_URL', 'DATABASE_READER_URL']);
  });

  test('starts the service anew when it changes, as that of the primary does', () => {
    const { stack, service, database } = system();
    service.useDatabase(database);
    const { urlSecret } = database.addReadReplica('Reader');
    const rules = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule')).map(({ Properties }) => Properties.EventPattern);
    expect(rules.find(({ source }) => source.includes('cdk-patternbook')).detail).toEqual({
      secretArn: [{ Ref: idOf(stack, database.urlSecret) }, { Ref: idOf(stack, urlSecret) }],
    });
  });

  test.each<[string, UseDatabaseOptions, string]>([
    ['the default name', {}, 'DATABASE_READER_URL'],
    ['a name of its own', { readerVariable: 'ENVIRONMENT' }, 'ENVIRONMENT'],
  ])('fails where %s is taken', (_, options, name) => {
    const { service, database } = system();
    service.addEnvironment('DATABASE_READER_URL', 'mine');
    database.addReadReplica('Reader');
    expect(() => service.useDatabase(database, options)).toThrow(new Error(`variable '${name}' is set already: remove one of the two, or give it another name`));
  });

  test('goes from the stack of the database to that of the service, and never back', () => {
    const app: App = testApp(inProfile('prod'));
    const data = new Stack(app, 'Data');
    const cluster = clusterIn(data);
    const database = new PrivatePostgres(data, 'Database', { network: cluster.network });
    const stack = new Stack(app, 'Service');
    serviceIn(stack, { cluster }).useDatabase(database);
    database.addReadReplica('Reader');
    app.synth();
    expect([data.dependencies, stack.dependencies]).toEqual([[], [data]]);
    expect(circles(Template.fromStack(data).toJSON().Resources)).toEqual([]);
  });
});
