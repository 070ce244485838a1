// Who is told: one encrypted topic for alarms, budgets, backups and events.
import { AspectPriority, Aspects, CfnResource, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { property, resourcesIn, targetsOf } from './monitored-resource';
import { acknowledge } from '../private/acknowledge';
import { checkAddresses, MAIL } from '../private/addresses';
import { ownKey } from '../private/own-key';
import { fromThisAccount } from '../private/service-principal';

/** Who is told about alarms, budgets and failed backups. */
export interface IAlertTopic {
  /** The topic. */
  readonly topic: sns.ITopic;
}

/** What SNS sends requests to. */
const WEBHOOK = { pattern: /^https:\/\/[^\s/]+/, what: 'HTTPS endpoints' };

/** Properties of `AlertTopic`. */
export interface AlertTopicProps {
  /** Mail addresses. AWS asks each to confirm once. An address may be a token, the list may not. @default - nobody by mail */
  readonly emails?: string[];
  /** HTTPS endpoints that confirm the subscription themselves, such as those of pager services. An endpoint may be a token, the list may not. @default - no endpoints */
  readonly webhooks?: string[];
  /**
   * Key of the topic. One imported from elsewhere cannot be changed here: its policy must let the services use it that publish.
   *
   * @default - a key of its own, rotated yearly, that CloudWatch, Budgets, Backup and EventBridge may use
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * An encrypted topic that CloudWatch, Budgets, Backup and EventBridge may publish to.
 *
 * With a key of AWS's own, or one that does not admit them, these services would be refused and their messages lost without a trace.
 * At synthesis a topic that nobody subscribes to gives the warning `cdk-patternbook:AlertTopicNobodySubscribed`.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export class AlertTopic extends Construct implements IAlertTopic {
  /**
   * Use a topic that exists.
   *
   * Nothing is changed in it: its policy, and that of its key if it has one, must admit `cloudwatch.amazonaws.com`.
   */
  public static fromTopic(topic: sns.ITopic): IAlertTopic {
    return { topic };
  }

  /** The topic. `addSubscription()` adds further subscribers. */
  public readonly topic: sns.ITopic;
  /** Key of the topic. */
  public readonly encryptionKey: kms.IKey;

  /**
   * Fails on an address that is no mail address or no HTTPS endpoint, and on one given twice.
   */
  constructor(scope: Construct, id: string, props: AlertTopicProps = {}) {
    super(scope, id);
    checkAddresses('emails', props.emails, MAIL, 'SNS');
    checkAddresses('webhooks', props.webhooks, WEBHOOK, 'SNS');

    this.encryptionKey = props.encryptionKey ?? ownKey(this, 'Key', {
      description: `Messages of ${this.node.path}`,
      // nothing outlives the topic that this key would have to open
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new sns.Topic(this, 'Resource', { masterKey: this.encryptionKey, enforceSSL: true });
    for (const publisher of publishers(this)) this.topic.grantPublish(publisher);

    for (const email of props.emails ?? []) this.subscribe(sns.SubscriptionProtocol.EMAIL, email);
    for (const webhook of props.webhooks ?? []) this.subscribe(sns.SubscriptionProtocol.HTTPS, webhook);
    this.warnWhileNobodySubscribes();
  }

  private subscribe(protocol: sns.SubscriptionProtocol, endpoint: string): void {
    if (Token.isUnresolved(endpoint)) {
      // the L2 numbers tokens in the order of their coming, and another order would replace the subscriptions
      acceptLoss(new sns.Subscription(this.topic, JSON.stringify(Stack.of(this).resolve(endpoint)), { topic: this.topic, protocol, endpoint }));
    } else if (protocol === sns.SubscriptionProtocol.EMAIL) {
      acceptLoss(this.topic.addSubscription(new subscriptions.EmailSubscription(endpoint)));
    } else {
      acceptLoss(this.topic.addSubscription(new subscriptions.UrlSubscription(endpoint, { protocol })));
    }
  }

  /** Decided at synthesis, as subscribers may come at any time and from anywhere in the app. */
  private warnWhileNobodySubscribes(): void {
    Aspects.of(this).add({
      visit: (node) => {
        if (node === this && !isSubscribed(this.topic)) {
          Validations.of(this).addWarning('cdk-patternbook:AlertTopicNobodySubscribed',
            "nobody is told what is published here: pass 'emails' or 'webhooks', or add a subscription to 'topic'");
        }
      },
    }, { priority: AspectPriority.READONLY });
  }
}

/**
 * Services that publish, each with the conditions it is documented to meet.
 *
 * EventBridge sends neither aws:SourceAccount nor aws:SourceArn to KMS, and AWS shows Backup's statements without them: with a condition,
 * messages of either would be lost. What is left open is to publish here, for who knows the topic; nothing can be read.
 *
 * @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html
 */
function publishers(scope: Construct): iam.IGrantable[] {
  return [
    fromThisAccount(scope, 'cloudwatch.amazonaws.com'),
    fromThisAccount(scope, 'budgets.amazonaws.com'),
    new iam.ServicePrincipal('backup.amazonaws.com'),
    new iam.ServicePrincipal('events.amazonaws.com'),
  ];
}

function acceptLoss(subscription: sns.Subscription): void {
  acknowledge(subscription, 'Serverless-SNSRedrivePolicy', 'SNS repeats what cannot be delivered, and CloudWatch shows the alarm and its history in any case; '
    + 'a queue of undelivered alarms would have no reader');
}

const SUBSCRIBERS: Record<string, string> = {
  'AWS::SNS::Subscription': 'TopicArn',
  'AWS::Chatbot::SlackChannelConfiguration': 'SnsTopicArns',
  'AWS::Chatbot::MicrosoftTeamsChannelConfiguration': 'SnsTopicArns',
};

function isSubscribed(topic: sns.ITopic): boolean {
  const resource = topic.node.defaultChild as CfnResource;
  return property(resource, 'Subscription') !== undefined
    // those that the topic makes are in it
    || [topic, topic.node.root].some((scope) => resourcesIn(scope, ...Object.keys(SUBSCRIBERS))
      .some((subscriber) => targetsOf(subscriber, property(subscriber, SUBSCRIBERS[subscriber.cfnResourceType])).includes(resource)));
}
