// What tasks on Fargate cost: those of services, by their number over a week, and those that schedules run.
import { Bill } from './bill';
import { HOURS_PER_MONTH, Price, PRICES } from './prices';
import { property, Resource } from './template';
import { ScheduledChange, weeklyShares } from './weekly-schedule';

/** Tasks of a service, for a month. */
export function service(resource: Resource, bill: Bill): void {
  const definition = resource.referred('TaskDefinition');
  const cpu = definition?.number('Cpu');
  const memory = definition?.number('Memory');
  if (!definition || cpu === undefined || memory === undefined) {
    bill.skip(resource.type, 'the size of its tasks is not in its template');
    return;
  }
  const target = bill.resources.find((other) => other.type === 'AWS::ApplicationAutoScaling::ScalableTarget' && other.mentions(resource, 'ResourceId'));
  const levels = taskLevels(resource, target);
  const tasks = { onDemand: 0, spot: 0 };
  for (const { value, share } of levels) {
    const spot = spotTasks(value, resource.list('CapacityProviderStrategy') ?? []);
    tasks.spot += spot * share;
    tasks.onDemand += (value - spot) * share;
  }
  const arm = definition.value('RuntimePlatform', 'CpuArchitecture') === 'ARM64';
  const note = levels.length > 1 ? `${(tasks.onDemand + tasks.spot).toFixed(2)} tasks on average: their number follows a schedule` : undefined;
  const lines: Array<[string, number, Price, Price]> = [
    ['Fargate', tasks.onDemand, arm ? PRICES.fargateArmCpu : PRICES.fargateX86Cpu, arm ? PRICES.fargateArmMemory : PRICES.fargateX86Memory],
    ['Fargate Spot', tasks.spot, arm ? PRICES.fargateSpotArmCpu : PRICES.fargateSpotX86Cpu, arm ? PRICES.fargateSpotArmMemory : PRICES.fargateSpotX86Memory],
  ];
  const hours = HOURS_PER_MONTH;
  for (const [what, count, cpuPrice, memoryPrice] of lines) {
    if (count === 0) continue;
    bill.add('Fargate', `${what}, processor`, count * (cpu / 1024) * hours, cpuPrice, note);
    bill.add('Fargate', `${what}, memory`, count * (memory / 1024) * hours, memoryPrice, note);
  }
  const storage = (definition.number('EphemeralStorage', 'SizeInGiB') ?? 20) - 20;
  if (storage > 0) bill.add('Fargate', 'Fargate, storage', storage * (tasks.onDemand + tasks.spot) * hours, PRICES.fargateStorage);
}

/** Runs of a scheduled task. */
export function scheduledTask(schedule: Resource, bill: Bill): void {
  const definition = schedule.referred('Target', 'EcsParameters', 'TaskDefinitionArn');
  if (!definition) return;
  const arm = definition.value('RuntimePlatform', 'CpuArchitecture') === 'ARM64';
  const hours = bill.usage.runs * bill.usage.taskMinutes / 60;
  const changed = String(schedule.value('Target', 'Input') ?? '');
  // a run may have another size than its service
  const units = (name: string): number => Number(new RegExp(`"${name.toLowerCase()}":"(\\d+)"`).exec(changed)?.[1] ?? definition.number(name) ?? 0);
  bill.add('Fargate', 'scheduled task, processor', units('Cpu') / 1024 * hours, arm ? PRICES.fargateArmCpu : PRICES.fargateX86Cpu);
  bill.add('Fargate', 'scheduled task, memory', units('Memory') / 1024 * hours, arm ? PRICES.fargateArmMemory : PRICES.fargateX86Memory);
}

/** How many tasks run, and for which share of the time: the fewest that scaling allows, since load is not known here. */
function taskLevels(resource: Resource, target?: Resource): ReadonlyArray<{ value: number; share: number }> {
  const always = [{ value: target?.number('MinCapacity') ?? resource.number('DesiredCount') ?? 1, share: 1 }];
  const changes = (target?.list('ScheduledActions') ?? []).flatMap((action): ScheduledChange[] => {
    const value = property(property(action, 'ScalableTargetAction'), 'MinCapacity');
    return value === undefined ? [] : [{ schedule: String(property(action, 'Schedule')), value: Number(value) }];
  });
  return weeklyShares(changes) ?? always;
}

/** How many of some tasks run on Fargate Spot: after the base of each provider, the rest is divided by weight. */
function spotTasks(tasks: number, strategy: readonly unknown[]): number {
  const providers = strategy.map((item) => ({
    spot: property(item, 'CapacityProvider') === 'FARGATE_SPOT',
    base: Number(property(item, 'Base') ?? 0),
    weight: Number(property(item, 'Weight') ?? 0),
  }));
  const weights = providers.reduce((sum, { weight }) => sum + weight, 0);
  let rest = tasks;
  let spot = 0;
  for (const provider of providers) {
    const base = Math.min(rest, provider.base);
    rest -= base;
    if (provider.spot) spot += base;
  }
  for (const provider of providers) if (provider.spot && weights > 0) spot += rest * (provider.weight / weights);
  return spot;
}
