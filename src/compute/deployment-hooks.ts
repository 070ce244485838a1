// [internal] The functions that ECS asks during a deployment.
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeploymentHookOptions } from './deployment-options';

/**
 * Let ECS ask these functions and nothing else.
 *
 * Not by the target of aws-cdk-lib: that makes its roles while the template is written, too late for tags and aspects, and admits every version of a function.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-permissions.html
 */
export function addHooks(service: ecs.FargateService, hooks: DeploymentHookOptions[]): void {
  if (hooks.length === 0) return;
  const role = new iam.Role(service, 'HookRole', {
    description: 'Asks functions whether a deployment goes on',
    assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
  });
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['lambda:InvokeFunction'],
    resources: [...new Set(hooks.map(({ handler }) => handler.functionArn))],
  }));
  for (const { handler, stages } of hooks) {
    service.addLifecycleHook({ bind: () => ({ targetArn: handler.functionArn, role, lifecycleStages: stages }) });
  }
  // asked during the very first deployment
  service.node.defaultChild!.node.addDependency(role);
}
