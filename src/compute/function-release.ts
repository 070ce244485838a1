// [internal] A new version of a function takes over in steps: CodeDeploy shifts the alias, watched by alarms.
import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import { DeploymentStrategy } from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Deployment } from './deployment';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';

/** Runs that fail before a version is judged: one may be an accident. */
const FEWEST_FAILED = 2;
/** Share of failed runs at which a version goes back, in percent. */
const MOST_FAILED_PERCENT = 5;

/** Alarms of a deployment group: https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
const MOST_ALARMS = 10;

type Step = NonNullable<NonNullable<Deployment['_shift']>['step']>;

/** Fail on what the deployment of a function does not have. */
export function checkFunctionDeployment(scope: Construct, deployment: Deployment): void {
  const { strategy, minHealthyPercent, maxHealthyPercent, rollback, alternateTargetGroup, _shift: shift } = deployment;
  const what = `'deployment' of '${scope.node.path}'`;
  if (strategy === DeploymentStrategy.BLUE_GREEN) {
    throw new Error(`${what} must be rolling(), canary() or linear() for a function, got blueGreen(): Lambda keeps no second set running, so choose canary()`);
  }
  if (!shift) {
    if (minHealthyPercent !== 100 || maxHealthyPercent !== 200 || !rollback || alternateTargetGroup) {
      throw new Error(`${what} must be rolling() without options for a function, got some: they are for tasks, of which a function has none, so leave them out`);
    }
    return;
  }
  const taskOption = shift.hooks.length > 0 ? 'hooks' : shift.testPort !== undefined ? 'testPort' : undefined;
  if (taskOption !== undefined) throw new Error(`${what} must have no '${taskOption}' for a function, got some: it is for services behind a load balancer, so leave it out`);
  const { stepPercent, stepBakeTime } = shift.step!;
  if (!Token.isUnresolved(stepPercent) && (!Number.isInteger(stepPercent) || stepPercent > 99)) {
    throw new Error(`'percent' must be 1 to 99 for a function, got ${stepPercent}: CodeDeploy shifts whole percents, and leaves some for the last step, so choose such a share`);
  }
  if (!stepBakeTime.isUnresolved() && stepBakeTime.toMinutes() < 1) {
    throw new Error(`'interval' must be 1 to 1440 whole minutes for a function, got ${stepBakeTime.toMinutes()}: choose such a time, or rolling() for all at once`);
  }
}

/** Fail on more alarms of a user than CodeDeploy takes beside our own. */
export function checkRollbackAlarms(scope: Construct, alarms: number): void {
  const most = MOST_ALARMS - 1;
  if (alarms > most) {
    throw new Error(`rollbackOn() of '${scope.node.path}' must be given at most ${most} alarms in all, got ${alarms}: `
      + `CodeDeploy takes ${MOST_ALARMS}, one of which is on failed runs of the new version, so leave some out`);
  }
}

/** Shift the alias in steps; none where it moves at once. */
export function releaseInSteps(scope: Construct, alias: lambda.Alias, deployment: Deployment): codedeploy.LambdaDeploymentGroup | undefined {
  const step = deployment._shift?.step;
  if (!step) return undefined;
  const role = deployRole(scope, alias);
  const group = new codedeploy.LambdaDeploymentGroup(scope, 'DeploymentGroup', {
    application: new codedeploy.LambdaApplication(scope, 'Application'),
    alias,
    alarms: [newVersionFails(scope, alias)],
    deploymentConfig: configOf(scope, deployment.strategy, step),
    autoRollback: { failedDeployment: true, stoppedDeployment: true },
    ignoreAlarmConfiguration: false,
    // it would be given a policy of AWS
    role: role.withoutPolicyUpdates(),
  });
  group.node.addDependency(role);
  // requests must not shift before the alarm watches the version they shift to
  alias.node.defaultChild!.node.addDependency(group);
  return group;
}

/**
 * An alarm on the runs of the new version alone: among those of the whole function, a tenth of the requests is too few to be seen.
 *
 * One minute of three is enough, since a shift takes few minutes, and values may come late.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 */
function newVersionFails(scope: Construct, alias: lambda.Alias): cloudwatch.Alarm {
  const { functionName } = alias.lambda;
  const ofVersion = {
    period: Duration.minutes(1),
    // the alias by name: it waits for this alarm
    dimensionsMap: { FunctionName: functionName, Resource: `${functionName}:${alias.aliasName}`, ExecutedVersion: alias.version.version },
  };
  const alarm = new cloudwatch.Alarm(scope, 'ReleaseErrors', {
    alarmDescription: [
      'The new version fails: CodeDeploy moves requests back to the old one, if they are still shifting.',
      `Resource: Lambda function ${scope.node.path}.`,
      `Fires: at least ${MOST_FAILED_PERCENT} % of the runs of this version failed, and at least ${FEWEST_FAILED} of them, in 1 of 3 periods of 1 minute.`,
      'First look at its log for exceptions and time-outs.',
    ].join('\n'),
    metric: new cloudwatch.MathExpression({
      expression: `IF(FILL(errors, 0) >= ${FEWEST_FAILED}, 100 * errors / invocations, 0)`,
      period: ofVersion.period,
      usingMetrics: { invocations: alias.lambda.metricInvocations(ofVersion), errors: alias.lambda.metricErrors(ofVersion) },
    }),
    threshold: MOST_FAILED_PERCENT,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 3,
    datapointsToAlarm: 1,
    // nobody has called it yet
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  acknowledge(alarm, 'CloudWatchAlarmAction', 'CodeDeploy acts on it, and rolls the release back; what people are told of is the alarms of the function as a whole');
  return alarm;
}

/** One of AWS's where there is one: CodeDeploy keeps no more than a number of others. */
function configOf(scope: Construct, strategy: DeploymentStrategy, step: Step): codedeploy.ILambdaDeploymentConfig {
  const { stepPercent: percentage, stepBakeTime: interval } = step;
  const canary = strategy === DeploymentStrategy.CANARY;
  const minutes = interval.isUnresolved() ? undefined : interval.toMinutes();
  const { LambdaDeploymentConfig: config, TrafficRouting: routing } = codedeploy;
  if (percentage === 10 && canary && minutes === 10) return config.CANARY_10PERCENT_10MINUTES;
  if (percentage === 10 && !canary && minutes === 1) return config.LINEAR_10PERCENT_EVERY_1MINUTE;
  return new config(scope, 'DeploymentConfig', {
    trafficRouting: canary ? routing.timeBasedCanary({ interval, percentage }) : routing.timeBasedLinear({ interval, percentage }),
  });
}

/** @see https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html */
function deployRole(scope: Construct, alias: lambda.Alias): iam.Role {
  const role = new iam.Role(scope, 'DeployRole', {
    description: 'Shifts the requests of a function to its new version', assumedBy: fromThisAccount(scope, 'codedeploy.amazonaws.com'),
  });
  const { functionArn } = alias.lambda;
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
    // by name: the alias waits for what this role is for
    resources: [functionArn, `${functionArn}:${alias.aliasName}`],
  }));
  role.addToPolicy(new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
  acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]', 'which alarms stop a deployment is said to the deployment; reading the state of alarms changes nothing');
  acknowledgeInlinePolicies(role);
  return role;
}
