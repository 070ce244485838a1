import { Duration, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { appTier, clusterIn, serviceIn } from './app-tier';
import { EnvironmentProfile, WorkQueue, WorkQueueProps } from '../../src';
import { inProfile, testStack } from '../harness';
import { statementsOf } from '../statements';

const QUEUE = 'AWS::SQS::Queue';

function templateOf(props?: WorkQueueProps, stack = testStack(inProfile('prod'))): Template {
  new WorkQueue(stack, 'Builds', props);
  return Template.fromStack(stack);
}

describe('a queue', () => {
  const template = templateOf();

  test('hides a message for 5 minutes, tries it 3 times and keeps it for 4 days', () => {
    template.hasResourceProperties(QUEUE, {
      VisibilityTimeout: 300,
      MessageRetentionPeriod: 345600,
      ReceiveMessageWaitTimeSeconds: 20,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['BuildsDeadLetters599DD050', 'Arn'] }, maxReceiveCount: 3 },
    });
  });

  test('keeps dead letters for 14 days', () => {
    template.hasResourceProperties(QUEUE, { MessageRetentionPeriod: 1209600, RedrivePolicy: Match.absent() });
  });

  test('has logical ids that are fixed', () => {
    expect(Object.keys(template.findResources(QUEUE))).toEqual(['BuildsDeadLetters599DD050', 'BuildsQueueFCFF536D']);
  });

  test('is encrypted, and takes messages over TLS alone, both of it', () => {
    template.allResourcesProperties(QUEUE, { SqsManagedSseEnabled: true });
    for (const id of Object.keys(template.findResources(QUEUE))) {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] },
      });
    }
  });

  test('has no name of its own and keeps no order', () => {
    template.allResourcesProperties(QUEUE, { QueueName: Match.absent(), FifoQueue: Match.absent() });
  });

  test('is as it is asked for', () => {
    const other = templateOf({
      visibilityTimeout: Duration.hours(1), maxReceives: 5, retention: Duration.days(7), deadLetterRetention: Duration.days(10), fifo: true,
    });
    other.hasResourceProperties(QUEUE, {
      VisibilityTimeout: 3600, MessageRetentionPeriod: 604800, FifoQueue: true, RedrivePolicy: { maxReceiveCount: 5 },
    });
    other.hasResourceProperties(QUEUE, { MessageRetentionPeriod: 864000, FifoQueue: true, RedrivePolicy: Match.absent() });
  });
});

test.each([['dev', 'Delete', 'Delete'], ['staging', 'RetainExceptOnCreate', 'Retain'], ['prod', 'RetainExceptOnCreate', 'Retain']] as const)(
  'with its messages it is in %s kept as %s', (profile, DeletionPolicy, UpdateReplacePolicy) => {
    templateOf({}, testStack(inProfile(profile))).allResources(QUEUE, { DeletionPolicy, UpdateReplacePolicy });
  });

test('the profile may be given', () => {
  templateOf({ profile: EnvironmentProfile.DEV }).allResources(QUEUE, { DeletionPolicy: 'Delete' });
});

test.each<[WorkQueueProps, string]>([
  [{ visibilityTimeout: Duration.seconds(0) }, "'visibilityTimeout' must be 1 to 43200, got 0: choose whole seconds within these"],
  [{ visibilityTimeout: Duration.hours(13) }, "'visibilityTimeout' must be 1 to 43200, got 46800: choose whole seconds within these"],
  [{ maxReceives: 0 }, "'maxReceives' must be 1 to 1000, got 0: choose a number within these, SQS counts no further"],
  [{ maxReceives: 1001 }, "'maxReceives' must be 1 to 1000, got 1001: choose a number within these, SQS counts no further"],
  [{ retention: Duration.seconds(59) }, "'retention' must be 60 to 1209600, got 59: choose whole seconds within these"],
  [{ deadLetterRetention: Duration.days(15) }, "'deadLetterRetention' must be 60 to 1209600, got 1296000: choose whole seconds within these"],
  [{ deadLetterRetention: Duration.days(3) }, "'deadLetterRetention' must not be less than 'retention', got 259200 and 345600 seconds: "
    + 'a dead letter is as old as its message, and could be gone before anybody sees it, so raise the one or lower the other'],
  [{ visibilityTimeout: Duration.hours(12), maxReceives: 8 }, "'retention' must be more than 'visibilityTimeout' times 'maxReceives', got 345600 and 345600 seconds: "
    + 'a message that always fails would expire before it becomes a dead letter, so raise the first or lower one of the others'],
])('fails: %#', (props, message) => {
  expect(() => templateOf(props)).toThrow(message);
});

test('dead letters of a queue with order have an age of their own', () => {
  expect(() => templateOf({ fifo: true, deadLetterRetention: Duration.days(3) })).not.toThrow();
});

test('times known only at deployment pass', () => {
  const seconds = (Ref: string): Duration => Duration.seconds(Token.asNumber({ Ref }));
  const [visibilityTimeout, retention, deadLetterRetention] = ['Hidden', 'Kept', 'Dead'].map(seconds);
  templateOf({ visibilityTimeout, retention, deadLetterRetention, maxReceives: Token.asNumber({ Ref: 'Tries' }) })
    .hasResourceProperties(QUEUE, { VisibilityTimeout: { Ref: 'Hidden' }, MessageRetentionPeriod: { Ref: 'Kept' } });
});

describe('a service that uses a queue', () => {
  test('has its URL, may send to it, and tells its network', () => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network) });
    api.useQueue(new WorkQueue(stack, 'Builds'));
    expect(statementsOf(Template.fromStack(stack), 'ApiTaskRole')).toEqual([{
      Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'], Effect: 'Allow', Resource: { 'Fn::GetAtt': ['BuildsQueueFCFF536D', 'Arn'] },
    }]);
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ Environment: Match.arrayWith([{ Name: 'QUEUE_URL', Value: { Ref: 'BuildsQueueFCFF536D' } }]) }],
    });
    expect(network.required).toContain('sqs by Api');
  });

  test('has a second one by another variable, and not by the same', () => {
    const stack = testStack();
    const api = serviceIn(stack);
    api.useQueue(new WorkQueue(stack, 'Builds'));
    api.useQueue(new WorkQueue(stack, 'Mails'), { variable: 'MAILS_URL' });
    expect(() => api.useQueue(new WorkQueue(stack, 'Others'))).toThrow("variable 'QUEUE_URL' is set already: remove one of the two, or give it another name");
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ Environment: Match.arrayWith([Match.objectLike({ Name: 'MAILS_URL' })]) }],
    });
  });

  test('may use the key of one that exists, through SQS', () => {
    const stack = testStack();
    const encryptionMasterKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/0');
    const queue = new sqs.Queue(stack, 'Legacy', { encryptionMasterKey });
    serviceIn(stack).useQueue(WorkQueue.fromQueue(queue));
    expect(statementsOf(Template.fromStack(stack), 'ApiTaskRole')).toContainEqual({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Effect: 'Allow',
      Resource: 'arn:aws:kms:eu-west-1:111111111111:key/0',
      Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['sqs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } } },
    });
  });
});

test('what exists makes nothing', () => {
  const stack = testStack();
  const queue = sqs.Queue.fromQueueArn(stack, 'Legacy', 'arn:aws:sqs:eu-west-1:111111111111:legacy');
  expect(WorkQueue.fromQueue(queue).queue).toBe(queue);
  Template.fromStack(stack).resourceCountIs(QUEUE, 0);
});
