// One ECS service: rolling deployments with the circuit breaker's count, replacement of tasks that fail, scaling.
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { failureThreshold } from './ecs-rules';
import { HAS_MANY_ADDRESSES } from './loopback';
import { Capacity, isSameRevision, nextSide, onSide, ServiceProperties, shiftsTraffic } from './service-properties';
import { putServiceState, ServiceEvent } from './service-state';
import { readServiceTargetGroups } from './target-groups';
import { Task } from './task';
import { Revision, TaskKeeper, TaskKeeperTools } from './task-keeper';
import { TrafficShift } from './traffic-shift';

const REPLACEMENT_PAUSE_MILLISECONDS = 1000;
const SHOWN_EVENTS = 100;

/** What services are made with. */
export interface ServiceTools extends TaskKeeperTools {
  /** How long a minute between the steps of a shift is. */
  readonly minuteMilliseconds: number;
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
  /** Tasks of a version that traffic is being shifted to. */
  private joining: Task[] = [];
  private failed = 0;
  private deleted = false;
  private readonly keeper: TaskKeeper;
  private readonly events: ServiceEvent[] = [];
  private queue: Promise<unknown> = Promise.resolve();

  constructor(public readonly arn: string, private readonly tools: ServiceTools) {
    this.name = arn.split('/').pop()!;
    this.keeper = new TaskKeeper(this.name, tools);
  }

  /** Properties of the revision that is being deployed, else of the one that runs. */
  public get deployingProperties(): ServiceProperties | undefined {
    return this.next?.properties ?? this.revision?.properties;
  }

