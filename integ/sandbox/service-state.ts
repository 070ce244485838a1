// Tells the emulator what runs, so that DescribeServices, ListTasks and DescribeTasks show it.
import { Aws } from './aws';
import { Task } from './task';

/** An event of a service. */
export interface ServiceEvent {
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly message: string;
}

/** What is told of a service. */
export interface ServiceState {
  readonly arn: string;
  readonly desired: number;
  /** Tasks that this machine is to run: fewer than desired where it has one loopback address. */
  readonly expected: number;
  readonly running: readonly Task[];
  readonly failed: number;
  readonly rollout: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly reason: string;
  readonly events: readonly ServiceEvent[];
}

/** Tell it; what shows a state must not fail what makes it. */
export async function putServiceState(aws: Aws, { running, expected, ...state }: ServiceState): Promise<void> {
  const [prefix, resource] = state.arn.split(':service/');
  const tasks = running.map((task) => ({
    taskArn: `${prefix}:task/${resource.split('/')[0]}/${task.id}`,
    taskDefinitionArn: task.definition.taskDefinitionArn,
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    startedAt: task.startedAt.getTime() / 1000,
    containers: (task.definition.containerDefinitions ?? []).map(({ name, image }) => ({ name, image, lastStatus: 'RUNNING' })),
    attachments: [],
  }));
  const body = { ...state, running: running.length, pending: Math.max(0, expected - running.length), tasks };
  await aws.json('patternbook-sandbox', 'PatternbookSandbox.PutServiceState', body).catch((error: Error) => console.error(error.message));
}
