// The outbox: what was done on this device and is not yet known to be kept by the server. In memory for reading, in a storage so that it survives the page.

/** @typedef {import('./kinds.js').Kind} Kind */
/** @typedef {{ id: string, kind: Kind, millilitres: number, day: string, drunkAt: string, createdAt?: string }} Drink */
/**
 * `order` counts up; `sent` says that the server may already have it.
 * @typedef {{ key: string, order: number, sent?: boolean } & ({ does: 'record', drink: Drink } | { does: 'remove', drink: Drink } | { does: 'goal', millilitres: number })} Entry
 */
/** @typedef {{ all(): Promise<Entry[]>, put(entries: Entry[]): Promise<unknown>, remove(keys: string[]): Promise<unknown> }} Storage */

export const BATCH = 10;

/**
 * What to send next: the drinks at the head, together, or one other thing. Order is kept, since a drink must be there before it is deleted.
 * @param {Entry[]} entries
 */
export function nextOf(entries) {
  const other = entries.findIndex(({ does }) => does !== 'record');
  const head = other === -1 ? entries : entries.slice(0, other);
  return head.length > 0 ? head.slice(0, BATCH) : entries.slice(0, 1);
}

export class Outbox {
  /** @type {Entry[]} */
  entries = [];

  /**
   * @param {Storage} storage
   * @param {(entries: Entry[]) => void} changed
   * @param {() => number} [now]
   */
  constructor(storage, changed, now = Date.now) {
    this.storage = storage;
    this.changed = changed;
    this.now = now;
  }

  /** Reads what the storage has: at start, and when another tab has changed it. */
  async load() {
    for (;;) {
      const before = this.entries;
      const stored = await this.storage.all();
      // what was done meanwhile is not in what was read
      if (this.entries === before) return this.#show(stored);
    }
  }

  /** @param {Drink} drink */
  record(drink) {
    return this.#put({ key: `record ${drink.id}`, order: this.#order(), does: 'record', drink });
  }

  /**
   * A drink that never left the device is forgotten; the server never hears of it.
   * @param {Drink} drink
   */
  remove(drink) {
    const record = this.entries.find(({ key }) => key === `record ${drink.id}`);
    return record && !record.sent ? this.acknowledge([record.key]) : this.#put({ key: `remove ${drink.id}`, order: this.#order(), does: 'remove', drink });
  }

  /**
   * Takes a deletion back while it has not been sent.
   * @param {string} id
   * @returns {boolean} whether it could be
   */
  keep(id) {
    const removal = this.entries.find(({ key }) => key === `remove ${id}`);
    if (!removal || removal.sent) return false;
    void this.acknowledge([removal.key]);
    return true;
  }

  /**
   * Takes the place of an earlier goal that has not been sent.
   * @param {number} millilitres
   */
  goal(millilitres) {
    void this.acknowledge(this.entries.filter(({ does, sent }) => does === 'goal' && !sent).map(({ key }) => key));
    const order = this.#order();
    return this.#put({ key: `goal ${order}`, order, does: 'goal', millilitres });
  }

  /** @param {Entry[]} entries */
  markSent(entries) {
    const keys = new Set(entries.map(({ key }) => key));
    this.#show(this.entries.map((entry) => keys.has(entry.key) ? { ...entry, sent: true } : entry));
    return this.storage.put(this.entries.filter(({ key }) => keys.has(key)));
  }

  /** @param {string[]} keys */
  acknowledge(keys) {
    this.#show(this.entries.filter(({ key }) => !keys.includes(key)));
    return this.storage.remove(keys);
  }

  /** @param {Entry} entry */
  #put(entry) {
    this.#show([...this.entries, entry]);
    return this.storage.put([entry]);
  }

  #order() {
    return Math.max(this.now(), ...this.entries.map(({ order }) => order + 1));
  }

  /** @param {Entry[]} entries */
  #show(entries) {
    this.entries = [...entries].sort((one, other) => one.order - other.order);
    this.changed(this.entries);
  }
}
