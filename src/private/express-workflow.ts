// [internal] A Step Functions workflow in place of a Lambda function, fit to handle secrets.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicies } from './acknowledge';
import { fromThisAccount } from './service-principal';

/** Under this prefix the log deliveries of an account share one resource policy, which is limited in size. */
export const WORKFLOW_LOGS = '/aws/vendedlogs/states';

/** What a workflow does, and as whom. */
export interface ExpressWorkflowProps {
  /** What it does, for the description of its role. */
  readonly description: string;
  readonly definition: sfn.IChainable;
  /** Further statements of its role; those of its tasks come by themselves. */
  readonly statements?: iam.PolicyStatement[];
  /** What limits its actions, for the reviewer of its policy. */
  readonly limits: string;
  /** Unique in the region, and below `WORKFLOW_LOGS`. */
  readonly logGroupName: string;
  readonly logRetention: logs.RetentionDays;
  /** Its policy admits CloudWatch Logs. */
  readonly logKey?: kms.IKey;
}

/** An Express state machine with a role and a log group of its own. Each event is logged, without what the states carry. */
export function expressWorkflow(scope: Construct, id: string, props: ExpressWorkflowProps): sfn.StateMachine {
  const role = new iam.Role(scope, `${id}Role`, { description: props.description, assumedBy: fromThisAccount(scope, 'states.amazonaws.com') });
  props.statements?.forEach((statement) => role.addToPolicy(statement));
  const logGroup = new logs.LogGroup(scope, `${id}Logs`, {
    logGroupName: props.logGroupName,
    retention: props.logRetention,
    encryptionKey: props.logKey,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  if (!props.logKey) acknowledge(logGroup, 'CloudWatchLogGroupEncrypted', 'CloudWatch Logs encrypts with a key of its own; what the states carry is not logged');
  const stateMachine = new sfn.StateMachine(scope, id, {
    stateMachineType: sfn.StateMachineType.EXPRESS,
    queryLanguage: sfn.QueryLanguage.JSONATA,
    definitionBody: sfn.DefinitionBody.fromChainable(props.definition),
    role,
    timeout: Duration.minutes(4),
    tracingEnabled: true,
    logs: {
      destination: logGroup,
      level: sfn.LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]', `X-Ray and log delivery have no resource level; ${props.limits}`);
  acknowledgeInlinePolicies(role);
  return stateMachine;
}
