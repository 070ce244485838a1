import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { PrivatePostgres } from '../../src';
import { testStack } from '../harness';

describe('fromInstance', () => {
  function existing(resourceId?: string, urlSecret?: (stack: Stack) => secretsmanager.ISecret) {
    const stack = testStack();
    const instance = rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Instance', {
      instanceIdentifier: 'legacy',
      instanceEndpointAddress: 'legacy.example.com',
      port: 5432,
      instanceResourceId: resourceId,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
    });
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:legacy-abcdef');
    return { stack, database: PrivatePostgres.fromInstance(stack, 'Database', { instance, secret, urlSecret: urlSecret?.(stack) }) };
  }

  test('makes the URL secret and nothing else', () => {
    const { stack, database } = existing();
    const resources = Object.values(Template.fromStack(stack).toJSON().Resources);
    const reference = '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111111111111:secret:legacy-abcdef:SecretString';
    expect(resources).toEqual([expect.objectContaining({
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Description: 'Connection URL of a PostgreSQL instance',
        SecretString: `postgresql://${reference}:username::}}:${reference}:password::}}@legacy.example.com:5432/app?sslmode=require`,
      },
    })]);
    expect([database.databaseName, database.instanceIdentifier, database.rotatesSecret]).toEqual(['app', 'legacy', false]);
  });

  test('makes nothing where the URL secret is given', () => {
    const { stack, database } = existing('db-ABC', (scope) => secretsmanager.Secret.fromSecretNameV2(scope, 'Url', 'legacy-url'));
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
    expect(database.urlSecret.secretName).toBe('legacy-url');
  });

  test('grants connections to what it knows the resource id of', () => {
    const { stack, database } = existing('db-ABC');
    database.grantConnect(new iam.User(stack, 'User'), 'reporter');
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Resource: { 'Fn::Join': ['', Match.arrayWith([':dbuser:db-ABC/reporter'])] } })] },
    });
  });

  test('fails to grant without the resource id', () => {
    const { stack, database } = existing();
    expect(() => database.grantConnect(new iam.User(stack, 'User'))).toThrow(
      "'instance' must have its instanceResourceId for grantConnect, got none: give it to fromDatabaseInstanceAttributes()",
    );
  });
});
