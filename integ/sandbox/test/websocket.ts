// A WebSocket as tests need it: text messages, one after the other. Node 20 has no client of its own.
import { randomBytes } from 'crypto';
import * as http from 'http';
import { Socket } from 'net';

/** A connection that is open. */
export class WebSocketClient {
  /** Open one; rejects with the status of a handshake that was refused. */
  public static open(url: string): Promise<WebSocketClient> {
    return new Promise((resolve, reject) => {
      const headers = {
        'Connection': 'Upgrade', 'Upgrade': 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      };
      const request = http.get(url.replace(/^ws/, 'http'), { headers }, (response) => reject(new Error(`the handshake was answered ${response.statusCode}`)));
      request.once('upgrade', (_, socket: Socket, head) => resolve(new WebSocketClient(socket, head)));
      request.once('error', reject);
    });
  }

  private readonly messages: string[] = [];
  private readonly waiting: Array<(message: string) => void> = [];

  private constructor(private readonly socket: Socket, private received: Buffer) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.take();
    });
    this.take();
  }

  /** Send a short text, masked as a client must: with zeros, which leave it as it is. */
  public send(text: string): void {
    const content = Buffer.from(text);
    this.socket.write(Buffer.concat([Buffer.from([0x81, 0x80 + content.length, 0, 0, 0, 0]), content]));
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
    this.socket.destroy();
  }

  private take(): void {
    while (this.received.length >= 2) {
      const short = this.received[1] % 128;
      const start = short === 126 ? 4 : 2;
      const length = short === 126 ? this.received.readUInt16BE(2) : short;
      if (this.received.length < start + length) return;
      const isText = this.received[0] % 16 === 1;
      const text = this.received.subarray(start, start + length).toString('utf8');
      this.received = this.received.subarray(start + length);
      if (!isText) continue;
      const waiting = this.waiting.shift();
      if (waiting) waiting(text);
      else this.messages.push(text);
    }
  }
}
