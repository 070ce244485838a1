// [internal] How many tasks a service has: the limits, and the targets they are kept at in between.
import { Duration, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { EnvironmentProfile } from '../environment-profile';
import { TaskScaling } from './container-task-options';
import { checkRange, checkSeconds } from '../private/validate';

/** Tasks a service of ECS may have. https://docs.aws.amazon.com/general/latest/gr/ecs-service.html */
export const MOST_TASKS = 5000;
/** Seconds; the API names no limit, but a service that cannot scale for a day is a mistake. */
const LONGEST_COOLDOWN = 86400;

/** Between how many tasks a service is scaled. */
export interface TaskLimits {
  readonly minTasks: number;
  readonly maxTasks: number;
}

/** The limits asked for. One that was not yields to one that was. */
export function taskLimits(scaling: TaskScaling, profile: EnvironmentProfile): TaskLimits {
  const minTasks = scaling.minTasks ?? least(profile.minTasks, scaling.maxTasks);
  const maxTasks = scaling.maxTasks ?? most(profile.maxTasks, scaling.minTasks);
  checkRange('minTasks', minTasks, 0, MOST_TASKS, 'choose a whole number of tasks');
  checkRange('maxTasks', maxTasks, 0, MOST_TASKS, 'choose a whole number of tasks');
  if (Token.isUnresolved(minTasks) || Token.isUnresolved(maxTasks)) return { minTasks, maxTasks };
  if (minTasks > maxTasks) {
    throw new Error(`'minTasks' must not exceed 'maxTasks', got ${minTasks} and ${maxTasks}: lower the one or raise the other`);
  }
  return { minTasks, maxTasks };
}

/** Keep CPU and memory of a service at their targets, within its limits. */
export function scaleByLoad(tasks: ecs.ScalableTaskCount, { minTasks, maxTasks }: TaskLimits, scaling: TaskScaling): void {
  if (minTasks === 0 && !Token.isUnresolved(maxTasks) && maxTasks > 0) {
    throw new Error(`'minTasks' must be at least 1 where 'maxTasks' is ${maxTasks}, got 0: without a task there is no load to scale on, `
      + "so none would ever start; set 'maxTasks' to 0 too to switch the service off, or let a ContainerWorker scale by a queue");
  }
  checkRange('cpuPercent', scaling.cpuPercent, 1, 100, 'choose a percentage of the CPU of a task');
  checkRange('memoryPercent', scaling.memoryPercent, 1, 100, 'choose a percentage of the memory of a task');
  const cooldowns = cooldownsOf(scaling, 60);
  tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent ?? 70, ...cooldowns });
  tasks.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: scaling.memoryPercent ?? 80, ...cooldowns });
}

/** Times to wait after a change. How long a scale-out takes to show depends on what is measured. */
export function cooldownsOf(scaling: TaskScaling, scaleOutSeconds: number): Required<Pick<TaskScaling, 'scaleOutCooldown' | 'scaleInCooldown'>> {
  checkSeconds('scaleOutCooldown', scaling.scaleOutCooldown, 0, LONGEST_COOLDOWN);
  checkSeconds('scaleInCooldown', scaling.scaleInCooldown, 0, LONGEST_COOLDOWN);
  return {
    scaleOutCooldown: scaling.scaleOutCooldown ?? Duration.seconds(scaleOutSeconds),
    scaleInCooldown: scaling.scaleInCooldown ?? Duration.seconds(300),
  };
}

function least(ours: number, theirs?: number): number {
  return theirs === undefined || isToken(ours, theirs) ? ours : Math.min(ours, theirs);
}

function most(ours: number, theirs?: number): number {
  return theirs === undefined || isToken(ours, theirs) ? ours : Math.max(ours, theirs);
}

/** A token is encoded as a number below all others: to compare it would lose it. */
function isToken(...numbers: number[]): boolean {
  return numbers.some((one) => Token.isUnresolved(one));
}
