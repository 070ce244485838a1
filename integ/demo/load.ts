// Users of a journal of drinks, many at once: each with a key and a connection of its own, pauses between what it does, and a memory of what it was promised.
import { randomBytes, randomUUID } from 'crypto';
import { WebSocket } from 'ws';

const ANSWER_SECONDS = 10;
const PING_SECONDS = 30;
/** How often it is asked in the end, before something counts as lost. */
const CHECKS = 10;
const [SHORTEST_PAUSE, LONGEST_PAUSE] = [1000, 3000];
const KINDS = ['water', 'tea', 'coffee', 'juice', 'milk', 'soda'];

/** What a user does in a turn, in words. */
export const TURN = 'every 1 to 3 s: reads the day (40 %), writes a drink by REST (25 %) or one to three by WebSocket (20 %), or reads the goal (15 %); reads the day again whenever told that it changed';

/** A call, and what became of it. */
interface Call { readonly kind: string; readonly milliseconds: number; readonly failure?: string }

/** A drink as it is sent. */
interface Drink { readonly id: string; readonly kind: string; readonly millilitres: number; readonly day: string; readonly drunkAt: string }

/** What was seen of all users. */
export class LoadReport {
  /** How often a call failed, by what was said. */
  public readonly failures = new Map<string, number>();

  constructor(public readonly seconds: number, public readonly calls: readonly Call[]) {
    for (const { failure } of calls) if (failure) this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
  }

  /** How many calls failed. */
  public get failed(): number {
    return this.calls.filter(({ failure }) => failure).length;
  }

  /** Milliseconds within which a share of the answered calls were, such as 0.95 of them. */
  public within(share: number, kind?: string): number {
    const answered = this.calls.filter((call) => !call.failure && (!kind || call.kind === kind));
    const sorted = answered.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  }
}

/** What became of drinks. */
export interface Kept { readonly acknowledged: number; readonly found: number; readonly twice: number; readonly unsent: number }

/** Many users. */
export class Crowd {
  private readonly users: User[];
  private readonly start = Date.now();
  private over = false;

  /**
   * They come one after the other, faster and faster, and stay until `leave()`.
   *
   * @param seconds in how long all of them have come
   */
  constructor(site: string, number: number, seconds: number) {
    const day = new Date().toISOString().slice(0, 10);
    this.users = Array.from({ length: number }, () => new User(site, day));
    this.users.forEach((user, index) => void this.live(user, Math.sqrt(index / number) * seconds * 1000));
  }

  /** Let them end their turns. */
  public async leave(): Promise<LoadReport> {
    this.over = true;
    await Promise.all(this.users.map((user) => user.idle()));
    return new LoadReport((Date.now() - this.start) / 1000, this.users.flatMap(({ calls }) => calls));
  }

  /** What is found again of what they were promised, after what was not acknowledged was sent once more. */
  public async check(): Promise<Kept> {
    const all = await inGroups(this.users, 10, (user) => user.check());
    const sum = (count: (kept: Kept) => number): number => all.reduce((total, kept) => total + count(kept), 0);
    return { acknowledged: sum((k) => k.acknowledged), found: sum((k) => k.found), twice: sum((k) => k.twice), unsent: sum((k) => k.unsent) };
  }

  private async live(user: User, delay: number): Promise<void> {
    await pause(delay);
    while (!this.over) {
      await user.turn();
      await pause(SHORTEST_PAUSE + Math.random() * (LONGEST_PAUSE - SHORTEST_PAUSE));
    }
    user.disconnect();
  }
}

class User {
  public readonly calls: Call[] = [];
  private readonly key = randomBytes(32).toString('base64url');
  private readonly acknowledged = new Set<string>();
  /** Sent, and not acknowledged: to be sent again, under the same ids. */
  private readonly open = new Map<string, Drink>();
  private readonly busy = new Set<Promise<unknown>>();
  private socket?: WebSocket;
  private hears?: (message: { type: string; ids?: string[]; message?: string }) => void;

  constructor(private readonly site: string, private readonly day: string) {}