  /** Tasks that take traffic. */
  public get running(): readonly Task[] {
    return [...this.tasks, ...this.joining].filter(({ stoppedReason }) => stoppedReason === undefined);
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
        this.revision = { ...this.revision, properties, placed: onSide(properties, this.revision.side) };
        await this.fill();
        return;
      }
      const { taskDefinition } = await this.tools.aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: properties.TaskDefinition }));
      if (this.revision && shiftsTraffic(properties) && !HAS_MANY_ADDRESSES) {
        throw new Error(`${this.name} cannot run two versions on this machine, which has one loopback address: deploy it by the rolling strategy`);
      }
      const side = nextSide(properties, this.revision?.side);
      await this.roll({ properties, placed: onSide(properties, side), side, definition: taskDefinition! });
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
    await this.keeper.close();
    await this.inOrder(async () => {
      await Promise.all(this.tasks.splice(0).map((task) => this.keeper.retire(task, 'the service was deleted')));
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
    const shift = this.shiftTo(revision, previous === undefined);
    try {
      // a target group without a load balancer is refused before anything is started
      await readServiceTargetGroups(this.tools.aws, revision.placed);
      await shift?.begin();
      if (inPlace) await Promise.all(old.map((task) => this.keeper.retire(task, 'replaced: no room for a second task')));
      const fresh = await this.startAll(revision, this.count());
      if (shift) await this.carryOut(shift, fresh);
      this.revision = revision;
      this.tasks = fresh;
      this.lastFailure = '';
      for (const task of fresh) this.supervise(task, revision);
      if (!inPlace) await Promise.all(old.map((task) => this.keeper.retire(task, 'replaced by a new deployment')));
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

  private shiftTo(revision: Revision, isFirst: boolean): TrafficShift | undefined {
    if (!shiftsTraffic(revision.properties)) return undefined;
    const { properties, side } = revision;
    const { aws, minuteMilliseconds } = this.tools;
    return new TrafficShift({
      aws, properties, side, isFirst, minuteMilliseconds, note: (message) => this.note(`(service ${this.name}) ${message}`), failure: () => this.joiningFailure(),
    });
  }

  /** Shift the traffic to healthy tasks, or back and away with them. */
  private async carryOut(shift: TrafficShift, fresh: Task[]): Promise<void> {
    this.joining = fresh;
    await this.publish();
    try {
      await shift.run();
    } catch (error) {
      await shift.revert();
      await Promise.all(fresh.map((task) => this.keeper.retire(task, 'its deployment failed')));
      throw error;
    } finally {
      this.joining = [];
    }
  }

  private joiningFailure(): string | undefined {
    if (this.deleted) return 'the service was deleted';
    return this.joining.find(({ stoppedReason }) => stoppedReason !== undefined)?.stoppedReason;
  }

  /** Start tasks until all are healthy, or until as many have failed as the circuit breaker takes. */
  private async startAll(revision: Revision, count: number): Promise<Task[]> {
    const threshold = failureThreshold(count);
    const started: Task[] = [];
    let lastReason: string | undefined;
    const fill = async () => {
      while (!this.deleted && this.failed < threshold) {
        const task = this.keeper.newTask(revision);
        try {
          await this.keeper.bringUp(task, revision, () => this.failed >= threshold);
          started.push(task);
          return;
        } catch (error) {
          await this.keeper.retire(task, (error as Error).message);
          if (this.failed >= threshold) return;
          this.failed += 1;
          lastReason = (error as Error).message;
          this.note(`(service ${this.name}) (task ${task.id}) failed: ${lastReason}`);
        }
      }
    };
    await Promise.all(Array.from({ length: count }, fill));
    if (started.length === count) return started;
    await Promise.all(started.map((task) => this.keeper.retire(task, 'its deployment failed')));
    const breaker = String(revision.properties.DeploymentConfiguration?.DeploymentCircuitBreaker?.Enable) === 'true';
    const { Strategy } = revision.properties.DeploymentConfiguration ?? {};
    const without = shiftsTraffic(revision.properties)
      ? `${Strategy} deployments have no circuit breaker, AWS would go on until CloudFormation gives up`
      : 'the service has no deployment circuit breaker, AWS would go on for three hours';
    const who = breaker ? 'ECS Deployment Circuit Breaker was triggered' : without;
    throw new Error(`${who}: ${this.failed} tasks of ${this.name} failed, the last: ${lastReason ?? 'the service was deleted'}`);
  }

  /** Watch a task that takes traffic, and put another in its place when it fails. */
  private supervise(task: Task, revision: Revision): void {
    const gone = () => task.stoppedReason !== undefined || this.deleted;
    const fail = (reason: string) => void this.replace(task, reason);
    task.onEnd = fail;
    if (task.stoppedReason !== undefined) fail(task.stoppedReason);
    void this.keeper.checksOf(task, revision).then((checks) => Promise.all(checks.map(async (check) => {
      const reason = await check.becomesUnhealthy(gone);
      if (reason !== undefined && !gone()) fail(reason);
    }))).catch(() => undefined);
  }

  private async replace(task: Task, reason: string): Promise<void> {
    if (!this.tasks.includes(task)) return;
    this.tasks = this.tasks.filter((other) => other !== task);
    this.note(`(service ${this.name}) (task ${task.id}) stopped: ${reason}`);
    await this.keeper.retire(task, reason);
    await this.publish();
    await this.inOrder(() => this.fill());
  }

  /** Start or stop tasks until there are as many as desired. A task that fails is tried again after a pause. */
  private async fill(): Promise<void> {
    const { revision } = this;
    if (!revision || this.deleted) return;
    await Promise.all(this.tasks.splice(this.count()).map((task) => this.keeper.retire(task, 'scaled in')));
    const missing = Math.max(0, this.count() - this.tasks.length);
    await Promise.all(Array.from({ length: missing }, async () => {
      const task = this.keeper.newTask(revision);
      try {
        await this.keeper.bringUp(task, revision, () => false);
        this.tasks.push(task);
        this.supervise(task, revision);
      } catch (error) {
        this.note(`(service ${this.name}) (task ${task.id}) failed: ${(error as Error).message}`);
        await this.keeper.retire(task, (error as Error).message);
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
