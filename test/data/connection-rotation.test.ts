import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { databaseStack } from './plain-network';
import { AppNetwork, EnvironmentProfile, PrivatePostgres, PrivatePostgresProps } from '../../src';
import { connectionUrlChanged } from '../../src/data/connection-events';
import { EXCLUDED_CHARACTERS } from '../../src/data/connection-secret';
import { FLAG_SETS, inProfile, testApp } from '../harness';

interface State { readonly Arguments?: Record<string, unknown>; readonly Output?: unknown; readonly Next?: string }

/** The definition, with the logical id of a resource where a deployment puts its name. */
function definitionOf(template: Template): { StartAt: string; States: Record<string, State>; QueryLanguage: string } {
  const [{ Properties }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  return JSON.parse(Properties.DefinitionString['Fn::Join'][1].map((part: string | { Ref: string }) => (typeof part === 'string' ? part : part.Ref)).join(''));
}

describe.each(FLAG_SETS)('rotation in production, with %s', (_, flags) => {
  const { stack, network } = databaseStack({}, 'prod', new App({ context: { ...flags, ...inProfile('prod') } }));
  const template = Template.fromStack(stack);

  test('AWS rotates the password every 30 days, in the hour after midnight UTC, and never during a deployment', () => {
    expect(template.toJSON().Transform).toBe('AWS::SecretsManager-2024-09-16');
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      SecretId: { Ref: 'DatabaseSecret3B817195' },
      RotationRules: { ScheduleExpression: 'rate(30 days)', Duration: '1h' },
      RotateImmediatelyOnUpdate: false,
      HostedRotationLambda: {
        RotationType: 'PostgreSQLSingleUser',
        ExcludeCharacters: EXCLUDED_CHARACTERS,
        KmsKeyArn: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] },
        VpcSecurityGroupIds: { 'Fn::GetAtt': ['DatabaseRotationSecurityGroup17736B63', 'GroupId'] },
        VpcSubnetIds: { 'Fn::Join': ['', [{ Ref: Match.stringLikeRegexp('^VpcAppSubnet1') }, ',', { Ref: Match.stringLikeRegexp('^VpcAppSubnet2') }]] },
      },
    });
  });

  test('the schedule waits for the attachment and for the way to the database', () => {
    template.hasResource('AWS::SecretsManager::RotationSchedule', {
      DependsOn: Match.arrayWith([
        'DatabaseRotationSecurityGrouptoStackDatabaseSecurityGroup5B2395D95432E774DC14',
        'DatabaseSecretAttachmentE5D1B020',
        'DatabaseSecurityGroupfromStackDatabaseRotationSecurityGroupAAA6DB0254321586F6F5',
      ]),
    });
  });

  test('the function reaches the database and Secrets Manager, and nothing reaches it', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Rotation of a database password',
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp', Description: 'Secrets Manager' }],
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: { 'Fn::GetAtt': ['DatabaseRotationSecurityGroup17736B63', 'GroupId'] },
      DestinationSecurityGroupId: { 'Fn::GetAtt': ['DatabaseSecurityGroup5C91FDCB', 'GroupId'] },
      FromPort: 5432,
      ToPort: 5432,
    });
    expect(network.required).toEqual(['secretsmanager by Stack/Database']);
  });

  test('the secret that rotates is the one that nobody deletes by mistake, whatever the flags', () => {
    template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', { SecretId: { Ref: 'DatabaseSecret3B817195' } });
  });

  test('the state machine is an Express one without Lambda', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineType: 'EXPRESS', TracingConfiguration: { Enabled: true } });
    const { QueryLanguage, States } = definitionOf(template);
    expect(QueryLanguage).toBe('JSONata');
    expect(Object.keys(States)).toEqual(['ReadCredentials', 'ReadUrl', 'Changed', 'Unchanged', 'WriteUrl', 'Announce']);
  });

  test('no state passes a secret on, and no log holds what states hold', () => {
    expect(Object.values(definitionOf(template).States).filter(({ Arguments }) => Arguments).map(({ Output }) => Output)).toEqual([{}, {}, {}, {}]);
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' } });
  });

  test('it writes the URL only where it differs, and then says so without saying it', () => {
    const { States } = definitionOf(template);
    expect(States.Changed).toMatchObject({ Choices: [{ Condition: '{% $changed %}', Next: 'WriteUrl' }], Default: 'Unchanged' });
    expect(States.WriteUrl).toMatchObject({
      Arguments: { SecretId: 'DatabaseUrlSecret8EA4B976', SecretString: '{% $url %}', ClientRequestToken: '{% $uuid() %}' }, Next: 'Announce',
    });
    expect(States.Announce.Arguments).toEqual({
      Entries: [{ Source: 'cdk-patternbook', DetailType: 'Connection URL changed', Detail: { secretArn: 'DatabaseUrlSecret8EA4B976' } }],
    });
  });

  test('it may read the two secrets and use their key for it, write the one, and send events', () => {
    const policies = template.findResources('AWS::IAM::Policy');
    const [{ Properties }] = Object.entries(policies).filter(([id]) => id.startsWith('DatabaseRotationUrlRefreshRole')).map(([, policy]) => policy);
    const statements = (Properties.PolicyDocument.Statement as Array<{ Action: string | string[]; Resource: unknown }>)
      .flatMap(({ Action, Resource }) => [Resource].flat().map((resource) => ({ Action, resource })))
      .filter(({ resource }) => resource !== '*');
    expect(statements).toEqual([
      { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] } },
      { Action: 'secretsmanager:GetSecretValue', resource: { Ref: 'DatabaseSecretAttachmentE5D1B020' } },
      { Action: 'secretsmanager:GetSecretValue', resource: { Ref: 'DatabaseUrlSecret8EA4B976' } },
      { Action: 'secretsmanager:PutSecretValue', resource: { Ref: 'DatabaseUrlSecret8EA4B976' } },
      { Action: 'events:PutEvents', resource: { 'Fn::Join': ['', expect.arrayContaining([':event-bus/default'])] } },
    ]);
  });

  test('a new password starts it, by rotation or by hand', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.secretsmanager'],
        'detail-type': ['Secret Label Updated'],
        'resources': [{ Ref: 'DatabaseSecret3B817195' }],
        'detail': { labelUpdated: ['AWSCURRENT'] },
      },
      Targets: [Match.objectLike({ Arn: { Ref: 'DatabaseRotationUrlRefresh52F4C9F4' } })],
    });
  });

  test('a schedule starts it in and after the window, should the event be lost', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0/15 0-1 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Match.objectLike({ Arn: { Ref: 'DatabaseRotationUrlRefresh52F4C9F4' } }),
    });
  });
});

