// [internal] Tasks read secrets when they start: a new deployment of their service when a connection URL has changed.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { connectionUrlChanged } from '../data/connection-events';
import { acknowledge } from '../private/acknowledge';

/** Properties of `RedeployOnRotation`. */
export interface RedeployOnRotationProps {
  readonly service: ecs.FargateService;
  readonly logGroupName: string;
  readonly logRetention: logs.RetentionDays;
}

/** One rule and one state machine that force a new deployment of one service; no function. */
export class RedeployOnRotation extends Construct {
  private readonly rule: events.Rule;

  constructor(scope: Construct, id: string, props: RedeployOnRotationProps) {
    super(scope, id);
    this.rule = new events.Rule(this, 'Rule', {
      description: 'A connection URL changed: start new tasks, which read it',
      targets: [new targets.SfnStateMachine(this.stateMachine(props), { retryAttempts: 4, maxEventAge: Duration.hours(1) })],
    });
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
    const role = new iam.Role(this, 'Role', {
      description: 'Starts a new deployment of a service',
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': service.stack.account } } }),
    });
    const stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineType: sfn.StateMachineType.EXPRESS,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(redeploy),
      role,
      timeout: Duration.minutes(4),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          logGroupName: props.logGroupName,
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
      'X-Ray and log delivery have no resource level; ecs:UpdateService is limited to one service');
    return stateMachine;
  }
}
