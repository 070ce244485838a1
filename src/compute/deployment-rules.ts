// [internal] What is refused of a service's deployment, because ECS would refuse it later.
import { CfnResource, Token, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Deployment } from './deployment';
import { TaskLimits } from './service-scaling';
import { renderedProperties } from '../private/rendered';

interface RenderedService {
  readonly LoadBalancers?: Array<{ readonly AdvancedConfiguration?: object }>;
  readonly ServiceConnectConfiguration?: object;
  readonly DeploymentConfiguration?: { readonly Strategy?: string; readonly DeploymentCircuitBreaker?: { readonly Enable?: unknown } };
}

/**
 * What ECS would refuse of a service as it is in the template, whichever way it came there.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment-implementation.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 */
export function refusedDeployment(resource: CfnResource, path: string, { _shift: shift }: Deployment): string[] {
  const { DeploymentConfiguration, LoadBalancers = [], ServiceConnectConfiguration } = renderedProperties(resource) as RenderedService;
  const strategy = DeploymentConfiguration?.Strategy ?? 'ROLLING';
  if (strategy === 'ROLLING') return [];
  const errors: string[] = [];
  if (DeploymentConfiguration?.DeploymentCircuitBreaker?.Enable === true) {
    errors.push(`'deployment' of '${path}' must not be combined with a deployment circuit breaker, got ${strategy} with one: `
      + 'ECS has it for rolling deployments alone, so remove it and name alarms by rollbackOn()');
  }
  if (LoadBalancers.length === 0 && ServiceConnectConfiguration === undefined) {
    if (strategy !== 'BLUE_GREEN') {
      errors.push(`'deployment' of '${path}' must be rolling() or blueGreen() without a route, got ${strategy}: `
        + 'ECS shifts traffic at a load balancer, so add a route by WebEntry.addRoute(), or choose one of these');
    }
    if (shift?.testPort !== undefined) {
      errors.push(`'testPort' of '${path}' must have a route to test, got ${shift.testPort} and no route: add one by WebEntry.addRoute(), or leave the port out`);
    }
  }
  if (LoadBalancers.some(({ AdvancedConfiguration }) => AdvancedConfiguration === undefined)) {
    errors.push(`'deployment' of '${path}' must find a second target group at each load balancer, got ${strategy} and one without: `
      + 'attach target groups by WebEntry.addRoute(), which makes both');
  }
  return errors;
}

/**
 * Fail where a rolling deployment could neither stop a task nor start another, at a number of tasks that the service may have: it would wait until CloudFormation gives up.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function checkProgress(path: string, { minHealthyPercent: min, maxHealthyPercent: max, _shift: shift }: Deployment, limits: TaskLimits): void {
  const { minTasks, maxTasks } = limits;
  if (shift || [min, max, minTasks, maxTasks].some((number) => Token.isUnresolved(number))) return;
  for (let tasks = Math.max(1, minTasks); tasks <= maxTasks; tasks += 1) {
    if (Math.ceil(tasks * min / 100) < tasks || Math.floor(tasks * max / 100) > tasks) continue;
    throw new Error(`'deployment' of '${path}' must let a task stop or another start at every number of tasks from ${Math.max(1, minTasks)} to ${maxTasks}, `
      + `got ${min} to ${max} % at ${tasks}: ECS rounds the minimum up and the maximum down and would wait for ever, `
      // what is enough for the smallest number is enough for all
      + `so lower 'minHealthyPercent' to ${Math.floor(100 * (tasks - 1) / tasks)} or raise 'maxHealthyPercent' to ${Math.ceil(100 * (tasks + 1) / tasks)}`);
  }
}

/** What works otherwise than the strategy promises. */
export function warnOfPrivateName(service: IConstruct, { _shift: shift }: Deployment): void {
  if (!shift) return;
  Validations.of(service).addWarning('cdk-patternbook:ContainerServicePrivateNameNotShifted',
    `the private name of '${service.node.path}' leads to the tasks of both versions alike as soon as they are healthy: ECS shifts the traffic of its routes alone`);
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
export function warnOfSlowRotation(service: IConstruct, { _shift: shift }: Deployment): void {
  if (!shift) return;
  Validations.of(service).addWarning('cdk-patternbook:ContainerTaskRotationWaits',
    `after each rotation of its database's password '${service.node.path}' is deployed anew, in all the steps of its strategy: old tasks, which take traffic meanwhile, `
    + 'open no new connections until it ends; keep intervals and bake time short, or use rolling()');
}
