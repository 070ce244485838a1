// What a sandbox may leave behind, looked for from outside of it.
import * as fs from 'fs';
import * as net from 'net';
import { setTimeout as sleep } from 'timers/promises';

/** Process ids of all processes that know a text, such as a run's folder or endpoint, in their command or environment. */
export function processesThatKnow(...texts: readonly string[]): number[] {
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    if (pid === process.pid) return false;
    try {
      const known = fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1') + fs.readFileSync(`/proc/${pid}/environ`, 'latin1');
      return texts.some((text) => known.includes(text));
    } catch {
      // it has ended meanwhile, or is a zombie
      return false;
    }
  });
}

/** Whether something listens on a port of this machine. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Wait until something holds; rejects with a description of what did not. */
export async function eventually(what: string, seconds: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !await holds(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`not within ${seconds} seconds: ${what}`);
  }
}
