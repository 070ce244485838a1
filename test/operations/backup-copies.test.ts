import { App, Duration, Environment, Fn, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { nagFindings } from '../../integ/security/rule-packs';
import { AlertTopic, BackupCopies, BackupCopiesProps, EnvironmentProfile, PrivatePostgres, SharedFiles } from '../../src';
import { PlainNetwork } from '../data/plain-network';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

type Profile = 'dev' | 'staging' | 'prod';
interface Statement { Action: string | string[]; Resource: unknown; Condition?: unknown }

const table = (scope: Construct, id = 'Agents', key?: kms.IKey): dynamodb.Table => new dynamodb.Table(scope, id, {
  partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, encryptionKey: key,
});

/** A plan over a table. */
function backups(props: BackupCopiesProps = {}, stack = testStack()) {
  const copies = new BackupCopies(stack, 'Backups', props);
  copies.include(table(stack));
  return { stack, copies };
}

const templateOf = (props: BackupCopiesProps = {}, stack = testStack()): Template => Template.fromStack(backups(props, stack).stack);
const only = (template: Template, type: string): Record<string, unknown> => Object.values(template.findResources(type))[0].Properties;
const statementsOf = (template: Template): Statement[] => Object.entries(template.findResources('AWS::IAM::Policy'))
  .filter(([id]) => id.startsWith('BackupsRole')).flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
const selected = (template: Template): unknown => (only(template, 'AWS::Backup::BackupSelection').BackupSelection as { Resources: unknown }).Resources;
const arnOf = (id: string, attribute = 'Arn'): unknown => ({ 'Fn::GetAtt': [expect.stringMatching(`^${id}`), attribute] });

describe.each(FLAG_SETS)('backups of files, tables and a database with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const network = new PlainNetwork(stack);
  const copies = new BackupCopies(stack, 'Backups');
  copies.include(new SharedFiles(stack, 'Files', { network }));
  const database = new PrivatePostgres(stack, 'Database', { network });
  copies.include(database);
  new dynamodb.TableV2(stack, 'Sessions', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
  table(stack, 'Agents', new kms.Key(stack, 'TableKey'));
  copies.include(stack);
  const template = Template.fromStack(stack);
  const statements = statementsOf(template);
  const allowed = (action: string): unknown[] =>
    statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => [Resource].flat());

  test('are taken on Sundays at five, and kept for thirty days', () => {
    expect(only(template, 'AWS::Backup::BackupPlan').BackupPlan).toEqual({
      BackupPlanName: 'Plan',
      BackupPlanRule: [{
        RuleName: 'Copies',
        TargetBackupVault: arnOf('BackupsVault', 'BackupVaultName'),
        ScheduleExpression: 'cron(0 5 ? * SUN *)',
        Lifecycle: { DeleteAfterDays: 30 },
      }],
    });
  });

  test('cover each once, in the order of their paths', () => {
    expect(only(template, 'AWS::Backup::BackupSelection').BackupSelection).toEqual({
      SelectionName: 'Included',
      IamRoleArn: arnOf('BackupsRole'),
      Resources: [arnOf('Agents'), arnOf('DatabaseInstance', 'DBInstanceArn'), arnOf('FilesFileSystem'), arnOf('Sessions')],
    });
  });

  test('are taken by a role of our own, for each resource as far as its backup needs', () => {
    expect(allowed('elasticfilesystem:Backup')).toEqual([arnOf('FilesFileSystem')]);
    expect(allowed('dynamodb:StartAwsBackupJob')).toEqual(expect.arrayContaining([arnOf('Agents'), arnOf('Sessions')]));
    expect(allowed('rds:CreateDBSnapshot')).toEqual(expect.arrayContaining([
      arnOf('DatabaseInstance', 'DBInstanceArn'), 'arn:*:rds:*:*:snapshot:awsbackup:*',
    ]));
    expect(allowed('rds:DeleteDBSnapshot')).toHaveLength(1);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Principal: { Service: 'backup.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } })],
      },
      ManagedPolicyArns: Match.absent(),
    });
  });

  test('bear the tags of their file system or table, within the account', () => {
    const tagging = statements.filter(({ Action }) => Action === 'backup:TagResource');
    expect(tagging).toEqual([{
      Effect: 'Allow',
      Action: 'backup:TagResource',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':backup:*:*:recovery-point:*']] },
      Condition: { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
    }]);
  });

  test('use the keys of what is backed up, and grant them to AWS alone', () => {
    expect(allowed('kms:GenerateDataKey')).toEqual([arnOf('DatabaseKey'), arnOf('TableKey')]);
    expect(allowed('kms:CreateGrant')).toEqual(allowed('kms:GenerateDataKey'));
    const grants = statements.filter(({ Action }) => Action === 'kms:CreateGrant').map(({ Condition }) => JSON.stringify(Condition));
    expect(new Set(grants)).toEqual(new Set(['{"Bool":{"kms:GrantIsForAWSResource":"true"}}']));
  });

  test('have a vault that nobody can delete them from, with the unique id of the stack in its name', () => {
    const { AccessPolicy, BackupVaultName, EncryptionKeyArn } = only(template, 'AWS::Backup::BackupVault');
    expect(AccessPolicy).toMatchObject({ Statement: [{ Effect: 'Deny', Action: ['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle'], Principal: { AWS: '*' } }] });
    expect(JSON.stringify(BackupVaultName)).toMatch(/^\{"Fn::Join":\["",\["Stack-Backups-[0-9A-F]{8}-",.*"AWS::StackId"/);
    expect(EncryptionKeyArn).toBeUndefined();
  });
});

describe('by profile', () => {
  test.each<[Profile, string, string]>([['dev', 'Delete', 'Delete'], ['staging', 'RetainExceptOnCreate', 'Retain'], ['prod', 'RetainExceptOnCreate', 'Retain']])('in %s: %s', (profile, onDelete, onReplace) => {
    const template = templateOf({}, testStack(inProfile(profile)));
    template.hasResource('AWS::Backup::BackupVault', { DeletionPolicy: onDelete, UpdateReplacePolicy: onReplace });
    expect(JSON.stringify(only(template, 'AWS::Backup::BackupVault')).includes('backup:DeleteRecoveryPoint')).toBe(profile !== 'dev');
  });

  test('by the prop of that name', () => {
    templateOf({ profile: EnvironmentProfile.DEV }).hasResource('AWS::Backup::BackupVault', { DeletionPolicy: 'Delete' });
  });
});

describe('options', () => {
  test('schedule', () => {
    expect(JSON.stringify(only(templateOf({ schedule: events.Schedule.cron({ hour: '1', minute: '30' }) }), 'AWS::Backup::BackupPlan'))).toContain('cron(30 1 * * ? *)');
  });

  test('schedule by a rate is refused', () => {
    expect(() => backups({ schedule: events.Schedule.rate(Duration.days(1)) }))
      .toThrow(new Error("'schedule' must be a cron expression, got 'rate(1 day)': AWS Backup knows no rates, use Schedule.cron()"));
  });

  test.each([1, 36500])('retention of %d days', (days) => {
    expect(JSON.stringify(only(templateOf({ retention: Duration.days(days) }), 'AWS::Backup::BackupPlan'))).toContain(`"DeleteAfterDays":${days}`);
  });

  test.each([[0, '0'], [36501, '36501'], [0.5, '0.5']])('retention of %d days is refused', (days, shown) => {
    expect(() => backups({ retention: Duration.hours(days * 24) }))
      .toThrow(new Error(`'retention' must be 1 to 36500, got ${shown}: choose whole days within these, AWS Backup keeps backups that long`));
  });

  test('encryptionKey, which the role may use', () => {
    const stack = testStack();
    const template = templateOf({ encryptionKey: new kms.Key(stack, 'Key') }, stack);
    expect(only(template, 'AWS::Backup::BackupVault').EncryptionKeyArn).toEqual(arnOf('Key'));
    expect(statementsOf(template).find(({ Action }) => [Action].flat().includes('kms:GenerateDataKey'))?.Resource).toEqual(arnOf('Key'));
  });

  test.each<[RemovalPolicy, string]>([[RemovalPolicy.DESTROY, 'Delete'], [RemovalPolicy.RETAIN, 'Retain']])('removalPolicy %s', (removalPolicy, policy) => {
    templateOf({ removalPolicy }).hasResource('AWS::Backup::BackupVault', { DeletionPolicy: policy });
  });

  test('removalPolicy SNAPSHOT is refused', () => {
    expect(() => backups({ removalPolicy: RemovalPolicy.SNAPSHOT }))
      .toThrow(new Error("'removalPolicy' must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got SNAPSHOT: there is none of a vault, so retain it"));
  });
});

describe('copies in another region', () => {
  const { stack } = backups({ copyRegion: 'eu-central-1' });
  const there = stack.dependencies[0];
  const vaultOf = (template: Template): unknown => only(template, 'AWS::Backup::BackupVault').BackupVaultName;

  test('have a vault in the stack beside that of the backups, deployed first', () => {
    expect([there.node.path, there.region, stack.dependencies.length]).toEqual(['Stack-eu-central-1', 'eu-central-1', 1]);
    const template = Template.fromStack(there);
    template.hasResource('AWS::Backup::BackupVault', { DeletionPolicy: 'RetainExceptOnCreate', Properties: { AccessPolicy: Match.anyValue() } });
    template.resourceCountIs('AWS::Backup::BackupVault', 1);
  });

  test('have a vault that is not in the way of another stack, or of a later one: the name of its stack and the unique id are in its name', () => {
    expect(JSON.stringify(vaultOf(Template.fromStack(there)))).toMatch(/^\{"Fn::Join":\["",\["Stackeucentral1-Backups-[0-9A-F]{8}-",.*"AWS::StackId"/);
    const inEnvironment = (environment: string): string => {
      const own = new Stack(testApp(), 'Data', { stackName: `shop-data-${environment}` });
      backups({ copyRegion: 'eu-central-1' }, own);
      return JSON.stringify([own.dependencies[0].stackName, vaultOf(Template.fromStack(own.dependencies[0]))]);
    };
    expect(inEnvironment('dev')).toMatch(/^\["shop-data-dev-eu-central-1",\{"Fn::Join":\["",\["shopdatadeveucentral1-Backups-/);
    expect(inEnvironment('prod')).toMatch(/^\["shop-data-prod-eu-central-1",\{"Fn::Join":\["",\["shopdataprodeucentral1-Backups-/);
  });

  const vault = { 'Fn::GetStackOutput': { StackName: 'Stack-eu-central-1', OutputName: expect.stringMatching(/^BackupsCopyVaultArn/), Region: 'eu-central-1' } };

  test('are kept as long as the backups', () => {
    const { BackupPlanRule } = only(Template.fromStack(stack), 'AWS::Backup::BackupPlan').BackupPlan as { BackupPlanRule: Array<{ CopyActions: unknown }> };
    expect(BackupPlanRule[0].CopyActions).toEqual([{ DestinationBackupVaultArn: vault, Lifecycle: { DeleteAfterDays: 30 } }]);
  });

  test('go there and nowhere else', () => {
    const statement = statementsOf(Template.fromStack(stack)).find(({ Action }) => Action === 'backup:CopyFromBackupVault');
    expect(statement).toMatchObject({ Resource: '*', Condition: { 'ForAllValues:ArnEquals': { 'backup:CopyTargets': [vault] } } });
  });

  test('are encrypted with a key of their own there, kept as long as their vault', () => {
    const template = Template.fromStack(there);
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain', Properties: { EnableKeyRotation: true, Description: 'Copies of Stack/Backups' },
    });
    expect(only(template, 'AWS::Backup::BackupVault').EncryptionKeyArn).toEqual(arnOf('BackupsKey'));
  });

  test('are deleted with their key where nothing is retained', () => {
    const own = backups({ copyRegion: 'eu-central-1' }, testStack(inProfile('dev')));
    Template.fromStack(own.stack.dependencies[0]).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  });

  test('are written with that key, which the role may use for AWS Backup and RDS, and for grants to services of AWS', () => {
    const key = { 'Fn::GetStackOutput': { StackName: 'Stack-eu-central-1', OutputName: expect.stringMatching(/^BackupsCopyKeyArn/), Region: 'eu-central-1' } };
    const use = statementsOf(Template.fromStack(stack)).filter(({ Resource }) => JSON.stringify(Resource).includes('CopyKeyArn'));
    // without the flag about it statements are not merged
    expect(use.filter(({ Condition }) => Condition === undefined).flatMap(({ Action }) => Action).sort()).toEqual(
      ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']);
    expect(use.filter(({ Condition }) => Condition !== undefined)).toEqual(
      [{ Effect: 'Allow', Action: 'kms:CreateGrant', Resource: key, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }]);
    expect(use.map(({ Resource }) => Resource)).toEqual(use.map(() => key));
  });

  test('start at the key of AWS Backup, of which the role reads the description', () => {
    const statement = statementsOf(Template.fromStack(stack)).find(({ Action }) => Action === 'kms:DescribeKey');
    expect(statement).toMatchObject({ Resource: '*', Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/backup' } } });
  });

  test('are not there unless asked for', () => {
    const alone = backups();
    expect(alone.stack.dependencies).toEqual([]);
    expect(statementsOf(Template.fromStack(alone.stack)).some(({ Action }) => Action === 'backup:CopyFromBackupVault')).toBe(false);
  });

  test.each(['', 'Frankfurt', 'eu-west-1'])('are refused for %j', (copyRegion) => {
    expect(() => backups({ copyRegion }, testStack({}, { account: '111111111111', region: 'eu-west-1' })))
      .toThrow(new Error(`'copyRegion' must be a region other than that of the stack, got '${copyRegion}': name one, such as 'eu-central-1'`));
  });

  test('of backups in a nested stack are beside the stack around it', () => {
    const outer = testStack();
    const nested = new NestedStack(outer, 'Inner');
    backups({ copyRegion: 'eu-central-1' }, nested);
    expect(outer.dependencies.map(({ stackName }) => stackName)).toEqual(['Stack-eu-central-1']);
    Template.fromStack(outer.dependencies[0]).resourceCountIs('AWS::Backup::BackupVault', 1);
  });
});

describe('alerts', () => {
  const alerted = (props: BackupCopiesProps = {}): Template => {
    const stack = testStack();
    return templateOf({ ...props, alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }) }, stack);
  };

  test('are told of the backups and copies of this role that fail, expire or are stopped', () => {
    const { EventPattern, Targets } = only(alerted(), 'AWS::Events::Rule');
    expect(EventPattern).toEqual({
      'source': ['aws.backup'],
      'detail-type': ['Backup Job State Change', 'Copy Job State Change'],
      'detail': { state: ['ABORTED', 'EXPIRED', 'FAILED'], iamRoleArn: [arnOf('BackupsRole')] },
    });
    expect(Targets).toEqual([expect.objectContaining({ Arn: { Ref: expect.stringMatching(/^Alerts/) } })]);
  });

  test('admit EventBridge once', () => {
    const { PolicyDocument } = only(alerted(), 'AWS::SNS::TopicPolicy') as { PolicyDocument: { Statement: Array<{ Principal: unknown }> } };
    expect(PolicyDocument.Statement.filter(({ Principal }) => JSON.stringify(Principal).includes('events.amazonaws.com'))).toHaveLength(1);
  });

  test.each([
    ['region', 'arn:aws:sns:us-west-2:111111111111:oncall', 'eu-west-1', 'us-west-2'],
    ['account', 'arn:aws:sns:eu-west-1:222222222222:oncall', '111111111111', '222222222222'],
  ])('fail where they are in another %s', (what, arn, here, there) => {
    const stack = testStack({}, { account: '111111111111', region: 'eu-west-1' });
    expect(() => backups({ alerts: AlertTopic.fromTopic(Topic.fromTopicArn(stack, 'OnCall', arn)) }, stack)).toThrow(new Error(
      `'alerts' must be in the ${what} of the backups, ${here}, got a topic in ${there}: EventBridge hands events to none there, so make an AlertTopic beside the backups`));
  });

  test('may be a topic that only deployment knows, and one of which the stack does not know whether it is here', () => {
    const arns: Array<[string, Environment | undefined]> = [
      [Fn.importValue('OnCall'), { account: '111111111111', region: 'eu-west-1' }], ['arn:aws:sns:eu-west-1:111111111111:oncall', undefined],
    ];
    for (const [arn, env] of arns) {
      const stack = testStack({}, env);
      const template = templateOf({ alerts: AlertTopic.fromTopic(Topic.fromTopicArn(stack, 'OnCall', arn)) }, stack);
      expect(only(template, 'AWS::Events::Rule').Targets).toEqual([expect.objectContaining({ Arn: stack.resolve(arn) })]);
    }
  });

  test('are told of nothing unless given', () => {
    templateOf().resourceCountIs('AWS::Events::Rule', 0);
  });
});

describe('include()', () => {
  test('fails on a scope without data', () => {
    const { stack, copies } = backups();
    expect(() => copies.include(new Construct(stack, 'Empty')))
      .toThrow(new Error("nothing to back up in 'Stack/Empty': it contains no EFS file system, DynamoDB table or RDS instance, define its resources first"));
  });

  test('takes L1 resources, and what is included already only once', () => {
    const stack = testStack();
    const copies = new BackupCopies(stack, 'Backups');
    const files = new efs.CfnFileSystem(stack, 'Files', { kmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1' });
    copies.include(files);
    copies.include(stack);
    const template = Template.fromStack(stack);
    expect(selected(template)).toEqual([arnOf('Files')]);
    expect(statementsOf(template).filter(({ Action }) => [Action].flat().includes('elasticfilesystem:Backup'))).toHaveLength(1);
    expect(JSON.stringify(statementsOf(template))).toContain('"Resource":"arn:aws:kms:eu-west-1:123456789012:key/1"');
  });

  test.each<[string, (stack: Stack) => void, number]>([
    ['those of a file system, which AWS Backup manages itself', (stack) => new efs.CfnFileSystem(stack, 'Data', {}), 1],
    ['those of a table', (stack) => table(stack, 'Data'), 1],
    ['none of a database, whose snapshots are those of RDS', (stack) => new rds.CfnDBInstance(stack, 'Data', {}), 0],
  ])('lets the role tag backups: %s', (_, define, times) => {
    const stack = testStack();
    define(stack);
    new BackupCopies(stack, 'Backups').include(stack);
    expect(statementsOf(Template.fromStack(stack)).filter(({ Action }) => Action === 'backup:TagResource')).toHaveLength(times);
  });

  test('leaves out replicas and instances of Aurora', () => {
    const stack = testStack();
    new rds.CfnDBInstance(stack, 'Replica', { sourceDbInstanceIdentifier: 'primary' });
    new rds.CfnDBInstance(stack, 'Writer', { dbClusterIdentifier: 'aurora' });
    const copies = new BackupCopies(stack, 'Backups');
    expect(() => copies.include(stack)).toThrow('nothing to back up');
    new rds.CfnDBInstance(stack, 'Primary', {});
    copies.include(stack);
    expect(selected(Template.fromStack(stack))).toEqual([arnOf('Primary', 'DBInstanceArn')]);
  });

  test('never called is an error at synthesis', () => {
    const app = testApp();
    new BackupCopies(new Stack(app, 'Stack'), 'Backups');
    expect(() => app.synth()).toThrow("nothing is backed up by 'Stack/Backups': call include() with a scope that has file systems, tables or databases");
  });

  test('refers from the backups to what is backed up', () => {
    const app = testApp();
    const [data, operations] = ['Data', 'Operations'].map((id) => new Stack(app, id));
    const copies = new BackupCopies(operations, 'Backups');
    copies.include(table(data, 'Agents', new kms.Key(data, 'Key')));
    app.synth();
    expect(data.dependencies).toEqual([]);
    expect(operations.dependencies).toEqual([data]);
  });

  test('in any order comes to one template, but for the order of permissions', () => {
    const ids = ['A', 'B', 'C'];
    const resourcesFor = (order: string[]): Record<string, unknown> => {
      const stack = testStack();
      const tables = Object.fromEntries(ids.map((id) => [id, table(stack, id)]));
      const copies = new BackupCopies(stack, 'Backups');
      order.forEach((id) => copies.include(tables[id]));
      const { Resources } = Template.fromStack(stack).toJSON();
      return Object.fromEntries(Object.entries(Resources as Record<string, { Type: string }>).filter(([, { Type }]) => Type !== 'AWS::IAM::Policy'));
    };
    const expected = resourcesFor(ids);
    fc.assert(fc.property(fc.shuffledSubarray(ids, { minLength: 3 }), (order) => expect(resourcesFor(order)).toEqual(expected)), { numRuns: 6 });
  });
});

test.each<[Profile, Pick<BackupCopiesProps, 'copyRegion'>]>([['dev', {}], ['prod', {}], ['prod', { copyRegion: 'eu-central-1' }], ['dev', { copyRegion: 'eu-central-1' }]])('no rule pack has anything against backups in %s with %j', (profile, props) => {
  const app = testApp(inProfile(profile));
  const stack = new Stack(app, 'Stack');
  const network = new PlainNetwork(stack);
  const files = new SharedFiles(stack, 'Files', { network });
  const database = new PrivatePostgres(stack, 'Database', { network });
  const copies = new BackupCopies(stack, 'Backups', { ...props, alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }) });
  copies.include(files);
  copies.include(database);
  copies.include(table(stack));
  app.synth();
  expect([copies, files, database, ...stack.dependencies].flatMap((part) => nagFindings(part))).toEqual([]);
});
