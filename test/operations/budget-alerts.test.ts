import { App, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as fc from 'fast-check';
import { AlertTopic, BudgetAlerts, BudgetAlertsProps, EnvironmentProfile } from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

type Notice = { Notification: Record<string, unknown>; Subscribers: Array<{ SubscriptionType: string; Address: unknown }> };
type Options = Omit<BudgetAlertsProps, 'alerts'>;

function budgetIn(stack: Stack, options: Options = {}): BudgetAlerts {
  return new BudgetAlerts(stack, 'Budget', { alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }), ...options });
}

function budgetOf(options: Options = {}, stack = testStack()): { Budget: Record<string, any>; NotificationsWithSubscribers: Notice[] } {
  budgetIn(stack, options);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Budgets::Budget'));
  return Properties;
}

/** Notices in short: `ACTUAL > 80 %: SNS`. */
const noticesOf = (options: Options): string[] => budgetOf(options).NotificationsWithSubscribers.map(({ Notification, Subscribers }) => {
  expect([Notification.ComparisonOperator, Notification.ThresholdType]).toEqual(['GREATER_THAN', 'PERCENTAGE']);
  return `${Notification.NotificationType} > ${Notification.Threshold} %: ${Subscribers.map(({ SubscriptionType, Address }) =>
    (SubscriptionType === 'EMAIL' ? Address : SubscriptionType)).join(', ')}`;
});

describe.each(FLAG_SETS)('a budget with %s', (_, flags) => {
  test('counts all costs of a calendar month, and tells the topic at 80, 90 and 100 %', () => {
    const stack = new Stack(new App({ context: flags }), 'Stack');
    budgetIn(stack);
    const notice = (percent: number): object => ({
      Notification: { NotificationType: 'ACTUAL', ComparisonOperator: 'GREATER_THAN', Threshold: percent, ThresholdType: 'PERCENTAGE' },
      Subscribers: [{ SubscriptionType: 'SNS', Address: { Ref: Match.stringLikeRegexp('^Alerts') } }],
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 500, Unit: 'USD' }, FilterExpression: Match.absent(), BudgetName: Match.absent() },
      NotificationsWithSubscribers: [notice(80), notice(90), notice(100)],
    });
  });
});

describe('the limit', () => {
  const amount = (options: Options, stack?: Stack): unknown => budgetOf(options, stack).Budget.BudgetLimit.Amount;

  test.each([['dev', 100], ['staging', 250], ['prod', 500]] as const)('of %s is $%d', (profile, expected) => {
    expect(amount({}, testStack(inProfile(profile)))).toBe(expected);
  });

  test('is that of a given profile', () => {
    expect(amount({ profile: EnvironmentProfile.DEV.extend({ monthlyBudgetUsd: 40 }) })).toBe(40);
  });

  test('is what the prop says, and can be read', () => {
    const stack = testStack();
    expect(budgetIn(stack, { monthlyLimitUsd: 300 }).monthlyLimitUsd).toBe(300);
    Template.fromStack(stack).hasResourceProperties('AWS::Budgets::Budget', { Budget: { BudgetLimit: { Amount: 300 } } });
  });

  test('may be a token', () => {
    const stack = testStack();
    expect(amount({ monthlyLimitUsd: new CfnParameter(stack, 'Limit', { type: 'Number' }).valueAsNumber }, stack)).toEqual({ Ref: 'Limit' });
  });
});

describe('notices', () => {
  test('of other shares, and of what AWS forecasts', () => {
    expect(noticesOf({ percents: [50, 120], forecastPercents: [100] })).toEqual(['ACTUAL > 50 %: SNS', 'ACTUAL > 120 %: SNS', 'FORECASTED > 100 %: SNS']);
  });

  test('of forecasts alone', () => {
    expect(noticesOf({ percents: [], forecastPercents: [90] })).toEqual(['FORECASTED > 90 %: SNS']);
  });

  test('from 100 % on go to urgent addresses too, by Budgets itself', () => {
    expect(noticesOf({ percents: [80, 100, 150], forecastPercents: [110], urgentEmails: ['cto@example.com', 'cfo@example.com'] })).toEqual([
      'ACTUAL > 80 %: SNS', 'ACTUAL > 100 %: SNS, cto@example.com, cfo@example.com', 'ACTUAL > 150 %: SNS, cto@example.com, cfo@example.com', 'FORECASTED > 110 %: SNS',
    ]);
  });

  test('stand in an order of their own, as another would replace the budget', () => {
    fc.assert(fc.property(fc.shuffledSubarray([80, 90, 100, 120], { minLength: 4 }), (percents) => {
      expect(noticesOf({ percents })).toEqual([80, 90, 100, 120].map((percent) => `ACTUAL > ${percent} %: SNS`));
    }), { numRuns: 10 });
  });

  test('of shares that are tokens pass', () => {
    expect(budgetOf({ percents: [Lazy.number({ produce: () => 70 })] }).NotificationsWithSubscribers[0].Notification.Threshold).toBe(70);
  });
});

