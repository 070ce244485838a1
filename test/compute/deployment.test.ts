import { Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { serviceIn } from './app-tier';
import { Deployment, RollingOptions } from '../../src';
import { testStack } from '../harness';

const serviceOf = (options?: RollingOptions): Template => {
  const stack = testStack();
  serviceIn(stack, options && { deployment: Deployment.rolling(options) });
  return Template.fromStack(stack);
};

test('rolls between 100 and 200 %, watched by a circuit breaker that rolls back', () => {
  const { minHealthyPercent, maxHealthyPercent, rollback } = Deployment.rolling();
  expect([minHealthyPercent, maxHealthyPercent, rollback]).toEqual([100, 200, true]);
  serviceOf().hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: { MinimumHealthyPercent: 100, MaximumPercent: 200, DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
    AvailabilityZoneRebalancing: 'ENABLED',
  });
});

test('what must never run twice stops first, and is not moved between zones by running twice', () => {
  serviceOf({ minHealthyPercent: 0, maxHealthyPercent: 100 }).hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 },
    AvailabilityZoneRebalancing: 'DISABLED',
  });
});

test('the rollback may be switched off, the circuit breaker stays', () => {
  serviceOf({ rollback: false }).hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: false } },
  });
});

test.each<[RollingOptions, string]>([
  [{ minHealthyPercent: 101 }, "'minHealthyPercent' must be 0 to 100, got 101: choose a percentage of the desired number of tasks"],
  [{ maxHealthyPercent: 99 }, "'maxHealthyPercent' must be 100 to 200, got 99: choose a percentage of the desired number of tasks"],
  [{ maxHealthyPercent: 201 }, "'maxHealthyPercent' must be 100 to 200, got 201: choose a percentage of the desired number of tasks"],
  [{ maxHealthyPercent: 100 }, "'minHealthyPercent' must be below 'maxHealthyPercent', got 100 and 100: "
    + 'no task could be stopped before another starts, nor the other way round, so lower the one or raise the other'],
])('fails on %j', (options, message) => {
  expect(() => Deployment.rolling(options)).toThrow(message);
});

test('percents known only at deployment pass', () => {
  expect(() => Deployment.rolling({ maxHealthyPercent: Token.asNumber({ Ref: 'Max' }) })).not.toThrow();
});
