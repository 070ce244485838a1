// Days are the drinker's own, by the clock of the device, written YYYY-MM-DD. Noon is used in between, for it exists on every day of every time zone.

/** @param {string} day */
const noonOf = (day) => new Date(`${day}T12:00:00`);

/** @param {Date} [now] */
export function dayOf(now = new Date()) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/**
 * @param {string} day
 * @param {number} days
 */
export function shift(day, days) {
  const noon = noonOf(day);
  noon.setDate(noon.getDate() + days);
  return dayOf(noon);
}

/**
 * The seven days that end with `last`, the oldest first.
 * @param {string} last
 */
export const weekUpTo = (last) => [6, 5, 4, 3, 2, 1, 0].map((before) => shift(last, -before));

/**
 * When a drink of that day is said to be drunk: at this time of day.
 * @param {string} day
 * @param {Date} [now]
 */
export function momentOn(day, now = new Date()) {
  const moment = noonOf(day);
  moment.setHours(now.getHours(), now.getMinutes(), now.getSeconds(), now.getMilliseconds());
  return moment.toISOString();
}

/**
 * "Today", "Yesterday", or the date in the reader's language.
 * @param {string} day
 * @param {string} today
 * @param {string} [locale]
 */
export function nameOf(day, today, locale) {
  if (day === today) return 'Today';
  if (day === shift(today, -1)) return 'Yesterday';
  return noonOf(day).toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' });
}

/**
 * @param {string} day
 * @param {string} [locale]
 */
export const dateOf = (day, locale) => noonOf(day).toLocaleDateString(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });

/**
 * @param {string} day
 * @param {string} [locale]
 */
export const weekdayOf = (day, locale) => noonOf(day).toLocaleDateString(locale, { weekday: 'short' });