describe('tags', () => {
  test('limit the budget to what bears one', () => {
    expect(budgetOf({ tags: { Application: 'fillup' } }).Budget).toMatchObject({
      FilterExpression: { Tags: { Key: 'Application', Values: ['fillup'] } }, Metrics: ['UnblendedCost'],
    });
  });

  test('limit it to what bears all of several, in whatever order they are given', () => {
    const expected = { And: [{ Tags: { Key: 'Application', Values: ['fillup'] } }, { Tags: { Key: 'Environment', Values: ['prod'] } }] };
    expect(budgetOf({ tags: { Environment: 'prod', Application: 'fillup' } }).Budget.FilterExpression).toEqual(expected);
    expect(budgetOf({ tags: { Application: 'fillup', Environment: 'prod' } }).Budget.FilterExpression).toEqual(expected);
  });
});

test('the name is generated and can be referred to', () => {
  const stack = testStack();
  expect(stack.resolve(budgetIn(stack).budgetName)).toEqual({ Ref: expect.stringMatching(/^Budget[0-9A-F]{8}$/) });
});

test.each(['strong', 'weak'])('the topic may stand in another stack (%s)', (strength) => {
  const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
  const alerts = new AlertTopic(new Stack(app, 'Shared'), 'Alerts', { emails: ['ops@example.com'] });
  new BudgetAlerts(new Stack(app, 'Stack'), 'Budget', { alerts });
  expect(() => app.synth()).not.toThrow();
});

describe('bad input', () => {
  const most = Number.MAX_SAFE_INTEGER;
  test.each<[Options, string]>([
    [{ monthlyLimitUsd: 0 }, `'monthlyLimitUsd' must be 1 to ${most}, got 0: choose a number of whole US dollars`],
    [{ monthlyLimitUsd: 99.5 }, `'monthlyLimitUsd' must be 1 to ${most}, got 99.5: choose a number of whole US dollars`],
    [{ percents: [0] }, "'percents' must be 1 to 1000, got 0: choose shares of the limit in whole percent"],
    [{ percents: [1001] }, "'percents' must be 1 to 1000, got 1001: choose shares of the limit in whole percent"],
    [{ forecastPercents: [0.8] }, "'forecastPercents' must be 1 to 1000, got 0.8: choose shares of the limit in whole percent"],
    [{ percents: [80, 80] }, "'percents' has 80 twice: leave one out"],
    [{ percents: [] }, "'percents' and 'forecastPercents' must be 1 to 5 together, got 0: a budget has no more notices, define a second one for further shares"],
    [{ forecastPercents: [80, 90, 100] }, "'percents' and 'forecastPercents' must be 1 to 5 together, got 6: a budget has no more notices, define a second one for further shares"],
    [{ urgentEmails: ['cto'] }, "'urgentEmails' must be mail addresses, got 'cto': Budgets would refuse it when the stack is deployed, so correct it"],
    [{ urgentEmails: ['a@b.co', 'a@b.co'] }, "'urgentEmails' has 'a@b.co' twice: leave one out"],
    [{ urgentEmails: Array.from({ length: 11 }, (_, index) => `a${index}@b.co`) }, "'urgentEmails' must be at most 10, got 11: a notice of Budgets goes to no more, use a mailing list"],
    [{ urgentEmails: ['a@b.co'], percents: [80, 99] },
      "'urgentEmails' must have a share of 100 or more in 'percents', got 80, 99: add 100, which is when they are told"],
    [{ urgentEmails: ['a@b.co'], percents: [], forecastPercents: [100] },
      "'urgentEmails' must have a share of 100 or more in 'percents', got none: add 100, which is when they are told"],
    [{ tags: {} }, "'tags' must name at least one, got none: leave it out for all costs of the account"],
    [{ tags: { Application: '' } }, "'tags' must have a key and a value, got 'Application' = '': Budgets would take in what has no such tag, so give both"],
  ])('fails on %j', (options, message) => {
    expect(() => budgetIn(testStack(), options)).toThrow(new Error(message));
  });

  test('five notices and ten urgent addresses are allowed', () => {
    const options = { percents: [1, 100, 1000], forecastPercents: [1, 1000], urgentEmails: Array.from({ length: 10 }, (_, index) => `a${index}@b.co`) };
    expect(budgetOf(options).NotificationsWithSubscribers.map(({ Subscribers }) => Subscribers.length)).toEqual([1, 11, 11, 1, 1]);
  });

  test('fails on urgent addresses whose list is a token', () => {
    const stack = testStack();
    const urgentEmails = new CfnParameter(stack, 'Mails', { type: 'CommaDelimitedList' }).valueAsList;
    expect(() => budgetIn(stack, { urgentEmails })).toThrow(
      "'urgentEmails' must be a list known at synthesis, got a token: list the mail addresses one by one, each of which may be a token");
  });

  test('a topic of the same account passes', () => {
    const stack = testStack({}, { account: '111111111111', region: 'eu-west-1' });
    const alerts = AlertTopic.fromTopic(sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:111111111111:ops'));
    expect(() => new BudgetAlerts(stack, 'Budget', { alerts })).not.toThrow();
  });

  test('fails on a topic of another account', () => {
    const stack = testStack({}, { account: '111111111111', region: 'eu-west-1' });
    const alerts = AlertTopic.fromTopic(sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:222222222222:ops'));
    expect(() => new BudgetAlerts(stack, 'Budget', { alerts })).toThrow(
      "'alerts' must be a topic of account 111111111111, got 'Stack/Topic' of 222222222222: Budgets publishes to no other account, define one here");
  });
});
