// Stand-ins for what only a browser has.

/** @param {string} id */
export const drink = (id, millilitres = 250, day = '2026-11-30') => (
  { id, kind: /** @type {const} */ ('water'), millilitres, day, drunkAt: `${day}T10:00:00.000Z` }
);

/** A storage that answers later, as IndexedDB does. */
export function memory() {
  /** @type {Map<string, any>} */
  const kept = new Map();
  return {
    async all() {
      return [...kept.values()];
    },
    /** @param {{ key: string }[]} entries */
    async put(entries) {
      for (const entry of entries) kept.set(entry.key, entry);
    },
    /** @param {string[]} keys */
    async remove(keys) {
      for (const key of keys) kept.delete(key);
    },
  };
}

/** Lets everything that waits for nothing but promises run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
