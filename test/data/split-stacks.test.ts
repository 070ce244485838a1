import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { PlainNetwork } from './plain-network';
import { PostgresProxyOptions, PrivatePostgres } from '../../src';
import { connectionUrlChanged } from '../../src/data/connection-events';
import { inProfile, testApp } from '../harness';

/** Keys, network, database and users, each in a stack of its own, in this order. */
function split(references: 'strong' | 'weak', proxy?: PostgresProxyOptions): { app: App; stacks: Stack[] } {
  const app = testApp({ ...inProfile('prod'), '@aws-cdk/core:defaultCrossStackReferences': references });
  const [keys, base, data, users] = ['Keys', 'Base', 'Data', 'Users'].map((id) => new Stack(app, id));
  const network = new PlainNetwork(base);
  const database = new PrivatePostgres(data, 'Database', {
    network, encryptionKey: new kms.Key(keys, 'Storage'), secretsKey: new kms.Key(keys, 'Secrets'), proxy,
  });
  const caller = new lambda.Function(users, 'Caller', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('0'), vpc: network.vpc, vpcSubnets: network.appSubnets,
  });
  database.grantConnect(caller);
  database.urlSecret.grantRead(caller);
  database.secret.grantRead(caller);
  new ecs.FargateTaskDefinition(users, 'Task').addContainer('App', {
    image: ecs.ContainerImage.fromRegistry('app'), secrets: { DATABASE_URL: ecs.Secret.fromSecretsManager(database.urlSecret) },
  });
  new ec2.SecurityGroup(users, 'Tasks', { vpc: network.vpc, allowAllOutbound: false }).connections.allowToDefaultPort(database);
  new events.Rule(users, 'OnChange', { eventPattern: connectionUrlChanged(database.urlSecret) });
  return { app, stacks: [keys, base, data, users] };
}

describe.each(['strong', 'weak'] as const)('keys, network, database and users in a stack each, by %s references', (references) => {
  const { app, stacks: [keys, base, data, users] } = split(references);

  test('refer one way', () => {
    expect(() => app.synth()).not.toThrow();
    expect(keys.dependencies).toEqual([]);
    expect(base.dependencies).toEqual([]);
    expect(data.dependencies).not.toContain(users);
  });

  test('the rules that let users in stand with the users', () => {
    Template.fromStack(users).resourceCountIs('AWS::EC2::SecurityGroupIngress', 2);
    Template.fromStack(data).resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  test('refer one way to a database with a proxy too', () => {
    const { app: proxied, stacks } = split(references, {});
    expect(() => proxied.synth()).not.toThrow();
    expect(stacks[2].dependencies).not.toContain(stacks[3]);
  });
});
