// A WebSocket as tests need it: text messages, one after the other.
import { RawData, WebSocket } from 'ws';

/** A connection that is open. */
export class WebSocketClient {
  /** Open one; rejects with the status of a handshake that was refused. */
  public static open(url: string): Promise<WebSocketClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      // before it is open: a message may come with the handshake
      const client = new WebSocketClient(socket);
      socket.once('open', () => resolve(client));
      socket.once('unexpected-response', (request, { statusCode }) => {
        request.destroy();
        reject(new Error(`the handshake was answered ${statusCode}`));
      });
      socket.on('error', reject);
    });
  }

  private readonly messages: string[] = [];
  private readonly waiting: Array<(message: string) => void> = [];

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: RawData, isBinary) => {
      if (isBinary) return;
      const text = data.toString();
      const waiting = this.waiting.shift();
      if (waiting) waiting(text);
      else this.messages.push(text);
    });
  }

  /** Send a text. */
  public send(text: string): void {
    this.socket.send(text);
  }

  /** The next message. */
  public next(seconds: number): Promise<string> {
    const message = this.messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`no message within ${seconds} seconds`)), seconds * 1000);
      this.waiting.push((next) => {
        clearTimeout(limit);
        resolve(next);
      });
    });
  }

  /** Close it. */
  public close(): void {
    this.socket.terminate();
  }
}
