// TCP gates: the only way from a task to a database or another service, open as far as the security groups say.
import * as net from 'net';
import { listen } from './loopback';

/** Where a gate leads. */
export interface GateTarget {
  readonly host: string;
  readonly port: number;
}

/** A listening address of one task that leads to something else, or drops the connection. */
export class Gate {
  /**
   * Open a gate.
   *
   * @param decide where a connection goes, or the reason why it is dropped
   */
  public static async open(address: string, port: number, decide: () => Promise<GateTarget | string>): Promise<Gate> {
    const gate = new Gate();
    gate.server = await listen(address, port, (socket) => void gate.connect(socket, decide));
    return gate;
  }

  /** Why the last connection was dropped. */
  public lastRefusal?: string;
  private server!: net.Server;
  private readonly sockets = new Set<net.Socket>();

  private constructor() {}

  /** Close it and what runs through it. */
  public close(): void {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }

  private async connect(socket: net.Socket, decide: () => Promise<GateTarget | string>): Promise<void> {
    this.keep(socket);
    const target = await decide().catch((error: Error) => error.message);
    if (typeof target === 'string') {
      this.lastRefusal = target;
      socket.resetAndDestroy();
      return;
    }
    const onward = net.connect(target);
    this.keep(onward);
    socket.pipe(onward);
    onward.pipe(socket);
    // what is cut on one side is cut on the other: a killed database is seen as such by its clients
    socket.once('close', () => onward.destroy());
    onward.once('close', () => socket.destroy());
  }

  private keep(socket: net.Socket): void {
    socket.setNoDelay(true);
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
