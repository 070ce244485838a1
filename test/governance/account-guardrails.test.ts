import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AccountGuardrails, AccountGuardrailsProps } from '../../src';
import { FLAG_SETS, inProfile, testStack } from '../harness';

const ENV = { account: '111111111111', region: 'eu-west-1' };
const RULES = ['IAM_PASSWORD_POLICY', 'LAMBDA_INSIDE_VPC', 'MULTI_REGION_CLOUD_TRAIL_ENABLED', 'RDS_STORAGE_ENCRYPTED', 'S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED'];
const TRAILS = 'arn:aws:cloudtrail:eu-west-1:111111111111:trail/*';

function guarded(props?: AccountGuardrailsProps, stack = testStack({}, ENV)): Template {
  new AccountGuardrails(stack, 'Guardrails', props);
  return Template.fromStack(stack);
}

type Resource = { Properties: Record<string, any>; DependsOn?: string[]; DeletionPolicy?: string; UpdateReplacePolicy?: string };
const only = (template: Template, type: string): Resource => {
  const found = Object.values(template.findResources(type)) as Resource[];
  expect(found).toHaveLength(1);
  return found[0];
};
const idOf = (template: Template, type: string): string => Object.keys(template.findResources(type))[0];

/** `Fn::Join` with nothing between, as one text. Only some flags name the partition at synthesis. */
const flat = (value: any): string => {
  if (typeof value === 'string') return value;
  if (value.Ref === 'AWS::Partition') return 'aws';
  return value['Fn::Join'] ? value['Fn::Join'][1].map(flat).join('') : JSON.stringify(value);
};
const flatly = (value: any): unknown => JSON.parse(JSON.stringify(value), (_, each) => (each?.['Fn::Join'] ? flat(each) : each));

/** Statements of bucket or key that admit services, by their ids. */
const admitted = (document: { Statement: any[] }): Record<string, any> =>
  Object.fromEntries(document.Statement.filter(({ Principal }) => Principal.Service !== undefined)
    .map(({ Sid, ...rest }) => [Sid ?? JSON.stringify(rest), flatly(rest)]));
