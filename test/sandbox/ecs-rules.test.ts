import * as fc from 'fast-check';
import { failureThreshold, isWanted, ShiftConfiguration, shiftSteps, ShiftStep, weightsOf } from '../../integ/sandbox/ecs-rules';
import { nextSide, onSide, ServiceProperties } from '../../integ/sandbox/service-properties';

test.each([[0, 3], [1, 3], [2, 3], [6, 3], [7, 4], [100, 50], [400, 200], [1000, 200]])(
  'with %i tasks the circuit breaker gives up after %i failures', (desired, failures) => {
    expect(failureThreshold(desired)).toBe(failures);
  });

test.each([
  ['200', 200, true], ['200', 201, false], ['200-299', 204, true], ['200-299', 300, false], ['200,301', 301, true], ['200,301-302', 303, false],
])('the matcher %s takes status %i: %s', (matcher, status, expected) => {
  expect(isWanted(matcher, status)).toBe(expected);
});

describe('a deployment that shifts traffic', () => {
  const step = (percent: number, minutes: number): ShiftStep => ({ percent, minutes });

  test.each<[string, ShiftConfiguration, ShiftStep[]]>([
    ['all at once, then the bake time', { Strategy: 'BLUE_GREEN', BakeTimeInMinutes: '7' }, [step(100, 7)]],
    ['a canary, then the rest', { Strategy: 'CANARY', CanaryConfiguration: { CanaryPercent: '2.5', CanaryBakeTimeInMinutes: '3' } }, [step(2.5, 3), step(100, 0)]],
    ['the defaults of ECS', { Strategy: 'CANARY' }, [step(5, 10), step(100, 0)]],
    ['a canary of everything', { Strategy: 'CANARY', CanaryConfiguration: { CanaryPercent: 100 } }, [step(100, 0)]],
    ['steps, the last one smaller', { Strategy: 'LINEAR', LinearConfiguration: { StepPercent: 40, StepBakeTimeInMinutes: 2 }, BakeTimeInMinutes: 1 },
      [step(40, 2), step(80, 2), step(100, 1)]],
  ])('goes in %s', (_, configuration, steps) => {
    expect(shiftSteps(configuration)).toEqual(steps);
  });

  test('always ends with all traffic, and never goes back', () => {
    fc.assert(fc.property(fc.constantFrom('CANARY', 'LINEAR', 'BLUE_GREEN'), fc.integer({ min: 1, max: 1000 }), (Strategy, tenths) => {
      const percent = tenths / 10;
      const configuration = { Strategy, CanaryConfiguration: { CanaryPercent: percent }, LinearConfiguration: { StepPercent: percent } };
      const shares = shiftSteps(configuration).map((one) => one.percent);
      expect(shares.at(-1)).toBe(100);
      expect([...new Set(shares)].sort((one, other) => one - other)).toEqual(shares);
    }));
  });

  test('has weights that a rule takes, and that make the share', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1000 }), (tenths) => {
      const [ours, theirs] = weightsOf(tenths / 10);
      expect([ours, theirs].every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 999)).toBe(true);
      expect(ours / (ours + theirs)).toBeCloseTo(tenths / 1000, 10);
    }));
  });

  test('changes sides each time, where a rolling one stays on the side that has the traffic', () => {
    const service = (Strategy: string, AlternateTargetGroupArn?: string): ServiceProperties => ({
      TaskDefinition: 'task',
      DeploymentConfiguration: { Strategy },
      LoadBalancers: [{ TargetGroupArn: 'first', AdvancedConfiguration: AlternateTargetGroupArn === undefined ? undefined : { AlternateTargetGroupArn } }],
    });
    expect([undefined, 0, 1].map((side) => nextSide(service('CANARY', 'second'), side as 0 | 1))).toEqual([0, 1, 0]);
    expect([undefined, 0, 1].map((side) => nextSide(service('ROLLING', 'second'), side as 0 | 1))).toEqual([0, 0, 1]);
    expect(nextSide(service('ROLLING'), 1)).toBe(0);
    expect([0, 1].map((side) => onSide(service('CANARY', 'second'), side as 0 | 1).LoadBalancers![0].TargetGroupArn)).toEqual(['first', 'second']);
    expect(onSide(service('ROLLING'), 0)).toEqual(service('ROLLING'));
  });
});
