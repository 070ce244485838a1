// The live connection: says hello, keeps the line warm, comes back when it breaks, and records drinks in batches.
import { backOff } from '../model/back-off.js';
import { Unavailable } from './api.js';

/** @typedef {import('../model/outbox.js').Drink} Drink */
/** @typedef {{ ids: string[], refused: { id: string, message: string }[] }} Recorded */

export const HEARTBEAT = 30_000;
export const PATIENCE = 10_000;

export class LiveSocket {
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {{ ids: string[], resolve: (recorded: Recorded) => void, reject: (reason: Error) => void } | undefined} */
  #waiting;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  pong;
  live = false;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} options.key
   * @param {(status: 'live' | 'connecting' | 'offline') => void} options.onStatus
   * @param {() => void} options.onSettled an attempt has succeeded (`live` is true) or failed
   * @param {(days: string[]) => void} options.onChanged
   * @param {(url: string) => WebSocket} [options.open]
   * @param {() => boolean} [options.isOnline]
   * @param {() => number} [options.random]
   */
  constructor({ url, key, onStatus, onSettled, onChanged, open = (at) => new WebSocket(at), isOnline = () => navigator.onLine, random = Math.random }) {
    this.url = url;
    this.key = key;
    this.onStatus = onStatus;
    this.onSettled = onSettled;
    this.onChanged = onChanged;
    this.open = open;
    this.isOnline = isOnline;
    this.random = random;
  }

  /** Connects now if there is no connection, and asks whether it still lives if there is: for when the page or the network comes back. */
  wake() {
    if (this.live) return this.#ping();
    if (this.#socket) return;
    clearTimeout(this.retry);
    if (!this.isOnline()) return this.onStatus('offline');
    this.#connect();
  }

  /** Drops the connection: for when the network has gone, which a socket may not notice for minutes. */
  sleep() {
    clearTimeout(this.retry);
    this.#drop('The connection was closed.');
    this.onStatus('offline');
  }

  /**
   * One batch at a time; rejects with Unavailable where the server does not say that it is kept.
   * @param {Drink[]} drinks
   * @returns {Promise<Recorded>}
   */
  record(drinks) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#break('The server did not answer.'), PATIENCE);
      const settle = (/** @type {() => void} */ then) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        then();
      };
      this.#waiting = {
        ids: drinks.map(({ id }) => id),
        resolve: (recorded) => settle(() => resolve(recorded)),
        reject: (reason) => settle(() => reject(reason)),
      };
      this.#send({ type: 'record', drinks });
    });
  }

  #connect() {
    // after two failures in a row the page says what is true: nobody is there
    this.onStatus(this.#failures > 1 ? 'offline' : 'connecting');
    const socket = this.open(this.url);
    this.#socket = socket;
    this.welcome = setTimeout(() => this.#break('The server did not answer.'), PATIENCE);
    socket.onopen = () => this.#send({ type: 'hello', key: this.key });
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = () => this.#break('The connection was closed.');
  }

  /** @param {any} message */
  #receive(message) {
    if (message.type === 'welcome') {
      clearTimeout(this.welcome);
      this.#failures = 0;
      this.live = true;
      this.beat = setInterval(() => this.#ping(), HEARTBEAT);
      this.onStatus('live');
      this.onSettled();
    } else if (message.type === 'pong') {
      clearTimeout(this.pong);
      this.pong = undefined;
    } else if (message.type === 'changed') {
      this.onChanged(message.days ?? []);
    } else if (message.type === 'recorded') {
      const recorded = { ids: message.ids ?? [], refused: message.refused ?? [] };
      const answered = new Set([...recorded.ids, ...recorded.refused.map((/** @type {{ id: string }} */ { id }) => id)]);
      if (this.#waiting?.ids.some((id) => answered.has(id))) this.#waiting.resolve(recorded);
    } else if (!this.live) {
      this.#break(message.message);
    } else {
      // the API's own error, or API Gateway's, which has no type
      this.#waiting?.reject(new Unavailable(message.message));
    }
  }

  #ping() {
    this.#send({ type: 'ping' });
    this.pong ??= setTimeout(() => this.#break('The server did not answer.'), PATIENCE);
  }

  /** @param {object} message */
  #send(message) {
    this.#socket?.send(JSON.stringify({ action: 'sendMessage', ...message }));
  }

  /** @param {string} reason */
  #break(reason) {
    this.#drop(reason);
    const wait = backOff(this.#failures++, this.random);
    this.onStatus(this.isOnline() && this.#failures < 2 ? 'connecting' : 'offline');
    this.retry = setTimeout(() => this.wake(), wait);
    this.onSettled();
  }

  /** @param {string} reason */
  #drop(reason) {
    const socket = this.#socket;
    this.#socket = undefined;
    this.live = false;
    clearTimeout(this.welcome);
    clearTimeout(this.pong);
    clearInterval(this.beat);
    this.pong = undefined;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#waiting?.reject(new Unavailable(reason));
  }
}
