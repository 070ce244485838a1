// What survives the page, in IndexedDB: the days as last loaded, and the outbox. One database a journal, so that no drink ever goes to another one.
import { openDB } from 'idb';

/** @typedef {import('../model/state.js').Day} Day */
/** @typedef {import('../model/outbox.js').Entry} Entry */

/**
 * @param {string} key of the journal
 */
export async function openDatabase(key) {
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
