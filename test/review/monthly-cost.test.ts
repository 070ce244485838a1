import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { Template as Synthesized } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as fc from 'fast-check';
import { compareWithReference, estimateMonthlyCost } from '../../src/review/monthly-cost';
import { Template } from '../../src/review/template';
import { testApp } from '../harness';
import { billOf, costOf, databaseResource, OFF_HOURS, resource, serviceResources, strategy } from './templates';

/** The configuration whose bill the reference architecture gives. */
const REFERENCE_TEMPLATE: Template = {
  Resources: {
    ...serviceResources({ actions: OFF_HOURS }),
    Database: databaseResource(),
    Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Type: 'application', Scheme: 'internet-facing', Subnets: [{ Ref: 'A' }, { Ref: 'B' }] }),
    Nat: resource('AWS::EC2::NatGateway'),
    Address: resource('AWS::EC2::EIP'),
    Images: resource('AWS::ECR::Repository'),
    Logs: resource('AWS::Logs::LogGroup', { RetentionInDays: 30 }),
    Secret: resource('AWS::SecretsManager::Secret'),
  },
};

describe('properties', () => {
  const services = fc.record({
    min: fc.integer({ min: 0, max: 20 }),
    base: fc.integer({ min: 0, max: 5 }),
    weights: fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 5 })),
  });

  test('the total is the sum of the lines, each its quantity times its price', () => {
    fc.assert(fc.property(services, fc.integer({ min: 0, max: 5 }), ({ min, base, weights }, keys) => {
      const extra = Object.fromEntries(Array.from({ length: keys }, (_, index) => [`Key${index}`, resource('AWS::KMS::Key')]));
      const cost = costOf({ ...extra, ...serviceResources({ min, strategy: strategy(['FARGATE', base, weights[0]], ['FARGATE_SPOT', 0, weights[1]]) }) });
      expect(cost.total).toBeCloseTo(cost.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0), 8);
    }));
  });

  test('more tasks are never cheaper', () => {
    fc.assert(fc.property(services, ({ min, base, weights }) => {
      const total = (tasks: number): number =>
        costOf(serviceResources({ min: tasks, strategy: strategy(['FARGATE', base, weights[0]], ['FARGATE_SPOT', 0, weights[1]]) })).total;
      expect(total(min + 1)).toBeGreaterThan(total(min));
    }));
  });

  test('a schedule never costs more than its highest level always on', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 2 }), (start, end, low) => {
      const actions = [[start, 2], [end, low]].map(([hour, MinCapacity]) => ({ Schedule: `cron(0 ${hour} * * ? *)`, ScalableTargetAction: { MinCapacity } }));
      const highest = costOf(serviceResources()).total;
      expect(costOf(serviceResources({ actions })).total).toBeLessThanOrEqual(highest + 1e-9);
    }));
  });
});

describe('the reference architecture', () => {
  const cost = estimateMonthlyCost([REFERENCE_TEMPLATE]);
  const comparison = compareWithReference(cost);

  test('comes within 5 % of its own total of 112.40', () => {
    expect(comparison.documentTotal).toBeCloseTo(112.4, 10);
    expect(comparison.estimateTotal).toBeCloseTo(110.31, 2);
    expect(Math.abs(comparison.deviationPercent)).toBeLessThan(5);
  });

  test('differs line by line for a named reason', () => {
    expect(comparison.rows.map(({ group, document, estimate }) => [group, document, Number(estimate.toFixed(4))])).toEqual([
      ['Fargate', 30, 25.5284],
      ['RDS', 30, 30.88],
      ['ALB', 16, 16.505],
      ['NAT', 32, 33.075],
      ['Data transfer', 1, 0.9],
      ['ECR', 0.5, 0.5],
      ['CloudWatch Logs', 2.5, 2.5225],
      ['Secrets Manager', 0.4, 0.4],
    ]);
    for (const row of comparison.rows) {
      expect(row.difference).toBeCloseTo(row.estimate - row.document, 10);
      expect(row.why).not.toBe('');
    }
  });

  test('is the table of docs/cost.md', () => {
    const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'cost.md'), 'utf8');
    const dollars = (amount: number): string => (Math.round(amount * 100 + 1e-6) / 100).toFixed(2);
    for (const { group, document, estimate, why } of comparison.rows) {
      expect(page).toMatch(new RegExp(`^\\| ${group} \\| ${dollars(document)} \\| ${dollars(estimate)} \\| \\S+ \\| ${why} \\|$`, 'm'));
    }
  });

  test('shows beside it what the document does not count', () => {
    const amount = expect.closeTo(10.95, 10);
    expect(comparison.beyond).toEqual([{ group: 'Public IPv4', document: 0, estimate: amount, difference: amount, why: 'not counted there' }]);
    expect(cost.total).toBeCloseTo(comparison.estimateTotal + 10.95, 10);
  });

  test('without the schedule is 7.5 % above, all of it the second task', () => {
    const always = compareWithReference(estimateMonthlyCost([{ Resources: { ...REFERENCE_TEMPLATE.Resources, ...serviceResources() } }]));
    expect(always.deviationPercent).toBeCloseTo(7.5, 1);
    expect(always.estimateTotal - comparison.estimateTotal).toBeCloseTo(36.04 - 25.53, 2);
  });
});

test('the templates of plain CDK constructs are read', () => {
  const stack = new Stack(testApp(), 'Stack');
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc, enableFargateCapacityProviders: true, containerInsightsV2: ecs.ContainerInsights.ENABLED });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { cpu: 512, memoryLimitMiB: 1024 });
  taskDefinition.addContainer('App', { image: ecs.ContainerImage.fromRegistry('nginx') });
  const service = new ecs.FargateService(stack, 'Service', {
    cluster,
    taskDefinition,
    capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
    circuitBreaker: { enable: true },
    minHealthyPercent: 100,
  });
  service.autoScaleTaskCount({ minCapacity: 3, maxCapacity: 6 });
  new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
  new rds.DatabaseInstance(stack, 'Database', {
    vpc,
    engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
    instanceType: new ec2.InstanceType('t4g.small'),
    allocatedStorage: 20,
    storageType: rds.StorageType.GP3,
    multiAz: true,
  });
  const cost = estimateMonthlyCost([Synthesized.fromStack(stack).toJSON() as Template]);
  expect(billOf(cost).filter(([what]) => !what.includes('data') || what.includes('database'))).toEqual([
    ['public IPv4 address', 2190, 10.95],
    ['NAT gateway', 730, 32.85],
    ['Container Insights metric', 25, 7.5],
    ['Fargate, processor', 1095, 44.3256],
    ['Fargate, memory', 2190, 9.7346],
    ['load balancer', 730, 16.425],
    ['load balancer capacity', 10, 0.08],
    ['secret', 1, 0.4],
    ['db.t4g.small, Multi-AZ', 730, 47.45],
    ['database storage, Multi-AZ', 20, 4.6],
    ['sent to the internet', 10, 0.9],
  ]);
});
