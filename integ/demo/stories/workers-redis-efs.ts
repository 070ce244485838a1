// Queue workers: agents built by workers through SQS and Redis, on shared files; Redis killed while they work.
import { Aws } from '../../sandbox/aws';
import { ServiceClient } from '../client';
import { cyan, dim, green, line, step } from '../screen';
import { Stage, Story } from '../story';

/** An agent as the API shows it. */
interface Agent { readonly id: string; readonly status: string; readonly updates: ReadonlyArray<{ readonly text: string }> }

const GOAL = { name: 'Scout', goal: 'Watch the news on batteries' };
const JOBS = 8;

class AgentClient extends ServiceClient<Agent> {
  constructor(private readonly door: string) {
    super(door);
  }

  /** Ask for an agent; its id, when the API has taken it. */
  public async ask(): Promise<string> {
    const { status, body, text } = await this.call('POST', '/api/agents', GOAL);
    if (status !== 202) throw new Error(`POST /api/agents answered ${status}: ${text}`);
    return body.id;
  }

  /** Wait until both workers have done their part for an agent. */
  public built(id: string): Promise<number> {
    return this.until(({ body }) => body.status === 'built' && body.updates.length > 0, `/api/agents/${id}`);
  }

  /** Whether an agent is answered from Redis. */
  public async isCached(id: string): Promise<boolean> {
    const { headers } = await fetch(`${this.door}/api/agents/${id}`);
    return headers.get('x-cache') === 'hit';
  }

  public async page(path: string): Promise<string> {
    const { status, text } = await this.call('GET', path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
    return text;
  }
}

async function openFrontEnd(client: AgentClient): Promise<string> {
  const page = await client.page('/');
  if (!page.includes('<h1>Nexus AI</h1>')) throw new Error(`the front end shows something else: ${page.slice(0, 200)}`);
  line(`GET  /                ${green('200')} the page of Next.js, made on the server with what ${cyan('api.nexus-ai.local:8000')} told it`);
  await client.page('/docs');
  line(`GET  /docs            ${green('200')} the documentation of the API, by the rule for its path`);
  return 'front end and API answer behind one load balancer, by path';
}

async function buildAgent(client: AgentClient): Promise<[id: string, fact: string]> {
  const id = await client.ask();
  line(`POST /api/agents      ${green('202')} ${dim(`a message in SQS for agent ${id}`)}`);
  const seconds = await client.built(id);
  line(`built after ${seconds.toFixed(1)} s: SQS → a worker → Redis → its process → Bedrock → file, table, cache → the other worker`);
  // written by a worker to /mnt/efs, read by the front end from its own mount
  const page = await client.page(`/agents/${id}`);
  if (!page.includes(GOAL.goal)) throw new Error('the front end does not find the plan on the shared files');
  line(`GET  /agents/…        ${green('200')} the plan, from ${cyan('/mnt/efs')} of another task`);
  return [id, `an agent was built by the workers in ${seconds.toFixed(1)} s, its plan read from the shared files by another service`];
}

async function killRedis({ sandbox }: Stage, client: AgentClient, earlier: string): Promise<string> {
  if (!await client.isCached(earlier)) throw new Error('the result was not in Redis');
  line(`kill -9 Redis, the workers' broker, while ${JOBS} agents are being built …`);
  const jobs = Array.from({ length: JOBS }, () => client.ask());
  await sandbox.killTask('Redis');
  const ids = await Promise.all(jobs);
  const start = Date.now();
  while (!await client.isCached(earlier)) {
    if (Date.now() - start > 60_000) throw new Error('the result of before did not come back with Redis');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  line(`${green('the result of before')} is in the Redis of the next task, ${((Date.now() - start) / 1000).toFixed(1)} s later: its data is on the shared files`);
  await Promise.all(ids.map((id) => client.built(id)));
  line(green(`all ${JOBS} agents were built`));
  return `Redis was killed while ${JOBS} jobs ran: all of them were done, and what it held was there again`;
}

async function sendUpdate({ sandbox }: Stage, client: AgentClient, id: string): Promise<string> {
  const text = 'looked at by its owner';
  const { status } = await client.call('POST', `/api/agents/${id}/updates`, { text });
  line(`POST /api/agents/…/updates  ${green(String(status))} ${dim('a message in the other queue')}`);
  await client.until(({ body }) => body.updates.at(-1)?.text === text, `/api/agents/${id}`);
  const left = await eventuallyEmpty(sandbox.endpoint);
  line(`${green('written by the worker')}; messages left in ${left} queues: 0, also among the dead letters`);
  return 'messages of the API came through SQS, none was left or became a dead letter';
}

/** Wait until no message is left, waiting or in flight; tells how many queues there are. */
async function eventuallyEmpty(endpoint: string): Promise<number> {
  const aws = new Aws(endpoint);
  const { QueueUrls = [] } = await aws.json<{ QueueUrls?: string[] }>('sqs', 'AmazonSQS.ListQueues', {});
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const counts = await Promise.all(QueueUrls.map(async (QueueUrl) => {
      const { Attributes } = await aws.json<{ Attributes: Record<string, string> }>('sqs', 'AmazonSQS.GetQueueAttributes', { QueueUrl, AttributeNames: names });
      return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    }));
    if (counts.every((count) => count === 0)) return QueueUrls.length;
  }
  throw new Error('messages were left in the queues');
}

export const story: Story = async (stage) => {
  const [door] = await stage.sandbox.doors();
  const client = new AgentClient(door.url);
  let agent = '';
  await stage.prove(`Open it through the load balancer, ${door.url}`, () => openFrontEnd(client));
  await stage.prove('Have an agent built by the workers', async () => {
    const [id, fact] = await buildAgent(client);
    agent = id;
    return fact;
  });
  await stage.prove('Kill Redis', () => killRedis(stage, client, agent));
  await stage.prove('Send a message', () => sendUpdate(stage, client, agent));
  const { services } = await stage.sandbox.status();
  await step('What runs', async () => {
    for (const { name, running } of services) line(`${running} × ${/App(?:Services|Workers|Caches)(\w+?)(?:Server)?Service\w*$/.exec(name)?.[1]}`);
  });
};
