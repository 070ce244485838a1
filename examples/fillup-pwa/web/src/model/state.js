// What the page knows, and how events change it. What the server said and what the outbox holds are kept apart; the page shows one over the other.
import { GOAL } from './kinds.js';

/** @typedef {import('./outbox.js').Drink} Drink */
/** @typedef {import('./outbox.js').Entry} Entry */
/** @typedef {{ day: string, goalMillilitres: number, totalMillilitres: number, drinks: Drink[] }} Day */
/** @typedef {{ id: number, tone: 'info' | 'trouble', text: string, drink?: Drink }} Notice */
/** @typedef {'live' | 'connecting' | 'offline'} Status */
/**
 * @typedef {object} State
 * @property {string} today
 * @property {string} day the one that is shown
 * @property {Record<string, Day>} days as the server last said
 * @property {number} goal
 * @property {Entry[]} entries of the outbox
 * @property {Status} status
 * @property {string} [trouble] why the server could not be reached; undefined when all is well
 * @property {Notice[]} notices
 * @property {boolean} newVersion
 * @property {{ environment?: string, version?: string }} config
 */
/**
 * @typedef {{ type: 'selected', day: string } | { type: 'today', today: string } | { type: 'loaded', days: Day[] } | { type: 'outbox', entries: Entry[] }
 *   | { type: 'kept', entries: Entry[] } | { type: 'status', status: Status } | { type: 'trouble', text?: string } | { type: 'notice', notice: Notice }
 *   | { type: 'dismissed', id: number } | { type: 'goal', millilitres: number } | { type: 'newVersion' } | { type: 'config', config: State['config'] }} Event
 */

/**
 * @param {string} today
 * @returns {State}
 */
export const initialState = (today) => ({ today, day: today, days: {}, goal: GOAL.default, entries: [], status: 'connecting', notices: [], newVersion: false, config: {} });

/** @param {Drink[]} drinks */
const newestFirst = (drinks) => [...drinks].sort((one, other) => Date.parse(other.drunkAt) - Date.parse(one.drunkAt));

/** @param {Drink[]} drinks */
export const totalOf = (drinks) => drinks.reduce((sum, { millilitres }) => sum + millilitres, 0);

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case 'selected': return { ...state, day: event.day > state.today ? state.today : event.day };
    // who looks at today keeps looking at today when midnight passes
    case 'today': return { ...state, today: event.today, day: state.day === state.today ? event.today : state.day };
    case 'loaded': return {
      ...state,
      days: { ...state.days, ...Object.fromEntries(event.days.map((day) => [day.day, day])) },
      goal: event.days.at(-1)?.goalMillilitres ?? state.goal,
    };
    case 'outbox': return { ...state, entries: event.entries };
    case 'kept': return event.entries.reduce(keep, state);
    case 'status': return { ...state, status: event.status };
    case 'trouble': return { ...state, trouble: event.text };
    // one notice of what was deleted is enough: it is the last that one wants back
    case 'notice': return { ...state, notices: [...state.notices.filter(({ drink }) => !(drink && event.notice.drink)), event.notice].slice(-3) };
    case 'dismissed': return { ...state, notices: state.notices.filter(({ id }) => id !== event.id) };
    case 'goal': return { ...state, goal: event.millilitres };
    case 'newVersion': return { ...state, newVersion: true };
    case 'config': return { ...state, config: event.config };
  }
}

/**
 * The server has taken an entry: it is shown as the server's, at once and not only when the day has been loaded again.
 * @param {State} state
 * @param {Entry} entry
 * @returns {State}
 */
function keep(state, entry) {
  if (entry.does === 'goal') return { ...state, goal: entry.millilitres, days: mapValues(state.days, (day) => ({ ...day, goalMillilitres: entry.millilitres })) };
  const day = state.days[entry.drink.day] ?? { day: entry.drink.day, goalMillilitres: state.goal, totalMillilitres: 0, drinks: [] };
  const others = day.drinks.filter(({ id }) => id !== entry.drink.id);
  const drinks = entry.does === 'record' ? newestFirst([...others, entry.drink]) : others;
  return { ...state, days: { ...state.days, [day.day]: { ...day, drinks, totalMillilitres: totalOf(drinks) } } };
}

/**
 * A day as it is shown: the server's, without what is being deleted, with what is being recorded.
 * @param {State} state
 * @param {string} [day]
 */
export function viewOf(state, day = state.day) {
  const known = state.days[day];
  const removed = new Set(state.entries.flatMap((entry) => entry.does === 'remove' ? [entry.drink.id] : []));
  const recorded = state.entries.flatMap((entry) => entry.does === 'record' && entry.drink.day === day ? [{ ...entry.drink, pending: true }] : []);
  const ids = new Set(recorded.map(({ id }) => id));
  const kept = (known?.drinks ?? []).filter(({ id }) => !ids.has(id)).map((drink) => ({ ...drink, pending: false }));
  const drinks = /** @type {(Drink & { pending: boolean })[]} */ (newestFirst([...kept, ...recorded].filter(({ id }) => !removed.has(id))));
  const goal = state.entries.flatMap((entry) => entry.does === 'goal' ? [entry.millilitres] : []).at(-1) ?? known?.goalMillilitres ?? state.goal;
  return { day, known: known !== undefined, drinks, goal, total: totalOf(drinks) };
}

/**
 * @template T
 * @param {Record<string, T>} values
 * @param {(value: T) => T} change
 * @returns {Record<string, T>}
 */
const mapValues = (values, change) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
