// [internal] The ECS service of a task: how it is kept running, and what the construct of aws-cdk-lib leaves out.
import { Lazy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct, IDependable } from 'constructs';
import { refusedCapacity } from './cluster-capacity';
import { IContainerCluster } from './container-cluster';
import { ContainerTaskOptions } from './container-task-options';
import { Deployment } from './deployment';
import { addHooks } from './deployment-hooks';
import { checkProgress, refusedDeployment } from './deployment-rules';
import { TaskLimits } from './service-scaling';
import { gracePeriodOf } from './task-rules';

/** Properties of `TaskService`. */
export interface TaskServiceProps {
  readonly options: ContainerTaskOptions;
  readonly cluster: IContainerCluster;
  readonly taskDefinition: ecs.FargateTaskDefinition;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly limits: TaskLimits;
  readonly spot: boolean;
  readonly deployment: Deployment;
}

/** A Fargate service. */
export class TaskService extends ecs.FargateService {
  constructor(scope: Construct, id: string, props: TaskServiceProps) {
    const { options, taskDefinition, limits, deployment } = props;
    const { cluster, network } = props.cluster;
    checkProgress(scope.node.path, deployment, limits);
    super(scope, id, {
      cluster,
      taskDefinition,
      // always a strategy: exchanging a launch type for one would replace the service
      capacityProviderStrategies: props.spot
        ? [{ capacityProvider: 'FARGATE', base: limits.minTasks, weight: 0 }, { capacityProvider: 'FARGATE_SPOT', weight: 1 }]
        : [{ capacityProvider: 'FARGATE', base: limits.minTasks, weight: 1 }],
      platformVersion: ecs.FargatePlatformVersion.LATEST,
      vpcSubnets: { subnets: network.vpc.selectSubnets(network.appSubnets).subnets },
      securityGroups: [props.securityGroup],
      assignPublicIp: false,
      // left to scaling, as every deployment would reset it; what is switched off is not scaled
      desiredCount: limits.maxTasks === 0 ? 0 : undefined,
      minHealthyPercent: deployment.minHealthyPercent,
      maxHealthyPercent: deployment.maxHealthyPercent,
      // also when it is the default: what a template no longer says, ECS would keep
      deploymentStrategy: deployment.strategy,
      bakeTime: deployment._shift?.bakeTime,
      canaryConfiguration: deployment.strategy === ecs.DeploymentStrategy.CANARY ? deployment._shift?.step : undefined,
      linearConfiguration: deployment.strategy === ecs.DeploymentStrategy.LINEAR ? deployment._shift?.step : undefined,
      // ECS has it for rolling deployments alone; left out, a service that was rolling would keep it
      circuitBreaker: deployment._shift ? { enable: false, rollback: false } : { enable: true, rollback: deployment.rollback },
      // with or without the flag about it: to add or remove it later would replace the service
      deploymentController: { type: ecs.DeploymentControllerType.ECS },
      availabilityZoneRebalancing: deployment.maxHealthyPercent === 100
        ? ecs.AvailabilityZoneRebalancing.DISABLED
        : ecs.AvailabilityZoneRebalancing.ENABLED,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      enableECSManagedTags: true,
    });
    const resource = this.node.defaultChild as ecs.CfnService;
    // ECS refuses a grace period without a load balancer, and whether one comes is known last: aws-cdk-lib waits too, but only with its own 60 s
    const gracePeriod = gracePeriodOf(options);
    const whenBalanced = resource.healthCheckGracePeriodSeconds;
    resource.healthCheckGracePeriodSeconds = Lazy.uncachedNumber({
      produce: (context) => (context.resolve(whenBalanced) === undefined ? undefined : gracePeriod.toSeconds()),
    });
    // with or without the flag about it: what a template no longer says, ECS would keep
    resource.loadBalancers = Lazy.any({ produce: () => this.loadBalancers });
    // without feature flags aws-cdk-lib renders alarms that are switched off
    this.deploymentAlarms = undefined;
    if (deployment._shift) addHooks(this, deployment._shift.hooks);
    this.node.addValidation({ validate: () => refusedDeployment(resource, scope.node.path, deployment) });
    this.node.addValidation({ validate: () => refusedCapacity(resource, scope.node.path, cluster) });
    // not by the prop of that name: without feature flags it lets the task write to every log group of the account
    if (options.enableExecuteCommand) resource.enableExecuteCommand = true;
    // permissions to pull, log and read secrets must stand before the first task; capacity providers must outlive the last
    this.startAfter(taskDefinition.obtainExecutionRole(), cluster);
  }

  /** Start when the others are complete. The service alone waits for them, not its scaling and its name. */
  public startAfter(...others: IDependable[]): void {
    this.node.defaultChild!.node.addDependency(...others);
  }

  /** Add to the alarms that end a deployment: of two calls of `enableDeploymentAlarms()` the second is lost. */
  public addDeploymentAlarms(alarmNames: string[], rollback: boolean): void {
    const before = this.deploymentAlarms?.enable === true ? this.deploymentAlarms.alarmNames : [];
    this.deploymentAlarms = { enable: true, rollback, alarmNames: [...new Set([...before, ...alarmNames])] };
  }
}
