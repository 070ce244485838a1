// The journal key: 32 random bytes as base64url. Whoever has it has the journal, so it travels in the part of a link that is never sent to a server.

const PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** @param {unknown} text */
export const isKey = (text) => typeof text === 'string' && PATTERN.test(text);

/** @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} [fill] */
export function makeKey(fill = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = new Uint8Array(32);
  fill(bytes);
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * The key in `#key=…`; undefined where there is none, or something else.
 * @param {string} hash
 */
export function keyOf(hash) {
  const key = new URLSearchParams(hash.replace(/^#/, '')).get('key');
  return key !== null && isKey(key) ? key : undefined;
}

/**
 * @param {string} origin
 * @param {string} key
 */
export const linkTo = (origin, key) => `${origin}/#key=${key}`;

/**
 * A random UUID, also where the page is not a secure context and `crypto.randomUUID` is therefore missing.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} [fill]
 */
export function makeId(fill = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = new Uint8Array(16);
  fill(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
