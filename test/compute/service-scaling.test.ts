import { Duration, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { serviceIn } from './app-tier';
import { EnvironmentProfile, TaskScaling } from '../../src';
import { taskLimits } from '../../src/compute/service-scaling';
import { inProfile, testStack } from '../harness';

const templateOf = (scaling?: TaskScaling, profile: 'dev' | 'staging' | 'prod' = 'prod'): Template => {
  const stack = testStack(inProfile(profile));
  serviceIn(stack, { scaling });
  return Template.fromStack(stack);
};
const target = (type: string, percent: number, scaleOut = 60, scaleIn = 300): object => ({
  TargetTrackingScalingPolicyConfiguration: {
    PredefinedMetricSpecification: { PredefinedMetricType: type }, TargetValue: percent, ScaleOutCooldown: scaleOut, ScaleInCooldown: scaleIn,
  },
});

describe('the number of tasks', () => {
  test.each([['dev', 1, 2], ['staging', 2, 4], ['prod', 2, 6]] as const)('in %s is %d to %d', (profile, min, max) => {
    templateOf(undefined, profile).hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: min, MaxCapacity: max });
  });

  test('is left to scaling: a deployment does not reset it', () => {
    templateOf().hasResourceProperties('AWS::ECS::Service', { DesiredCount: Match.absent() });
  });

  test('follows CPU at 70 % and memory at 80 %, out after 60 s and in after 300 s', () => {
    const template = templateOf();
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', target('ECSServiceAverageCPUUtilization', 70));
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', target('ECSServiceAverageMemoryUtilization', 80));
  });

  test('follows other targets at another pace', () => {
    const template = templateOf({ cpuPercent: 50, memoryPercent: 60, scaleOutCooldown: Duration.seconds(30), scaleInCooldown: Duration.minutes(10) });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', target('ECSServiceAverageCPUUtilization', 50, 30, 600));
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', target('ECSServiceAverageMemoryUtilization', 60, 30, 600));
  });

  test('is 0 for a service that is switched off, from the first deployment on', () => {
    const template = templateOf({ minTasks: 0, maxTasks: 0 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0, MaxCapacity: 0 });
    template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 0 });
  });

  test.each<[TaskScaling, string]>([
    [{ minTasks: 3, maxTasks: 2 }, "'minTasks' must not exceed 'maxTasks', got 3 and 2: lower the one or raise the other"],
    [{ minTasks: 0 }, "'minTasks' must be at least 1 where 'maxTasks' is 6, got 0: without a task there is no load to scale on, "
      + "so none would ever start; set 'maxTasks' to 0 too to switch the service off"],
    [{ minTasks: -1 }, "'minTasks' must be 0 to 5000, got -1: choose a whole number of tasks"],
    [{ maxTasks: 5001 }, "'maxTasks' must be 0 to 5000, got 5001: choose a whole number of tasks"],
    [{ scaleOutCooldown: Duration.millis(1500) }, "'scaleOutCooldown' must be 0 to 86400, got 1.5: choose whole seconds within these"],
    [{ scaleInCooldown: Duration.days(2) }, "'scaleInCooldown' must be 0 to 86400, got 172800: choose whole seconds within these"],
    [{ cpuPercent: 0 }, "'cpuPercent' must be 1 to 100, got 0: choose a percentage of the CPU of a task"],
    [{ memoryPercent: 101 }, "'memoryPercent' must be 1 to 100, got 101: choose a percentage of the memory of a task"],
  ])('fails on %j', (scaling, message) => {
    expect(() => templateOf(scaling)).toThrow(message);
  });
});

describe('limits', () => {
  const profiles = fc.constantFrom(EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD);

  test('given one, the profile\'s other yields to it', () => {
    fc.assert(fc.property(profiles, fc.integer({ min: 1, max: 5000 }), (profile, given) => {
      expect(taskLimits({ minTasks: given }, profile)).toEqual({ minTasks: given, maxTasks: Math.max(given, profile.maxTasks) });
      expect(taskLimits({ maxTasks: given }, profile)).toEqual({ minTasks: Math.min(given, profile.minTasks), maxTasks: given });
    }));
  });

  test('given both, they are taken as they are', () => {
    fc.assert(fc.property(profiles, fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 5000 }), (profile, minTasks, more) => {
      const maxTasks = Math.min(5000, minTasks + more);
      expect(taskLimits({ minTasks, maxTasks }, profile)).toEqual({ minTasks, maxTasks });
    }));
  });

  test('known only at deployment they pass, and leave the other to the profile', () => {
    const least = Token.asNumber({ Ref: 'Least' });
    expect(taskLimits({ minTasks: least }, EnvironmentProfile.PROD)).toEqual({ minTasks: least, maxTasks: 6 });
    const most = Token.asNumber({ Ref: 'Most' });
    expect(taskLimits({ maxTasks: most }, EnvironmentProfile.PROD)).toEqual({ minTasks: 2, maxTasks: most });
  });

  test('of a profile, known only at deployment they pass too, whatever the other is', () => {
    const [least, most] = ['Least', 'Most'].map((name) => Token.asNumber({ Ref: name }));
    expect(taskLimits({ minTasks: 9 }, EnvironmentProfile.PROD.extend({ maxTasks: most }))).toEqual({ minTasks: 9, maxTasks: most });
    expect(taskLimits({ maxTasks: 9 }, EnvironmentProfile.PROD.extend({ minTasks: least }))).toEqual({ minTasks: least, maxTasks: 9 });
  });
});
