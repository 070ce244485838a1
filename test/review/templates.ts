// Small CloudFormation templates, and their bill.
import { estimateMonthlyCost, MonthlyCost } from '../../src/review/monthly-cost';
import { TemplateResource } from '../../src/review/template';

export const resource = (type: string, properties: Record<string, unknown> = {}): TemplateResource => ({ Type: type, Properties: properties });
export const costOf = (resources: Record<string, TemplateResource>, usage = {}): MonthlyCost =>
  estimateMonthlyCost([{ Resources: resources }], usage);
/** The bill as `[what, quantity, monthly]`. */
export const billOf = (cost: MonthlyCost): Array<[string, number, number]> =>
  cost.lines.map(({ what, quantity, monthly }) => [what, Number(quantity.toFixed(4)), Number(monthly.toFixed(4))]);

export const strategy = (...items: Array<[provider: string, base: number, weight: number]>): unknown[] =>
  items.map(([CapacityProvider, Base, Weight]) => ({ CapacityProvider, Base, Weight }));
const ON_DEMAND = strategy(['FARGATE', 1, 1]);
export const OFF_HOURS = [
  { ScheduledActionName: 'Start', Schedule: 'cron(0 7 ? * MON-FRI *)', Timezone: 'Europe/Rome', ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 6 } },
  { ScheduledActionName: 'Stop', Schedule: 'cron(0 21 ? * MON-FRI *)', Timezone: 'Europe/Rome', ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 1 } },
];

interface ServiceShape { min?: number; actions?: unknown[]; strategy?: unknown[]; task?: Record<string, unknown> }

export function serviceResources(options: ServiceShape = {}): Record<string, TemplateResource> {
  return {
    Task: resource('AWS::ECS::TaskDefinition', { Cpu: '512', Memory: '1024', ...options.task }),
    Api: resource('AWS::ECS::Service', {
      Cluster: { Ref: 'Cluster' },
      TaskDefinition: { Ref: 'Task' },
      CapacityProviderStrategy: options.strategy ?? ON_DEMAND,
    }),
    Scaling: resource('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: options.min ?? 2,
      MaxCapacity: 6,
      ResourceId: { 'Fn::Join': ['', ['service/', { Ref: 'Cluster' }, '/', { 'Fn::GetAtt': ['Api', 'Name'] }]] },
      ScheduledActions: options.actions,
    }),
  };
}

export function databaseResource(options: Record<string, unknown> = {}): TemplateResource {
  return resource('AWS::RDS::DBInstance', {
    Engine: 'postgres', DBInstanceClass: 'db.t3.micro', MultiAZ: true, AllocatedStorage: '20', StorageType: 'gp3', ...options,
  });
}
