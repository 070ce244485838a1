// Calls the service as its users would, through the load balancer's door, and keeps count of what was promised and what was kept.

/** An answer of the service. */
export interface Answer { readonly status: number; readonly body: Booking & { readonly error?: { readonly code: string; readonly message: string } } }

/** A booking as the service shows it. */
export interface Booking { readonly id: string; readonly room: string; readonly bookedBy: string; readonly attendees?: number }

const ATTEMPT_SECONDS = 10;
const PATIENCE_SECONDS = 60;

export class BookingClient {
  private made = 0;

  constructor(private readonly url: string) {}

  public async call(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(ATTEMPT_SECONDS * 1000),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
  }

  /** Book an hour that nobody else books. */
  public book(more: object = {}): Promise<Answer> {
    const hour = new Date(Date.UTC(2030, 0, 1) + this.made++ * 3_600_000);
    const booking = { room: 'Galileo', bookedBy: 'ops@example.com', startsAt: hour.toISOString(), endsAt: new Date(hour.getTime() + 3_600_000).toISOString() };
    return this.call('POST', '/bookings', { ...booking, ...more });
  }

  /** Wait until the service answers as wanted; says how long it took, in seconds. */
  public async until(wanted: (answer: Answer) => boolean, path: string): Promise<number> {
    const start = Date.now();
    for (;;) {
      const answer = await this.call('GET', path).catch(() => undefined);
      if (answer && wanted(answer)) return (Date.now() - start) / 1000;
      if (Date.now() - start > PATIENCE_SECONDS * 1000) throw new Error(`GET ${path} did not answer as it should within ${PATIENCE_SECONDS} s, but ${answer?.status ?? 'not at all'}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Repeat a call, from several clients at once, while something else goes on. */
  public async during(call: () => Promise<Answer>, work: Promise<unknown>, clients = 1): Promise<Answer[]> {
    let over = false;
    const done = work.finally(() => { over = true; });
    const answers: Answer[] = [];
    const repeat = async (): Promise<void> => {
      while (!over) {
        answers.push(await call().catch(() => ({ status: 0, body: {} as Booking })));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.all([done, ...Array.from({ length: clients }, repeat)]);
    return answers;
  }
}
