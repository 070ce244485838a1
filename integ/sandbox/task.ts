// One task of a service: its containers as local processes, prepared, ordered and watched the way ECS does.
import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { Aws, REGION } from './aws';
import { ContainerMount, ContainerViews } from './container-view';
import { Alias, atTaskAddress, fillIn, healthCommand, replaceHosts } from './environment';
import { Gate, GateTarget } from './gates';
import { BuiltImage, ImageStore } from './images';
import { HAS_MANY_ADDRESSES, LoopbackBlock } from './loopback';
import { readSecret, Role } from './permissions';
import { GuardedProcess, sleep } from './processes';
import { COMPILED_ONCE } from './python';
import { taskCredentials } from './task-credentials';
import { VolumeFolder } from './volumes';

const MIGRATION_SECONDS = 600;
const DEFAULT_STOP_SECONDS = 30;

/** Something in the VPC that a task or function may connect to by name. */
export interface Peer {
  readonly host: string;
  readonly ports: readonly number[];
  /** Where a connection of a task or function goes, or the reason why it is dropped. */
  connect(client: string, port: number): Promise<GateTarget | string>;
}

/** What tasks are made with. */
export interface TaskTools {
  readonly aws: Aws;
  readonly python: string;
  readonly images: ImageStore;
  readonly addresses: LoopbackBlock;
  readonly logFolder: string;
  /** Folder for what a task keeps while it runs. */
  readonly taskFolder: string;
  readonly views: ContainerViews;
  /** The volumes of a task by name; fails when ECS could not mount them. */
  mount(task: Task, role: Role | undefined): Promise<ReadonlyMap<string, VolumeFolder>>;
  /** Fails when ECS could not pull the container's image or deliver its logs. */
  checkStart(role: Role | undefined, container: ContainerDefinition): Promise<void>;
  /** What can be reached by name. */
  peers(): readonly Peer[];
}

interface RunningContainer {
  readonly definition: ContainerDefinition;
  readonly process: GuardedProcess;
  readonly environment: { readonly [name: string]: string };
  readonly image: BuiltImage;
  readonly mounts: readonly ContainerMount[];
  healthy: boolean;
}

/** A task that runs on a loopback address of its own. */
export class Task {
  public readonly id = randomUUID().replace(/-/g, '');
  public readonly address: string;
  public readonly startedAt = new Date();
  /** Why it ended, once it has. */
  public stoppedReason?: string;
  /** What the last container health check said. */
  public lastHealthOutput = '';
  /** Told once, when the task ends by itself. */
  public onEnd?: (reason: string) => void;
  /** Target groups that it is registered with. */
  public readonly targetGroups: string[] = [];
  private readonly containers = new Map<string, RunningContainer>();
  private readonly gates: Gate[] = [];
  private readonly gateAddresses: string[] = [];
  private role?: Role;
  private credentials: { readonly [name: string]: string } = {};
  private volumes: ReadonlyMap<string, VolumeFolder> = new Map();
  private stopped?: Promise<void>;

  constructor(public readonly name: string, public readonly definition: TaskDefinition, private readonly tools: TaskTools) {
    this.address = tools.addresses.take();
  }

  /** Whether every container with a health check has passed it. */
  public get healthy(): boolean {
    return this.stoppedReason === undefined && [...this.containers.values()].every(({ definition, healthy }) => healthy || !definition.healthCheck);
  }

  /** Time in which failures of container health checks do not count. */
  public get startPeriodSeconds(): number {
    return Math.max(0, ...(this.definition.containerDefinitions ?? []).map(({ healthCheck }) => healthCheck?.startPeriod ?? 0));
  }

  /** Prepare and start all containers in the order of their dependencies; those others wait for are run to their end. */
  public async start(): Promise<void> {
    const { executionRoleArn, taskRoleArn } = this.definition;
    if (executionRoleArn) this.role = await Role.read(this.tools.aws, executionRoleArn);
    if (taskRoleArn) this.credentials = await taskCredentials(this.tools.aws, taskRoleArn, this.id);
    this.volumes = await this.tools.mount(this, taskRoleArn ? await Role.read(this.tools.aws, taskRoleArn) : undefined);
    const waiting = [...this.definition.containerDefinitions ?? []];
    while (waiting.length > 0) {
      const index = waiting.findIndex((container) => (container.dependsOn ?? []).every(({ containerName }) => this.containers.has(containerName!)));
      if (index < 0) throw new Error(`containers wait for each other: ${waiting.map(({ name }) => name).join(', ')}`);
      const [next] = waiting.splice(index, 1);
      for (const { containerName, condition } of next.dependsOn ?? []) await this.waitFor(this.containers.get(containerName!)!, condition!);
      await this.startContainer(next);
    }
  }

