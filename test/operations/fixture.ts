// A system of plain CDK constructs for the tests of this room: load balancer, ECS service and PostgreSQL.
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';

export class WebTier extends Construct {
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  public readonly listener: elbv2.ApplicationListener;
  public readonly targetGroup: elbv2.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, vpc: ec2.IVpc) {
    super(scope, id);
    this.loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', { vpc, internetFacing: true });
    this.listener = this.loadBalancer.addListener('Http', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) });
    this.targetGroup = new elbv2.ApplicationTargetGroup(this, 'Targets', { vpc, port: 8000, targetType: elbv2.TargetType.IP });
    new elbv2.ApplicationListenerRule(this, 'Rule', {
      listener: this.listener, priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])], targetGroups: [this.targetGroup],
    });
  }
}

/** A Fargate service that scales between 2 and 6 tasks. */
export function fargateService(scope: Construct, id: string, cluster: ecs.ICluster): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(scope, `${id}Task`);
  taskDefinition.addContainer('main', { image: ecs.ContainerImage.fromRegistry('example/api:1'), portMappings: [{ containerPort: 8000 }] });
  const service = new ecs.FargateService(scope, id, { cluster, taskDefinition, minHealthyPercent: 100 });
  service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 6 }).scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 70 });
  return service;
}

/** A PostgreSQL instance whose exported log has its log group in the app. */
export function postgres(scope: Construct, id: string, vpc: ec2.IVpc, props: Partial<rds.DatabaseInstanceProps> = {}): rds.DatabaseInstance {
  const instanceIdentifier = `db-${id.toLowerCase()}`;
  new logs.LogGroup(scope, `${id}Log`, { logGroupName: `/aws/rds/instance/${instanceIdentifier}/postgresql` });
  return new rds.DatabaseInstance(scope, id, {
    instanceIdentifier,
    engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
    instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM),
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    cloudwatchLogsExports: ['postgresql'],
    ...props,
  });
}

export function vpcOf(stack: Stack): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', {
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC }, { name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
}

/** Warnings of a stack by their id, without the library's prefix. */
export function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue())
    .map(({ entry }) => /^(.*) \[ack: (.*)\]$/s.exec(String(entry.data)) ?? [])
    .filter(([, , id]) => id?.includes('cdk-patternbook:'))
    .map(([, message, id]) => `${id.replace(/.*cdk-patternbook:/, '')}: ${message}`);
}
