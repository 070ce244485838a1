// The REST API. Two kinds of failure matter: the API said no (repeating is no use), or it could not be reached (repeating is).

/** @typedef {import('../model/outbox.js').Drink} Drink */
/** @typedef {import('../model/state.js').Day} Day */

const TIMEOUT = 10_000;
// a 401, 403 or 429 may come from what stands before the API, and says nothing about the drink
const FINAL = new Set(['VALIDATION_FAILED', 'NOT_FOUND', 'METHOD_NOT_ALLOWED', 'CONFLICT']);

export class Refused extends Error {
  /** @param {{ code: string, message: string, requestId?: string }} body */
  constructor({ code, message, requestId }) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

export class Unavailable extends Error {
  /**
   * @param {string} message
   * @param {number} [retryAfter] milliseconds
   */
  constructor(message, retryAfter = 0) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/**
 * @param {{ key: string, fetch?: typeof globalThis.fetch }} options
 */
export function createApi({ key, fetch = (...args) => globalThis.fetch(...args) }) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  async function call(method, path, body) {
    const response = await fetch(`/api${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch(() => {
      throw new Unavailable('The server cannot be reached.');
    });
    if (response.status === 204) return undefined;
    // a proxy's or a site's own page in place of an answer is no answer
    const answer = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer;
    const error = answer?.error;
    if (error && FINAL.has(error.code)) throw new Refused(error);
    throw new Unavailable(error?.message ?? `The server answered ${response.status}.`, 1000 * (Number(response.headers.get('retry-after')) || 0));
  }

  return {
    /** @type {(day: string) => Promise<Day>} */
    day: (day) => call('GET', `/days/${day}`),
    /** @type {(drink: Drink) => Promise<Drink>} */
    record: (drink) => call('POST', '/drinks', drink),
    /** @type {(id: string) => Promise<void>} */
    remove: (id) => call('DELETE', `/drinks/${id}`),
    /** @type {(millilitres: number) => Promise<void>} */
    setGoal: (millilitres) => call('PUT', '/goal', { millilitres }),
  };
}
