// One ECS service: rolling deployments with the circuit breaker's count, replacement of tasks that fail, scaling.
import { DescribeTaskDefinitionCommand, TaskDefinition } from '@aws-sdk/client-ecs';
import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { failureThreshold } from './ecs-rules';
import { HAS_MANY_ADDRESSES } from './loopback';
import { Network } from './network';
import { sleep } from './processes';
import { Capacity, isSameRevision, ServiceProperties } from './service-properties';
import { putServiceState, ServiceEvent } from './service-state';
import { demandReachable, readServiceTargetGroups } from './target-groups';
import { TargetCheck } from './target-health';
import { Task, TaskTools } from './task';

/** Connections that are in use get as long to finish before a task is asked to end. */
const DRAIN_MILLISECONDS = 500;
const REPLACEMENT_PAUSE_MILLISECONDS = 1000;
const SHOWN_EVENTS = 100;

/** What a deployment runs. */
interface Revision {
  readonly properties: ServiceProperties;
  readonly definition: TaskDefinition;
}

/** What services are made with. */
export interface ServiceTools extends TaskTools {
  readonly network: Network;
  /** Seconds a task has until it must be healthy for the first time. */
  readonly startSeconds: number;
}

/** A service whose tasks run here. */
export class Service {
  public readonly name: string;
  /** Tasks at present. */
  public desired = 1;
  /** Why the last deployment failed. */
  public lastFailure = '';
  private revision?: Revision;
  private next?: Revision;
  private tasks: Task[] = [];
  /** Tasks that do not take traffic yet. */
  private readonly starting = new Set<Task>();
  private failed = 0;
  private deleted = false;
  private readonly events: ServiceEvent[] = [];
  private queue: Promise<unknown> = Promise.resolve();

  constructor(public readonly arn: string, private readonly tools: ServiceTools) {
    this.name = arn.split('/').pop()!;
  }

  /** Properties of the revision that is being deployed, else of the one that runs. */
  public get deployingProperties(): ServiceProperties | undefined {
    return this.next?.properties ?? this.revision?.properties;
  }

  /** Tasks that take traffic. */
  public get running(): readonly Task[] {
    return this.tasks.filter(({ stoppedReason }) => stoppedReason === undefined);
  }

  /** Ports of the containers. */
  public get ports(): number[] {
    const mappings = (this.revision?.definition.containerDefinitions ?? []).flatMap(({ portMappings }) => portMappings ?? []);
    return mappings.map(({ containerPort }) => containerPort!).filter((port) => port !== undefined);
  }

