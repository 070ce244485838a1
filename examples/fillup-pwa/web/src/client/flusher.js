// Empties the outbox: by the live connection where there is one, else by REST, in order, and for as long as it takes.
import { backOff } from '../model/back-off.js';
import { nextOf } from '../model/outbox.js';
import { Refused, Unavailable } from './api.js';

/** @typedef {import('../model/outbox.js').Entry} Entry */
/** @typedef {import('../model/outbox.js').Outbox} Outbox */

// batches go out no closer together than this, so that what is tapped quickly travels together
export const PACE = 100;

export class Flusher {
  #running = false;
  #again = false;
  #failures = 0;
  #lastBatch = 0;

  /**
   * @param {object} options
   * @param {Outbox} options.outbox
   * @param {Pick<ReturnType<typeof import('./api.js').createApi>, 'record' | 'remove' | 'setGoal'>} options.api
   * @param {{ live: boolean, record: import('./socket.js').LiveSocket['record'] }} options.socket
   * @param {(entries: Entry[]) => void} options.onKept
   * @param {(entry: Entry, reason: { message: string, requestId?: string }) => void} options.onRefused
   * @param {(text: string | undefined) => void} options.onTrouble
   * @param {(round: () => Promise<void>) => Promise<void>} [options.alone] of all tabs, only one sends at a time
   * @param {() => boolean} [options.isOnline]
   * @param {() => number} [options.random]
   */
  constructor({ outbox, api, socket, onKept, onRefused, onTrouble, alone = inOneTab, isOnline = () => navigator.onLine, random = Math.random }) {
    this.outbox = outbox;
    this.api = api;
    this.socket = socket;
    this.onKept = onKept;
    this.onRefused = onRefused;
    this.onTrouble = onTrouble;
    this.alone = alone;
    this.isOnline = isOnline;
    this.random = random;
  }

  /** Sends what there is; while it is at it, once more afterwards. */
  async wake() {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.retry);
    try {
      while (this.#again) {
        this.#again = false;
        await this.alone(() => this.#round());
      }
      this.#failures = 0;
      this.onTrouble(undefined);
    } catch (reason) {
      if (!(reason instanceof Unavailable)) throw reason;
      // without a network there is nothing to try: `online` wakes this up
      if (this.isOnline()) {
        this.onTrouble(reason.message);
        this.retry = setTimeout(() => void this.wake(), Math.max(reason.retryAfter, backOff(this.#failures++, this.random)));
      }
    } finally {
      this.#running = false;
    }
  }

  async #round() {
    await this.outbox.load();
    while (this.outbox.entries.length > 0) {
      if (!this.isOnline()) throw new Unavailable('There is no network.');
      const entries = nextOf(this.outbox.entries);
      await this.outbox.markSent(entries);
      for (const entry of await this.#sendLive(entries)) await this.#send(entry);
    }
  }

  /**
   * @param {Entry[]} entries
   * @returns {Promise<Entry[]>} what REST has to do
   */
  async #sendLive(entries) {
    const drinks = entries.flatMap((entry) => entry.does === 'record' ? [entry.drink] : []);
    if (!this.socket.live || drinks.length === 0) return entries;
    await new Promise((resolve) => setTimeout(resolve, this.#lastBatch + PACE - Date.now()));
    this.#lastBatch = Date.now();
    const recorded = await this.socket.record(drinks).catch(() => undefined);
    if (!recorded) return entries;
    /** @type {(answered: { id: string }[]) => Entry[]} */
    const among = (answered) => entries.filter((entry) => entry.does === 'record' && answered.some(({ id }) => id === entry.drink.id));
    const kept = among(recorded.ids.map((id) => ({ id })));
    const refused = among(recorded.refused);
    await this.#keep(kept);
    for (const entry of refused) {
      const { message } = /** @type {{ message: string }} */ (recorded.refused.find(({ id }) => entry.key === `record ${id}`));
      await this.#refuse(entry, { message });
    }
    return entries.filter((entry) => !kept.includes(entry) && !refused.includes(entry));
  }

  /** @param {Entry} entry */
  async #send(entry) {
    try {
      if (entry.does === 'record') await this.api.record(entry.drink);
      else if (entry.does === 'remove') await this.api.remove(entry.drink.id);
      else await this.api.setGoal(entry.millilitres);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      // what was to be deleted is gone already: just as well
      if (entry.does !== 'remove' || reason.code !== 'NOT_FOUND') return this.#refuse(entry, reason);
    }
    await this.#keep([entry]);
  }

  /** @param {Entry[]} entries */
  async #keep(entries) {
    this.onKept(entries);
    await this.outbox.acknowledge(entries.map(({ key }) => key));
  }

  /**
   * @param {Entry} entry
   * @param {{ message: string, requestId?: string }} reason
   */
  async #refuse(entry, reason) {
    await this.outbox.acknowledge([entry.key]);
    this.onRefused(entry, reason);
  }
}

/** @param {() => Promise<void>} round */
async function inOneTab(round) {
  // absent where the page is not a secure context; then tabs may send the same twice, which the API takes as once
  await (navigator.locks ? navigator.locks.request('fillup-outbox', round) : round());
}
