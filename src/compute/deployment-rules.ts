// [internal] What is refused of a service's deployment, because ECS would refuse it later.
import { CfnResource, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Deployment } from './deployment';
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