  /** Deploy a revision; rejects with the reason of the last failure when the circuit breaker would give up. */
  public deploy(properties: ServiceProperties, previous?: ServiceProperties): Promise<void> {
    return this.inOrder(async () => {
      if (properties.DesiredCount !== undefined && Number(properties.DesiredCount) !== Number(previous?.DesiredCount ?? NaN)) {
        this.desired = Number(properties.DesiredCount);
      }
      if (this.revision && isSameRevision(properties, this.revision.properties)) {
        this.revision = { ...this.revision, properties };
        await this.fill();
        return;
      }
      const { taskDefinition } = await this.tools.aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: properties.TaskDefinition }));
      await this.roll({ properties, definition: taskDefinition! });
    });
  }

  /** Keep the number of tasks within limits. */
  public scale({ min, max }: Capacity): Promise<void> {
    return this.inOrder(async () => {
      this.desired = Math.min(Math.max(this.desired, min), max);
      await this.fill();
    });
  }

  /** Stop everything. */
  public async remove(): Promise<void> {
    this.deleted = true;
    // a deployment that waits for them ends with them
    await Promise.all([...this.starting].map((task) => task.stop('the service was deleted')));
    await this.inOrder(async () => {
      await Promise.all(this.tasks.splice(0).map((task) => this.retire(task, 'the service was deleted')));
    });
  }

  /** Make a task fail as a host does. */
  public killTask(): void {
    this.running[0]?.kill();
  }

  private async roll(revision: Revision): Promise<void> {
    const old = this.tasks;
    const previous = this.revision;
    const maximum = Number(revision.properties.DeploymentConfiguration?.MaximumPercent ?? 200);
    const inPlace = old.length > 0 && (maximum <= 100 || !HAS_MANY_ADDRESSES);
    this.next = revision;
    this.failed = 0;
    await this.publish();
    try {
      // a target group without a load balancer is refused before anything is started
      await readServiceTargetGroups(this.tools.aws, revision.properties);
      if (inPlace) await Promise.all(old.map((task) => this.retire(task, 'replaced: no room for a second task')));
      const fresh = await this.startAll(revision, this.count());
      this.revision = revision;
      this.tasks = fresh;
      this.lastFailure = '';
      for (const task of fresh) this.supervise(task, revision);
      if (!inPlace) await Promise.all(old.map((task) => this.retire(task, 'replaced by a new deployment')));
      this.note(`(service ${this.name}) has reached a steady state.`);
    } catch (error) {
      this.lastFailure = (error as Error).message;
      this.note(`(service ${this.name}) deployment failed: ${this.lastFailure}`);
      if (inPlace && previous) {
        this.tasks = [];
        await this.fill();
      }
      throw error;
    } finally {
      this.next = undefined;
      await this.publish();
    }
  }

  /** Start tasks until all are healthy, or until as many have failed as the circuit breaker takes. */
  private async startAll(revision: Revision, count: number): Promise<Task[]> {
    const threshold = failureThreshold(count);
    const started: Task[] = [];
    let lastReason: string | undefined;
    const fill = async () => {
      while (!this.deleted && this.failed < threshold) {
        const task = this.newTask(revision);
        try {
          await this.bringUp(task, revision, () => this.failed >= threshold);
          started.push(task);
          return;
        } catch (error) {
          await this.retire(task, (error as Error).message);
          if (this.failed >= threshold) return;
          this.failed += 1;
          lastReason = (error as Error).message;
          this.note(`(service ${this.name}) (task ${task.id}) failed: ${lastReason}`);
        }
      }
    };
    await Promise.all(Array.from({ length: count }, fill));
    if (started.length === count) return started;
    await Promise.all(started.map((task) => this.retire(task, 'its deployment failed')));
    const breaker = String(revision.properties.DeploymentConfiguration?.DeploymentCircuitBreaker?.Enable) === 'true';
    const who = breaker
      ? 'ECS Deployment Circuit Breaker was triggered'
      : 'the service has no deployment circuit breaker, AWS would go on for three hours';
    throw new Error(`${who}: ${this.failed} tasks of ${this.name} failed, the last: ${lastReason ?? 'the service was deleted'}`);
  }

  private newTask(revision: Revision): Task {
    return new Task(this.name, revision.definition, this.tools);
  }

  /** Start a task, wait until it is healthy in every respect, and let it take traffic. */
  private async bringUp(task: Task, revision: Revision, cancelled: () => boolean): Promise<void> {
    this.starting.add(task);
    try {
      await this.becomesGood(task, revision, () => task.stoppedReason !== undefined || this.deleted || cancelled());
      await this.register(task, revision);
    } finally {
      this.starting.delete(task);
    }
  }

  private async becomesGood(task: Task, revision: Revision, gone: () => boolean): Promise<void> {
    await demandReachable(this.tools.aws, this.tools.network, this.name, revision.properties);
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
    if ((revision.properties.LoadBalancers ?? []).length === 0) await sleep(300);
    if (task.stoppedReason !== undefined) throw new Error(task.stoppedReason);
  }

  private async checksOf(task: Task, { properties }: Revision): Promise<TargetCheck[]> {
    const groups = await readServiceTargetGroups(this.tools.aws, properties);
    return groups.map(({ group, port }) => new TargetCheck(group, task.address, port));
  }

  private async register(task: Task, { properties }: Revision): Promise<void> {
    for (const { TargetGroupArn, ContainerPort } of properties.LoadBalancers ?? []) {
      task.targetGroups.push(TargetGroupArn!);
      await this.tools.aws.elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: task.address, Port: Number(ContainerPort) }] }));
    }
  }

  private async retire(task: Task, reason: string): Promise<void> {
    const groups = task.targetGroups.splice(0);
    for (const TargetGroupArn of groups) {
      await this.tools.aws.elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: task.address }] })).catch(() => undefined);
    }
    if (groups.length > 0 && task.stoppedReason === undefined && !this.deleted) await sleep(DRAIN_MILLISECONDS);
    await task.stop(reason);
  }

  /** Watch a task that takes traffic, and put another in its place when it fails. */
  private supervise(task: Task, revision: Revision): void {
    const gone = () => task.stoppedReason !== undefined || this.deleted;
    const fail = (reason: string) => void this.replace(task, reason);
    task.onEnd = fail;
    if (task.stoppedReason !== undefined) fail(task.stoppedReason);
    void this.checksOf(task, revision).then((checks) => Promise.all(checks.map(async (check) => {
      const reason = await check.becomesUnhealthy(gone);
      if (reason !== undefined && !gone()) fail(reason);
    }))).catch(() => undefined);
  }

  private async replace(task: Task, reason: string): Promise<void> {
    if (!this.tasks.includes(task)) return;
    this.tasks = this.tasks.filter((other) => other !== task);
    this.note(`(service ${this.name}) (task ${task.id}) stopped: ${reason}`);
    await this.retire(task, reason);
    await this.publish();
    await this.inOrder(() => this.fill());
  }

  /** Start or stop tasks until there are as many as desired. A task that fails is tried again after a pause. */
  private async fill(): Promise<void> {
    const { revision } = this;
    if (!revision || this.deleted) return;
    await Promise.all(this.tasks.splice(this.count()).map((task) => this.retire(task, 'scaled in')));
    const missing = Math.max(0, this.count() - this.tasks.length);
    await Promise.all(Array.from({ length: missing }, async () => {
      const task = this.newTask(revision);
      try {
        await this.bringUp(task, revision, () => false);
        this.tasks.push(task);
        this.supervise(task, revision);
      } catch (error) {
        this.note(`(service ${this.name}) (task ${task.id}) failed: ${(error as Error).message}`);
        await this.retire(task, (error as Error).message);
        setTimeout(() => void this.inOrder(() => this.fill()), REPLACEMENT_PAUSE_MILLISECONDS).unref();
      }
    }));
    await this.publish();
  }

  private count(): number {
    return HAS_MANY_ADDRESSES ? this.desired : Math.min(this.desired, 1);
  }

  private note(message: string): void {
    this.events.unshift({ id: String(this.events.length + 1), createdAt: Date.now() / 1000, message });
  }

  /** Tell the emulator what runs, so that its API shows it. */
  private async publish(): Promise<void> {
    if (this.deleted) return;
    const rollout = this.next ? 'IN_PROGRESS' : this.revision ? 'COMPLETED' : 'FAILED';
    await putServiceState(this.tools.aws, {
      arn: this.arn,
      desired: this.desired,
      expected: this.count(),
      running: this.running,
      failed: this.failed,
      rollout,
      reason: this.lastFailure,
      events: this.events.slice(0, SHOWN_EVENTS),
    });
  }

  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }
}
