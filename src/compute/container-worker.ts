// A worker: a task that listens on no port, and takes work from a queue.
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { scaleByBacklog } from './backlog-scaling';
import { ContainerTask } from './container-task';
import { ContainerWorkerProps } from './container-worker-options';
import { permitQueue, QUEUE_URL, TAKING } from './queue-access';
import { connect } from './service-connect';
import { scaleByLoad } from './service-scaling';
import { backlogOf } from './worker-backlog';
import { acknowledgeWildcard } from '../private/acknowledge';

/**
 * A worker: tasks that listen on no port, have no route, and take work from a queue.
 *
 * With a queue, or another `backlog`, tasks are started when there is more work than those that run should have, from zero too where `scaling.minTasks` is 0.
 * They are let go when nothing has waited and nothing was being worked on for 5 minutes, so that scaling stops no busy task. Tasks may protect themselves against
 * deployments and `WorkHours` too, by ECS task scale-in protection, for which they have the permission.
 *
 * Fails at synthesis as `ContainerService` does, on deployments that shift traffic, and on `cpuPercent` and `memoryPercent` beside a queue.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
 */
export class ContainerWorker extends ContainerTask {
  /** Its security group. */
  public readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: ContainerWorkerProps) {
    // what has been begun gets the longest time that Fargate gives to finish it
    super(scope, id, { ...props, stopTimeout: props.stopTimeout ?? Duration.seconds(120) });
    checkWorker(this.node.path, props);
    // ECS would stop a task, busy or not, to start it elsewhere: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
    (this.fargateService.node.defaultChild as ecs.CfnService).availabilityZoneRebalancing = ecs.AvailabilityZoneRebalancing.DISABLED;
    this.connections = new ec2.Connections({ securityGroups: [this.securityGroup] });
    const scaling = props.scaling ?? {};
    const backlog = backlogOf(props);
    if (backlog) scaleByBacklog(this, backlog, this._limits, scaling);
    else scaleByLoad(this.scalableTaskCount, this._limits, scaling);
    if (props.queue) {
      this.addEnvironment(QUEUE_URL, props.queue.queue.queueUrl);
      permitQueue({ construct: this, role: this.taskRole, network: this.cluster.network }, props.queue.queue, TAKING);
    }
    this.permitProtection();
    if (props.serviceConnect) connect(this, props.serviceConnect);
  }

  /** By the agent, which asks ECS in the task's name: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html */
  private permitProtection(): void {
    const { clusterName } = this.cluster.cluster;
    const tasks = Stack.of(this).formatArn({ service: 'ecs', resource: 'task', resourceName: `${clusterName}/*`, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    const policy = new iam.Policy(this.taskRole, 'TaskProtection', {
      roles: [this.taskRole],
      statements: [new iam.PolicyStatement({ actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'], resources: [tasks] })],
    });
    acknowledgeWildcard(policy, tasks, 'a task is named when it starts; the policy holds this one statement, limited to the tasks of the cluster');
  }
}

/** What a caller without types may pass, and what no worker can do. */
function checkWorker(path: string, props: ContainerWorkerProps): void {
  for (const prop of ['port', 'route']) {
    if ((props as unknown as Record<string, unknown>)[prop] !== undefined) {
      throw new Error(`'${prop}' must not be given to worker '${path}': a worker listens on no port, so make it a service, by new ContainerService() or addService()`);
    }
  }
  if (props.deployment?._shift) {
    throw new Error(`'deployment' of worker '${path}' must be rolling(), got ${props.deployment.strategy}: ECS shifts traffic at a load balancer, and a worker has none, so choose rolling()`);
  }
}
