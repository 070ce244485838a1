// How a task of a service comes and goes: started, healthy in every respect, registered; drained and stopped.
import { TaskDefinition } from '@aws-sdk/client-ecs';
import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Network } from './network';
import { sleep } from './processes';
import { ServiceProperties, Side } from './service-properties';
import { demandReachable, readServiceTargetGroups } from './target-groups';
import { TargetCheck } from './target-health';
import { Task, TaskTools } from './task';

/** Connections that are in use get as long to finish before a task is asked to end. */
const DRAIN_MILLISECONDS = 500;

/** What a deployment runs. */
export interface Revision {
  readonly properties: ServiceProperties;
  /** The properties with the target groups that this revision is in. */
  readonly placed: ServiceProperties;
  readonly side: Side;
  readonly definition: TaskDefinition;
}

/** What tasks of services are brought up with. */
export interface TaskKeeperTools extends TaskTools {
  readonly network: Network;
  /** Seconds a task has until it must be healthy for the first time. */
  readonly startSeconds: number;
}

/** Brings the tasks of one service up and down. */
export class TaskKeeper {
  /** Tasks that do not take traffic yet. */
  private readonly starting = new Set<Task>();
  private closed = false;

  constructor(private readonly serviceName: string, private readonly tools: TaskKeeperTools) {}

  /** A task that is not started yet. */
  public newTask({ definition }: Revision): Task {
    return new Task(this.serviceName, definition, this.tools);
  }

  /** Start a task, wait until it is healthy in every respect, and let it take traffic. */
  public async bringUp(task: Task, revision: Revision, cancelled: () => boolean): Promise<void> {
    this.starting.add(task);
    try {
      await this.becomesGood(task, revision, () => task.stoppedReason !== undefined || this.closed || cancelled());
      await this.register(task, revision);
    } finally {
      this.starting.delete(task);
    }
  }

  /** The health checks of the target groups that a task is in. */
  public async checksOf(task: Task, { placed }: Revision): Promise<TargetCheck[]> {
    const groups = await readServiceTargetGroups(this.tools.aws, placed);
    return groups.map(({ group, port }) => new TargetCheck(group, task.address, port));
  }

  /** Take a task from its target groups, and stop it. */
  public async retire(task: Task, reason: string): Promise<void> {
    const groups = task.targetGroups.splice(0);
    for (const TargetGroupArn of groups) {
      await this.tools.aws.elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: task.address }] })).catch(() => undefined);
    }
    if (groups.length > 0 && task.stoppedReason === undefined && !this.closed) await sleep(DRAIN_MILLISECONDS);
    await task.stop(reason);
  }

  /** Stop what is starting; what waits for it ends with it. */
  public async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.starting].map((task) => task.stop('the service was deleted')));
  }

  private async becomesGood(task: Task, revision: Revision, gone: () => boolean): Promise<void> {
    const { placed } = revision;
    await demandReachable(this.tools.aws, this.tools.network, this.serviceName, placed);
    await task.start();
    const end = Date.now() + Math.max(this.tools.startSeconds, task.startPeriodSeconds) * 1000;
    while (!task.healthy && !gone() && Date.now() < end) await sleep(50);
    if (task.stoppedReason !== undefined) throw new Error(task.stoppedReason);
    if (!task.healthy) throw new Error(`Task failed container health checks: ${task.lastHealthOutput}`);
    for (const check of await this.checksOf(task, revision)) {
      const reason = await check.becomesHealthy(this.tools.startSeconds, gone);
      if (reason !== undefined) throw new Error(task.stoppedReason ?? reason);
    }
    // without any check a task is good when it has not ended at once
    if ((placed.LoadBalancers ?? []).length === 0) await sleep(300);
    if (task.stoppedReason !== undefined) throw new Error(task.stoppedReason);
  }

  private async register(task: Task, { placed }: Revision): Promise<void> {
    for (const { TargetGroupArn, ContainerPort } of placed.LoadBalancers ?? []) {
      task.targetGroups.push(TargetGroupArn!);
      await this.tools.aws.elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: task.address, Port: Number(ContainerPort) }] }));
    }
  }
}
