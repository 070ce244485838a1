// [internal] Tasks read secrets when they start: a new deployment of their service when a connection URL has changed.
import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { connectionUrlChanged } from '../data/connection-events';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { expressWorkflow } from '../private/express-workflow';

/** Properties of `RedeployOnRotation`. */
export interface RedeployOnRotationProps {
  readonly service: ecs.FargateService;
  readonly logGroupName: string;
  readonly logRetention: logs.RetentionDays;
}

/** One rule and one state machine that force a new deployment of one service. No function. */
export class RedeployOnRotation extends Construct {
  private readonly rule: events.Rule;

  constructor(scope: Construct, id: string, props: RedeployOnRotationProps) {
    super(scope, id);
    const stateMachine = this.stateMachine(props);
    this.rule = new events.Rule(this, 'Rule', {
      description: 'A connection URL changed: start new tasks, which read it',
      targets: [new targets.SfnStateMachine(stateMachine, { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
    });
    acknowledge(this.rule, 'Serverless-EventBusDLQ', 'delivery is retried for an hour; should it fail still, tasks whose new connections are refused fail their health check, '
      + 'and those that replace them read the new URL');
    acknowledgeInlinePolicies(stateMachine.node.findChild('EventsRole'));
  }

  /** Redeploy when this URL changes too. */
  public watch(urlSecret: secretsmanager.ISecret): void {
    this.rule.addEventPattern(connectionUrlChanged(urlSecret));
  }

  private stateMachine(props: RedeployOnRotationProps): sfn.StateMachine {
    const { service } = props;
    const redeploy = tasks.CallAwsService.jsonata(this, 'Redeploy', {
      service: 'ecs',
      action: 'updateService',
      iamAction: 'ecs:UpdateService',
      iamResources: [service.serviceArn],
      parameters: { Cluster: service.cluster.clusterArn, Service: service.serviceArn, ForceNewDeployment: true },
      outputs: {},
    });
    redeploy.addRetry({ errors: [sfn.Errors.ALL], interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 4 });
    return expressWorkflow(this, 'StateMachine', {
      description: 'Starts a new deployment of a service',
      definition: redeploy,
      limits: 'ecs:UpdateService is limited to one service',
      logGroupName: props.logGroupName,
      logRetention: props.logRetention,
    });
  }
}
