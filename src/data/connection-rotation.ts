// [internal] Rotation of the password, and the state machine that brings the connection URL after it. No Lambda but the one AWS hosts.
import { Duration, TimeZone } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
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
import { admit } from './admission';
import { CONNECTION_EVENT_SOURCE, CONNECTION_URL_CHANGED } from './connection-events';
import { connectionUrlExpression, EXCLUDED_CHARACTERS, secretsKeyStatement } from './connection-secret';
import { RotationTimes, rotationTimes } from './rotation-window';
import { IAppNetwork } from '../network/app-network';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { expressWorkflow, WORKFLOW_LOGS } from '../private/express-workflow';
import { fromThisAccount } from '../private/service-principal';

/** How the refresh of the URL is logged. */
export interface RotationLogging {
  /** Unique in the region. The log group of the state machine bears it. */
  readonly name: string;
  readonly logRetention: logs.RetentionDays;
  readonly logKey?: kms.IKey;
}

/** What rotation needs to know of a database. */
export interface ConnectionRotationProps extends RotationLogging {
  readonly network: IAppNetwork;
  /** The database, with its port as the default one. */
  readonly database: ec2.IConnectable;
  readonly databaseName: string;
  /** The secret to rotate, and its attachment to the instance. */
  readonly secret: secretsmanager.Secret;
  readonly attachment: secretsmanager.ISecret;
  readonly urlSecret: secretsmanager.ISecret;
  /** Key of both secrets. */
  readonly secretsKey: kms.IKey;
  readonly every: Duration;
  /** Weekday and hours. @default - the hour after midnight UTC */
  readonly window?: string;
}

/** A new password every so many days, in the hour after midnight UTC or in a window, and the URL secret right again within seconds. */
export class ConnectionRotation extends Construct {
  /** Group of AWS's rotation function. */
  public readonly securityGroup: ec2.SecurityGroup;
  /** Composes the URL anew, writes it if it differs, and says so. */
  public readonly urlRefresh: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: ConnectionRotationProps) {
    super(scope, id);
    const times = rotationTimes(props.every, props.window);
    this.securityGroup = this.rotatePassword(props, times);
    this.urlRefresh = this.refreshUrl(props);
    this.startRefresh(props.secret, times);
  }

  private rotatePassword(props: ConnectionRotationProps, { scheduleExpression, duration }: RotationTimes): ec2.SecurityGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'Rotation of a database password',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Secrets Manager');
    admit(securityGroup, props.database, 'Rotation of the password');
    // on the secret rather than on its attachment: which of the two bears the resource policy would depend on a feature flag
    const schedule = new secretsmanager.RotationSchedule(this, 'Schedule', {
      secret: props.secret,
      hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({
        vpc: props.network.vpc,
        vpcSubnets: props.network.appSubnets,
        securityGroups: [securityGroup],
        excludeCharacters: EXCLUDED_CHARACTERS,
      }),
      // else the password would change during the first deployment, after the URL was composed
      rotateImmediatelyOnUpdate: false,
    });
    // the L2 can neither limit a window nor place it
    const cfnSchedule = schedule.node.defaultChild as secretsmanager.CfnRotationSchedule;
    cfnSchedule.rotationRules = { scheduleExpression, duration };
    // the function connects as soon as the schedule is made, to test itself: by then the secret must name the host and the way be open
    schedule.node.addDependency(props.attachment, securityGroup, ...props.database.connections.securityGroups);
    return securityGroup;
  }

  private refreshUrl(props: ConnectionRotationProps): sfn.StateMachine {
    return expressWorkflow(this, 'UrlRefresh', {
      description: 'Composes the connection URL of a database from its credentials',
      definition: this.definition(props),
      statements: [secretsKeyStatement(this, props.secretsKey, 'kms:Decrypt', 'kms:GenerateDataKey')],
      limits: 'the actions on secrets and event bus are limited to these two and the default bus',
      logGroupName: `${WORKFLOW_LOGS}/${props.name}-url-refresh`,
      logRetention: props.logRetention,
      logKey: props.logKey,
    });
  }

  private definition(props: ConnectionRotationProps): sfn.IChainable {
    const { attachment, urlSecret } = props;
    const url = connectionUrlExpression('$states.result.SecretString', props.databaseName);
    const readCredentials = this.readSecret('ReadCredentials', attachment, { url: `{% ${url} %}` });
    const readUrl = this.readSecret('ReadUrl', urlSecret, { changed: '{% $states.result.SecretString != $url %}' });
    const writeUrl = tasks.CallAwsService.jsonata(this, 'WriteUrl', {
      service: 'secretsmanager',
      action: 'putSecretValue',
      iamAction: 'secretsmanager:PutSecretValue',
      iamResources: [urlSecret.secretArn],
      parameters: { SecretId: urlSecret.secretArn, SecretString: '{% $url %}', ClientRequestToken: '{% $uuid() %}' },
      outputs: {},
    });
    const announce = tasks.EventBridgePutEvents.jsonata(this, 'Announce', {
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
      sfn.Choice.jsonata(this, 'Changed')
        .when(sfn.Condition.jsonata('{% $changed %}'), writeUrl.next(announce))
        .otherwise(new sfn.Succeed(this, 'Unchanged')),
    );
  }

  /** Read a secret and keep what is made of it in variables, which no log shows. */
  private readSecret(id: string, secret: secretsmanager.ISecret, assign: { [variable: string]: string }): tasks.CallAwsService {
    return tasks.CallAwsService.jsonata(this, id, {
      service: 'secretsmanager',
      action: 'getSecretValue',
      iamAction: 'secretsmanager:GetSecretValue',
      iamResources: [secret.secretArn],
      parameters: { SecretId: secret.secretArn },
      assign,
      outputs: {},
    });
  }

  private startRefresh(secret: secretsmanager.ISecret, { hours: hour, weekDay }: RotationTimes): void {
    // published by Secrets Manager itself, for rotations and for changes by hand; unlike RotationSucceeded it needs no CloudTrail trail
    const rule = new events.Rule(this, 'OnNewPassword', {
      description: 'The credentials of a database changed: compose its connection URL anew',
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['Secret Label Updated'],
        resources: [secret.secretArn],
        detail: { labelUpdated: ['AWSCURRENT'] },
      },
      targets: [new targets.SfnStateMachine(this.urlRefresh, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
    });
    acknowledge(rule, 'Serverless-EventBusDLQ', 'what is lost is made up for by the schedule beside it, which runs in the rotation window and the hour after');
    acknowledgeInlinePolicies(this.urlRefresh.node.findChild('EventsRole'));
    // events are delivered as best AWS can: during the window and the hour after, look whether one was missed
    // the one CDK makes by itself stands in the stack, under an id that is a hash
    const role = new iam.Role(this, 'AfterWindowRole', {
      description: 'Starts the refresh of a connection URL',
      assumedBy: fromThisAccount(this, 'scheduler.amazonaws.com'),
    });
    acknowledgeInlinePolicies(role);
    new scheduler.Schedule(this, 'AfterWindow', {
      description: 'In and after the rotation window: compose the connection URL of a database anew if it changed',
      schedule: scheduler.ScheduleExpression.cron({ minute: '0/15', hour, weekDay, timeZone: TimeZone.ETC_UTC }),
      target: new schedulerTargets.StepFunctionsStartExecution(this.urlRefresh, {
        role,
        retryAttempts: 4,
        maxEventAge: Duration.minutes(10),
      }),
    });
  }
}
