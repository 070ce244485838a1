// [internal] The state machine that brings a connection URL after the password, and what starts it.
import { Duration, TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedulerTargets from 'aws-cdk-lib/aws-scheduler-targets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { CONNECTION_EVENT_SOURCE, CONNECTION_URL_CHANGED } from './connection-events';
import { connectionUrlExpression, secretsKeyStatement } from './connection-secret';
import { hoursToLook } from './rotation-window';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { expressWorkflow, WORKFLOW_LOGS } from '../private/express-workflow';
import { fromThisAccount } from '../private/service-principal';

/** What a URL is composed of, and how that is logged. */
export interface UrlRefreshProps {
  /** Unique in the region. The log group of the state machine bears it. */
  readonly name: string;
  readonly logRetention: logs.RetentionDays;
  readonly logKey?: kms.IKey;
  readonly databaseName: string;
  /** The secret that changes, and its attachment to the instance. */
  readonly secret: secretsmanager.ISecret;
  readonly attachment: secretsmanager.ISecret;
  /** The URL to keep right. */
  readonly urlSecret: secretsmanager.ISecret;
  /** Host of the URL. @default - that of the secret */
  readonly host?: string;
  /** Key of the secrets. */
  readonly secretsKey: kms.IKey;
  /** Weekday and hours in which the secret changes. @default - the hour after midnight UTC */
  readonly window?: string;
}

/** Compose the URL anew whenever the secret has a new value, write it if it differs, and say so. */
export function refreshUrl(scope: Construct, props: UrlRefreshProps): sfn.StateMachine {
  const stateMachine = expressWorkflow(scope, 'UrlRefresh', {
    description: 'Composes the connection URL of a database from its credentials',
    definition: definition(scope, props),
    statements: [secretsKeyStatement(scope, props.secretsKey, 'kms:Decrypt', 'kms:GenerateDataKey')],
    limits: 'the actions on secrets and event bus are limited to these two and the default bus',
    logGroupName: `${WORKFLOW_LOGS}/${props.name}-url-refresh`,
    logRetention: props.logRetention,
    logKey: props.logKey,
  });
  startRefresh(scope, stateMachine, props);
  return stateMachine;
}

function definition(scope: Construct, props: UrlRefreshProps): sfn.IChainable {
  const { attachment, urlSecret } = props;
  const url = connectionUrlExpression('$states.result.SecretString', props.databaseName, props.host);
  const readCredentials = readSecret(scope, 'ReadCredentials', attachment, { url: `{% ${url} %}` });
  const readUrl = readSecret(scope, 'ReadUrl', urlSecret, { changed: '{% $states.result.SecretString != $url %}' });
  const writeUrl = tasks.CallAwsService.jsonata(scope, 'WriteUrl', {
    service: 'secretsmanager',
    action: 'putSecretValue',
    iamAction: 'secretsmanager:PutSecretValue',
    iamResources: [urlSecret.secretArn],
    parameters: { SecretId: urlSecret.secretArn, SecretString: '{% $url %}', ClientRequestToken: '{% $uuid() %}' },
    outputs: {},
  });
  const announce = tasks.EventBridgePutEvents.jsonata(scope, 'Announce', {
    entries: [{
      source: CONNECTION_EVENT_SOURCE,
      detailType: CONNECTION_URL_CHANGED,
      detail: sfn.TaskInput.fromObject({ secretArn: urlSecret.secretArn }),
    }],
    outputs: {},
  });
  for (const task of [readCredentials, readUrl, writeUrl, announce]) {
    task.addRetry({ errors: [sfn.Errors.ALL], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 4 });
  }
  return readCredentials.next(readUrl).next(
    sfn.Choice.jsonata(scope, 'Changed')
      .when(sfn.Condition.jsonata('{% $changed %}'), writeUrl.next(announce))
      .otherwise(new sfn.Succeed(scope, 'Unchanged')),
  );
}

/** Read a secret and keep what is made of it in variables, which no log shows. */
function readSecret(scope: Construct, id: string, secret: secretsmanager.ISecret, assign: { [variable: string]: string }): tasks.CallAwsService {
  return tasks.CallAwsService.jsonata(scope, id, {
    service: 'secretsmanager',
    action: 'getSecretValue',
    iamAction: 'secretsmanager:GetSecretValue',
    iamResources: [secret.secretArn],
    parameters: { SecretId: secret.secretArn },
    assign,
    outputs: {},
  });
}

function startRefresh(scope: Construct, stateMachine: sfn.StateMachine, { secret, window }: UrlRefreshProps): void {
  // published by Secrets Manager itself, for rotations and for changes by hand; unlike RotationSucceeded it needs no CloudTrail trail
  const rule = new events.Rule(scope, 'OnNewPassword', {
    description: 'The credentials of a database changed: compose its connection URL anew',
    eventPattern: {
      source: ['aws.secretsmanager'],
      detailType: ['Secret Label Updated'],
      resources: [secret.secretArn],
      detail: { labelUpdated: ['AWSCURRENT'] },
    },
    targets: [new targets.SfnStateMachine(stateMachine, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
  });
  acknowledge(rule, 'Serverless-EventBusDLQ', 'what is lost is made up for by the schedule beside it, which runs in the rotation window and the hour after');
  acknowledgeInlinePolicies(stateMachine.node.findChild('EventsRole'));
  // events are delivered as best AWS can: during the window and the hour after, look whether one was missed
  // the one CDK makes by itself stands in the stack, under an id that is a hash
  const role = new iam.Role(scope, 'AfterWindowRole', {
    description: 'Starts the refresh of a connection URL',
    assumedBy: fromThisAccount(scope, 'scheduler.amazonaws.com'),
  });
  acknowledgeInlinePolicies(role);
  new scheduler.Schedule(scope, 'AfterWindow', {
    description: 'In and after the rotation window: compose the connection URL of a database anew if it changed',
    schedule: scheduler.ScheduleExpression.cron({ minute: '0/15', ...hoursToLook(window), timeZone: TimeZone.ETC_UTC }),
    target: new schedulerTargets.StepFunctionsStartExecution(stateMachine, {
      role,
      retryAttempts: 4,
      maxEventAge: Duration.minutes(10),
    }),
  });
}