  /** Ask the containers to end, kill what does not, and close the gates. */
  public stop(reason: string): Promise<void> {
    this.stoppedReason ??= reason;
    return this.stopped ??= this.release();
  }

  /** Kill the processes as a failing host would. */
  public kill(): void {
    for (const container of this.containers.values()) container.process.kill();
  }

  /** Connections that the security groups dropped, as an explanation of what the application says. */
  public refusals(): string[] {
    return [...new Set(this.gates.flatMap((gate) => gate.lastRefusal ?? []))];
  }

  private async release(): Promise<void> {
    await Promise.all([...this.containers.values()].map(({ process }) => process.stop()));
    this.gates.splice(0).forEach((gate) => gate.close());
    this.gateAddresses.splice(0).forEach((address) => this.tools.addresses.release(address));
    this.tools.addresses.release(this.address);
    fs.rmSync(path.join(this.tools.taskFolder, this.id), { recursive: true, force: true });
  }

  private async waitFor(container: RunningContainer, condition: string): Promise<void> {
    const { definition: { name }, process } = container;
    if (condition === 'HEALTHY') {
      while (!container.healthy && this.stoppedReason === undefined) await sleep(100);
    } else if (condition === 'SUCCESS' || condition === 'COMPLETE') {
      const limit = (container.definition.startTimeout ?? MIGRATION_SECONDS) * 1000;
      const code = await Promise.race([process.exit, sleep(limit).then(() => undefined)]);
      if (code === undefined) throw new Error(`container ${name} did not end within ${limit / 1000} seconds: ${process.tail()}`);
      if (condition === 'SUCCESS' && code !== 0) throw new Error(this.explained(`container ${name} ended with exit code ${code}: ${process.tail()}`));
    }
    if (this.stoppedReason !== undefined) throw new Error(this.stoppedReason);
  }

  private async startContainer(definition: ContainerDefinition): Promise<void> {
    await this.tools.checkStart(this.role, definition);
    const image = await this.tools.images.build(definition.image!);
    const environment = await this.environmentOf(definition, image);
    const declared = [...definition.entryPoint ?? [], ...definition.command ?? []];
    const command = declared.length > 0 ? declared : fillIn(image.command, { ...environment, venv: image.venv });
    const mounts = this.mountsOf(definition);
    const process = new GuardedProcess(this.tools.python, {
      ...this.tools.views.view(command, environment, mounts),
      directory: image.directory,
      logFile: path.join(this.tools.logFolder, `${this.name}-${this.id.slice(0, 8)}-${definition.name}.log`),
      graceSeconds: definition.stopTimeout ?? DEFAULT_STOP_SECONDS,
    });
    const container: RunningContainer = { definition, process, environment, image, mounts, healthy: false };
    this.containers.set(definition.name!, container);
    void process.exit.then((code) => {
      if (definition.essential !== false && !this.isRunToEnd(definition.name!)) {
        this.end(`Essential container in task exited: ${definition.name} with exit code ${code}: ${process.tail()}`);
      }
    });
    if (definition.healthCheck) void this.watch(container);
  }

  private mountsOf({ name, mountPoints = [] }: ContainerDefinition): ContainerMount[] {
    return mountPoints.map(({ sourceVolume, containerPath, readOnly }) => {
      const volume = this.volumes.get(sourceVolume!);
      if (!volume) throw new Error(`container ${name} mounts the volume '${sourceVolume}', which its task definition does not have`);
      return { folder: volume.folder, containerPath: containerPath!, readOnly: volume.readOnly || readOnly === true };
    });
  }

