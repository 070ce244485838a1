// The smallest store that useSyncExternalStore can read.

/**
 * @template State, Event
 * @param {(state: State, event: Event) => State} reduce
 * @param {State} state
 */
export function createStore(reduce, state) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    getState: () => state,
    /** @param {Event} event */
    dispatch(event) {
      state = reduce(state, event);
      listeners.forEach((listener) => listener());
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
