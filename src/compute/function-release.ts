// [internal] A new version of a function takes over in steps: CodeDeploy shifts the alias, watched by alarms.
import { Token } from 'aws-cdk-lib';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import { DeploymentStrategy } from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Deployment } from './deployment';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { fromThisAccount } from '../private/service-principal';

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

/** Shift the alias in steps; none where it moves at once. */
export function releaseInSteps(scope: Construct, alias: lambda.Alias, deployment: Deployment): codedeploy.LambdaDeploymentGroup | undefined {
  const step = deployment._shift?.step;
  if (!step) return undefined;
  const role = deployRole(scope, alias);
  const group = new codedeploy.LambdaDeploymentGroup(scope, 'DeploymentGroup', {
    application: new codedeploy.LambdaApplication(scope, 'Application'),
    alias,
    deploymentConfig: configOf(scope, deployment.strategy, step),
    autoRollback: { failedDeployment: true, stoppedDeployment: true },
    ignoreAlarmConfiguration: false,
    // it would be given a policy of AWS
    role: role.withoutPolicyUpdates(),
  });
  group.node.addDependency(role);
  return group;
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
