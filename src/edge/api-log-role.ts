// [internal] The role by which API Gateway writes logs: one for all APIs of an account and region.
import { RemovalPolicy, Stack, Stage, Token, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';
import { Namesakes } from '../private/namesakes';

const ACCOUNTS = new Namesakes<IConstruct>();
/** Stages that write by the role, by their stack. */
const WRITERS = new Namesakes<IConstruct>();

/** Ids of the warning, by which users acknowledge it. */
type LogRoleWarning = 'cdk-patternbook:FunctionRestApiLogRole' | 'cdk-patternbook:FunctionWebSocketApiLogRole';

/** Make the role and give it to the account; both are kept, for other APIs use them as soon as they are there. */
export function makeLogRole(scope: Construct): apigateway.CfnAccount {
  const role = new iam.Role(scope, 'LogRole', {
    description: 'Logs of all APIs of this account and region',
    assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
    inlinePolicies: {
      Logs: new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({
          // those that API Gateway checks for when it is given the role
          actions: [
            'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams', 'logs:PutLogEvents', 'logs:GetLogEvents', 'logs:FilterLogEvents',
          ],
          resources: ['*'],
        })],
      }),
    },
  });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'API Gateway writes the logs of all APIs of the account by it, whose groups are not known here; it is trusted alone');
  acknowledgeInlinePolicies(role);
  const account = new apigateway.CfnAccount(scope, 'Account', { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  ACCOUNTS.enter(scope.node.root, account);
  ACCOUNTS.enter(Stack.of(scope), account);
  WRITERS.others(Stack.of(scope), account).forEach((stage) => stage.node.addDependency(account));
  account.node.addValidation({
    validate: () => others(account, (one, other) => one === other).map((other) => `'createLogRole' must be true once an account and region, got it at '${account.node.path}' and '${other.node.path}': `
      + 'leave it out at one of the two'),
  });
  return account;
}

/** Say by a warning that the account must have the role, unless the app makes it. In a stack that makes it the stage waits for it. */
export function expectLogRole(scope: Construct, stage: IConstruct, warning: LogRoleWarning): void {
  WRITERS.enter(Stack.of(scope), stage);
  stage.node.addDependency(...ACCOUNTS.others(Stack.of(scope), stage));
  let warned = false;
  scope.node.addValidation({
    validate: () => {
      if (!warned && others(scope, mayBeSame).length === 0) {
        Validations.of(scope).addWarning(warning,
          `'${scope.node.path}' writes logs by the role for API Gateway that its account has in this region, or its deployment fails: set createLogRole: true at one FunctionRestApi `
          + 'of the account and region, or acknowledge this warning where aws apigateway get-account shows a cloudwatchRoleArn');
      }
      warned = true;
      return [];
    },
  });
}

/** Of what is known only at deployment. */
const mayBeSame = (one: string, other: string): boolean => one === other || Token.isUnresolved(one) || Token.isUnresolved(other);

/** Those of the same stage, account and region. */
function others(scope: IConstruct, same: (one: string, other: string) => boolean): IConstruct[] {
  const own = Stack.of(scope);
  return ACCOUNTS.others(scope.node.root, scope).filter((other) => Stage.of(other) === Stage.of(scope)
    && same(Stack.of(other).region, own.region) && same(Stack.of(other).account, own.account));
}