const bucketPolicy = (template: Template): Record<string, any> => admitted(only(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument);
const keyPolicy = (template: Template): Record<string, any> => admitted(only(template, 'AWS::KMS::Key').Properties.KeyPolicy);

describe.each(FLAG_SETS)('guardrails with %s', (_, flags) => {
  const template = guarded({}, new Stack(new App({ context: flags }), 'Stack', { env: ENV }));

  test('record all regions by a trail that is validated and encrypted, and wait for the bucket to admit it', () => {
    const { Properties, DependsOn } = only(template, 'AWS::CloudTrail::Trail');
    expect(Properties).toMatchObject({
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      KMSKeyId: { 'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key'), 'Arn'] },
      S3BucketName: { Ref: idOf(template, 'AWS::S3::Bucket') },
    });
    expect(Properties).not.toHaveProperty('CloudWatchLogsLogGroupArn');
    expect(Properties).not.toHaveProperty('TrailName');
    expect(DependsOn).toEqual([idOf(template, 'AWS::S3::BucketPolicy')]);
  });

  test('record management events once, and accesses to all objects and runs of all functions beside them', () => {
    expect(flatly(only(template, 'AWS::CloudTrail::Trail').Properties.EventSelectors)).toEqual([
      { IncludeManagementEvents: true, ReadWriteType: 'All' },
      { IncludeManagementEvents: false, ReadWriteType: 'All', DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::'] }] },
      { IncludeManagementEvents: false, ReadWriteType: 'All', DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] }] },
    ]);
  });

  test('keep records private and encrypted by a key of their own, in Glacier after 90 days, to a year', () => {
    expect(only(template, 'AWS::S3::Bucket').Properties).toEqual({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: false,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key'), 'Arn'] } },
        }],
      },
      LifecycleConfiguration: {
        Rules: [{
          Status: 'Enabled',
          ExpirationInDays: 365,
          Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 90 }],
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(only(template, 'AWS::KMS::Key').Properties.EnableKeyRotation).toBe(true);
  });

  test('record all resources of the region by the service-linked role, with a channel to the bucket', () => {
    const role = idOf(template, 'AWS::IAM::ServiceLinkedRole');
    const recorder = only(template, 'AWS::Config::ConfigurationRecorder');
    expect(flatly(recorder.Properties)).toEqual({
      RecordingGroup: { AllSupported: true, IncludeGlobalResourceTypes: true },
      RoleARN: 'arn:aws:iam::111111111111:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig',
    });
    expect(recorder.DependsOn).toEqual([role]);
    const channel = only(template, 'AWS::Config::DeliveryChannel');
    expect(channel.Properties).toEqual({
      ConfigSnapshotDeliveryProperties: { DeliveryFrequency: 'TwentyFour_Hours' },
      S3BucketName: { Ref: idOf(template, 'AWS::S3::Bucket') },
      S3KmsKeyArn: { 'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key'), 'Arn'] },
    });
    // not on the recorder, which is complete only when it has a channel
    expect([...channel.DependsOn!].sort()).toEqual([role, idOf(template, 'AWS::S3::BucketPolicy')].sort());
    expect(only(template, 'AWS::IAM::ServiceLinkedRole').Properties).toEqual({ AWSServiceName: 'config.amazonaws.com' });
  });

  test('check the account by five rules of AWS, each after the recorder', () => {
    const rules = Object.values(template.findResources('AWS::Config::ConfigRule')) as Resource[];
    expect(rules.map(({ Properties }) => Properties.Source.SourceIdentifier).sort()).toEqual(RULES);
    for (const { Properties, DependsOn } of rules) {
      expect(Properties.Source.Owner).toBe('AWS');
      expect(DependsOn).toEqual([idOf(template, 'AWS::Config::ConfigurationRecorder')]);
    }
    const daily = rules.filter(({ Properties }) => Properties.MaximumExecutionFrequency === 'TwentyFour_Hours');
    expect(daily.map(({ Properties }) => Properties.Source.SourceIdentifier).sort()).toEqual(['IAM_PASSWORD_POLICY', 'MULTI_REGION_CLOUD_TRAIL_ENABLED']);
  });

  test('define no role with permissions, and no function', () => {
    expect(Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type)
      .filter((type) => ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::Lambda::Function'].includes(type))).toEqual([]);
  });
});

