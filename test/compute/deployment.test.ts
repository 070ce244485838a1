import { Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { clusterIn, ecrImage, serviceIn } from './app-tier';
import { ContainerWorker, Deployment, RollingOptions, WorkQueue } from '../../src';
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

describe('at a number of tasks that the service may have, the percents must let one stop or another start', () => {
  const among = (minTasks: number, maxTasks: number, minHealthyPercent: number, maxHealthyPercent: number) => (): unknown =>
    serviceIn(testStack(), { scaling: { minTasks, maxTasks }, deployment: Deployment.rolling({ minHealthyPercent, maxHealthyPercent }) });

  test.each([
    [50, 150, 1, 4, 1, 0, 200],
    [50, 100, 1, 1, 1, 0, 200],
    [100, 150, 1, 2, 1, 0, 200],
    [100, 120, 2, 6, 2, 50, 150],
    [60, 100, 2, 2, 2, 50, 150],
    [90, 110, 2, 6, 2, 50, 150],
    [67, 100, 3, 3, 3, 66, 134],
  ])('fails on %d to %d %% among %d to %d tasks', (min, max, minTasks, maxTasks, at, lower, higher) => {
    expect(among(minTasks, maxTasks, min, max)).toThrow(`'deployment' of 'Stack/Api' must let a task stop or another start at every number of tasks from ${Math.max(1, minTasks)} to ${maxTasks}, `
      + `got ${min} to ${max} % at ${at}: ECS rounds the minimum up and the maximum down and would wait for ever, `
      + `so lower 'minHealthyPercent' to ${lower} or raise 'maxHealthyPercent' to ${higher}`);
  });

  test('a worker fails alike, from one task where it may have none', () => {
    const stack = testStack();
    expect(() => new ContainerWorker(stack, 'Jobs', {
      cluster: clusterIn(stack),
      image: ecrImage(stack),
      queue: new WorkQueue(stack, 'Queue'),
      messagesPerTask: 1,
      scaling: { minTasks: 0, maxTasks: 3 },
      deployment: Deployment.rolling({ minHealthyPercent: 50, maxHealthyPercent: 100 }),
    })).toThrow("'deployment' of 'Stack/Jobs' must let a task stop or another start at every number of tasks from 1 to 3, got 50 to 100 % at 1: ");
  });

  test.each([[0, 100, 1, 1], [100, 200, 1, 5000], [50, 150, 2, 9], [50, 100, 2, 5000], [66, 100, 3, 3], [100, 134, 3, 6], [50, 150, 0, 0]])(
    'passes %d to %d %% among %d to %d', (min, max, minTasks, maxTasks) => {
      expect(among(minTasks, maxTasks, min, max)).not.toThrow();
    });

  test('numbers known only at deployment pass, and so do percents', () => {
    const token = Token.asNumber({ Ref: 'Number' });
    expect(among(1, token, 50, 150)).not.toThrow();
    expect(among(token, 4, 50, 150)).not.toThrow();
    expect(among(1, 1, 50, token)).not.toThrow();
    expect(among(1, 1, token, 150)).not.toThrow();
  });
});

test('percents known only at deployment pass', () => {
  expect(() => Deployment.rolling({ maxHealthyPercent: Token.asNumber({ Ref: 'Max' }) })).not.toThrow();
});