describe('how often', () => {
  test('as asked, where the profile rotates', () => {
    Template.fromStack(databaseStack({ secretRotation: Duration.days(7) }).stack).hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      RotationRules: { ScheduleExpression: 'rate(7 days)' },
    });
  });

  test('as asked, where the profile does not', () => {
    const { database, stack } = databaseStack({ secretRotation: Duration.days(1) }, 'dev');
    Template.fromStack(stack).hasResourceProperties('AWS::SecretsManager::RotationSchedule', { RotationRules: { ScheduleExpression: 'rate(1 day)' } });
    expect(database.rotatesSecret).toBe(true);
  });

  test('as a token says', () => {
    const secretRotation = Duration.days(Lazy.number({ produce: () => 14 }));
    Template.fromStack(databaseStack({ secretRotation }).stack).hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      RotationRules: { ScheduleExpression: 'rate(14 days)', Duration: '1h' },
    });
  });

  test('never, for a duration of 0', () => {
    const { database, network, stack } = databaseStack({ secretRotation: Duration.days(0) });
    Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
    expect([database.rotatesSecret, network.required]).toEqual([false, []]);
  });
});

test('users listen for the event of their URL secret', () => {
  const { database, stack } = databaseStack();
  expect(stack.resolve(connectionUrlChanged(database.urlSecret))).toEqual({
    source: ['cdk-patternbook'], detailType: ['Connection URL changed'], detail: { secretArn: [{ Ref: 'DatabaseUrlSecret8EA4B976' }] },
  });
});

test('without a way to Secrets Manager the rotation fails, which an endpoint or no rotation mends', () => {
  const inVpc = (props: Partial<PrivatePostgresProps>, interfaceEndpoints: ec2.InterfaceVpcEndpointAwsService[] = []): (() => PrivatePostgres) => {
    const stack = new Stack(testApp(inProfile('prod')), 'Stack');
    const network = AppNetwork.fromVpc(new AppNetwork(stack, 'Network').vpc, { internetEgress: false, interfaceEndpoints });
    return () => new PrivatePostgres(stack, 'Database', { ...props, network });
  };
  expect(inVpc({ secretRotation: Duration.days(30) })).toThrow(new Error("'Stack/Database' calls 'secretsmanager', which the app tier of 'Stack/Network/Vpc' reaches neither over the "
    + "internet nor by an endpoint: add the endpoint to the VPC and name it in 'interfaceEndpoints' of AppNetwork.fromVpc()"));
  expect(inVpc({ secretRotation: Duration.days(30) }, [ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER])).not.toThrow();
  expect(inVpc({}, [])).toThrow("'Stack/Database' calls 'secretsmanager'");
  expect(inVpc({ profile: EnvironmentProfile.DEV })).not.toThrow();
});