describe('the bucket and its key admit', () => {
  test('trails of this account and region alone', () => {
    const ArnLike = { 'aws:SourceArn': TRAILS };
    const common = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
    const template = guarded({ configRecorder: false });
    const bucket = { 'Fn::GetAtt': [idOf(template, 'AWS::S3::Bucket'), 'Arn'] };
    expect(bucketPolicy(template)).toEqual({
      TrailLooks: { ...common, Action: 's3:GetBucketAcl', Resource: bucket, Condition: { ArnLike } },
      TrailWrites: {
        ...common,
        Action: 's3:PutObject',
        Resource: `${JSON.stringify(bucket)}/AWSLogs/111111111111/*`,
        Condition: { ArnLike, StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      },
    });
    expect(keyPolicy(template)).toEqual({
      TrailEncrypts: {
        ...common,
        Action: 'kms:GenerateDataKey*',
        Resource: '*',
        Condition: { ArnLike, StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': TRAILS.replace('eu-west-1', '*') } },
      },
      TrailDescribes: { ...common, Action: 'kms:DescribeKey', Resource: '*', Condition: { ArnLike } },
    });
  });

  test('Config for this account alone', () => {
    const account = { 'aws:SourceAccount': '111111111111' };
    const common = { Effect: 'Allow', Principal: { Service: 'config.amazonaws.com' } };
    const template = guarded({ trail: false });
    const bucket = { 'Fn::GetAtt': [idOf(template, 'AWS::S3::Bucket'), 'Arn'] };
    const { ConfigLooks, ConfigWrites, ...others } = bucketPolicy(template);
    expect({ ...ConfigLooks, Action: [...ConfigLooks.Action].sort() }).toEqual(
      { ...common, Action: ['s3:GetBucketAcl', 's3:ListBucket'], Resource: bucket, Condition: { StringEquals: account } });
    expect(ConfigWrites).toEqual({
      ...common,
      Action: 's3:PutObject',
      Resource: `${JSON.stringify(bucket)}/AWSLogs/111111111111/Config/*`,
      Condition: { StringEquals: { ...account, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    });
    expect(others).toEqual({});
    const { ConfigEncrypts, ...further } = keyPolicy(template);
    expect({ ...ConfigEncrypts, Action: [...ConfigEncrypts.Action].sort() }).toEqual(
      { ...common, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*', Condition: { StringEquals: account } });
    expect(further).toEqual({});
  });

  test('both where both deliver, and nobody without TLS', () => {
    const template = guarded();
    expect(Object.keys(bucketPolicy(template)).sort()).toEqual(['ConfigLooks', 'ConfigWrites', 'TrailLooks', 'TrailWrites']);
    expect(Object.keys(keyPolicy(template)).sort()).toEqual(['ConfigEncrypts', 'TrailDescribes', 'TrailEncrypts']);
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
      },
    });
  });
});

test.each(['dev', 'staging', 'prod'] as const)('bucket and key outlive the stack in %s, and nothing empties the bucket', (profile) => {
  const template = guarded({}, testStack(inProfile(profile)));
  for (const type of ['AWS::S3::Bucket', 'AWS::KMS::Key']) {
    expect(only(template, type)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  }
  expect(Object.values(template.toJSON().Resources as Record<string, { Type: string }>).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
});

describe('what is left out', () => {
  const countsOf = (props: AccountGuardrailsProps): Record<string, number> => {
    const template = guarded(props);
    const types = ['AWS::CloudTrail::Trail', 'AWS::Config::ConfigRule', 'AWS::Config::ConfigurationRecorder', 'AWS::Config::DeliveryChannel', 'AWS::IAM::ServiceLinkedRole',
      'AWS::KMS::Key', 'AWS::S3::Bucket'];
    return Object.fromEntries(types.map((type) => [type.split('::')[2], Object.keys(template.findResources(type)).length]));
  };
  const ALL = { Trail: 1, ConfigRule: 5, ConfigurationRecorder: 1, DeliveryChannel: 1, ServiceLinkedRole: 1, Key: 1, Bucket: 1 };
  const NO_RECORDER = { ...ALL, ConfigurationRecorder: 0, DeliveryChannel: 0, ServiceLinkedRole: 0 };

  test.each<[AccountGuardrailsProps, Record<string, number>]>([
    [{}, ALL],
    [{ trail: true, dataEvents: true, configRules: true, configRecorder: true, configRole: true }, ALL],
    [{ trail: false }, { ...ALL, Trail: 0 }],
    [{ trail: false, dataEvents: false }, { ...ALL, Trail: 0 }],
    [{ dataEvents: false }, ALL],
    [{ configRules: false }, { ...ALL, ConfigRule: 0 }],
    [{ configRecorder: false }, NO_RECORDER],
    [{ configRecorder: false, configRole: false }, NO_RECORDER],
    [{ configRole: false }, { ...ALL, ServiceLinkedRole: 0 }],
    [{ trail: false, configRecorder: false }, { ...NO_RECORDER, Trail: 0, Key: 0, Bucket: 0 }],
    [{ trail: false, configRules: false }, { ...ALL, Trail: 0, ConfigRule: 0 }],
    [{ configRules: false, configRecorder: false }, { ...NO_RECORDER, ConfigRule: 0 }],
  ])('with %j', (props, expected) => {
    expect(countsOf(props)).toEqual(expected);
  });

  test('data events: the trail records what is managed', () => {
    expect(only(guarded({ dataEvents: false }), 'AWS::CloudTrail::Trail').Properties.EventSelectors).toEqual([{ IncludeManagementEvents: true, ReadWriteType: 'All' }]);
  });

  test('the recorder: rules wait for nothing, as there is one already', () => {
    const rules = Object.values(guarded({ configRecorder: false }).findResources('AWS::Config::ConfigRule')) as Resource[];
    expect(rules.map(({ DependsOn }) => DependsOn)).toEqual(rules.map(() => undefined));
  });

  test('the role: recorder and channel wait for none', () => {
    const template = guarded({ configRole: false });
    expect(only(template, 'AWS::Config::ConfigurationRecorder').DependsOn).toBeUndefined();
    expect(only(template, 'AWS::Config::DeliveryChannel').DependsOn).toEqual([idOf(template, 'AWS::S3::BucketPolicy')]);
  });
});

describe('passwords', () => {
  const stack = testStack();
  const { passwordPolicyCommand } = new AccountGuardrails(stack, 'Guardrails');
  const rule = Object.values(Template.fromStack(stack).findResources('AWS::Config::ConfigRule', { Properties: { Source: { SourceIdentifier: 'IAM_PASSWORD_POLICY' } } }))[0];

  test('must have 14 characters of four kinds, none of the last 24, for 90 days', () => {
    expect(rule.Properties.InputParameters).toEqual({
      RequireUppercaseCharacters: 'true',
      RequireLowercaseCharacters: 'true',
      RequireSymbols: 'true',
      RequireNumbers: 'true',
      MinimumPasswordLength: '14',
      PasswordReusePrevention: '24',
      MaxPasswordAge: '90',
    });
  });

  test('come to that by a command', () => {
    expect(passwordPolicyCommand).toBe('aws iam update-account-password-policy --require-uppercase-characters --require-lowercase-characters --require-symbols '
      + '--require-numbers --minimum-password-length 14 --password-reuse-prevention 24 --max-password-age 90 --allow-users-to-change-password');
  });
});

describe('what can be asked', () => {
  test('the trail, to record further buckets', () => {
    const stack = testStack();
    const { trail, bucket } = new AccountGuardrails(stack, 'Guardrails', { dataEvents: false });
    trail.addS3EventSelector([{ bucket: s3.Bucket.fromBucketName(stack, 'Invoices', 'acme-invoices') }]);
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::CloudTrail::Trail').Properties.EventSelectors).toHaveLength(2);
    expect(stack.resolve(trail.trailArn)).toEqual({ 'Fn::GetAtt': [idOf(template, 'AWS::CloudTrail::Trail'), 'Arn'] });
    expect(stack.resolve(bucket.bucketName)).toEqual({ Ref: idOf(template, 'AWS::S3::Bucket') });
  });

  test('no trail where it is off', () => {
    const guardrails = new AccountGuardrails(testStack(), 'Guardrails', { trail: false });
    expect(() => guardrails.trail).toThrow(new Error("'trail' of 'Stack/Guardrails' must be on to be read, got false: leave it out of the props, or set it to true"));
    expect(() => guardrails.bucket).not.toThrow();
  });

  test('no bucket where nothing is delivered', () => {
    const guardrails = new AccountGuardrails(testStack(), 'Guardrails', { trail: false, configRecorder: false });
    expect(() => guardrails.bucket).toThrow(
      new Error("'bucket' of 'Stack/Guardrails' must have something to hold, got neither 'trail' nor 'configRecorder': turn one on"));
  });
});

test.each<[AccountGuardrailsProps, string]>([
  [{ trail: false, configRules: false, configRecorder: false },
    "'trail', 'configRecorder' and 'configRules' must not all be false, got nothing to define: turn one on, or leave the construct out"],
  [{ trail: false, dataEvents: true }, "'dataEvents' must not be true without 'trail', got 'trail' false: leave 'dataEvents' out, or turn 'trail' on"],
  [{ configRecorder: false, configRole: true }, "'configRole' must not be true without 'configRecorder', got 'configRecorder' false: leave 'configRole' out, or turn 'configRecorder' on"],
])('fails on %j', (props, message) => {
  expect(() => guarded(props)).toThrow(new Error(message));
});

test('nobody is warned', () => {
  const stack = testStack();
  new AccountGuardrails(stack, 'Guardrails');
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});
