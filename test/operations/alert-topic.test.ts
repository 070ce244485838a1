import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as fc from 'fast-check';
import { warningsOf } from './fixture';
import { AlertTopic, AlertTopicProps } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

interface Statement { Action: string | string[]; Effect: string; Principal: { Service?: string | string[] }; Condition?: unknown }

/** Services a policy admits without condition, and within the own account only. */
function admitted(statements: Statement[], action: string): { always: string[]; own: string[] } {
  const services = (own: boolean): string[] => statements
    .filter(({ Effect, Action, Condition }) => Effect === 'Allow' && [Action].flat().includes(action) && (Condition !== undefined) === own)
    .flatMap(({ Principal, Condition }) => {
      if (own) expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
      return [Principal.Service ?? []].flat();
    }).sort();
  return { always: services(false), own: services(true) };
}

describe.each(FLAG_SETS)('with %s', (_, flags) => {
  let stack: Stack;
  let template: Template;
  beforeAll(() => {
    stack = new Stack(new App({ context: flags }), 'Stack');
    new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'], webhooks: ['https://events.example.com/key'] });
    template = Template.fromStack(stack);
  });
  const ofType = (type: string): Record<string, any> => Object.values(template.findResources(type))[0].Properties;

  test('the topic is encrypted with a key of its own, rotated yearly', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AlertsKey'), 'Arn'] } });
  });

  const SERVICES = {
    own: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'],
    always: ['backup.amazonaws.com', 'events.amazonaws.com'],
  };

  test.each(['kms:Decrypt', 'kms:GenerateDataKey*'])('the key admits every publisher to %s, with the conditions each of them meets', (action) => {
    expect(admitted(ofType('AWS::KMS::Key').KeyPolicy.Statement, action)).toEqual(SERVICES);
  });

  test('the topic admits every publisher', () => {
    expect(admitted(ofType('AWS::SNS::TopicPolicy').PolicyDocument.Statement, 'sns:Publish')).toEqual(SERVICES);
  });

  test('nobody may publish without TLS', () => {
    expect(ofType('AWS::SNS::TopicPolicy').PolicyDocument.Statement).toContainEqual(expect.objectContaining({
      Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }));
  });

  test('mail addresses and webhooks are subscribed', () => {
    expect(Object.values(template.findResources('AWS::SNS::Subscription')).map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])).toEqual([
      ['email', 'ops@example.com'], ['https', 'https://events.example.com/key'],
    ]);
  });

  test('cdk-nag finds nothing', () => {
    expect(new AwsSolutionsChecks(stack.node.root).validateScope(stack).violations).toEqual([]);
  });
});

test('a given key is used, admits the publishers, and none is made', () => {
  const stack = testStack();
  const key = new kms.Key(stack, 'Shared');
  expect(new AlertTopic(stack, 'Alerts', { encryptionKey: key }).encryptionKey).toBe(key);
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::KMS::Key', 1);
  const [{ Properties }] = Object.values(template.findResources('AWS::KMS::Key'));
  expect(admitted(Properties.KeyPolicy.Statement, 'kms:Decrypt').own).toContain('cloudwatch.amazonaws.com');
});

test('an imported key is used as it is', () => {
  const stack = testStack();
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Shared', 'arn:aws:kms:eu-west-1:111111111111:key/abc');
  new AlertTopic(stack, 'Alerts', { encryptionKey });
  Template.fromStack(stack).hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: encryptionKey.keyArn });
});

test('an existing topic is passed on and left alone', () => {
  const stack = testStack();
  const topic = new sns.Topic(stack, 'Existing');
  expect(AlertTopic.fromTopic(topic).topic).toBe(topic);
  Template.fromStack(stack).resourceCountIs('AWS::SNS::TopicPolicy', 0);
});

