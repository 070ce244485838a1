// Loopback addresses: each task and gate has one of its own, as a task has in a VPC.
import * as net from 'net';

/** On Linux every address of 127.0.0.0/8 is there without being set up; elsewhere there is one. */
export const HAS_MANY_ADDRESSES = process.platform === 'linux';

/** A port nobody else in the sandboxes of this machine listens on: who holds it, holds the block. */
const CLAIM_PORT = 45_678;
const ADDRESSES_IN_BLOCK = 60_000;

/** A block of loopback addresses of one sandbox, so that two at a time do not collide. */
export class LoopbackBlock {
  /** Take a free block; it is held until the process ends. */
  public static async claim(): Promise<LoopbackBlock> {
    if (!HAS_MANY_ADDRESSES) return new LoopbackBlock(0);
    const start = Math.floor(Math.random() * 200);
    for (let attempt = 0; attempt < 200; attempt++) {
      const block = 20 + (start + attempt) % 200;
      const server = await listen(`127.${block}.255.254`, CLAIM_PORT).catch(() => undefined);
      if (server) {
        server.unref();
        return new LoopbackBlock(block);
      }
    }
    throw new Error('no block of loopback addresses is free: stop other sandboxes');
  }

  private next = 0;
  private readonly taken = new Set<string>();

  private constructor(private readonly block: number) {}

  /** An address of its own; elsewhere than on Linux the one that there is. */
  public take(): string {
    if (!HAS_MANY_ADDRESSES) return '127.0.0.1';
    for (let attempt = 0; attempt < ADDRESSES_IN_BLOCK; attempt++) {
      const number = this.next++ % ADDRESSES_IN_BLOCK;
      const address = `127.${this.block}.${Math.floor(number / 250)}.${number % 250 + 1}`;
      if (!this.taken.has(address)) {
        this.taken.add(address);
        return address;
      }
    }
    throw new Error('all loopback addresses of the sandbox are taken');
  }

  /** Give an address back. */
  public release(address: string): void {
    this.taken.delete(address);
  }
}

/** A server that listens; rejects when it cannot. */
export function listen(host: string, port: number, onConnection?: (socket: net.Socket) => void): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer(onConnection);
    server.once('error', reject);
    server.listen({ host, port }, () => resolve(server));
  });
}

/** A port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = await listen('127.0.0.1', 0);
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
