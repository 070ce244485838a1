// How the sandbox's processes talk: JSON over HTTP on 127.0.0.1, with a token of the run.
import * as http from 'http';
import * as net from 'net';

/** Answers one kind of request. */
export type Handler = (body: never) => Promise<unknown>;

/** A server of named requests; a failure is answered with its reason. */
export class ControlServer {
  /** Start one on a free port. */
  public static async start(token: string, handlers: { readonly [path: string]: Handler }): Promise<ControlServer> {
    const server = http.createServer((request, response) => void answer(request, response, token, handlers));
    // deployments keep a request open until they are stable
    server.requestTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ControlServer(server);
  }

  private constructor(private readonly server: http.Server) {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }
}

/** Send a request and wait for its answer; rejects with the reason of a failure. */
export function ask<T>(url: string, token: string, what: string, body: unknown, limitSeconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const headers = { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' };
    const request = http.request(`${url}/${what}`, { method: 'POST', headers, timeout: limitSeconds * 1000 }, (response) => {
      void read(response).then((text) => {
        const content = JSON.parse(text) as T & { reason?: string };
        if (response.statusCode === 200) resolve(content);
        else reject(new Error(content.reason));
      }, reject);
    });
    request.once('timeout', () => request.destroy(new Error(`'${what}' took longer than ${limitSeconds} seconds`)));
    request.once('error', reject);
    request.end(JSON.stringify(body));
  });
}

async function answer(
  request: http.IncomingMessage, response: http.ServerResponse, token: string, handlers: { readonly [path: string]: Handler },
): Promise<void> {
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  };
  try {
    const handler = handlers[request.url!.slice(1)];
    if (request.headers.authorization !== `Bearer ${token}` || !handler) return reply(404, { reason: `there is nothing at ${request.url}` });
    const body = JSON.parse(await read(request)) as never;
    reply(200, await handler(body));
  } catch (error) {
    reply(409, { reason: (error as Error).message });
  }
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