  /** Do something. */
  public turn(): Promise<void> {
    return this.track(async () => {
      if (this.socket?.readyState !== WebSocket.OPEN) await this.connect();
      if (this.socket?.readyState !== WebSocket.OPEN) return;
      const choice = Math.random();
      if (this.open.size > 0) await this.send([...this.open.values()].slice(0, 10));
      else if (choice < 0.4) await this.readDay();
      else if (choice < 0.65) await this.send([this.pour()]);
      else if (choice < 0.85) await this.record(Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => this.pour()));
      else await this.rest('read the goal', 'GET', '/api/goal');
    });
  }

  public async idle(): Promise<void> {
    while (this.busy.size > 0) await Promise.allSettled(this.busy);
  }

  public disconnect(): void {
    this.socket?.terminate();
  }

  public async check(): Promise<Kept> {
    for (let tries = 0; this.open.size > 0 && tries < CHECKS; tries += 1) await this.send([...this.open.values()]);
    let day: { drinks: Drink[] } | undefined;
    for (let tries = 0; day === undefined && tries < CHECKS; tries += 1) {
      if (tries > 0) await pause(1000);
      day = await this.readDay();
    }
    if (day === undefined) throw new Error(`a day was not answered in ${CHECKS} attempts: ${this.calls.at(-1)?.failure}`);
    const there = day.drinks.map(({ id }) => id);
    return {
      acknowledged: this.acknowledged.size,
      found: [...this.acknowledged].filter((id) => there.includes(id)).length,
      twice: there.length - new Set(there).size,
      unsent: this.open.size,
    };
  }

  private pour(): Drink {
    const kind = KINDS[Math.floor(Math.random() * KINDS.length)];
    const drink = { id: randomUUID(), kind, millilitres: 100 + Math.floor(Math.random() * 400), day: this.day, drunkAt: new Date().toISOString() };
    this.open.set(drink.id, drink);
    return drink;
  }

  private readDay(): Promise<{ drinks: Drink[] } | undefined> {
    return this.rest('read the day', 'GET', `/api/days/${this.day}`);
  }

  /** By REST, one after the other. */
  private async send(drinks: readonly Drink[]): Promise<void> {
    for (const drink of drinks) {
      if (await this.rest('write by REST', 'POST', '/api/drinks', drink)) this.keep([drink.id]);
    }
  }

  /** By WebSocket, in one message. */
  private async record(drinks: readonly Drink[]): Promise<void> {
    await this.measured('write by WebSocket', async () => this.keep((await this.say({ type: 'record', drinks }, 'recorded')).ids ?? []));
  }

  private keep(ids: readonly string[]): void {
    for (const id of ids) {
      this.acknowledged.add(id);
      this.open.delete(id);
    }
  }

  private async connect(): Promise<void> {
    await this.measured('connect', async () => {
      const socket = new WebSocket(`${this.site.replace(/^http/, 'ws')}/ws`, { handshakeTimeout: ANSWER_SECONDS * 1000 });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      this.socket = socket;
      socket.on('error', () => undefined);
      socket.on('message', (content) => this.hear(JSON.parse(String(content)) as { type: string; ids?: string[] }));
      const heartbeat = setInterval(() => socket.send(JSON.stringify({ action: 'sendMessage', type: 'ping' })), PING_SECONDS * 1000);
      socket.once('close', () => clearInterval(heartbeat));
      await this.say({ type: 'hello', key: this.key }, 'welcome').catch((error: Error) => {
        socket.terminate();
        throw error;
      });
    });
  }

  private hear(message: { type: string; ids?: string[]; message?: string }): void {
    if (message.type === 'changed') void this.track(() => this.readDay());
    else if (message.type !== 'pong') this.hears?.(message);
  }

  /** Say something over the WebSocket, and wait for the answer. */
  private say(message: object, wanted: string): Promise<{ ids?: string[] }> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('no answer')), ANSWER_SECONDS * 1000);
      this.hears = (answer) => {
        clearTimeout(limit);
        if (answer.type === wanted) resolve(answer);
        else reject(new Error(answer.message ?? answer.type));
      };
      this.socket!.send(JSON.stringify({ action: 'sendMessage', ...message }));
    });
  }

  /** What a call answers, or nothing when it was refused. */
  private rest<T>(kind: string, method: string, path: string, body?: object): Promise<T | undefined> {
    return this.measured(kind, async () => {
      const response = await fetch(this.site + path, {
        method,
        headers: { 'authorization': `Bearer ${this.key}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
      });
      const text = await response.text();
      // a gateway answers without a code
      if (!response.ok) throw new Error(`${response.status} ${/"code": ?"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 80)}`);
      return JSON.parse(text) as T;
    });
  }

  private async measured<T>(kind: string, work: () => Promise<T>): Promise<T | undefined> {
    const start = performance.now();
    const add = (failure?: string): number => this.calls.push({ kind, milliseconds: performance.now() - start, failure });
    try {
      const result = await work();
      add();
      return result;
    } catch (error) {
      add((error as Error).message);
      return undefined;
    }
  }

  private async track<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.busy.add(running);
    return running.finally(() => this.busy.delete(running));
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function inGroups<T, R>(items: readonly T[], size: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += size) results.push(...await Promise.all(items.slice(first, first + size).map(work)));
  return results;
}
