// What a month may cost, and who hears of it.
import { Stack, Token } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import { IAlertTopic } from './alert-topic';
import { EnvironmentProfile } from '../environment-profile';
import { checkAddresses, MAIL } from '../private/addresses';
import { checkRange, shown } from '../private/validate';

/** Properties of `BudgetAlerts`. */
export interface BudgetAlertsProps {
  /** Who is told. The topic must be in the account of the budget and admit `budgets.amazonaws.com`, as an `AlertTopic` does. */
  readonly alerts: IAlertTopic;
  /** Limit of a calendar month in whole US dollars, 1 or more. @default - from the profile: 100 in dev, 250 in staging, 500 in prod */
  readonly monthlyLimitUsd?: number;
  /** Shares of the limit that have been spent, whole percent, 1 to 1000. Each of these notices comes once a month. @default [80, 90, 100] */
  readonly percents?: number[];
  /**
   * Shares of the limit that the month will come to by AWS's forecast, whole percent, 1 to 1000. AWS forecasts from about 5 weeks of use on.
   *
   * @default - no forecast
   */
  readonly forecastPercents?: number[];
  /**
   * Mail addresses that are told urgently, beside `alerts`: by Budgets itself and without confirmation, when 100 % of the limit or more have been spent. At most 10.
   * An address may be a token, the list may not.
   *
   * @default - nobody but `alerts`
   */
  readonly urgentEmails?: string[];
  /**
   * Only costs of resources with all of these tags, which must be activated as cost allocation tags of the account.
   *
   * @default - all costs of the account
   * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html
   */
  readonly tags?: { [key: string]: string };
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}

/**
 * A monthly budget of the account, or of what bears some tags, with notices at 80, 90 and 100 % of it.
 *
 * Fails on shares and limits out of bounds, on a share twice, on more than the 5 notices that a budget has, on mail addresses that are none, on urgent ones without a
 * share of 100 % or more, on empty tags, and on a topic of another account.
 *
 * @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
 */
export class BudgetAlerts extends Construct {
  /** Name of the budget, generated, for actions of one's own. */
  public readonly budgetName: string;
  /** Limit of a month, US dollars. */
  public readonly monthlyLimitUsd: number;

  constructor(scope: Construct, id: string, props: BudgetAlertsProps) {
    super(scope, id);
    const { percents = [80, 90, 100], forecastPercents = [], urgentEmails = [] } = props;
    checkRange('monthlyLimitUsd', props.monthlyLimitUsd, 1, Number.MAX_SAFE_INTEGER, 'choose a number of whole US dollars');
    checkPercents('percents', percents);
    checkPercents('forecastPercents', forecastPercents);
    checkNotices(percents.length + forecastPercents.length);
    checkUrgent(props.urgentEmails, percents);
    checkSameAccount(this, props.alerts);
    this.monthlyLimitUsd = props.monthlyLimitUsd ?? (props.profile ?? EnvironmentProfile.of(this)).monthlyBudgetUsd;

    const subscriber = (subscriptionType: string, address: string): budgets.CfnBudget.SubscriberProperty => ({ subscriptionType, address });
    const topic = subscriber('SNS', props.alerts.topic.topicArn);
    const urgent = urgentEmails.map((email) => subscriber('EMAIL', email));
    const budget = new budgets.CfnBudget(this, 'Resource', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: this.monthlyLimitUsd, unit: 'USD' },
        ...filterBy(props.tags),
      },
      notificationsWithSubscribers: [
        ...ascending(percents).map((percent) => notice('ACTUAL', percent, percent >= 100 ? [topic, ...urgent] : [topic])),
        ...ascending(forecastPercents).map((percent) => notice('FORECASTED', percent, [topic])),
      ],
    });
    this.budgetName = budget.ref;
  }
}

/** In an order of their own: CloudFormation replaces a budget when its notices change places. */
const ascending = (percents: number[]): number[] => [...percents].sort((one, other) => one - other);

function notice(
  notificationType: string, threshold: number, subscribers: budgets.CfnBudget.SubscriberProperty[],
): budgets.CfnBudget.NotificationWithSubscribersProperty {
  return { notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' }, subscribers };
}

/**
 * What counts. Of the two ways to say it this is the one whose several tags are joined by a documented word.
 *
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
 */
function filterBy(tags: { [key: string]: string } | undefined): Partial<budgets.CfnBudget.BudgetDataProperty> {
  if (tags === undefined) return {};
  const each = Object.entries(tags).sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, value]) => ({ tags: { key, values: [value] } }));
  if (each.length === 0) throw new Error("'tags' must name at least one, got none: leave it out for all costs of the account");
  for (const { tags: { key, values: [value] } } of each) {
    if (key === '' || value === '') throw new Error(`'tags' must have a key and a value, got '${key}' = '${value}': Budgets would take in what has no such tag, so give both`);
  }
  return { filterExpression: each.length === 1 ? each[0] : { and: each }, metrics: ['UnblendedCost'] };
}

function checkPercents(prop: string, percents: number[]): void {
  const seen = new Set<number>();
  for (const percent of percents) {
    checkRange(prop, percent, 1, 1000, 'choose shares of the limit in whole percent');
    if (seen.has(percent)) throw new Error(`'${prop}' has ${shown(percent)} twice: leave one out`);
    seen.add(percent);
  }
}

function checkNotices(count: number): void {
  if (count >= 1 && count <= 5) return;
  throw new Error(`'percents' and 'forecastPercents' must be 1 to 5 together, got ${count}: a budget has no more notices, define a second one for further shares`);
}

function checkUrgent(emails: string[] | undefined, percents: number[]): void {
  checkAddresses('urgentEmails', emails, MAIL, 'Budgets');
  if (emails === undefined) return;
  if (emails.length > 10) throw new Error(`'urgentEmails' must be at most 10, got ${emails.length}: a notice of Budgets goes to no more, use a mailing list`);
  if (emails.length > 0 && !percents.some((percent) => percent >= 100)) {
    throw new Error(`'urgentEmails' must have a share of 100 or more in 'percents', got ${percents.map(shown).join(', ') || 'none'}: add 100, which is when they are told`);
  }
}

/** @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html */
function checkSameAccount(scope: Construct, { topic }: IAlertTopic): void {
  const [here, there] = [Stack.of(scope).account, topic.env.account];
  if (Token.isUnresolved(here) || Token.isUnresolved(there) || here === there) return;
  throw new Error(`'alerts' must be a topic of account ${here}, got '${topic.node.path}' of ${there}: Budgets publishes to no other account, define one here`);
}