describe('a topic without subscribers', () => {
  const NOBODY = "AlertTopicNobodySubscribed: nobody is told what is published here: pass 'emails' or 'webhooks', or add a subscription to 'topic'";

  test('gives a warning at synthesis', () => {
    const stack = testStack();
    new AlertTopic(stack, 'Alerts');
    expect(warningsOf(stack)).toEqual([NOBODY]);
  });

  test.each<[string, (topic: sns.ITopic, stack: Stack) => void]>([
    ['a mail address', (topic) => topic.addSubscription(new EmailSubscription('ops@example.com'))],
    ['a queue in another stack', (topic, stack) => topic.addSubscription(new SqsSubscription(new sqs.Queue(new Stack(stack.node.scope as App, 'Other'), 'Queue')))],
    ['an L1 subscription', (topic, stack) => new sns.CfnSubscription(stack, 'Sub', { protocol: 'email', endpoint: 'ops@example.com', topicArn: topic.topicArn })],
  ])('gives none where %s comes later', (_, subscribe) => {
    const stack = testStack();
    subscribe(new AlertTopic(stack, 'Alerts').topic, stack);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('is not helped by a subscriber of another topic', () => {
    const stack = testStack();
    new AlertTopic(stack, 'Alerts');
    new AlertTopic(stack, 'Others', { emails: ['ops@example.com'] });
    expect(warningsOf(stack)).toEqual([NOBODY]);
  });
});

describe('ids', () => {
  const idsBy = (emails: string[]): Map<string, string> => {
    const stack = testStack();
    const parameter = new CfnParameter(stack, 'Mail');
    new AlertTopic(stack, 'Alerts', { emails: emails.map((email) => (email === 'token' ? parameter.valueAsString : email)) });
    const found = Template.fromStack(stack).findResources('AWS::SNS::Subscription');
    return new Map(Object.entries(found).map(([id, { Properties }]) => [JSON.stringify(Properties.Endpoint), id]));
  };

  test('adding, removing or reordering addresses changes no other subscription', () => {
    const all = idsBy(['a.b@example.com', 'ab@example.com', 'c@example.com', 'token']);
    fc.assert(fc.property(fc.shuffledSubarray(['a.b@example.com', 'ab@example.com', 'c@example.com', 'token']), (emails) => {
      for (const [endpoint, id] of idsBy(emails)) expect(id).toBe(all.get(endpoint));
    }), { numRuns: 15 });
  });
});

describe('bad input', () => {
  test.each<[AlertTopicProps, string]>([
    [{ emails: ['ops'] }, "'emails' must be mail addresses, got 'ops': SNS would refuse it when the stack is deployed, so correct it"],
    [{ emails: ['ops@example'] }, "'emails' must be mail addresses, got 'ops@example': SNS would refuse it when the stack is deployed, so correct it"],
    [{ webhooks: ['http://example.com'] }, "'webhooks' must be HTTPS endpoints, got 'http://example.com': SNS would refuse it when the stack is deployed, so correct it"],
    [{ emails: ['a@b.co', 'a@b.co'] }, "'emails' has 'a@b.co' twice: leave one out"],
  ])('fails on %j', (props, message) => {
    expect(() => new AlertTopic(testStack(), 'Alerts', props)).toThrow(new Error(message));
  });

  test('fails on a list that is a token', () => {
    const stack = testStack();
    const list = new CfnParameter(stack, 'Mails', { type: 'CommaDelimitedList' }).valueAsList;
    expect(() => new AlertTopic(stack, 'Alerts', { emails: list })).toThrow(
      "'emails' must be a list known at synthesis, got a token: list the mail addresses one by one, each of which may be a token");
  });

  test('passes tokens', () => {
    const stack = testStack();
    new AlertTopic(stack, 'Alerts', { webhooks: [new CfnParameter(stack, 'Hook').valueAsString] });
    Template.fromStack(stack).hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'https', Endpoint: { Ref: 'Hook' } });
  });
});

test.each(['strong', 'weak'])('alarms of another stack may act on it (%s)', (strength) => {
  const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
  const alerts = new AlertTopic(new Stack(app, 'Shared'), 'Alerts', { emails: ['ops@example.com'] });
  const stack = new Stack(app, 'Stack');
  new sns.CfnSubscription(stack, 'Sub', { protocol: 'email', endpoint: 'a@b.co', topicArn: alerts.topic.topicArn });
  expect(() => app.synth()).not.toThrow();
});

test('the key goes with its topic: nothing outlives it that the key would have to open', () => {
  const stack = testStack();
  new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] });
  Template.fromStack(stack).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
});
