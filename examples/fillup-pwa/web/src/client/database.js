// What survives the page, in IndexedDB: the days as last loaded, and the outbox. One database a journal, so that no drink ever goes to another one.
import { openDB } from 'idb';

/** @typedef {import('../model/state.js').Day} Day */
/** @typedef {import('../model/outbox.js').Entry} Entry */

/**
 * @param {string} key of the journal
 */
export async function openDatabase(key) {
  try {
    return await openStored(key);
  } catch {
    // a browser that keeps nothing, as some do in private windows: it works for as long as the page is open
    return openInMemory();
  }
}

/** @param {string} key */
async function openStored(key) {
  const database = await openDB(`fillup-${key.slice(0, 8)}`, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('days', { keyPath: 'day' });
      fresh.createObjectStore('outbox', { keyPath: 'key' });
    },
  });
  // other tabs of this journal see the same outbox
  const channel = new BroadcastChannel(database.name);

  /** @param {(store: any) => void} change */
  async function changeOutbox(change) {
    const transaction = database.transaction('outbox', 'readwrite');
    change(transaction.store);
    await transaction.done;
    channel.postMessage('outbox');
  }

  return {
    /** @type {() => Promise<Day[]>} */
    days: () => database.getAll('days'),
    /** @type {(day: Day) => Promise<unknown>} */
    putDay: (day) => database.put('days', day),
    outbox: {
      /** @type {() => Promise<Entry[]>} */
      all: () => database.getAll('outbox'),
      /** @type {(entries: Entry[]) => Promise<void>} */
      put: (entries) => changeOutbox((store) => entries.forEach((entry) => store.put(entry))),
      /** @type {(keys: string[]) => Promise<void>} */
      remove: (keys) => changeOutbox((store) => keys.forEach((name) => store.delete(name))),
    },
    /** @param {() => void} changed */
    onOutbox(changed) {
      channel.onmessage = changed;
    },
  };
}

/** @returns {Awaited<ReturnType<typeof openStored>>} */
function openInMemory() {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  return {
    days: async () => [],
    putDay: async () => undefined,
    outbox: {
      all: async () => [...entries.values()],
      put: async (changed) => changed.forEach((entry) => entries.set(entry.key, entry)),
      remove: async (keys) => keys.forEach((name) => entries.delete(name)),
    },
    onOutbox() {},
  };
}
