// A journal at work: joins the model, the outbox, the live connection and the API, and offers the page what one can do.
import { createApi, Refused } from './client/api.js';
import { openDatabase } from './client/database.js';
import { Flusher } from './client/flusher.js';
import { createLoader } from './client/loader.js';
import { LiveSocket } from './client/socket.js';
import { dayOf, momentOn, shift, weekUpTo } from './model/day.js';
import { makeId } from './model/journal-key.js';
import { amount, KINDS, labelOf } from './model/kinds.js';
import { Outbox } from './model/outbox.js';
import { initialState, reduce } from './model/state.js';
import { createStore } from './store.js';

/** @typedef {import('./model/kinds.js').Kind} Kind */
/** @typedef {import('./model/outbox.js').Drink} Drink */
/** @typedef {Awaited<ReturnType<typeof openJournal>>} Journal */

const TICK = 30_000;

/** @param {string} key */
export async function openJournal(key) {
  const store = createStore(reduce, initialState(dayOf()));
  const { dispatch, getState } = store;
  const database = await openDatabase(key);
  const api = createApi({ key });

  let notices = 0;
  /** @type {(tone: 'info' | 'trouble', text: string, drink?: Drink) => void} */
  const notify = (tone, text, drink) => dispatch({ type: 'notice', notice: { id: ++notices, tone, text, drink } });
  /** @type {(reason: { message: string, requestId?: string }) => string} */
  const explain = ({ message, requestId }) => requestId ? `${message} (reference ${requestId})` : message;
  /** @param {string} [text] */
  const trouble = (text) => getState().trouble === text || dispatch({ type: 'trouble', text });

  const outbox = new Outbox(database.outbox, (entries) => dispatch({ type: 'outbox', entries }));
  const load = createLoader({
    fetchDay: api.day,
    onLoaded(day) {
      dispatch({ type: 'loaded', days: [day] });
      trouble(undefined);
      return database.putDay(day);
    },
    onFailed: (reason) => reason instanceof Refused ? notify('trouble', explain(reason)) : navigator.onLine && trouble(reason.message),
  });
  const socket = new LiveSocket({
    url: `${location.origin.replace(/^http/, 'ws')}/ws`,
    key,
    onStatus: (status) => getState().status === status || dispatch({ type: 'status', status }),
    // the outbox waits for this, so that it travels in batches where it can
    onSettled() {
      void flusher.wake();
      if (socket.live) void refresh();
    },
    onChanged: (days) => (days.length > 0 ? days.filter((day) => getState().days[day] || day === getState().day) : [getState().day]).forEach(load),
  });
  const flusher = new Flusher({
    outbox,
    api,
    socket,
    onKept(entries) {
      dispatch({ type: 'kept', entries });
      const { days, day } = getState();
      for (const one of new Set(entries.map((entry) => entry.does === 'goal' ? day : entry.drink.day))) if (days[one]) void database.putDay(days[one]);
    },
    onRefused(entry, reason) {
      const what = entry.does === 'goal' ? `The goal of ${amount(entry.millilitres)}` : `${labelOf(entry.drink.kind)}, ${amount(entry.drink.millilitres)},`;
      notify('trouble', `${what} was not accepted: ${explain(reason)}`);
      void load(getState().day);
    },
    onTrouble: trouble,
  });

  /** The shown day first; the rest of its week one after the other, for it is only the strip of bars. */
  async function refresh() {
    const { day } = getState();
    await load(day);
    for (const other of shownWeek(getState())) {
      if (other !== day && getState().day === day && navigator.onLine) await load(other);
    }
  }

  const wake = () => {
    dispatch({ type: 'today', today: dayOf() });
    socket.wake();
    if (!socket.live && navigator.onLine) void load(getState().day);
  };

  /** Whatever the user did is written down first and sent afterwards. @param {Promise<unknown>} written */
  function send(written) {
    localStorage.setItem('fillup.used', 'yes');
    void written.then(() => flusher.wake());
  }

  return {
    ...store,
    key,

    async start() {
      const stored = await database.days();
      if (stored.length > 0) dispatch({ type: 'loaded', days: stored });
      await outbox.load();
      database.onOutbox(() => void outbox.load());
      addEventListener('online', wake);
      addEventListener('offline', () => {
        socket.sleep();
        trouble(undefined);
      });
      document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
      setInterval(() => document.visibilityState === 'visible' && !socket.live ? wake() : dispatch({ type: 'today', today: dayOf() }), TICK);
      wake();
      const config = await fetch('/config.json').then((response) => response.ok ? response.json() : {}).catch(() => ({}));
      dispatch({ type: 'config', config });
    },

    /** @param {string} day */
    select(day) {
      dispatch({ type: 'selected', day });
      if (navigator.onLine) void refresh();
    },

    /**
     * @param {Kind} kind
     * @param {number} [millilitres]
     */
    add(kind, millilitres = KINDS.find((known) => known.kind === kind)?.millilitres ?? 250) {
      const { day } = getState();
      send(outbox.record({ id: makeId(), kind, millilitres, day, drunkAt: momentOn(day) }));
    },

    /** @param {Drink} drink */
    remove({ id, kind, millilitres, day, drunkAt }) {
      const drink = { id, kind, millilitres, day, drunkAt };
      send(outbox.remove(drink));
      notify('info', `${labelOf(kind)}, ${amount(millilitres)}, deleted.`, drink);
    },

    /** @param {Drink} drink */
    undo(drink) {
      // once the server may have deleted it, it comes back as a new drink
      send(outbox.keep(drink.id) ? Promise.resolve() : outbox.record({ ...drink, id: makeId() }));
    },

    /** @param {number} millilitres */
    setGoal: (millilitres) => send(outbox.goal(millilitres)),

    /** @param {number} id */
    dismiss: (id) => dispatch({ type: 'dismissed', id }),
    announceVersion: () => dispatch({ type: 'newVersion' }),
  };
}

/**
 * The week in the strip: the last seven days, or those up to the shown one where it is older.
 * @param {{ day: string, today: string }} state
 */
export const shownWeek = ({ day, today }) => weekUpTo(day > shift(today, -7) ? today : day);
