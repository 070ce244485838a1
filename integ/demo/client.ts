// Calls a service as its users would, through the load balancer's door, and keeps count of what was promised and what was kept.
import { during } from '../during';

/** An answer: its JSON, or an empty object where there is none. A status of 0 is no answer at all. */
export interface Answer<Body> { readonly status: number; readonly body: Body; readonly text: string }

/** The error body that the examples' services have in common. */
export interface ErrorBody { readonly error?: { readonly code: string; readonly message: string } }

const ATTEMPT_SECONDS = 10;
const PATIENCE_SECONDS = 60;

export class ServiceClient<Body extends object> {
  constructor(private readonly url: string) {}

  public async call(method: string, path: string, body?: object): Promise<Answer<Body & ErrorBody>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(ATTEMPT_SECONDS * 1000),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {}, text };
  }

  /** Wait until the service answers as wanted; says how long it took, in seconds. */
  public async until(wanted: (answer: Answer<Body & ErrorBody>) => boolean, path: string): Promise<number> {
    const start = Date.now();
    for (;;) {
      const answer = await this.call('GET', path).catch(() => undefined);
      if (answer && wanted(answer)) return (Date.now() - start) / 1000;
      if (Date.now() - start > PATIENCE_SECONDS * 1000) throw new Error(`GET ${path} did not answer as it should within ${PATIENCE_SECONDS} s, but ${answer?.status ?? 'not at all'}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Repeat a call, from several clients at once, while something else goes on. */
  public async during(
    call: () => Promise<Answer<Body & ErrorBody>>, work: Promise<unknown>, clients = 1,
  ): Promise<Array<Answer<Body & ErrorBody>>> {
    const answers: Array<Answer<Body & ErrorBody>> = [];
    await Promise.all(Array.from({ length: clients }, () => during(work, async () => {
      answers.push(await call().catch(() => ({ status: 0, body: {} as Body & ErrorBody, text: '' })));
      await new Promise((resolve) => setTimeout(resolve, 20));
    })));
    return answers;
  }
}