  /** Whether others wait for a container's end, which then is no failure. */
  private isRunToEnd(name: string): boolean {
    const dependencies = (this.definition.containerDefinitions ?? []).flatMap(({ dependsOn }) => dependsOn ?? []);
    return dependencies.some(({ containerName, condition }) => containerName === name && (condition === 'SUCCESS' || condition === 'COMPLETE'));
  }

  private async environmentOf(definition: ContainerDefinition, image: BuiltImage): Promise<{ [name: string]: string }> {
    const values: { [name: string]: string } = {};
    for (const { name, value } of definition.environment ?? []) values[name!] = value ?? '';
    for (const { name, valueFrom } of definition.secrets ?? []) {
      if (!this.role) throw new Error(`container ${definition.name} has secrets, so its task definition needs an execution role`);
      values[name!] = await readSecret(this.tools.aws, this.role, valueFrom!);
    }
    const aliases = await this.openGates(Object.values(values));
    for (const name of Object.keys(values)) values[name] = replaceHosts(values[name], aliases);
    const port = definition.portMappings?.[0]?.containerPort;
    const temporary = path.join(this.tools.taskFolder, this.id, definition.name!);
    fs.mkdirSync(temporary, { recursive: true });
    return {
      PATH: `${path.join(image.venv, 'bin')}:${process.env.PATH}`,
      HOME: image.directory,
      TMPDIR: temporary,
      LANG: 'C.UTF-8',
      ...COMPILED_ONCE,
      PYTHONUNBUFFERED: '1',
      // a container's SDK reaches the emulator, as the task role
      AWS_ENDPOINT_URL: this.tools.aws.endpoint,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...this.credentials,
      ...(port === undefined ? {} : { PORT: String(port) }),
      ...image.environment,
      ...values,
      HOST: this.address,
    };
  }

  /** A gate of this task to everything that its variables name. */
  private async openGates(values: string[]): Promise<Alias[]> {
    const aliases: Alias[] = [];
    for (const peer of this.tools.peers()) {
      if (!values.some((value) => replaceHosts(value, [{ host: peer.host, address: '' }]) !== value)) continue;
      const address = this.tools.addresses.take();
      this.gateAddresses.push(address);
      for (const port of peer.ports) this.gates.push(await Gate.open(address, port, () => peer.connect(this.name, port)));
      aliases.push({ host: peer.host, address });
    }
    return aliases;
  }

  /** The container's health check, every tenth of its interval once it is healthy and five times a second before. */
  private async watch(container: RunningContainer): Promise<void> {
    const { definition: { name, healthCheck }, process, image, environment, mounts } = container;
    const words = healthCommand(healthCheck!.command!);
    const view = this.tools.views.view(atTaskAddress(words, HAS_MANY_ADDRESSES ? this.address : '127.0.0.1'), environment, mounts);
    const logFile = path.join(this.tools.logFolder, `${this.name}-${this.id.slice(0, 8)}-${name}-health.log`);
    for (let failures = 0; process.exitCode === undefined && this.stoppedReason === undefined;) {
      const check = new GuardedProcess(this.tools.python, { ...view, directory: image.directory, logFile, graceSeconds: 0 });
      const code = await Promise.race([check.exit, sleep((healthCheck!.timeout ?? 5) * 1000).then(() => undefined)]);
      if (code === undefined) await check.stop();
      failures = code === 0 ? 0 : failures + 1;
      if (code === 0) container.healthy = true;
      this.lastHealthOutput = `'${words.join(' ')}' ${code === undefined ? 'timed out' : `ended with exit code ${code}`}: ${check.tail(3)}`;
      if (container.healthy && failures >= (healthCheck!.retries ?? 3)) {
        this.end(`Task failed container health checks: container ${name}, ${this.lastHealthOutput}`);
      }
      await sleep(container.healthy ? Math.max(500, (healthCheck!.interval ?? 30) * 100) : 200);
    }
  }

  private end(reason: string): void {
    if (this.stoppedReason !== undefined) return;
    this.stoppedReason = this.explained(reason);
    this.onEnd?.(this.stoppedReason);
  }

  private explained(reason: string): string {
    const refusals = this.refusals();
    return refusals.length > 0 ? `${reason} (dropped by the sandbox: ${refusals.join('; ')})` : reason;
  }
}
