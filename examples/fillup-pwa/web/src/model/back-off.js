// How long to wait before the next attempt: up to twice as long each time, between 1 s and 30 s, spread by chance so that not everybody comes back at once.

export const SHORTEST = 1000;
export const LONGEST = 30_000;

/**
 * @param {number} attempt 0 after the first failure
 * @param {() => number} [random]
 * @returns {number} milliseconds
 */
export function backOff(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST, 2 * SHORTEST * 2 ** Math.min(attempt, 20));
  return Math.round(SHORTEST + random() * (ceiling - SHORTEST));
}
