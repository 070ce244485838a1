// Loads days, keeps them for when there is no network, and never shows an answer that is older than the last change.
import { Refused, Unavailable } from './api.js';

/** @typedef {import('../model/state.js').Day} Day */

/**
 * @param {object} options
 * @param {(day: string) => Promise<Day>} options.fetchDay
 * @param {(day: Day) => unknown} options.onLoaded
 * @param {(reason: Refused | Unavailable) => void} options.onFailed
 * @returns {(day: string) => Promise<void>}
 */
export function createLoader({ fetchDay, onLoaded, onFailed }) {
  /** @type {Map<string, { stale: boolean, done: Promise<void> }>} */
  const running = new Map();

  /**
   * @param {string} day
   * @param {{ stale: boolean }} load
   */
  async function run(day, load) {
    try {
      for (;;) {
        load.stale = false;
        const answer = await fetchDay(day);
        if (load.stale) continue;
        await onLoaded(answer);
        // what changed while the answer was being kept has to be loaded too
        if (!load.stale) return;
      }
    } catch (reason) {
      if (!(reason instanceof Refused || reason instanceof Unavailable)) throw reason;
      onFailed(reason);
    } finally {
      running.delete(day);
    }
  }

  return (day) => {
    const known = running.get(day);
    if (known) {
      known.stale = true;
      return known.done;
    }
    const load = { stale: false, done: Promise.resolve() };
    running.set(day, load);
    load.done = run(day, load);
    return load.done;
  };
}
